"""Generates the payrolls of case 15 that a careless reader trips over."""

from __future__ import annotations

from decimal import Decimal

from connectors.sandbox.vendors.gusto.calendar import WEEKLY, Calendar
from connectors.sandbox.vendors.gusto.money import (
    BY_DEPOSIT,
    CASH_TIPS,
    CENT,
    COMMISSION,
    HISTORICAL,
    OWNERS_DRAW,
    PAYCHECK_TIPS,
    ZERO,
    Deduction,
    Tax,
)
from connectors.sandbox.vendors.gusto.names import LOAN, NEW_DEDUCTION
from connectors.sandbox.vendors.gusto.wages import draw_pay, fixed, wages


def add_peculiar(calendar: Calendar) -> None:
    """The payrolls that a careless reader trips over."""
    add_tips(calendar)
    add_reconciliation(calendar)
    add_external(calendar)
    add_draw(calendar)
    add_zero(calendar)
    add_new_deduction(calendar)
    add_wrong_total(calendar)
    add_dismissed(calendar)
    old = calendar.run("old", WEEKLY)
    pays = [draw_pay(old, person, wages(old, person)) for person in calendar.crew]
    calendar.add("old", -215, pays, calendar.period(-215, WEEKLY))


def add_tips(calendar: Calendar) -> None:
    """(d) tips: in cash, which the employee has already, and on the paycheck."""
    run = calendar.run("d", WEEKLY, with_plans=True)
    cash = PAYCHECK_TIPS if calendar.is_soft("15d") else CASH_TIPS
    pays = []
    for number, person in enumerate(calendar.crew):
        earnings = list(wages(run, person))
        if number < 4:
            earnings.append(fixed(person, cash, f"{61 + number}.35"))
            earnings.append(fixed(person, PAYCHECK_TIPS, f"{30 + number}.20"))
        pays.append(draw_pay(run, person, earnings))
    calendar.add("d", -19, pays, calendar.period(-19, WEEKLY))


def add_reconciliation(calendar: Calendar) -> None:
    """(g) only company taxes, one of them negative, and no period."""
    lowest = "0.92" if calendar.is_soft("15g") else "-0.92"
    payroll = calendar.add("g", -6, ())
    payroll.off_cycle_reason = "Tax reconciliation"
    payroll.company_taxes = [
        Tax("CA SUI", True, Decimal("41.17")),
        Tax("CA ETT", True, Decimal(lowest)),
    ]


def add_external(calendar: Calendar) -> None:
    """(i) history from a former provider."""
    run = calendar.run("i", WEEKLY)
    method = BY_DEPOSIT if calendar.is_soft("15i") else HISTORICAL
    pays = [
        draw_pay(run, person, wages(run, person), method=method) for person in calendar.crew[:8]
    ]
    payroll = calendar.add("i", -60, pays, calendar.period(-60, WEEKLY))
    payroll.is_external, payroll.schedule_uuid = True, None


def add_draw(calendar: Calendar) -> None:
    """(k) the owner takes money out."""
    run = calendar.run("k", WEEKLY)
    owners = [person for person in calendar.everybody if person.job["payment_unit"] == "Paycheck"]
    name = COMMISSION if calendar.is_soft("15k") else OWNERS_DRAW
    pays = [
        draw_pay(run, person, [fixed(person, name, "3000.00")], is_taxed=False)
        for person in (owners or calendar.crew)[:1]
    ]
    calendar.add("k", -10, pays, calendar.span(-10)).off_cycle_reason = "Adhoc"


def add_zero(calendar: Calendar) -> None:
    """(l) nothing is paid."""
    run = calendar.run("l", WEEKLY)
    amount = "10.00" if calendar.is_soft("15l") else "0.00"
    pays = [
        draw_pay(run, person, [fixed(person, "Bonus", amount)] if amount != "0.00" else ())
        for person in calendar.crew[:3]
    ]
    calendar.add("l", -26, pays, calendar.period(-26, WEEKLY))


def add_new_deduction(calendar: Calendar) -> None:
    """(m) a deduction under a name that nobody has seen before."""
    run = calendar.run("m", WEEKLY, with_plans=True)
    name = LOAN if calendar.is_soft("15m") else NEW_DEDUCTION
    new = (Deduction(name, Decimal("35.00")),)
    pays = [
        draw_pay(run, person, wages(run, person), deductions=new if number == 0 else ())
        for number, person in enumerate(calendar.crew)
    ]
    calendar.add("m", 2, pays, calendar.period(2, WEEKLY))


def add_wrong_total(calendar: Calendar) -> None:
    """(n) totals that are off by a cent, on purpose."""
    run = calendar.run("n", WEEKLY)
    pays = [
        draw_pay(run, person, [fixed(person, "Correction Payment", "212.50")])
        for person in calendar.crew[:2]
    ]
    payroll = calendar.add("n", -8, pays, calendar.span(-8))
    payroll.off_cycle_reason = "Correction"
    payroll.off_by = ZERO if calendar.is_soft("15n") else CENT


def add_dismissed(calendar: Calendar) -> None:
    """The last pay of somebody who has left."""
    today = calendar.today.isoformat()
    left = [
        person
        for person in calendar.everybody
        if any(row["effective_date"] < today for row in person.row["terminations"])
    ]
    run = calendar.run("dismissed", WEEKLY)
    pays = [draw_pay(run, person, [fixed(person, "Severance", "1850.00")]) for person in left[:1]]
    payroll = calendar.add("dismissed", -4, pays, calendar.span(-4))
    payroll.off_cycle_reason, payroll.is_final = "Dismissed employee", True
