"""What people do to our batches at Acumatica: edits, deletions, releases, approvals."""

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


def test_releases_no_batch_whose_description_somebody_edited(
    entered: tuple[PostingCompany, str],
) -> None:
    books, payroll_id = entered
    journal = books.journal(payroll_id)
    books.at_acumatica(journal, Description="Payroll, first half of the month")
    books.make_final(payroll_id)
    (now,) = books.journals()
    assert (now["BatchNbr"], now["Status"]) == (journal["BatchNbr"], "Balanced")
    assert books.why(payroll_id) == ["journal_changed_there"]
    assert journal["BatchNbr"] in books.said(payroll_id)
    books.at_acumatica(now, Description=journal["Description"])
    books.try_again(payroll_id)
    assert books.standing(payroll_id) == ["r1 Posted"]


def test_releases_no_batch_of_which_somebody_changed_a_line(
    entered: tuple[PostingCompany, str],
) -> None:
    books, payroll_id = entered
    journal = books.journal(payroll_id)
    details = [
        {name: value for name, value in line.items() if name in books.KEPT}
        for line in journal["Details"]
    ]
    details[0]["Account"] = "60300"
    books.at_acumatica(journal, Details=details)
    books.make_final(payroll_id)
    assert books.standing(payroll_id) == ["r1 Balanced"]
    assert books.why(payroll_id) == ["journal_changed_there"]


def test_releases_no_batch_that_somebody_put_on_hold(
    entered: tuple[PostingCompany, str],
) -> None:
    books, payroll_id = entered
    books.at_acumatica(books.journal(payroll_id), Hold=True)
    books.make_final(payroll_id)
    assert books.standing(payroll_id) == ["r1 On Hold"]
    assert books.state(payroll_id) == Record.State.HELD


def test_overwrites_no_edit_where_gusto_changed_the_payroll_too(
    entered: tuple[PostingCompany, str],
) -> None:
    books, payroll_id = entered
    journal = books.journal(payroll_id)
    books.at_acumatica(journal, TransactionDate=books.day(11))
    books.run_again(payroll_id, "1.25")
    books.look()
    assert books.why(payroll_id) == ["journal_changed_there"]
    assert lines_of(books.journal(payroll_id)) == lines_of(journal)


def test_says_so_where_somebody_deleted_the_batch(entered: tuple[PostingCompany, str]) -> None:
    books, payroll_id = entered
    books.delete_journal(books.journal(payroll_id))
    books.make_final(payroll_id)
    assert books.journals() == []
    assert books.state(payroll_id) == Record.State.HELD
    assert books.why(payroll_id) == ["target_gone"]


def test_takes_a_batch_for_released_that_somebody_released(
    entered: tuple[PostingCompany, str],
) -> None:
    books, payroll_id = entered
    books.at_acumatica(books.journal(payroll_id), action="release")
    writes = len(books.ledger_writes())
    books.make_final(payroll_id)
    assert len(books.ledger_writes()) == writes
    assert books.documents(payroll_id) == ["r1 released"]
    assert books.state(payroll_id) == Record.State.SYNCED


def test_deletes_nothing_that_somebody_released_before_gusto_cancelled_it(
    entered: tuple[PostingCompany, str],
) -> None:
    books, payroll_id = entered
    books.at_acumatica(books.journal(payroll_id), action="release")
    books.cancel(payroll_id)
    books.look()
    books.wait_out(2)
    books.look()
    assert books.standing(payroll_id) == ["r1 Posted"]
    assert "payroll_cancelled_later" in books.why(payroll_id)
    books.approve()
    assert books.standing(payroll_id) == ["r1 Posted", "v1 Posted"]


@pytest.fixture
def approved_there(books: PostingCompany) -> tuple[PostingCompany, str]:
    """Acumatica has a person approve each batch: ours waits there."""
    books.sandbox.switch("acumatica", "journal_approval", "on")
    payroll_id = books.pay()
    books.look()
    return books, payroll_id


def test_waits_for_acumatica_s_own_approval_and_releases_after_it(
    approved_there: tuple[PostingCompany, str],
) -> None:
    books, payroll_id = approved_there
    assert books.standing(payroll_id) == ["r1 Pending Approval"]
    assert books.documents(payroll_id) == ["r1 waits"]
    assert books.state(payroll_id) == Record.State.WAITING
    assert books.why(payroll_id) == ["journal_waits_there"]
    books.at_acumatica(books.journal(payroll_id), action="approve")
    books.pass_days(1)
    assert books.standing(payroll_id) == ["r1 Posted"]
    assert books.documents(payroll_id) == ["r1 released"]


def test_holds_what_was_rejected_there(approved_there: tuple[PostingCompany, str]) -> None:
    books, payroll_id = approved_there
    books.at_acumatica(books.journal(payroll_id), action="reject")
    books.pass_days(1)
    assert books.standing(payroll_id) == ["r1 Rejected"]
    assert books.state(payroll_id) == Record.State.HELD
    assert books.why(payroll_id) == ["journal_rejected_there"]


def test_says_so_where_a_batch_that_waited_there_was_deleted(
    approved_there: tuple[PostingCompany, str],
) -> None:
    books, payroll_id = approved_there
    books.delete_journal(books.journal(payroll_id))
    books.pass_days(1)
    assert books.state(payroll_id) == Record.State.HELD
    assert books.why(payroll_id) == ["target_gone"]


def test_keeps_a_batch_whose_release_failed_and_releases_it_later(books: PostingCompany) -> None:
    books.sandbox.switch("acumatica", "operation_outcome", "fails")
    payroll_id = books.pay()
    books.look()
    assert books.standing(payroll_id) == ["r1 Balanced"]
    assert books.documents(payroll_id) == ["r1 saved"]
    assert books.state(payroll_id) in (Record.State.HELD, Record.State.FAILED)
    books.sandbox.switch("acumatica", "operation_outcome", "works")
    books.try_again(payroll_id)
    books.wait_out(2)
    assert books.standing(payroll_id) == ["r1 Posted"]
    assert lines_of(books.journal(payroll_id)) == reckoned(books.payroll(payroll_id))
    assert [call for call in books.ledger_writes() if call == "PUT JournalTransaction"] == [
        "PUT JournalTransaction"
    ]


@pytest.mark.parametrize("post_on_release", ["a_moment_later", "never"])
def test_takes_an_unposted_batch_for_released(books: PostingCompany, post_on_release: str) -> None:
    books.sandbox.switch("acumatica", "post_on_release", post_on_release)
    payroll_id = books.pay()
    books.look()
    assert books.documents(payroll_id) == ["r1 released"]
    assert books.state(payroll_id) == Record.State.SYNCED


def test_leaves_strangers_batches_alone(books: PostingCompany) -> None:
    stranger = {
        "Description": "Month end",
        "Hold": False,
        "Details": [
            {"Account": "60100", "Subaccount": "000000", "DebitAmount": "10.00"},
            {"Account": "10250", "Subaccount": "000000", "CreditAmount": "10.00"},
        ],
    }
    books.sandbox.control("PUT", "acumatica/journals/GL|GL90000001", stranger)
    before = books.journals()
    payroll_id = books.pay()
    books.look()
    assert books.standing(payroll_id) == ["r1 Posted"]
    assert [row for row in books.journals() if row in before] == before


def test_holds_a_payroll_where_somebody_else_s_batch_bears_its_reference(
    books: PostingCompany,
) -> None:
    payroll_id = books.pay()
    stranger = {
        "Description": f"GUSTO {payroll_id} r1",
        "Hold": False,
        "Details": [
            {"Account": "60100", "Subaccount": "000000", "DebitAmount": "10.00"},
            {"Account": "10250", "Subaccount": "000000", "CreditAmount": "10.00"},
        ],
    }
    books.sandbox.control("PUT", "acumatica/journals/GL|GL90000001", stranger)
    books.look()
    assert len(books.journals()) == 1
    assert books.state(payroll_id) == Record.State.HELD
    assert books.ledger_writes() == []
