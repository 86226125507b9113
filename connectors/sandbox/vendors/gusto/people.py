"""Generates the people of a company: ordinary ones, and one of every kind that case 19 lists."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from connectors.sandbox.vendors.gusto.company import (
    Company,
    Employee,
    Row,
    day_text,
    new_uuid,
    new_version,
    pacific_day,
)
from connectors.sandbox.vendors.gusto.names import DEPARTMENTS, FAMILY, GIVEN

CREW = 12
"""The first people of a company are ordinary, and paid on a schedule of their own."""
CYCLE = 29
KINDS = {
    0: "future leaver",
    1: "left",
    3: "rehired",
    4: "no e-mail",
    5: "same e-mail",
    6: "odd status",
    7: "two jobs",
    8: "onboarding",
    9: "admin onboarding",
    10: "no department",
    11: "paper check",
    12: "child support",
    13: "loan",
    14: "part time",
    15: "future hire",
    16: "owner",
}
ONLY_ONCE = ("future leaver", "odd status", "owner", "future hire")
ODD_STATUS = "fractional_twelve_hours"
"""An employment status that no published list has."""
INCOMPLETE = {
    "onboarding": "self_onboarding_invited",
    "admin onboarding": "admin_onboarding_incomplete",
}


@dataclass(slots=True)
class Draw:
    """One company being drawn up."""

    company: Company
    dice: random.Random
    schedules: tuple[str, str]
    """Of the crew, and of everybody else."""
    codes: set[str] = field(default_factory=set)

    @property
    def today(self) -> date:
        """The day on which the clock started."""
        return pacific_day(self.company.born_at)

    def day(self, days: int) -> date:
        """A day so many days from today."""
        return self.today + timedelta(days=days)


def kind_of(number: int) -> str:
    """What is special about person ``number``, counted from 0."""
    position = number - CREW
    if position < 0:
        return ""
    kind = KINDS.get(position % CYCLE, "")
    return "" if position >= CYCLE and kind in ONLY_ONCE else kind


def add_people(draw: Draw, people: int, *, without: frozenset[str]) -> None:
    """So many people; kinds in ``without`` (softened) are ordinary people instead."""
    for number in range(people):
        kind = kind_of(number)
        add_person(draw, number, "" if kind in without else kind)


def add_person(draw: Draw, number: int, kind: str) -> Employee:
    """One person with their job."""
    dice, company = draw.dice, draw.company
    titles = list(DEPARTMENTS)
    title = titles[number % len(titles)] if number < CREW else dice.choice(titles)
    hired_on = draw.day(
        dice.randrange(3, 25) if kind == "future hire" else -dice.randrange(200, 2500)
    )
    row = person_row(draw, kind)
    department = company.department_named(title)
    if kind != "no department" and department is not None:
        row["department_uuid"] = department["uuid"]
    row["jobs"] = [job_row(draw, row["uuid"], dice.choice(DEPARTMENTS[title]), hired_on, kind)]
    if kind == "two jobs":
        second = job_row(draw, row["uuid"], "Evening Coordinator", hired_on, "part time")
        row["jobs"].append({**second, "primary": False})
    person = Employee(
        row=row,
        schedule_uuid=draw.schedules[0] if number < CREW else draw.schedules[1],
        location_uuid=dice.choice(list(company.locations)),
        history=[history_row(hired_on, None, row["current_employment_status"])],
        created_at=company.born_at - timedelta(days=dice.randrange(30, 2600), seconds=number),
        plan=plan_of(dice, number, kind),
    )
    add_fate(draw, person, kind)
    company.employees[person.uuid] = person
    return person


def person_row(draw: Draw, kind: str) -> Row:
    """A person as the vendor shows one, without jobs and terminations."""
    dice, company = draw.dice, draw.company
    first, last = dice.choice(GIVEN), dice.choice(FAMILY)
    code = f"{dice.getrandbits(24):06x}"
    while code in draw.codes:
        code = f"{dice.getrandbits(24):06x}"
    draw.codes.add(code)
    email: str | None = f"{first}.{last}.{code}@example.com".lower()
    domain = company.slug.rpartition("-")[0]
    work_email: str | None = f"{first}.{last}.{code[:3]}@{domain}.example".lower()
    if kind == "no e-mail":
        email = work_email = None
    elif kind == "same e-mail":
        earlier = list(company.employees.values())[-2]
        email, work_email = earlier.row["email"], earlier.row["work_email"]
    status = {"part time": "part_time_twenty_plus_hours", "odd status": ODD_STATUS}
    onboarding = INCOMPLETE.get(kind, "onboarding_completed")
    return {
        "uuid": new_uuid(dice),
        "first_name": first,
        "middle_initial": dice.choice("AEKMRS") if dice.random() < 0.2 else None,
        "last_name": last,
        "preferred_first_name": dice.choice(GIVEN) if dice.random() < 0.08 else None,
        "email": email,
        "work_email": work_email,
        "phone": f"41555501{dice.randrange(100):02}" if dice.random() < 0.6 else None,
        "employee_code": code,
        "company_uuid": company.uuid,
        "manager_uuid": next(iter(company.employees), None),
        "department_uuid": None,
        "version": new_version(dice),
        "current_employment_status": status.get(kind, "full_time"),
        "onboarding_status": onboarding,
        "onboarded": onboarding == "onboarding_completed",
        "historical": False,
        "two_percent_shareholder": kind == "owner",
        "payment_method": "Check" if kind == "paper check" else "Direct Deposit",
        "has_ssn": True,
        "ssn": "",
        "date_of_birth": day_text(draw.day(-dice.randrange(8000, 22000))),
        "jobs": [],
        "terminations": [],
        "eligible_paid_time_off": [],
        "garnishments": [],
    }


def job_row(draw: Draw, employee_uuid: str, title: str, hired_on: date, kind: str) -> Row:
    """A job with its current compensation."""
    dice = draw.dice
    is_hourly = kind == "part time" or dice.random() < 0.35
    rate = (
        f"{dice.randrange(1800, 4200) / 100:.2f}"
        if is_hourly
        else f"{dice.randrange(52, 148)}000.00"
    )
    unit, flsa = ("Hour", "Nonexempt") if is_hourly else ("Year", "Exempt")
    if kind == "owner":
        rate, unit, flsa = "0.00", "Paycheck", "Owner"
    uuid, compensation_uuid = new_uuid(dice), new_uuid(dice)
    return {
        "uuid": uuid,
        "version": new_version(dice),
        "employee_uuid": employee_uuid,
        "primary": True,
        "title": title,
        "hire_date": hired_on.isoformat(),
        "payment_unit": unit,
        "rate": rate,
        "current_compensation_uuid": compensation_uuid,
        "two_percent_shareholder": kind == "owner",
        "state_wc_covered": None,
        "state_wc_class_code": None,
        "compensations": [
            {
                "uuid": compensation_uuid,
                "version": new_version(dice),
                "job_uuid": uuid,
                "rate": rate,
                "payment_unit": unit,
                "flsa_status": flsa,
                "effective_date": hired_on.isoformat(),
                "adjust_for_minimum_wage": False,
                "minimum_wages": [],
            }
        ],
    }


def plan_of(dice: random.Random, number: int, kind: str) -> tuple[str, ...]:
    """What a regular payroll has for a person beside wages and taxes."""
    chosen = [name for name, share in PLANS if dice.random() < share]
    if kind in ("child support", "loan"):
        chosen.append(kind)
    if kind == "child support" and number % 2 == 0:
        chosen.append("loan")
    return tuple(chosen)


PLANS = (("medical", 0.7), ("dental", 0.4), ("life", 0.3), ("retirement", 0.5))


def history_row(hired_on: date, left_on: date | None, status: str) -> Row:
    """A row of ``employment_history``; its statuses are other words than the employee's."""
    words = {"full_time": "full_time", "variable": "variable", "seasonal": "seasonal"}
    return {
        "hire_date": hired_on.isoformat(),
        "termination_date": day_text(left_on),
        "file_new_hire_report": True,
        "two_percent_shareholder": False,
        "employment_status": words.get(status, "part_time"),
    }


def termination_row(dice: random.Random, employee_uuid: str, last_day: date) -> Row:
    """A termination; whether it is in effect is seen from the day it is read."""
    return {
        "uuid": new_uuid(dice),
        "version": new_version(dice),
        "employee_uuid": employee_uuid,
        "active": False,
        "cancelable": True,
        "effective_date": last_day.isoformat(),
        "run_termination_payroll": False,
    }


def add_fate(draw: Draw, person: Employee, kind: str) -> None:
    """What has become of a person, or will."""
    dice = draw.dice
    if kind in ("left", "future leaver"):
        days = dice.randrange(5, 40) if kind == "future leaver" else -dice.randrange(20, 150)
        end_employment(dice, person, draw.day(days))
    elif kind == "rehired":
        hired_on = date.fromisoformat(person.history[0]["hire_date"])
        again_on = draw.day(-dice.randrange(30, 90))
        end_employment(dice, person, hired_on + timedelta(days=100))
        rehire(person, again_on)


def end_employment(dice: random.Random, person: Employee, last_day: date) -> Row:
    """Note the last day of work."""
    row = termination_row(dice, person.uuid, last_day)
    person.row["terminations"].append(row)
    person.history[-1]["termination_date"] = last_day.isoformat()
    return row


def rehire(person: Employee, hired_on: date) -> None:
    """Hired again: the same id, a new hire date, the old termination is history."""
    person.row["terminations"] = []
    person.history.append(history_row(hired_on, None, person.row["current_employment_status"]))
    person.job["hire_date"] = hired_on.isoformat()
