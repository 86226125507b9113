"""The arithmetic of a payroll, on the example that the dossier prints (§3.5, §3.6)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.sandbox.vendors.gusto.money import (
    Benefit,
    Conventions,
    Deduction,
    Earning,
    Pay,
    Reimbursement,
    Tax,
    gaps,
    negated,
    totals,
)

TAXES = {
    "Dana": (
        ("Federal Income Tax", False, "512.40"),
        ("Social Security", False, "269.46"),
        ("Social Security", True, "269.46"),
        ("Medicare", False, "63.02"),
        ("Medicare", True, "63.02"),
        ("CA State Income Tax", False, "231.77"),
        ("CA SDI", False, "52.15"),
        ("FUTA", True, "12.60"),
        ("CA SUI", True, "71.40"),
        ("CA ETT", True, "2.10"),
    ),
    "Lee": (
        ("Federal Income Tax", False, "198.05"),
        ("Social Security", False, "151.96"),
        ("Social Security", True, "151.96"),
        ("Medicare", False, "35.54"),
        ("Medicare", True, "35.54"),
        ("CA State Income Tax", False, "74.18"),
        ("CA SDI", False, "29.41"),
        ("FUTA", True, "14.71"),
        ("CA SUI", True, "83.33"),
        ("CA ETT", True, "2.45"),
    ),
}


def earning(name: str, amount: str, kind: str = "hourly") -> Earning:
    return Earning(name, Decimal(amount), kind, "5e2f", "Senior Consultant")


def taxes(who: str) -> tuple[Tax, ...]:
    return tuple(Tax(name, employer, Decimal(amount)) for name, employer, amount in TAXES[who])


def benefit(name: str, employee: str, company: str) -> Benefit:
    return Benefit(name, Decimal(employee), Decimal(company))


DANA = Pay(
    employee_uuid="b8a0",
    first_name="Dana",
    last_name="Okafor",
    method="Direct Deposit",
    earnings=(earning("Regular Hours", "3846.15"), earning("Bonus", "500.00", "fixed")),
    taxes=taxes("Dana"),
    benefits=(
        benefit("Medical Insurance", "120.00", "480.00"),
        benefit("401(k)", "217.31", "130.38"),
    ),
    reimbursements=(Reimbursement(Decimal("86.40"), "Mileage"),),
)
LEE = Pay(
    employee_uuid="41c9",
    first_name="Lee",
    last_name="Marsh",
    method="Check",
    earnings=(
        earning("Regular Hours", "2052.00"),
        earning("Overtime", "171.00"),
        earning("Vacation Hours", "228.00", "time off"),
    ),
    taxes=taxes("Lee"),
    benefits=(benefit("Medical Insurance", "60.00", "240.00"),),
    deductions=(
        Deduction("Child support - CS-204417", Decimal("150.00"), is_child_support=True),
        Deduction("Company loan", Decimal("25.00")),
    ),
)
PRINTED = {
    "gross_pay": "6797.15",
    "net_pay": "4606.90",
    "net_pay_debit": "2880.04",
    "check_amount": "1726.86",
    "employee_taxes": "1617.94",
    "employer_taxes": "706.57",
    "tax_debit": "2324.51",
    "benefits": "850.38",
    "employee_benefits_deductions": "397.31",
    "other_deductions": "175.00",
    "child_support_debit": "150.00",
    "reimbursements": "86.40",
    "reimbursement_debit": "86.40",
    "company_debit": "5440.95",
    "employee_bonuses": "500.00",
    "employee_commissions": "0.00",
    "employee_cash_tips": "0.00",
    "employee_paycheck_tips": "0.00",
    "additional_earnings": "0.00",
    "owners_draw": "0.00",
    "imputed_pay": "0.00",
    "deferred_payroll_taxes": "0.00",
}


def test_finds_the_totals_that_the_dossier_prints() -> None:
    assert {name: f"{amount:.2f}" for name, amount in totals((DANA, LEE)).items()} == PRINTED
    assert (DANA.net, DANA.check) == (Decimal("2880.04"), Decimal("2966.44"))
    assert (LEE.net, LEE.check) == (Decimal("1726.86"), Decimal("1726.86"))


def test_finds_no_gap_where_all_adds_up_and_the_right_one_where_not() -> None:
    shown = totals((DANA, LEE))
    assert gaps(shown, (DANA, LEE)) == {}
    off = {**shown, "tax_debit": shown["tax_debit"] + Decimal("0.01")}
    assert gaps(off, (DANA, LEE)) == {
        "tax_debit": Decimal("0.01"),
        "company_debit": Decimal("-0.01"),
    }
    assert gaps(shown, (DANA,))["lines of gross_pay"] == LEE.gross


def test_turns_every_amount_round() -> None:
    forth, back = totals((DANA, LEE)), totals((negated(DANA), negated(LEE)))
    assert {name: -amount for name, amount in back.items()} == forth


def test_pays_cash_tips_only_once() -> None:
    tipped = replace(DANA, earnings=(*DANA.earnings, earning("Cash Tips", "40.00", "fixed")))
    assert tipped.gross - DANA.gross == Decimal("40.00")
    assert tipped.net == DANA.net
    assert gaps(totals((tipped,)), (tipped,)) == {}


def test_leaves_the_excluded_out() -> None:
    assert totals((DANA, replace(LEE, is_excluded=True))) == totals((DANA,))


@pytest.mark.parametrize(
    ("conventions", "name", "amount"),
    [
        (Conventions(child_support_in_other_deductions=False), "other_deductions", "25.00"),
        (Conventions(reimbursements_in_paper_checks=True), "check_amount", "1738.86"),
        (Conventions(company_taxes_in_employer_taxes=False), "employer_taxes", "706.57"),
    ],
)
def test_follows_the_other_reading_of_what_is_open(
    conventions: Conventions, name: str, amount: str
) -> None:
    lee = replace(LEE, reimbursements=(Reimbursement(Decimal("12.00"), "Parking"),))
    company = (Tax("CA SUI", True, Decimal("5.00")),)
    usual, other = totals((DANA, lee), company), totals((DANA, lee), company, conventions)
    assert f"{other[name]:.2f}" == amount
    assert usual[name] != other[name]
