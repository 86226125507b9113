"""Whom of Gusto's people the employees at Acumatica are: HR leads there, so they are only tied.

Nothing is written for them. What can be judged is that no employee is anybody's but HR's, and whom
the product says that each of them is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from config.demo.expectations.acumatica import Row, codes_by_title, employees, folded_name

PAYROLL_COMPANY = "harbor-pine-consulting-llc"
STATUSES = (
    "full_time",
    "part_time_under_twenty_hours",
    "part_time_twenty_plus_hours",
    "variable",
    "seasonal",
)
"""The employment statuses that Gusto has published; another one waits for a person's decision."""
STATES = {
    "linked": "synced",
    "held": "held",
    "waits for HR": "waiting",
    "future": "waiting",
    "not onboarded": "waiting",
    "left before": "filtered",
}
"""What the product calls each of them."""


@dataclass(frozen=True, slots=True)
class PayrollDecisions:
    """What the operator of the demo decided of Gusto's people, in the words of both sides."""

    departments: Mapping[str, str] = field(default_factory=dict)
    """Department at Gusto to that at Acumatica, beside those of the same name."""


@dataclass(frozen=True, slots=True)
class Tied:
    """Who one person is at Acumatica: ``number`` is empty where he is nobody there."""

    person_id: str
    why: str
    number: str = ""


def gusto_company(gusto: Row) -> Row:
    """Everything of the one company that is read."""
    (company,) = [one for one in gusto["companies"].values() if one["slug"] == PAYROLL_COMPANY]
    found: Row = company
    return found


def expected_ties(
    gusto: Row,
    acumatica: Row,
    decisions: PayrollDecisions,
    tied: Mapping[str, str],
    today: str,
) -> list[Tied]:
    """Who each person is there; ``tied`` says who was already whom. Today is the tenant's."""
    people = gusto_company(gusto)["employees"].values()
    departments = {*codes_by_title(acumatica, "departments"), *decisions.departments, None}
    judge = _Judge(departments, tied, today, employees(acumatica))
    known = {one["uuid"]: found[0] for one in people if len(found := judge.having(one)) == 1}
    free = {number: row for number, row in judge.rows.items() if number not in known.values()}
    names = {_name(row["ContactInfo"], "FirstName", "LastName") for row in free.values()}
    return [judge.expected(one, is_namesake=_name(one) in names) for one in people]


@dataclass(frozen=True, slots=True)
class _Judge:
    """Says of one person after the other who he is there."""

    departments: set[str | None]
    tied: Mapping[str, str]
    today: str
    rows: Row
    """The employees by number."""

    def expected(self, person: Row, *, is_namesake: bool) -> Tied:
        """Who somebody is; a name alone links nobody, but a person must look at it."""
        if why := self._not_carried(person):
            return Tied(person["uuid"], why)
        found = self.having(person)
        if len(found) == 1:
            return Tied(person["uuid"], "linked", found[0])
        return Tied(person["uuid"], "held" if found or is_namesake else "waits for HR")

    def having(self, person: Row) -> Sequence[str]:
        """Whom somebody was known to be, else all who have his e-mail address."""
        if person["uuid"] in self.tied:
            return (self.tied[person["uuid"]],)
        if self._not_carried(person):
            return ()
        address = _folded(person["work_email"])
        return [
            number
            for number, row in self.rows.items()
            if address and _folded(row["ContactInfo"]["Email"]) == address
        ]

    def _not_carried(self, person: Row) -> str:
        """Why somebody is not even looked for; empty where he is."""
        is_tied = person["uuid"] in self.tied
        if any(row["active"] for row in person["terminations"]):
            return "" if is_tied else "left before"
        if _hired_on(person) > self.today:
            return "future"
        if not is_tied and not person["onboarded"]:
            return "not onboarded"
        is_known = person["current_employment_status"] in STATUSES
        return "" if is_known and person["department"] in self.departments else "held"


def tie_faults(wanted: Sequence[Tied], said: Mapping[str, tuple[str, str]]) -> list[str]:
    """Every way in which people are not whom they shall be; one sentence each.

    ``said`` is the product's word by person: the state, and the number of the employee.
    """
    shall = {one.person_id: (STATES[one.why], one.number) for one in wanted}
    return [
        f"{person_id} is {said.get(person_id)} and shall be {shall.get(person_id)}."
        for person_id in sorted({*said, *shall})
        if said.get(person_id) != shall.get(person_id)
    ]


def _hired_on(person: Row) -> str:
    """The first day of the primary job: of the latest hire, where somebody came back."""
    first_on: str = next(job["hire_date"] for job in person["jobs"] if job["primary"])
    return first_on


def _name(row: Row, first: str = "first_name", last: str = "last_name") -> str:
    return folded_name(row[first], row[last])


def _folded(address: str | None) -> str:
    return (address or "").strip().casefold()
