"""Workers that are stopped in the middle, go on too late, or meet at one record."""

from __future__ import annotations

import pytest

from integrations.models import Record, Write
from tests.company import Company
from tests.faults.aside import aside, await_held, release
from tests.faults.changes import CHANGES, EMPLOYEE_WRITE, Change
from tests.faults.test_lost_answers import assert_as_quiet

FIND = {"vendor": "acumatica", "method": "GET", "path": "/Employee(/|$)"}
LEASE_SECONDS = 3_600
"""Longer than any lease and any call to Acumatica."""
pytestmark = pytest.mark.usefixtures("synced")
every_change = pytest.mark.parametrize("change", CHANGES, ids=str)


def made(company: Company, change: Change) -> tuple[str, int]:
    """Make the change; whom it concerns, and the writes until then."""
    company.advance(days=1)
    person_id = change.make(company)
    return person_id, len(company.writes())


@every_change
def test_writes_nothing_twice_when_stopped_before_the_write_until_its_lease_ended(
    company: Company, change: Change
) -> None:
    person_id, before = made(company, change)
    company.sandbox.fault(**FIND, action="hold", at="applied")
    with aside(company.sync) as stopped:
        await_held(company)
        company.advance(seconds=LEASE_SECONDS)
        company.drain()
        company.settle()
        assert len(company.writes()) - before == 1
        release(company, "now")
        stopped.result()
    assert len(company.writes()) - before == 1
    assert Write.objects.filter(record=company.record(person_id), step=change.step).count() == 1
    assert_as_quiet(company, person_id)


@every_change
def test_writes_nothing_twice_when_stopped_in_the_write_until_its_lease_ended(
    company: Company, change: Change
) -> None:
    person_id, before = made(company, change)
    company.sandbox.fault(**EMPLOYEE_WRITE, action="hold", at="applied")
    with aside(company.sync) as stopped:
        await_held(company)
        company.advance(seconds=LEASE_SECONDS)
        company.settle()
        assert company.record(person_id).state == Record.State.SYNCED
        release(company, "now")
        stopped.result()
    assert len(company.writes()) - before == 1
    assert_as_quiet(company, person_id)


@every_change
def test_finds_what_takes_effect_between_its_two_looks(company: Company, change: Change) -> None:
    person_id, before = made(company, change)
    company.sandbox.fault(**EMPLOYEE_WRITE, action="hold")
    with aside(company.sync) as stopped:
        await_held(company)
        release(company, "later")
        stopped.result()
    company.advance(seconds=LEASE_SECONDS)
    company.drain()
    if change.step == "create":
        assert company.record(person_id).state == Record.State.WRITING
    release(company, "now")
    company.settle()
    assert company.employee_of(person_id) is not None
    assert_as_quiet(company, person_id)
    assert len(company.writes()) - before <= 2


def test_lets_one_of_two_workers_work_a_record(company: Company) -> None:
    person_id = company.hire(workEmail="nora.quist@northwind.example")
    before = len(company.writes())
    company.sandbox.fault(**EMPLOYEE_WRITE, action="hold", at="applied")
    with aside(company.sync) as first:
        await_held(company)
        second = company.sync()
        assert second.counts["waiting"] == 1
        assert "created" not in second.counts
        release(company, "now")
        first.result()
    assert len(company.writes()) - before == 1
    company.settle()
    assert_as_quiet(company, person_id)


def test_goes_on_with_what_a_dead_worker_left(company: Company) -> None:
    """A dead worker is one that never comes back: its rows are all that is left of it."""
    person_id = company.hire(workEmail="nora.quist@northwind.example")
    before = len(company.writes())
    company.sandbox.fault(**EMPLOYEE_WRITE, action="hold", at="applied")
    with aside(company.sync) as dead:
        await_held(company)
        (write,) = company.record(person_id).writes.all()
        assert write.outcome == "sent"
        company.advance(seconds=LEASE_SECONDS)
        company.drain()
        write.refresh_from_db()
        assert write.outcome == "adopted"
        number = company.employee_of(person_id)["EmployeeID"]
        assert company.record(person_id).target_id == number == write.target_id
        release(company, "never")
        dead.result()
    assert company.record(person_id).state == Record.State.SYNCED
    assert len(company.writes()) - before == 1
    assert_as_quiet(company, person_id)
