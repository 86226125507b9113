"""Where an employee differs from what he shall be, and what is then sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from connectors.values import ABSENT
from connectors.vendors.acumatica.employee_drafts import (
    Difference,
    EmployeeDraft,
    creation,
    ending,
    field_differences,
    has_role_change,
    is_to_end,
    is_to_reactivate,
    reactivation,
    role_change,
    running_row,
    update,
)
from connectors.vendors.acumatica.records import Employee, HistoryRow
from tests.unit.connectors.vendors.acumatica.test_records import MINA

DRAFT = EmployeeDraft(
    "BHR-northwind-1042",
    first_name="Mina",
    last_name="Okafor",
    email=None,
    department="FINANCE",
    employee_class="EMPSALARY",
    branch="HEADOFFICE",
    status="Active",
    position="MANAGER",
    role_since=date(2026, 2, 2),
    started_on=date(2024, 3, 4),
)
LEAVER = EmployeeDraft("BHR-northwind-1042", status="Inactive", ended_on=date(2026, 5, 31))


def row(**more: Any) -> HistoryRow:
    base = HistoryRow("h", "ANALYST", date(2024, 3, 4), "New Hire", None, False, None, True)
    return replace(base, **more)


def mina(**more: Any) -> Employee:
    return replace(MINA, **more)


def test_sees_no_difference_where_there_is_none() -> None:
    assert field_differences(MINA, DRAFT) == ()
    assert not has_role_change(MINA, DRAFT)
    assert not is_to_end(MINA, DRAFT)
    assert not is_to_reactivate(MINA, DRAFT)


@pytest.mark.parametrize("empty", [None, "", "  "])
def test_takes_empty_for_empty(empty: str | None) -> None:
    assert field_differences(mina(email=None), replace(DRAFT, email=empty)) == ()
    assert field_differences(mina(email=""), replace(DRAFT, email=empty)) == ()


def test_names_each_field_that_differs() -> None:
    draft = replace(DRAFT, first_name="Wilhelmina", email="mina@northwind.example")
    assert field_differences(mina(reference=None), draft) == (
        Difference("first_name", "Mina", "Wilhelmina"),
        Difference("email", None, "mina@northwind.example"),
        Difference("reference", None, "BHR-northwind-1042"),
    )


def test_compares_nothing_that_is_absent_on_either_side() -> None:
    assert field_differences(mina(department=ABSENT), DRAFT) == ()
    assert field_differences(MINA, EmployeeDraft("BHR-northwind-1042")) == ()


def test_sends_only_what_differs_and_empties_a_field_by_null() -> None:
    draft = replace(DRAFT, email=None, department="SALES")
    assert update(mina(email="mina@northwind.example"), draft) == {
        "EmployeeID": {"value": "EP00000012"},
        "ContactInfo": {"Email": {"value": None}},
        "EmployeeSettings": {"DepartmentID": {"value": "SALES"}},
    }


def test_creates_with_our_reference_twice_and_the_first_row() -> None:
    assert creation(replace(DRAFT, reports_to="EP00000001")) == {
        "Status": {"value": "Active"},
        "ContactInfo": {"FirstName": {"value": "Mina"}, "LastName": {"value": "Okafor"}},
        "EmployeeSettings": {
            "DepartmentID": {"value": "FINANCE"},
            "EmployeeClass": {"value": "EMPSALARY"},
            "BranchID": {"value": "HEADOFFICE"},
            "ReportsTo": {"value": "EP00000001"},
            "EmployeeRefNbr": {"value": "BHR-northwind-1042"},
        },
        "note": {"value": "BHR-northwind-1042"},
        "EmploymentHistory": [
            {
                "PositionID": {"value": "MANAGER"},
                "StartDate": {"value": "2024-03-04T00:00:00"},
                "StartReason": {"value": "New Hire"},
                "Active": {"value": True},
            }
        ],
    }


@pytest.mark.parametrize("position", [None, ABSENT])
def test_creates_without_a_history_where_there_is_no_position(position: Any) -> None:
    assert "EmploymentHistory" not in creation(replace(DRAFT, position=position))


def test_creates_with_our_own_number_only_where_there_is_one() -> None:
    assert creation(replace(DRAFT, employee_id="E7"))["EmployeeID"] == {"value": "E7"}
    assert "EmployeeID" not in creation(DRAFT)


def test_takes_the_active_row_that_started_last_for_the_running_one() -> None:
    assert running_row(MINA) == MINA.history[1]  # type: ignore[index]  # it has a history
    assert running_row(mina(history=ABSENT)) is None
    assert running_row(mina(history=())) is None
    assert running_row(mina(history=(row(is_active=False),))) is None


def test_ends_the_running_row_and_adds_the_new_one() -> None:
    employee = mina(history=(row(row_id="h7"),))
    assert has_role_change(employee, DRAFT)
    assert role_change(employee, DRAFT) == {
        "EmployeeID": {"value": "EP00000012"},
        "EmploymentHistory": [
            {"id": "h7", "EndDate": {"value": "2026-02-01T00:00:00"}, "Active": {"value": False}},
            {
                "PositionID": {"value": "MANAGER"},
                "StartDate": {"value": "2026-02-02T00:00:00"},
                "StartReason": {"value": "Other"},
                "Active": {"value": True},
            },
        ],
    }


@pytest.mark.parametrize("started_on", [date(2026, 2, 2), date(2026, 3, 1)])
def test_corrects_a_role_that_began_no_earlier(started_on: date) -> None:
    employee = mina(history=(row(row_id="h7", started_on=started_on),))
    assert role_change(employee, DRAFT)["EmploymentHistory"] == [
        {"id": "h7", "PositionID": {"value": "MANAGER"}}
    ]


@pytest.mark.parametrize(
    ("since", "reason"), [(date(2024, 3, 4), "New Hire"), (date(2026, 2, 2), "Other")]
)
def test_begins_an_empty_history(since: date, reason: str) -> None:
    draft = replace(DRAFT, role_since=since)
    assert role_change(mina(history=()), draft)["EmploymentHistory"] == [
        {
            "PositionID": {"value": "MANAGER"},
            "StartDate": {"value": f"{since}T00:00:00"},
            "StartReason": {"value": reason},
            "Active": {"value": True},
        }
    ]


def test_never_sends_a_row_twice() -> None:
    there = row(
        row_id="h2",
        position="MANAGER",
        started_on=date(2026, 2, 2),
        start_reason="Other",
        is_active=False,
    )
    employee = mina(history=(row(row_id="h1"), there))
    assert role_change(employee, DRAFT)["EmploymentHistory"] == [
        {"id": "h1", "EndDate": {"value": "2026-02-01T00:00:00"}, "Active": {"value": False}}
    ]


@pytest.mark.parametrize(
    "draft",
    [
        replace(DRAFT, position=None),
        replace(DRAFT, position=ABSENT),
        replace(DRAFT, role_since=None),
        replace(DRAFT, role_since=ABSENT),
        replace(DRAFT, status="Inactive"),
    ],
)
def test_needs_position_and_day_for_a_role_change(draft: EmployeeDraft) -> None:
    assert has_role_change(mina(history=(row(),)), DRAFT)
    assert not has_role_change(mina(history=(row(),)), draft)


def test_sees_no_role_change_in_a_history_that_was_not_read() -> None:
    assert not has_role_change(mina(history=ABSENT), DRAFT)


def test_ends_status_and_row_together() -> None:
    assert is_to_end(MINA, LEAVER)
    assert ending(MINA, replace(LEAVER, termination_reason="Resignation")) == {
        "EmployeeID": {"value": "EP00000012"},
        "Status": {"value": "Inactive"},
        "EmploymentHistory": [
            {
                "id": "h2",
                "EndDate": {"value": "2026-05-31T00:00:00"},
                "Active": {"value": False},
                "Terminated": {"value": True},
                "TerminationReason": {"value": "Resignation"},
            }
        ],
    }


@pytest.mark.parametrize(
    ("employee", "draft"),
    [
        (MINA, replace(LEAVER, ended_on=None)),
        (MINA, replace(LEAVER, ended_on=ABSENT)),
        (mina(history=()), LEAVER),
        (mina(history=ABSENT), LEAVER),
    ],
)
def test_ends_by_the_status_alone_without_a_row_or_a_day(
    employee: Employee, draft: EmployeeDraft
) -> None:
    assert is_to_end(employee, draft)
    assert ending(employee, draft) == {
        "EmployeeID": {"value": "EP00000012"},
        "Status": {"value": "Inactive"},
    }


def test_ends_a_row_that_still_runs_when_the_day_becomes_known() -> None:
    ended = mina(status="Inactive")
    assert is_to_end(ended, LEAVER)
    assert not is_to_end(ended, replace(LEAVER, ended_on=ABSENT))
    over = row(is_active=False, is_terminated=True, ended_on=date(2026, 5, 31))
    assert not is_to_end(mina(status="Inactive", history=(over,)), LEAVER)


@pytest.mark.parametrize("status", ["Active", None, ABSENT])
def test_ends_nobody_by_a_status_that_is_no_leavers(status: Any) -> None:
    assert not is_to_end(MINA, replace(LEAVER, status=status))


def test_takes_on_again_with_a_row_of_the_return() -> None:
    over = row(is_active=False, is_terminated=True, ended_on=date(2025, 5, 31))
    left = mina(status="Inactive", history=(over,))
    back = replace(DRAFT, started_on=date(2026, 2, 2))
    assert is_to_reactivate(left, back)
    assert not has_role_change(left, back)
    assert reactivation(left, back) == {
        "EmployeeID": {"value": "EP00000012"},
        "Status": {"value": "Active"},
        "EmploymentHistory": [
            {
                "PositionID": {"value": "MANAGER"},
                "StartDate": {"value": "2026-02-02T00:00:00"},
                "StartReason": {"value": "Rehire"},
                "Active": {"value": True},
            }
        ],
    }
    assert "EmploymentHistory" not in reactivation(left, replace(back, position=None))


@pytest.mark.parametrize(
    ("status", "history", "is_needed"),
    [
        ("Active", (), False),
        ("Inactive", (), True),
        ("Inactive", ABSENT, True),
        ("Hold Payments", (row(),), False),
        ("On Hold", (), False),
        ("On Hold", (row(is_active=False, is_terminated=True),), True),
        ("On Hold", ABSENT, False),
        (ABSENT, (), False),
    ],
)
def test_leaves_a_status_of_the_finance_department_alone(
    status: Any, history: Any, is_needed: bool
) -> None:
    assert is_to_reactivate(mina(status=status, history=history), DRAFT) is is_needed


def test_reactivates_nobody_who_left() -> None:
    assert not is_to_reactivate(mina(status="Inactive"), LEAVER)
