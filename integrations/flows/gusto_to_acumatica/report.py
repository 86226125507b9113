"""Gusto's ledger report held against the payroll: which of its rows tell of which component; pure.

Its descriptions are not the payroll's names ("Regular Wages" for "Regular Hours"), so a row is
taken for a component only where the names are alike and the sums are equal to the cent. What is
left on both sides of a section must be equal too, and is then shared out in proportion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from connectors.vendors.gusto.arithmetic import NOTHING, Disagreement, sum_of
from connectors.vendors.gusto.ledger import Ledger, LedgerLine
from integrations.flows.gusto_to_acumatica.components import (
    CASH_TIPS,
    EXPENSES,
    OWNERS_DRAW,
    UNNAMED_EARNINGS,
    Component,
    Part,
    Section,
    Side,
)
from integrations.flows.shared.folding import folded

EXPENSE_TYPES: Final = {
    "EmployerTax": Section.EMPLOYER_TAX,
    "BenefitCompanyContribution": Section.CONTRIBUTION,
    "Reimbursement": Section.REIMBURSEMENT,
    "Reimbursements": Section.REIMBURSEMENT,
}
"""Every other row of the expense side is an earning; the list of types is open."""
OWED_TYPES: Final = frozenset(
    {
        "BenefitLiability",
        "DebitNetPay",
        "DebitTax",
        "DebitReimbursement",
        "DebitChildSupport",
        "Garnishment",
        "EmployeePaymentCheck",
    }
)
BANK_TYPES: Final = {"DebitNetPay": "net_pay_debit", "DebitTax": "tax_debit"}
_ENDINGS: Final = ("hours", "wages", "pay")
WORDS: Final = {
    Section.EARNING: "earnings",
    Section.EMPLOYER_TAX: "employer taxes",
    Section.CONTRIBUTION: "the company's contributions",
    Section.REIMBURSEMENT: "reimbursements",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the report, its amount as a debit."""

    section: Section
    line: LedgerLine = field(repr=False)
    number: int

    @property
    def amount(self) -> Decimal:
        """Below zero where it is a credit."""
        return self.line.debit - self.line.credit

    @property
    def names(self) -> frozenset[str]:
        """What it may be called in the payroll."""
        said = self.line.description
        return frozenset(map(_bare, (said, said.rpartition(" - ")[0], self.line.account_type)))


@dataclass(frozen=True, slots=True)
class Reading:
    """Which rows tell of a component, and which are left of a section."""

    matched: Mapping[Component, tuple[Row, ...]]
    left: Mapping[Section, tuple[Row, ...]]

    def rows_of(self, component: Component) -> tuple[Row, ...]:
        """Its own rows; else those of its section that are nobody's own."""
        own = self.matched.get(component)
        return own if own is not None else self.left.get(section_of(component), ())


def read_report(parts: Sequence[Part], report: Ledger) -> Reading:
    """Lay the report's expense beside the payroll's."""
    rows = [_row(number, line) for number, line in enumerate(report.lines)]
    left = [row for row in rows if row is not None]
    matched: dict[Component, tuple[Row, ...]] = {}
    for component, amount in _debited(parts).items():
        alike = [row for row in left if _is_alike(component, row)]
        if (own := _of_sum(alike, amount)) is not None and alike:
            matched[component] = own
            # What is called the same is its counterpart: cash tips stand on both sides.
            taken = {row.number for row in alike}
            left = [row for row in left if row.number not in taken]
    expense = [row for row in left if row.line.debit or row.line.department or row.line.job]
    return Reading(
        matched,
        {
            section: tuple(row for row in expense if row.section is section)
            for section in EXPENSE_SECTIONS
        },
    )


EXPENSE_SECTIONS: Final = tuple(section for section in Section if section in EXPENSES)


def report_disagreements(parts: Sequence[Part], report: Ledger) -> Iterator[Disagreement]:
    """Where the report says otherwise than the payroll; ``stated`` is the report's value."""
    reading = read_report(parts, report)
    unmatched = {
        component: amount
        for component, amount in _debited(parts).items()
        if component not in reading.matched
    }
    for section in EXPENSE_SECTIONS:
        stated = sum_of(row.amount for row in reading.left[section])
        reckoned = sum_of(amount for one, amount in unmatched.items() if section_of(one) is section)
        if stated != reckoned:
            whole = sum_of(
                amount for one, amount in _debited(parts).items() if section_of(one) is section
            )
            rule = f"both have the same {WORDS[section]}"
            yield Disagreement(rule, whole + stated - reckoned, whole)
    yield from _bank(parts, report)


def section_of(component: Component) -> Section:
    """The section in which the report has it: what is earned under no name is an earning too."""
    return Section.EARNING if component.section is Section.TOTAL else component.section


def _bank(parts: Sequence[Part], report: Ledger) -> Iterator[Disagreement]:
    """What the bank is debited with, where the report has a row of that type."""
    for account_type, name in BANK_TYPES.items():
        rows = [line for line in report.lines if line.account_type == account_type]
        stated = sum_of(line.credit - line.debit for line in rows)
        reckoned = sum_of(part.amount for part in parts if part.component.name == name)
        if rows and stated != reckoned:
            yield Disagreement(f"both have the same {name.replace('_', ' ')}", stated, reckoned)


def _debited(parts: Iterable[Part]) -> dict[Component, Decimal]:
    """The debits that are not zero, by component."""
    sums: dict[Component, Decimal] = {}
    for part in parts:
        if part.component.side is Side.DEBIT:
            sums[part.component] = sums.get(part.component, NOTHING) + part.amount
    return {component: amount for component, amount in sums.items() if amount}


def _row(number: int, line: LedgerLine) -> Row | None:
    if line.account_type in OWED_TYPES:
        return None
    return Row(EXPENSE_TYPES.get(line.account_type, Section.EARNING), line, number)


def _is_alike(component: Component, row: Row) -> bool:
    if row.section is not section_of(component):
        return False
    if component.section is Section.REIMBURSEMENT:
        return True
    name = {OWNERS_DRAW: "Owner's Draw", CASH_TIPS: "Cash Tips"}.get(component.name, component.name)
    return component.name != UNNAMED_EARNINGS and _bare(name) in row.names


def _of_sum(rows: Sequence[Row], amount: Decimal) -> tuple[Row, ...] | None:
    """The rows of one side, or of both, that make the amount."""
    sides = (
        rows,
        [row for row in rows if row.line.debit],
        [row for row in rows if row.line.credit],
    )
    return next((tuple(side) for side in sides if sum_of(r.amount for r in side) == amount), None)


def _bare(name: str) -> str:
    """Letters and digits alone, without the word that says no more than that it is pay."""
    letters = "".join(letter for letter in folded(name) if letter.isalnum())
    for ending in _ENDINGS:
        if letters.endswith(ending) and letters != ending:
            return letters.removesuffix(ending)
    return letters
