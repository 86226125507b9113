"""What beat sends, and how often: the only writer of its table.

One row per integration asks for a poll, at the shortest rhythm of its legs; which legs are due is
decided from rows when the poll is worked. Beat goes by this machine's clock, never the sandbox's.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from django.db.models import Q
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from config import clock
from integrations import registry
from integrations.engine import marks
from integrations.flow import Leg
from integrations.models import HighWaterMark, Integration
from integrations.models.installing import SHORTEST_POLL_MINUTES
from integrations.routines import RHYTHMS

POLL = "integrations.poll"
NAMED = "integration {}"
SPREAD_COUNT = 97
"""First polls of so many integrations in a row fall on different parts of their interval."""
A_LITTLE_EARLY = 0.1
"""The part of its rhythm by which a leg may be read too early: beat is never exact."""


def rhythm_of(integration: Integration, leg: Leg) -> timedelta:
    """How often one leg is read: as a person set it, else as the leg says."""
    if integration.poll_minutes is not None:
        return timedelta(minutes=integration.poll_minutes)
    return leg.rhythm


def interval_of(integration: Integration) -> timedelta:
    """The shortest rhythm of its legs, never under five minutes."""
    legs = registry.flow(integration.flow).legs
    shortest = min(rhythm_of(integration, leg) for leg in legs)
    return max(shortest, timedelta(minutes=SHORTEST_POLL_MINUTES))


def take_due(integration: Integration, leg: Leg) -> bool:
    """Whether a scheduled poll reads this leg now; of two polls at once one is told so."""
    mark = marks.read_mark(integration, leg.name)
    now = clock.now()
    before = now - rhythm_of(integration, leg) * (1 - A_LITTLE_EARLY)
    due = HighWaterMark.objects.filter(Q(polled_at__isnull=True) | Q(polled_at__lte=before))
    return bool(due.filter(pk=mark.pk).update(polled_at=now))


def keep(integration: Integration) -> None:
    """Set the row of one integration to what it says now; the first poll is spread."""
    interval = interval_of(integration)
    _keep(
        NAMED.format(integration.pk),
        task=POLL,
        queue="bulk",
        every=interval,
        kwargs={"integration_id": integration.pk, "only_due": True},
        enabled=integration.status == Integration.Status.ON,
        # As if it had been sent a part of the interval ago.
        last_run_at=_machine_now() - interval * (integration.pk % SPREAD_COUNT) / SPREAD_COUNT,
    )


def keep_all() -> None:
    """Set every row, those of the routines too; what belongs to nobody any more is taken out."""
    names = {rhythm.name for rhythm in RHYTHMS}
    for rhythm in RHYTHMS:
        _keep(rhythm.name, task=rhythm.task, queue=rhythm.queue, every=rhythm.every)
    for integration in Integration.objects.exclude(status=Integration.Status.CLOSED).iterator():
        names.add(NAMED.format(integration.pk))
        keep(integration)
    ours = PeriodicTask.objects.filter(Q(task=POLL) | Q(task__in=[one.task for one in RHYTHMS]))
    for row in ours.exclude(name__in=names):
        row.delete()


def _keep(
    name: str,
    *,
    task: str,
    queue: str,
    every: timedelta,
    kwargs: dict[str, object] | None = None,
    enabled: bool = True,
    last_run_at: datetime | None = None,
) -> None:
    """Saved only where something differs: each save has beat read its whole table again."""
    seconds = int(every.total_seconds())
    wanted = {
        "task": task,
        "queue": queue,
        "kwargs": json.dumps(kwargs or {}),
        "enabled": enabled,
        # What beat sent and nobody took up is worthless once the next one is sent.
        "expire_seconds": seconds,
    }
    interval = _interval(seconds)
    row, is_new = PeriodicTask.objects.get_or_create(
        name=name, defaults={**wanted, "interval": interval, "last_run_at": last_run_at}
    )
    is_right = all(getattr(row, field) == value for field, value in wanted.items())
    if is_new or (is_right and row.interval_id == interval.pk):
        return
    row.interval = interval
    for field, value in wanted.items():
        setattr(row, field, value)
    row.save()


def _interval(seconds: int) -> IntervalSchedule:
    """The library's table allows doubles, so that ``get_or_create`` could come to find two."""
    same = IntervalSchedule.objects.filter(every=seconds, period=IntervalSchedule.SECONDS)
    return same.order_by("pk").first() or IntervalSchedule.objects.create(
        every=seconds, period=IntervalSchedule.SECONDS
    )


def _machine_now() -> datetime:
    return clock.now() - clock.offset()
