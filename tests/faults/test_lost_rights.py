"""The source shows less than yesterday without a word: nobody is changed or deactivated for it."""

from __future__ import annotations

from typing import Any

import pytest

from integrations.engine.reconcile import reconcile
from integrations.models import Problem, Record
from tests.company import Company
from tests.faults.test_lost_answers import assert_as_quiet

HIDDEN = ("department", "jobTitle", "workEmail", "lastName", "supervisorEId")


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


def shorten(company: Company) -> None:
    """Let the list of people show nobody, and the feed no deletion: 200, no hint."""
    body = {
        "data": [],
        "meta": {"total": 0, "page": {"limit": 100, "nextCursor": None, "prevCursor": None}},
        "_links": {"self": {"href": "https://northwind.bamboohr.com/api/v1/employees"}},
    }
    company.sandbox.fault(
        vendor="bamboohr", path="/employees$", times=None, action="status", status=200, body=body
    )


@pytest.mark.parametrize("hidden", HIDDEN)
def test_writes_nothing_for_a_field_that_is_no_longer_shown(company: Company, hidden: str) -> None:
    person_id = company.hire(workEmail="nora.quist@northwind.example")
    company.sync()
    before, count = company.employee_of(person_id), len(company.writes())
    company.change(person_id, firstName="Eleanora", mobilePhone="+1 801 555 0199")
    hide(company, person_id, hidden)
    company.sync()
    assert company.codes(person_id) == ["no_longer_shown"]
    assert company.employee_of(person_id) == before
    assert len(company.writes()) == count
    company.sandbox.control("DELETE", "faults")
    company.sync(everything=True)
    assert company.employee_of(person_id)["ContactInfo"]["FirstName"] == "Eleanora"
    assert_as_quiet(company, person_id)


def test_tells_of_all_whose_fields_went_out_of_sight_as_one_problem(company: Company) -> None:
    company.sync()
    count = len(company.writes())
    synced = [key for key in company.people() if company.record(key).state == Record.State.SYNCED]
    # So many are still read by id, which is where the fields go out of sight here.
    hidden = synced[:10]
    for person_id in hidden:
        company.change(person_id, mobilePhone="+44 20 7946 0958")
        hide(company, person_id, "department", "jobTitle")
    company.sync()
    (problem,) = Problem.objects.filter(closed_at=None, code="no_longer_shown")
    assert set(problem.records.values_list("source_id", flat=True)) == set(hidden)
    assert "department" in problem.sentence
    assert len(company.writes()) == count
    company.sandbox.control("DELETE", "faults")
    company.sync(everything=True)
    problem.refresh_from_db()
    assert (problem.ending, problem.records.count()) == (Problem.Ending.ITSELF, 0)
    assert len(company.writes()) == count
    assert company.faults() == []


def test_carries_people_whose_division_was_never_shown(company: Company) -> None:
    """Only what was shown once can be missed: many accounts hide a field from the beginning."""
    company.sync()
    person_id = company.hire()
    hide(company, person_id, "division", "supervisorEId")
    company.sync()
    company.sandbox.control("DELETE", "faults")
    company.change(person_id, lastName="Arden")
    hide(company, person_id, "division", "supervisorEId")
    company.sync()
    assert company.record(person_id).state == Record.State.SYNCED
    assert company.employee_of(person_id)["ContactInfo"]["LastName"] == "Arden"


def test_moves_nobody_to_the_branch_of_a_division_for_a_location_out_of_sight(
    company: Company,
) -> None:
    company.map("branch", "Rotterdam", "WEST")
    company.map("branch", "Europe", "EAST")
    person_id = company.hire(location="Rotterdam", division="Europe")
    company.sync()
    assert company.employee_of(person_id)["EmployeeSettings"]["BranchID"] == "WEST"
    company.change(person_id, mobilePhone="+1 801 555 0199")
    hide(company, person_id, "location")
    company.sync()
    assert company.codes(person_id) == ["no_longer_shown"]
    assert company.employee_of(person_id)["EmployeeSettings"]["BranchID"] == "WEST"


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
    standing = Record.objects.filter(leg="employees").exclude(target_id="").count()
    shorten(company)
    for _ in range(2):
        run = company.sync(everything=True)
        assert (run.state, run.seen_count) == ("done", 0)
    (problem,) = Problem.objects.filter(closed_at=None, code="vanished")
    assert problem.records.count() == standing > 10
    assert str(standing) in problem.sentence
    assert len(company.writes()) == count
    assert company.faults() == []
    company.sandbox.control("DELETE", "faults")
    company.sync(everything=True)
    problem.refresh_from_db()
    assert problem.ending == Problem.Ending.ITSELF
    assert len(company.writes()) == count


def test_tells_at_night_of_people_whom_the_list_lost(company: Company) -> None:
    company.sync()
    count = len(company.writes())
    shorten(company)
    reconcile(company.fresh(), company.leg)
    (problem,) = Problem.objects.filter(closed_at=None, code="vanished")
    assert problem.records.count() > 10
    assert len(company.writes()) == count


def test_does_not_miss_who_was_deleted_or_never_carried(company: Company) -> None:
    company.sync()
    gone = company.someone(department="Finance")
    company.sandbox.control("DELETE", f"bamboohr/employees/{gone}")
    company.hire(department="Field Operations")
    company.sync()
    company.sync(everything=True)
    assert company.employee_of(gone)["Status"] == "Inactive"
    assert not Problem.objects.filter(code="vanished").exists()
