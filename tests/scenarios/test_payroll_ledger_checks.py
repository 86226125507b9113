"""Nothing is sent that Acumatica's calendar, accounts, projects or preferences do not take."""

from __future__ import annotations

import pytest

from integrations.models import Record
from tests.posting_company import PostingCompany
from tests.reckoning import texts_of


def held(books: PostingCompany, payroll_id: str) -> list[str]:
    """Why nothing was sent for a payroll."""
    assert books.ledger_writes() == []
    assert books.journals() == []
    assert books.state(payroll_id) == Record.State.HELD
    return books.why(payroll_id)


@pytest.mark.parametrize("status", ["Closed", "Locked", "Inactive"])
def test_holds_a_payroll_of_a_period_that_is_not_open(books: PostingCompany, status: str) -> None:
    payroll_id = books.pay()
    day = books.payroll(payroll_id)["check_date"]
    books.set_period(day, status)
    books.look()
    assert held(books, payroll_id) == ["period_closed"]
    assert day in books.said(payroll_id)
    books.set_period(day, "Open")
    books.try_again(payroll_id)
    assert books.standing(payroll_id) == ["r1 Posted"]


def test_posts_to_no_closed_period_though_acumatica_would_let_us(books: PostingCompany) -> None:
    books.sandbox.switch("acumatica", "financial_supervisor", "yes")
    payroll_id = books.pay()
    books.set_period(books.payroll(payroll_id)["check_date"], "Closed")
    books.look()
    assert held(books, payroll_id) == ["period_closed"]


def test_posts_on_the_first_open_day_and_tells_the_true_one(books: PostingCompany) -> None:
    books.choose(closed_period="first open day")
    payroll_id = books.pay()
    true_day = books.payroll(payroll_id)["check_date"]
    books.set_period(true_day, "Closed")
    books.look()
    journal = books.journal(payroll_id)
    assert journal["Status"] == "Posted"
    assert journal["TransactionDate"][:10] == books.first_of_next_month(true_day)
    assert [text for text in texts_of(journal) if true_day in text]


def test_holds_a_payroll_whose_period_was_closed_before_its_release(books: PostingCompany) -> None:
    books.choose(release="when final")
    payroll_id = books.pay()
    books.look()
    assert books.standing(payroll_id) == ["r1 Balanced"]
    books.set_period(books.payroll(payroll_id)["check_date"], "Closed")
    books.make_final(payroll_id)
    assert books.standing(payroll_id) == ["r1 Balanced"]
    assert books.state(payroll_id) == Record.State.HELD
    assert books.documents(payroll_id) == ["r1 saved"]


def test_holds_a_payroll_on_an_inactive_account(books: PostingCompany) -> None:
    books.set_account("60100", Active=False)
    payroll_id = books.pay()
    books.look()
    assert held(books, payroll_id) == ["account_unusable"]
    assert "60100" in books.said(payroll_id)
    books.set_account("60100", Active=True)
    books.try_again(payroll_id)
    assert books.standing(payroll_id) == ["r1 Posted"]


def test_holds_a_payroll_on_a_control_account(books: PostingCompany) -> None:
    books.book("total:*", "20000")
    payroll_id = books.pay()
    books.look()
    assert held(books, payroll_id) == ["account_unusable"]


@pytest.mark.parametrize("account", ["10300", "61900"])
def test_holds_a_payroll_on_an_account_of_another_currency_or_use(
    books: PostingCompany, account: str
) -> None:
    books.book("earning:*", account)
    payroll_id = books.pay()
    books.look()
    assert held(books, payroll_id) == ["account_unusable"]


def test_holds_a_payroll_on_an_inactive_subaccount(books: PostingCompany) -> None:
    books.sandbox.control("PUT", "acumatica/subaccounts/160000", {"Active": False})
    books.book("earning:*", "60100", "160000")
    payroll_id = books.pay()
    books.look()
    assert held(books, payroll_id) == ["subaccount_unusable"]


def test_writes_the_non_project_code_on_every_line_where_projects_is_on(
    books: PostingCompany,
) -> None:
    books.sandbox.switch("acumatica", "projects", "required")
    books.look_at_acumatica_again()
    payroll_id = books.pay()
    books.look()
    assert {row["Project"] for row in books.journal(payroll_id)["Details"]} == {"X"}


def test_holds_a_payroll_where_the_project_code_is_missing(books: PostingCompany) -> None:
    books.sandbox.switch("acumatica", "projects", "required")
    books.look_at_acumatica_again()
    books.choose(non_project_code="")
    payroll_id = books.pay()
    books.look()
    assert held(books, payroll_id) == ["no_project_code"]
    books.choose(non_project_code="X")
    books.drain()
    assert books.standing(payroll_id) == ["r1 Posted"]


def test_writes_no_subaccount_where_acumatica_has_none(books: PostingCompany) -> None:
    books.sandbox.switch("acumatica", "subaccounts", "off")
    books.look_at_acumatica_again()
    payroll_id = books.pay()
    books.look()
    assert {row["Subaccount"] for row in books.journal(payroll_id)["Details"]} == {None}


def test_holds_a_payroll_of_a_branch_that_no_ledger_has(books: PostingCompany) -> None:
    books.choose(payroll_branch="NORTH")
    payroll_id = books.pay()
    books.look()
    assert held(books, payroll_id) == ["payroll_branch_unknown"]


def test_holds_what_acumatica_refuses_in_its_own_words(books: PostingCompany) -> None:
    books.book("earning:*", "33000")
    payroll_id = books.pay()
    books.look()
    assert books.journals() == []
    assert books.state(payroll_id) == Record.State.HELD
    assert "YTD Net Income" in books.said(payroll_id)


def test_states_the_control_total_where_acumatica_asks_for_it(books: PostingCompany) -> None:
    books.sandbox.switch("acumatica", "control_totals", "on")
    payroll_id = books.pay()
    books.look()
    assert books.standing(payroll_id) == ["r1 Posted"]
