"""One company at Gusto: people, departments, payrolls; what is so today."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from connectors.sandbox.standin import JSON
from connectors.sandbox.vendors.gusto.money import ZERO, Conventions, Pay, Tax, totals

Row = dict[str, JSON]
PACIFIC = ZoneInfo("America/Los_Angeles")
"""Where Gusto's days end and its deadlines are."""
CANCEL_UNTIL = time(16)


@dataclass(slots=True)
class Employee:
    """A person in the vendor's own shape, and what only the stand-in knows of them."""

    row: Row
    schedule_uuid: str
    location_uuid: str
    history: list[Row]
    created_at: datetime
    rehire: Row | None = None
    plan: tuple[str, ...] = ()
    """What a regular payroll has for them: benefits, deductions, paper check."""

    @property
    def uuid(self) -> str:
        """The vendor's id."""
        return str(self.row["uuid"])

    @property
    def job(self) -> Row:
        """The primary job."""
        return next(job for job in self.row["jobs"] if job["primary"])


@dataclass(slots=True)
class Payroll:
    """One run of pay. ``fixture`` names the letter of case 15 that it stands for."""

    uuid: str
    fixture: str
    check_date: date
    deadline_at: datetime
    created_at: datetime
    start_date: date | None = None
    end_date: date | None = None
    schedule_uuid: str | None = None
    off_cycle_reason: str | None = None
    is_external: bool = False
    calculated_at: datetime | None = None
    processed_on: date | None = None
    shown_from: datetime | None = None
    """Until then reads do not show that it is processed."""
    pays: dict[str, Pay] = field(default_factory=dict)
    company_taxes: list[Tax] = field(default_factory=list)
    reverses: str | None = None
    reversed_by: list[str] = field(default_factory=list)
    moved: Row | None = None
    """``payment_speed_changed``, once the check date has moved."""
    is_final: bool = False
    off_by: Decimal = ZERO
    """By how much the shown totals are wrong, on purpose."""
    deferred: Decimal = ZERO
    """Employer taxes that are owed but not debited with this payroll."""

    @property
    def is_off_cycle(self) -> bool:
        """Whether it is apart from the pay schedule."""
        return self.off_cycle_reason is not None

    @property
    def kind(self) -> str:
        """``regular``, ``off_cycle`` or ``external``."""
        if self.is_external:
            return "external"
        return "off_cycle" if self.is_off_cycle else "regular"

    def totals(self, conventions: Conventions) -> dict[str, Decimal]:
        """The totals that are shown."""
        found = totals(self.pays.values(), self.company_taxes, conventions)
        found["net_pay"] += self.off_by
        found["deferred_payroll_taxes"] += self.deferred
        found["tax_debit"] -= self.deferred
        found["company_debit"] -= self.deferred
        return found


@dataclass(slots=True)
class Company:
    """Everything of one company."""

    uuid: str
    slug: str
    information: Row
    seed: str
    born_at: datetime
    admin_uuid: str
    departments: dict[str, Row] = field(default_factory=dict)
    locations: dict[str, Row] = field(default_factory=dict)
    schedules: dict[str, Row] = field(default_factory=dict)
    earning_types: Row = field(default_factory=dict)
    benefits: dict[str, Row] = field(default_factory=dict)
    employees: dict[str, Employee] = field(default_factory=dict)
    payrolls: dict[str, Payroll] = field(default_factory=dict)
    contractors: dict[str, Row] = field(default_factory=dict)
    contractor_payments: dict[str, Row] = field(default_factory=dict)
    deleted: dict[str, str] = field(default_factory=dict)
    """Employees that were deleted, and when."""
    ghosts: dict[str, Employee] = field(default_factory=dict)
    """The deleted themselves, whom no read shows."""

    def department_title(self, department_uuid: str | None) -> str | None:
        """The name of a department."""
        department = self.departments.get(department_uuid or "")
        return None if department is None else str(department["title"])

    def department_named(self, title: str) -> Row | None:
        """The department with this name."""
        return next((row for row in self.departments.values() if row["title"] == title), None)


def new_uuid(dice: random.Random) -> str:
    """A random UUID from dice that fall the same again."""
    return str(uuid.UUID(int=dice.getrandbits(128), version=4))


def new_version(dice: random.Random) -> str:
    """An opaque version hash."""
    return f"{dice.getrandbits(128):032x}"


def pacific_day(instant: datetime) -> date:
    """The day it is on the Pacific coast."""
    return instant.astimezone(PACIFIC).date()


def pacific_midnight(day: date) -> datetime:
    """When a day begins on the Pacific coast."""
    return datetime.combine(day, time(), PACIFIC).astimezone(UTC)


def deadline_of(check_date: date) -> datetime:
    """16:00 Pacific, two working days before the check date."""
    day = check_date
    for _ in range(2):
        day -= timedelta(days=1)
        while day.weekday() >= 5:
            day -= timedelta(days=1)
    return datetime.combine(day, CANCEL_UNTIL, PACIFIC).astimezone(UTC)


def second_text(instant: datetime) -> str:
    """``2026-11-10T18:02:11Z``."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day_text(day: date | None) -> str | None:
    """``2026-11-13``."""
    return None if day is None else day.isoformat()


def terminations_of(person: Employee, today: date, *, on_the_day: bool) -> list[Row]:
    """The terminations as they stand on a day; the effective date is the last day of work."""
    shown = []
    for row in person.row["terminations"]:
        last_day = date.fromisoformat(row["effective_date"])
        is_active = today >= last_day if on_the_day else today > last_day
        shown.append({**row, "active": is_active, "cancelable": not is_active})
    return shown
