"""Hires that lie ahead: when they are carried, and with what; read from both stand-ins."""

from __future__ import annotations

from config import clock
from integrations.models import Record
from tests.company import Company


def seconds_until(hour: int) -> float:
    """How long it takes until this full hour at BambooHR, whose clock is UTC."""
    now = clock.now()
    at = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    return (at - now).total_seconds() % 86_400


def test_creates_a_hire_on_the_first_day_and_not_before(company: Company) -> None:
    company.sync()
    first_day = company.day(10)
    person_id = company.hire(hireDate=first_day)
    company.sync()
    assert company.record(person_id).state == Record.State.WAITING
    assert company.codes(person_id) == ["starts_later"]
    company.advance(days=9)
    company.drain()
    assert company.employee_of(person_id) is None
    company.advance(days=1)
    company.drain()
    employee = company.employee_of(person_id)
    assert employee["Status"] == "Active"
    assert employee["EmployeeSettings"]["DepartmentID"] == "SALES"
    assert employee["EmploymentHistory"][0]["StartDate"] == first_day
    assert company.faults() == []


def test_creates_a_hire_so_many_days_before_the_start_with_the_job_to_come(
    company: Company,
) -> None:
    company.choose(create_days_before="7")
    company.sync()
    first_day = company.day(10)
    person_id = company.hire(hireDate=first_day, workEmail="nora.quist@northwind.example")
    company.sync()
    assert company.codes(person_id) == ["starts_later"]
    company.advance(days=3)
    company.drain()
    employee = company.employee_of(person_id)
    assert employee["Status"] == "Active"
    assert employee["EmployeeSettings"]["DepartmentID"] == "SALES"
    (row,) = employee["EmploymentHistory"]
    assert (row["PositionID"], row["StartDate"]) == ("SALES", first_day)


def test_keeps_who_was_created_early_as_he_is_until_the_first_day(company: Company) -> None:
    company.choose(create_days_before="7")
    company.sync()
    boss = company.someone(department="Finance")
    person_id = company.hire(hireDate=company.day(5), supervisorEId=boss)
    company.sync()
    created = company.employee_of(person_id)
    count = len(company.writes())
    for _ in range(3):
        company.advance(days=1)
        company.drain()
        company.sync(everything=True)
    assert company.employee_of(person_id) == created
    assert len(company.writes()) == count
    company.change(person_id, lastName="Arden")
    company.sync()
    assert company.employee_of(person_id)["ContactInfo"]["LastName"] == "Arden"
    company.advance(days=2)
    company.sync(everything=True)
    company.drain()
    employee = company.employee_of(person_id)
    assert employee["Status"] == "Active"
    number = company.employee_of(boss)["EmployeeID"]
    assert employee["EmployeeSettings"]["ReportsTo"] == number
    assert [row["StartReason"] for row in employee["EmploymentHistory"]] == ["New Hire"]


def test_creates_no_contractor_before_the_start_either(company: Company) -> None:
    company.choose(create_days_before="7")
    company.sync()
    person_id = company.hire(hireDate=company.day(5), employmentHistoryStatus="Contractor")
    company.sync()
    assert company.codes(person_id) == ["out_of_scope_employment_status"]
    assert company.employee_of(person_id) is None


def test_ends_who_was_created_early_and_never_came(company: Company) -> None:
    company.choose(create_days_before="7")
    company.sync()
    first_day = company.day(5)
    person_id = company.hire(hireDate=first_day)
    company.sync()
    company.sandbox.control("DELETE", f"bamboohr/employees/{person_id}")
    company.sync()
    employee = company.employee_of(person_id)
    assert employee["Status"] == "Inactive"
    (row,) = employee["EmploymentHistory"]
    assert (row["StartDate"], row["EndDate"], row["Terminated"]) == (first_day, first_day, True)


def test_waits_for_bamboohr_where_its_day_begins_later(company: Company) -> None:
    """At the tenant the first day has come; BambooHR shows the person as inactive until its own."""
    company.sync()
    company.advance(seconds=seconds_until(hour=12))
    company.tenant.time_zone = "Pacific/Kiritimati"
    company.tenant.save()
    first_day = company.day(1)
    assert company.fresh().tenant.today().isoformat() == first_day
    person_id = company.hire(hireDate=first_day)
    company.sync()
    assert company.people()[person_id]["status"] == "Inactive"
    assert company.codes(person_id) == ["starts_later"]
    assert company.employee_of(person_id) is None
    company.advance(seconds=seconds_until(hour=1))
    company.sync()
    company.drain()
    assert company.people()[person_id]["status"] == "Active"
    assert company.employee_of(person_id)["Status"] == "Active"
