"""Acumatica's employees as people become them: how one is found, and each step that it may take.

A flow declares which of the steps it needs; what an employee shall look like is the flow's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from audit.outcomes import Outcome
from connectors.values import ABSENT
from connectors.vendors.acumatica import employees as acumatica
from connectors.vendors.acumatica import operations
from connectors.vendors.acumatica.client import Client
from connectors.vendors.acumatica.records import Employee
from integrations.flow import Difference, Draft, Finding, Found, MatchKey, Step
from integrations.flows.shared.employee_policies import drifted, standing
from integrations.flows.shared.folding import folded_email, folded_name
from integrations.matching import choose

WRITES: Final = "employee"
"""What these steps write: of several integrations that do, one leads."""
LINKS: Final = frozenset({"reports_to"})
"""Fields that hold the number of somebody else's employee."""


def find_employee(client: Client, draft: Draft, target_id: str) -> Finding:
    """The employee that the draft means; by its number once it is tied."""
    if target_id:
        known = acumatica.get_employee(client, target_id)
        return as_found(known) if known is not None else None
    value = draft.value
    candidates = acumatica.find_employees(
        client,
        reference=draft.reference,
        email=_text(value.email),
        last_name=_text(value.last_name),
    )
    finding = choose(draft, "", (as_found(candidate) for candidate in candidates))
    if isinstance(finding, Found) and finding.is_partial:
        return find_employee(client, draft, finding.target_id)
    return finding


def find_employees(client: Client) -> Iterator[Sequence[Found]]:
    """All employees, page by page."""
    for page in acumatica.list_employees(client):
        yield [as_found(employee) for employee in page]


def as_found(employee: Employee) -> Found:
    """An employee as the engine compares it."""
    keys = []
    if reference := _text(employee.reference):
        keys.append(MatchKey("reference", reference))
    if email := _text(employee.email):
        keys.append(MatchKey("email", folded_email(email)))
    first, last = _text(employee.first_name), _text(employee.last_name)
    title = f"{first} {last}".strip() or employee.employee_id
    return Found(
        employee.employee_id,
        employee,
        tuple(keys),
        name=folded_name(first, last),
        title=f"{title} ({employee.employee_id})",
        is_partial=employee.history is ABSENT,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _create_needed(found: Found | None, draft: Draft) -> bool:
    return found is None and draft.value.status == "Active"


def _create(client: Client, found: Found | None, draft: Draft) -> Found:
    return as_found(acumatica.create_employee(client, draft.value))


def _rehire_needed(found: Found | None, draft: Draft) -> bool:
    return found is not None and acumatica.is_to_reactivate(found.value, draft.value)


def _rehire(client: Client, found: Found | None, draft: Draft) -> Found:
    return as_found(acumatica.reactivate_employee(client, _employee(found), draft.value))


def _update_needed(found: Found | None, draft: Draft) -> bool:
    return bool(_changes(found, draft)) and not _report_to_needed(found, draft)


def _report_to_needed(found: Found | None, draft: Draft) -> bool:
    """Whether nothing but the first supervisor is missing: he was not there when it was created."""
    changes = _changes(found, draft)
    return [(one.name, one.found) for one in changes] == [("reports_to", None)]


def _changes(found: Found | None, draft: Draft) -> tuple[acumatica.Difference, ...]:
    return () if found is None else acumatica.field_differences(found.value, standing(draft))


def _update(client: Client, found: Found | None, draft: Draft) -> Found:
    return as_found(acumatica.update_employee(client, _employee(found), standing(draft)))


def _role_change_needed(found: Found | None, draft: Draft) -> bool:
    value = standing(draft)
    if value.role_since is ABSENT:
        # Whether there is a change shows without its day; the day is read once there is one.
        value = replace(value, role_since=date.min)
    return found is not None and acumatica.has_role_change(found.value, value)


def _change_role(client: Client, found: Found | None, draft: Draft) -> Found:
    return as_found(acumatica.change_role(client, _employee(found), draft.value))


def _end_needed(found: Found | None, draft: Draft) -> bool:
    return found is not None and acumatica.is_to_end(found.value, draft.value)


def _end(client: Client, found: Found | None, draft: Draft) -> Found:
    return as_found(acumatica.end_employee(client, _employee(found), draft.value))


def _employee(found: Found | None) -> Employee:
    if found is None or not isinstance(found.value, Employee):
        raise TypeError("This step changes an employee that was found.")
    return found.value


def _field_differences(found: Found | None, draft: Draft) -> list[Difference]:
    if found is None:
        return [
            Difference(name, "", str(value), is_link=name in LINKS)
            for name, value in _stated(draft)
            if value is not None and name != "role_since"
        ]
    return [
        Difference(one.name, _shown(one.found), _shown(one.wanted), is_link=one.name in LINKS)
        for one in _changes(found, draft)
    ]


def drift(found: Found, draft: Draft) -> list[Difference]:
    return [
        Difference(one.name, _shown(one.found), _shown(one.wanted))
        for one in acumatica.field_differences(found.value, drifted(draft))
    ]


def _status_difference(found: Found | None, draft: Draft) -> list[Difference]:
    before = _shown(found.value.status) if found is not None else ""
    return [Difference("status", before, _shown(draft.value.status))]


def _role_difference(found: Found | None, draft: Draft) -> list[Difference]:
    row = acumatica.running_row(found.value) if found is not None else None
    before = row.position if row is not None else None
    return [Difference("position", _shown(before), _shown(draft.value.position))]


def _stated(draft: Draft) -> list[tuple[str, Any]]:
    """The fields of the draft that say something."""
    return [
        (name, getattr(draft.value, name))
        for name in draft.value.__dataclass_fields__
        if getattr(draft.value, name) is not ABSENT
    ]


def _shown(value: object) -> str:
    return "" if value is None or value is ABSENT else str(value)


CREATE = Step(
    "create",
    Outcome.CREATED,
    _create_needed,
    _create,
    _field_differences,
    operations.CREATE_EMPLOYEE,
    creates=True,
    requires=("last_name", "department", "branch", "employee_class", "employee_id"),
    lane="Employee",
)
REHIRE = Step(
    "rehire",
    Outcome.REACTIVATED,
    _rehire_needed,
    _rehire,
    _status_difference,
    operations.REACTIVATE_EMPLOYEE,
    appends=True,
    lane="Employee",
)
UPDATE = Step(
    "update",
    Outcome.UPDATED,
    _update_needed,
    _update,
    _field_differences,
    operations.UPDATE_EMPLOYEE,
    lane="Employee",
)
REPORT_TO = Step(
    "report_to",
    Outcome.UPDATED,
    _report_to_needed,
    _update,
    _field_differences,
    operations.UPDATE_EMPLOYEE,
    completes=True,
    lane="Employee",
)
CHANGE_ROLE = Step(
    "change_role",
    Outcome.UPDATED,
    _role_change_needed,
    _change_role,
    _role_difference,
    operations.CHANGE_ROLE,
    appends=True,
    requires=("role_since",),
    lane="Employee",
)
TERMINATE = Step(
    "terminate",
    Outcome.DEACTIVATED,
    _end_needed,
    _end,
    _status_difference,
    operations.END_EMPLOYEE,
    requires=("ended_on", "termination_reason"),
    lane="Employee",
)
