"""Ends a connection for good: nothing runs on it, the access is given back, then forgotten.

Each part is a row of its own and may run twice: what a vendor that is away left undone is finished
by ``finish_all``.
"""

from __future__ import annotations

import logging

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q

from audit.trail import Who
from config import clock
from connectors import registry as vendors
from connectors.auth import revoke
from connectors.errors import ConnectorError, RetryableError
from connectors.vendor import Vendor
from integrations import actions, schedule
from integrations.connect.refusals import ConnectError
from integrations.engine import access
from integrations.grants import DatabaseGrantStore, read_tokens
from integrations.models import Connection, Grant, Integration
from integrations.webhooks import subscriptions

log = logging.getLogger(__name__)

CLOSED = "Disconnected on {day}."
PAUSED = "Its connection {connection} was disconnected."
SHARED = "Another connection uses the same access: it stays with that one."
LET_GO = "This connection no longer holds any access."
FORGOTTEN = "What was stored of the access is deleted."
GIVEN_BACK = f"The access was given back to {{vendor}}. {FORGOTTEN}"
NOT_TAKEN_BACK = (
    f"{FORGOTTEN} {{vendor}} has no way for us to give the access back: where you want it gone "
    "there too, remove it there."
)
REFUSED = f"{FORGOTTEN} {{vendor}} did not take it back ({{answer}}): remove it there."
LATER = "{vendor} could not be reached to take the access back: it is tried again once a day."


def disconnect(connection: Connection, by: AbstractBaseUser | Who) -> str:
    """End a connection and note who did; answers what became of the access, for whoever asked.

    Raises:
        ConnectError: it was disconnected before, and nothing of it is left.
    """
    is_first, told = _end(connection)
    if is_first or told:
        actions.note(by, "connection.disconnect", connection, sentence=told)
    return told


def end(connection: Connection) -> str:
    """The same, for a caller that notes it itself.

    Raises:
        ConnectError: as ``disconnect``.
    """
    return _end(connection)[1]


def _end(connection: Connection) -> tuple[bool, str]:
    """Whether it was still open, and what became of the access.

    Its integrations are paused and its webhooks taken down while the access still allows it.

    Raises:
        ConnectError: it was disconnected before, and nothing of it is left.
    """
    if connection.status == Connection.Status.CLOSED and connection.grant_id is None:
        raise ConnectError("It is disconnected already.")
    _pause_integrations(connection)
    subscriptions.mend(connection.pk)
    is_first = _close(connection)
    subscriptions.look_after([connection.pk])
    return is_first, _give_back(connection)


def finish_all() -> int:
    """Give back what could not be given back before; answers how many accesses were."""
    left = Connection.objects.filter(status=Connection.Status.CLOSED, grant__isnull=False)
    finished_count = 0
    for connection in left.select_related("app").order_by("pk"):
        log.info("disconnected connection %s: %s", connection.pk, _give_back(connection))
        finished_count += Connection.objects.filter(pk=connection.pk, grant=None).count()
    return finished_count


def _pause_integrations(connection: Connection) -> None:
    running = Integration.objects.filter(
        Q(source=connection) | Q(target=connection), status=Integration.Status.ON
    )
    for integration in running.order_by("pk"):
        Integration.objects.filter(pk=integration.pk, status=Integration.Status.ON).update(
            status=Integration.Status.PAUSED,
            status_reason=PAUSED.format(connection=connection),
            alerted_at=None,
        )
        integration.refresh_from_db()
        schedule.keep(integration)
        subscriptions.look_after({integration.source_id, integration.target_id} - {connection.pk})


def _close(connection: Connection) -> bool:
    """Let nobody use it from now on; False where somebody else was first."""
    still_open = Connection.objects.filter(pk=connection.pk).exclude(
        status=Connection.Status.CLOSED
    )
    is_first = still_open.update(
        status=Connection.Status.CLOSED,
        status_reason=CLOSED.format(day=f"{clock.now():%Y-%m-%d}"),
    )
    connection.refresh_from_db(fields=["status", "status_reason", "grant"])
    return bool(is_first)


def _give_back(connection: Connection) -> str:
    """Give the access back where it was the grant's last connection; says what came of it."""
    if connection.grant_id is None:
        return ""
    vendor = vendors.vendor(connection.vendor)
    store = DatabaseGrantStore(connection.grant_id)
    try:
        told = store.end(lambda grant: _revoked(grant, connection, vendor))
    except RetryableError as error:
        log.warning("access of connection %s not given back: %s", connection.pk, error.summary)
        return LATER.format(vendor=vendor.title)
    if told is None:
        told = _shared(connection, connection.grant_id)
    # It points to the grant until nothing is left to do.
    Connection.objects.filter(pk=connection.pk, grant_id=connection.grant_id).update(
        grant=None, status_reason=f"{connection.status_reason} {told}"
    )
    return told


def _shared(connection: Connection, grant_id: int) -> str:
    """Why the access was not given back; of another tenant's use nobody is told."""
    own = Connection.objects.filter(grant_id=grant_id, tenant_id=connection.tenant_id)
    return SHARED if own.exclude(status=Connection.Status.CLOSED).exists() else LET_GO


def _revoked(grant: Grant, connection: Connection, vendor: Vendor) -> str:
    """Give the tokens back at the vendor; says what came of it.

    Raises:
        RetryableError: it may work later; any other refusal would come again.
    """
    if grant.app is None or connection.is_sandbox != bool(settings.SANDBOX_URL):
        return NOT_TAKEN_BACK.format(vendor=vendor.title)
    try:
        is_given_back = revoke(
            access.door(), vendor, connection.config, grant.app.credentials(), read_tokens(grant)
        )
    except RetryableError:
        raise
    except ConnectorError as error:
        return REFUSED.format(vendor=vendor.title, answer=error.summary.rstrip("."))
    return (GIVEN_BACK if is_given_back else NOT_TAKEN_BACK).format(vendor=vendor.title)
