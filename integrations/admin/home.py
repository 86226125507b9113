"""The home page: what needs the person, how each integration fares, a chart of fourteen days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib import admin
from django.db.models import Count, Max, Model, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from audit.models import SyncRun
from audit.outcomes import WRITTEN, Outcome
from config import clock
from connectors.redaction import printable
from integrations import schedule
from integrations.admin import texts
from integrations.admin.base import viewer
from integrations.models import Connection, Integration, Membership, Plan, Problem, Record
from integrations.models.base import reach, visible

DAYS_COUNT = 14
RUNS_COUNT = 5_000
"""Of so many runs, the newest, the chart is drawn; more would take longer than anybody waits."""
INTEGRATIONS_COUNT = 50
"""So many integrations are shown, those that need somebody first; the list has all of them."""
BANDS: Mapping[str, Sequence[str]] = {
    "written": (*WRITTEN, Outcome.LINKED),
    "waiting": (Outcome.WAITING,),
    "held": (Outcome.HELD,),
    "failed": (Outcome.FAILED,),
}
"""What the chart tells apart; what stays unchanged or is out of scope would drown the rest."""


@dataclass(frozen=True, slots=True)
class Need:
    """One kind of thing that somebody has to look at."""

    title: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Health:
    """How one integration fares."""

    integration: Integration
    url: str
    state: str
    why: str
    last: SyncRun | None
    next_at: datetime | None
    held_count: int
    failed_count: int
    held_url: str
    failed_url: str


@dataclass(frozen=True, slots=True)
class Band:
    """One outcome's part of a day's column."""

    name: str
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class Day:
    """One column of the chart; a day here is one of UTC, since tenants' days differ."""

    on: date
    bands: tuple[Band, ...]

    @property
    def total(self) -> int:
        """All that is drawn of the day."""
        return sum(band.count for band in self.bands)


def fill(request: HttpRequest, context: dict[str, object]) -> dict[str, object]:
    """What the home page's template shows, of the tenants that the person sees."""
    return context | {
        "title": "Home",
        "needs": _needs(request),
        "healths": _healths(request),
        "days": _days(request),
        "band_names": list(BANDS),
    }


def _needs(request: HttpRequest) -> list[Need]:
    user = viewer(request)
    problems = visible(Problem.objects.filter(closed_at__isnull=True), user)
    mine = problems.filter(Q(assignee=request.user.pk) | Q(assignee__isnull=True))
    held = visible(Record.objects.filter(state=Record.State.HELD), user)
    previews = Plan.objects.filter(state=Plan.State.DRAWN_UP, expires_at__gt=clock.now())
    broken = Connection.objects.filter(status=Connection.Status.NEEDS_REAUTH)
    drawn_up = {"state__exact": Plan.State.DRAWN_UP.value}
    needs_reauth = {"status__exact": Connection.Status.NEEDS_REAUTH.value}
    asked: list[tuple[str, QuerySet[Model], dict[str, str]]] = [
        ("Problems that need you", mine, {}),
        ("Records held", held, {"state__exact": Record.State.HELD.value}),
        ("Connections to connect again", visible(broken, user), needs_reauth),
    ]
    if reach(user, Membership.APPROVING) != frozenset():
        approvable = visible(previews, user, Membership.APPROVING)
        asked.insert(2, ("Previews to approve", approvable, drawn_up))
    return [
        Need(title, rows.count(), _list(rows.model, **filters))
        for title, rows, filters in asked
        if _may_view(request, rows.model)
    ]


def _may_view(request: HttpRequest, model: type[Model]) -> bool:
    """Whether the list of the model is one of the person's pages."""
    return admin.site._registry[model].has_view_permission(request)


def _healths(request: HttpRequest) -> list[Health]:
    if not _may_view(request, Integration):
        return []
    latest = SyncRun.objects.filter(
        integration_id=OuterRef("pk"), started_at__gte=clock.now() - timedelta(days=DAYS_COUNT)
    ).order_by("-started_at")
    rows = visible(Integration.objects.exclude(status=Integration.Status.CLOSED), viewer(request))
    shown = list(
        rows.select_related("tenant")
        .annotate(
            run_id=Subquery(latest.values("pk")[:1]),
            polled_at=Max("high_water_marks__polled_at"),
        )
        # On and paused ones need somebody before drafts do; among them the paused first.
        .order_by("-status", "title")[:INTEGRATIONS_COUNT]
    )
    runs = SyncRun.objects.in_bulk([one.run_id for one in shown if one.run_id is not None])
    stopped = (
        Record.objects.filter(
            integration__in=[one.pk for one in shown],
            state__in=(Record.State.HELD, Record.State.FAILED),
        )
        .order_by()
        .values_list("integration_id", "state")
        .annotate(Count("pk"))
    )
    counts = {(pk, state): count for pk, state, count in stopped}
    return [_health(one, runs.get(one.run_id), one.polled_at, counts) for one in shown]


def _health(
    integration: Integration,
    last: SyncRun | None,
    polled_at: datetime | None,
    counts: Mapping[tuple[int, str], int],
) -> Health:
    is_on = integration.status == Integration.Status.ON
    next_at = polled_at + schedule.interval_of(integration) if is_on and polled_at else None

    def records(state: Record.State) -> str:
        return _list(Record, integration__id__exact=str(integration.pk), state__exact=state.value)

    return Health(
        integration,
        reverse("admin:integrations_integration_change", args=[integration.pk]),
        integration.get_status_display(),
        printable(integration.status_reason),
        last,
        next_at,
        counts.get((integration.pk, Record.State.HELD), 0),
        counts.get((integration.pk, Record.State.FAILED), 0),
        records(Record.State.HELD),
        records(Record.State.FAILED),
    )


def _days(request: HttpRequest) -> list[Day]:
    if not _may_view(request, SyncRun):
        return []
    today = clock.now().date()
    shown = [today - timedelta(days=back) for back in reversed(range(DAYS_COUNT))]
    runs = visible(SyncRun.objects.all(), viewer(request)).order_by("-pk")
    told = runs.values_list("started_at", "counts")[:RUNS_COUNT]
    counted: dict[date, Counter[str]] = {day: Counter() for day in shown}
    for started_at, counts in told:
        if started_at.date() in counted:
            counted[started_at.date()].update(counts)
    totals = {
        day: {
            name: sum(counts[outcome] for outcome in outcomes) for name, outcomes in BANDS.items()
        }
        for day, counts in counted.items()
    }
    highest = max(1, *(sum(bands.values()) for bands in totals.values()))
    return [
        Day(
            day,
            tuple(Band(name, count, round(100 * count / highest)) for name, count in bands.items()),
        )
        for day, bands in totals.items()
    ]


def _list(model: type[Model], **filters: str) -> str:
    query = f"?{urlencode(filters)}" if filters else ""
    return texts.list_url(model) + query
