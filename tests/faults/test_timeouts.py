"""Answers that do not come in time: a call ends by its total deadline, and nothing by it."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from integrations.models import HighWaterMark, Record, Write
from tests.company import Company
from tests.faults.aside import release
from tests.faults.changes import CHANGES, EMPLOYEE_WRITE, HIRE, Change
from tests.faults.test_lost_answers import assert_as_quiet, outcomes

CHANGED = {"vendor": "bamboohr", "method": "GET", "path": "/changed$"}
FIND = {"vendor": "acumatica", "method": "GET", "path": "/Employee$"}
every_change = pytest.mark.parametrize("change", CHANGES, ids=str)


@pytest.fixture
def hurried(company: Company, settings: Settings) -> Company:
    """The company, synced; from now on calls end after a moment instead of two minutes."""
    company.sync()
    company.advance(days=1)
    settings.LONGEST_CALL_SECONDS = 3.0
    return company


def test_moves_no_mark_while_bamboohr_does_not_answer(hurried: Company) -> None:
    known = HighWaterMark.objects.get(leg="employees").value
    person_id = hurried.hire()
    hurried.sandbox.fault(**CHANGED, action="hold")
    run = hurried.sync()
    assert (run.state, run.seen_count) == ("interrupted", 0)
    assert "no whole answer within 3 seconds" in run.state_reason
    assert HighWaterMark.objects.get(leg="employees").value == known
    release(hurried, "now")
    assert hurried.sync().counts["created"] == 1
    assert_as_quiet(hurried, person_id)


def test_writes_nothing_for_whom_it_cannot_look(hurried: Company) -> None:
    person_id = HIRE.make(hurried)
    before = len(hurried.writes())
    hurried.sandbox.fault(**FIND, action="hold")
    hurried.sync()
    record = hurried.record(person_id)
    assert (record.state, hurried.codes(person_id)) == (Record.State.FAILED, ["will_retry"])
    assert len(hurried.writes()) == before
    assert not Write.objects.filter(record=record).exists()
    release(hurried, "never")
    hurried.settle()
    assert_as_quiet(hurried, person_id)
    assert len(hurried.writes()) - before == 1


@every_change
@pytest.mark.parametrize(
    ("at", "apply", "writes"),
    [("received", "never", 2), ("received", "now", 1), ("applied", "now", 1)],
    ids=["undone", "done after the deadline", "done before the deadline"],
)
def test_finds_out_what_became_of_a_write_that_was_not_answered_in_time(
    hurried: Company, change: Change, at: str, apply: str, writes: int
) -> None:
    person_id = change.make(hurried)
    before = len(hurried.writes())
    hurried.sandbox.fault(**EMPLOYEE_WRITE, action="hold", at=at)
    hurried.sync()
    assert hurried.record(person_id).state == Record.State.WRITING
    assert outcomes(hurried, person_id, change.step)[-1] == "unclear"
    release(hurried, apply)
    hurried.settle()
    assert_as_quiet(hurried, person_id)
    assert len(hurried.writes()) - before == writes


def test_takes_no_slow_answer_for_a_lost_one(hurried: Company) -> None:
    person_id = HIRE.make(hurried)
    before = len(hurried.writes())
    hurried.sandbox.fault(**EMPLOYEE_WRITE, action="delay_ms", ms=200)
    assert hurried.sync().counts["created"] == 1
    assert_as_quiet(hurried, person_id)
    assert len(hurried.writes()) - before == 1
