"""Draws up the payrolls that a person asks for: everybody's wages, or an amount for some people."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from connectors.sandbox.standin import JSON
from connectors.sandbox.vendors.gusto.calendar import is_paid
from connectors.sandbox.vendors.gusto.company import (
    Company,
    Employee,
    Payroll,
    deadline_of,
    new_uuid,
    pacific_day,
)
from connectors.sandbox.vendors.gusto.money import Earning, Pay
from connectors.sandbox.vendors.gusto.wages import Run, draw_pay, fixed, wages

NEW = (
    "employees",
    "earning",
    "amount",
    "off_cycle_reason",
    "check_date",
    "start_date",
    "end_date",
    "external",
    "process",
)


def draft(
    company: Company, dice: random.Random, now: datetime, body: Mapping[str, JSON]
) -> Payroll:
    """A payroll that is calculated; by default of the last week, paid in four days.

    Raises:
        ValueError: a key is unknown, or somebody is.
    """
    require(body, NEW)
    today = pacific_day(now)
    check_date = date.fromisoformat(str(body.get("check_date", today + timedelta(days=4))))
    end = date.fromisoformat(str(body.get("end_date", today - timedelta(days=1))))
    start = date.fromisoformat(str(body.get("start_date", end - timedelta(days=6))))
    reason = body.get("off_cycle_reason")
    schedule = next(iter(company.schedules))
    return Payroll(
        uuid=new_uuid(dice),
        fixture="",
        check_date=check_date,
        deadline_at=deadline_of(check_date),
        created_at=now,
        start_date=start,
        end_date=end,
        schedule_uuid=None if reason else schedule,
        off_cycle_reason=None if reason is None else str(reason),
        is_external=bool(body.get("external")),
        calculated_at=now,
        pays=draw_pays(company, dice, body, (schedule, start, end)),
    )


def draw_pays(
    company: Company,
    dice: random.Random,
    body: Mapping[str, JSON],
    period: tuple[str, date, date],
) -> dict[str, Pay]:
    """The pays of the people named, or of all on the schedule; wages, or the earning named."""
    schedule, start, end = period
    run = Run(company, random.Random(dice.getrandbits(64)), 1, with_plans="earning" not in body)
    if "employees" in body:
        people = [employee(company, str(uuid)) for uuid in body["employees"]]
    else:
        people = [
            person
            for person in company.employees.values()
            if person.schedule_uuid == schedule and is_paid(person, start, end)
        ]
    pays = [draw_pay(run, person, earned(run, person, body)) for person in people]
    return {pay.employee_uuid: pay for pay in pays}


def earned(run: Run, person: Employee, body: Mapping[str, JSON]) -> tuple[Earning, ...]:
    """What a person gets: the earning that the body names, or the wages of a week."""
    if "earning" not in body:
        return wages(run, person)
    return (fixed(person, str(body["earning"]), str(body.get("amount", "100.00"))),)


def employee(company: Company, employee_uuid: str) -> Employee:
    """Somebody of the company.

    Raises:
        ValueError: nobody has this uuid.
    """
    person = company.employees.get(employee_uuid)
    if person is None:
        raise ValueError(f"There is no employee {employee_uuid}.")
    return person


def require(body: Mapping[str, JSON], known: tuple[str, ...]) -> None:
    """Refuse what nobody knows.

    Raises:
        ValueError: names it and what there is.
    """
    unknown = sorted(set(body) - set(known))
    if unknown:
        raise ValueError(f"Unknown: {', '.join(unknown)}. There is: {', '.join(known)}.")
