"""What must add up in a payroll before anything of it is posted."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connectors import numbers
from connectors.exchange import Answer
from connectors.vendors.gusto.arithmetic import (
    disagreements,
    hidden_benefits,
    unnamed_earnings,
)
from connectors.vendors.gusto.operations import READ_PAYROLL
from connectors.vendors.gusto.payroll_answers import parse_payroll
from connectors.vendors.gusto.payroll_records import Payroll
from tests.unit.connectors.vendors.gusto.conftest import body

Change = Callable[[Any], None]


def payroll(change: Change | None = None, name: str = "payroll") -> Payroll:
    """The dossier's payroll, whole, after something of it was changed."""
    row = deepcopy(body(name))
    if change is not None:
        change(row)
    answer = Answer(200, {}, numbers.write(_digits(row)), "", "gusto", READ_PAYROLL)
    page = parse_payroll(answer, row["uuid"])
    return replace(page.payroll, paychecks=page.paychecks, is_whole=True)


def _digits(value: Any) -> Any:
    """The kept body's numbers as Gusto writes them."""
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, dict):
        return {key: _digits(part) for key, part in value.items()}
    return [_digits(part) for part in value] if isinstance(value, list) else value


def total(name: str, text: str) -> Change:
    def change(row: Any) -> None:
        row["totals"][name] = text

    return change


@pytest.mark.parametrize("name", ["payroll", "payroll_of_2026_02"])
def test_finds_nothing_wrong_with_the_dossiers_payroll(name: str) -> None:
    whole = payroll(name=name)
    assert disagreements(whole) == ()
    assert unnamed_earnings(whole) == Decimal("0.00")
    assert hidden_benefits(whole) is None


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        (
            "net_pay",
            [
                "net pay is what is transferred and what is paid by check",
                "net pay is that of all employees",
                "gross pay is net pay, taxes, benefits, deductions and cash tips",
            ],
        ),
        (
            "tax_debit",
            [
                "the tax debit is the taxes of both sides",
                "the bank is debited with net pay, taxes, reimbursements and child support",
            ],
        ),
        (
            "company_debit",
            ["the bank is debited with net pay, taxes, reimbursements and child support"],
        ),
        ("reimbursements", ["reimbursements are those of all employees"]),
        ("employee_cash_tips", ["cash tips are those of all employees"]),
        ("other_deductions", ["other deductions are those of all employees"]),
    ],
)
def test_names_what_is_a_cent_off(name: str, rules: list[str]) -> None:
    stated = Decimal(body("payroll")["totals"][name]) + Decimal("0.01")
    found = disagreements(payroll(total(name, str(stated))))
    assert [one.rule for one in found] == rules
    assert all(abs(one.residual) == Decimal("0.01") for one in found)
    assert {one.employee_id for one in found} == {""}


def test_says_both_values_and_shows_neither() -> None:
    (found,) = disagreements(payroll(total("company_debit", "5440.94")))
    assert (found.stated, found.reckoned) == (Decimal("5440.94"), Decimal("5440.95"))
    assert "5440" not in repr(found)


def test_names_the_employee_whose_own_figures_do_not_add_up() -> None:
    def change(row: Any) -> None:
        row["employee_compensations"][0]["check_amount"] = "2966.45"

    (found,) = disagreements(payroll(change))
    assert found.rule == "the check is net pay and reimbursements"
    assert found.employee_id == "b8a0c0de-52f1-4d0f-8f3b-0f5c9f1d7a21"


def test_counts_cash_tips_in_gross_and_not_in_net_pay() -> None:
    def change(row: Any) -> None:
        check = row["employee_compensations"][0]
        check["fixed_compensations"].append(
            {"name": "Cash Tips", "amount": "40.00", "job_uuid": "j"}
        )
        check["gross_pay"] = "4386.15"
        row["totals"] |= {"gross_pay": "6837.15", "employee_cash_tips": "40.00"}

    assert disagreements(payroll(change)) == ()


def test_counts_the_companys_own_taxes_which_may_be_negative() -> None:
    def change(row: Any) -> None:
        row["company_taxes"] = [{"name": "CA SUI", "employer": True, "amount": "-0.92"}]
        row["totals"] |= {"employer_taxes": "705.65", "tax_debit": "2323.59"}
        row["totals"]["company_debit"] = "5440.03"

    assert disagreements(payroll(change)) == ()


@pytest.mark.parametrize("stated", ["175.00", "25.00"])
def test_takes_other_deductions_with_and_without_child_support(stated: str) -> None:
    assert disagreements(payroll(total("other_deductions", stated))) == ()


def test_recognises_benefits_that_the_connection_may_not_see() -> None:
    def change(row: Any) -> None:
        for check in row["employee_compensations"]:
            check["benefits"] = [one for one in check["benefits"] if one["name"] == "401(k)"]

    whole = payroll(change)
    hidden = hidden_benefits(whole)
    assert hidden is not None
    assert (hidden.deductions, hidden.contributions) == (Decimal("180.00"), Decimal("720.00"))
    assert disagreements(whole) == ()


def test_takes_more_lines_than_the_totals_count_for_wrong() -> None:
    found = disagreements(payroll(total("benefits", "850.37")))
    assert [one.rule for one in found] == [
        "benefits are the company's contributions for all employees"
    ]


def test_tells_pay_that_stands_under_no_name() -> None:
    def change(row: Any) -> None:
        row["employee_compensations"][1]["paid_time_off"][0].pop("amount")

    assert unnamed_earnings(payroll(change)) == Decimal("228.00")


def test_posts_nothing_without_the_sums_that_a_journal_needs() -> None:
    def without(row: Any) -> None:
        row["totals"] = None

    def without_one(row: Any) -> None:
        del row["totals"]["net_pay_debit"]

    (found,) = disagreements(payroll(without))
    assert (found.rule, found.reckoned) == ("the payroll has no totals", Decimal("6797.15"))
    assert "the totals tell no net pay debit" in {
        one.rule for one in disagreements(payroll(without_one))
    }


def test_proves_nothing_by_a_row_of_the_list() -> None:
    with pytest.raises(ValueError, match="all its pages"):
        disagreements(replace(payroll(), is_whole=False))
