"""One company at BambooHR: people with their history, lists, users, webhooks; what is so now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from connectors.sandbox.standin import JSON
from connectors.sandbox.vendors.bamboohr.fields import FACTS, JOB_FIELDS, MONITORED

Row = dict[str, JSON]
TERMINATED = "Terminated"


@dataclass(slots=True)
class Employee:
    """A person: edited facts, history rows in the vendor's shape, and the values shown today."""

    id: str
    facts: dict[str, str | None]
    job_rows: list[Row]
    status_rows: list[Row]
    changed_at: datetime
    action: str = "Inserted"
    visible_from: datetime | None = None
    """A new record's replica lag: until then it cannot be read at all."""
    found_from: datetime | None = None
    """A lagging search: until then lists and changes do not know of the last write."""
    is_listed_late: bool = False
    """The record itself, not only a change of it, is unknown to lists until then."""
    shown: dict[str, str | None] = field(default_factory=dict)

    def table(self, name: str) -> list[Row]:
        """The rows of one of the tables."""
        return self.job_rows if name == "jobInfo" else self.status_rows

    def is_found(self, now: datetime) -> bool:
        """Whether searches know of the last write by now."""
        return self.found_from is None or now >= self.found_from

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.facts['firstName']} {self.facts['lastName']}"


@dataclass(slots=True)
class User:
    """Somebody who may log in; what he may see bounds every credential that acts for him."""

    id: int
    employee_id: int
    first_name: str
    last_name: str
    email: str
    is_admin: bool = False
    status: str = "enabled"
    last_login: str = ""
    hidden_fields: list[str] = field(default_factory=list)
    visible_employees: list[str] | None = None
    """Ids; None means all."""


@dataclass(slots=True)
class Webhook:
    """A permissioned webhook; ``owner`` is the credential that made it."""

    id: str
    owner: str
    user_id: int
    sees_all: bool
    private_key: str
    created: str
    fields: Row
    last_sent: str | None = None
    log: list[Row] = field(default_factory=list)
    log_calls: list[datetime] = field(default_factory=list)


@dataclass(slots=True)
class Grant:
    """A consent: an app may act for a user within these scopes."""

    id: str
    client_id: str
    user_id: int
    scopes: list[str]
    refresh_token: str | None
    spent_refresh_tokens: list[str] = field(default_factory=list)
    access_tokens: dict[str, datetime] = field(default_factory=dict)


@dataclass(slots=True)
class Company:
    """Everything of one company domain."""

    domain: str
    id: str
    information: Row
    employees: dict[str, Employee] = field(default_factory=dict)
    deleted: dict[str, datetime] = field(default_factory=dict)
    lists: dict[str, Row] = field(default_factory=dict)
    """By alias, in the shape of ``meta/lists``."""
    users: dict[str, User] = field(default_factory=dict)
    api_keys: dict[str, int] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    webhooks: dict[str, Webhook] = field(default_factory=dict)
    last_row_id: int = 200
    last_employee_id: int = 100
    last_option_id: int = 18250
    last_webhook_id: int = 3
    today: Callable[[], date] = lambda: datetime.now(UTC).date()

    def next_row_id(self) -> str:
        """The id of a new history row."""
        self.last_row_id += 1
        return str(self.last_row_id)

    def next_option_id(self) -> int:
        """The id of a new list option."""
        self.last_option_id += 9
        return self.last_option_id

    def option_names(self, alias: str) -> list[str]:
        """The texts of a list's options that are not archived."""
        return [row["name"] for row in self.lists[alias]["options"] if row["archived"] == "no"]

    def option_id(self, alias: str, name: str | None) -> str | None:
        """The id of the option with this text."""
        for option in self.lists[alias]["options"]:
            if option["name"] == name:
                return str(option["id"])
        return None

    def display_name(self, employee_id: str | None) -> str | None:
        """First and last name of somebody, ``None`` for nobody and for the deleted."""
        person = self.employees.get(employee_id or "")
        return None if person is None else person.name

    def holder(self, email: str, but: str = "") -> str:
        """The id of the employee who has this work e-mail, other than ``but``; empty if nobody."""
        folded = email.strip().casefold()
        for person in self.employees.values():
            if person.id != but and (person.facts["workEmail"] or "").casefold() == folded:
                return person.id
        return ""

    def derive(self, person: Employee, *, only_current: bool = True) -> dict[str, str | None]:
        """What the history makes of a person: job, supervisor's id, status, end of employment.

        Without ``only_current`` future-dated rows count as if they were in effect already.
        """
        today = self.today()
        job = latest(person.job_rows, today if only_current else None)
        status = latest(person.status_rows, today if only_current else None)
        shown: dict[str, str | None] = {name: (job or {}).get(name) for name in JOB_FIELDS}
        shown["supervisorEId"] = (job or {}).get("reportsToId")
        standing = None if status is None else status["employmentStatus"]
        shown["employmentHistoryStatus"] = standing
        is_ended = standing == TERMINATED
        shown["terminationDate"] = status["date"] if status is not None and is_ended else None
        hired_on = person.facts["hireDate"]
        has_begun = not only_current or hired_on is None or hired_on <= today.isoformat()
        is_active = has_begun and not is_ended and (standing is not None or not person.status_rows)
        shown["status"] = "Active" if is_active else "Inactive"
        return shown

    def values(self, person: Employee, *, only_current: bool = True) -> dict[str, str | None]:
        """All classic fields of a person, dates and empties as they are kept."""
        shown = person.shown if only_current else self.derive(person, only_current=False)
        facts = person.facts
        supervisor = self.employees.get(shown["supervisorEId"] or "")
        preferred = facts["preferredName"]
        return {
            **facts,
            **shown,
            "id": person.id,
            "displayName": f"{preferred} {facts['lastName']}" if preferred else person.name,
            "bestEmail": facts["workEmail"] or facts["homeEmail"],
            "supervisor": last_first(supervisor),
            "supervisorId": None if supervisor is None else supervisor.facts["employeeNumber"],
            "reportsTo": None if supervisor is None else supervisor.name,
            "lastChanged": seconds_text(person.changed_at),
        }

    def monitored(self, person: Employee) -> dict[str, str | None]:
        """The values that a webhook could be told of."""
        values = {**person.facts, **self.derive(person)}
        values["reportsTo"] = values["supervisorEId"]
        return {name: values[name] for name in MONITORED}


def empty_facts() -> dict[str, str | None]:
    """Facts of somebody of whom nothing is known."""
    return dict.fromkeys(FACTS)


def latest(rows: list[Row], today: date | None) -> Row | None:
    """The row in effect: the last by date, then id, not after ``today`` (None: of any date)."""
    best: Row | None = None
    for row in rows:
        if today is not None and row["date"] > today.isoformat():
            continue
        if best is None or (row["date"], int(row["id"])) > (best["date"], int(best["id"])):
            best = row
    return best


def last_first(person: Employee | None) -> str | None:
    """``Okafor, Daniel``: as one employee's supervisor is written."""
    return None if person is None else f"{person.facts['lastName']}, {person.facts['firstName']}"


def seconds_text(instant: datetime) -> str:
    """``2026-03-02T16:04:11+00:00``: whole seconds, as ``lastChanged`` is written."""
    return instant.replace(microsecond=0).isoformat()


def midnight(day: date) -> datetime:
    """When a day begins at the company, whose clock is UTC."""
    return datetime.combine(day, time(), UTC)
