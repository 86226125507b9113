"""The journal of each kind of payroll that Gusto has, line by line."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from connectors.sandbox.vendors.gusto.money import (
    BY_CHECK,
    BY_DEPOSIT,
    HISTORICAL,
    Benefit,
    Deduction,
    Earning,
    Pay,
    Reimbursement,
    Tax,
    negated,
    totals,
)
from connectors.vendors.acumatica.journal_drafts import reversed_draft
from connectors.vendors.gusto.payroll_records import Kind, Payroll
from integrations.flow import Filtered, Held
from integrations.flows.gusto_to_acumatica.checks import broken
from integrations.flows.gusto_to_acumatica.journal import journal_for_payroll
from integrations.flows.gusto_to_acumatica.payroll_scope import out_of_scope
from integrations.flows.gusto_to_acumatica.split import Split
from tests.unit.connectors.vendors.gusto.test_arithmetic import payroll as dossiers_payroll
from tests.unit.integrations.flows.gusto_payrolls import (
    DEFAULTS,
    FRAME,
    OWN_ROWS,
    drawn,
    payroll,
    shown,
    table,
)


def earned(name: str, amount: str, kind: str = "fixed") -> Earning:
    return Earning(name, Decimal(amount), kind, "job", "Consultant")


def tax(name: str, amount: str, *, employer: bool = False) -> Tax:
    return Tax(name, employer, Decimal(amount))


DANA = Pay(
    "dana",
    "Dana",
    "Okafor",
    BY_DEPOSIT,
    department="Advisory",
    earnings=(earned("Regular Hours", "3846.15", "hourly"),),
    taxes=(
        tax("Federal Income Tax", "512.40"),
        tax("Social Security", "238.46"),
        tax("Social Security", "238.46", employer=True),
        tax("FUTA", "12.60", employer=True),
    ),
)
LEE = Pay(
    "lee",
    "Lee",
    "Marsh",
    BY_CHECK,
    department="Research",
    earnings=(
        earned("Regular Hours", "2052.00", "hourly"),
        earned("Overtime", "171.00", "hourly"),
        earned("Vacation Hours", "228.00", "time off"),
    ),
    taxes=(tax("Social Security", "151.96"), tax("Social Security", "151.96", employer=True)),
)
ON_DEPOSIT = replace(LEE, method=BY_DEPOSIT)
PLANS = (
    Benefit("Medical Insurance", Decimal("120.00"), Decimal("480.00"), is_health=True),
    Benefit("401(k)", Decimal("217.31"), Decimal("130.38")),
    Benefit("Group Term Life", Decimal("0.00"), Decimal("18.42"), is_imputed=True),
)
WITHHELD = (
    Deduction("Child support - CS-204417", Decimal("150.00"), is_child_support=True),
    Deduction("Company loan", Decimal("25.00")),
)
NO_DEFAULTS = {key: row for key, row in DEFAULTS.items() if not key[0].startswith("deduction")}


def held(one: Payroll, **rows: object) -> Held:
    decision = journal_for_payroll(one, table(**rows), FRAME)  # type: ignore[arg-type]
    assert isinstance(decision, Held)
    return decision


def test_enters_a_plain_payroll_with_wages_time_off_and_employer_taxes_by_name() -> None:
    journal = drawn(payroll([DANA, ON_DEPOSIT]))
    assert shown(journal) == [
        ("60100", "171.00", "", "Overtime"),
        ("60100", "5898.15", "", "Regular Hours"),
        ("60100", "228.00", "", "Vacation Hours"),
        ("60500", "12.60", "", "FUTA, employer tax"),
        ("60500", "390.42", "", "Social Security, employer tax"),
        ("10250", "", "5394.33", "Net pay by direct deposit"),
        ("10250", "", "1305.84", "Taxes debited"),
    ]
    assert journal.draft.total == Decimal("6700.17")
    assert journal.draft.date_on == date(2026, 11, 13)
    assert journal.draft.reference == "GUSTO 0d6f0a52-1c7e-4b0b-9a55-2f5f3f0f8a01 r1"
    assert journal.draft.lines[0].description == "Overtime, 2026-10-26 to 2026-11-08"
    assert journal.remarks == ()


def test_enters_benefits_garnishments_child_support_and_paper_checks_each_on_its_line() -> None:
    with_plans = replace(DANA, benefits=PLANS, deductions=WITHHELD)
    journal = drawn(payroll([with_plans, LEE]))
    assert shown(journal)[5:] == [
        ("60600", "130.38", "", "401(k), company's contribution"),
        ("60600", "18.42", "", "Group Term Life, company's contribution"),
        ("60600", "480.00", "", "Medical Insurance, company's contribution"),
        ("21600", "", "347.69", "401(k), liability"),
        ("21600", "", "18.42", "Group Term Life, liability"),
        ("21600", "", "600.00", "Medical Insurance, liability"),
        ("21800", "", "25.00", "Company loan"),
        ("10250", "", "2299.04", "Net pay by paper check"),
        ("10250", "", "150.00", "Child support debited"),
        ("10250", "", "2582.98", "Net pay by direct deposit"),
        ("10250", "", "1305.84", "Taxes debited"),
    ]
    assert journal.draft.total == Decimal("7328.97")


def test_keeps_reimbursements_apart_from_wages_and_those_on_paper_apart_from_the_debit() -> None:
    back = (Reimbursement(Decimal("86.40"), "Mileage"),)
    paper = (Reimbursement(Decimal("12.00"), "Parking"),)
    people = [replace(DANA, reimbursements=back), replace(LEE, reimbursements=paper)]
    lines = shown(drawn(payroll(people)))
    assert ("61000", "98.40", "", "Reimbursement") in lines
    assert ("10250", "", "86.40", "Reimbursements debited") in lines
    assert ("10250", "", "12.00", "Reimbursements by paper check") in lines


def test_credits_cash_tips_since_the_people_have_them_already() -> None:
    tips = (earned("Cash Tips", "61.35"), earned("Paycheck Tips", "30.20"))
    journal = drawn(payroll([replace(DANA, earnings=DANA.earnings + tips)]))
    assert ("60100", "61.35", "", "Cash Tips") in shown(journal)
    assert ("60100", "30.20", "", "Paycheck Tips") in shown(journal)
    assert ("21900", "", "61.35", "Cash tips") in shown(journal)
    assert ("10250", "", "3125.49", "Net pay by direct deposit") in shown(journal)


def test_holds_cash_tips_for_which_nobody_chose_an_account_though_others_have_a_default() -> None:
    tips = payroll([replace(DANA, earnings=(*DANA.earnings, earned("Cash Tips", "61.35")))])
    assert held(tips, rows=DEFAULTS).missing == (("pay_component", ("total:employee_cash_tips",)),)


def test_enters_a_reversal_as_the_payroll_with_its_sides_swapped_and_no_minus() -> None:
    people = [replace(DANA, benefits=PLANS, deductions=WITHHELD), LEE]
    posted = drawn(payroll(people)).draft
    reversal = drawn(
        payroll([negated(pay) for pay in people], kind=Kind.OFF_CYCLE, off_cycle_reason="Reversal")
    ).draft
    taken_back = reversed_draft(
        posted, reference=posted.reference, date_on=posted.date_on, period=posted.period
    )
    assert sorted(reversal.lines, key=str) == sorted(taken_back.lines, key=str)
    assert reversal.total == posted.total == Decimal("7328.97")
    assert min(line.debit + line.credit for line in reversal.lines) > 0


def test_enters_only_those_people_whom_a_partial_reversal_takes_back() -> None:
    journal = drawn(payroll([negated(DANA)], kind=Kind.OFF_CYCLE, off_cycle_reason="Reversal"))
    assert shown(journal) == [
        ("10250", "3095.29", "", "Net pay by direct deposit"),
        ("10250", "1001.92", "", "Taxes debited"),
        ("60100", "", "3846.15", "Regular Hours"),
        ("60500", "", "12.60", "FUTA, employer tax"),
        ("60500", "", "238.46", "Social Security, employer tax"),
    ]


def test_enters_a_tax_reconciliation_by_its_check_date_its_negative_tax_swapped() -> None:
    taxes = [tax("CA SUI", "41.17", employer=True), tax("CA ETT", "-0.92", employer=True)]
    one = payroll(
        [],
        taxes,
        kind=Kind.OFF_CYCLE,
        off_cycle_reason="Tax reconciliation",
        period_from=None,
        period_to=None,
    )
    journal = drawn(one, table(entry_date="end of pay period"))
    assert shown(journal) == [
        ("60500", "41.17", "", "CA SUI, employer tax"),
        ("60500", "", "0.92", "CA ETT, employer tax"),
        ("10250", "", "40.25", "Taxes debited"),
    ]
    assert journal.draft.lines[0].description == "CA SUI, employer tax, check of 2026-11-13"
    assert [remark.code for remark in journal.remarks] == ["payroll_without_period"]


def test_enters_a_bonus_run_whose_check_date_is_ahead() -> None:
    bonus = Pay("dana", "Dana", "Okafor", BY_DEPOSIT, earnings=(earned("Bonus", "500.00"),))
    one = payroll([bonus], kind=Kind.OFF_CYCLE, off_cycle_reason="Bonus")
    assert out_of_scope(one, table()) is None
    journal = drawn(one)
    assert shown(journal) == [
        ("60100", "500.00", "", "Bonus"),
        ("10250", "", "500.00", "Net pay by direct deposit"),
    ]
    assert journal.draft.description == "Bonus paid on 2026-11-13, 2026-10-26 to 2026-11-08"


@pytest.mark.parametrize("name", ["payroll", "payroll_of_2026_02"])
def test_comes_to_the_sums_that_the_dossier_reckons_for_its_example(name: str) -> None:
    journal = drawn(dossiers_payroll(name=name))
    assert journal.draft.total == Decimal("8440.50")
    by_account = Counter[str]()
    for line in journal.draft.lines:
        by_account[line.account] += int((line.debit - line.credit).scaleb(2))
    assert by_account == {
        "60100": 679715,
        "60500": 70657,
        "60600": 85038,
        "61000": 8640,
        "21600": -(39731 + 85038),
        "21800": -2500,
        "10250": -(288004 + 172686 + 232451 + 8640 + 15000),
    }


def test_never_enters_what_a_former_provider_paid() -> None:
    one = payroll([replace(DANA, method=HISTORICAL)], kind=Kind.EXTERNAL)
    decision = out_of_scope(one, table())
    assert isinstance(decision, Filtered)
    assert decision.rule.code == "payroll_external"


def test_leaves_somebody_out_who_is_not_paid_this_time() -> None:
    assert (
        drawn(payroll([DANA, replace(LEE, is_excluded=True)])).draft == drawn(payroll([DANA])).draft
    )


def draw() -> Payroll:
    owner = Pay("owner", "O", "W", BY_DEPOSIT, earnings=(earned("Owner's Draw", "3000.00"),))
    return payroll([owner], kind=Kind.OFF_CYCLE, off_cycle_reason="Adhoc")


def test_enters_an_owners_draw_on_the_owners_account_and_never_as_wages() -> None:
    assert shown(drawn(draw())) == [
        ("33100", "3000.00", "", "Owner's draw"),
        ("10250", "", "3000.00", "Net pay by direct deposit"),
    ]


def test_holds_an_owners_draw_without_a_row_of_its_own() -> None:
    assert held(draw(), rows=DEFAULTS).missing == (("pay_component", ("total:owners_draw",)),)


def test_has_nothing_to_enter_where_nothing_is_paid() -> None:
    decision = journal_for_payroll(payroll([]), table(), FRAME)
    assert isinstance(decision, Filtered)
    assert decision.rule.code == "payroll_of_nothing"


def test_holds_a_deduction_that_nobody_has_seen_before_and_posts_nothing_by_half() -> None:
    gym = (Deduction("Gym membership, plan Ö", Decimal("35.00")),)
    decision = held(payroll([replace(DANA, deductions=gym)]), rows={**NO_DEFAULTS, **OWN_ROWS})
    assert decision.missing == (("pay_component", ("deduction:Gym membership, plan Ö",)),)
    assert [(one.code, one.subject) for one in decision.reasons] == [
        ("unmapped", "pay_component:deduction:Gym membership, plan Ö")
    ]


def test_enters_it_by_the_default_of_its_section_where_there_is_one() -> None:
    gym = (Deduction("Gym membership, plan Ö", Decimal("35.00")),)
    lines = shown(drawn(payroll([replace(DANA, deductions=gym)])))
    assert ("21800", "", "35.00", "Gym membership") in lines


def test_holds_totals_that_are_off_by_a_cent_and_tells_both_values_apart_from_the_reason() -> None:
    off = {**totals([DANA]), "net_pay": Decimal("3095.30")}
    one = payroll([DANA], totals=off)
    decision = held(one)
    assert [reason.facts["rule"] for reason in decision.reasons] == [
        "net pay is what is transferred and what is paid by check",
        "net pay is that of all employees",
        "gross pay is net pay, taxes, benefits, deductions and cash tips",
    ]
    assert decision.missing == ()
    assert "3095" not in repr(decision)
    assert [(str(one.stated), str(one.reckoned)) for one in broken(one, Split(), table())] == [
        ("3095.30", "3095.29"),
        ("3095.30", "3095.29"),
        ("3846.15", "3846.16"),
    ]
