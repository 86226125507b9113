"""A grant kept in memory, for clients that are tested without a database."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from connectors.errors import CredentialError
from connectors.vendor import Account, OAuthApp, Tokens


class MemoryGrant:
    """What ``GrantStore`` asks for; counts how often it was renewed."""

    def __init__(
        self, tokens: Tokens | None = None, secrets: Mapping[str, str] | None = None
    ) -> None:
        self.stored = tokens
        self.renewals = 0
        self._secrets = dict(secrets or {})

    def secrets(self) -> Mapping[str, str]:
        """The secret fields of a form."""
        return self._secrets

    def tokens(self) -> Tokens:
        """The pair in force."""
        if self.stored is None:
            raise CredentialError("There is no consent.")
        return self.stored

    def renew(self, spent: Tokens, refresh: Callable[[Tokens], Tokens]) -> Tokens:
        """Replace what is spent, once."""
        stored = self.stored or Tokens("")
        if stored.access_token == spent.access_token:
            self.renewals += 1
            self.stored = stored = refresh(stored)
        return stored


def account(
    config: Mapping[str, str],
    *,
    tokens: Tokens | None = None,
    secrets: Mapping[str, str] | None = None,
    app: OAuthApp | None = None,
) -> Account:
    """An account with a grant in memory; without tokens and secrets it holds a plain token."""
    if tokens is None and not secrets:
        tokens = Tokens("access-1", "refresh-1")
    return Account(dict(config), MemoryGrant(tokens, secrets), app)
