"""A lost answer about a journal: nothing is posted twice, nothing is left half done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from integrations import remedies
from integrations.models import Record, Write
from tests.posting_company import PostingCompany
from tests.reckoning import lines_of, reckoned, swapped
from tests.staging import Stage

ENTRY = {"vendor": "acumatica", "method": "PUT", "path": "/JournalTransaction$"}
RELEASE = {"vendor": "acumatica", "method": "POST", "path": "/ReleaseJournalTransaction$"}
REMOVAL = {"vendor": "acumatica", "method": "DELETE", "path": "/JournalTransaction/"}


@dataclass(frozen=True)
class Deed:
    """One changing call about a payroll's journal, and what leads to it."""

    step: str
    call: dict[str, str]
    begin: Callable[[PostingCompany], str]
    """Brings a payroll to just before it; the id."""
    go_on: Callable[[PostingCompany, str], None]
    """Does what leads to the call."""
    marks: tuple[str, ...]
    """What stands at Acumatica in the end."""
    skip: int = 0
    """So many calls like it go before it, and so many rows of its step."""
    title: str = ""

    def __str__(self) -> str:
        return self.title or self.step


def nothing_yet(books: PostingCompany) -> str:
    """Another payroll was posted before: that what we write can be found is proven."""
    books.pay(check_date=books.day(10))
    books.look()
    assert len(books.journals()) == 1
    return books.pay(check_date=books.day(10))


def entered(books: PostingCompany) -> str:
    books.choose(release="when final")
    payroll_id = nothing_yet(books)
    books.look()
    return payroll_id


def released(books: PostingCompany) -> str:
    payroll_id = nothing_yet(books)
    books.look()
    return payroll_id


def look(books: PostingCompany, payroll_id: str) -> None:
    books.look()


def cancel(books: PostingCompany, payroll_id: str) -> None:
    books.cancel(payroll_id)
    books.look()


def run_again(books: PostingCompany, payroll_id: str) -> None:
    books.run_again(payroll_id, "1.25")
    books.look()


def take_back(books: PostingCompany, payroll_id: str) -> None:
    run_again(books, payroll_id)
    books.approve()


THREE = ("r1 Posted", "v1 Posted", "r2 Posted")
DEEDS = (
    Deed("enter", ENTRY, nothing_yet, look, ("r1 Posted",)),
    Deed("release", RELEASE, nothing_yet, look, ("r1 Posted",)),
    Deed("correct", ENTRY, entered, run_again, ("r1 Balanced",)),
    Deed("remove", REMOVAL, entered, cancel, ()),
    Deed("reverse", ENTRY, released, take_back, THREE),
    Deed("release_reversal", RELEASE, released, take_back, THREE),
    Deed("release", RELEASE, released, take_back, THREE, skip=1, title="release_anew"),
)


every_deed = pytest.mark.parametrize("deed", DEEDS, ids=str)


@pytest.fixture
def payroll_id(stage: Stage, books: PostingCompany, deed: Deed) -> str:
    """A payroll just before the call of the deed."""
    return stage.later(books, deed.begin)


def strike(books: PostingCompany, deed: Deed, payroll_id: str, action: str, **more: object) -> None:
    """Do the deed while its call is struck."""
    books.sandbox.fault(**deed.call, skip=deed.skip, action=action, **more)
    deed.go_on(books, payroll_id)


def assert_as_quiet(books: PostingCompany, deed: Deed, payroll_id: str) -> None:
    """The end is the one of a run without faults, and stays it."""
    assert tuple(books.standing(payroll_id)) == deed.marks
    for journal in books.journals_of(payroll_id):
        mark = journal["Description"].rpartition(" ")[2]
        if deed.marks != THREE or mark == "r2":
            assert lines_of(journal) == reckoned(books.payroll(payroll_id))
    if deed.marks == THREE:
        reversal, original = books.journal(payroll_id, "v1"), books.journal(payroll_id)
        assert lines_of(reversal) == swapped(lines_of(original))
    assert not Write.objects.filter(outcome__in=Write.OPEN).exists()
    settled = (Record.State.SYNCED, Record.State.WAITING)
    assert books.state(payroll_id) in settled
    writes = len(books.ledger_writes())
    books.look()
    books.drain()
    assert len(books.ledger_writes()) == writes


def sent(books: PostingCompany, deed: Deed, payroll_id: str) -> list[str]:
    """What became of each call of the step, the oldest first."""
    rows = Write.objects.filter(record=books.paid(payroll_id), step=deed.step).order_by("pk")
    return [row.outcome for row in rows][deed.skip :]


@every_deed
def test_takes_for_done_what_arrived_though_the_answer_did_not(
    books: PostingCompany, deed: Deed, payroll_id: str
) -> None:
    strike(books, deed, payroll_id, "drop_after")
    assert books.state(payroll_id) == Record.State.WRITING
    books.wait_out()
    assert_as_quiet(books, deed, payroll_id)
    assert sent(books, deed, payroll_id) == ["adopted"]


@every_deed
def test_sends_again_what_never_arrived(books: PostingCompany, deed: Deed, payroll_id: str) -> None:
    strike(books, deed, payroll_id, "drop_before")
    books.wait_out()
    assert_as_quiet(books, deed, payroll_id)
    assert sent(books, deed, payroll_id) == ["refused", "done"]


@every_deed
def test_waits_for_what_acumatica_still_has_in_its_queue(
    books: PostingCompany, deed: Deed, payroll_id: str
) -> None:
    strike(books, deed, payroll_id, "apply_late_ms", ms=600_000, hang_ms=20)
    books.wait_out()
    assert_as_quiet(books, deed, payroll_id)
    assert books.sandbox.control("GET", "held") == []


@every_deed
@pytest.mark.parametrize("action", ["garbage", "truncate"])
def test_believes_no_answer_that_it_cannot_read(
    books: PostingCompany, deed: Deed, payroll_id: str, action: str
) -> None:
    strike(books, deed, payroll_id, action)
    books.wait_out()
    assert_as_quiet(books, deed, payroll_id)


@pytest.mark.parametrize("lost", [False, True], ids=["answered", "lost"])
def test_enters_once_though_the_search_finds_it_only_later(
    books: PostingCompany, lost: bool
) -> None:
    payroll_id = nothing_yet(books)
    books.sandbox.fault(**ENTRY, action="search_lag_ms", ms=600_000, lost=lost)
    books.look()
    books.advance(seconds=60)
    books.look()
    books.wait_out()
    assert books.standing(payroll_id) == ["r1 Posted"]
    assert len(books.journals()) == 2


@pytest.mark.parametrize("outcome", ["late", "lies"])
def test_believes_a_release_only_when_the_journal_says_so(
    books: PostingCompany, outcome: str
) -> None:
    books.sandbox.switch("acumatica", "operation_outcome", outcome)
    payroll_id = books.pay()
    books.look()
    assert books.documents(payroll_id) == ["r1 saved"]
    books.sandbox.switch("acumatica", "operation_outcome", "works")
    books.wait_out()
    assert books.standing(payroll_id) == ["r1 Posted"]
    assert books.documents(payroll_id) == ["r1 released"]
    assert len(books.journals()) == 1


@pytest.mark.parametrize("style", ["202_slow", "204_at_once", "204_dead_location"])
def test_releases_however_acumatica_answers(books: PostingCompany, style: str) -> None:
    books.sandbox.switch("acumatica", "actions", style)
    payroll_id = books.pay()
    books.look()
    books.wait_out()
    assert books.standing(payroll_id) == ["r1 Posted"]
    assert books.documents(payroll_id) == ["r1 released"]


def test_writes_nothing_newer_before_it_knows_what_became_of_the_older(
    books: PostingCompany,
) -> None:
    """The older correction comes late, and nobody can tell it from a person's: one has to look."""
    payroll_id = entered(books)
    books.sandbox.fault(**ENTRY, action="apply_late_ms", ms=600_000, hang_ms=20)
    run_again(books, payroll_id)
    books.advance(seconds=30)
    books.run_again(payroll_id, "1.1")
    writes = len(books.ledger_writes())
    books.look()
    assert len(books.ledger_writes()) == writes
    books.wait_out()
    assert len(books.ledger_writes()) == writes
    assert books.why(payroll_id) == ["journal_changed_there"]
    books.wish(payroll_id, "delete")
    remedies.drop_wish(books.paid(payroll_id))
    books.drain()
    assert lines_of(books.journal(payroll_id)) == reckoned(books.payroll(payroll_id))


def test_is_not_misled_by_an_edited_description_while_the_answer_is_unknown(
    books: PostingCompany,
) -> None:
    books.choose(release="never")
    payroll_id = nothing_yet(books)
    strike(books, DEEDS[0], payroll_id, "drop_after")
    journal = books.journal(payroll_id)
    books.at_acumatica(journal, Description="Payroll, first half of the month")
    books.wait_out()
    assert len(books.journals()) == 2
    assert books.paid(payroll_id).target_id == f"GL/{journal['BatchNbr']}"
