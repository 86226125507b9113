"""What an HR person does to people: hire, change, move, end, take back, delete."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from connectors.sandbox.standin import JSON, TakenError
from connectors.sandbox.vendors.bamboohr.company import (
    TERMINATED,
    Company,
    Employee,
    Row,
    empty_facts,
    latest,
    midnight,
)
from connectors.sandbox.vendors.bamboohr.fields import DATE_FIELDS, FACTS, JOB_FIELDS
from connectors.sandbox.vendors.bamboohr.history import History

SUPERVISORS = ("supervisorEId", "reportsTo")
ENDINGS = {
    "reason": "terminationReasonId",
    "type": "terminationTypeId",
    "rehire": "terminationRehireId",
    "regrettable": "terminationRegrettableId",
    "comment": "comment",
}
VERBS = ("date", "terminate", "rehire", "jobInfo", "employmentStatus", "employmentHistoryStatus")
KNOWN = (*FACTS, *JOB_FIELDS, *SUPERVISORS, *VERBS)


@dataclass(slots=True)
class Edit:
    """One change being prepared; nothing is touched until all of it has been found possible.

    With ``is_lenient`` texts that are no option of their list are dropped, as the API does;
    a person at the screen can only choose options, and is refused.
    """

    history: History
    person: Employee
    is_lenient: bool
    facts: dict[str, str | None] = field(default_factory=dict)
    job_rows: list[Row] = field(default_factory=list)
    status_rows: list[Row] = field(default_factory=list)
    later: list[tuple[str, Callable[[], None]]] = field(default_factory=list)

    @property
    def company(self) -> Company:
        """Whose employee it is."""
        return self.history.company

    @property
    def today(self) -> str:
        """The day it is."""
        return self.company.today().isoformat()

    def apply(self) -> None:
        """Make the change."""
        self.person.facts.update(self.facts)
        for rows, added in (
            (self.person.job_rows, self.job_rows),
            (self.person.status_rows, self.status_rows),
        ):
            replaced = {row["id"] for row in added}
            rows[:] = [row for row in rows if row["id"] not in replaced] + added

    def read(self, body: dict[str, JSON]) -> None:
        """Prepare everything that the body asks for.

        Raises:
            ValueError: a field is unknown, or a value is not possible; says why.
        """
        unknown = [name for name in body if name not in KNOWN]
        if unknown and not self.is_lenient:
            raise ValueError(f"Unknown: {', '.join(unknown)}. There is: {', '.join(KNOWN)}.")
        self._read_facts(body)
        on = day_of(body, "date", self.today)
        moved = {name: body[name] for name in JOB_FIELDS if name in body}
        for name in SUPERVISORS:
            if name in body:
                moved["reportsToId"] = body[name]
        if moved:
            self._add_job(on, moved)
        for row in rows_of(body, "jobInfo"):
            self._add_job(day_of(row, "date", self.today), row)
        if "employmentHistoryStatus" in body:
            self._add_status(on, {"employmentStatus": body["employmentHistoryStatus"]})
        for row in rows_of(body, "employmentStatus"):
            self._add_status(day_of(row, "date", self.today), row)
        if "terminate" in body:
            self._terminate(object_of(body, "terminate"))
        if "rehire" in body:
            self._rehire(object_of(body, "rehire"))

    def _read_facts(self, body: dict[str, JSON]) -> None:
        for name in FACTS:
            if name not in body:
                continue
            value = body[name]
            if name == "workEmail" and not value and self.history.standin.is_soft("32d"):
                continue
            if value is not None and not isinstance(value, str):
                raise ValueError(f"{name} is a text or null.")
            if name in DATE_FIELDS and value:
                day_of(body, name, "")
            self.facts[name] = value or None
        if not (self.facts.get("firstName", "x") and self.facts.get("lastName", "x")):
            raise ValueError("First and last name cannot be empty.")
        email = self.facts.get("workEmail")
        is_taken = bool(email) and bool(self.company.holder(email or "", but=self.person.id))
        if is_taken and not self.history.standin.is_soft("32e"):
            raise TakenError(f"Another employee already has the e-mail {email}.")

    def _add_job(self, on: str, asked: dict[str, JSON]) -> None:
        base = latest([*self.person.job_rows, *self.job_rows], date.fromisoformat(on)) or {}
        row: Row = {
            "id": str(asked.get("id") or self.company.next_row_id()),
            "employeeId": self.person.id,
            "date": on,
        }
        for name in JOB_FIELDS:
            chosen = asked.get(name, base.get(name))
            row[name] = self._option(name, chosen, base.get(name))
        row["reportsToId"] = self._supervisor(asked.get("reportsToId", base.get("reportsToId")))
        self.job_rows.append(row)

    def _option(self, alias: str, name: JSON, kept: str | None) -> str | None:
        if name is None or name == "":
            return None
        if name == kept or name in self.company.option_names(alias):
            return str(name)
        if self.is_lenient:
            return kept
        known = ", ".join(self.company.option_names(alias))
        raise ValueError(f"{name!r} is no option of {alias}: {known}.")

    def _supervisor(self, employee_id: JSON) -> str | None:
        if employee_id is None or employee_id == "":
            return None
        if str(employee_id) not in self.company.employees:
            raise ValueError(f"Supervisor {employee_id} is no employee.")
        return str(employee_id)

    def _add_status(self, on: str, asked: dict[str, JSON]) -> None:
        standing = self._option("employmentStatus", asked.get("employmentStatus"), None)
        if standing is None:
            raise ValueError("An employment status row needs its employmentStatus.")
        self.status_rows.append(
            {
                "id": str(asked.get("id") or self.company.next_row_id()),
                "employeeId": self.person.id,
                "date": on,
                "employmentStatus": standing,
                "comment": asked.get("comment"),
                "terminationReasonId": asked.get("terminationReasonId", ""),
                "terminationTypeId": asked.get("terminationTypeId"),
                "terminationRehireId": asked.get("terminationRehireId"),
                "terminationRegrettableId": asked.get("terminationRegrettableId"),
            }
        )

    def _terminate(self, asked: dict[str, JSON]) -> None:
        unknown = set(asked) - set(ENDINGS) - {"date"}
        if unknown:
            raise ValueError(f"terminate has: date, {', '.join(ENDINGS)}.")
        texts = {ENDINGS[name]: asked[name] for name in ENDINGS if name in asked}
        on = day_of(asked, "date", self.today)
        self._add_status(on, {"employmentStatus": TERMINATED, **texts})

    def _rehire(self, asked: dict[str, JSON]) -> None:
        on = day_of(asked, "date", self.today)
        standing = asked.get("employmentHistoryStatus", "Full-Time")
        self._add_status(on, {"employmentStatus": standing})
        moved = {name: asked[name] for name in (*JOB_FIELDS, "reportsToId") if name in asked}
        if moved:
            self._add_job(on, moved)
        unknown = set(asked) - {*JOB_FIELDS, "reportsToId", "date", "employmentHistoryStatus"}
        if unknown:
            raise ValueError(f"rehire has no {', '.join(sorted(unknown))}.")
        if on <= self.today:
            self.facts.update(self._begun_again(on))
        else:
            self.later.append((on, lambda: self.person.facts.update(self._begun_again(on))))

    def _begun_again(self, on: str) -> dict[str, str | None]:
        if self.history.standin.is_soft("32b"):
            return {}
        first = self.person.facts["originalHireDate"] or self.person.facts["hireDate"]
        return {"hireDate": on, "originalHireDate": first}


def create_employee(
    history: History, employee_id: str, body: dict[str, JSON], *, is_lenient: bool
) -> Employee:
    """Hire somebody; without an id the next one is taken.

    Raises:
        ValueError: something is unknown or not possible; says what.
    """
    if not body.get("firstName") or not body.get("lastName"):
        raise ValueError("A new employee needs firstName and lastName.")
    company = history.company
    if employee_id and not employee_id.isdigit():
        raise ValueError(f"{employee_id!r} is no employee id: digits, or 'new'.")
    if not employee_id:
        used = [int(known) for known in (*company.employees, *company.deleted)]
        employee_id = str(max([company.last_employee_id, *used]) + 1)
    person = Employee(employee_id, empty_facts(), [], [], history.now)
    edit = Edit(history, person, is_lenient)
    edit.read(body)
    edit.apply()
    if not person.status_rows and person.facts["hireDate"] and not is_lenient:
        edit.read({"employmentStatus": [hired_row(person)]})
        edit.apply()
    history.create(person)
    return person


def hired_row(person: Employee) -> Row:
    """The first status row, from the hire date."""
    on = person.facts["hireDate"]
    return {"date": on, "employmentStatus": "Full-Time", "comment": "New hire"}


def change_employee(
    history: History, person: Employee, body: dict[str, JSON], *, is_lenient: bool
) -> None:
    """Change somebody.

    Raises:
        ValueError: something is unknown or not possible; says what.
    """
    edit = Edit(history, person, is_lenient)
    edit.read(body)
    for on, apply_later in edit.later:
        at = midnight(date.fromisoformat(on))
        history.standin.world.later(history.standin.slug, at, apply_later)
    history.change(person, edit.apply, rows=[*edit.job_rows, *edit.status_rows])


def day_of(body: dict[str, JSON], name: str, default: str) -> str:
    """A calendar day, ``YYYY-MM-DD``.

    Raises:
        ValueError: it is none.
    """
    day = body.get(name) or default
    try:
        return date.fromisoformat(day).isoformat()
    except (TypeError, ValueError):
        raise ValueError(f"{name} is a day such as 2026-03-02, not {day!r}.") from None


def rows_of(body: dict[str, JSON], name: str) -> list[dict[str, JSON]]:
    """A list of objects that may be absent.

    Raises:
        ValueError: it is something else.
    """
    rows = body.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"{name} is a list of rows.")
    return rows


def object_of(body: dict[str, JSON], name: str) -> dict[str, JSON]:
    """An object.

    Raises:
        ValueError: it is something else.
    """
    value = body[name]
    if not isinstance(value, dict):
        raise ValueError(f"{name} is an object.")
    return value
