"""When a payroll is entered, on which day, and when it is released."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from integrations.models import Record
from tests.posting_company import PostingCompany


def test_enters_a_payroll_once_processed_and_releases_it_once_final(books: PostingCompany) -> None:
    books.choose(release="when final")
    payroll_id = books.pay()
    books.look()
    assert books.standing(payroll_id) == ["r1 Balanced"]
    assert books.documents(payroll_id) == ["r1 saved"]
    assert books.state(payroll_id) == Record.State.WAITING
    books.drain()
    books.look()
    assert books.standing(payroll_id) == ["r1 Balanced"]
    books.make_final(payroll_id)
    assert books.standing(payroll_id) == ["r1 Posted"]
    assert books.documents(payroll_id) == ["r1 released"]
    assert books.state(payroll_id) == Record.State.SYNCED


def test_releases_not_a_day_before_gusto_lets_go(books: PostingCompany) -> None:
    books.choose(release="when final")
    payroll_id = books.pay(check_date=books.day(12))
    books.look()
    deadline = date.fromisoformat(books.payroll(payroll_id)["payroll_deadline"][:10])
    books.pass_days((deadline - date.fromisoformat(books.today())).days - 1)
    assert books.standing(payroll_id) == ["r1 Balanced"]
    books.make_final(payroll_id)
    assert books.standing(payroll_id) == ["r1 Posted"]


def test_releases_at_once_where_that_was_chosen(books: PostingCompany) -> None:
    payroll_id = books.pay()
    books.look()
    assert books.standing(payroll_id) == ["r1 Posted"]
    assert books.state(payroll_id) == Record.State.SYNCED


def test_leaves_the_release_to_a_person_where_that_was_chosen(books: PostingCompany) -> None:
    books.choose(release="never")
    payroll_id = books.pay()
    books.look()
    books.make_final(payroll_id)
    assert books.standing(payroll_id) == ["r1 Balanced"]
    assert books.documents(payroll_id) == ["r1 saved"]
    books.at_acumatica(books.journal(payroll_id), action="release")
    books.look()
    books.pass_days(1)
    assert books.documents(payroll_id) == ["r1 released"]
    assert books.state(payroll_id) == Record.State.SYNCED


def test_waits_for_a_payroll_that_is_not_processed(books: PostingCompany) -> None:
    payroll_id = books.pay(process=False)
    books.look()
    assert books.journals_of(payroll_id) == []
    assert books.state(payroll_id) == Record.State.WAITING
    assert books.why(payroll_id) == ["payroll_not_processed"]
    books.change_payroll(payroll_id, process=True)
    books.look()
    assert books.standing(payroll_id) == ["r1 Posted"]


@pytest.mark.parametrize("chosen", ["check date", "end of pay period", "debit date"])
def test_dates_a_batch_by_the_day_that_was_chosen(books: PostingCompany, chosen: str) -> None:
    books.choose(entry_date=chosen, start_date=books.day(-20))
    payroll_id = books.pay()
    books.look()
    payroll = books.payroll(payroll_id)
    check_on = date.fromisoformat(payroll["check_date"])
    days = {
        "check date": check_on,
        "end of pay period": date.fromisoformat(payroll["end_date"]),
        "debit date": check_on - timedelta(days=2),
    }
    assert books.journal(payroll_id)["TransactionDate"][:10] == days[chosen].isoformat()


def test_dates_a_payroll_without_a_period_by_its_check_date(full_books: PostingCompany) -> None:
    full_books.choose(entry_date="end of pay period", start_date=full_books.day(-8))
    full_books.look()
    payroll_id = full_books.fixture("g")
    journal = full_books.journal(payroll_id)
    assert journal["TransactionDate"][:10] == full_books.payroll(payroll_id)["check_date"]


def test_posts_nothing_before_the_start_date(books: PostingCompany) -> None:
    books.choose(start_date=books.day(9))
    early = books.pay(check_date=books.day(8))
    first = books.pay(check_date=books.day(9))
    books.look()
    assert books.journals_of(early) == []
    assert books.state(early) == Record.State.FILTERED
    assert books.why(early) == ["payroll_before_start"]
    assert books.standing(first) == ["r1 Posted"]


def test_posts_nothing_until_a_start_date_is_chosen(books: PostingCompany) -> None:
    books.choose(start_date="")
    payroll_id = books.pay()
    books.look()
    assert books.journals() == []
    assert books.state(payroll_id) == Record.State.HELD
    assert books.why(payroll_id) == ["no_start_date"]
    books.choose(start_date=books.today())
    books.drain()
    assert books.standing(payroll_id) == ["r1 Posted"]


def test_posts_nothing_until_a_branch_is_chosen(books: PostingCompany) -> None:
    books.choose(payroll_branch="")
    payroll_id = books.pay()
    books.look()
    assert books.journals() == []
    assert books.state(payroll_id) == Record.State.HELD
    books.choose(payroll_branch="EAST")
    books.drain()
    assert books.journal(payroll_id)["BranchID"] == "EAST"


def test_takes_no_payroll_while_the_leg_is_off(books: PostingCompany) -> None:
    books.choose(leg_payrolls="off")
    payroll_id = books.pay()
    books.look()
    assert books.journals() == []
    books.choose(leg_payrolls="on")
    books.look()
    assert books.standing(payroll_id) == ["r1 Posted"]
