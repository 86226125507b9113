"""Takes up what is due, from rows alone: the broker only wakes workers."""

from __future__ import annotations

import time
from threading import Event

from django.db.models import Q, QuerySet

from audit.models import SyncRun
from config import clock
from integrations import registry
from integrations.engine.run import LegRun
from integrations.models import Connection, Integration, Record

DRAIN_SECONDS = 20.0
DRAIN_COUNT = 200


def due_records() -> QuerySet[Record]:
    """Rows that want work now, that nobody holds, of integrations that run."""
    now = clock.now()
    return Record.objects.filter(
        Q(due_at__lte=now),
        lease_until__lt=now,
        integration__status=Integration.Status.ON,
        integration__source__status=Connection.Status.ACTIVE,
        integration__target__status=Connection.Status.ACTIVE,
    ).exclude(state=Record.State.IGNORED)


def connections_with_work() -> list[int]:
    """The targets at which something is due; touches connections, not records."""
    return sorted(
        due_records().order_by().values_list("integration__target_id", flat=True).distinct()
    )


def drain(connection_id: int, stop: Event | None = None) -> bool:
    """Work what is due at one target, most needed first, for a bounded time.

    Answers whether more is due.
    """
    stop = stop or Event()
    give_back_at = time.monotonic() + DRAIN_SECONDS
    worked_count = 0
    while worked_count < DRAIN_COUNT and time.monotonic() < give_back_at and not stop.is_set():
        batch = _next_batch(connection_id, DRAIN_COUNT - worked_count)
        if batch is None:
            return False
        integration, leg_name, ids = batch
        leg = registry.flow(integration.flow).leg(leg_name)
        run = LegRun(integration, leg, SyncRun.Trigger.SCHEDULE, stop=stop)
        if run.work_these(ids).state != SyncRun.State.DONE:
            return False
        worked_count += len(ids)
    return _next_batch(connection_id, 1) is not None


def _next_batch(connection_id: int, at_most: int) -> tuple[Integration, str, list[int]] | None:
    """Records of the one leg whose need is greatest, in order of need."""
    due = due_records().filter(integration__target_id=connection_id)
    ordered = due.order_by("urgency", "due_at", "pk")
    first = ordered.values_list("integration_id", "leg").first()
    if first is None:
        return None
    integration_id, leg = first
    ids = ordered.filter(integration_id=integration_id, leg=leg).values_list("pk", flat=True)
    integration = Integration.objects.select_related("tenant", "source", "target").get(
        pk=integration_id
    )
    return integration, leg, list(ids[:at_most])
