"""What is measured of the work: counted when asked for, without tenants' or people's names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Min, Model, QuerySet
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from audit.models import SyncRun
from config import clock
from integrations.engine.due import due_records
from integrations.models import (
    Budget,
    Connection,
    Delivery,
    Integration,
    Problem,
    Record,
    Write,
)
from integrations.readiness import swept_ago

RECENT = timedelta(days=1)


def exposition() -> bytes:
    """All metrics in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Work())
    return generate_latest(registry)


class _Work(Collector):
    """The rows, counted by what they are."""

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering must not ask the database."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """One query each."""
        now = clock.now()
        yield _counted(
            "records",
            "Records by flow, leg and state.",
            Record.objects.all(),
            ("integration__flow", "leg", "state"),
        )
        yield _counted(
            "problems_open",
            "Open problems by flow and code.",
            Problem.objects.filter(closed_at__isnull=True),
            ("integration__flow", "code"),
        )
        yield _counted(
            "connections",
            "Connections by vendor and status.",
            Connection.objects.all(),
            ("vendor", "status"),
        )
        yield _counted(
            "integrations",
            "Integrations by flow and status.",
            Integration.objects.all(),
            ("flow", "status"),
        )
        yield _counted(
            "runs_last_day",
            "Runs that began within the last 24 hours, by flow, leg, trigger and state.",
            SyncRun.objects.filter(started_at__gte=now - RECENT),
            ("flow", "leg", "trigger", "state"),
        )
        yield from _ages(now)
        yield _single(
            "writes_unclear",
            "Changing calls whose outcome is not known yet.",
            Write.objects.filter(outcome=Write.Outcome.UNCLEAR).count(),
        )
        yield _single(
            "budgets_paused",
            "Budgets that a vendor asked us to pause.",
            Budget.objects.filter(paused_until__gt=now).count(),
        )


def _ages(now: datetime) -> Iterator[Metric]:
    oldest = due_records().aggregate(at=Min("due_at"))["at"]
    yield _single(
        "oldest_due_seconds",
        "Age of the oldest record that is due and not yet written.",
        _seconds_since(oldest, now),
    )
    waiting = Delivery.objects.filter(handled_at__isnull=True).aggregate(
        count=Count("pk"), at=Min("received_at")
    )
    yield _single("deliveries_waiting", "Deliveries not handled yet.", waiting["count"])
    yield _single(
        "oldest_delivery_seconds",
        "Age of the oldest delivery not handled yet.",
        _seconds_since(waiting["at"], now),
    )
    ago = swept_ago()
    yield _single(
        "swept_seconds_ago",
        "How long ago due work was last looked for; -1 where it never was.",
        -1 if ago is None else ago.total_seconds(),
    )


def _seconds_since(at: datetime | None, now: datetime) -> float:
    return 0.0 if at is None else (now - at).total_seconds()


def _single(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(f"ml_connector_{name}", told, value=value)


def _counted(name: str, told: str, rows: QuerySet[Model], by: tuple[str, ...]) -> Metric:
    labels = [field.rpartition("__")[2] for field in by]
    metric = GaugeMetricFamily(f"ml_connector_{name}", told, labels=labels)
    for *values, count in rows.order_by().values_list(*by).annotate(count=Count("pk")):
        metric.add_metric([str(value) for value in values], count)
    return metric
