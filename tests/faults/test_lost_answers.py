"""A write whose answer is lost: nothing is done twice, nothing is left undone."""

from __future__ import annotations

import pytest

from integrations.models import Record, Write
from tests.company import Company
from tests.faults.changes import CHANGES, EMPLOYEE_WRITE, HIRE, Change

pytestmark = pytest.mark.usefixtures("synced")
every_change = pytest.mark.parametrize("change", CHANGES, ids=str)


def struck(company: Company, change: Change, action: str, **more: object) -> tuple[str, int]:
    """Make the change while its write is struck; whom it concerns, and writes until then."""
    company.advance(days=1)
    person_id = change.make(company)
    company.sandbox.fault(**EMPLOYEE_WRITE, action=action, **more)
    before = len(company.writes())
    company.sync()
    return person_id, before


def outcomes(company: Company, person_id: str, step: str) -> list[str]:
    """What became of each call of this step, oldest first."""
    return [
        write.outcome for write in Write.objects.filter(record=company.record(person_id), step=step)
    ]


def assert_as_quiet(company: Company, person_id: str) -> None:
    """The end is the one of a run without faults, and stays it."""
    assert company.faults() == []
    assert company.record(person_id).state == Record.State.SYNCED
    count = len(company.writes())
    assert set(company.sync(everything=True).counts) <= {"unchanged", "filtered", "waiting", "held"}
    assert len(company.writes()) == count
    assert company.faults() == []


@every_change
def test_sends_again_what_never_arrived(company: Company, change: Change) -> None:
    person_id, before = struck(company, change, "drop_before")
    record = company.record(person_id)
    assert (record.state, company.codes(person_id)) == (Record.State.WRITING, ["being_verified"])
    assert outcomes(company, person_id, change.step) == ["unclear"]
    company.settle()
    assert_as_quiet(company, person_id)
    assert len(company.writes()) - before == 2
    assert sorted(outcomes(company, person_id, change.step)) == ["done", "refused"]


@every_change
def test_takes_for_done_what_arrived_though_the_answer_did_not(
    company: Company, change: Change
) -> None:
    person_id, before = struck(company, change, "drop_after")
    assert company.record(person_id).state == Record.State.WRITING
    assert outcomes(company, person_id, change.step) == ["unclear"]
    company.settle()
    assert_as_quiet(company, person_id)
    assert len(company.writes()) - before == 1
    assert outcomes(company, person_id, change.step) == ["adopted"]


@every_change
def test_waits_for_what_acumatica_still_has_in_its_queue(company: Company, change: Change) -> None:
    person_id, before = struck(company, change, "apply_late_ms", ms=600_000, hang_ms=20)
    company.settle()
    assert_as_quiet(company, person_id)
    assert len(company.writes()) - before <= 2
    assert company.sandbox.control("GET", "held") == []


@every_change
def test_is_not_hurried_by_another_notice_while_a_call_may_still_act(
    company: Company, change: Change
) -> None:
    person_id, _ = struck(company, change, "apply_late_ms", ms=600_000, hang_ms=20)
    for _ in range(3):
        company.advance(seconds=60)
        company.change(person_id, mobilePhone="+1 801 555 0199")
        company.sync()
    company.settle()
    assert_as_quiet(company, person_id)


@every_change
@pytest.mark.parametrize("action", ["garbage", "truncate"])
def test_believes_no_answer_that_it_cannot_read(
    company: Company, change: Change, action: str
) -> None:
    person_id, before = struck(company, change, action)
    assert company.record(person_id).state == Record.State.WRITING
    assert outcomes(company, person_id, change.step) == ["unclear"]
    company.settle()
    assert_as_quiet(company, person_id)
    assert len(company.writes()) - before == 1
    assert outcomes(company, person_id, change.step) == ["adopted"]


@pytest.mark.parametrize("status", [500, 502, 504])
@pytest.mark.parametrize("applied", [False, True], ids=["undone", "done"])
def test_takes_a_failing_gateway_for_no_answer(
    company: Company, status: int, applied: bool
) -> None:
    person_id, before = struck(company, HIRE, "status", status=status, applied=applied)
    assert outcomes(company, person_id, "create") == ["unclear"]
    company.settle()
    assert_as_quiet(company, person_id)
    assert len(company.writes()) - before == (1 if applied else 2)


def test_creates_once_though_the_search_finds_it_only_later(company: Company) -> None:
    company.sandbox.fault(**EMPLOYEE_WRITE, action="search_lag_ms", ms=300_000)
    person_id = company.hire(workEmail="nora.quist@northwind.example")
    before = len(company.writes())
    assert company.sync().counts["created"] == 1
    company.change(person_id, lastName="Quist-Arden")
    company.sync()
    company.settle()
    assert_as_quiet(company, person_id)
    assert len(company.writes()) - before == 2


def test_creates_once_though_answer_and_search_both_fail_it(company: Company) -> None:
    company.sandbox.fault(**EMPLOYEE_WRITE, action="search_lag_ms", ms=600_000, lost=True)
    person_id = company.hire(workEmail="nora.quist@northwind.example")
    before = len(company.writes())
    company.sync()
    assert outcomes(company, person_id, "create") == ["unclear"]
    for _ in range(4):
        company.advance(seconds=60)
        company.change(person_id, mobilePhone="+44 20 7946 0958")
        company.sync()
        company.drain()
    company.settle()
    assert_as_quiet(company, person_id)
    assert len(company.writes()) - before == 1
    assert outcomes(company, person_id, "create") == ["adopted"]


def test_writes_nothing_newer_before_it_knows_what_became_of_the_older(company: Company) -> None:
    change = next(change for change in CHANGES if change.step == "update")
    person_id, before = struck(company, change, "apply_late_ms", ms=600_000, hang_ms=20)
    company.advance(seconds=30)
    company.change(person_id, lastName="Arden")
    company.sync()
    assert len(company.writes()) - before == 1
    company.settle()
    assert company.employee_of(person_id)["ContactInfo"]["LastName"] == "Arden"
    assert_as_quiet(company, person_id)
