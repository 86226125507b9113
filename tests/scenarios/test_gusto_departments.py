"""Gusto to Acumatica: department, branch and class by mapping or default, or held."""

from __future__ import annotations

from integrations import mapping
from tests.payroll_company import PayrollCompany


def test_holds_an_unmapped_department_and_goes_on_once_it_is_mapped(harbor: PayrollCompany) -> None:
    harbor.sync()
    harbor.add_department("Night Shift")
    person_id = harbor.hire(department="Night Shift")
    harbor.sync()
    assert harbor.codes(person_id) == ["unmapped"]
    assert harbor.employee_of(person_id) is None
    assert harbor.map("department", "Night Shift", "WAREHOUSE") == 1
    harbor.drain()
    settings = harbor.employee_of(person_id)["EmployeeSettings"]
    assert settings["DepartmentID"] == "WAREHOUSE"


def test_follows_a_person_into_another_department(harbor: PayrollCompany) -> None:
    person_id = harbor.hire()
    harbor.sync()
    harbor.change(person_id, department="Research", last_name="Arden")
    assert harbor.sync().counts["updated"] == 1
    employee = harbor.employee_of(person_id)
    assert employee["EmployeeSettings"]["DepartmentID"] == "ENGINEER"
    assert employee["ContactInfo"]["LastName"] == "Arden"


def test_holds_a_person_without_a_department_until_a_default_is_chosen(
    harbor: PayrollCompany,
) -> None:
    person_id = harbor.hire(department=None)
    harbor.sync()
    assert harbor.codes(person_id) == ["no_department"]
    harbor.choose(default_department="ADMIN")
    harbor.drain()
    settings = harbor.employee_of(person_id)["EmployeeSettings"]
    assert settings["DepartmentID"] == "ADMIN"


def test_takes_the_branch_that_the_department_is_mapped_to(harbor: PayrollCompany) -> None:
    harbor.map("branch", "Research", "EAST")
    researcher = harbor.hire(department="Research")
    clerk = harbor.hire(first_name="Ada", work_email="ada.quist@harborpine.example")
    harbor.sync()
    assert harbor.employee_of(researcher)["EmployeeSettings"]["BranchID"] == "EAST"
    assert harbor.employee_of(clerk)["EmployeeSettings"]["BranchID"] == "HEADOFFICE"


def test_holds_where_neither_a_mapping_nor_an_option_names_a_branch(harbor: PayrollCompany) -> None:
    harbor.choose(default_branch="")
    person_id = harbor.hire()
    harbor.sync()
    assert harbor.codes(person_id) == ["no_default"]
    assert harbor.employee_of(person_id) is None


def test_takes_the_class_that_the_employment_status_is_mapped_to(harbor: PayrollCompany) -> None:
    harbor.map("employee_class", "seasonal", "EMPHOURLY")
    person_id = harbor.hire(current_employment_status="seasonal")
    harbor.sync()
    settings = harbor.employee_of(person_id)["EmployeeSettings"]
    assert settings["EmployeeClass"] == "EMPHOURLY"
    harbor.change(person_id, current_employment_status="full_time", last_name="Arden")
    harbor.sync()
    employee = harbor.employee_of(person_id)
    assert employee["EmployeeSettings"]["EmployeeClass"] == "EMPHOURLY"
    assert employee["ContactInfo"]["LastName"] == "Arden"


def test_holds_an_employment_status_that_nobody_knows_until_it_is_mapped(
    harbor: PayrollCompany,
) -> None:
    person_id = harbor.hire(current_employment_status="on_loan_from_parent")
    harbor.sync()
    assert harbor.codes(person_id) == ["employment_status_unknown"]
    assert harbor.employee_of(person_id) is None
    assert harbor.map("employee_class", "on_loan_from_parent", "CONTRACT") == 1
    harbor.drain()
    settings = harbor.employee_of(person_id)["EmployeeSettings"]
    assert settings["EmployeeClass"] == "CONTRACT"


def test_gives_the_default_class_where_an_unknown_status_is_ignored(harbor: PayrollCompany) -> None:
    person_id = harbor.hire(current_employment_status="on_loan_from_parent")
    harbor.sync()
    key = mapping.key_text(["on_loan_from_parent"])
    row = harbor.integration.mappings.get(kind="employee_class", source_key=key)
    mapping.ignore(row, harbor.operator)
    harbor.drain()
    settings = harbor.employee_of(person_id)["EmployeeSettings"]
    assert settings["EmployeeClass"] == "EMPSALARY"
