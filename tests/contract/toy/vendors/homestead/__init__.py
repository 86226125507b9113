"""A vendor for tests whose server is the customer's own."""

from __future__ import annotations

from connectors.vendors.homestead.client import Client

from connectors.auth import BearerAuth
from connectors.transport import Door
from connectors.vendor import (
    Account,
    Capabilities,
    Field,
    Limits,
    OAuth,
    Scope,
    Vendor,
)
from connectors.verdicts import COMMON, Verdicts


def open_client(door: Door, account: Account) -> Client:
    """A client of this account."""
    address = account.config["address"]
    session = door.session(VENDOR, address, address, BearerAuth(door, VENDOR, account))
    return Client(session)


VENDOR = Vendor(
    slug="homestead",
    title="Homestead",
    summary="A house of one's own.",
    fields=(Field("address", "Address", example="https://house.example"),),
    origin=lambda config: config["address"],
    open=open_client,
    identify=Client.me,
    probe=lambda client: Capabilities(),
    limits=Limits(concurrent_calls=2),
    budget=lambda config: config["address"],
    judge=Verdicts("Homestead", COMMON).judge,
    oauth=OAuth(
        scopes=(Scope("rooms", "Enters the rooms."),),
        authorize_url=lambda config: f"{config['address']}/consent",
        token_url=lambda config: f"{config['address']}/token",
        tenant_hosted=True,
    ),
)
