"""Records that point to each other, worked at the same moment by two workers."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction

from audit.models import SyncRun
from config import clock
from integrations.engine import waiting
from integrations.engine.run import LegRun
from integrations.models import Record
from tests.company import Company
from tests.faults.aside import GLANCES, aside, await_held, release
from tests.scenarios.test_supervisors import number_of, reports_to

OPEN_SECONDS = 30.0
GLANCE_SECONDS = 0.01


def work(company: Company, person_id: str) -> SyncRun:
    """Work one person in a run of his own, as a worker who was told of him."""
    run = LegRun(company.fresh(), company.leg, SyncRun.Trigger.MANUAL, width=1)
    return run.work_these([company.record(person_id).pk])


def hired(company: Company, **fields: Any) -> str:
    """Somebody of whom nothing but the row is there yet."""
    person_id = company.hire(**fields)
    Record.objects.create(
        integration=company.integration, leg="employees", source_id=person_id, wanted=1
    )
    return person_id


def test_never_writes_a_circle_when_both_are_worked_at_once(company: Company) -> None:
    company.sync()
    company.advance(days=1)
    first, second = company.hire(firstName="Ada"), company.hire(firstName="Bea")
    company.sync()
    company.change(first, supervisorEId=second)
    company.change(second, supervisorEId=first)
    read = f"/Employee/{number_of(company, second)}"
    company.sandbox.fault(vendor="acumatica", method="GET", path=read, action="hold", at="applied")
    # The one has read and decided, and is held before he writes; the other begins and ends.
    with aside(lambda: work(company, second)) as held:
        await_held(company)
        work(company, first)
        release(company, "now")
        held.result()
    assert reports_to(company, first) == number_of(company, second)
    assert reports_to(company, second) is None
    assert company.codes(second) == ["supervisor_cycle"]
    assert company.record(second).state == Record.State.SYNCED
    boss = company.someone(department="Finance")
    company.advance(days=1)
    company.change(first, date=company.today(), supervisorEId=boss)
    company.sync()
    company.drain()
    assert reports_to(company, second) == number_of(company, first)
    assert company.codes(second) == []


def test_wakes_whom_the_commit_of_the_awaited_record_could_not_see(company: Company) -> None:
    company.sync()
    boss = hired(company, firstName="Ada")
    person_id = hired(company, supervisorEId=boss)
    row = company.record(boss)
    end = end_beside if connection.vendor == "postgresql" else end_after
    end(company, row, lambda: work(company, person_id))
    record = company.record(person_id)
    assert record.waits_for == f"employees:{boss}"
    assert record.due_at is not None
    assert record.due_at <= clock.now()


def end_after(company: Company, boss: Record, work: Callable[[], object]) -> None:
    """SQLite has one writer: the other's commits come wholly before, and are seen."""
    work()
    with transaction.atomic():
        end_work_on(company, boss)


def end_beside(company: Company, boss: Record, work: Callable[[], object]) -> None:
    """The other works while the commit is under way, which sees nothing of it."""
    is_open = Event()

    def work_beside() -> None:
        is_open.wait(OPEN_SECONDS)
        work()

    with aside(work_beside) as beside:
        with transaction.atomic():
            end_work_on(company, boss)
            is_open.set()
            await_end_or_lock(beside)
        beside.result()


def end_work_on(company: Company, boss: Record) -> None:
    """What ends the work on the supervisor, stopped before its commit."""
    Record.objects.filter(pk=boss.pk).update(state=Record.State.SYNCED, target_id="EP99")
    waiting.wake(company.fresh(), [waiting.Stand(boss, Record.State.SYNCED, "EP99")])


def test_stays_due_when_the_worker_dies_before_it_came_to_rest(company: Company) -> None:
    company.sync()
    boss = hired(company, firstName="Ada", department="Field Operations")
    person_id = hired(company, supervisorEId=boss)
    with connection.execute_wrapper(die_at_the_touch), pytest.raises(Killed):
        work(company, person_id)
    record = company.record(person_id)
    assert (record.state, record.waits_for) == (Record.State.SYNCED, f"employees:{boss}")
    assert record.due_at is not None
    company.drain()
    assert company.record(person_id).due_at is None
    assert company.codes(person_id) == ["supervisor_missing"]


class Killed(BaseException):
    """The end of the worker, wherever it is."""


def die_at_the_touch(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
) -> Any:
    """Stop the worker between its commit and its look at whom it waits for."""
    if re.match(r'UPDATE "integrations_record" SET "seen_at" = \(?"integrations_record"', sql):
        raise Killed
    return execute(sql, params, many, context)


def await_end_or_lock(beside: Future[object]) -> None:
    """Until the other worker has ended, or waits for a row that this connection holds."""
    for _ in range(GLANCES):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone() != (0,):
                return
        if wait([beside], timeout=GLANCE_SECONDS).done:
            return
    raise AssertionError("The other worker neither ended nor waited.")
