"""The home page: what needs the person, and how each integration fares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import admin
from django.db.models import Count, Max, Min, Model, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from audit.models import SyncRun
from config import clock
from connectors.redaction import printable
from integrations import schedule, unreleased
from integrations.admin import chart, documents, texts
from integrations.admin.base import viewer
from integrations.models import (
    Connection,
    Document,
    Integration,
    Membership,
    Plan,
    Problem,
    Record,
)
from integrations.models.base import reach, visible

INTEGRATIONS_COUNT = 50
"""So many integrations are shown, those that need somebody first; the list has all of them."""


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
class Unreleased:
    """Money documents that are written and not released."""

    count: int
    oldest_at: datetime
    url: str
    overdue: Need


def fill(request: HttpRequest, context: dict[str, object]) -> dict[str, object]:
    """What the home page's template shows, of the tenants that the person sees."""
    return context | {
        "title": "Home",
        "needs": _needs(request),
        "unreleased": _unreleased(request),
        "healths": _healths(request),
        "days": chart.days(viewer(request)) if _may_view(request, SyncRun) else [],
        "band_names": list(chart.BANDS),
    }


def _unreleased(request: HttpRequest) -> Unreleased | None:
    """How many there are, and since when the first of them stands there; None where none is."""
    if not _may_view(request, Document):
        return None
    rows = unreleased.unreleased(visible(Document.objects.all(), viewer(request)))
    found = rows.order_by().aggregate(
        count=Count("pk"),
        oldest_at=Min("created_at"),
        overdue_count=Count("pk", filter=unreleased.overdue()),
    )
    if not found["count"]:
        return None
    late = _list(Document, **{documents.STANDS: documents.OVERDUE})
    return Unreleased(
        found["count"],
        found["oldest_at"],
        _list(Document, **{documents.STANDS: documents.UNRELEASED}),
        Need("Documents not released in time", found["overdue_count"], late),
    )


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
        integration_id=OuterRef("pk"),
        started_at__gte=clock.now() - timedelta(days=chart.DAYS_COUNT),
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


def _list(model: type[Model], **filters: str) -> str:
    query = f"?{urlencode(filters)}" if filters else ""
    return texts.list_url(model) + query
