"""What Gusto changes after the release is held with a preview; approved, it is reversed first."""

from __future__ import annotations

import pytest

from integrations.models import Record
from tests.posting_company import PostingCompany
from tests.reckoning import lines_of, reckoned, swapped
from tests.staging import Stage


def post(books: PostingCompany) -> str:
    """Run a payroll that Gusto can still take back, and post it."""
    payroll_id = books.pay(check_date=books.day(10))
    books.look()
    assert books.standing(payroll_id) == ["r1 Posted"]
    return payroll_id


@pytest.fixture
def released(stage: Stage, books: PostingCompany) -> tuple[PostingCompany, str]:
    """A payroll was posted at once, while Gusto can still take it back."""
    return books, stage.later(books, post)


def held_by(books: PostingCompany, payroll_id: str) -> set[str]:
    """Why nothing is done before somebody has decided."""
    assert books.standing(payroll_id) == ["r1 Posted"]
    assert books.state(payroll_id) == Record.State.HELD
    return set(books.why(payroll_id))


def test_holds_a_cancelled_payroll_and_reverses_it_once_approved(
    released: tuple[PostingCompany, str],
) -> None:
    books, payroll_id = released
    original = lines_of(books.journal(payroll_id))
    books.cancel(payroll_id)
    books.look()
    assert held_by(books, payroll_id) == {"payroll_cancelled_later", "awaits_approval"}
    assert books.approve() is not None
    assert books.standing(payroll_id) == ["r1 Posted", "v1 Posted"]
    assert lines_of(books.journal(payroll_id, "v1")) == swapped(original)
    assert books.documents(payroll_id) == ["r1 voided", "v1 released"]
    assert books.state(payroll_id) == Record.State.WAITING
    assert [entry.outcome for entry in books.entries(payroll_id)][-1] == "reversed"


def test_posts_anew_what_was_run_again_with_other_amounts(
    released: tuple[PostingCompany, str],
) -> None:
    books, payroll_id = released
    original = lines_of(books.journal(payroll_id))
    books.run_again(payroll_id, "1.25")
    books.look()
    assert held_by(books, payroll_id) == {"payroll_amounts_changed_later", "awaits_approval"}
    assert books.approve() is not None
    assert books.standing(payroll_id) == ["r1 Posted", "v1 Posted", "r2 Posted"]
    assert lines_of(books.journal(payroll_id, "v1")) == swapped(original)
    assert lines_of(books.journal(payroll_id, "r2")) == reckoned(books.payroll(payroll_id))
    assert books.documents(payroll_id) == ["r1 voided", "v1 released", "r2 released"]
    assert books.state(payroll_id) == Record.State.SYNCED


def test_posts_anew_on_the_day_to_which_a_check_date_moved(
    released: tuple[PostingCompany, str],
) -> None:
    books, payroll_id = released
    books.change_payroll(payroll_id, check_date=books.day(13))
    books.look()
    assert held_by(books, payroll_id) == {"payroll_date_changed_later", "awaits_approval"}
    assert books.payroll(payroll_id)["check_date"] in books.said(payroll_id)
    assert books.approve() is not None
    assert books.standing(payroll_id) == ["r1 Posted", "v1 Posted", "r2 Posted"]
    assert books.journal(payroll_id, "r2")["TransactionDate"][:10] == books.day(13)
    assert lines_of(books.journal(payroll_id, "r2")) == reckoned(books.payroll(payroll_id))


def test_goes_round_a_second_time(released: tuple[PostingCompany, str]) -> None:
    books, payroll_id = released
    for factor in ("1.25", "0.9"):
        books.run_again(payroll_id, factor)
        books.look()
        assert books.approve() is not None
    marks = [f"{mark} Posted" for mark in ("r1", "v1", "r2", "v2", "r3")]
    assert books.standing(payroll_id) == marks
    assert lines_of(books.journal(payroll_id, "v2")) == swapped(
        lines_of(books.journal(payroll_id, "r2"))
    )
    assert lines_of(books.journal(payroll_id, "r3")) == reckoned(books.payroll(payroll_id))


def test_posts_again_a_payroll_that_was_cancelled_reversed_and_run_again(
    released: tuple[PostingCompany, str],
) -> None:
    books, payroll_id = released
    books.cancel(payroll_id)
    books.look()
    books.approve()
    books.change_payroll(payroll_id, process=True)
    books.look()
    if books.state(payroll_id) == Record.State.HELD:
        books.approve()
    assert books.standing(payroll_id) == ["r1 Posted", "v1 Posted", "r2 Posted"]


def test_does_nothing_where_the_change_is_refused(released: tuple[PostingCompany, str]) -> None:
    books, payroll_id = released
    books.run_again(payroll_id, "1.25")
    books.look()
    plan = books.preview()
    books.refuse(plan, "The office runs it once more.")
    writes = len(books.ledger_writes())
    books.look()
    books.pass_days(1)
    assert len(books.ledger_writes()) == writes
    assert books.standing(payroll_id) == ["r1 Posted"]


def test_does_not_post_what_changed_after_it_was_approved(
    released: tuple[PostingCompany, str],
) -> None:
    books, payroll_id = released
    books.run_again(payroll_id, "1.25")
    books.look()
    plan = books.preview()
    books.run_again(payroll_id, "1.1")
    assert books.approve(plan) is None
    assert books.standing(payroll_id) == ["r1 Posted"]


def test_reverses_on_an_open_day_where_the_period_was_closed_meanwhile(
    released: tuple[PostingCompany, str],
) -> None:
    books, payroll_id = released
    posted_on = books.journal(payroll_id)["TransactionDate"][:10]
    books.cancel(payroll_id)
    books.set_period(posted_on, "Closed")
    books.look()
    books.approve()
    reversal = books.journal(payroll_id, "v1")
    assert reversal["Status"] == "Posted"
    assert reversal["PostPeriod"] != books.journal(payroll_id)["PostPeriod"]
