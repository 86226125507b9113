"""Which company a connection is, asked when connecting, and what it shows, asked daily."""

from __future__ import annotations

from typing import Final

from connectors.errors import ConfigurationError
from connectors.vendor import Capabilities, Identity
from connectors.vendors.gusto.auth import (
    BENEFITS,
    HEALTH_BENEFITS,
    OAUTH,
    PAY_RATES,
    READ_REPORTS,
    REQUEST_REPORTS,
)
from connectors.vendors.gusto.client import Client
from connectors.vendors.gusto.company import SLUG
from connectors.vendors.gusto.records import Holder

APPROVED: Final = "Approved"


def identify(client: Client) -> Identity:
    """Which company the token is of, by its own word; the caller compares it with the connection's.

    Raises:
        ConfigurationError: the token is of no single company, or lacks a right.
        CredentialError: the access was taken back.
    """
    holder = client.who_am_i()
    if not holder.company_id:
        raise ConfigurationError(
            "The access that Gusto gave is not for one company alone: connect again, and choose "
            "one company on Gusto's page, as its primary or a full-access administrator.",
            vendor=SLUG,
        )
    _check_scopes(holder)
    title = client.read_company(holder.company_id).name
    return Identity(holder.company_id, title, subject=holder.company_id)


def probe(client: Client) -> Capabilities:
    """What the connection shows: by the rights it was granted, and whether the feed is open."""
    scopes = frozenset(client.who_am_i().scopes)
    company = client.read_company(client.company_id)
    feed = client.read_events("", newest_first=True, limit=1)
    has_events = not feed.is_forbidden
    can_report = {REQUEST_REPORTS, READ_REPORTS} <= scopes
    warnings = []
    if company.is_suspended:
        warnings.append("Gusto has suspended this company: its payrolls do not run.")
    elif company.status not in ("", APPROVED):
        warnings.append("Gusto has not approved this company yet: it cannot run payrolls.")
    if not has_events:
        warnings.append(
            "The app was not given Gusto's feed of events (events:read): every poll reads "
            "everybody. Have the right added to the app at Gusto."
        )
    if PAY_RATES in scopes:
        warnings.append(
            "The app was given the right to read pay rates (compensations:read), which nothing "
            "here needs: have it taken from the app at Gusto."
        )
    return Capabilities(
        facts={
            "benefits": BENEFITS in scopes,
            "health_benefits": HEALTH_BENEFITS in scopes,
            "pay_rates": PAY_RATES in scopes,
            "ledger_report": can_report,
            "events": has_events,
            "company_status": company.status,
        },
        warnings=tuple(warnings),
    )


def _check_scopes(holder: Holder) -> None:
    for scope in OAUTH.missing_scopes(holder.scopes):
        if scope.required:
            raise ConfigurationError(
                f"Gusto did not grant the right {scope.name}, which is needed: {scope.why} Have it "
                "added to the app at Gusto's developer portal, then connect again.",
                vendor=SLUG,
            )
