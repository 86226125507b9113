"""What must add up in a payroll before anything of it is posted; pure, and exact to the cent.

Each rule was tried on captured payrolls, where every residual was 0.00 (dossier, 3.6). A payroll
that breaks one is not posted: which one, and both values, are said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from connectors.values import ABSENT
from connectors.vendors.gusto.payroll_records import (
    CASH_TIPS,
    Amount,
    Paycheck,
    Payroll,
    Totals,
)

NOTHING: Final = Decimal("0.00")
NEEDED: Final = (
    "gross_pay",
    "net_pay",
    "net_pay_debit",
    "check_amount",
    "employee_taxes",
    "employer_taxes",
    "tax_debit",
    "benefits",
    "employee_benefits_deductions",
    "reimbursements",
    "reimbursement_debit",
    "child_support_debit",
    "company_debit",
)
"""Sums without which no journal can be drawn up."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One rule that does not hold. ``employee_id`` is empty where it is about the whole payroll."""

    rule: str
    """Plain words, without an amount or a name."""
    stated: Decimal = field(repr=False)
    reckoned: Decimal = field(repr=False)
    employee_id: str = ""

    @property
    def residual(self) -> Decimal:
        """By how much Gusto's figure is larger."""
        return self.stated - self.reckoned


@dataclass(frozen=True, slots=True)
class Hidden:
    """Benefits that the totals count and no line shows: health plans, where a right is missing."""

    deductions: Decimal = field(repr=False)
    contributions: Decimal = field(repr=False)


def disagreements(payroll: Payroll) -> tuple[Disagreement, ...]:
    """Every rule that this payroll breaks; none where it may be posted.

    Raises:
        ValueError: the payroll was not read whole; a row of the list proves nothing.
    """
    if not payroll.is_whole:
        raise ValueError("A payroll adds up only as a whole: read it with all its pages.")
    totals = payroll.totals
    if totals is None:
        # Nothing that is paid lacks its sums.
        gross = sum_of(check.gross_pay for check in payroll.paychecks)
        return (Disagreement("the payroll has no totals", NOTHING, gross),)
    return (
        *_missing(totals),
        *_broken(_of_totals(totals)),
        *_broken(_of_lines(payroll, totals)),
        *_of_paychecks(payroll),
    )


def hidden_benefits(payroll: Payroll) -> Hidden | None:
    """What of the benefits no line shows; None where the lines show all of them.

    Lines that show more than the totals are no hidden benefits but a disagreement.
    """
    totals = payroll.totals
    if totals is None:
        return None
    lines = [line for check in payroll.paychecks for line in check.benefits]
    deductions = _or_nothing(totals.employee_benefits_deductions) - sum_of(
        line.deduction for line in lines
    )
    contributions = _or_nothing(totals.benefits) - sum_of(line.contribution for line in lines)
    if deductions == contributions == NOTHING or min(deductions, contributions) < NOTHING:
        return None
    return Hidden(deductions, contributions)


def unnamed_earnings(payroll: Payroll) -> Decimal:
    """What gross pay has beyond its lines: time off that older versions do not price.

    It must be mapped as a line of its own, or the payroll is not posted.
    """
    return sum_of(_unnamed(check) for check in payroll.paychecks)


def sum_of(amounts: Iterable[Decimal]) -> Decimal:
    """The sum, with two places also where there is nothing."""
    return sum(amounts, NOTHING)


def cash_tips(check: Paycheck) -> Decimal:
    """What the employee was handed at the counter: in gross pay, and not paid by the company."""
    return sum_of(_or_nothing(line.amount) for line in check.earnings if line.name == CASH_TIPS)


def _missing(totals: Totals) -> Iterator[Disagreement]:
    for name in NEEDED:
        if getattr(totals, name) is ABSENT:
            yield Disagreement(f"the totals tell no {name.replace('_', ' ')}", NOTHING, NOTHING)


Rule = tuple[str, Amount, Decimal]
"""What it says, Gusto's figure, and ours."""


def _of_totals(totals: Totals) -> Iterator[Rule]:
    """How Gusto's own sums hang together."""
    net_pay = _or_nothing(totals.net_pay_debit) + _or_nothing(totals.check_amount)
    yield "net pay is what is transferred and what is paid by check", totals.net_pay, net_pay
    taxes = _or_nothing(totals.employee_taxes) + _or_nothing(totals.employer_taxes)
    yield "the tax debit is the taxes of both sides", totals.tax_debit, taxes
    debits = (
        totals.net_pay_debit,
        totals.tax_debit,
        totals.reimbursement_debit,
        totals.child_support_debit,
    )
    yield (
        "the bank is debited with net pay, taxes, reimbursements and child support",
        totals.company_debit,
        sum_of(map(_or_nothing, debits)),
    )


def _of_lines(payroll: Payroll, totals: Totals) -> Iterator[Rule]:
    """How the sums follow from the lines of all pages."""
    checks = payroll.paychecks
    taxes = [line for check in checks for line in check.taxes]
    deducted = sum_of(line.amount for check in checks for line in check.deductions)
    tips = sum_of(map(cash_tips, checks))
    yield (
        "gross pay is that of all employees",
        totals.gross_pay,
        sum_of(check.gross_pay for check in checks),
    )
    yield (
        "net pay is that of all employees",
        totals.net_pay,
        sum_of(check.net_pay for check in checks),
    )
    yield (
        "the employees' taxes are those of all employees",
        totals.employee_taxes,
        sum_of(line.amount for line in taxes if not line.is_employer),
    )
    yield (
        "the employer's taxes are those of all employees and the company's own",
        totals.employer_taxes,
        sum_of(line.amount for line in taxes if line.is_employer)
        + sum_of(line.amount for line in payroll.company_taxes),
    )
    yield (
        "reimbursements are those of all employees",
        totals.reimbursements,
        sum_of(one for check in checks for one in check.reimbursements),
    )
    yield "cash tips are those of all employees", totals.employee_cash_tips, tips
    yield _deductions(totals, deducted)
    yield from _benefits(payroll, totals)
    yield (
        "gross pay is net pay, taxes, benefits, deductions and cash tips",
        totals.gross_pay,
        sum_of(
            map(
                _or_nothing,
                (totals.net_pay, totals.employee_taxes, totals.employee_benefits_deductions),
            )
        )
        + deducted
        + tips,
    )


def _deductions(totals: Totals, deducted: Decimal) -> Rule:
    """Whether child support counts among the other deductions is not documented: both pass."""
    without = deducted - _or_nothing(totals.child_support_debit)
    is_without = totals.other_deductions == without
    return (
        "other deductions are those of all employees",
        totals.other_deductions,
        without if is_without else deducted,
    )


def _benefits(payroll: Payroll, totals: Totals) -> Iterator[Rule]:
    """Where lines are hidden, nothing can be reckoned from them."""
    if hidden_benefits(payroll) is not None:
        return
    lines = [line for check in payroll.paychecks for line in check.benefits]
    yield (
        "benefits are the company's contributions for all employees",
        totals.benefits,
        sum_of(line.contribution for line in lines),
    )
    yield (
        "benefit deductions are those of all employees",
        totals.employee_benefits_deductions,
        sum_of(line.deduction for line in lines),
    )


def _of_paychecks(payroll: Payroll) -> Iterator[Disagreement]:
    """How each employee's own figures hang together."""
    hides_benefits = hidden_benefits(payroll) is not None
    for check in payroll.paychecks:
        yield from _broken(
            [
                (
                    "the check is net pay and reimbursements",
                    check.check_amount,
                    check.net_pay + sum_of(check.reimbursements),
                )
            ],
            check.employee_id,
        )
        if not hides_benefits:
            yield from _broken(
                [
                    (
                        "net pay is gross pay without taxes, benefits, deductions and cash tips",
                        check.net_pay,
                        check.gross_pay - _withheld(check),
                    )
                ],
                check.employee_id,
            )


def _withheld(check: Paycheck) -> Decimal:
    return (
        sum_of(line.amount for line in check.taxes if not line.is_employer)
        + sum_of(line.deduction for line in check.benefits)
        + sum_of(line.amount for line in check.deductions)
        + cash_tips(check)
    )


def _broken(rules: Iterable[Rule], employee_id: str = "") -> Iterator[Disagreement]:
    """Those that do not hold; a figure that Gusto does not tell breaks nothing."""
    for rule, stated, reckoned in rules:
        if isinstance(stated, Decimal) and stated != reckoned:
            yield Disagreement(rule, stated, reckoned, employee_id)


def _unnamed(check: Paycheck) -> Decimal:
    return check.gross_pay - sum_of(_or_nothing(line.amount) for line in check.earnings)


def _or_nothing(amount: Amount) -> Decimal:
    return amount if isinstance(amount, Decimal) else NOTHING
