"""What must stand at Acumatica, computed person by person from what BambooHR itself says.

Imports nothing of the product: it must not share a misunderstanding with what it judges.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

COMPANY = "northwind"
INSTANCE = "northwind.acumatica.com"
TENANT = "Northwind"
BRANCH = "HEADOFFICE"
EMPLOYEE_CLASS = "EMPSALARY"


@dataclass(frozen=True, slots=True)
class Expected:
    """How one person shall stand: ``fields`` is None where nobody may stand for him."""

    person_id: str
    why: str
    fields: dict[str, object] | None = None

    @property
    def reference(self) -> str:
        """Under which an employee carries the person's id."""
        return f"BHR-{COMPANY}-{self.person_id}"


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the operator of the demo decided, beside what bears the same name on both sides."""

    departments: Mapping[str, str] = field(default_factory=dict)


def people(bamboohr: Mapping[str, Any]) -> Mapping[str, Any]:
    """Every person of the company by id."""
    rows: Mapping[str, Any] = bamboohr["companies"][COMPANY]["employees"]
    return rows


def employees(acumatica: Mapping[str, Any]) -> Mapping[str, Any]:
    """Every employee of the instance by number."""
    rows: Mapping[str, Any] = _tenant(acumatica)["employees"]
    return rows


def expected(
    bamboohr: Mapping[str, Any],
    acumatica: Mapping[str, Any],
    decisions: Decisions,
    carried: Mapping[str, str],
) -> list[Expected]:
    """What each person shall come to; ``carried`` says since which day a person has stood there."""
    tenant = _tenant(acumatica)
    departments = {row["Description"]: key for key, row in tenant["departments"].items()} | dict(
        decisions.departments
    )
    positions = {row["Description"]: key for key, row in tenant["positions"].items()}
    today = bamboohr["companies"][COMPANY]["today"]
    strangers = _names_of_strangers(tenant["employees"])
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
    person: Mapping[str, Any],
    today: str,
    departments: Mapping[str, str],
    positions: Mapping[str, str],
    strangers: frozenset[str],
    carried: Mapping[str, str],
) -> Expected:
    person_id = person["id"]
    if person["employmentHistoryStatus"] == "Contractor":
        return Expected(person_id, "contractor")
    if person["status"] == "Inactive":
        return _inactive(person, today, positions, carried)
    if person["department"] not in departments:
        return Expected(person_id, "held")
    if person_id not in carried and _name(person["firstName"], person["lastName"]) in strangers:
        return Expected(person_id, "held")
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
    return Expected(person_id, "active", fields)


def _inactive(
    person: Mapping[str, Any], today: str, positions: Mapping[str, str], carried: Mapping[str, str]
) -> Expected:
    person_id, left_on = person["id"], person["terminationDate"]
    if left_on is None and person["hireDate"] > today:
        return Expected(person_id, "future")
    if person_id not in carried:
        return Expected(person_id, "left before")
    rows = _history(person, positions, carried[person_id], today)
    ended = [*rows[:-1], (*rows[-1][:2], left_on, False)] if rows else []
    return Expected(person_id, "left", {"Status": "Inactive", "history": ended})


def _supervisor(
    person: Mapping[str, Any], numbers: Mapping[str, str], carried_on: str, today: str
) -> str | None:
    """The number of the last supervisor, since the first carrying, who stands there himself."""
    found = None
    for job in _jobs(person, carried_on, today):
        supervisor = job["reportsToId"]
        number = numbers.get(f"BHR-{COMPANY}-{supervisor}") if supervisor else None
        found = number if number or not supervisor else found
    return found


HistoryRow = tuple[str, str, str | None, bool]
"""Position, first day, last day, and whether it is the one in force."""


def _history(
    person: Mapping[str, Any], positions: Mapping[str, str], carried_on: str, today: str
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


def _jobs(person: Mapping[str, Any], carried_on: str, today: str) -> list[Mapping[str, Any]]:
    """The role at the first carrying, and those that began since then."""
    jobs = sorted(person["history"]["jobInfo"], key=lambda row: (row["date"], int(row["id"])))
    begun = [row for row in jobs if row["date"] <= today]
    first = [row for row in begun if row["date"] <= carried_on][-1:]
    return first + [row for row in begun if row["date"] > carried_on]


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def faults(
    wanted: Sequence[Expected], before: Mapping[str, Any], now: Mapping[str, Any]
) -> list[str]:
    """Every way in which the employees are not as they shall be; one sentence each.

    ``before`` are the employees who stood there before the product came.
    """
    found: dict[str, list[Mapping[str, Any]]] = {}
    for number, employee in now.items():
        if number in before:
            continue
        found.setdefault(str(employee["EmployeeSettings"]["EmployeeRefNbr"]), []).append(employee)
    sentences = [
        f"Employee {number} was there before and has been changed."
        for number, employee in before.items()
        if now.get(number) != employee
    ]
    for one in wanted:
        sentences += _faults_of_one(one, found.pop(one.reference, []))
    sentences += [f"An employee stands there under {key}, for nobody." for key in found]
    return sentences


def _faults_of_one(one: Expected, found: Sequence[Mapping[str, Any]]) -> list[str]:
    if one.fields is None:
        return [f"{one.reference} ({one.why}) must not stand there."] if found else []
    if len(found) != 1:
        return [f"{one.reference} ({one.why}) stands there {len(found)} times."]
    (employee,) = found
    flat = {
        "Status": employee["Status"],
        **employee["ContactInfo"],
        **employee["EmployeeSettings"],
        "history": [
            (row["PositionID"], row["StartDate"], row["EndDate"], row["Active"])
            for row in employee["EmploymentHistory"]
        ],
    }
    return [
        f"{one.reference}: {name} is {flat[name]!r} and shall be {wanted!r}."
        for name, wanted in one.fields.items()
        if flat[name] != wanted
    ]


def _tenant(acumatica: Mapping[str, Any]) -> Mapping[str, Any]:
    tenant: Mapping[str, Any] = acumatica["instances"][INSTANCE]["tenants"][TENANT]
    return tenant


def _names_of_strangers(rows: Mapping[str, Any]) -> frozenset[str]:
    """Names of employees whom the product did not write."""
    return frozenset(
        _name(row["ContactInfo"]["FirstName"], row["ContactInfo"]["LastName"])
        for row in rows.values()
        if not str(row["EmployeeSettings"]["EmployeeRefNbr"] or "").startswith("BHR-")
    )


def _name(first: str | None, last: str | None) -> str:
    text = unicodedata.normalize("NFKD", f"{first or ''} {last or ''}")
    bare = "".join(character for character in text if not unicodedata.combining(character))
    return " ".join(bare.casefold().split())
