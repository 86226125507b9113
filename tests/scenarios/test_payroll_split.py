"""Whose expense is whose: as of that payroll by Gusto's report, else as it was seen."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest

from integrations.models import Record
from tests.posting_company import PLACES, PostingCompany
from tests.reckoning import totals_of

EXPENSE = ("60100", "60200", "60300", "60400", "60500", "60600", "61000")


@pytest.fixture
def split(books: PostingCompany) -> PostingCompany:
    """The expense is split by department."""
    books.choose(split_by="department")
    return books


def expense_by_place(journal: Any) -> dict[str, Decimal]:
    """The debits on expense accounts, by subaccount."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in journal["Details"]:
        if line["Account"] in EXPENSE:
            sums[line["Subaccount"]] += Decimal(line["DebitAmount"])
    return {place: amount for place, amount in sums.items() if amount}


def cost_by_department(payroll: Any) -> dict[str, Decimal]:
    """What each department costs, by the department that Gusto noted with each pay."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for pay in payroll["employee_compensations"].values():
        parts = [one["amount"] for one in pay["earnings"]]
        parts += [one["amount"] for one in pay["taxes"] if one["employer"]]
        parts += [one["company_contribution"] for one in pay["benefits"]]
        parts += [one["amount"] for one in pay["reimbursements"]]
        sums[PLACES[pay["department"] or "*"]] += sum(map(Decimal, parts), Decimal(0))
    return {place: amount for place, amount in sums.items() if amount}


def test_splits_the_expense_by_the_departments_of_that_payroll(split: PostingCompany) -> None:
    payroll_id = split.pay()
    split.look()
    journal = split.journal(payroll_id)
    assert expense_by_place(journal) == cost_by_department(split.payroll(payroll_id))
    debit, credit = totals_of(journal)
    assert debit == credit


def test_keeps_what_is_owed_and_paid_whole(split: PostingCompany) -> None:
    payroll_id = split.pay()
    split.look()
    credits = [row for row in split.journal(payroll_id)["Details"] if Decimal(row["CreditAmount"])]
    assert {row["Subaccount"] for row in credits} == {"000000"}
    texts = [row["TransactionDescription"] for row in credits]
    assert len(texts) == len(set(texts))


def test_leaves_somebody_s_pay_where_he_was_though_he_moved_since(split: PostingCompany) -> None:
    payroll_id = split.pay(process=False)
    before = cost_by_department(split.payroll(payroll_id))
    person_id = next(iter(split.payroll(payroll_id)["employee_compensations"]))
    split.change(person_id, department="Research")
    split.change_payroll(payroll_id, process=True)
    split.look()
    assert expense_by_place(split.journal(payroll_id)) == before


def test_names_a_department_of_one_in_the_preview(split: PostingCompany) -> None:
    split.choose(approval="every")
    payroll_id = split.pay()
    split.look()
    departments = [
        pay["department"] for pay in split.payroll(payroll_id)["employee_compensations"].values()
    ]
    alone = [title for title in set(departments) if departments.count(title) < 3]
    assert alone
    told = str(split.line_of(split.preview(), payroll_id))
    assert "Fewer than three people are paid in" in told
    assert not [title for title in alone if title not in told]


def test_sends_people_without_a_department_to_the_default(split: PostingCompany) -> None:
    person_id = next(iter(split.people()))
    split.change(person_id, department=None)
    payroll_id = split.bonus(employees=[person_id])
    split.look()
    assert set(expense_by_place(split.journal(payroll_id))) == {PLACES["*"]}


def test_says_by_which_of_both_it_was_split(split: PostingCompany) -> None:
    split.choose(approval="every")
    payroll_id = split.pay()
    split.look()
    told = str(split.line_of(split.preview(), payroll_id))
    assert "as Gusto's general-ledger report has it" in told


def test_splits_as_seen_where_the_report_was_not_granted(split: PostingCompany) -> None:
    split.choose(approval="every")
    split.withdraw("company_reports:write", "company_reports:read")
    payroll_id = split.pay()
    split.look()
    told = str(split.line_of(split.preview(), payroll_id))
    assert "as it was in force on the check date" in told
    split.approve()
    journal = split.journal(payroll_id)
    assert expense_by_place(journal) == cost_by_department(split.payroll(payroll_id))
    assert not [
        row for row in split.sandbox.requests("gusto") if row["path"].endswith("/general_ledger")
    ]


def test_waits_for_the_subaccount_of_a_new_department(split: PostingCompany) -> None:
    split.add_department("Glazing")
    person_id = next(iter(split.people()))
    split.change(person_id, department="Glazing")
    payroll_id = split.bonus(employees=[person_id])
    split.look()
    assert split.journals() == []
    assert split.why(payroll_id) == ["unmapped"]
    split.decide("department_subaccount", ("Glazing",), {"subaccount": "190000"})
    split.drain()
    assert set(expense_by_place(split.journal(payroll_id))) == {"190000"}


def test_puts_one_component_of_one_department_elsewhere(split: PostingCompany) -> None:
    key = ("earning:Bonus", "Research")
    split.decide("pay_component", key, {"account": "60300", "subaccount": "190000"})
    payroll_id = split.bonus()
    split.look()
    rows = [row for row in split.journal(payroll_id)["Details"] if row["Account"] == "60300"]
    paid = split.payroll(payroll_id)["employee_compensations"].values()
    count = len([pay for pay in paid if pay["department"] == "Research"])
    assert [(row["Subaccount"], Decimal(row["DebitAmount"])) for row in rows] == [
        ("190000", 500 * Decimal(count))
    ]


def test_fills_a_department_s_value_into_the_mask(split: PostingCompany) -> None:
    split.choose(subaccount_mask="????01")
    for title, value in (("Research", "1100"), ("Client Services", "1200")):
        split.decide("department_subaccount", (title,), {"subaccount": value})
    people = [
        key
        for key, person in split.people().items()
        if person["department"] in ("Research", "Client Services")
    ]
    payroll_id = split.bonus(employees=people)
    split.look()
    assert set(expense_by_place(split.journal(payroll_id))) == {"110001", "120001"}


def test_holds_a_payroll_with_which_the_report_disagrees(split: PostingCompany) -> None:
    payroll_id = split.pay()
    report = split.wrong_report(payroll_id, "1.00")
    split.sandbox.fault(
        vendor="gusto", path="/general_ledger/", action="status", status=200, body=report
    )
    split.look()
    assert split.journals() == []
    assert split.state(payroll_id) == Record.State.HELD
    assert "ledger_report_disagrees" in split.why(payroll_id)


def test_posts_though_the_report_has_a_type_that_no_list_names(split: PostingCompany) -> None:
    split.sandbox.switch("gusto", "ledger_account_types", "one unknown")
    payroll_id = split.pay()
    split.look()
    assert split.standing(payroll_id) == ["r1 Posted"]


def test_tries_again_where_gusto_could_not_make_the_report(split: PostingCompany) -> None:
    split.sandbox.switch("gusto", "report_outcome", "fails")
    payroll_id = split.pay()
    split.look()
    assert split.journals() == []
    split.sandbox.switch("gusto", "report_outcome", "succeeds")
    split.wait_out()
    assert split.standing(payroll_id) == ["r1 Posted"]
