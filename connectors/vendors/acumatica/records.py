"""What is read from Acumatica, as frozen values; absent, empty (``{}``) and set stay apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from connectors.exchange import Answer
from connectors.shapes import Shape
from connectors.values import ABSENT, Absent
from connectors.vendor import Privacy
from connectors.vendors.acumatica.wrapped import (
    Day,
    Text,
    day,
    field_text,
    flag,
    instant,
    part,
)


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One row of an employee's history. ``row_id`` holds for one session: never kept."""

    row_id: str
    position: Text
    started_on: Day
    start_reason: Text
    ended_on: Day
    is_terminated: bool
    termination_reason: Text
    is_active: bool


@dataclass(frozen=True, slots=True)
class Employee:
    """One employee. ``history`` is ABSENT where the instance refused to list it with the rest."""

    employee_id: str
    status: Text
    first_name: Text
    last_name: Text
    email: Text
    department: Text
    employee_class: Text
    branch: Text
    reference: Text
    """``EmployeeRefNbr``: our own reference, or whatever the customer keeps there."""
    reports_to: Text
    name: Text
    note: Text
    history: tuple[HistoryRow, ...] | Absent
    modified_at: datetime | Absent | None
    """May stand still when only address, contact or history changed."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint that the instance offers: a set of entities under a name and a version."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Term:
    """One code of a list (a department, a branch) with what it is called."""

    code: str
    title: str
    is_active: bool = True


EMPLOYEE_EXPAND: Final = "ContactInfo,EmployeeSettings"
HISTORY_EXPAND: Final = f"{EMPLOYEE_EXPAND},EmploymentHistory"
EMPLOYEE_SELECT: Final = ",".join(
    (
        "EmployeeID",
        "EmployeeName",
        "Status",
        "LastModifiedDateTime",
        "ContactInfo/FirstName",
        "ContactInfo/LastName",
        "ContactInfo/Email",
        "EmployeeSettings/DepartmentID",
        "EmployeeSettings/EmployeeClass",
        "EmployeeSettings/BranchID",
        "EmployeeSettings/EmployeeRefNbr",
        "EmployeeSettings/ReportsTo",
    )
)
HISTORY_SELECT: Final = ",".join(
    (
        EMPLOYEE_SELECT,
        "EmploymentHistory/PositionID",
        "EmploymentHistory/StartDate",
        "EmploymentHistory/StartReason",
        "EmploymentHistory/EndDate",
        "EmploymentHistory/Terminated",
        "EmploymentHistory/TerminationReason",
        "EmploymentHistory/Active",
    )
)
"""Only what is used: an employee's address, birthday and accounts are never asked for."""

ERROR_READS: Final[Mapping[str, Privacy]] = MappingProxyType(
    dict.fromkeys(("error", "message", "exceptionMessage", "exceptionType"), Privacy.PLAIN)
)
EMPLOYEE_SENDS: Final[Mapping[str, Privacy]] = MappingProxyType(
    {
        "EmployeeID": Privacy.PLAIN,
        "Status": Privacy.PLAIN,
        "FirstName": Privacy.PERSON,
        "LastName": Privacy.PERSON,
        "Email": Privacy.PERSON,
        "DepartmentID": Privacy.PLAIN,
        "EmployeeClass": Privacy.PLAIN,
        "BranchID": Privacy.PLAIN,
        "EmployeeRefNbr": Privacy.PLAIN,
        "ReportsTo": Privacy.PLAIN,
        "PositionID": Privacy.PLAIN,
        "StartDate": Privacy.PERSON,
        "StartReason": Privacy.PLAIN,
        "EndDate": Privacy.PERSON,
        "Terminated": Privacy.PERSON,
        "TerminationReason": Privacy.PERSON,
        "Active": Privacy.PLAIN,
        "note": Privacy.PERSON,
        "id": Privacy.PLAIN,
    }
)
EMPLOYEE_READS: Final[Mapping[str, Privacy]] = MappingProxyType(
    {
        **EMPLOYEE_SENDS,
        **ERROR_READS,
        "EmployeeName": Privacy.PERSON,
        "LastModifiedDateTime": Privacy.PLAIN,
    }
)


def parse_employee(answer: Answer) -> Employee:
    """One employee as a read or a write answers it."""
    shape = Shape(answer)
    return _employee(shape, shape.mapping(answer.json(), "the employee"))


def parse_employees(answer: Answer) -> tuple[Employee, ...]:
    """A list read; an instance that finds nobody answers an empty array."""
    shape = Shape(answer)
    return tuple(_employee(shape, row) for row in shape.rows(answer.json(), "the employees"))


def parse_endpoints(answer: Answer) -> tuple[Endpoint, ...]:
    """``GET /entity``: an object around the rows, or the bare rows on older builds."""
    shape, body = Shape(answer), answer.json()
    rows = body if isinstance(body, list) else shape.mapping(body, "the answer").get("endpoints")
    return tuple(
        Endpoint(shape.name(row.get("name"), "name"), shape.name(row.get("version"), "version"))
        for row in shape.rows(rows, "endpoints")
    )


def parse_terms(answer: Answer, key: str, title: str) -> tuple[Term, ...]:
    """The records of one top-level entity that is nothing but a list of codes."""
    shape = Shape(answer)
    rows = shape.rows(answer.json(), "the list")
    return tuple(_term(shape, row, key, title) for row in rows)


def parse_term(answer: Answer, key: str, title: str) -> Term:
    """One record of such an entity, as a write answers it."""
    shape = Shape(answer)
    return _term(shape, shape.mapping(answer.json(), "the record"), key, title)


def parse_odata_terms(answer: Answer, key: str, title: str) -> tuple[Term, ...]:
    """The same read over OData, whose values are plain."""
    shape = Shape(answer)
    rows = shape.rows(shape.mapping(answer.json(), "the answer").get("value"), "value")
    return tuple(
        Term(shape.name(row.get(key), key), (shape.text(row.get(title), title) or "").strip())
        for row in rows
    )


def parse_branches(answer: Answer) -> tuple[Term, ...]:
    """The branches of all ledgers, each once; active where one ledger has it active."""
    shape = Shape(answer)
    found: dict[str, Term] = {}
    for ledger in shape.rows(answer.json(), "the ledgers"):
        for row in shape.rows(ledger.get("Branches"), "Branches"):
            branch = shape.name(field_text(shape, row, "BranchID"), "BranchID")
            is_active = flag(shape, row, "Active") or (branch in found and found[branch].is_active)
            found[branch] = Term(branch, _title(field_text(shape, row, "BranchName")), is_active)
    return tuple(found.values())


def parse_user(answer: Answer) -> str:
    """The log-in name that a consent belongs to."""
    shape = Shape(answer)
    name = shape.mapping(answer.json(), "the user").get("preferred_username")
    return shape.text(name, "preferred_username") or ""


def _term(shape: Shape, row: Mapping[str, object], key: str, title: str) -> Term:
    code = shape.name(field_text(shape, row, key), key)
    return Term(code, _title(field_text(shape, row, title)))


def _employee(shape: Shape, row: Mapping[str, object]) -> Employee:
    contact = part(shape, row, "ContactInfo")
    settings = part(shape, row, "EmployeeSettings")
    return Employee(
        employee_id=shape.name(field_text(shape, row, "EmployeeID"), "EmployeeID"),
        status=field_text(shape, row, "Status"),
        first_name=field_text(shape, contact, "FirstName"),
        last_name=field_text(shape, contact, "LastName"),
        email=field_text(shape, contact, "Email"),
        department=field_text(shape, settings, "DepartmentID"),
        employee_class=field_text(shape, settings, "EmployeeClass"),
        branch=field_text(shape, settings, "BranchID"),
        reference=field_text(shape, settings, "EmployeeRefNbr"),
        reports_to=field_text(shape, settings, "ReportsTo"),
        name=field_text(shape, row, "EmployeeName"),
        note=field_text(shape, row, "note"),
        history=_history(shape, row),
        modified_at=instant(shape, row, "LastModifiedDateTime"),
    )


def _title(text: Text) -> str:
    return text if isinstance(text, str) else ""


def _history(shape: Shape, row: Mapping[str, object]) -> tuple[HistoryRow, ...] | Absent:
    if "EmploymentHistory" not in row:
        return ABSENT
    rows = shape.rows(row["EmploymentHistory"], "EmploymentHistory")
    return tuple(_history_row(shape, history_row) for history_row in rows)


def _history_row(shape: Shape, row: Mapping[str, object]) -> HistoryRow:
    return HistoryRow(
        row_id=shape.name(row.get("id"), "id of a history row"),
        position=field_text(shape, row, "PositionID"),
        started_on=day(shape, row, "StartDate"),
        start_reason=field_text(shape, row, "StartReason"),
        ended_on=day(shape, row, "EndDate"),
        is_terminated=flag(shape, row, "Terminated"),
        termination_reason=field_text(shape, row, "TerminationReason"),
        is_active=flag(shape, row, "Active"),
    )
