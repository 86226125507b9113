"""A vendor for tests: connected by consent or by an API key, one host per company."""

from __future__ import annotations

from connectors.vendors.rolodex.client import Client
from connectors.vendors.rolodex.webhooks import WEBHOOKS

from connectors.auth import Auth, BasicAuth, BearerAuth
from connectors.errors import CredentialError
from connectors.transport import Door
from connectors.vendor import (
    Account,
    Field,
    Limits,
    OAuth,
    Scope,
    Vendor,
)
from connectors.verdicts import COMMON, Verdict, Verdicts


def clean_company(typed: str) -> str:
    """A lower-case word."""
    company = typed.strip().lower()
    if not company.isalnum():
        raise ValueError("Enter the company's one word, for example northwind.")
    return company


def open_client(door: Door, account: Account) -> Client:
    """A client of this account."""
    key = account.grant.secrets().get("api_key", "")
    auth: Auth = BasicAuth(key, "x") if key else BearerAuth(door, VENDOR, account)
    host = f"https://{account.config['company']}.rolodex.example"
    return Client(door.session(VENDOR, host, f"rolodex:{account.config['company']}", auth))


VENDOR = Vendor(
    slug="rolodex",
    title="Rolodex",
    summary="Cards of people.",
    fields=(
        Field("company", "Company", example="northwind", clean=clean_company),
        Field("shelf", "Shelf", default="top", required=False),
        Field("api_key", "API key", help="Instead of a consent.", secret=True, required=False),
    ),
    origin=lambda config: f"https://{config['company']}.rolodex.example",
    open=open_client,
    identify=Client.me,
    probe=Client.abilities,
    limits=Limits(concurrent_calls=2),
    budget=lambda config: f"rolodex:{config['company']}",
    judge=Verdicts(
        "Rolodex", {**COMMON, 401: Verdict(CredentialError, "does not accept the access.")}
    ).judge,
    oauth=OAuth(
        scopes=(
            Scope("cards", "Reads the cards."),
            Scope("drawers", "Reads the drawers where there are any.", required=False),
        ),
        authorize_url=lambda config: f"https://{config['company']}.rolodex.example/consent",
        token_url=lambda config: f"https://{config['company']}.rolodex.example/token",
        revoke_url=lambda config: f"https://{config['company']}.rolodex.example/revoke",
    ),
    webhooks=WEBHOOKS,
)
