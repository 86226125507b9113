"""Which number an employee gets: Acumatica's own, or HR's where it fits the mask."""

from __future__ import annotations

from integrations.models import Record
from tests.company import Company


def number_as_in_hr(company: Company, mask: str = "CCCCCCCCCC") -> None:
    """Let Acumatica take its numbers from HR, at both ends."""
    company.sandbox.switch("acumatica", "employee_numbering", "manual")
    company.choose(employee_numbers="from BambooHR", employee_number_mask=mask)


def test_lets_acumatica_number_its_employees(company: Company) -> None:
    person_id = company.hire(employeeNumber="N-77")
    company.sync()
    assert company.employee_of(person_id)["EmployeeID"].startswith("EP")


def test_gives_a_new_employee_the_number_from_hr(company: Company) -> None:
    number_as_in_hr(company)
    person_id = company.hire(employeeNumber="N-77")
    company.sync()
    assert company.employee_of(person_id)["EmployeeID"] == "N-77"
    assert company.record(person_id).target_id == "N-77"
    for other, person in company.people().items():
        if company.record(other).state == Record.State.SYNCED:
            assert company.employee_of(other)["EmployeeID"] == person["employeeNumber"]


def test_holds_a_number_that_does_not_fit_and_says_the_mask(company: Company) -> None:
    number_as_in_hr(company, mask="9999")
    person_id = company.hire(employeeNumber="N-77")
    company.sync()
    assert company.codes(person_id) == ["employee_number_unfit"]
    assert "9999" in company.record(person_id).reasons[0]["sentence"]
    assert company.employee_of(person_id) is None
    company.change(person_id, employeeNumber="7700")
    company.sync()
    assert company.employee_of(person_id)["EmployeeID"] == "7700"


def test_holds_a_person_without_a_number(company: Company) -> None:
    number_as_in_hr(company)
    person_id = company.hire()
    company.sync()
    assert company.codes(person_id) == ["no_employee_number"]
    assert company.employee_of(person_id) is None


def test_holds_a_number_that_somebody_else_has(company: Company) -> None:
    number_as_in_hr(company)
    taken = next(iter(company.strangers))
    person_id = company.hire(employeeNumber=taken)
    company.sync()
    assert company.record(person_id).state == Record.State.HELD
    assert company.employee_of(person_id) is None
    assert company.employees()[taken] == company.strangers[taken]


def test_keeps_the_number_of_an_employee_whose_number_changes_in_hr(company: Company) -> None:
    number_as_in_hr(company)
    person_id = company.hire(employeeNumber="N-77")
    company.sync()
    before = len(company.writes())
    company.change(person_id, employeeNumber="a number far too long for any mask")
    company.sync()
    assert company.employee_of(person_id)["EmployeeID"] == "N-77"
    assert company.record(person_id).state == Record.State.SYNCED
    assert len(company.writes()) == before
