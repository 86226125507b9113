"""Acumatica's answers as frozen values."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from connectors.errors import ContractError, Effect
from connectors.values import ABSENT
from connectors.vendors.acumatica import operations
from connectors.vendors.acumatica.records import (
    Employee,
    Endpoint,
    HistoryRow,
    Term,
    parse_branches,
    parse_employee,
    parse_employees,
    parse_endpoints,
    parse_odata_terms,
    parse_terms,
)
from tests.unit.connectors.vendors.acumatica.answers import answer, body

MINA = Employee(
    employee_id="EP00000012",
    status="Active",
    first_name="Mina",
    last_name="Okafor",
    email=None,
    department="FINANCE",
    employee_class="EMPSALARY",
    branch="HEADOFFICE",
    reference="BHR-northwind-1042",
    reports_to=None,
    name="Mina Okafor",
    note="BHR-northwind-1042",
    history=(
        HistoryRow(
            row_id="h1",
            position="ANALYST",
            started_on=date(2024, 3, 4),
            start_reason="New Hire",
            ended_on=date(2026, 2, 1),
            is_terminated=False,
            termination_reason=None,
            is_active=False,
        ),
        HistoryRow(
            row_id="h2",
            position="MANAGER",
            started_on=date(2026, 2, 2),
            start_reason="Promotion",
            ended_on=None,
            is_terminated=False,
            termination_reason=None,
            is_active=True,
        ),
    ),
    modified_at=datetime(2026, 2, 11, 10, 47, 41, 170000, timezone(timedelta(hours=-5))),
)


def test_reads_padded_codes_empty_fields_and_days_as_written() -> None:
    assert parse_employee(answer(body("employee"))) == MINA


def test_leaves_absent_what_was_not_expanded() -> None:
    employee = parse_employee(answer({"EmployeeID": {"value": "EP1"}}))
    assert employee.history is ABSENT
    assert employee.email is ABSENT
    assert employee.department is ABSENT
    assert employee.status is ABSENT
    assert employee.note is ABSENT
    assert employee.modified_at is ABSENT


def test_tells_a_history_without_rows_from_one_that_was_not_read() -> None:
    found = parse_employee(answer({"EmployeeID": {"value": "EP1"}, "EmploymentHistory": []}))
    assert found.history == ()


def test_finds_nobody_in_an_empty_list() -> None:
    assert parse_employees(answer([])) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        [],
        {"EmployeeID": "EP1"},
        {"EmployeeID": {}},
        {"EmployeeID": {"value": ""}},
        {"EmployeeID": {"value": "EP1"}, "Status": "Active"},
        {"EmployeeID": {"value": "EP1"}, "ContactInfo": []},
        {"EmployeeID": {"value": "EP1"}, "EmploymentHistory": {}},
        {"EmployeeID": {"value": "EP1"}, "EmploymentHistory": [{"id": "h1"}]},
        {"EmployeeID": {"value": "EP1"}, "LastModifiedDateTime": {"value": "2026-02-11T10:47"}},
        {"EmployeeID": {"value": "EP1"}, "LastModifiedDateTime": {"value": "yesterday"}},
    ],
)
def test_concludes_nothing_from_what_is_not_documented(wrong: object) -> None:
    with pytest.raises(ContractError) as caught:
        parse_employee(answer(wrong))
    assert caught.value.effect is Effect.NONE
    with pytest.raises(ContractError) as caught:
        parse_employee(answer(wrong, operation=operations.CREATE_EMPLOYEE))
    assert caught.value.effect is Effect.UNKNOWN


def test_quotes_nobody_in_an_error() -> None:
    wrong = body("employee")
    wrong["ContactInfo"]["LastName"] = "Okafor"
    with pytest.raises(ContractError) as caught:
        parse_employee(answer(wrong))
    shown = f"{caught.value} {caught.value.detail}"
    assert "LastName should be an object and is a text of 6 characters" in shown
    assert "Okafor" not in shown


def test_reads_both_forms_of_the_endpoints() -> None:
    wrapped = body("endpoints")
    expected = (
        Endpoint("Default", "24.200.001"),
        Endpoint("Default", "9.1"),
        Endpoint("MLConnector", "1.0.0"),
    )
    assert parse_endpoints(answer(wrapped)) == expected
    assert parse_endpoints(answer(wrapped["endpoints"])) == expected


def test_reads_codes_wrapped_and_plain() -> None:
    wrapped = [
        {"DepartmentID": {"value": "FINANCE  "}, "Description": {"value": "Finance"}},
        {"DepartmentID": {"value": "SALES"}, "Description": {}},
    ]
    plain = {"value": [{"DepartmentID": "FINANCE  ", "Description": "Finance"}]}
    finance = Term("FINANCE", "Finance")
    assert parse_terms(answer(wrapped), "DepartmentID", "Description") == (
        finance,
        Term("SALES", ""),
    )
    assert parse_odata_terms(answer(plain), "DepartmentID", "Description") == (finance,)


def test_takes_a_branch_for_active_that_one_ledger_has_active() -> None:
    assert parse_branches(answer(body("ledgers"))) == (
        Term("HEADOFFICE", "Head Office"),
        Term("WEST", "", is_active=False),
    )
