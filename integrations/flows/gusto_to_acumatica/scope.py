"""Who is carried at all: filters that a person chose, each naming its rule; pure."""

from __future__ import annotations

from typing import Final

from connectors.values import ABSENT
from connectors.vendors.gusto.records import Person, Text
from integrations.choosing import Filter
from integrations.flow import Filtered, Held, Lookups
from integrations.flows.gusto_to_acumatica.reasons import SCOPE_UNREADABLE
from integrations.flows.shared.reasons import LEFT_OUT, OTHER_DEPARTMENT, OTHER_STATUS

NOT_THESE_STATUSES: Final = Filter(
    "excluded_employment_statuses",
    "Not carried",
    "Employment statuses of people who are out of scope, by Gusto's words (full_time, "
    "part_time_under_twenty_hours, part_time_twenty_plus_hours, variable, seasonal), separated "
    "by commas, or none.",
)
ONLY_DEPARTMENTS: Final = Filter(
    "only_departments",
    "Only these departments",
    "Departments whose people are in scope, separated by commas; none: all are.",
)
ONLY_PEOPLE: Final = Filter(
    "only_people",
    "Only these people",
    "Employee codes or ids of the only people in scope, for a trial; none: all are.",
)
NOT_THESE_PEOPLE: Final = Filter(
    "excluded_people",
    "Not these people",
    "Employee codes or ids of people who are out of scope, separated by commas, or none.",
)
FILTERS: Final = (NOT_THESE_STATUSES, ONLY_DEPARTMENTS, ONLY_PEOPLE, NOT_THESE_PEOPLE)


def out_of_scope(person: Person, lookups: Lookups) -> Filtered | Held | None:
    """The rule that lets the person out; Held where what it asks is not shown, None in scope."""
    only_people = ONLY_PEOPLE.chosen(lookups)
    is_chosen = not only_people or _is_among(person, only_people)
    if not is_chosen or _is_among(person, NOT_THESE_PEOPLE.chosen(lookups)):
        return Filtered(LEFT_OUT.because())
    return _status(person.employment_status, NOT_THESE_STATUSES.chosen(lookups)) or _department(
        person.department, ONLY_DEPARTMENTS.chosen(lookups)
    )


def _is_among(person: Person, chosen: tuple[str, ...]) -> bool:
    return person.id in chosen or person.code in chosen


def _status(status: Text, excluded: tuple[str, ...]) -> Filtered | Held | None:
    if not excluded:
        return None
    if status is ABSENT:
        return Held((SCOPE_UNREADABLE.because(what="employment status"),))
    return Filtered(OTHER_STATUS.because(status=str(status))) if status in excluded else None


def _department(department: Text, only: tuple[str, ...]) -> Filtered | Held | None:
    if not only or department in only:
        return None
    if department is ABSENT:
        return Held((SCOPE_UNREADABLE.because(what="department"),))
    return Filtered(OTHER_DEPARTMENT.because(value=str(department or "(empty)")))
