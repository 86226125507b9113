"""The source shows less than yesterday without a word: nobody is changed or deactivated for it."""

from __future__ import annotations

from typing import Any

import pytest

from integrations.models import Record
from tests.company import Company
from tests.faults.test_lost_answers import assert_as_quiet

HIDDEN = ("department", "jobTitle", "workEmail", "lastName", "supervisorEId", "hireDate")


def shown_without(company: Company, person_id: str, *hidden: str) -> dict[str, Any]:
    """What BambooHR answers for a person once these fields may no longer be seen: 200, no hint."""
    person = company.people()[person_id]
    names = {
        "firstName", "lastName", "workEmail", "jobTitle", "department", "division", "location",
        "supervisorEId", "hireDate", "terminationDate", "status", "employmentHistoryStatus",
    }  # fmt: skip
    return {"id": person_id} | {name: person[name] for name in names - set(hidden)}


def hide(company: Company, person_id: str, *hidden: str) -> None:
    """Let reads of this person lack these fields from now on."""
    company.sandbox.fault(
        vendor="bamboohr",
        path=f"/employees/{person_id}$",
        times=None,
        action="status",
        status=200,
        body=shown_without(company, person_id, *hidden),
    )


@pytest.mark.parametrize("hidden", HIDDEN)
def test_writes_nothing_for_a_field_that_is_no_longer_shown(company: Company, hidden: str) -> None:
    person_id = company.hire(workEmail="nora.quist@northwind.example")
    company.sync()
    before, count = company.employee_of(person_id), len(company.writes())
    company.change(person_id, mobilePhone="+1 801 555 0199")
    hide(company, person_id, hidden)
    company.sync()
    assert company.employee_of(person_id) == before
    assert len(company.writes()) == count
    company.sandbox.control("DELETE", "faults")
    assert_as_quiet(company, person_id)


@pytest.mark.parametrize("hidden", ["status", "employmentHistoryStatus"])
def test_holds_whom_it_cannot_tell_to_be_in_scope(company: Company, hidden: str) -> None:
    person_id = company.hire()
    company.sync()
    before, count = company.employee_of(person_id), len(company.writes())
    company.change(person_id, lastName="Arden")
    hide(company, person_id, hidden)
    company.sync()
    assert company.record(person_id).state == Record.State.HELD
    assert company.employee_of(person_id) == before
    assert len(company.writes()) == count
    company.sandbox.control("DELETE", "faults")
    company.sync(everything=True)
    assert company.employee_of(person_id)["ContactInfo"]["LastName"] == "Arden"


def test_creates_nobody_whose_department_is_not_shown(company: Company) -> None:
    company.sync()
    person_id = company.hire()
    hide(company, person_id, "department")
    company.sync()
    assert company.codes(person_id) == ["unreadable"]
    assert company.employee_of(person_id) is None


@pytest.mark.parametrize("status", [403, 404])
def test_deactivates_nobody_who_is_no_longer_shown(company: Company, status: int) -> None:
    person_id = company.hire()
    company.sync()
    count = len(company.writes())
    company.change(person_id, lastName="Arden")
    company.sandbox.fault(
        vendor="bamboohr",
        path=f"/employees/{person_id}$",
        times=None,
        action="status",
        status=status,
    )
    company.sync()
    company.settle()
    assert company.record(person_id).state in (Record.State.FAILED, Record.State.HELD)
    assert company.employee_of(person_id)["Status"] == "Active"
    assert len(company.writes()) == count
    company.sandbox.control("DELETE", "faults")
    company.sync(everything=True)
    assert company.employee_of(person_id)["ContactInfo"]["LastName"] == "Arden"


def test_deactivates_nobody_for_a_list_that_has_become_short(company: Company) -> None:
    company.sync()
    count = len(company.writes())
    body = {
        "data": [],
        "meta": {"total": 0, "page": {"limit": 100, "nextCursor": None, "prevCursor": None}},
        "_links": {"self": {"href": "https://northwind.bamboohr.com/api/v1/employees"}},
    }
    company.sandbox.fault(
        vendor="bamboohr", path="/employees$", action="status", status=200, body=body
    )
    run = company.sync(everything=True)
    assert (run.state, run.seen_count) == ("done", 0)
    assert len(company.writes()) == count
    assert company.faults() == []
