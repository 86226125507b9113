"""Splitting the expense of a payroll by department as of that payroll, to the cent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.sandbox.vendors.gusto.money import negated
from connectors.values import ABSENT
from connectors.vendors.gusto.ledger import Ledger, LedgerLine
from integrations.flow import Held
from integrations.flows.gusto_to_acumatica.checks import broken
from integrations.flows.gusto_to_acumatica.journal import Drawn, journal_for_payroll
from integrations.flows.gusto_to_acumatica.split import Split, SplitBy, allocate
from tests.unit.integrations.flows.gusto_payrolls import (
    DEPARTMENTS,
    FRAME,
    departments,
    drawn,
    fixture,
    payroll,
    payroll_of,
    report,
    shown,
    table,
)
from tests.unit.integrations.flows.test_gusto_payroll_kinds import DANA, LEE, ON_DEPOSIT

CENTS = st.integers(-100_000_000, 100_000_000).map(lambda cents: Decimal(cents).scaleb(-2))
NAMES = st.sampled_from(["Advisory", "Research", "Finance", "Operations", "*"])
PLACES = {"dana": "Advisory", "lee": "Research"}
PAID = payroll([DANA, ON_DEPOSIT])


def row(kind: str, said: str, place: str, debit: str = "0", credit: str = "0") -> LedgerLine:
    return LedgerLine(kind, said, "", place, Decimal(debit), Decimal(credit))


ROWS = (
    row("RegularWages", "Regular Wages", "Finance", "3846.15"),
    row("RegularWages", "Regular Wages", "Research", "2052.00"),
    row("OvertimeWages", "Overtime Wages", "Research", "171.00"),
    row("VacationWages", "Vacation Wages", "Research", "228.00"),
    row("EmployerTax", "Social Security - employer tax", "Finance", "238.46"),
    row("EmployerTax", "Social Security - employer tax", "Research", "151.96"),
    row("EmployerTax", "FUTA - employer tax", "Finance", "12.60"),
    row("DebitNetPay", "Debit net pay", "", credit="5394.33"),
    row("DebitTax", "Debit tax", "", credit="1305.84"),
)
"""Dana was in Finance on that day, though she was seen in Advisory."""


def by_report(*rows: LedgerLine, places: Mapping[str, str] = PLACES) -> Split:
    lines = rows or ROWS
    total = sum((line.debit for line in lines), Decimal(0))
    ledger = Ledger(date(2026, 11, 13), tuple(lines), total)
    return Split(SplitBy.DEPARTMENT, places, ledger)


def amounts(journal: Drawn) -> dict[str, str]:
    """Debit or credit by what the line says."""
    return {said: debit or credit for _, debit, credit, said in shown(journal)}


def test_goes_by_the_report_rather_than_by_what_was_seen() -> None:
    journal = drawn(PAID, split=by_report())
    assert amounts(journal) == {
        "Overtime, Research": "171.00",
        "Regular Hours, Finance": "3846.15",
        "Regular Hours, Research": "2052.00",
        "Vacation Hours, Research": "228.00",
        "FUTA, employer tax, Finance": "12.60",
        "Social Security, employer tax, Finance": "238.46",
        "Social Security, employer tax, Research": "151.96",
        "Net pay by direct deposit": "5394.33",
        "Taxes debited": "1305.84",
    }
    assert [remark.code for remark in journal.remarks] == ["split_by_report", "few_paid"]


def test_goes_by_what_was_seen_where_the_report_splits_nothing() -> None:
    flat = tuple(replace(line, department="") for line in ROWS)
    journal = drawn(PAID, split=by_report(*flat))
    assert amounts(journal)["Regular Hours, Advisory"] == "3846.15"
    assert [remark.code for remark in journal.remarks] == ["split_as_seen", "few_paid"]


def test_shares_out_what_the_report_calls_otherwise_by_the_rest_of_its_section() -> None:
    renamed = tuple(
        replace(line, account_type="Salary", description="Salary")
        if line.account_type == "RegularWages"
        else line
        for line in ROWS
    )
    assert amounts(drawn(PAID, split=by_report(*renamed))) == amounts(
        drawn(PAID, split=by_report())
    )


def test_shares_out_a_reversal_whose_rows_the_report_has_on_the_other_side() -> None:
    turned = tuple(
        replace(line, debit=line.credit, credit=line.debit, account_type="Salary", description="x")
        if line.account_type == "RegularWages"
        else replace(line, debit=line.credit, credit=line.debit)
        for line in ROWS
    )
    reversal = payroll([negated(DANA), negated(ON_DEPOSIT)])
    assert amounts(drawn(reversal, split=by_report(*turned))) == amounts(
        drawn(PAID, split=by_report())
    )


def test_splits_time_off_without_a_price_by_whose_it_is() -> None:
    (check,) = payroll([ON_DEPOSIT]).paychecks
    unpriced = tuple(
        replace(line, amount=ABSENT) if line.is_time_off else line for line in check.earnings
    )
    one = replace(payroll([ON_DEPOSIT]), paychecks=(replace(check, earnings=unpriced),))
    seen = Split(SplitBy.DEPARTMENT, PLACES)
    assert amounts(drawn(one, split=seen))["Time off that is not priced, Research"] == "228.00"


def test_holds_a_payroll_that_its_ledger_report_contradicts() -> None:
    off = replace(ROWS[4], debit=Decimal("238.47"))
    split = by_report(*ROWS[:4], off, *ROWS[5:])
    decision = journal_for_payroll(PAID, table(), FRAME, split)
    assert isinstance(decision, Held)
    assert [reason.sentence for reason in decision.reasons] == [
        "Gusto's general-ledger report does not agree with its payroll: "
        "both have the same employer taxes."
    ]
    wrong = broken(PAID, split, table())
    assert [(str(one.stated), str(one.reckoned)) for one in wrong] == [("403.03", "403.02")]


def test_holds_a_payroll_whose_report_debits_the_bank_otherwise() -> None:
    off = replace(ROWS[-1], credit=Decimal("1300.00"))
    wrong = broken(PAID, by_report(*ROWS[:-1], off), table())
    assert [(one.rule, str(one.stated), str(one.reckoned)) for one in wrong] == [
        ("both have the same tax debit", "1300.00", "1305.84")
    ]


def test_holds_a_report_with_a_row_that_the_payroll_has_not() -> None:
    wrong = broken(PAID, by_report(*ROWS, row("Misc", "Stipend", "Finance", "5.00")), table())
    assert [(one.rule, str(one.stated), str(one.reckoned)) for one in wrong] == [
        ("both have the same earnings", "6302.15", "6297.15")
    ]


def test_takes_a_check_s_row_for_what_it_is_though_it_names_somebody() -> None:
    one = payroll([LEE])
    rows = (
        row("RegularWages", "Regular Wages", "Research", "2052.00"),
        row("OvertimeWages", "Overtime Wages", "Research", "171.00"),
        row("VacationWages", "Vacation Wages", "Research", "228.00"),
        row("EmployerTax", "Social Security - employer tax", "Research", "151.96"),
        row("EmployeePaymentCheck", "Check for Lee Marsh", "", credit="2299.04"),
        row("DebitTax", "Debit tax", "", credit="303.92"),
    )
    journal = drawn(one, split=by_report(*rows))
    assert not [line for line in journal.draft.lines if "Marsh" in line.description]


@pytest.mark.parametrize("negatives", ["signed", "swapped"])
@pytest.mark.parametrize("letter", list("abcdefhijkm"))
def test_comes_to_the_same_by_report_and_by_what_was_seen(letter: str, negatives: str) -> None:
    one, source = payroll_of(letter), fixture(letter)
    seen = Split(SplitBy.DEPARTMENT, departments(source))
    told = replace(seen, report=report(source, negatives=negatives))
    assert told.is_by_report
    assert drawn(one, split=told).draft == drawn(one, split=seen).draft


def test_splits_by_job_as_the_report_has_it() -> None:
    source = fixture("a")
    titles = {pay.employee_uuid: pay.job_title for pay in source.pays.values()}
    jobs = {part.job_uuid: part.job_title for pay in source.pays.values() for part in pay.earnings}
    lookups = table(places={"*": "000000", **dict.fromkeys(titles.values(), "110000")})
    seen = Split(SplitBy.JOB, {**titles, **jobs})
    told = replace(seen, report=report(source, "job"))
    by_seen, by_told = (drawn(payroll_of("a"), lookups, split) for split in (seen, told))
    assert by_seen.draft == by_told.draft
    assert len(by_told.draft.lines) > len(drawn(payroll_of("a")).draft.lines)


def test_names_departments_of_fewer_than_three_paid_people() -> None:
    people = [replace(DANA, employee_uuid=f"{number}") for number in range(3)]
    two = [replace(DANA, employee_uuid=f"{number}") for number in (3, 4)]
    one = payroll([*people, *two, ON_DEPOSIT])
    places = {**dict.fromkeys("012", "Advisory"), "3": "Finance", "4": "Finance", "lee": "Research"}
    journal = drawn(one, split=Split(SplitBy.DEPARTMENT, places))
    assert [remark.sentence for remark in journal.remarks] == [
        "The expense is split by department as it was in force on the check date, "
        "as far as it was seen.",
        "Fewer than three people are paid in Finance, Research: "
        "the lines tell what each of them earns.",
    ]


def test_sends_people_without_a_department_to_the_default_and_counts_them() -> None:
    journal = drawn(PAID, split=Split(SplitBy.DEPARTMENT, {"lee": ""}))
    assert {line.place for line in journal.lines} == {"*", ""}
    assert amounts(journal)["Regular Hours, not assigned"] == "5898.15"
    assert [remark.code for remark in journal.remarks] == ["split_as_seen", "paid_without_place"]
    assert journal.remarks[1].facts["count"] == "2"


def test_has_no_remark_where_the_expense_is_not_split() -> None:
    assert drawn(PAID, split=Split(SplitBy.NOTHING, PLACES)).remarks == ()


def test_gives_the_cent_that_is_left_to_the_largest_remainder() -> None:
    weights = {"Research": Decimal(1), "Advisory": Decimal(1), "Finance": Decimal(1)}
    assert allocate(Decimal("100.00"), weights) == {
        "Research": Decimal("33.33"),
        "Advisory": Decimal("33.34"),
        "Finance": Decimal("33.33"),
    }
    assert allocate(Decimal("-0.01"), {"a": Decimal(2), "b": Decimal(1)}) == {
        "a": Decimal("-0.01"),
        "b": Decimal("0.00"),
    }


def test_leaves_all_of_it_to_the_default_where_the_weights_come_to_nothing() -> None:
    weights = {"Advisory": Decimal("5.00"), "Research": Decimal("-5.00")}
    assert allocate(Decimal("7.01"), weights) == {"*": Decimal("7.01")}


@settings(deadline=None)
@given(CENTS, st.dictionaries(NAMES, CENTS))
def test_never_loses_a_cent_nor_strays_from_the_proportion_by_one(
    total: Decimal, weights: dict[str, Decimal]
) -> None:
    parts = allocate(total, weights)
    assert sum(parts.values()) == total
    whole = sum(weights.values())
    if whole:
        for name, part in parts.items():
            exact = Fraction(total) * Fraction(weights[name]) / Fraction(whole)
            assert abs(Fraction(part) - exact) < Fraction(1, 100)
            assert part == part.quantize(Decimal("0.01"))


def test_knows_the_departments_of_the_stand_in() -> None:
    told = {place for pays in "abc" for place in departments(fixture(pays)).values()}
    assert told - {""} <= set(DEPARTMENTS)
