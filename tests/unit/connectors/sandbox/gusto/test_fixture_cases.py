"""Gusto §7, case 15: a payroll of every kind, and the sums of dossier §3.6 in each."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.connectors.sandbox.gusto.caller import CINDER, HARBOR, Caller

case = pytest.mark.case
ZERO = Decimal("0.00")
EVERYTHING = "benefits,deductions,taxes,payroll_taxes,totals,payroll_status_meta,reversals"
TOTALS = {
    "gross_pay",
    "net_pay",
    "net_pay_debit",
    "check_amount",
    "employee_taxes",
    "employer_taxes",
    "tax_debit",
    "benefits",
    "employee_benefits_deductions",
    "other_deductions",
    "child_support_debit",
    "reimbursements",
    "reimbursement_debit",
    "company_debit",
    "employee_bonuses",
    "employee_commissions",
    "employee_cash_tips",
    "employee_paycheck_tips",
    "additional_earnings",
    "owners_draw",
    "imputed_pay",
    "deferred_payroll_taxes",
}


def read(harbor: Caller, fixture: str) -> Any:
    """A whole payroll, all of its pages."""
    path = f"/payrolls/{harbor.payroll(fixture)['uuid']}"
    answer = harbor.own(path, include=EVERYTHING, page=1, per=100)
    shown = answer.json()
    for number in range(2, int(answer.headers["X-Total-Pages"]) + 1):
        more = harbor.read(path, include=EVERYTHING, page=number, per=100)
        shown["employee_compensations"] += more["employee_compensations"]
    return shown


def summed(amounts: Iterable[str | None]) -> Decimal:
    return sum((Decimal(amount) for amount in amounts if amount is not None), ZERO)


def lines(payroll: Any, part: str, key: str = "amount") -> list[Any]:
    return [line[key] for row in payroll["employee_compensations"] for line in row[part]]


def tax_sum(row: Any, *, employer: bool) -> Decimal:
    return summed(line["amount"] for line in row["taxes"] if line["employer"] is employer)


def earned(row: Any) -> Decimal:
    parts = ("hourly_compensations", "fixed_compensations", "paid_time_off")
    return summed(line["amount"] for part in parts for line in row[part])


def assert_each_adds_up(payroll: Any) -> None:
    for row in payroll["employee_compensations"]:
        if row["excluded"]:
            assert (row["gross_pay"], row["net_pay"], row["check_amount"]) == (None, None, None)
            continue
        gross = Decimal(row["gross_pay"])
        assert gross == earned(row)
        tips = summed(
            line["amount"] for line in row["fixed_compensations"] if line["name"] == "Cash Tips"
        )
        withheld = tax_sum(row, employer=False)
        withheld += summed(line["employee_deduction"] for line in row["benefits"])
        withheld += summed(line["amount"] for line in row["deductions"])
        assert Decimal(row["net_pay"]) == gross - withheld - tips
        back = summed(line["amount"] for line in row["reimbursements"])
        assert Decimal(row["check_amount"]) == Decimal(row["net_pay"]) + back


def assert_adds_up(payroll: Any) -> None:
    assert_each_adds_up(payroll)
    totals = {name: Decimal(text) for name, text in payroll["totals"].items()}
    rows = payroll["employee_compensations"]
    company = summed(line["amount"] for line in payroll["company_taxes"])
    assert totals["gross_pay"] == summed(row["gross_pay"] for row in rows)
    assert totals["net_pay"] == summed(row["net_pay"] for row in rows)
    assert totals["employee_taxes"] == sum((tax_sum(row, employer=False) for row in rows), ZERO)
    of_employer = sum((tax_sum(row, employer=True) for row in rows), ZERO)
    assert totals["employer_taxes"] == of_employer + company
    assert totals["benefits"] == summed(lines(payroll, "benefits", "company_contribution"))
    withheld = summed(lines(payroll, "benefits", "employee_deduction"))
    assert totals["employee_benefits_deductions"] == withheld
    deducted = summed(lines(payroll, "deductions"))
    assert totals["other_deductions"] == deducted
    assert totals["reimbursements"] == summed(lines(payroll, "reimbursements"))
    assert totals["net_pay"] == totals["net_pay_debit"] + totals["check_amount"]
    assert totals["tax_debit"] == totals["employee_taxes"] + totals["employer_taxes"]
    debited = ("net_pay_debit", "tax_debit", "reimbursement_debit", "child_support_debit")
    assert totals["company_debit"] == sum(totals[name] for name in debited)
    kept = totals["net_pay"] + totals["employee_taxes"] + withheld + deducted
    assert totals["gross_pay"] == kept + totals["employee_cash_tips"]


ADDING_UP = ("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "dismissed", "old")


@pytest.mark.parametrize("fixture", ADDING_UP)
def test_adds_up_to_the_cent(harbor: Caller, fixture: str) -> None:
    payroll = read(harbor, fixture)
    assert set(payroll["totals"]) == TOTALS
    assert_adds_up(payroll)


@pytest.mark.slow
def test_adds_up_with_many_people_too(stranger: Caller) -> None:
    stranger.sandbox.reset(people=1200)
    harbor = stranger.as_company()
    payroll = read(harbor, "b")
    assert len(payroll["employee_compensations"]) > 1000
    assert_adds_up(payroll)


def test_has_a_second_company_with_ordinary_payrolls(stranger: Caller) -> None:
    cinder = stranger.as_company(CINDER)
    rows = cinder.get(f"companies/{CINDER}/payrolls").json()
    assert len(rows) >= 3
    for row in rows:
        path = f"companies/{CINDER}/payrolls/{row['uuid']}"
        assert_adds_up(cinder.get(path, include=EVERYTHING, per=100).json())


@case("gusto", "15a")
def test_case_15a_has_a_plain_payroll(harbor: Caller) -> None:
    payroll = read(harbor, "a")
    assert len(payroll["employee_compensations"]) == 12
    assert lines(payroll, "benefits", "name") == []
    assert lines(payroll, "deductions", "name") == []
    assert lines(payroll, "reimbursements") == []
    assert {row["payment_method"] for row in payroll["employee_compensations"]} == {
        "Direct Deposit"
    }
    assert payroll["totals"]["check_amount"] == "0.00"
    assert (payroll["off_cycle"], payroll["external"]) == (False, False)
    assert "off_cycle_reason" not in payroll


@case("gusto", "15b")
def test_case_15b_has_one_with_benefits_garnishments_and_paper_checks(harbor: Caller) -> None:
    payroll = read(harbor, "b")
    assert set(lines(payroll, "benefits", "name")) == {
        "Medical Insurance",
        "Dental Insurance",
        "Group Term Life",
        "401(k)",
    }
    assert True in lines(payroll, "benefits", "imputed")
    names = set(lines(payroll, "deductions", "name"))
    assert "Company loan" in names
    assert any(name.startswith("Child support - CS-") for name in names)
    assert {row["payment_method"] for row in payroll["employee_compensations"]} == {
        "Direct Deposit",
        "Check",
    }
    for name in ("check_amount", "child_support_debit", "imputed_pay", "other_deductions"):
        assert Decimal(payroll["totals"][name]) > 0


@case("gusto", "15c")
def test_case_15c_has_reimbursements_that_are_no_wages(harbor: Caller) -> None:
    payroll = read(harbor, "c")
    assert lines(payroll, "reimbursements") == ["86.40", "12.00", "240.15"]
    assert lines(payroll, "reimbursements", "description")[2] == "Conference in Zürich"
    totals = payroll["totals"]
    assert totals["reimbursements"] == "338.55"
    # The one of somebody who is paid by check is not debited.
    assert totals["reimbursement_debit"] == "326.55"
    assert lines(payroll, "fixed_compensations", "name") == []


@case("gusto", "15d")
def test_case_15d_has_cash_tips_that_are_not_paid_out(harbor: Caller) -> None:
    totals = read(harbor, "d")["totals"]
    assert totals["employee_cash_tips"] == "251.40"
    assert totals["employee_paycheck_tips"] == "126.80"


@case("gusto", "15e")
def test_case_15e_has_a_negative_reversal_of_another_payroll(harbor: Caller) -> None:
    original, reversal = read(harbor, "a"), read(harbor, "e")
    assert (reversal["off_cycle"], reversal["off_cycle_reason"]) == (True, "Reversal")
    assert original["reversal_payroll_uuids"] == [reversal["uuid"]]
    opposite = {name: f"{-Decimal(text):.2f}" for name, text in original["totals"].items()}
    shown = {name: f"{Decimal(text):.2f}" for name, text in reversal["totals"].items()}
    zero = {name: "0.00" if Decimal(text) == 0 else text for name, text in opposite.items()}
    assert shown == zero
    assert Decimal(shown["gross_pay"]) < 0
    assert original["processed"] is True


def test_shows_reversals_in_other_ways_when_switched(harbor: Caller) -> None:
    harbor.switch("reversal_signs", "positive")
    original, reversal = read(harbor, "a"), read(harbor, "e")
    assert reversal["totals"] == original["totals"]
    assert_adds_up(reversal)
    harbor.switch("reversal_uuids", "absent")
    assert "reversal_payroll_uuids" not in read(harbor, "a")


@case("gusto", "15f")
def test_case_15f_has_a_reversal_for_some_people_only(harbor: Caller) -> None:
    original, reversal = read(harbor, "c"), read(harbor, "f")
    assert original["reversal_payroll_uuids"] == [reversal["uuid"]]
    rows = {row["employee_uuid"]: row for row in original["employee_compensations"]}
    assert len(reversal["employee_compensations"]) == 2
    for row in reversal["employee_compensations"]:
        assert Decimal(row["net_pay"]) == -Decimal(rows[row["employee_uuid"]]["net_pay"])


@case("gusto", "15g")
def test_case_15g_has_a_tax_reconciliation_without_period_or_people(harbor: Caller) -> None:
    payroll = read(harbor, "g")
    assert payroll["off_cycle_reason"] == "Tax reconciliation"
    assert payroll["pay_period"] == {
        "start_date": None,
        "end_date": None,
        "pay_schedule_uuid": None,
    }
    assert payroll["employee_compensations"] == []
    assert payroll["company_taxes"] == [
        {"name": "CA SUI", "employer": True, "amount": "41.17"},
        {"name": "CA ETT", "employer": True, "amount": "-0.92"},
    ]
    assert payroll["totals"]["employer_taxes"] == "40.25"
    harbor.switch("company_taxes", "apart")
    apart = read(harbor, "g")["totals"]
    assert (apart["employer_taxes"], apart["tax_debit"]) == ("0.00", "40.25")


@case("gusto", "15h")
def test_case_15h_has_a_bonus_run_with_a_check_date_ahead(harbor: Caller) -> None:
    payroll = read(harbor, "h")
    assert payroll["check_date"] > harbor.company()["founded_on"]
    assert (payroll["processed"], payroll["off_cycle_reason"]) == (True, "Bonus")
    assert payroll["pay_period"]["pay_schedule_uuid"] is None
    assert set(lines(payroll, "fixed_compensations", "name")) == {"Bonus"}
    assert payroll["totals"]["employee_bonuses"] == payroll["totals"]["gross_pay"]
    assert payroll["skip_regular_deductions"] is True


@case("gusto", "15i")
def test_case_15i_has_history_from_a_former_provider(harbor: Caller) -> None:
    payroll = read(harbor, "i")
    assert payroll["external"] is True
    methods = {row["payment_method"] for row in payroll["employee_compensations"]}
    assert methods == {"Historical"}


@case("gusto", "15j")
def test_case_15j_has_somebody_who_is_excluded(harbor: Caller) -> None:
    payroll = read(harbor, "j")
    (left_out,) = [row for row in payroll["employee_compensations"] if row["excluded"]]
    assert left_out["gross_pay"] is None
    assert left_out["hourly_compensations"] == []


@case("gusto", "15k")
def test_case_15k_has_an_owner_who_takes_money_out(harbor: Caller) -> None:
    payroll = read(harbor, "k")
    assert payroll["totals"]["owners_draw"] == "3000.00"
    (row,) = payroll["employee_compensations"]
    assert [line["name"] for line in row["fixed_compensations"]] == ["Owner's Draw"]
    jobs = harbor.company()["employees"][row["employee_uuid"]]["jobs"]
    assert jobs[0]["payment_unit"] == "Paycheck"
    assert jobs[0]["compensations"][0]["flsa_status"] == "Owner"


@case("gusto", "15l")
def test_case_15l_has_a_payroll_of_nothing(harbor: Caller) -> None:
    payroll = read(harbor, "l")
    assert set(payroll["totals"].values()) == {"0.00"}
    assert len(payroll["employee_compensations"]) == 3
    assert payroll["processed"] is True


@case("gusto", "15m")
def test_case_15m_has_a_deduction_of_a_new_name(harbor: Caller) -> None:
    names = set(lines(read(harbor, "m"), "deductions", "name"))
    assert "Gym membership, plan Ö" in names
    others = {
        name for letter in "abcdj" for name in lines(read(harbor, letter), "deductions", "name")
    }
    assert "Gym membership, plan Ö" not in others


@case("gusto", "15n")
def test_case_15n_has_totals_that_are_off_by_a_cent(harbor: Caller) -> None:
    payroll = read(harbor, "n")
    assert_each_adds_up(payroll)
    shown = Decimal(payroll["totals"]["net_pay"])
    paid = summed(row["net_pay"] for row in payroll["employee_compensations"])
    assert shown - paid == Decimal("0.01")


def test_counts_child_support_apart_when_switched(harbor: Caller) -> None:
    before = read(harbor, "b")["totals"]
    harbor.switch("other_deductions", "without")
    after = read(harbor, "b")["totals"]
    gap = Decimal(before["other_deductions"]) - Decimal(after["other_deductions"])
    assert gap == Decimal(before["child_support_debit"]) > 0


def test_counts_reimbursements_as_paper_checks_when_switched(harbor: Caller) -> None:
    before = read(harbor, "c")["totals"]
    harbor.switch("paper_checks", "with reimbursements")
    after = read(harbor, "c")["totals"]
    gap = Decimal(after["check_amount"]) - Decimal(before["check_amount"])
    assert gap == Decimal("12.00")


def test_reverses_what_a_person_reverses(harbor: Caller, app: Caller) -> None:
    original = harbor.payroll("b")
    some = list(original["employee_compensations"])[:3]
    harbor.person_does("payrolls", original["uuid"], reverse=some)
    (reversal_uuid,) = harbor.payroll("b")["reversed_by"]
    path = f"/payrolls/{reversal_uuid}"
    reversal = harbor.read(path, include=EVERYTHING)
    assert_adds_up(reversal)
    assert [row["employee_uuid"] for row in reversal["employee_compensations"]] == some
    events = app.get("events", event_type="payroll.partially_reversed").json()
    assert [event["entity_uuid"] for event in events] == [original["uuid"]]
    assert harbor.company(HARBOR)["payrolls"][reversal_uuid]["reverses"] == original["uuid"]
