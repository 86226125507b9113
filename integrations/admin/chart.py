"""What runs came to on each of fourteen days, added up by the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Case, IntegerField, Sum, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, TruncDate

from audit.models import SyncRun
from audit.outcomes import WRITTEN, Outcome
from config import clock
from integrations.models import Tenant
from integrations.models.base import visible

DAYS_COUNT = 14
BANDS: Mapping[str, Sequence[str]] = {
    "written": (*WRITTEN, Outcome.LINKED),
    "waiting": (Outcome.WAITING,),
    "held": (Outcome.HELD,),
    "failed": (Outcome.FAILED,),
}
"""What the chart tells apart; what stays unchanged or is out of scope would drown the rest."""


@dataclass(frozen=True, slots=True)
class Band:
    """One outcome's part of a day's column."""

    name: str
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class Day:
    """One column of the chart: a day of the calendar, from midnight to midnight at each tenant."""

    on: date
    bands: tuple[Band, ...]

    @property
    def total(self) -> int:
        """All that is drawn of the day."""
        return sum(band.count for band in self.bands)


def days(user: User | AnonymousUser) -> list[Day]:
    """The columns, of the tenants that the person sees; two queries whatever there is."""
    zones = _zones(user)
    today = max(clock.now().astimezone(zone).date() for zone in zones.values())
    shown = [today - timedelta(days=back) for back in reversed(range(DAYS_COUNT))]
    counted = _counted(user, zones, shown[0])
    totals = {
        day: {
            name: sum(counted.get(day, {}).get(outcome, 0) for outcome in outcomes)
            for name, outcomes in BANDS.items()
        }
        for day in shown
    }
    highest = max(1, *(sum(bands.values()) for bands in totals.values()))
    return [
        Day(
            day,
            tuple(Band(name, count, round(100 * count / highest)) for name, count in bands.items()),
        )
        for day, bands in totals.items()
    ]


def _zones(user: User | AnonymousUser) -> dict[str, ZoneInfo]:
    """The time zones of the person's tenants; UTC where there is none yet."""
    names = visible(Tenant.objects.order_by(), user).values_list("time_zone", flat=True).distinct()
    return {name: ZoneInfo(name) for name in names} or {"UTC": ZoneInfo("UTC")}


def _counted(
    user: User | AnonymousUser, zones: Mapping[str, ZoneInfo], first: date
) -> dict[date, Mapping[str, int]]:
    """What came of the records, by the day on which their run began at its tenant."""
    # The earliest midnight of the first day anywhere; what is of an earlier day falls out below.
    since = min(datetime.combine(first, time.min, tzinfo=zone) for zone in zones.values())
    day = Case(
        *(
            When(
                tenant_id__in=Tenant.objects.filter(time_zone=name).values("pk"),
                then=TruncDate("started_at", tzinfo=zone),
            )
            for name, zone in zones.items()
        ),
        default=TruncDate("started_at", tzinfo=UTC),
    )
    outcomes = [str(outcome) for band in BANDS.values() for outcome in band]
    sums = {
        outcome: Sum(Cast(KeyTextTransform(outcome, "counts"), IntegerField()))
        for outcome in outcomes
    }
    runs = visible(SyncRun.objects.order_by(), user).filter(started_at__gte=since)
    rows = runs.annotate(day=day).values("day").annotate(**sums).values_list("day", *outcomes)
    return {
        day: {one: count or 0 for one, count in zip(outcomes, counts, strict=True)}
        for day, *counts in rows
    }
