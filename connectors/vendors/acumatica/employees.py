"""Finds, lists, creates and changes employees; each changing function makes exactly one call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from connectors.errors import ContractError
from connectors.paging import Offset, walk
from connectors.vendors.acumatica import employee_drafts as drafts
from connectors.vendors.acumatica.client import PAGE_ROWS, Client, Refused
from connectors.vendors.acumatica.employee_drafts import (
    Difference,
    EmployeeDraft,
    field_differences,
    has_role_change,
    is_to_end,
    is_to_reactivate,
    running_row,
)
from connectors.vendors.acumatica.instance import SLUG
from connectors.vendors.acumatica.operations import (
    CHANGE_ROLE,
    END_EMPLOYEE,
    LIST_EMPLOYEES,
    REACTIVATE_EMPLOYEE,
    UPDATE_EMPLOYEE,
)
from connectors.vendors.acumatica.records import Employee, HistoryRow

__all__ = [
    "Difference",
    "Employee",
    "EmployeeDraft",
    "HistoryRow",
    "change_role",
    "create_employee",
    "end_employee",
    "field_differences",
    "find_employees",
    "get_employee",
    "has_role_change",
    "is_to_end",
    "is_to_reactivate",
    "list_employees",
    "reactivate_employee",
    "running_row",
    "update_employee",
]

OVERLAP_ROWS: Final = 10
"""Rows read twice between two pages: the set may shift while it is read."""


def get_employee(client: Client, employee_id: str) -> Employee | None:
    """The employee of this number with his history; None where there is none."""
    if "/" in employee_id or "|" in employee_id:
        # Such a key cannot stand in an address.
        found = client.find_employees(f"EmployeeID eq {_quoted(employee_id)}", with_history=True)
        rows = () if isinstance(found, Refused) else found
        return next((row for row in rows if row.employee_id == employee_id), None)
    return client.read_employee(employee_id)


def find_employees(
    client: Client, *, reference: str = "", email: str = "", last_name: str = ""
) -> tuple[Employee, ...]:
    """Everybody who has this reference, this e-mail or this last name, in one read.

    Candidates only: the caller compares each row again, since instances differ in how they
    compare. Where an instance cannot filter by these fields the whole list is looked through.
    """
    conditions = [
        f"{field} eq {_quoted(value)}"
        for field, value in (
            ("EmployeeSettings/EmployeeRefNbr", reference),
            # Some instances compare letter by letter: both usual spellings are asked for.
            *(
                ("ContactInfo/Email", spelling)
                for spelling in dict.fromkeys((email, email.lower()))
            ),
            ("ContactInfo/LastName", last_name),
        )
        if value
    ]
    if not conditions:
        return ()
    found = _with_history_or_not(client, partial(client.find_employees, " or ".join(conditions)))
    if not isinstance(found, Refused):
        return found
    return tuple(
        employee
        for page in list_employees(client)
        for employee in page
        if _is_alike(employee.reference, reference)
        or _is_alike(employee.email, email)
        or _is_alike(employee.last_name, last_name)
    )


def list_employees(client: Client) -> Iterator[tuple[Employee, ...]]:
    """All employees page by page, each once.

    ``history`` is ABSENT where the instance cannot list it; ``get_employee`` has it then.
    """
    seen: set[str] = set()
    for page in walk(Offset(PAGE_ROWS), partial(_read_page, client)):
        fresh = tuple(employee for employee in page if employee.employee_id not in seen)
        seen.update(employee.employee_id for employee in fresh)
        if not fresh and len(page) == PAGE_ROWS:
            raise _not_listed("gives the same employees again instead of the next ones")
        if fresh:
            yield fresh


def create_employee(client: Client, draft: EmployeeDraft) -> Employee:
    """Insert an employee under our reference, with the first row of his history.

    With automatic numbers the reference is the instance's own search key too, so that a blind
    repetition updates what the first call left. With a number of ours a second one is refused.

    Raises:
        RecordError: refused, with every field that is named; or our number is taken.
    """
    return client.create_employee(
        drafts.creation(draft),
        condition=f"EmployeeSettings/EmployeeRefNbr eq {_quoted(draft.reference)}",
        is_numbered=isinstance(draft.employee_id, str),
    )


def update_employee(client: Client, employee: Employee, draft: EmployeeDraft) -> Employee:
    """Change what differs of names, e-mail, department, class, branch, supervisor, reference."""
    return client.change_employee(UPDATE_EMPLOYEE, drafts.update(employee, draft))


def change_role(client: Client, employee: Employee, draft: EmployeeDraft) -> Employee:
    """End the running history row the day before the new role and add a row for it.

    ``employee`` is freshly read: the ids of history rows hold for one session only.
    """
    return client.change_employee(CHANGE_ROLE, drafts.role_change(employee, draft))


def end_employee(client: Client, employee: Employee, draft: EmployeeDraft) -> Employee:
    """Set a leaver's status and end his running history row, in one call."""
    return client.change_employee(END_EMPLOYEE, drafts.ending(employee, draft))


def reactivate_employee(client: Client, employee: Employee, draft: EmployeeDraft) -> Employee:
    """Make the same employee active again, with a history row "Rehire", in one call."""
    return client.change_employee(REACTIVATE_EMPLOYEE, drafts.reactivation(employee, draft))


def _read_page(client: Client, place: Offset) -> tuple[tuple[Employee, ...], Offset | None]:
    page = _with_history_or_not(client, partial(client.list_employees, place.skip))
    if isinstance(page, Refused):
        raise _not_listed("cannot list employees, not even without their history")
    is_last = len(page) < PAGE_ROWS
    return page, None if is_last else Offset(PAGE_ROWS, place.skip + PAGE_ROWS - OVERLAP_ROWS)


def _with_history_or_not(
    client: Client, read: Callable[..., tuple[Employee, ...] | Refused]
) -> tuple[Employee, ...] | Refused:
    """A list read, without the history where the instance cannot list it; remembers that."""
    found = read(with_history=client.lists_history)
    if found is Refused.HISTORY and client.lists_history:
        found = read(with_history=False)
        client.lists_history = isinstance(found, Refused)
    return found


def _not_listed(flaw: str) -> ContractError:
    return ContractError(f"Acumatica {flaw}.", vendor=SLUG, operation=LIST_EMPLOYEES.name)


def _quoted(text: str) -> str:
    """A text literal of OData: its quotes are doubled, and nothing else ends it."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _is_alike(found: object, wanted: str) -> bool:
    return bool(wanted) and isinstance(found, str) and found.casefold() == wanted.casefold()
