"""Gusto: the people of a company and its payrolls, which are read and never written."""

from __future__ import annotations

from connectors.transport import Door
from connectors.vendor import Account, Field, Limits, Vendor
from connectors.vendors.gusto.auth import OAUTH, sign_in, sign_in_as_app
from connectors.vendors.gusto.client import Client
from connectors.vendors.gusto.company import (
    PRODUCTION,
    SLUG,
    TITLE,
    budget,
    clean_environment,
    company_budget,
    origin,
)
from connectors.vendors.gusto.identity import identify, probe
from connectors.vendors.gusto.refusals import judge
from connectors.vendors.gusto.webhooks import WEBHOOKS


def open_client(door: Door, account: Account) -> Client:
    """A client of this account."""
    config = account.config
    scope = VENDOR.budget_of(config, account.account_id)
    session = door.session(VENDOR, origin(config), scope, sign_in(door, VENDOR, account))
    as_app = sign_in_as_app(door, VENDOR, account)
    app_session = door.session(VENDOR, origin(config), budget(config), as_app)
    return Client(door, VENDOR, account, session, app_session)


VENDOR = Vendor(
    slug=SLUG,
    title=TITLE,
    summary="People of a company and its payrolls, to the cent.",
    fields=(
        Field(
            "environment",
            "Environment",
            help="production, or demo for a company of Gusto's demo site.",
            example=PRODUCTION,
            required=False,
            default=PRODUCTION,
            clean=clean_environment,
        ),
    ),
    origin=origin,
    open=open_client,
    identify=identify,
    probe=probe,
    # Gusto allows 200 a minute per consent; some are left for whoever else uses it.
    limits=Limits(concurrent_calls=4, calls_per_minute=180),
    budget=budget,
    account_budget=company_budget,
    judge=judge,
    oauth=OAUTH,
    webhooks=WEBHOOKS,
)
