"""The rows of attempts to connect: opened with a secret state, spent once, by the same browser."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q

from config import clock
from connectors import registry as vendors
from integrations.connect import refusals
from integrations.connect.refusals import ConnectError
from integrations.models import Connection, ConnectLink, ConnectSession, OAuthApp

LIFE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Callback:
    """What a browser brought back from a vendor's consent page."""

    path: str
    state: str = field(repr=False)
    code: str = field(repr=False)
    error: str
    browser_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """The secrets of a new attempt, which the row keeps hashed or encrypted."""

    state: str = field(repr=False)
    verifier: str = field(repr=False)


def open_attempt(
    connection: Connection,
    app: OAuthApp,
    user: AbstractBaseUser | None,
    browser_token: str,
    token_endpoint: str,
    redirect_uri: str,
    link: ConnectLink | None = None,
) -> Opened:
    """Make the row of one attempt; ``link`` where a customer's link began it."""
    now = clock.now()
    opened = Opened(state=secrets.token_urlsafe(32), verifier=secrets.token_urlsafe(48))
    ConnectSession.objects.create(
        connection=connection,
        app=app,
        started_by_id=None if user is None else user.pk,
        link=link,
        state_digest=digest(opened.state),
        browser_digest=digest(browser_token),
        verifier=opened.verifier,
        token_endpoint=token_endpoint,
        redirect_uri=redirect_uri,
        started_at=now,
        expires_at=now + LIFE,
    )
    return opened


def take(callback: Callback) -> ConnectSession:
    """The attempt that a callback answers, spent by this very call; nobody can take it again.

    Raises:
        ConnectError: there is none, it is another browser's, it came to another address, it is
            spent or expired, or the vendor answered with an error.
    """
    attempt = (
        ConnectSession.objects.select_related("connection", "link")
        .filter(state_digest=digest(callback.state))
        .first()
    )
    if attempt is None:
        raise ConnectError(refusals.UNKNOWN)
    if not secrets.compare_digest(attempt.browser_digest, digest(callback.browser_token)):
        raise ConnectError(refusals.FOREIGN_BROWSER)
    if urlsplit(attempt.redirect_uri).path != callback.path:
        raise ConnectError(refusals.WRONG_ADDRESS, attempt.connection_id)
    _spend(attempt)
    _refuse_without_code(attempt, callback)
    return attempt


def close(attempt: ConnectSession, outcome: ConnectSession.Outcome, reason: str = "") -> None:
    """Say what became of an attempt."""
    ConnectSession.objects.filter(pk=attempt.pk).update(outcome=outcome, outcome_reason=reason)


def _spend(attempt: ConnectSession) -> None:
    now = clock.now()
    is_spent = ConnectSession.objects.filter(
        Q(expires_at__gt=now), pk=attempt.pk, spent_at__isnull=True
    ).update(spent_at=now)
    if is_spent:
        return
    attempt.refresh_from_db(fields=["spent_at"])
    sentence = refusals.EXPIRED if attempt.spent_at is None else refusals.SPENT
    raise ConnectError(sentence, attempt.connection_id)


def _refuse_without_code(attempt: ConnectSession, callback: Callback) -> None:
    if callback.code and not callback.error:
        return
    title = vendors.vendor(attempt.connection.vendor).title
    sentence = (
        refusals.refusal_by_vendor(title, callback.error)
        if callback.error
        else refusals.no_code(title)
    )
    is_denied = callback.error == refusals.DENIAL
    outcome = ConnectSession.Outcome.DENIED if is_denied else ConnectSession.Outcome.FAILED
    close(attempt, outcome, sentence)
    raise ConnectError(sentence, attempt.connection_id)


def digest(text: str) -> str:
    """What a row keeps of a secret that is only ever compared."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
