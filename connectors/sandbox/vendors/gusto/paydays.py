"""Generates a company's ordinary payrolls, those to come, and the reversals of case 15."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from connectors.sandbox.vendors.gusto.calendar import (
    EVERYBODY,
    WEEKLY,
    Calendar,
    Softened,
    is_paid,
)
from connectors.sandbox.vendors.gusto.company import Company
from connectors.sandbox.vendors.gusto.money import (
    BY_CHECK,
    BY_DEPOSIT,
    Pay,
    Reimbursement,
    negated,
)
from connectors.sandbox.vendors.gusto.oddities import add_peculiar
from connectors.sandbox.vendors.gusto.wages import Run, draw_pay, fixed, wages

FULL_SET = 20
"""A company with more people than that has payrolls of every kind."""


def add_payrolls(company: Company, is_soft: Softened) -> None:
    """All payrolls; a small company has only the ordinary ones."""
    calendar = Calendar(company, is_soft)
    add_regular(calendar)
    add_bonus(calendar)
    if len(company.employees) <= FULL_SET:
        return
    add_reversals(calendar)
    add_peculiar(calendar)
    add_unprocessed(calendar)


def add_regular(calendar: Calendar) -> None:
    """(a) plain, (b) with everything, (c) reimbursements, (j) somebody excluded."""
    plain = calendar.run("a", WEEKLY, with_plans=calendar.is_soft("15a"))
    pays = [
        draw_pay(plain, person, wages(plain, person), method=BY_DEPOSIT) for person in calendar.crew
    ]
    calendar.add("a", -12, pays, calendar.period(-12, WEEKLY))
    full = calendar.run("b", EVERYBODY, with_plans=True)
    calendar.add("b", -3, full_pays(calendar, full, -3), calendar.period(-3, EVERYBODY))
    calendar.add("c", -5, reimbursed(calendar), calendar.period(-5, WEEKLY))
    again = calendar.run("j", EVERYBODY, with_plans=True)
    pays = full_pays(calendar, again, -17)
    if pays and not calendar.is_soft("15j"):
        left_out = pays[-1]
        pays[-1] = Pay(
            employee_uuid=left_out.employee_uuid,
            first_name=left_out.first_name,
            last_name=left_out.last_name,
            method=left_out.method,
            department=left_out.department,
            is_excluded=True,
        )
    calendar.add("j", -17, pays, calendar.period(-17, EVERYBODY))


def full_pays(calendar: Calendar, run: Run, days: int) -> list[Pay]:
    """Everybody who was there, with benefits, garnishments and paper checks."""
    end = calendar.today + timedelta(days=days - 5)
    start = end - timedelta(days=13)
    present = [person for person in calendar.everybody if is_paid(person, start, end)]
    pays = [draw_pay(run, person, wages(run, person)) for person in present]
    pays = [pay for pay in pays if pay.gross]
    if calendar.is_soft("15b"):
        pays = [replace(pay, method=BY_DEPOSIT) for pay in pays]
    return pays


def reimbursed(calendar: Calendar) -> list[Pay]:
    """The crew, the first three of whom get money back; the second is paid by check."""
    run = calendar.run("c", WEEKLY, with_plans=True)
    given = (("86.40", "Mileage"), ("12.00", "Parking"), ("240.15", "Conference in Zürich"))
    pays = []
    for number, person in enumerate(calendar.crew):
        earnings = wages(run, person)
        back: tuple[Reimbursement, ...] = ()
        if number < len(given):
            amount, description = given[number]
            back = (Reimbursement(Decimal(amount), description),)
            if calendar.is_soft("15c"):
                earnings = (*earnings, fixed(person, description, amount))
        method = BY_CHECK if number == 1 else ""
        pays.append(draw_pay(run, person, earnings, reimbursements=back, method=method))
    return pays


def add_bonus(calendar: Calendar) -> None:
    """(h) a bonus run whose check date is ahead."""
    run = calendar.run("h", WEEKLY)
    name = "Severance" if calendar.is_soft("15h") else "Bonus"
    pays = [
        draw_pay(run, person, [fixed(person, name, run.dice.randrange(2, 20) * 125)])
        for person in calendar.crew[:6]
    ]
    calendar.add("h", 8, pays, calendar.span(8)).off_cycle_reason = "Bonus"


def add_reversals(calendar: Calendar) -> None:
    """(e) a reversal of the whole plain payroll, (f) one of a part of (c)."""
    originals = {payroll.fixture: payroll for payroll in calendar.company.payrolls.values()}
    for fixture, original, most, days in (("e", "a", None, -9), ("f", "c", 2, -2)):
        reversed_payroll = originals[original]
        pays = list(reversed_payroll.pays.values())
        if not (fixture == "f" and calendar.is_soft("15f")):
            pays = pays[:most]
        if not calendar.is_soft("15e") or fixture == "f":
            pays = [negated(pay) for pay in pays]
        reversal = calendar.add(fixture, days, pays)
        reversal.off_cycle_reason = "Reversal"
        reversal.start_date, reversal.end_date = (
            reversed_payroll.start_date,
            reversed_payroll.end_date,
        )
        reversal.reverses = reversed_payroll.uuid
        reversed_payroll.reversed_by.append(reversal.uuid)


def add_unprocessed(calendar: Calendar) -> None:
    """Payrolls to come: the next one is calculated, the one after it is not."""
    run = calendar.run("next", WEEKLY, with_plans=True)
    pays = [draw_pay(run, person, wages(run, person)) for person in calendar.crew]
    soon = calendar.open("next", 9, pays, calendar.period(9, WEEKLY))
    soon.calculated_at = calendar.company.born_at - timedelta(hours=1)
    calendar.open("later", 16, (), calendar.period(16, WEEKLY))
