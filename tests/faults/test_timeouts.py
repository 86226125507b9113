"""Answers that do not come in time: a call ends by its total deadline, and nothing by it."""

from __future__ import annotations

import pytest
from django.test import override_settings

from audit.models import SyncRun
from integrations.models import HighWaterMark, Record, Write
from tests.company import Company
from tests.faults.aside import release
from tests.faults.changes import CHANGES, EMPLOYEE_WRITE, HIRE, Change
from tests.faults.test_lost_answers import assert_as_quiet, outcomes

CHANGED = {"vendor": "bamboohr", "method": "GET", "path": "/changed$"}
FIND = {"vendor": "acumatica", "method": "GET", "path": "/Employee$"}
every_change = pytest.mark.parametrize("change", CHANGES, ids=str)


LONGEST_CALL_SECONDS = 1.0
"""Far longer than a call that is answered takes here, and far from two minutes."""


@pytest.fixture
def synced(synced: Company) -> Company:
    """The company on the day after its first sync."""
    synced.advance(days=1)
    return synced


def hurried_sync(company: Company) -> SyncRun:
    """Sync while calls end after a moment."""
    with override_settings(LONGEST_CALL_SECONDS=LONGEST_CALL_SECONDS):
        return company.sync()


def test_moves_no_mark_while_bamboohr_does_not_answer(synced: Company) -> None:
    known = HighWaterMark.objects.get(leg="employees").value
    person_id = synced.hire()
    synced.sandbox.fault(**CHANGED, action="hold")
    run = hurried_sync(synced)
    assert (run.state, run.seen_count) == ("interrupted", 0)
    assert "no whole answer within 1 seconds" in run.state_reason
    assert HighWaterMark.objects.get(leg="employees").value == known
    release(synced, "now")
    assert synced.sync().counts["created"] == 1
    assert_as_quiet(synced, person_id)


def test_writes_nothing_for_whom_it_cannot_look(synced: Company) -> None:
    person_id = HIRE.make(synced)
    before = len(synced.writes())
    synced.sandbox.fault(**FIND, action="hold")
    hurried_sync(synced)
    record = synced.record(person_id)
    assert (record.state, synced.codes(person_id)) == (Record.State.FAILED, ["will_retry"])
    assert len(synced.writes()) == before
    assert not Write.objects.filter(record=record).exists()
    release(synced, "never")
    synced.settle()
    assert_as_quiet(synced, person_id)
    assert len(synced.writes()) - before == 1


@every_change
@pytest.mark.parametrize(
    ("at", "apply", "writes"),
    [("received", "never", 2), ("received", "now", 1), ("applied", "now", 1)],
    ids=["undone", "done after the deadline", "done before the deadline"],
)
def test_finds_out_what_became_of_a_write_that_was_not_answered_in_time(
    synced: Company, change: Change, at: str, apply: str, writes: int
) -> None:
    person_id = change.make(synced)
    before = len(synced.writes())
    synced.sandbox.fault(**EMPLOYEE_WRITE, action="hold", at=at)
    hurried_sync(synced)
    assert synced.record(person_id).state == Record.State.WRITING
    assert outcomes(synced, person_id, change.step)[-1] == "unclear"
    release(synced, apply)
    synced.settle()
    assert_as_quiet(synced, person_id)
    assert len(synced.writes()) - before == writes


def test_takes_no_slow_answer_for_a_lost_one(synced: Company) -> None:
    person_id = HIRE.make(synced)
    before = len(synced.writes())
    synced.sandbox.fault(**EMPLOYEE_WRITE, action="delay_ms", ms=200)
    assert hurried_sync(synced).counts["created"] == 1
    assert_as_quiet(synced, person_id)
    assert len(synced.writes()) - before == 1
