"""Letting calls in: keys, and bearer tokens with their renewal ahead of their end."""

from __future__ import annotations

import base64
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol

from config import clock
from connectors.addresses import browser_url
from connectors.errors import RetryableError
from connectors.oauth import authorize_url, exchange_code, oauth_of, refresh, revoke
from connectors.transport import Door
from connectors.vendor import Account, Tokens, Vendor

__all__ = [
    "Auth",
    "BasicAuth",
    "BearerAuth",
    "authorize_url",
    "browser_url",
    "exchange_code",
    "refresh",
    "revoke",
]

logger = logging.getLogger(__name__)

RETRY_REFRESH_SECONDS: Final = 60.0
"""After a refresh that failed on the way, while the token in force is still good."""


class Auth(Protocol):
    """How calls are let in. One instance belongs to one session and thread."""

    def headers(self) -> Mapping[str, str]:
        """The headers that prove who calls; asked before each attempt.

        Raises:
            CredentialError: only a person can renew what is missing.
        """

    def renew(self) -> bool:
        """Called after a 401: whether there is a credential now that was not yet refused."""


class BasicAuth:
    """A name and password, or an API key in their place; sent with every call, never renewed."""

    def __init__(self, username: str, password: str) -> None:
        pair = base64.b64encode(f"{username}:{password}".encode()).decode("ascii")
        self._headers = {"Authorization": f"Basic {pair}"}

    def headers(self) -> Mapping[str, str]:
        """The same for every call."""
        return self._headers

    def renew(self) -> bool:
        """No: a refused key stays refused, and some vendors lock out who tries it again."""
        return False

    def __repr__(self) -> str:
        return "BasicAuth(•••)"


class BearerAuth:
    """The access token of a grant, renewed ahead of its end and once after a 401."""

    def __init__(self, door: Door, vendor: Vendor, account: Account) -> None:
        self._door = door
        self._vendor = vendor
        self._account = account
        self._oauth = oauth_of(vendor)
        self._tokens: Tokens | None = None
        self._retry_at: datetime | None = None

    def headers(self) -> Mapping[str, str]:
        """The token in force.

        Raises:
            CredentialError: there is none, or the vendor wants a new consent.
        """
        tokens = self._account.grant.tokens() if self._tokens is None else self._tokens
        self._tokens = self._renewed_ahead(tokens) if self._ends_soon(tokens) else tokens
        return {"Authorization": f"Bearer {self._tokens.access_token}"}

    def renew(self) -> bool:
        """Another token than the refused one: somebody else's newer one, or a refreshed one."""
        if self._tokens is None:
            return False
        spent = self._tokens
        self._tokens = self._account.grant.renew(spent, self._refresh)
        return self._tokens.access_token != spent.access_token

    def __repr__(self) -> str:
        return f"BearerAuth({self._vendor.slug}, •••)"

    def _refresh(self, tokens: Tokens) -> Tokens:
        return refresh(self._door, self._vendor, self._account, tokens)

    def _ends_soon(self, tokens: Tokens) -> bool:
        if tokens.expires_at is None:
            return False
        ahead = timedelta(seconds=self._oauth.refresh_before_seconds)
        return tokens.expires_at - ahead <= clock.now()

    def _renewed_ahead(self, tokens: Tokens) -> Tokens:
        """New tokens; the old ones where that failed on the way and they are still good."""
        now = clock.now()
        is_good = tokens.expires_at is not None and tokens.expires_at > now
        if is_good and self._retry_at is not None and now < self._retry_at:
            return tokens
        try:
            renewed = self._account.grant.renew(tokens, self._refresh)
        except RetryableError as error:
            if not is_good:
                raise
            self._retry_at = now + timedelta(seconds=RETRY_REFRESH_SECONDS)
            logger.warning("Refresh of a grant at %s failed: %s", self._vendor.slug, error.summary)
            return tokens
        self._retry_at = None
        return renewed
