"""What stands at Acumatica, and every way in which people do not stand there as they shall."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

INSTANCE = "northwind.acumatica.com"
TENANT = "Northwind"
BRANCH = "HEADOFFICE"
EMPLOYEE_CLASS = "EMPSALARY"

Row = Mapping[str, Any]
"""A record in its vendor's own shape."""


@dataclass(frozen=True, slots=True)
class Expected:
    """How one person shall stand: ``fields`` is None where nobody may stand for him."""

    person_id: str
    reference: str
    """Under which an employee carries the person's id."""
    why: str
    fields: dict[str, object] | None = None


def tenant_of(acumatica: Row) -> Row:
    """Everything of the one tenant that the demo writes to."""
    tenant: Row = acumatica["instances"][INSTANCE]["tenants"][TENANT]
    return tenant


def employees(acumatica: Row) -> Row:
    """Every employee of the instance by number."""
    rows: Row = tenant_of(acumatica)["employees"]
    return rows


def journals_of(acumatica: Row) -> Row:
    """Every batch of the general ledger by number."""
    rows: Row = tenant_of(acumatica)["journals"]
    return rows


def codes_by_title(acumatica: Row, table: str) -> dict[str, str]:
    """The codes of one of its lists, by what people call each of them."""
    return {str(row["Description"]): code for code, row in tenant_of(acumatica)[table].items()}


def faults(wanted: Sequence[Expected], before: Row, now: Row) -> list[str]:
    """Every way in which the employees are not as they shall be; one sentence each.

    ``before`` are the employees who stood there before the product came.
    """
    found: dict[str, list[Row]] = {}
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


def _faults_of_one(one: Expected, found: Sequence[Row]) -> list[str]:
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


def names_of_strangers(rows: Row, prefix: str) -> frozenset[str]:
    """Names of employees whose reference does not begin so: another hand wrote them."""
    return frozenset(
        folded_name(row["ContactInfo"]["FirstName"], row["ContactInfo"]["LastName"])
        for row in rows.values()
        if not str(row["EmployeeSettings"]["EmployeeRefNbr"] or "").startswith(prefix)
    )


def folded_name(first: str | None, last: str | None) -> str:
    """A name without case, accents and needless blanks."""
    text = unicodedata.normalize("NFKD", f"{first or ''} {last or ''}")
    bare = "".join(character for character in text if not unicodedata.combining(character))
    return " ".join(bare.casefold().split())
