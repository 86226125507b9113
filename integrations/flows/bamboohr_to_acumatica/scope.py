"""Who is carried at all: filters that a person chose, each naming its rule; pure."""

from __future__ import annotations

from typing import Final

from connectors.values import ABSENT
from connectors.vendors.bamboohr.records import Person
from integrations.choosing import Filter
from integrations.flow import Filtered, Held, Lookups
from integrations.flows.bamboohr_to_acumatica.reasons import (
    OTHER_LOCATION,
    SCOPE_UNREADABLE,
)
from integrations.flows.shared.carried import Text
from integrations.flows.shared.reasons import LEFT_OUT, OTHER_DEPARTMENT, OTHER_STATUS

NOT_THESE_STATUSES: Final = Filter(
    "excluded_employment_statuses",
    "Not carried",
    "Employment statuses of people who are out of scope, separated by commas, or none.",
    ("Contractor",),
)
ONLY_DEPARTMENTS: Final = Filter(
    "only_departments",
    "Only these departments",
    "Departments whose people are in scope, separated by commas; none: all are.",
)
ONLY_LOCATIONS: Final = Filter(
    "only_locations",
    "Only these locations",
    "Locations whose people are in scope, separated by commas; none: all are.",
)
ONLY_PEOPLE: Final = Filter(
    "only_people",
    "Only these people",
    "BambooHR ids of the only people in scope, for a trial; none: all are.",
)
NOT_THESE_PEOPLE: Final = Filter(
    "excluded_people",
    "Not these people",
    "BambooHR ids of single people who are out of scope, separated by commas, or none.",
)
FILTERS: Final = (
    NOT_THESE_STATUSES,
    ONLY_DEPARTMENTS,
    ONLY_LOCATIONS,
    ONLY_PEOPLE,
    NOT_THESE_PEOPLE,
)


def out_of_scope(person: Person, lookups: Lookups) -> Filtered | Held | None:
    """The rule that lets the person out; Held where what it asks is not shown, None in scope."""
    only_people = ONLY_PEOPLE.chosen(lookups)
    if (only_people and person.id not in only_people) or person.id in NOT_THESE_PEOPLE.chosen(
        lookups
    ):
        return Filtered(LEFT_OUT.because())
    return (
        _status(person.employment_status, NOT_THESE_STATUSES.chosen(lookups))
        or _elsewhere(person.department, ONLY_DEPARTMENTS.chosen(lookups), "department")
        or _elsewhere(person.location, ONLY_LOCATIONS.chosen(lookups), "location")
    )


def _status(status: Text, excluded: tuple[str, ...]) -> Filtered | Held | None:
    if not excluded:
        return None
    if status is ABSENT:
        return Held((SCOPE_UNREADABLE.because(what="employment status"),))
    return Filtered(OTHER_STATUS.because(status=str(status))) if status in excluded else None


def _elsewhere(value: Text, only: tuple[str, ...], what: str) -> Filtered | Held | None:
    if not only or value in only:
        return None
    if value is ABSENT:
        return Held((SCOPE_UNREADABLE.because(what=what),))
    rule = OTHER_DEPARTMENT if what == "department" else OTHER_LOCATION
    return Filtered(rule.because(value=str(value or "(empty)")))
