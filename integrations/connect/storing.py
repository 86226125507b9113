"""Stores a proven access in one commit: the grant, the tie to its account, what is due again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.conf import settings
from django.db import IntegrityError, transaction

from config import clock
from integrations import resuming
from integrations.connect import refusals
from integrations.connect.accounts import Answered, refuse_taken
from integrations.connect.refusals import ConnectError
from integrations.models import Connection, Grant, OAuthApp

TRIES_COUNT = 5
"""How often a grant that others refresh at the same time is read again."""

Put = Callable[[Grant], None]
"""Puts the new secrets into a grant's row; the caller saves it."""


def store(
    connection: Connection,
    app: OAuthApp | None,
    answered: Answered,
    put: Put,
    former_config: Mapping[str, str] | None = None,
) -> list[int]:
    """Tie the connection to its account and grant, and make due what failed for want of it.

    ``former_config`` is what the row holds where the configuration is stored with the access.
    Answers all connections that the grant serves and that are not closed.

    Raises:
        ConnectError: the connection was changed meanwhile, or the account got tied to another
            one; nothing is stored.
    """
    with transaction.atomic():
        grant_id = _put_grant(connection.vendor, app, answered.identity.subject, put)
        former = connection.config if former_config is None else former_config
        _tie(connection, grant_id, answered, former)
        # The grant serves all its connections: those that waited for a new consent go on too.
        Connection.objects.filter(grant_id=grant_id, status=Connection.Status.NEEDS_REAUTH).update(
            status=Connection.Status.ACTIVE, status_reason=""
        )
        served = list(
            Connection.objects.filter(grant_id=grant_id)
            .exclude(status=Connection.Status.CLOSED)
            .values_list("pk", flat=True)
        )
        resuming.make_failed_due(served)
        return served


def _tie(
    connection: Connection, grant_id: int, answered: Answered, former_config: Mapping[str, str]
) -> None:
    identity = answered.identity
    unchanged = Connection.objects.filter(
        pk=connection.pk,
        config=former_config,
        app_id=connection.app_id,
        account_id__in=("", identity.account_id),
    ).exclude(status=Connection.Status.CLOSED)
    try:
        with transaction.atomic():
            is_tied = unchanged.update(
                grant_id=grant_id,
                config=connection.config,
                account_id=identity.account_id,
                account_title=identity.title[:250],
                capabilities=answered.capabilities_json(),
                status=Connection.Status.ACTIVE,
                status_reason="",
                is_sandbox=bool(settings.SANDBOX_URL),
                checked_at=clock.now(),
            )
    except IntegrityError as error:
        refuse_taken(connection, identity)
        raise ConnectError(refusals.CHANGED) from error
    if not is_tied:
        raise ConnectError(refusals.CHANGED)


def _put_grant(vendor: str, app: OAuthApp | None, subject: str, put: Put) -> int:
    """The row of (app, subject) with the new secrets: the one that is there, else a new one."""
    for _ in range(TRIES_COUNT):
        # What stands in it is not read: a row that no longer decrypts is mended by this.
        grant = (
            Grant.objects.defer("sealed").filter(vendor=vendor, app=app, subject=subject).first()
        )
        if grant is None:
            grant = Grant(vendor=vendor, app=app, subject=subject)
            put(grant)
            if _is_inserted(grant):
                return grant.pk
            continue
        generation = grant.generation
        put(grant)
        replaced = Grant.objects.filter(pk=grant.pk, generation=generation).update(
            sealed=grant.sealed,
            sealed_at=grant.sealed_at,
            scopes=grant.scopes,
            facts=grant.facts,
            expires_at=grant.expires_at,
            generation=generation + 1,
            needs_consent=False,
        )
        if replaced:
            return grant.pk
    raise ConnectError(refusals.CHANGED)


def _is_inserted(grant: Grant) -> bool:
    try:
        with transaction.atomic():
            grant.save(force_insert=True)
    except IntegrityError:
        return False
    return True
