"""Beat's table says what the integrations say; a poll for which no leg is due reads nothing."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from django_celery_beat.models import IntervalSchedule, PeriodicTask, PeriodicTasks

from integrations import registry, schedule, switching, tasks
from integrations.models import Integration
from integrations.routines import RHYTHMS, SWEEP
from tests import factories
from tests.clocks import StoppedClock

pytestmark = pytest.mark.django_db


def row_of(integration: Integration) -> PeriodicTask:
    return PeriodicTask.objects.get(name=f"integration {integration.pk}")


def test_polls_at_the_shortest_rhythm_of_the_legs_while_switched_on() -> None:
    integration = factories.make_integration(status=Integration.Status.DRAFT)
    switching.switch_on(integration)
    row = row_of(integration)
    assert row.enabled
    assert (row.task, row.queue) == ("integrations.poll", "bulk")
    assert json.loads(row.kwargs) == {"integration_id": integration.pk, "only_due": True}
    assert row.interval.every == row.expire_seconds == 15 * 60

    switching.pause(integration)
    assert not row_of(integration).enabled


@pytest.mark.parametrize(("chosen", "seconds"), [(60, 3600), (5, 300)])
def test_polls_as_a_person_chose(chosen: int, seconds: int) -> None:
    integration = factories.make_integration()
    integration.poll_minutes = chosen
    integration.save()
    schedule.keep(integration)
    assert row_of(integration).interval.every == seconds


def test_never_polls_more_often_than_every_five_minutes() -> None:
    integration = factories.make_integration()
    Integration.objects.filter(pk=integration.pk).update(poll_minutes=1)
    integration.refresh_from_db()
    assert schedule.interval_of(integration).total_seconds() == 300


def test_spreads_the_first_polls() -> None:
    integrations = [factories.make_integration() for _ in range(3)]
    for integration in integrations:
        schedule.keep(integration)
    begun = {row_of(integration).last_run_at for integration in integrations}
    steps = sorted(begun)
    assert all((b - a).total_seconds() > 5 for a, b in pairwise(steps))


def test_leaves_beat_alone_where_nothing_changed() -> None:
    integration = factories.make_integration()
    schedule.keep_all()
    rows = list(PeriodicTask.objects.order_by("pk").values())
    changed_at = PeriodicTasks.last_change()
    schedule.keep_all()
    schedule.keep(integration)
    assert list(PeriodicTask.objects.order_by("pk").values()) == rows
    assert PeriodicTasks.last_change() == changed_at


def test_takes_out_what_belongs_to_nobody_and_leaves_what_is_not_ours() -> None:
    integration = factories.make_integration()
    schedule.keep(integration)
    interval = IntervalSchedule.objects.get()
    PeriodicTask.objects.create(name="an operator's own", task="other.task", interval=interval)
    Integration.objects.filter(pk=integration.pk).update(status=Integration.Status.CLOSED)
    schedule.keep_all()
    names = set(PeriodicTask.objects.values_list("name", flat=True))
    assert names == {rhythm.name for rhythm in RHYTHMS} | {"an operator's own"}


def test_goes_by_the_machines_clock_when_the_sandbox_is_weeks_ahead(
    stopped_clock: StoppedClock,
) -> None:
    integration = factories.make_integration()
    schedule.keep(integration)
    before = row_of(integration).last_run_at
    stopped_clock.advance(days=28)
    another = factories.make_integration()
    schedule.keep(another)
    assert abs((row_of(another).last_run_at - before).total_seconds()) < 15 * 60


def test_asks_for_due_work_as_often_as_the_environment_says() -> None:
    schedule.keep_all()
    row = PeriodicTask.objects.get(name="sweep")
    assert row.interval.every == SWEEP.every.total_seconds()
    assert row.queue == "soon"


def test_of_two_beats_one_poll_reads_a_leg(stopped_clock: StoppedClock) -> None:
    integration = factories.make_integration()
    [leg, *_] = registry.flow(integration.flow).legs
    assert schedule.take_due(integration, leg)
    assert not schedule.take_due(integration, leg)
    stopped_clock.advance(minutes=12)
    assert not schedule.take_due(integration, leg)
    stopped_clock.advance(minutes=3)
    assert schedule.take_due(integration, leg)


def test_reads_nothing_where_no_leg_is_due(
    stopped_clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    integration = factories.make_integration()
    for leg in registry.flow(integration.flow).legs:
        assert schedule.take_due(integration, leg)

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a leg was run")

    monkeypatch.setattr(tasks, "LegRun", refuse)
    tasks.poll(integration.pk, only_due=True)
    with pytest.raises(AssertionError, match="a leg was run"):
        tasks.poll(integration.pk)
