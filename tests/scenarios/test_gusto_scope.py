"""Gusto to Acumatica: filters, who decides over a field, and how many leave in a day."""

from __future__ import annotations

from tests.payroll_company import PayrollCompany


def test_leaves_out_whom_the_filters_leave_out(harbor: PayrollCompany) -> None:
    harbor.choose(excluded_employment_statuses="seasonal", only_departments="Finance, Research")
    seasonal = harbor.hire(current_employment_status="seasonal")
    elsewhere = harbor.hire(department="Operations")
    wanted = harbor.hire(department="Research")
    harbor.sync()
    assert harbor.codes(seasonal) == ["out_of_scope_employment_status"]
    assert harbor.codes(elsewhere) == ["out_of_scope_department"]
    assert harbor.status_of(wanted) == "Active"


def test_carries_only_the_people_who_were_named_for_a_trial(harbor: PayrollCompany) -> None:
    person_id = harbor.hire()
    code = harbor.people()[person_id]["employee_code"]
    harbor.choose(only_people=code)
    assert harbor.sync().counts["created"] == 1
    assert harbor.status_of(person_id) == "Active"
    harbor.choose(only_people="none", excluded_people=code)
    harbor.change(person_id, last_name="Arden")
    harbor.sync()
    assert harbor.codes(person_id) == ["out_of_scope_person"]
    assert harbor.employee_of(person_id)["ContactInfo"]["LastName"] == "Quist"


def test_ends_a_leaver_who_is_out_of_scope_by_then(harbor: PayrollCompany) -> None:
    leaver = harbor.hire()
    harbor.sync()
    harbor.advance(days=1)
    harbor.choose(only_departments="Research")
    harbor.terminate(leaver, harbor.day(-1))
    harbor.sync()
    assert harbor.status_of(leaver) == "Inactive"


def test_never_writes_what_was_chosen_so(harbor: PayrollCompany) -> None:
    harbor.choose(policy_email="never", policy_department="only at creation")
    person_id = harbor.hire()
    harbor.sync()
    assert harbor.employee_of(person_id)["ContactInfo"]["Email"] is None
    harbor.change(person_id, department="Research", last_name="Arden")
    harbor.sync()
    employee = harbor.employee_of(person_id)
    assert employee["EmployeeSettings"]["DepartmentID"] == "FINANCE"
    assert employee["ContactInfo"]["LastName"] == "Arden"


def test_reports_what_finance_changed_and_leaves_it(harbor: PayrollCompany) -> None:
    person_id = harbor.hire()
    harbor.sync()
    harbor.change_at_acumatica(person_id, "ContactInfo", Email="own@harborpine.example")
    harbor.change(person_id, last_name="Arden")
    harbor.sync()
    contact = harbor.employee_of(person_id)["ContactInfo"]
    assert (contact["Email"], contact["LastName"]) == ("own@harborpine.example", "Arden")
    assert harbor.codes(person_id) == ["drift"]


def test_undoes_what_finance_changed_where_that_was_chosen(harbor: PayrollCompany) -> None:
    harbor.choose(restore_drift="yes")
    person_id = harbor.hire()
    harbor.sync()
    harbor.change_at_acumatica(person_id, "ContactInfo", Email="own@harborpine.example")
    harbor.change(person_id, last_name="Arden")
    harbor.sync()
    contact = harbor.employee_of(person_id)["ContactInfo"]
    assert contact["Email"] == "nora.quist@harborpine.example"


def test_holds_more_leavers_than_a_day_has(harbor: PayrollCompany) -> None:
    harbor.sync()
    standing = [key for key in harbor.people() if harbor.employee_of(key) is not None]
    for person_id in standing[:8]:
        harbor.terminate(person_id, harbor.day(-1))
    harbor.sync()
    ended = [key for key in standing[:8] if harbor.status_of(key) == "Inactive"]
    held = [key for key in standing[:8] if harbor.codes(key) == ["avalanche"]]
    assert len(held) == 8 - len(ended)
    assert held
