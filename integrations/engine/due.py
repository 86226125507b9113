"""Takes up what is due, from rows alone: the broker only wakes workers."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from threading import Event

from django.db.models import Exists, OuterRef, Q, QuerySet

from audit.models import SyncRun
from config import clock
from integrations import registry
from integrations.engine.run import LegRun, legs
from integrations.flow import Leg
from integrations.models import Connection, HighWaterMark, Integration, Record

DRAIN_SECONDS = 20.0
DRAIN_COUNT = 200


def due_records() -> QuerySet[Record]:
    """Rows that want work now, that nobody holds, of integrations that run and open legs."""
    now = clock.now()
    of_leg = HighWaterMark.objects.filter(
        integration=OuterRef("integration"), leg=OuterRef("leg"), opened_at__isnull=False
    )
    return Record.objects.filter(
        Exists(of_leg),
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
    _rest_where_off(connection_id)
    give_back_at = time.monotonic() + DRAIN_SECONDS
    worked_count = 0
    while worked_count < DRAIN_COUNT and time.monotonic() < give_back_at and not stop.is_set():
        batch = _next_batch(connection_id, DRAIN_COUNT - worked_count)
        if batch is None:
            return False
        leg = registry.flow(batch.integration.flow).leg(batch.leg)
        run = LegRun(batch.integration, leg, batch.trigger, stop=stop)
        if run.work_these(batch.ids).state != SyncRun.State.DONE:
            return False
        worked_count += len(batch.ids)
    return _next_batch(connection_id, 1) is not None


def asking_legs(connection_id: int) -> list[tuple[Integration, Leg]]:
    """Legs at one target of which something may wait for an approved preview."""
    rows = Integration.objects.select_related("tenant", "source", "target")
    running = rows.filter(target=connection_id, status=Integration.Status.ON).order_by("pk")
    return [
        (integration, leg)
        for integration in running
        if any(leg.asks is not None for leg in registry.flow(integration.flow).legs)
        for leg in legs(integration)
        if leg.asks is not None
    ]


def became_due(connection_id: int, since: datetime) -> bool:
    """Whether something at this target was asked for since then."""
    return due_records().filter(integration__target_id=connection_id, due_at__gte=since).exists()


def _rest_where_off(connection_id: int) -> None:
    """Let what is due in legs that are switched off rest, as asked for as it was.

    Whoever switches the leg on asks for all its records.
    """
    due = due_records().filter(integration__target_id=connection_id)
    asked = due.order_by().values_list("integration_id", "leg").distinct()
    by_integration: dict[int, set[str]] = defaultdict(set)
    for integration_id, leg in asked:
        by_integration[integration_id].add(leg)
    rows = Integration.objects.select_related("tenant", "source", "target")
    for integration in rows.filter(pk__in=by_integration):
        off = by_integration[integration.pk] - {leg.name for leg in legs(integration)}
        if off:
            due.filter(integration=integration, leg__in=off).update(due_at=None)


@dataclass(frozen=True, slots=True)
class _Batch:
    integration: Integration
    leg: str
    ids: list[int]
    trigger: SyncRun.Trigger


def _next_batch(connection_id: int, at_most: int) -> _Batch | None:
    """Records of the one leg whose need is greatest, in order of need."""
    due = due_records().filter(integration__target_id=connection_id)
    ordered = due.order_by("urgency", "due_at", "pk")
    first = ordered.values_list("integration_id", "leg").first()
    if first is None:
        return None
    integration_id, leg = first
    of_leg = ordered.filter(integration_id=integration_id, leg=leg)
    rows = list(of_leg.values_list("pk", "noticed_at", "read_at")[:at_most])
    integration = Integration.objects.select_related("tenant", "source", "target").get(
        pk=integration_id
    )
    is_told = all(_was_told(noticed_at, read_at) for _, noticed_at, read_at in rows)
    trigger = SyncRun.Trigger.WEBHOOK if is_told else SyncRun.Trigger.SCHEDULE
    return _Batch(integration, leg, [pk for pk, _, _ in rows], trigger)


def _was_told(noticed_at: datetime | None, read_at: datetime | None) -> bool:
    """Whether a webhook told of the record since it was last read."""
    return noticed_at is not None and (read_at is None or read_at <= noticed_at)
