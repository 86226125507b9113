"""Real workers and a real beat: what they do by themselves; stopping them loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import QuerySet
from django_celery_beat.models import PeriodicTask

from audit.models import SyncRun
from config import clock
from connectors.pacing import budget_redis
from integrations import resuming, schedule
from integrations.engine.due import due_records
from integrations.models import Record, Write
from tests.company import Company
from tests.faults.workers import Workers, workers
from tests.processes import Process

CHANGED_COUNT = 6


FORGOTTEN_SECONDS = 200
"""After so long a message that nobody took up is taken for lost, and a new Redis lets calls begin:
what an old one had granted has ended by then."""


@pytest.fixture
def running(company: Company, tmp_path: Path) -> Iterator[Workers]:
    """No process yet, and a company whose people all stand at the target."""
    company.sync()
    assert not due_records().exists()
    with workers(tmp_path) as started:
        yield started


def change_some(company: Company) -> list[str]:
    """Change people at the source and make their records due, as notices would."""
    synced = Record.objects.filter(state=Record.State.SYNCED, leg=company.leg.name)
    chosen = list(synced.order_by("pk").values_list("source_id", flat=True)[:CHANGED_COUNT])
    for number, person_id in enumerate(chosen):
        company.change(person_id, lastName=f"Changed {number}")
    resuming.retry(Record.objects.filter(source_id__in=chosen, leg=company.leg.name))
    return chosen


def begin(company: Company, running: Workers) -> Process:
    """Start a worker and beat, and let the time pass after which a new Redis grants calls."""
    worker = running.worker()
    running.beat()
    runs_count = ended_count()
    # The message of the change went to the test's own queue, where nobody reads it.
    company.advance(seconds=FORGOTTEN_SECONDS)
    running.until("a refused run", lambda: ended_count() > runs_count)
    company.advance(seconds=FORGOTTEN_SECONDS)
    return worker


def hold_a_write(company: Company) -> None:
    company.sandbox.fault(
        vendor="acumatica", method="PUT", path="/Employee", action="hold", at="received"
    )


def assert_carried(company: Company, changed: list[str]) -> None:
    for number, person_id in enumerate(changed):
        assert company.employee_of(person_id)["ContactInfo"]["LastName"] == f"Changed {number}"
    assert not Write.objects.filter(outcome__in=("sent", "unclear")).exists()


def test_finds_what_is_due_though_the_broker_lost_everything(
    company: Company, running: Workers
) -> None:
    before = len(company.writes())
    changed = change_some(company)
    hold_a_write(company)
    begin(company, running)
    running.until("a call", lambda: bool(company.sandbox.control("GET", "held")))
    with budget_redis(running.redis.url) as redis:
        redis.flushall()
    company.sandbox.control("POST", "release", {"apply": "now"})
    runs_count = ended_count()
    company.advance(seconds=FORGOTTEN_SECONDS)
    running.until("another run", lambda: ended_count() > runs_count)
    company.advance(seconds=FORGOTTEN_SECONDS)
    running.until("everything", lambda: not wanted(changed).exists())
    assert_carried(company, changed)
    assert len(company.writes()) == before + CHANGED_COUNT


def test_stops_at_sigterm_and_leaves_the_rest_due(company: Company, running: Workers) -> None:
    before = len(company.writes())
    changed = change_some(company)
    hold_a_write(company)
    worker = begin(company, running)
    running.until("a call", lambda: bool(company.sandbox.control("GET", "held")))
    worker.ask_to_end()
    company.sandbox.control("POST", "release", {"apply": "now"})
    assert worker.wait() == 0
    assert 0 < len(company.writes()) - before < CHANGED_COUNT
    assert due_records().exists()
    assert not SyncRun.objects.filter(state=SyncRun.State.RUNNING).exists()

    company.advance(seconds=FORGOTTEN_SECONDS)
    running.worker()
    running.until("the rest", lambda: not wanted(changed).exists())
    assert_carried(company, changed)
    assert len(company.writes()) == before + CHANGED_COUNT


def test_two_beats_and_two_workers_poll_once(company: Company, running: Workers) -> None:
    schedule.keep(company.fresh())
    long_ago = clock.now() - clock.offset() - timedelta(hours=1)
    PeriodicTask.objects.update(last_run_at=long_ago)
    before = ended_count()
    for _ in range(2):
        running.worker(concurrency=2)
        running.beat()
    # Their Redis is new, so that the poll is refused before its first call.
    running.until("a poll", lambda: ended_count() > before)
    running.until("the other one", running.has_nothing_queued)
    running.until("the end", lambda: not SyncRun.objects.filter(ended_at=None).exists())
    assert ended_count() == before + 1


def wanted(changed: list[str]) -> QuerySet[Record]:
    """Those of them that are still to be worked, now or later."""
    return Record.objects.filter(source_id__in=changed, due_at__isnull=False)


def ended_count() -> int:
    """How many runs have ended."""
    return SyncRun.objects.exclude(ended_at=None).count()
