"""Which batches must stand in Acumatica's ledger by what Gusto says of payrolls, to the cent.

Reckoned by the identities of a payroll (what it costs, and where that goes), not by the product's
arithmetic; only what the operator decided is taken over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from config.demo.expectations.acumatica import Row, codes_by_title
from config.demo.expectations.batches import NOTHING, Account, Batch, sum_of
from config.demo.expectations.gusto import gusto_company

DEFAULT = "*"
"""In a component's name: all others of its section; of a department: nobody's and none."""
COSTS = ("gross_pay", "employer_taxes", "benefits", "reimbursements")
DRAW = "Owner's Draw"
"""It is in gross pay and costs the company nothing."""
EXPENSES = ("earning", "employer_tax", "contribution", "reimbursement")
CREDITS = (
    "net_pay_debit",
    "check_amount",
    "tax_debit",
    "reimbursement_debit",
    "child_support_debit",
    "employee_cash_tips",
    "deferred_payroll_taxes",
)
"""Totals that no named line carries: bank movements, and what is owed otherwise."""


@dataclass(frozen=True, slots=True)
class LedgerDecisions:
    """What the operator of the demo decided of payrolls, in the words of both sides."""

    accounts: Mapping[str, str]
    """Component, or the default of its section, to the title of an account."""
    subaccounts: Mapping[str, str]
    """Department to the title of a subaccount, of what is split."""
    subaccount: str
    """The title of that of all that is not split."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One amount, above zero as a debit; ``place`` is the department that bears it, if any."""

    section: str
    name: str
    amount: Decimal
    place: str = ""
    is_debit: bool = True


def expected_batches(
    gusto: Row, acumatica: Row, decisions: LedgerDecisions, start_on: str, now: datetime
) -> list[Batch]:
    """What each payroll of the company shall come to at this instant.

    Those whose checks are before ``start_on`` are in the books already.
    """
    accounts, subaccounts = (
        codes_by_title(acumatica, table) for table in ("accounts", "subaccounts")
    )
    chart = _Chart(
        {key: accounts[title] for key, title in decisions.accounts.items()},
        {key: subaccounts[title] for key, title in decisions.subaccounts.items()},
        subaccounts[decisions.subaccount],
    )
    return [
        _batch(payroll, chart, start_on, now)
        for payroll in gusto_company(gusto)["payrolls"].values()
    ]


@dataclass(frozen=True, slots=True)
class _Chart:
    accounts: Mapping[str, str]
    places: Mapping[str, str]
    balance_subaccount: str

    def account_of(self, part: _Part) -> Account:
        """Where an amount belongs: by its own row, else by the default of its section."""
        own = self.accounts.get(f"{part.section}:{part.name}")
        account = own or self.accounts[f"{part.section}:{DEFAULT}"]
        return account, self.places[part.place] if part.place else self.balance_subaccount

    @property
    def expenses(self) -> frozenset[str]:
        return frozenset(
            account for key, account in self.accounts.items() if key.split(":")[0] in EXPENSES
        )


def _batch(payroll: Row, chart: _Chart, start_on: str, now: datetime) -> Batch:
    reference = f"GUSTO {payroll['uuid']} r1"
    if payroll["external"]:
        return Batch(reference, "external")
    if not payroll["processed"]:
        return Batch(reference, "not processed")
    if payroll["check_date"] < start_on:
        return Batch(reference, "before the start")
    parts = _together(_parts(payroll))
    if not parts:
        return Batch(reference, "of nothing")
    sums: dict[Account, Decimal] = defaultdict(lambda: NOTHING)
    for part in parts:
        sums[chart.account_of(part)] += part.amount if part.is_debit else -part.amount
    totals = payroll["totals"]
    return Batch(
        reference,
        _standing(payroll, now),
        payroll["check_date"],
        # A sum below zero stands on the other side.
        total=sum_of(abs(p.amount) for p in parts if p.is_debit == (p.amount > 0)),
        cost=sum_of(Decimal(totals[name]) for name in COSTS) - Decimal(totals["owners_draw"]),
        sums=sums,
        expenses=chart.expenses,
    )


def _standing(payroll: Row, now: datetime) -> str:
    """Released once Gusto can no longer cancel it; on the day of the deadline it may be either."""
    deadline = datetime.fromisoformat(payroll["payroll_deadline"])
    if now < deadline:
        return "to be released"
    return "released" if now.date() > deadline.date() + timedelta(days=1) else "either"


def _together(parts: Iterable[_Part]) -> list[_Part]:
    """One amount for each component and department; none of zero."""
    found: dict[tuple[str, str, str, bool], Decimal] = defaultdict(lambda: NOTHING)
    for part in parts:
        found[part.section, part.name, part.place, part.is_debit] += part.amount
    return [
        _Part(section, name, amount, place, is_debit)
        for (section, name, place, is_debit), amount in found.items()
        if amount
    ]


def _parts(payroll: Row) -> Iterator[_Part]:
    """All that a payroll is made of: what it costs by line, then where it goes."""
    for tax in payroll["company_taxes"]:
        yield _Part("employer_tax", tax["name"], Decimal(tax["amount"]), DEFAULT)
    for pay in payroll["employee_compensations"].values():
        if not pay["excluded"]:
            yield from _of_pay(pay, pay["department"] or DEFAULT)
    totals = {name: Decimal(amount) for name, amount in payroll["totals"].items()}
    for name in CREDITS:
        yield _Part("total", name, totals[name], is_debit=False)
    by_check = totals["reimbursements"] - totals["reimbursement_debit"]
    yield _Part("total", "reimbursements_by_check", by_check, is_debit=False)


def _of_pay(pay: Row, place: str) -> Iterator[_Part]:
    for earning in pay["earnings"]:
        amount = Decimal(earning["amount"])
        if earning["name"] == DRAW:
            yield _Part("total", "owners_draw", amount)
        else:
            yield _Part("earning", earning["name"], amount, place)
    for tax in pay["taxes"]:
        if tax["employer"]:
            yield _Part("employer_tax", tax["name"], Decimal(tax["amount"]), place)
    for back in pay["reimbursements"]:
        yield _Part("reimbursement", "Reimbursement", Decimal(back["amount"]), place)
    for benefit in pay["benefits"]:
        company = Decimal(benefit["company_contribution"])
        owed = company + Decimal(benefit["employee_deduction"])
        yield _Part("contribution", benefit["name"], company, place)
        yield _Part("benefit", benefit["name"], owed, is_debit=False)
    for deduction in pay["deductions"]:
        if not deduction["child_support"]:
            amount = Decimal(deduction["amount"])
            yield _Part("deduction", deduction["name"], amount, is_debit=False)
