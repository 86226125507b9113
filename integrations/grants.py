"""Where a grant's secrets live: one refresh at a time, the new pair stored before its use."""

from __future__ import annotations

import secrets as randomness
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType

from django.db import transaction

from config import clock
from connectors.errors import CredentialError, RetryableError
from connectors.vendor import Tokens
from integrations.models import Connection, Grant
from integrations.models.connecting import SealedError
from integrations.timing import EPOCH

REFRESH_SECONDS = 120
"""How long one refresh may take before another worker may try."""
PATIENCE_SECONDS = 5.0
"""How long a worker waits for another one's refresh before its work is left for later."""
GLANCE_SECONDS = 0.1


class DatabaseGrantStore:
    """One grant as a client needs it (``connectors.vendor.GrantStore``)."""

    def __init__(self, grant_id: int) -> None:
        self._grant_id = grant_id

    def secrets(self) -> Mapping[str, str]:
        """The secret fields of a form grant, by field name.

        Raises:
            CredentialError: what is stored cannot be read.
        """
        return _unsealed(self._row())

    def tokens(self) -> Tokens:
        """The pair in force.

        Raises:
            CredentialError: the grant waits for a new consent, or cannot be read.
        """
        grant = self._row()
        if grant.needs_consent:
            raise CredentialError(
                f"{grant.get_vendor_display()} needs a new consent: connect it again.",
                vendor=grant.vendor,
            )
        return read_tokens(grant)

    def renew(self, spent: Tokens, refresh: Callable[[Tokens], Tokens]) -> Tokens:
        """Replace ``spent``, or answer what somebody else has put in its place meanwhile.

        Raises:
            RetryableError: another worker refreshes and is not done yet.
            CredentialError: the vendor refused the refresh token for good.
        """
        for _ in self._glances():
            if (stored := self._replaced(spent)) is not None:
                return stored
            if lease := self._take_lease():
                return self._refresh(lease, spent, refresh)
        raise self._busy()

    def end(self, give_back: Callable[[Grant], str]) -> str | None:
        """Have the access given back at the vendor, then empty the row; nobody renews it meanwhile.

        Answers what ``give_back`` told; None where a connection that is not closed uses the grant,
        which then stays as it is. It also stays where ``give_back`` raises: to be tried again.

        Raises:
            RetryableError: another worker refreshes and is not done yet.
        """
        lease = self._lease_in_time()
        try:
            grant = self._row()
            # Looked at after the row was read: a consent that comes later has another generation,
            # and neither its tokens are given back nor its row is emptied.
            if grant.connections.exclude(status=Connection.Status.CLOSED).exists():
                return None
            told = give_back(grant)
            Grant.objects.filter(pk=self._grant_id, generation=grant.generation).update(
                sealed="",
                sealed_at=None,
                scopes=[],
                facts={},
                expires_at=None,
                generation=grant.generation + 1,
                needs_consent=True,
            )
            return told
        finally:
            self._give_back(lease)

    def _replaced(self, spent: Tokens) -> Tokens | None:
        """What stands in the row, where it is no longer ``spent``."""
        stored = read_tokens(self._row())
        return stored if stored.access_token != spent.access_token else None

    def _refresh(self, lease: str, spent: Tokens, refresh: Callable[[Tokens], Tokens]) -> Tokens:
        grant = self._row()
        stored = read_tokens(grant)
        try:
            if stored.access_token != spent.access_token:
                return stored
            fresh = refresh(stored)
        except CredentialError:
            # Somebody else's refresh may have spent the token first: theirs counts then.
            is_spent = Grant.objects.filter(pk=self._grant_id, generation=grant.generation).update(
                needs_consent=True
            )
            if is_spent:
                raise
            return read_tokens(self._row())
        else:
            return self._store(fresh, grant.generation)
        finally:
            self._give_back(lease)

    def _store(self, fresh: Tokens, generation: int) -> Tokens:
        """Commit the pair by compare-and-set on the generation; a newer one wins."""
        grant = self._row()
        write_tokens(grant, fresh, kept=_unsealed(grant))
        with transaction.atomic(durable=True):
            stored = Grant.objects.filter(pk=self._grant_id, generation=generation).update(
                sealed=grant.sealed,
                sealed_at=grant.sealed_at,
                scopes=grant.scopes,
                facts=grant.facts,
                expires_at=grant.expires_at,
                generation=generation + 1,
                needs_consent=False,
            )
        return fresh if stored else read_tokens(self._row())

    def _take_lease(self) -> str:
        now = clock.now()
        token = randomness.token_hex(16)
        taken = Grant.objects.filter(pk=self._grant_id, lease_until__lt=now).update(
            lease_token=token,
            lease_until=now + timedelta(seconds=REFRESH_SECONDS),
            refresh_started_at=now,
        )
        return token if taken else ""

    def _give_back(self, lease: str) -> None:
        Grant.objects.filter(pk=self._grant_id, lease_token=lease).update(
            lease_token="", lease_until=EPOCH
        )

    def _lease_in_time(self) -> str:
        for _ in self._glances():
            if lease := self._take_lease():
                return lease
        raise self._busy()

    def _glances(self) -> Iterator[None]:
        """Looks at the row, a little apart, as long as patience lasts."""
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        yield
        while time.monotonic() <= give_up_at:
            time.sleep(GLANCE_SECONDS)
            yield

    def _busy(self) -> RetryableError:
        return RetryableError(
            "Another worker is renewing this connection's access; it is tried again.",
            vendor=self._row().vendor,
        )

    def _row(self) -> Grant:
        return Grant.objects.get(pk=self._grant_id)


class TransientGrantStore:
    """Tokens or secrets that are not stored yet: used to ask an account who it is."""

    def __init__(
        self, tokens: Tokens | None = None, secrets_by_name: Mapping[str, str] | None = None
    ) -> None:
        self._tokens = tokens
        self._secrets = dict(secrets_by_name or {})

    def secrets(self) -> Mapping[str, str]:
        """The secret fields as they were typed."""
        return self._secrets

    def tokens(self) -> Tokens:
        """The pair just consented to.

        Raises:
            CredentialError: there is none.
        """
        if self._tokens is None:
            raise CredentialError("There is no consent yet: connect first.")
        return self._tokens

    def renew(self, spent: Tokens, refresh: Callable[[Tokens], Tokens]) -> Tokens:
        """Sign in with the secrets, where no pair is there yet; else refuse.

        Raises:
            CredentialError: what was granted a moment ago is no longer accepted.
        """
        if self._tokens is None:
            self._tokens = refresh(spent)
            return self._tokens
        raise CredentialError("The vendor did not accept the access it just granted: try again.")


def _unsealed(grant: Grant) -> dict[str, str]:
    """A row that does not open is this grant's fault: a new consent mends it, and only it stops."""
    try:
        return grant.unseal()
    except SealedError as error:
        raise CredentialError(
            f"The stored access to {grant.get_vendor_display()} cannot be read with our keys: "
            "connect it again.",
            vendor=grant.vendor,
        ) from error


def read_tokens(grant: Grant) -> Tokens:
    """The pair stored in a grant's row."""
    stored = _unsealed(grant)
    return Tokens(
        access_token=stored.get("access_token", ""),
        refresh_token=stored.get("refresh_token", ""),
        expires_at=grant.expires_at,
        scopes=tuple(grant.scopes),
        facts=dict(grant.facts),
    )


def write_tokens(
    grant: Grant, tokens: Tokens, kept: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Put a pair, and secrets that stay beside it, into a grant's row; the caller saves it."""
    pair = {"access_token": tokens.access_token, "refresh_token": tokens.refresh_token}
    grant.seal({**kept, **pair})
    grant.scopes = list(tokens.scopes)
    grant.facts = dict(tokens.facts)
    grant.expires_at = tokens.expires_at
