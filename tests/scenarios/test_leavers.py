"""Leavers: when, with which status and which reason; read from both stand-ins."""

from __future__ import annotations

import pytest

from integrations.models import Record
from tests.company import Company
from tests.staging import Stage


def hire_and_carry(company: Company) -> str:
    """Hire somebody, and have everybody stand at Acumatica since yesterday."""
    person_id = company.hire()
    company.sync()
    company.advance(days=1)
    return person_id


@pytest.fixture
def leaver(stage: Stage, company: Company) -> str:
    """Somebody who stands at Acumatica and whose end nobody knows yet."""
    return stage.later(company, hire_and_carry)


def last_row(company: Company, person_id: str) -> tuple[object, ...]:
    """The last row of the employment history as far as an end is concerned."""
    row = company.employee_of(person_id)["EmploymentHistory"][-1]
    return row["EndDate"], row["Terminated"], row["TerminationReason"]


def test_carries_no_reason_and_reads_none_before_one_is_mapped(
    company: Company, leaver: str
) -> None:
    company.change(leaver, terminate={"date": company.today(), "reason": "Performance"})
    before = len(company.calls("bamboohr"))
    company.sync()
    assert last_row(company, leaver) == (company.today(), True, None)
    assert "GET employmentStatus" not in company.calls("bamboohr")[before:]
    assert company.codes(leaver) == []


def test_carries_the_reason_that_was_mapped_for_one_read_more(
    company: Company, leaver: str
) -> None:
    company.map("termination_reason", "Performance", "Terminated for Cause")
    company.change(
        leaver,
        terminate={"date": company.today(), "reason": "Performance", "comment": "Told nobody."},
    )
    before = len(company.calls("bamboohr"))
    company.sync()
    assert last_row(company, leaver) == (company.today(), True, "Terminated for Cause")
    assert company.calls("bamboohr")[before:].count("GET employmentStatus") == 1
    assert "Told nobody." not in str(company.employees())


def test_ends_a_leaver_without_the_reason_that_nobody_mapped(company: Company, leaver: str) -> None:
    company.map("termination_reason", "Performance", "Terminated for Cause")
    company.change(leaver, terminate={"date": company.today(), "reason": "Relocation"})
    company.sync()
    assert last_row(company, leaver) == (company.today(), True, None)
    assert company.codes(leaver) == ["termination_reason_not_carried"]
    assert company.record(leaver).state == Record.State.SYNCED


def test_ends_a_leaver_on_the_last_day_and_not_before(company: Company, leaver: str) -> None:
    last_day = company.day(10)
    company.change(leaver, terminate={"date": last_day})
    company.sync()
    assert company.employee_of(leaver)["Status"] == "Active"
    company.advance(days=11)
    company.sync()
    assert company.employee_of(leaver)["Status"] == "Inactive"
    assert last_row(company, leaver)[:2] == (last_day, True)


def test_waits_out_the_grace_that_was_chosen(company: Company, leaver: str) -> None:
    company.choose(leaver_grace_days="5")
    company.change(leaver, terminate={"date": company.today()})
    left_on = company.today()
    assert company.sync().counts["waiting"] == 1
    assert company.codes(leaver) == ["in_grace"]
    assert company.employee_of(leaver)["Status"] == "Active"
    company.advance(days=6)
    company.drain()
    assert company.employee_of(leaver)["Status"] == "Inactive"
    assert last_row(company, leaver)[0] == left_on


@pytest.mark.parametrize("status", ["On Hold", "Hold Payments"])
def test_gives_leavers_the_status_that_was_chosen(
    company: Company, leaver: str, status: str
) -> None:
    company.choose(leaver_status=status)
    company.change(leaver, terminate={"date": company.today()})
    company.sync()
    assert company.employee_of(leaver)["Status"] == status
    count = len(company.writes())
    company.sync(everything=True)
    assert len(company.writes()) == count
    company.advance(days=20)
    company.drain()
    company.sync()
    company.change(leaver, rehire={"date": company.today(), "jobTitle": "Sales Representative"})
    company.sync()
    assert company.employee_of(leaver)["Status"] == "Active"


def test_never_carries_who_had_left_before(company: Company) -> None:
    company.sync()
    gone = [key for key, person in company.people().items() if person["terminationDate"]]
    assert gone
    for person_id in gone:
        assert company.employee_of(person_id) is None
        assert company.codes(person_id) == ["left_before_first_sync"]
        assert company.record(person_id).state == Record.State.FILTERED
