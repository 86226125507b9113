"""What a payroll's journal must be, reckoned from Gusto's own figures without the product."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

NOTHING = Decimal("0.00")
OTHER_SIDE = {"debit": "credit", "credit": "debit"}
COSTS = ("gross_pay", "employer_taxes", "benefits", "reimbursements")
Line = tuple[str, Decimal]
"""A side and an amount above zero."""


def reckoned(payroll: Any, *, prices_time_off: bool = True) -> list[Line]:
    """The lines of a payroll that is not split, from what judges see of it at Gusto.

    Versions that do not price time off tell all of it as one rest of gross pay.
    """
    sums: dict[tuple[str, str], Decimal] = {}

    def add(side: str, name: str, amount: str | Decimal) -> None:
        sums[side, name] = sums.get((side, name), NOTHING) + Decimal(amount)

    for tax in payroll["company_taxes"]:
        add("debit", f"tax {tax['name']}", tax["amount"])
        add("credit", "taxes", tax["amount"])
    for pay in payroll["employee_compensations"].values():
        if not pay["excluded"]:
            _add_pay(add, pay, prices_time_off=prices_time_off)
    deferred = Decimal(payroll["totals"]["deferred_payroll_taxes"])
    add("credit", "taxes", -deferred)
    add("credit", "deferred", deferred)
    return sorted(
        (side if amount > 0 else OTHER_SIDE[side], abs(amount))
        for (side, _), amount in sums.items()
        if amount
    )


def _add_pay(
    add: Callable[[str, str, str | Decimal], None], pay: Any, *, prices_time_off: bool
) -> None:
    """Add what one person's pay moves; gross and net are the person's own."""
    method = "check" if pay["payment_method"] == "Check" else "deposit"
    for one in pay["earnings"]:
        is_priced = prices_time_off or one["kind"] != "time off"
        add("debit", f"earning {one['name'] if is_priced else ''}", one["amount"])
        if one["name"] == "Cash Tips":
            add("credit", "cash tips", one["amount"])
    for one in pay["taxes"]:
        add("credit", "taxes", one["amount"])
        if one["employer"]:
            add("debit", f"tax {one['name']}", one["amount"])
    for one in pay["benefits"]:
        add("debit", f"contribution {one['name']}", one["company_contribution"])
        add("credit", f"benefit {one['name']}", one["company_contribution"])
        add("credit", f"benefit {one['name']}", one["employee_deduction"])
    for one in pay["deductions"]:
        name = "child support" if one["child_support"] else f"deduction {one['name']}"
        add("credit", name, one["amount"])
    for one in pay["reimbursements"]:
        add("debit", "reimbursements", one["amount"])
        add("credit", f"reimbursed by {method}", one["amount"])
    add("credit", f"net by {method}", pay["net_pay"])


def lines_of(journal: Any) -> list[Line]:
    """The sides and amounts of a batch's lines."""
    return sorted(
        (side, Decimal(line[name]))
        for line in journal["Details"]
        for side, name in (("debit", "DebitAmount"), ("credit", "CreditAmount"))
        if Decimal(line[name] or 0)
    )


def total(lines: list[Line], side: str) -> Decimal:
    """The sum of one side."""
    return sum((amount for of, amount in lines if of == side), NOTHING)


def totals_of(journal: Any) -> tuple[Decimal, Decimal]:
    """Both totals of a batch: debits, credits."""
    lines = lines_of(journal)
    return total(lines, "debit"), total(lines, "credit")


def swapped(lines: list[Line]) -> list[Line]:
    """The same with the sides exchanged."""
    return sorted((OTHER_SIDE[side], amount) for side, amount in lines)


def cost_of(payroll: Any) -> Decimal:
    """What a payroll costs the company by Gusto's own totals."""
    return sum((Decimal(payroll["totals"][name]) for name in COSTS), NOTHING)


def by_account(journal: Any, account: str) -> list[Line]:
    """The lines of a batch that stand on one account."""
    return lines_of(
        {"Details": [line for line in journal["Details"] if line["Account"] == account]}
    )


def texts_of(journal: Any) -> list[str]:
    """All that a batch says in words: header, lines and note."""
    lines = [line["TransactionDescription"] or "" for line in journal["Details"]]
    return [journal["Description"] or "", str(journal.get("note") or ""), *lines]
