"""How an employee shall be, where that differs from Acumatica, and what to send; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from connectors.values import ABSENT
from connectors.vendors.acumatica.records import Employee, HistoryRow
from connectors.vendors.acumatica.wrapped import Day, Text

ACTIVE: Final = "Active"
INACTIVE: Final = "Inactive"
NEW_HIRE: Final = "New Hire"
REHIRE: Final = "Rehire"
OTHER_REASON: Final = "Other"
TERMINATION_REASONS: Final = (
    "Retirement",
    "Layoff",
    "Terminated for Cause",
    "Resignation",
    "Deceased",
    "Medical Issues",
)
"""All that Employees (EP203000) knows."""

CONTACT_FIELDS: Final[Mapping[str, str]] = {
    "first_name": "FirstName",
    "last_name": "LastName",
    "email": "Email",
}
SETTINGS_FIELDS: Final[Mapping[str, str]] = {
    "department": "DepartmentID",
    "employee_class": "EmployeeClass",
    "branch": "BranchID",
    "reports_to": "ReportsTo",
    "reference": "EmployeeRefNbr",
}

Body = dict[str, object]


@dataclass(frozen=True, slots=True)
class EmployeeDraft:
    """An employee as he shall be. ABSENT is neither compared nor written; None empties a field.

    ``position`` has been held since ``role_since``; a person without a mapped position keeps the
    history he has. ``ended_on`` is his last day, known once ``status`` is not Active.
    """

    reference: str
    employee_id: Text = ABSENT
    """A number of our choice; None or ABSENT where the instance numbers employees itself."""
    first_name: Text = ABSENT
    last_name: Text = ABSENT
    email: Text = ABSENT
    department: Text = ABSENT
    employee_class: Text = ABSENT
    branch: Text = ABSENT
    status: Text = ABSENT
    position: Text = ABSENT
    role_since: Day = ABSENT
    started_on: Day = ABSENT
    ended_on: Day = ABSENT
    termination_reason: Text = ABSENT
    reports_to: Text = ABSENT


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that stands otherwise than it shall; an empty field is None."""

    name: str
    found: str | None
    wanted: str | None


def field_differences(employee: Employee, draft: EmployeeDraft) -> tuple[Difference, ...]:
    """The fields of ``update_employee`` that differ; what either side does not tell is left out."""
    pairs = (
        (name, getattr(employee, name), getattr(draft, name))
        for name in (*CONTACT_FIELDS, *SETTINGS_FIELDS)
    )
    return tuple(
        Difference(name, _set(found), _set(wanted))
        for name, found, wanted in pairs
        if found is not ABSENT and wanted is not ABSENT and _set(found) != _set(wanted)
    )


def running_row(employee: Employee) -> HistoryRow | None:
    """The history row in force: the active one that started last."""
    rows = () if employee.history is ABSENT else employee.history
    running = [row for row in rows if row.is_active and not row.is_terminated]
    return max(running, key=lambda row: _day(row.started_on) or date.min, default=None)


def is_to_end(employee: Employee, draft: EmployeeDraft) -> bool:
    """Whether the draft's status is a leaver's and the employee's status or history is not yet."""
    if not isinstance(draft.status, str) or draft.status == ACTIVE:
        return False
    return employee.status != draft.status or _row_to_end(employee, draft) is not None


def is_to_reactivate(employee: Employee, draft: EmployeeDraft) -> bool:
    """Whether somebody who works again stands there as one who left.

    A status that finance sets for payments (On Hold, Hold Payments, One-Time) is not a leaver's,
    unless the history says that he left.
    """
    if draft.status != ACTIVE or employee.status is ABSENT or employee.status == ACTIVE:
        return False
    return employee.status == INACTIVE or _has_left(employee)


def has_role_change(employee: Employee, draft: EmployeeDraft) -> bool:
    """Whether the position that he holds is not the one in force there.

    A title without a position, a draft without the day, and a history that was not read change
    nothing; an end or a return carries the position itself.
    """
    if not isinstance(draft.position, str) or _day(draft.role_since) is None:
        return False
    if employee.history is ABSENT or is_to_reactivate(employee, draft):
        return False
    if isinstance(draft.status, str) and draft.status != ACTIVE:
        return False
    row = running_row(employee)
    return row is None or row.position != draft.position


def creation(draft: EmployeeDraft) -> Body:
    """The body that inserts an employee: his history begins only where his position is known."""
    body: Body = {}
    if isinstance(draft.employee_id, str):
        body["EmployeeID"] = _wrapped(draft.employee_id)
    if draft.status is not ABSENT:
        body["Status"] = _wrapped(draft.status)
    body["ContactInfo"] = _sent(draft, CONTACT_FIELDS)
    body["EmployeeSettings"] = _sent(draft, SETTINGS_FIELDS)
    # The second place by which our own record is recognised.
    body["note"] = _wrapped(draft.reference)
    since_on = _day(draft.started_on) or _day(draft.role_since)
    if isinstance(draft.position, str) and since_on is not None:
        body["EmploymentHistory"] = [_new_row(draft.position, since_on, NEW_HIRE)]
    return body


def update(employee: Employee, draft: EmployeeDraft) -> Body:
    """The body that changes what ``field_differences`` names, and nothing else."""
    wanted = {
        difference.name: difference.wanted for difference in field_differences(employee, draft)
    }
    body: Body = {"EmployeeID": _wrapped(employee.employee_id)}
    for part, fields in (("ContactInfo", CONTACT_FIELDS), ("EmployeeSettings", SETTINGS_FIELDS)):
        changed = {
            theirs: _wrapped(wanted[ours]) for ours, theirs in fields.items() if ours in wanted
        }
        if changed:
            body[part] = changed
    return body


def role_change(employee: Employee, draft: EmployeeDraft) -> Body:
    """The body that ends the running row the day before the new role and adds a row for it.

    A running row that started on that day or later is corrected in place: it is the same role.
    """
    position, since_on = _role(draft)
    rows: list[Body] = []
    running = running_row(employee)
    if running is not None and (_day(running.started_on) or date.min) >= since_on:
        rows.append({"id": running.row_id, "PositionID": _wrapped(position)})
    else:
        if running is not None:
            rows.append(_ended_row(running, since_on - timedelta(days=1)))
        reason = NEW_HIRE if _is_first(employee, draft) else OTHER_REASON
        rows.extend(_missing_row(employee, position, since_on, reason))
    return {"EmployeeID": _wrapped(employee.employee_id), "EmploymentHistory": rows}


def ending(employee: Employee, draft: EmployeeDraft) -> Body:
    """The body that sets a leaver's status and, where a row runs and the day is known, ends it."""
    body: Body = {
        "EmployeeID": _wrapped(employee.employee_id),
        "Status": _wrapped(_set(draft.status)),
    }
    running, ended_on = _row_to_end(employee, draft), _day(draft.ended_on)
    if running is not None and ended_on is not None:
        # Whoever never came leaves before the row begins; no row ends before that.
        last_on = max(ended_on, _day(running.started_on) or ended_on)
        row = {**_ended_row(running, last_on), "Terminated": _wrapped(True)}
        if isinstance(draft.termination_reason, str):
            row["TerminationReason"] = _wrapped(draft.termination_reason)
        body["EmploymentHistory"] = [row]
    return body


def reactivation(employee: Employee, draft: EmployeeDraft) -> Body:
    """The body that makes the same employee active again, with a row of his return."""
    body: Body = {
        "EmployeeID": _wrapped(employee.employee_id),
        "Status": _wrapped(ACTIVE),
    }
    since_on = _day(draft.started_on) or _day(draft.role_since)
    if isinstance(draft.position, str) and since_on is not None:
        rows = _missing_row(employee, draft.position, since_on, REHIRE)
        if rows:
            body["EmploymentHistory"] = rows
    return body


def _set(value: object) -> str | None:
    """A text as it counts: outer blanks do not, and an empty one is none."""
    return value.strip() or None if isinstance(value, str) else None


def _day(value: Day) -> date | None:
    return value if isinstance(value, date) else None


def _role(draft: EmployeeDraft) -> tuple[str, date]:
    since_on = _day(draft.role_since)
    if not isinstance(draft.position, str) or since_on is None:
        raise ValueError("A role change needs a position and the day since which it is held.")
    return draft.position, since_on


def _row_to_end(employee: Employee, draft: EmployeeDraft) -> HistoryRow | None:
    return None if _day(draft.ended_on) is None else running_row(employee)


def _has_left(employee: Employee) -> bool:
    rows = () if employee.history is ABSENT else employee.history
    return running_row(employee) is None and any(row.is_terminated for row in rows)


def _is_first(employee: Employee, draft: EmployeeDraft) -> bool:
    return employee.history == () and draft.role_since == draft.started_on


def _missing_row(employee: Employee, position: str, since_on: date, reason: str) -> list[Body]:
    """The new row, unless it stands there: rows are told by start, reason and position."""
    rows = () if employee.history is ABSENT else employee.history
    key = (since_on, reason, position)
    if any((row.started_on, row.start_reason, row.position) == key for row in rows):
        return []
    return [_new_row(position, since_on, reason)]


def _new_row(position: str, since_on: date, reason: str) -> Body:
    return {
        "PositionID": _wrapped(position),
        "StartDate": _wrapped(_midnight(since_on)),
        "StartReason": _wrapped(reason),
        "Active": _wrapped(True),
    }


def _ended_row(row: HistoryRow, ended_on: date) -> Body:
    return {
        "id": row.row_id,
        "EndDate": _wrapped(_midnight(ended_on)),
        "Active": _wrapped(False),
    }


def _midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00"


def _sent(draft: EmployeeDraft, fields: Mapping[str, str]) -> Body:
    values = ((theirs, getattr(draft, ours)) for ours, theirs in fields.items())
    return {
        theirs: _wrapped(_set(value))
        for theirs, value in values
        # An empty field of a new record is left to the instance's own defaults.
        if value is not ABSENT and _set(value) is not None
    }


def _wrapped(value: object) -> Body:
    return {"value": value}
