"""How Gusto lets us in: a company's consent, and the app's own token for what is of no company."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from connectors.auth import Auth, BearerAuth
from connectors.errors import ConfigurationError
from connectors.oauth import fetch_app_tokens
from connectors.transport import Door
from connectors.vendor import Account, OAuth, Scope, Tokens, Vendor
from connectors.vendors.gusto.company import SLUG, TITLE, origin

PAYROLLS: Final = "payrolls:read"
BENEFITS: Final = "employee_benefits:read"
HEALTH_BENEFITS: Final = "employee_benefits:read:phi"
REQUEST_REPORTS: Final = "company_reports:write"
READ_REPORTS: Final = "company_reports:read"
PAY_RATES: Final = "compensations:read"
"""Never asked for: no leg needs it."""

OAUTH: Final = OAuth(
    scopes=(
        Scope("companies:read", "Reads your company's name and the names of its earnings."),
        Scope(
            "employees:read",
            "Reads people: names, work e-mail, department, job title, hire date, status.",
        ),
        Scope("employments:read", "Reads when people leave and come back."),
        Scope("departments:read", "Reads the list of your departments."),
        Scope(PAYROLLS, "Reads processed payrolls, to draw up their journal."),
        Scope(
            "company_benefits:read",
            "Lists the benefits that you offer, so that they can be mapped before they are paid.",
            required=False,
        ),
        Scope(
            BENEFITS,
            "Reads the benefit lines of payrolls; without it they are carried in one sum.",
            required=False,
        ),
        Scope(
            HEALTH_BENEFITS,
            "Shows health plans among those lines; without it they are carried in one sum.",
            required=False,
        ),
        Scope(
            REQUEST_REPORTS,
            "Asks for the general-ledger report of a payroll, which proves the journal and knows "
            "the departments of that day. It writes nothing else.",
            required=False,
        ),
        Scope(READ_REPORTS, "Reads that report.", required=False),
    ),
    authorize_url=lambda config: f"{origin(config)}/oauth/authorize",
    token_url=lambda config: f"{origin(config)}/oauth/token",
    revoke_url=lambda config: f"{origin(config)}/oauth/revoke",
    redirect_uri_in_refresh=True,
    pkce=False,
    refresh_before_seconds=300,
)

SYSTEM_ACCESS: Final = "system_access"
"""The grant type of the app's own token; Gusto's word for client credentials."""


class AppGrant:
    """The app's own token, as a grant: fetched when it is needed, kept nowhere.

    Many may be alive at once, so that nobody waits for anybody.
    """

    def __init__(self, door: Door, vendor: Vendor, account: Account) -> None:
        self._door = door
        self._vendor = vendor
        self._account = account
        self._tokens: Tokens | None = None

    def secrets(self) -> Mapping[str, str]:
        """None: the app's secret is the app's."""
        return MappingProxyType({})

    def tokens(self) -> Tokens:
        """The token in force; the first one is fetched here."""
        if self._tokens is None:
            self._tokens = self._fetch()
        return self._tokens

    def renew(self, spent: Tokens, refresh: Callable[[Tokens], Tokens]) -> Tokens:
        """Another token; there is nothing to refresh it with but the app's secret."""
        if self._tokens is None or self._tokens.access_token == spent.access_token:
            self._tokens = self._fetch()
        return self._tokens

    def __repr__(self) -> str:
        return "AppGrant(•••)"

    def _fetch(self) -> Tokens:
        app = self._account.app
        if app is None:
            raise ConfigurationError(
                f"{TITLE}: the connection has no app to act for: choose one.", vendor=SLUG
            )
        return fetch_app_tokens(self._door, self._vendor, self._account.config, app, SYSTEM_ACCESS)


def sign_in(door: Door, vendor: Vendor, account: Account) -> Auth:
    """By the company's consent: for all that is the company's."""
    return BearerAuth(door, vendor, account)


def sign_in_as_app(door: Door, vendor: Vendor, account: Account) -> Auth:
    """By the app's own token: for webhook subscriptions and the events of all its companies."""
    app = Account(account.config, AppGrant(door, vendor, account), account.app)
    return BearerAuth(door, vendor, app)
