"""The frame into which payrolls are generated: days, periods, and who is on which schedule."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from connectors.sandbox.vendors.gusto.company import (
    Company,
    Employee,
    Payroll,
    deadline_of,
    new_uuid,
    pacific_day,
)
from connectors.sandbox.vendors.gusto.money import Pay
from connectors.sandbox.vendors.gusto.wages import Run

Softened = Callable[[str], bool]
WEEKLY, EVERYBODY = 1, 2


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a payroll pays for, and the schedule they are on, if any."""

    start: date
    end: date
    schedule_uuid: str | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """The payrolls of one company being drawn up."""

    company: Company
    is_soft: Softened

    @property
    def today(self) -> date:
        """The day on which the clock started."""
        return pacific_day(self.company.born_at)

    @property
    def crew(self) -> list[Employee]:
        """The ordinary people on the weekly schedule."""
        return self._on(0)

    @property
    def everybody(self) -> list[Employee]:
        """The people on the schedule of every other week."""
        return self._on(1)

    def _on(self, number: int) -> list[Employee]:
        schedule = list(self.company.schedules)[number]
        people = self.company.employees.values()
        return [person for person in people if person.schedule_uuid == schedule]

    def run(self, fixture: str, weeks: int, *, with_plans: bool = False) -> Run:
        """What the pays of this payroll have in common; dice of its own."""
        dice = random.Random(f"{self.company.seed}:{fixture}")
        return Run(self.company, dice, weeks, with_plans)

    def add(
        self, fixture: str, days: int, pays: Iterable[Pay], period: Period | None = None
    ) -> Payroll:
        """A payroll whose check date is so many days from today, processed in time."""
        payroll = self.open(fixture, days, pays, period)
        latest = self.company.born_at - timedelta(hours=2)
        payroll.calculated_at = min(payroll.deadline_at - timedelta(hours=26), latest)
        payroll.processed_on = pacific_day(payroll.calculated_at)
        return payroll

    def open(
        self, fixture: str, days: int, pays: Iterable[Pay], period: Period | None = None
    ) -> Payroll:
        """The same, not processed yet."""
        check_date = self.today + timedelta(days=days)
        payroll = Payroll(
            uuid=new_uuid(random.Random(f"{self.company.seed}:{fixture}:uuid")),
            fixture=fixture,
            check_date=check_date,
            deadline_at=deadline_of(check_date),
            created_at=self.company.born_at - timedelta(days=max(14 - days, 1)),
            start_date=None if period is None else period.start,
            end_date=None if period is None else period.end,
            schedule_uuid=None if period is None else period.schedule_uuid,
            pays={pay.employee_uuid: pay for pay in pays},
        )
        self.company.payrolls[payroll.uuid] = payroll
        return payroll

    def period(self, days: int, weeks: int) -> Period:
        """The pay period that a check date so many days from today pays for."""
        end = self.today + timedelta(days=days - 5)
        schedule = list(self.company.schedules)[weeks - 1]
        return Period(end - timedelta(days=7 * weeks - 1), end, schedule)

    def span(self, days: int) -> Period:
        """The period of an off-cycle payroll: a day, on no schedule."""
        day = self.today + timedelta(days=days - 1)
        return Period(day, day)


def is_paid(person: Employee, start: date, end: date) -> bool:
    """Whether a person was employed within a period."""
    if not person.row["onboarded"]:
        return False
    for row in person.history:
        ended = row["termination_date"]
        if row["hire_date"] <= end.isoformat() and (ended is None or ended >= start.isoformat()):
            return True
    return False
