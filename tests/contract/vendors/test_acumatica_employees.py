"""Acumatica's employees against the stand-in: created, changed, ended, taken on again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from connectors.errors import Effect, RecordError
from connectors.values import ABSENT
from connectors.vendors.acumatica.client import Client
from connectors.vendors.acumatica.employees import (
    EmployeeDraft,
    change_role,
    create_employee,
    end_employee,
    field_differences,
    find_employees,
    get_employee,
    has_role_change,
    is_to_end,
    is_to_reactivate,
    list_employees,
    reactivate_employee,
    update_employee,
)
from tests.contract.vendors.conftest import Desk, Open

DRAFT = EmployeeDraft(
    reference="BHR-northwind-117",
    first_name="Rosa",
    last_name="O'Lindqvist",
    email="rosa.lindqvist@northwind.example",
    department="FINANCE",
    employee_class="EMPSALARY",
    branch="HEADOFFICE",
    status="Active",
    position="ANALYST",
    role_since=date(2024, 3, 4),
    started_on=date(2024, 3, 4),
)


def stored(desk: Desk, employee_id: str) -> Any:
    instance = desk.sandbox.state("acumatica")["instances"]["northwind.acumatica.com"]
    return instance["tenants"]["Northwind"]["employees"].get(employee_id)


def rows(desk: Desk, employee_id: str) -> list[tuple[Any, ...]]:
    names = ("PositionID", "StartDate", "StartReason", "EndDate", "Terminated", "Active")
    history = stored(desk, employee_id)["EmploymentHistory"]
    return [tuple(row[name] for name in names) for row in history]


@pytest.fixture
def client(open_acumatica: Open) -> Client:
    opened: Client = open_acumatica()
    return opened


def test_creates_an_employee_with_the_first_row_of_the_history(desk: Desk, client: Client) -> None:
    employee = create_employee(client, DRAFT)
    assert employee.reference == "BHR-northwind-117"
    assert field_differences(employee, DRAFT) == ()
    assert not has_role_change(employee, DRAFT)
    assert not is_to_end(employee, DRAFT)
    assert not is_to_reactivate(employee, DRAFT)
    row = stored(desk, employee.employee_id)
    assert row["EmployeeSettings"]["EmployeeRefNbr"] == "BHR-northwind-117"
    assert row["EmployeeSettings"]["DepartmentID"] == "FINANCE"
    assert row["ContactInfo"]["LastName"] == "O'Lindqvist"
    assert rows(desk, employee.employee_id) == [
        ("ANALYST", "2024-03-04", "New Hire", None, False, True)
    ]
    assert get_employee(client, employee.employee_id) == employee


def test_makes_no_second_employee_by_a_blind_repetition(desk: Desk, client: Client) -> None:
    first = create_employee(client, replace(DRAFT, position=ABSENT))
    second = create_employee(client, replace(DRAFT, position=ABSENT))
    assert second.employee_id == first.employee_id


def test_finds_an_employee_by_reference_email_or_last_name(desk: Desk, client: Client) -> None:
    employee = create_employee(client, DRAFT)
    for by in (
        {"reference": "BHR-northwind-117"},
        {"email": "rosa.lindqvist@northwind.example"},
        {"last_name": "O'Lindqvist"},
        {"reference": "x", "email": "y", "last_name": "O'Lindqvist"},
    ):
        assert find_employees(client, **by) == (employee,)
    assert find_employees(client, reference="BHR-northwind-11") == ()
    assert find_employees(client) == ()


def test_changes_only_what_differs(desk: Desk, client: Client) -> None:
    employee = create_employee(client, DRAFT)
    draft = replace(DRAFT, first_name="Rose", department="SALES", email=None, branch=ABSENT)
    changed = update_employee(client, employee, draft)
    assert field_differences(changed, draft) == ()
    row = stored(desk, employee.employee_id)
    assert row["ContactInfo"]["FirstName"] == "Rose"
    assert row["ContactInfo"]["Email"] is None
    assert row["EmployeeSettings"]["DepartmentID"] == "SALES"
    assert row["EmployeeSettings"]["BranchID"] == "HEADOFFICE"
    assert len(row["EmploymentHistory"]) == 1


def test_ends_the_running_role_the_day_before_the_new_one(desk: Desk, client: Client) -> None:
    employee = create_employee(client, DRAFT)
    draft = replace(DRAFT, position="MANAGER", role_since=date(2026, 3, 2))
    assert has_role_change(employee, draft)
    changed = change_role(client, employee, draft)
    assert not has_role_change(changed, draft)
    assert rows(desk, employee.employee_id) == [
        ("ANALYST", "2024-03-04", "New Hire", "2026-03-01", False, False),
        ("MANAGER", "2026-03-02", "Other", None, False, True),
    ]


def test_corrects_a_role_of_the_same_day_in_place(desk: Desk, client: Client) -> None:
    employee = create_employee(client, DRAFT)
    draft = replace(DRAFT, position="MANAGER")
    changed = change_role(client, employee, draft)
    assert not has_role_change(changed, draft)
    assert rows(desk, employee.employee_id) == [
        ("MANAGER", "2024-03-04", "New Hire", None, False, True)
    ]


def test_ends_an_employee_with_status_and_row_in_one_call(desk: Desk, client: Client) -> None:
    employee = create_employee(client, DRAFT)
    draft = EmployeeDraft(DRAFT.reference, status="Inactive", ended_on=date(2026, 2, 13))
    assert is_to_end(employee, draft)
    before = len(desk.calls("acumatica"))
    ended = end_employee(client, employee, draft)
    assert len(desk.calls("acumatica")) == before + 1
    assert not is_to_end(ended, draft)
    assert stored(desk, employee.employee_id)["Status"] == "Inactive"
    assert rows(desk, employee.employee_id) == [
        ("ANALYST", "2024-03-04", "New Hire", "2026-02-13", True, False)
    ]


def test_takes_the_same_employee_on_again(desk: Desk, client: Client) -> None:
    employee = create_employee(client, DRAFT)
    leaving = EmployeeDraft(DRAFT.reference, status="Inactive", ended_on=date(2026, 2, 13))
    ended = end_employee(client, employee, leaving)
    draft = replace(DRAFT, started_on=date(2026, 5, 4), role_since=date(2026, 5, 4))
    assert is_to_reactivate(ended, draft)
    assert not has_role_change(ended, draft)
    back = reactivate_employee(client, ended, draft)
    assert not is_to_reactivate(back, draft)
    assert not has_role_change(back, draft)
    assert back.employee_id == employee.employee_id
    assert rows(desk, employee.employee_id) == [
        ("ANALYST", "2024-03-04", "New Hire", "2026-02-13", True, False),
        ("ANALYST", "2026-05-04", "Rehire", None, False, True),
    ]


def test_says_which_field_is_refused_and_saves_nothing(desk: Desk, client: Client) -> None:
    with pytest.raises(RecordError) as caught:
        create_employee(client, replace(DRAFT, department="NOWHERE"))
    assert caught.value.effect is Effect.NONE
    assert [path for path, _ in caught.value.fields if "DepartmentID" in path]
    assert find_employees(client, reference=DRAFT.reference) == ()


@pytest.mark.parametrize("body", ["record", "record_and_message", "under_entity"])
def test_reads_every_form_of_the_refusal(desk: Desk, client: Client, body: str) -> None:
    desk.sandbox.switch("acumatica", "errors_422", body)
    with pytest.raises(RecordError) as caught:
        create_employee(client, replace(DRAFT, department="NOWHERE", branch="MOON"))
    paths = {path for path, _ in caught.value.fields}
    assert {"EmployeeSettings.DepartmentID", "EmployeeSettings.BranchID"} <= paths


def test_answers_none_for_a_number_that_does_not_exist(client: Client) -> None:
    assert get_employee(client, "EP99999999") is None
    assert get_employee(client, "EP/1") is None


def test_never_inserts_when_the_employee_to_change_is_gone(desk: Desk, client: Client) -> None:
    employee = replace(create_employee(client, DRAFT), employee_id="EP99999999")
    with pytest.raises(RecordError) as caught:
        end_employee(client, employee, EmployeeDraft(DRAFT.reference, status="Inactive"))
    assert caught.value.effect is Effect.NONE
    assert stored(desk, "EP99999999") is None


def test_uses_our_number_where_the_instance_gives_none(desk: Desk, client: Client) -> None:
    desk.sandbox.switch("acumatica", "employee_numbering", "manual")
    draft = replace(DRAFT, employee_id="E1042")
    assert create_employee(client, draft).employee_id == "E1042"
    with pytest.raises(RecordError) as caught:
        create_employee(client, replace(draft, first_name="Somebody", last_name="Else"))
    assert caught.value.effect is Effect.NONE
    assert caught.value.status == 412
    assert stored(desk, "E1042")["ContactInfo"]["FirstName"] == "Rosa"


def test_lists_everybody_once(desk: Desk, client: Client) -> None:
    create_employee(client, DRAFT)
    everybody = [employee for page in list_employees(client) for employee in page]
    instance = desk.sandbox.state("acumatica")["instances"]["northwind.acumatica.com"]
    assert {employee.employee_id for employee in everybody} == set(
        instance["tenants"]["Northwind"]["employees"]
    )
    assert all(employee.history is not ABSENT for employee in everybody)


def test_lists_without_history_where_it_cannot_be_optimised(desk: Desk, client: Client) -> None:
    created = create_employee(client, DRAFT)
    desk.sandbox.switch("acumatica", "history_in_lists", "refused")
    everybody = [employee for page in list_employees(client) for employee in page]
    assert {employee.history for employee in everybody} == {ABSENT}
    (found,) = find_employees(client, reference=DRAFT.reference)
    assert found.history is ABSENT
    assert get_employee(client, found.employee_id) == created


def test_looks_through_the_list_where_linked_fields_cannot_be_filtered(
    desk: Desk, client: Client
) -> None:
    created = create_employee(client, DRAFT)
    desk.sandbox.switch("acumatica", "linked_filter", "refused")
    assert find_employees(client, email="ROSA.lindqvist@northwind.example") == (created,)
    assert find_employees(client, reference="BHR-northwind-1") == ()


@pytest.mark.parametrize(
    ("switch", "value"),
    [
        ("padded_keys", "padded"),
        ("record_ids", "per_session"),
        ("release", "24R2"),
        ("entity_list", "bare"),
        ("clears_a_field", "null"),
    ],
)
def test_does_the_same_on_instances_that_differ(
    desk: Desk, client: Client, switch: str, value: str
) -> None:
    desk.sandbox.switch("acumatica", switch, value)
    employee = create_employee(client, DRAFT)
    changed = update_employee(client, employee, replace(DRAFT, email=None))
    leaving = EmployeeDraft(DRAFT.reference, status="Inactive", ended_on=date(2026, 2, 13))
    ended = end_employee(client, changed, leaving)
    assert (ended.status, ended.email, is_to_end(ended, leaving)) == ("Inactive", None, False)
    assert field_differences(ended, replace(DRAFT, email=None)) == ()
