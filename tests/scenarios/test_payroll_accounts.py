"""On which account each amount stands, and what is held until a person has said so."""

from __future__ import annotations

from decimal import Decimal

import pytest

from integrations import confirming
from integrations.models import Problem, Record
from tests.posting_company import PostingCompany
from tests.reckoning import by_account, lines_of, reckoned


@pytest.fixture
def without_deductions(books: PostingCompany) -> PostingCompany:
    """Nobody has said where deductions stand for which there is no row of their own."""
    books.forget("deduction:*")
    return books


def test_holds_a_new_component_and_posts_nothing_by_half(
    without_deductions: PostingCompany,
) -> None:
    books = without_deductions
    payroll_id = books.pay()
    books.change_payroll(payroll_id, deduction={"name": "Parking permit", "amount": "35.00"})
    books.look()
    assert books.journals() == []
    assert books.state(payroll_id) == Record.State.HELD
    assert books.why(payroll_id) == ["unmapped"]
    (problem,) = Problem.objects.filter(closed_at=None)
    assert problem.subject == "pay_component:deduction:Parking permit"
    books.book("deduction:Parking permit", "21800")
    books.drain()
    assert books.standing(payroll_id) == ["r1 Posted"]
    assert ("credit", Decimal("35.00")) in by_account(books.journal(payroll_id), "21800")


def test_takes_the_section_s_account_for_what_has_no_row_of_its_own(books: PostingCompany) -> None:
    payroll_id = books.pay()
    books.change_payroll(payroll_id, deduction={"name": "Parking permit", "amount": "35.00"})
    books.look()
    assert ("credit", Decimal("35.00")) in by_account(books.journal(payroll_id), "21800")


def test_prefers_a_component_s_own_row(books: PostingCompany) -> None:
    books.book("earning:Bonus", "60300")
    payroll_id = books.bonus("250.00")
    books.look()
    journal = books.journal(payroll_id)
    count = len(books.payroll(payroll_id)["employee_compensations"])
    assert by_account(journal, "60300") == [("debit", 250 * Decimal(count))]
    assert by_account(journal, "60100") == []


def test_releases_by_one_row_all_payrolls_that_wait_for_it(
    without_deductions: PostingCompany,
) -> None:
    books = without_deductions
    waiting = [books.pay(), books.pay(check_date=books.day(8))]
    for payroll_id in waiting:
        books.change_payroll(payroll_id, deduction={"name": "Parking permit", "amount": "35.00"})
    books.look()
    assert [books.state(payroll_id) for payroll_id in waiting] == ["held", "held"]
    books.book("deduction:*", "21800")
    books.drain()
    assert [books.standing(payroll_id) for payroll_id in waiting] == [["r1 Posted"]] * 2


@pytest.mark.parametrize(
    ("letter", "component"),
    [("k", "total:owners_draw"), ("d", "total:employee_cash_tips")],
    ids=["owner's draw", "cash tips"],
)
def test_holds_what_no_default_may_stand_in_for(
    full_books: PostingCompany, letter: str, component: str
) -> None:
    full_books.forget(component)
    payroll_id = full_books.fixture(letter)
    full_books.choose(start_date=full_books.payroll(payroll_id)["check_date"])
    full_books.look()
    assert full_books.journals_of(payroll_id) == []
    assert full_books.why(payroll_id) == ["unmapped"]
    full_books.book(component, "13000")
    full_books.drain()
    full_books.look()
    # Later ones were posted meanwhile: somebody looks before an older one is.
    assert full_books.approve() is not None
    assert full_books.standing(payroll_id) == ["r1 Posted"]
    assert by_account(full_books.journal(payroll_id), "13000")


def test_holds_deferred_taxes_until_they_have_an_account(books: PostingCompany) -> None:
    books.forget("total:deferred_payroll_taxes")
    payroll_id = books.pay()
    books.change_payroll(payroll_id, defer="120.50")
    books.look()
    assert books.journals() == []
    assert books.why(payroll_id) == ["unmapped"]
    books.book("total:deferred_payroll_taxes", "21500")
    books.drain()
    journal = books.journal(payroll_id)
    assert by_account(journal, "21500") == [("credit", Decimal("120.50"))]
    assert lines_of(journal) == reckoned(books.payroll(payroll_id))


def test_holds_an_amount_of_what_somebody_marked_as_not_carried(books: PostingCompany) -> None:
    books.forget("earning:*")
    rows = books.fresh().mappings.filter(kind="pay_component", source_key='["earning:Bonus"]')
    assert confirming.ignore(rows, books.operator).count == 1
    payroll_id = books.bonus()
    books.look()
    assert books.journals() == []
    assert books.why(payroll_id) == ["component_ignored"]


def test_holds_back_only_the_payroll_that_lacks_something(
    without_deductions: PostingCompany,
) -> None:
    books = without_deductions
    held, posted = books.bonus(), books.bonus(check_date=books.day(8))
    books.change_payroll(held, deduction={"name": "Parking permit", "amount": "35.00"})
    books.look()
    assert books.journals_of(held) == []
    assert books.standing(posted) == ["r1 Posted"]
