"""Connecting an account, from the way to the consent page to the stored grant, and testing it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError

from config import clock
from connectors import registry as vendors
from connectors.auth import authorize_url, exchange_code
from connectors.errors import ConnectorError, CredentialError
from connectors.vendor import Capabilities, OAuth, Vendor
from integrations import actions, resuming, stopping
from integrations.actions import Outcome
from integrations.connect import accounts, attempts, links, refusals, storing
from integrations.connect.attempts import Callback
from integrations.connect.refusals import ConnectError
from integrations.engine import access
from integrations.grants import TransientGrantStore, write_tokens
from integrations.models import Connection, ConnectLink, ConnectSession, Grant, OAuthApp
from integrations.models.connecting import SealedError
from integrations.webhooks import subscriptions

__all__ = [
    "Callback",
    "ConnectError",
    "check",
    "configure",
    "connect_with_secrets",
    "finish",
    "start",
]


def configure(connection: Connection, typed: Mapping[str, str]) -> None:
    """Store plain fields of a connection that is not tied to an account yet.

    Raises:
        ConnectError: a field is missing or malformed, or the connection was tied meanwhile.
    """
    former = _filled(connection, typed)
    stored = Connection.objects.filter(pk=connection.pk, account_id="", config=former).update(
        config=connection.config
    )
    if not stored:
        raise ConnectError(refusals.CHANGED)


def start(
    connection: Connection,
    user: AbstractBaseUser | None,
    browser_token: str,
    link: ConnectLink | None = None,
) -> str:
    """Begin an attempt to connect; answers the address of the vendor's own consent page.

    ``link`` where no user but a customer begins it.

    Raises:
        ConnectError: something is missing before a consent can be asked for.
    """
    vendor = _refuse_unready(connection)
    oauth, app = _refuse_without_app(connection, vendor)
    credentials = app.credentials()
    if not credentials.client_secret:
        raise ConnectError(f"The OAuth app {app} has no client secret yet: enter it there.")
    redirect_uri = access.redirect_uri(connection)
    opened = attempts.open_attempt(
        connection,
        app,
        user,
        browser_token,
        oauth.token_url(connection.config),
        redirect_uri,
        link,
    )
    return authorize_url(
        vendor, connection.config, credentials, redirect_uri, opened.state, opened.verifier
    )


def finish(callback: Callback) -> ConnectSession:
    """Complete the attempt that a callback answers: exchange, ask, and only then store.

    Answers the attempt, with its connection and, where a customer made it, his link.

    Raises:
        ConnectError: says what stopped it; nothing is stored.
    """
    attempt = attempts.take(callback)
    try:
        _refuse_ended_link(attempt)
        served = _exchange_and_store(attempt, callback.code)
    except (ConnectError, ConnectorError) as error:
        sentence = error.summary if isinstance(error, ConnectorError) else error.sentence
        attempts.close(attempt, ConnectSession.Outcome.FAILED, sentence)
        _note_end(attempt, Outcome.REFUSED, sentence)
        raise ConnectError(sentence, attempt.connection_id) from error
    attempts.close(attempt, ConnectSession.Outcome.CONNECTED)
    _note_end(attempt, Outcome.DONE)
    resuming.wake_targets(served)
    subscriptions.look_after(served)
    return attempt


def connect_with_secrets(
    connection: Connection,
    secrets: Mapping[str, str],
    config: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Connect by secret fields (an API key): tried out at the vendor first, stored if it works.

    A secret that is left out or empty keeps what is stored. ``config`` are plain fields to be tried
    and stored with it, while the connection is tied to no account.

    Raises:
        ConnectError: a field is missing or malformed, or it is another account; nothing is stored.
        ConnectorError: the vendor's own refusal; nothing is stored.
    """
    former = _filled(connection, config) if config else None
    vendor = _refuse_unready(connection, is_stored=former is None)
    complete = _complete_secrets(connection, vendor, secrets)
    answered = accounts.ask(connection, TransientGrantStore(secrets_by_name=complete), ())
    served = storing.store(connection, None, answered, lambda grant: grant.seal(complete), former)
    resuming.wake_targets(served)
    subscriptions.look_after(served)


def check(connection: Connection) -> Capabilities:
    """Test the stored access: ask the account who it is and what it can do, and keep the answer.

    Raises:
        ConnectError: there is no access yet, or it is another account.
        ConnectorError: the vendor's own refusal; a refused access is noted on the connection.
    """
    _refuse_unready(connection)
    if connection.grant_id is None:
        raise ConnectError("The connection has no access yet: connect it first.")
    scopes = Grant.objects.values_list("scopes", flat=True).get(pk=connection.grant_id)
    same = Connection.objects.filter(pk=connection.pk, grant_id=connection.grant_id)
    try:
        answered = accounts.ask(connection, access.stored_grant(connection), scopes)
    except CredentialError as error:
        stopping.need_consent(same, error.summary)
        raise
    same.update(
        account_title=answered.identity.title[:250],
        capabilities=answered.capabilities_json(),
        checked_at=clock.now(),
    )
    if same.filter(status=Connection.Status.NEEDS_REAUTH).update(
        status=Connection.Status.ACTIVE, status_reason=""
    ):
        resuming.make_failed_due([connection.pk])
        resuming.wake_targets([connection.pk])
    return answered.capabilities


def _filled(connection: Connection, typed: Mapping[str, str]) -> Mapping[str, str]:
    """Put plain fields into a connection's configuration, not stored yet; answers the former one.

    An account that is tied would not follow to another address.
    """
    former: Mapping[str, str] = connection.config
    if connection.account_id:
        raise ConnectError(refusals.CHANGED)
    connection.config = {**former, **typed}
    try:
        connection.clean()
    except ValidationError as error:
        raise ConnectError(" ".join(error.messages)) from error
    return former


def _refuse_ended_link(attempt: ConnectSession) -> None:
    if attempt.link_id is not None and not links.living().filter(pk=attempt.link_id).exists():
        raise ConnectError(refusals.LINK_ENDED)


def _note_end(attempt: ConnectSession, outcome: Outcome, sentence: str = "") -> None:
    by_customer = None if attempt.link is None else links.customer_of(attempt.link)
    actions.note(
        by_customer or attempt.started_by,
        "connection.consent",
        attempt.connection,
        outcome=outcome,
        sentence=sentence,
    )


def _exchange_and_store(attempt: ConnectSession, code: str) -> list[int]:
    connection, app = attempt.connection, attempt.app
    vendor = _refuse_unready(connection)
    oauth, _ = _refuse_without_app(connection, vendor)
    # The code goes to the endpoint that the consent was asked for, or nowhere.
    is_same = connection.app_id == attempt.app_id
    if not is_same or oauth.token_url(connection.config) != attempt.token_endpoint:
        raise ConnectError(refusals.CHANGED)
    tokens = exchange_code(
        access.door(),
        vendor,
        connection.config,
        app.credentials(),
        attempt.redirect_uri,
        code,
        attempt.verifier,
    )
    answered = accounts.ask(connection, TransientGrantStore(tokens), tokens.scopes)
    return storing.store(connection, app, answered, lambda grant: write_tokens(grant, tokens))


def _refuse_unready(connection: Connection, *, is_stored: bool = True) -> Vendor:
    """The connection's vendor, if the vendor may be spoken to for it.

    ``is_stored`` False: the configuration is only being tried.
    """
    if connection.status == Connection.Status.CLOSED:
        raise ConnectError("This connection is closed: make a new one.")
    if connection.account_id and connection.is_sandbox != bool(settings.SANDBOX_URL):
        made, now = ("in the sandbox", "without") if connection.is_sandbox else ("without it", "in")
        raise ConnectError(
            f"This connection was made {made} and cannot be used {now} the sandbox: make a new one."
        )
    if is_stored:
        _complete_config(connection)
    return vendors.vendor(connection.vendor)


def _complete_config(connection: Connection) -> None:
    """Store the canonical form of a configuration that was not written by a form."""
    stored = connection.config
    try:
        connection.clean()
    except ValidationError as error:
        raise ConnectError(" ".join(error.messages)) from error
    if connection.config != stored:
        Connection.objects.filter(pk=connection.pk, config=stored).update(config=connection.config)


def _refuse_without_app(connection: Connection, vendor: Vendor) -> tuple[OAuth, OAuthApp]:
    if vendor.oauth is None:
        raise ConnectError(f"{vendor.title} has no consent page: enter its secret fields.")
    app = connection.app
    if app is None:
        raise ConnectError(f"Choose the OAuth app through which {vendor.title} is connected first.")
    if app.vendor != vendor.slug or app.tenant_id not in (None, connection.tenant_id):
        raise ConnectError(f"The OAuth app {app} does not serve this connection: choose another.")
    return vendor.oauth, app


def _complete_secrets(
    connection: Connection, vendor: Vendor, typed: Mapping[str, str]
) -> dict[str, str]:
    kept = _kept_secrets(connection)
    complete: dict[str, str] = {}
    for field in vendor.fields:
        if not field.secret:
            continue
        text = typed.get(field.name, "").strip() or kept.get(field.name, "")
        if not text and field.required:
            raise ConnectError(f"{field.label} is missing.")
        try:
            complete[field.name] = field.clean(text) if field.clean and text else text
        except ValueError as error:
            raise ConnectError(f"{field.label}: {error}") from error
    complete = {name: text for name, text in complete.items() if text}
    if not complete:
        raise ConnectError("Nothing was entered.")
    return complete


def _kept_secrets(connection: Connection) -> Mapping[str, str]:
    """What the connection's form grant holds; tokens of a consent are none of it."""
    if connection.grant_id is None:
        return {}
    grant = Grant.objects.filter(pk=connection.grant_id, app__isnull=True).first()
    if grant is None:
        return {}
    try:
        return grant.unseal()
    except SealedError:
        # What can no longer be read is replaced by what is typed now.
        return {}
