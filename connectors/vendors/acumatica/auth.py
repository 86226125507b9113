"""How Acumatica lets us in: by OAuth, or by a user's log-in whose session all workers share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from connectors.auth import Auth, BearerAuth
from connectors.errors import ContractError, Effect
from connectors.transport import Door
from connectors.vendor import Account, OAuth, Scope, Tokens, Vendor
from connectors.vendors.acumatica import instance
from connectors.vendors.acumatica.operations import LOG_IN

NO_TOKENS: Final = Tokens("")

OAUTH: Final = OAuth(
    scopes=(
        Scope(
            "api",
            "Reads and writes through the web service endpoints, with the rights of the user "
            "who consents.",
        ),
        Scope(
            "offline_access",
            "Keeps the connection alive without asking you again every hour, in one API session "
            "of your licence.",
        ),
        Scope("openid", "Lets the product ask who the consenting user is."),
        Scope(
            "profile",
            "Tells that user's log-in name, shown beside the connection; nothing else of the "
            "profile is kept.",
        ),
    ),
    authorize_url=lambda config: f"{config['instance_url']}/identity/connect/authorize",
    token_url=lambda config: f"{config['instance_url']}/identity/connect/token",
    revoke_url=lambda config: f"{config['instance_url']}/identity/connect/revocation",
    pkce=True,
    tenant_hosted=True,
    # A refresh token works once, so that an answer lost on the way costs a new consent: renewing
    # at half of the hour leaves a good token in force meanwhile.
    refresh_before_seconds=1800,
)


class CookieAuth:
    """The cookies of one session, kept in the grant so that all workers share one licence seat.

    Acumatica closes it after ten idle minutes and then answers 401: the log-in is made once more.
    """

    def __init__(self, door: Door, vendor: Vendor, account: Account) -> None:
        self._door = door
        self._vendor = vendor
        self._account = account
        self._tokens = NO_TOKENS

    def headers(self) -> Mapping[str, str]:
        """The cookies in force; logs in where there are none yet.

        Raises:
            CredentialError: user name or password are refused.
        """
        if self._tokens == NO_TOKENS:
            self._tokens = self._account.grant.renew(NO_TOKENS, self._log_in)
        return {"Cookie": self._tokens.access_token}

    def renew(self) -> bool:
        """A new session in place of the one that was closed."""
        spent = self._tokens
        self._tokens = self._account.grant.renew(spent, self._log_in)
        return self._tokens.access_token != spent.access_token

    def __repr__(self) -> str:
        return "CookieAuth(•••)"

    def _log_in(self, spent: Tokens) -> Tokens:
        config, secrets = self._account.config, self._account.grant.secrets()
        body = {
            "name": instance.user(self._account),
            "password": secrets[instance.PASSWORD],
            # Left out or empty, Acumatica would take its default tenant without a word.
            "tenant": instance.tenant(self._account),
        }
        origin, budget = self._vendor.origin(config), self._vendor.budget(config)
        with self._door.session(self._vendor, origin, budget, None) as session:
            path = f"{instance.instance_path(config)}/entity/auth/login"
            answer = session.send(LOG_IN, path, json=body)
        cookies = "; ".join(f"{name}={value}" for name, value in answer.cookies.items() if value)
        if not cookies:
            raise ContractError(
                "Acumatica accepted the log-in but opened no session.",
                vendor=self._vendor.slug,
                operation=LOG_IN.name,
                status=answer.status,
                effect=Effect.UNKNOWN,
            )
        return Tokens(cookies)


def sign_in(door: Door, vendor: Vendor, account: Account) -> Auth:
    """The way in that this account has: a user's log-in where it gave one, else its consent."""
    if instance.uses_password(account):
        return CookieAuth(door, vendor, account)
    return BearerAuth(door, vendor, account)
