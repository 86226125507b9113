"""What one payroll is made of, as a journal needs it: each amount once, on the side it is on.

Pure. What the employees' taxes are is no component: they are in the taxes that are debited.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final

from connectors.vendors.gusto import lists
from connectors.vendors.gusto.arithmetic import NOTHING, cash_tips, hidden_benefits, sum_of
from connectors.vendors.gusto.payroll_records import Amount, Paycheck, Payroll, Totals
from integrations.flows.shared.folding import folded

ALL_OTHERS: Final = "*"
"""In a mapping's key: whatever of the section has no row of its own."""
HIDDEN: Final = "Benefits that the connection may not see"
BY_CHECK: Final = "Check"
"""How Gusto says that somebody is paid on paper."""


class Section(StrEnum):
    """Which part of a payroll a component belongs to."""

    EARNING = "earning"
    EMPLOYER_TAX = "employer_tax"
    CONTRIBUTION = "contribution"
    """What the company pays for a benefit."""
    REIMBURSEMENT = "reimbursement"
    BENEFIT = "benefit"
    """What is owed to a benefit: the company's contribution and the employees' deduction."""
    DEDUCTION = "deduction"
    TOTAL = "total"
    """Amounts that no named line carries: bank movements, and what needs a row of its own."""


class Side(StrEnum):
    """On which side of a journal an amount above zero stands."""

    DEBIT = "debit"
    CREDIT = "credit"


EXPENSES: Final = frozenset(
    {Section.EARNING, Section.EMPLOYER_TAX, Section.CONTRIBUTION, Section.REIMBURSEMENT}
)
UNNAMED_EARNINGS: Final = "unnamed_earnings"
OWNERS_DRAW: Final = "owners_draw"
DEFERRED_TAXES: Final = "deferred_payroll_taxes"
CASH_TIPS: Final = "employee_cash_tips"
REIMBURSED_BY_CHECK: Final = "reimbursements_by_check"
BANK_MOVEMENTS: Final = {
    "net_pay_debit": "Net pay by direct deposit",
    "check_amount": "Net pay by paper check",
    "tax_debit": "Taxes debited",
    "reimbursement_debit": "Reimbursements debited",
    REIMBURSED_BY_CHECK: "Reimbursements by paper check",
    "child_support_debit": "Child support debited",
}
"""Each of them is a line of its own, also where all of them are on one account."""
OWN_ROW_ONLY: Final = {
    UNNAMED_EARNINGS: "Time off that is not priced",
    OWNERS_DRAW: "Owner's draw",
    DEFERRED_TAXES: "Deferred payroll taxes",
    CASH_TIPS: "Cash tips",
}
"""No default fits them: without a row of its own such an amount holds the payroll."""
_DEBITED_TOTALS: Final = frozenset({UNNAMED_EARNINGS, OWNERS_DRAW})
_DETAILS: Final = re.compile(r"\s[-\u2013\u2014]+\s|[,;:/(#]|\b(?:for|of)\b")
"""Where people go on to say whose deduction it is, which no journal may name."""
_KIND_OF_LINE: Final = {
    Section.EMPLOYER_TAX: "employer tax",
    Section.CONTRIBUTION: "company's contribution",
    Section.BENEFIT: "liability",
}


@dataclass(frozen=True, slots=True)
class Component:
    """One thing that a payroll is made of."""

    section: Section
    name: str
    """As people know it, without what may be a case number."""

    @property
    def key(self) -> str:
        """What a mapping row is about."""
        return f"{self.section}:{self.name}"

    @property
    def default_key(self) -> str:
        """The row that stands in where it has none of its own; empty where none may."""
        if self.section is Section.TOTAL and self.name in OWN_ROW_ONLY:
            return ""
        return f"{self.section}:{ALL_OTHERS}"

    @property
    def title(self) -> str:
        """What a journal line calls it."""
        if self.section is Section.TOTAL:
            return {**BANK_MOVEMENTS, **OWN_ROW_ONLY}[self.name]
        if self.section is Section.DEDUCTION:
            return _DETAILS.split(self.name, maxsplit=1)[0].strip() or "Deduction"
        kind = _KIND_OF_LINE.get(self.section)
        return f"{self.name}, {kind}" if kind else self.name

    @property
    def side(self) -> Side:
        """Where it stands; an amount below zero stands on the other one."""
        is_debit = self.is_expense or self.name in _DEBITED_TOTALS
        return Side.DEBIT if is_debit else Side.CREDIT

    @property
    def is_expense(self) -> bool:
        """Whether it may be split; what is owed or paid never is."""
        if self.section is Section.TOTAL:
            return self.name == UNNAMED_EARNINGS
        return self.section in EXPENSES

    @property
    def place(self) -> tuple[int, str]:
        """Where it stands in a journal: debits first, then by section and name."""
        return list(Section).index(self.section) + 10 * (self.side is Side.CREDIT), self.name


@dataclass(frozen=True, slots=True)
class Part:
    """One amount of a component; of nobody where it is the company's."""

    component: Component
    amount: Decimal = field(repr=False)
    employee_id: str = ""
    job_id: str = ""


def parts_of(payroll: Payroll, support_names: Sequence[str]) -> tuple[Part, ...]:
    """All amounts of a payroll that adds up; those of zero too.

    ``support_names`` say which deductions are child support; it is taken from the debit that
    Gusto states, and ``checks`` proves that both are the same.
    """
    totals = payroll.totals or Totals()
    draws_unnamed = is_draw_unnamed(payroll)
    parts = [part for check in payroll.paychecks for part in _of_paycheck(check, draws_unnamed)]
    parts += [
        Part(Component(Section.EMPLOYER_TAX, t.name), t.amount) for t in payroll.company_taxes
    ]
    parts += _hidden(payroll)
    is_debited = told(totals.child_support_debit) != NOTHING
    for check in payroll.paychecks:
        for line in check.deductions:
            if not (is_debited and is_child_support(line.name, support_names)):
                component = Component(Section.DEDUCTION, lists.public_name(line.name))
                parts.append(Part(component, line.amount, check.employee_id))
    return (*parts, *_of_totals(payroll, totals))


def is_child_support(name: str, support_names: Sequence[str]) -> bool:
    """Whether a deduction is called as child support is."""
    return any(folded(one) in folded(name) for one in support_names)


def is_draw(name: str) -> bool:
    """Whether an earning is an owner's draw, however the apostrophe is written."""
    letters = "".join(letter for letter in folded(name) if letter.isalnum())
    return letters in ("ownersdraw", "ownerdraw")


def is_draw_unnamed(payroll: Payroll) -> bool:
    """Whether the owner's draw is in gross pay under no name at all."""
    draw = told((payroll.totals or Totals()).owners_draw)
    return draw not in (NOTHING, drawn(payroll)) and draw == sum_of(
        unnamed(check) for check in payroll.paychecks
    )


def drawn(payroll: Payroll) -> Decimal:
    """The owner's draw by the lines that are called so."""
    lines = [line for check in payroll.paychecks for line in check.earnings]
    return sum_of(told(line.amount) for line in lines if is_draw(line.name))


def unnamed(check: Paycheck) -> Decimal:
    """What gross pay has beyond its lines."""
    return check.gross_pay - sum_of(told(line.amount) for line in check.earnings)


def told(amount: Amount) -> Decimal:
    """The amount; nothing where Gusto does not tell it."""
    return amount if isinstance(amount, Decimal) else NOTHING


def cost_of(totals: Totals) -> Decimal:
    """What the payroll costs the company by its own totals: what its journal debits in all."""
    costs = (totals.gross_pay, totals.employer_taxes, totals.benefits, totals.reimbursements)
    return sum_of(map(told, costs))


def _total(name: str) -> Component:
    return Component(Section.TOTAL, name)


def _of_paycheck(check: Paycheck, draws_unnamed: bool) -> Iterator[Part]:
    """What one employee's pay costs, and what his benefits are owed."""
    who = check.employee_id
    for line in check.earnings:
        earning = (
            _total(OWNERS_DRAW) if is_draw(line.name) else Component(Section.EARNING, line.name)
        )
        yield Part(earning, told(line.amount), who, line.job_id)
    yield Part(_total(OWNERS_DRAW if draws_unnamed else UNNAMED_EARNINGS), unnamed(check), who)
    for tax in check.taxes:
        if tax.is_employer:
            yield Part(Component(Section.EMPLOYER_TAX, tax.name), tax.amount, who)
    for benefit in check.benefits:
        owed = benefit.deduction + benefit.contribution
        yield Part(Component(Section.CONTRIBUTION, benefit.name), benefit.contribution, who)
        yield Part(Component(Section.BENEFIT, benefit.name), owed, who)
    for amount in check.reimbursements:
        yield Part(Component(Section.REIMBURSEMENT, "Reimbursement"), amount, who)


def _hidden(payroll: Payroll) -> list[Part]:
    hidden = hidden_benefits(payroll)
    if hidden is None:
        return []
    owed = hidden.deductions + hidden.contributions
    return [
        Part(Component(Section.CONTRIBUTION, HIDDEN), hidden.contributions),
        Part(Component(Section.BENEFIT, HIDDEN), owed),
    ]


def _of_totals(payroll: Payroll, totals: Totals) -> Iterator[Part]:
    """What moves at the bank, and what only the sums tell."""
    amounts = {
        "net_pay_debit": told(totals.net_pay_debit),
        "check_amount": told(totals.check_amount),
        "tax_debit": told(totals.tax_debit),
        "reimbursement_debit": told(totals.reimbursement_debit),
        REIMBURSED_BY_CHECK: told(totals.reimbursements) - told(totals.reimbursement_debit),
        "child_support_debit": told(totals.child_support_debit),
        DEFERRED_TAXES: told(totals.deferred_payroll_taxes),
        CASH_TIPS: sum_of(map(cash_tips, payroll.paychecks)),
    }
    for name, amount in amounts.items():
        yield Part(_total(name), amount)
