"""What Gusto changes while a batch is not released: it is corrected, removed, entered anew."""

from __future__ import annotations

import pytest

from integrations.models import Record
from tests.posting_company import PostingCompany, enter
from tests.reckoning import lines_of, reckoned
from tests.staging import Stage


@pytest.fixture
def entered(stage: Stage, books: PostingCompany) -> tuple[PostingCompany, str]:
    """A payroll was entered and waits until Gusto can no longer take it back."""
    return books, stage.later(books, enter)


def test_deletes_a_batch_whose_payroll_was_cancelled(
    entered: tuple[PostingCompany, str],
) -> None:
    books, payroll_id = entered
    number = books.journal(payroll_id)["BatchNbr"]
    books.cancel(payroll_id)
    books.look()
    assert books.journals_of(payroll_id) == []
    assert [row["BatchNbr"] for row in books.removed_journals()] == [number]
    assert books.documents(payroll_id) == ["r1 removed"]
    assert books.state(payroll_id) == Record.State.WAITING


def test_enters_a_payroll_anew_that_was_cancelled_and_run_again_later(
    entered: tuple[PostingCompany, str],
) -> None:
    books, payroll_id = entered
    books.cancel(payroll_id)
    books.look()
    books.change_payroll(payroll_id, scale="1.1", process=True)
    books.look()
    assert books.standing(payroll_id) == ["r1 Balanced"]
    assert lines_of(books.journal(payroll_id)) == reckoned(books.payroll(payroll_id))
    books.make_final(payroll_id)
    assert books.standing(payroll_id) == ["r1 Posted"]


def test_corrects_the_batch_of_a_payroll_that_was_run_again(
    entered: tuple[PostingCompany, str],
) -> None:
    books, payroll_id = entered
    before = books.journal(payroll_id)
    books.run_again(payroll_id, "1.25")
    books.look()
    after = books.journal(payroll_id)
    assert after["BatchNbr"] == before["BatchNbr"]
    assert lines_of(after) == reckoned(books.payroll(payroll_id)) != lines_of(before)
    assert after["Status"] == "Balanced"
    assert [entry.outcome for entry in books.entries(payroll_id)][-1] == "updated"
    books.make_final(payroll_id)
    assert lines_of(books.journal(payroll_id)) == reckoned(books.payroll(payroll_id))
    assert books.standing(payroll_id) == ["r1 Posted"]


def test_corrects_a_batch_that_got_a_line_more(entered: tuple[PostingCompany, str]) -> None:
    books, payroll_id = entered
    books.change_payroll(
        payroll_id,
        cancel=True,
        deduction={"name": "Uniform deposit", "amount": "17.00"},
        process=True,
    )
    books.look()
    assert lines_of(books.journal(payroll_id)) == reckoned(books.payroll(payroll_id))


def test_moves_a_batch_with_its_check_date(entered: tuple[PostingCompany, str]) -> None:
    books, payroll_id = entered
    number = books.journal(payroll_id)["BatchNbr"]
    moved_to = books.day(13)
    books.change_payroll(payroll_id, check_date=moved_to)
    books.look()
    journal = books.journal(payroll_id)
    assert (journal["BatchNbr"], journal["TransactionDate"][:10]) == (number, moved_to)
    assert books.standing(payroll_id) == ["r1 Balanced"]


def test_notices_a_change_also_when_only_the_release_is_due(
    entered: tuple[PostingCompany, str],
) -> None:
    """Nobody polled in between: what is released is read again first."""
    books, payroll_id = entered
    books.run_again(payroll_id, "1.25")
    books.make_final(payroll_id)
    assert lines_of(books.journal(payroll_id)) == reckoned(books.payroll(payroll_id))
    assert books.standing(payroll_id) == ["r1 Posted"]


def test_deletes_the_batch_of_a_payroll_that_gusto_deleted(
    entered: tuple[PostingCompany, str],
) -> None:
    books, payroll_id = entered
    books.cancel(payroll_id)
    books.delete_payroll(payroll_id)
    books.look()
    assert books.journals_of(payroll_id) == []
    assert books.documents(payroll_id) == ["r1 removed"]


def test_posts_nothing_of_a_payroll_that_was_deleted_before_it_was_entered(
    books: PostingCompany,
) -> None:
    payroll_id = books.pay(process=False)
    books.look()
    books.delete_payroll(payroll_id)
    books.look()
    assert books.journals() == []
    assert books.state(payroll_id) == Record.State.FILTERED


def test_leaves_an_unchanged_payroll_alone(entered: tuple[PostingCompany, str]) -> None:
    books, payroll_id = entered
    writes = len(books.ledger_writes())
    books.advance(seconds=1_200)
    books.look()
    books.look()
    assert len(books.ledger_writes()) == writes
    assert len(books.entries(payroll_id)) == 1


def test_corrects_nothing_where_only_a_mapping_changed(
    entered: tuple[PostingCompany, str],
) -> None:
    """A journal stays as it was drawn up: only what Gusto changes counts."""
    books, payroll_id = entered
    before = books.journal(payroll_id)
    books.book("earning:*", "60300")
    books.drain()
    books.look()
    assert books.journal(payroll_id)["Details"] == before["Details"]
