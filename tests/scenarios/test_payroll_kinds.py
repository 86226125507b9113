"""Each kind of payroll becomes one balanced batch of its own amounts, or rightly none."""

from __future__ import annotations

from decimal import Decimal

import pytest

from integrations.models import Record
from tests.posting_company import PostingCompany
from tests.reckoning import (
    by_account,
    cost_of,
    lines_of,
    reckoned,
    swapped,
    texts_of,
    totals_of,
)
from tests.staging import Stage

POSTED = ("a", "b", "c", "d", "e", "f", "g", "h", "j", "k", "m", "dismissed")
NEGATIVE = ("e", "f", "g")
"""In these some sums are below zero, so that debits are more than the cost."""
CLEARING = "10250"


def carry_the_last_weeks(books: PostingCompany) -> None:
    """Carry the payrolls of the last weeks, one of every kind."""
    books.choose(start_date=books.day(-30))
    books.look()


@pytest.fixture
def posted(stage: Stage, full_books: PostingCompany) -> PostingCompany:
    """The payrolls of the last weeks, one of every kind, have been carried."""
    stage.later(full_books, carry_the_last_weeks)
    return full_books


def moved(books: PostingCompany, letter: str, *names: str) -> list[tuple[str, Decimal]]:
    """These totals of a payroll as credits."""
    totals = books.payroll(books.fixture(letter))["totals"]
    return sorted(("credit", Decimal(totals[name])) for name in names)


def test_posts_each_kind_as_one_released_batch_of_its_own_amounts(posted: PostingCompany) -> None:
    for letter in POSTED:
        payroll_id = posted.fixture(letter)
        journal, payroll = posted.journal(payroll_id), posted.payroll(payroll_id)
        assert posted.standing(payroll_id) == ["r1 Posted"], letter
        assert posted.state(payroll_id) == Record.State.SYNCED, letter
        assert lines_of(journal) == reckoned(payroll), letter
        debit, credit = totals_of(journal)
        assert debit == credit
        assert letter in NEGATIVE or debit == cost_of(payroll), letter
        assert journal["TransactionDate"][:10] == payroll["check_date"]
        assert (journal["BranchID"], journal["LedgerID"]) == ("HEADOFFICE", "ACTUAL")


def test_makes_a_batch_for_each_payroll_and_no_other(posted: PostingCompany) -> None:
    assert len(posted.journals()) == len(POSTED)
    posted.look()
    posted.advance(days=1)
    posted.drain()
    posted.look()
    assert len(posted.journals()) == len(POSTED)


def test_turns_a_whole_payroll_round_where_gusto_reversed_it(posted: PostingCompany) -> None:
    original = posted.journal(posted.fixture("a"))
    reversal = posted.journal(posted.fixture("e"))
    assert lines_of(reversal) == swapped(lines_of(original))


def test_turns_round_the_part_that_gusto_reversed(posted: PostingCompany) -> None:
    reversal = posted.journal(posted.fixture("f"))
    assert 0 < totals_of(reversal)[0] < totals_of(posted.journal(posted.fixture("c")))[0]
    assert not [line for line in lines_of(reversal) if line[1] < 0]


def test_posts_no_payroll_of_a_former_provider(full_books: PostingCompany) -> None:
    full_books.choose(start_date=full_books.day(-70))
    full_books.look()
    external = full_books.fixture("i")
    assert full_books.journals_of(external) == []
    assert full_books.state(external) == Record.State.FILTERED
    assert full_books.why(external) == ["payroll_external"]


def test_posts_nothing_where_nothing_is_paid(posted: PostingCompany) -> None:
    empty = posted.fixture("l")
    assert posted.journals_of(empty) == []
    assert posted.why(empty) == ["payroll_of_nothing"]


def test_writes_each_bank_movement_as_a_line_of_its_own(posted: PostingCompany) -> None:
    journal = posted.journal(posted.fixture("b"))
    names = ("net_pay_debit", "check_amount", "tax_debit", "child_support_debit")
    assert by_account(journal, CLEARING) == moved(posted, "b", *names)
    journal = posted.journal(posted.fixture("c"))
    credits = by_account(journal, CLEARING)
    for name in ("net_pay_debit", "check_amount", "tax_debit", "reimbursement_debit"):
        assert moved(posted, "c", name)[0] in credits


def test_tells_reimbursements_by_check_from_those_by_deposit(posted: PostingCompany) -> None:
    totals = posted.payroll(posted.fixture("c"))["totals"]
    by_check = Decimal(totals["reimbursements"]) - Decimal(totals["reimbursement_debit"])
    assert by_check == Decimal("12.00")
    journal = posted.journal(posted.fixture("c"))
    assert ("credit", by_check) in by_account(journal, CLEARING)
    assert by_account(journal, "61000") == [("debit", Decimal(totals["reimbursements"]))]


def test_owes_cash_tips_to_nobody_and_pays_out_the_others(posted: PostingCompany) -> None:
    totals = posted.payroll(posted.fixture("d"))["totals"]
    journal = posted.journal(posted.fixture("d"))
    assert by_account(journal, "21900") == moved(posted, "d", "employee_cash_tips")
    assert ("debit", Decimal(totals["employee_paycheck_tips"])) in lines_of(journal)


def test_puts_a_negative_company_tax_on_the_other_side(posted: PostingCompany) -> None:
    journal = posted.journal(posted.fixture("g"))
    assert lines_of(journal) == [
        ("credit", Decimal("0.92")),
        ("credit", Decimal("40.25")),
        ("debit", Decimal("41.17")),
    ]
    assert all("check of" in line["TransactionDescription"] for line in journal["Details"])


def test_owes_garnishments_on_their_account_without_a_case_number(posted: PostingCompany) -> None:
    payroll = posted.payroll(posted.fixture("b"))
    withheld = [
        deduction
        for pay in payroll["employee_compensations"].values()
        for deduction in pay["deductions"]
    ]
    cases = [one["name"].rpartition(" ")[2] for one in withheld if one["child_support"]]
    assert cases
    others = sum(Decimal(one["amount"]) for one in withheld if not one["child_support"])
    journal = posted.journal(posted.fixture("b"))
    assert by_account(journal, "21800") == [("credit", others)]
    assert not [text for text in texts_of(journal) for case in cases if case in text]


def test_names_no_person_in_any_batch(posted: PostingCompany) -> None:
    texts = [text for journal in posted.journals() for text in texts_of(journal)]
    for person in posted.people().values():
        full_name = f"{person['first_name']} {person['last_name']}"
        assert not [text for text in texts if full_name in text or person["last_name"] in text]


def test_leaves_out_whom_gusto_left_out(posted: PostingCompany) -> None:
    payroll = posted.payroll(posted.fixture("j"))
    left_out = [pay for pay in payroll["employee_compensations"].values() if pay["excluded"]]
    assert left_out
    journal = posted.journal(posted.fixture("j"))
    assert totals_of(journal)[0] == cost_of(payroll)
