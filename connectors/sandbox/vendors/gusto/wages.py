"""Draws up one employee's pay: wages by job, taxes by state, benefits and deductions by plan."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from connectors.sandbox.vendors.gusto.company import Company, Employee, Row
from connectors.sandbox.vendors.gusto.money import (
    Benefit,
    Deduction,
    Earning,
    Pay,
    Reimbursement,
    Tax,
    cents,
    summed,
)
from connectors.sandbox.vendors.gusto.names import DENTAL, LIFE, LOAN, MEDICAL, RETIREMENT

FEDERAL = (
    ("Social Security", False, "0.062"),
    ("Social Security", True, "0.062"),
    ("Medicare", False, "0.0145"),
    ("Medicare", True, "0.0145"),
    ("FUTA", True, "0.006"),
)
STATES = {
    "CA": (
        ("CA State Income Tax", False, "0.0531"),
        ("CA SDI", False, "0.012"),
        ("CA SUI", True, "0.034"),
        ("CA ETT", True, "0.001"),
    ),
    "WA": (
        ("WA Paid Family and Medical Leave", False, "0.0058"),
        ("WA Paid Family and Medical Leave", True, "0.0023"),
        ("WA SUI", True, "0.0122"),
    ),
    "TX": (("TX SUI", True, "0.027"),),
}
"""Taxes by state: name, whether the employer's, and the rate."""
HOURS_A_WEEK = 40


@dataclass(frozen=True, slots=True)
class Run:
    """What the pays of one payroll have in common."""

    company: Company
    dice: random.Random
    weeks: int
    with_plans: bool = True


def hourly_rate(job: Row) -> Decimal:
    """What an hour of a job costs, not rounded."""
    rate = Decimal(job["rate"])
    return rate if job["payment_unit"] == "Hour" else rate / (52 * HOURS_A_WEEK)


def wages(run: Run, person: Employee) -> tuple[Earning, ...]:
    """Regular hours in every job; time off and overtime in some."""
    found: list[Earning] = []
    for job in person.row["jobs"]:
        hours = HOURS_A_WEEK * run.weeks if job["primary"] else 5 * run.weeks
        off = 8 if job["primary"] and run.dice.random() < 0.25 else 0
        found.append(hourly(job, "Regular Hours", Decimal(hours - off)))
        if job["payment_unit"] == "Hour" and run.dice.random() < 0.4:
            found.append(hourly(job, "Overtime", Decimal(run.dice.randrange(1, 9)), 1.5))
        if off:
            found.append(hourly(job, run.dice.choice(TIME_OFF), Decimal(off), kind="time off"))
    return tuple(earning for earning in found if earning.amount)


TIME_OFF = ("Vacation Hours", "Vacation Hours", "Sick Hours")


def hourly(
    job: Row, name: str, hours: Decimal, multiplier: float = 1.0, kind: str = "hourly"
) -> Earning:
    """So many hours in a job."""
    amount = cents(hourly_rate(job) * hours * Decimal(str(multiplier)))
    return Earning(name, amount, kind, job["uuid"], job["title"], hours, multiplier)


def fixed(person: Employee, name: str, amount: Decimal | str | int) -> Earning:
    """An amount under one name, in the primary job."""
    return Earning(name, cents(amount), "fixed", person.job["uuid"], person.job["title"])


def taxes_on(run: Run, person: Employee, base: Decimal) -> tuple[Tax, ...]:
    """Federal taxes and those of the state a person works in."""
    state = run.company.locations[person.location_uuid]["state"]
    withheld = cents(base * run.dice.randrange(80, 160) / 1000)
    found = [Tax("Federal Income Tax", False, withheld)]
    for name, is_employer, rate in (*FEDERAL, *STATES[state]):
        found.append(Tax(name, is_employer, cents(base * Decimal(rate))))
    return tuple(tax for tax in found if tax.amount)


def benefits_of(person: Employee, gross: Decimal) -> tuple[Benefit, ...]:
    """What the plan of a person says."""
    found = []
    if "medical" in person.plan:
        found.append(Benefit(MEDICAL, Decimal("120.00"), Decimal("480.00"), is_health=True))
    if "dental" in person.plan:
        found.append(Benefit(DENTAL, Decimal("12.50"), Decimal("25.00"), is_health=True))
    if "life" in person.plan:
        found.append(Benefit(LIFE, Decimal("0.00"), Decimal("18.42"), is_imputed=True))
    if "retirement" in person.plan:
        employee, company = cents(gross * Decimal("0.05")), cents(gross * Decimal("0.03"))
        found.append(Benefit(RETIREMENT, employee, company))
    return tuple(found)


def deductions_of(person: Employee) -> tuple[Deduction, ...]:
    """Child support, whose name has a case number, and other garnishments."""
    found = []
    if "child support" in person.plan:
        number = int(person.row["employee_code"], 16) % 900_000 + 100_000
        name = f"Child support - CS-{number}"
        found.append(Deduction(name, Decimal("150.00"), is_child_support=True))
    if "loan" in person.plan:
        found.append(Deduction(LOAN, Decimal("25.00")))
    return tuple(found)


def draw_pay(
    run: Run,
    person: Employee,
    earnings: Iterable[Earning],
    *,
    reimbursements: tuple[Reimbursement, ...] = (),
    deductions: tuple[Deduction, ...] = (),
    method: str = "",
    is_taxed: bool = True,
) -> Pay:
    """The whole pay of one person."""
    earned = tuple(earnings)
    gross = summed(earning.amount for earning in earned)
    benefits = benefits_of(person, gross) if run.with_plans else ()
    imputed = summed(benefit.company for benefit in benefits if benefit.is_imputed)
    compensation = person.job["compensations"][-1]
    return Pay(
        employee_uuid=person.uuid,
        first_name=person.row["first_name"],
        last_name=person.row["last_name"],
        method=method or person.row["payment_method"],
        department=run.company.department_title(person.row["department_uuid"]),
        job_title=person.job["title"],
        flsa_status=compensation["flsa_status"],
        earnings=earned,
        taxes=taxes_on(run, person, gross + imputed) if is_taxed else (),
        benefits=benefits,
        deductions=(*(deductions_of(person) if run.with_plans else ()), *deductions),
        reimbursements=reimbursements,
    )
