"""What must stand at Acumatica by what BambooHR says, person by person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from config.demo.expectations.acumatica import (
    BRANCH,
    EMPLOYEE_CLASS,
    Expected,
    Row,
    folded_name,
    names_of_strangers,
    tenant_of,
)

COMPANY = "northwind"


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the operator of the demo decided, beside what bears the same name on both sides."""

    departments: Mapping[str, str] = field(default_factory=dict)


def people(bamboohr: Row) -> Row:
    """Every person of the company by id."""
    rows: Row = bamboohr["companies"][COMPANY]["employees"]
    return rows


def expected(
    bamboohr: Row,
    acumatica: Row,
    decisions: Decisions,
    carried: Mapping[str, str],
) -> list[Expected]:
    """What each person shall come to; ``carried`` says since which day a person has stood there."""
    tenant = tenant_of(acumatica)
    departments = {row["Description"]: key for key, row in tenant["departments"].items()} | dict(
        decisions.departments
    )
    positions = {row["Description"]: key for key, row in tenant["positions"].items()}
    today = bamboohr["companies"][COMPANY]["today"]
    strangers = names_of_strangers(tenant["employees"], "BHR-")
    numbers = {
        str(row["EmployeeSettings"]["EmployeeRefNbr"]): number
        for number, row in tenant["employees"].items()
    }
    everybody = [
        _expected(person, today, departments, positions, strangers, carried)
        for person in people(bamboohr).values()
    ]
    for one in everybody:
        if one.why == "active" and one.fields is not None:
            person = people(bamboohr)[one.person_id]
            boss = _supervisor(person, numbers, carried.get(one.person_id, today), today)
            one.fields["ReportsTo"] = boss
    return everybody


def _expected(
    person: Row,
    today: str,
    departments: Mapping[str, str],
    positions: Mapping[str, str],
    strangers: frozenset[str],
    carried: Mapping[str, str],
) -> Expected:
    person_id = person["id"]
    if person["employmentHistoryStatus"] == "Contractor":
        return _shall(person_id, "contractor")
    if person["status"] == "Inactive":
        return _inactive(person, today, positions, carried)
    if person["department"] not in departments:
        return _shall(person_id, "held")
    if (
        person_id not in carried
        and folded_name(person["firstName"], person["lastName"]) in strangers
    ):
        return _shall(person_id, "held")
    fields: dict[str, object] = {
        "Status": "Active",
        "FirstName": person["firstName"],
        "LastName": person["lastName"],
        "Email": person["workEmail"],
        "DepartmentID": departments[person["department"]],
        "BranchID": BRANCH,
        "EmployeeClass": EMPLOYEE_CLASS,
        "history": _history(person, positions, carried.get(person_id, today), today),
    }
    return _shall(person_id, "active", fields)


def _inactive(
    person: Row, today: str, positions: Mapping[str, str], carried: Mapping[str, str]
) -> Expected:
    person_id, left_on = person["id"], person["terminationDate"]
    if left_on is None and person["hireDate"] > today:
        return _shall(person_id, "future")
    if person_id not in carried:
        return _shall(person_id, "left before")
    rows = _history(person, positions, carried[person_id], today)
    ended = [*rows[:-1], (*rows[-1][:2], left_on, False)] if rows else []
    return _shall(person_id, "left", {"Status": "Inactive", "history": ended})


def _supervisor(person: Row, numbers: Mapping[str, str], carried_on: str, today: str) -> str | None:
    """The number of the last supervisor, since the first carrying, who stands there himself."""
    found = None
    for job in _jobs(person, carried_on, today):
        supervisor = job["reportsToId"]
        number = numbers.get(_reference(supervisor)) if supervisor else None
        found = number if number or not supervisor else found
    return found


HistoryRow = tuple[str, str, str | None, bool]
"""Position, first day, last day, and whether it is the one in force."""


def _history(
    person: Row, positions: Mapping[str, str], carried_on: str, today: str
) -> list[HistoryRow]:
    """The employment history as the titles since the first carrying demand it.

    A title that has no position changes nothing.
    """
    rows: list[HistoryRow] = []
    for job in _jobs(person, carried_on, today):
        position = positions.get(job["jobTitle"])
        if position is None or (rows and rows[-1][0] == position):
            continue
        if rows:
            rows[-1] = (*rows[-1][:2], _day_before(job["date"]), False)
        start = person["hireDate"] if job["date"] <= carried_on else job["date"]
        rows.append((position, start, None, True))
    return rows


def _jobs(person: Row, carried_on: str, today: str) -> list[Row]:
    """The role at the first carrying, and those that began since then."""
    jobs = sorted(person["history"]["jobInfo"], key=lambda row: (row["date"], int(row["id"])))
    begun = [row for row in jobs if row["date"] <= today]
    first = [row for row in begun if row["date"] <= carried_on][-1:]
    return first + [row for row in begun if row["date"] > carried_on]


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _reference(person_id: str) -> str:
    return f"BHR-{COMPANY}-{person_id}"


def _shall(person_id: str, why: str, fields: dict[str, object] | None = None) -> Expected:
    return Expected(person_id, _reference(person_id), why, fields)
