"""Who has the say over a field: HR, finance after the creation, or finance alone."""

from __future__ import annotations

from typing import Any

from audit.models import Entry
from integrations.models import Record
from integrations.replaying import replay
from tests.company import Company


def at_acumatica(company: Company, person_id: str, part: str, **fields: Any) -> None:
    """Finance changes an employee by hand."""
    number = company.employee_of(person_id)["EmployeeID"]
    company.sandbox.control("PUT", f"acumatica/employees/{number}", {part: fields})


def test_leaves_a_default_branch_to_finance_after_the_creation(company: Company) -> None:
    person_id = company.hire()
    company.sync()
    assert company.employee_of(person_id)["EmployeeSettings"]["BranchID"] == "HEADOFFICE"
    at_acumatica(company, person_id, "EmployeeSettings", BranchID="EUROPE")
    company.change(person_id, lastName="Arden")
    company.sync()
    employee = company.employee_of(person_id)
    assert employee["EmployeeSettings"]["BranchID"] == "EUROPE"
    assert employee["ContactInfo"]["LastName"] == "Arden"
    assert company.codes(person_id) == []


def test_writes_only_at_creation_what_was_chosen_so(company: Company) -> None:
    company.choose(policy_email="only at creation")
    person_id = company.hire(workEmail="nora.quist@northwind.example")
    company.sync()
    contact = company.employee_of(person_id)["ContactInfo"]
    assert contact["Email"] == "nora.quist@northwind.example"
    before = len(company.writes())
    company.change(person_id, workEmail="arden@northwind.example")
    company.sync()
    contact = company.employee_of(person_id)["ContactInfo"]
    assert contact["Email"] == "nora.quist@northwind.example"
    assert len(company.writes()) == before


def test_never_writes_what_was_chosen_so(company: Company) -> None:
    company.choose(policy_email="never", policy_position="never")
    person_id = company.hire(workEmail="nora.quist@northwind.example")
    company.sync()
    employee = company.employee_of(person_id)
    assert employee["ContactInfo"]["Email"] is None
    assert employee["EmploymentHistory"] == []
    at_acumatica(company, person_id, "ContactInfo", Email="own@northwind.example")
    company.change(person_id, lastName="Arden")
    company.sync()
    contact = company.employee_of(person_id)["ContactInfo"]
    assert (contact["Email"], contact["LastName"]) == ("own@northwind.example", "Arden")


def test_still_finds_an_employee_by_the_e_mail_that_is_never_written(company: Company) -> None:
    company.choose(policy_email="never")
    number, stranger = next(iter(company.strangers.items()))
    contact = stranger["ContactInfo"]
    person_id = company.hire(
        firstName=contact["FirstName"], lastName=contact["LastName"], workEmail=contact["Email"]
    )
    company.sync()
    assert company.record(person_id).target_id == number


def test_reports_what_finance_changed_and_leaves_it(company: Company) -> None:
    person_id = company.hire()
    company.sync()
    at_acumatica(company, person_id, "EmployeeSettings", DepartmentID="MARKETING")
    company.change(person_id, lastName="Arden")
    company.sync()
    employee = company.employee_of(person_id)
    assert employee["EmployeeSettings"]["DepartmentID"] == "MARKETING"
    assert employee["ContactInfo"]["LastName"] == "Arden"
    assert company.codes(person_id) == ["drift"]
    assert company.record(person_id).state == Record.State.SYNCED


def test_restores_what_finance_changed_where_that_was_chosen(company: Company) -> None:
    company.choose(restore_drift="yes")
    person_id = company.hire()
    company.sync()
    at_acumatica(company, person_id, "EmployeeSettings", DepartmentID="MARKETING")
    company.change(person_id, lastName="Arden")
    company.sync()
    assert company.employee_of(person_id)["EmployeeSettings"]["DepartmentID"] == "SALES"
    assert company.codes(person_id) == []


def test_restores_it_when_an_operator_replays_the_record(company: Company) -> None:
    person_id = company.hire()
    company.sync()
    at_acumatica(company, person_id, "EmployeeSettings", DepartmentID="MARKETING")
    company.change(person_id, lastName="Arden")
    company.sync()
    replay(Entry.objects.filter(source_id=person_id).latest("pk").pk)
    assert company.employee_of(person_id)["EmployeeSettings"]["DepartmentID"] == "SALES"
    assert company.codes(person_id) == []


def test_carries_a_department_that_hr_changed_after_finance_did(company: Company) -> None:
    person_id = company.hire()
    company.sync()
    at_acumatica(company, person_id, "EmployeeSettings", DepartmentID="MARKETING")
    company.change(person_id, department="Finance", jobTitle="Staff Accountant")
    company.sync()
    assert company.employee_of(person_id)["EmployeeSettings"]["DepartmentID"] == "FINANCE"
    assert "drift" not in company.codes(person_id)


def test_overwrites_nothing_that_the_class_has_given(company: Company) -> None:
    person_id = company.hire()
    company.sync()
    given = company.employee_of(person_id)["EmployeeSettings"]
    assert (given["Calendar"], given["LaborItem"]) == ("STANDARD", "LABOR")
    theirs = {"Calendar": "NIGHTS", "LaborItem": "OVERTIME", "TimeCardIsRequired": True}
    at_acumatica(company, person_id, "EmployeeSettings", **theirs)
    company.advance(days=1)
    company.change(
        person_id,
        date=company.today(),
        lastName="Arden",
        department="Customer Support",
        jobTitle="Support Agent",
        employmentHistoryStatus="Part-Time",
    )
    company.sync()
    employee = company.employee_of(person_id)
    assert employee["ContactInfo"]["LastName"] == "Arden"
    assert employee["EmployeeSettings"]["EmployeeClass"] == "EMPSALARY"
    assert {name: employee["EmployeeSettings"][name] for name in theirs} == theirs


def test_carries_neither_address_nor_bank_nor_birthday(company: Company) -> None:
    company.sync()
    person_id = company.hire(dateOfBirth="1990-05-04", homeEmail="nora@home.example")
    company.sync()
    employee = company.employee_of(person_id)
    assert employee["ContactInfo"]["DateOfBirth"] is None
    assert not any(
        employee["ContactInfo"]["Address"].get(name) for name in ("City", "AddressLine1")
    )
    assert employee["FinancialSettings"]["PaymentInstructions"] == []
    assert "nora@home.example" not in str(company.employees())
    assert "1990-05-04" not in str(company.employees())
