"""Beat sends what is due, once, and keeps when it did; a changed table is taken up."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from config import beat, clock
from config.beat import Scheduler
from config.celery import app
from integrations.routines import RHYTHMS
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


class Stage:
    """A scheduler whose messages are only noted."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.scheduler = Scheduler(app=app, lazy=True)
        self.scheduler.apply_async = self._note
        # It would be kept once more when the process ends, after the test's database.
        self.scheduler._finalize.cancel()
        self.scheduler.setup_schedule()

    def _note(self, entry: object, **kwargs: object) -> None:
        self.sent.append(str(getattr(entry, "name", "")))

    def tick(self, count: int = 10) -> list[str]:
        """So many ticks; what they sent."""
        self.sent.clear()
        for _ in range(count):
            self.scheduler.tick()
        return sorted(self.sent)


def add(name: str, ago: timedelta = timedelta(hours=1)) -> PeriodicTask:
    interval, _ = IntervalSchedule.objects.get_or_create(every=300, period="seconds")
    return PeriodicTask.objects.create(
        name=name,
        task="tests.note",
        queue="bulk",
        kwargs=json.dumps({}),
        interval=interval,
        last_run_at=clock.now() - ago,
    )


def test_sends_what_is_due_once() -> None:
    add("due")
    add("also due")
    add("not due", timedelta(seconds=10))
    stage = Stage()
    assert stage.tick() == ["also due", "due"]
    assert stage.tick() == []


def test_remembers_over_a_restart_what_it_sent() -> None:
    row = add("due")
    stage = Stage()
    stage.tick()
    stage.scheduler.sync()
    row.refresh_from_db()
    assert clock.now() - row.last_run_at < timedelta(minutes=1)
    assert row.total_run_count == 1
    assert Stage().tick() == []


def test_takes_up_a_table_that_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beat, "LOOK_SECONDS", 0.0)
    due = add("due")
    stage = Stage()
    assert stage.tick() == ["due"]
    add("new")
    assert stage.tick() == ["new"]
    due.enabled = False
    due.last_run_at = clock.now() - timedelta(hours=1)
    due.save()
    assert stage.tick() == []


def test_keeps_later_what_the_database_did_not_take(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise DatabaseError

    row = add("due")
    stage = Stage()
    stage.tick()
    with monkeypatch.context() as broken:
        broken.setattr(type(PeriodicTask.objects), "bulk_update", refuse)
        stage.scheduler.sync()
    stage.scheduler.sync()
    row.refresh_from_db()
    assert row.total_run_count == 1


def test_begins_with_what_the_integrations_say_and_adds_nothing() -> None:
    integration = factories.make_integration()
    names = {f"integration {integration.pk}", *(rhythm.name for rhythm in RHYTHMS)}
    assert set(Stage().scheduler.schedule) == names


def test_misses_no_change_between_its_first_read_and_its_first_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(beat, "LOOK_SECONDS", 0.0)
    stage = Stage()
    add("new")
    assert stage.tick() == ["new"]
