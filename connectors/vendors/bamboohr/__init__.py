"""BambooHR: the people of a company and its lists; one host for each company."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from connectors.transport import Door
from connectors.vendor import Account, Field, Limits, Vendor
from connectors.vendors.bamboohr.auth import API_KEY, OAUTH, sign_in
from connectors.vendors.bamboohr.client import SLUG, Client
from connectors.vendors.bamboohr.identity import identify, probe
from connectors.vendors.bamboohr.refusals import judge
from connectors.vendors.bamboohr.webhooks import WEBHOOKS

DOMAIN: Final = ".bamboohr.com"
_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


def clean_company_domain(typed: str) -> str:
    """Reduce ``acme``, ``acme.bamboohr.com`` or ``https://acme.bamboohr.com/`` to ``acme``.

    Anything else is refused: the credential would travel to whatever host it names.
    """
    text = typed.strip().lower().removeprefix("https://").removesuffix("/").removesuffix(DOMAIN)
    if _LABEL.fullmatch(text) is None:
        raise ValueError(
            "Enter only the part before .bamboohr.com in your BambooHR address, for example acme."
        )
    return text


def origin(config: Mapping[str, str]) -> str:
    """The company's own host; there is no other."""
    return f"https://{config['company_domain']}{DOMAIN}"


def budget(config: Mapping[str, str]) -> str:
    """BambooHR counts calls per company."""
    return f"{SLUG}:{config['company_domain']}"


def open_client(door: Door, account: Account) -> Client:
    """A client of this account."""
    auth = sign_in(door, VENDOR, account)
    session = door.session(VENDOR, origin(account.config), budget(account.config), auth)
    return Client(session, account, can_list=not account.grant.secrets().get(API_KEY))


VENDOR = Vendor(
    slug=SLUG,
    title="BambooHR",
    summary="People of a company: who works there, since when, in which department and role.",
    fields=(
        Field(
            "company_domain",
            "Company",
            help="The part before .bamboohr.com in the address at which you use BambooHR.",
            example="acme",
            clean=clean_company_domain,
        ),
        Field(
            API_KEY,
            "API key",
            help="Only where you cannot give consent on BambooHR's page. Leave it empty otherwise.",
            example="40 characters, 0-9 and a-f",
            secret=True,
            required=False,
        ),
    ),
    origin=origin,
    open=open_client,
    identify=identify,
    probe=probe,
    # Nothing is published; about a hundred a minute is what others found to pass.
    limits=Limits(concurrent_calls=4, calls_per_minute=100),
    budget=budget,
    judge=judge,
    oauth=OAUTH,
    webhooks=WEBHOOKS,
)
