"""What is kept, shown and still to come of a payroll's journals, by how they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from connectors.values import ABSENT
from connectors.vendors.acumatica.client import Client
from connectors.vendors.acumatica.journals import (
    Journal,
    JournalDraft,
    is_as_drafted,
    list_journals_dated,
)
from connectors.vendors.gusto.arithmetic import NOTHING
from integrations.flow import (
    Draft,
    Filtered,
    Found,
    Held,
    Paper,
    PaperStatus,
    Sheet,
    SheetLine,
    Waiting,
)
from integrations.flows.gusto_to_acumatica.ground import CURRENCY
from integrations.flows.gusto_to_acumatica.posting import KIND, Books, Posting, Rest, seal
from integrations.flows.gusto_to_acumatica.reasons_ledger import (
    JOURNAL_DELETED,
    PAYROLL_DELETED,
    REJECTED_THERE,
    RELEASED_BY_HAND,
    RELEASED_LATER,
    RELEASED_MEANWHILE,
    WAITS_THERE,
)
from integrations.flows.gusto_to_acumatica.reasons_payrolls import NOT_PROCESSED, PROCESSING_FAILED
from integrations.flows.gusto_to_acumatica.references import Reference
from integrations.flows.gusto_to_acumatica.slots import books_of, reversal_draft

A_DAY: Final = timedelta(days=1)
MOST_NAMED: Final = 20


def standing(found: Found, draft: Draft, today: date) -> Waiting | Held | Filtered | None:
    """What is still to come of the payroll, by what stands at Acumatica."""
    posting: Posting = draft.value
    books = books_of(found)
    for journal in (books.reversal, books.journal):
        if journal is not None and (stuck := _stuck(journal, today)) is not None:
            return stuck
    if books.journal is None:
        return _rest(posting) if posting.journal is None else None
    if books.journal.is_released:
        return _released(posting, books.journal, today)
    if posting.release_on is None:
        number = str(books.journal.key)
        return Waiting(RELEASED_BY_HAND.because(journal=number), today + A_DAY)
    return Waiting(RELEASED_LATER.because(day=posting.release_on.isoformat()), posting.release_on)


def _stuck(journal: Journal, today: date) -> Waiting | Held | None:
    if journal.waits_for_approval:
        return Waiting(WAITS_THERE.because(journal=str(journal.key)), today + A_DAY)
    if journal.is_rejected:
        return Held((REJECTED_THERE.because(journal=str(journal.key)),))
    return None


def _released(posting: Posting, journal: Journal, today: date) -> Waiting | None:
    """A person may have released it while it was to be corrected: then it is decided anew."""
    if posting.draft is None or is_as_drafted(journal, posting.draft):
        return None
    return Waiting(RELEASED_MEANWHILE.because(journal=str(journal.key)), today)


def _rest(posting: Posting) -> Waiting | Held | Filtered:
    if posting.rest is Rest.WANTED_GONE:
        return Held((JOURNAL_DELETED.because(),))
    if posting.rest is Rest.FAILED:
        return Held((PROCESSING_FAILED.because(),))
    if posting.rest is Rest.DELETED:
        return Filtered(PAYROLL_DELETED.because())
    return Waiting(NOT_PROCESSED.because())


def papers(found: Found, draft: Draft) -> Sequence[Paper]:
    """The payroll's journals as they stand; a deleted one as removed."""
    posting: Posting = draft.value
    books = books_of(found)
    return (*_taken_back(books, posting), *_own(books, posting))


def _taken_back(books: Books, posting: Posting) -> Iterator[Paper]:
    wanted = posting.reversal
    if wanted is None or books.posted is None:
        return
    is_void = books.reversal is not None and books.reversal.is_released
    status = PaperStatus.VOIDED if is_void else PaperStatus.RELEASED
    posted = _paper(books.posted, wanted.of, status)
    yield posted
    if books.reversal is not None:
        paper = _paper(books.reversal, wanted.reference, _status(books.reversal))
        yield replace(paper, number=f"R{posted.number}", reverses=posted.number)


def _own(books: Books, posting: Posting) -> Iterator[Paper]:
    if books.journal is None:
        if posting.removes:
            yield _removed(posting)
        return
    paper = _paper(books.journal, posting.reference, _status(books.journal))
    wanted = posting.draft
    if wanted is None or not is_as_drafted(books.journal, wanted):
        # What it was drawn up from stays as it was noted then.
        yield paper
        return
    yield replace(
        paper,
        drawn_from=posting.source,
        written_as=seal(books.journal),
        sort=posting.sort,
        rests_on=posting.rests_on,
    )


def _paper(journal: Journal, reference: str, status: PaperStatus) -> Paper:
    return Paper(
        number=_number(reference),
        kind=KIND,
        reference=reference,
        target_id=str(journal.key),
        total=_total(journal),
        currency=journal.currency if isinstance(journal.currency, str) else CURRENCY,
        dated_on=journal.date_on if isinstance(journal.date_on, date) else date.min,
        status=status,
    )


def _removed(posting: Posting) -> Paper:
    return Paper(
        number=_number(posting.reference),
        kind=KIND,
        reference=posting.reference,
        target_id="",
        total=NOTHING,
        currency=CURRENCY,
        dated_on=date.min,
        status=PaperStatus.REMOVED,
    )


def _number(reference: str) -> str:
    written = Reference.parse(reference)
    if written is None:
        raise ValueError(f"{reference} is no reference of a payroll's journal.")
    return str(written.number)


def _total(journal: Journal) -> Decimal:
    rows = () if journal.lines is ABSENT else journal.lines
    return sum((row.debit for row in rows), NOTHING)


def _status(journal: Journal) -> PaperStatus:
    if journal.is_released:
        return PaperStatus.RELEASED
    return PaperStatus.WAITS if journal.waits_for_approval else PaperStatus.SAVED


def sheets(found: Found | None, draft: Draft) -> Sequence[Sheet]:
    """The journals that are to be written, line by line; the one that takes back comes first."""
    posting: Posting = draft.value
    back = reversal_draft(found, draft)
    drawn = [] if back is None else [_sheet(back, "at once", ())]
    if posting.draft is not None:
        drawn.append(_sheet(posting.draft, _release_text(posting), posting.checks))
    return drawn


def _release_text(posting: Posting) -> str:
    if posting.is_released:
        return "at once"
    if posting.release_on is None:
        return "by a person at Acumatica"
    return f"on {posting.release_on.isoformat()}"


def _sheet(wanted: JournalDraft, released: str, checks: tuple[str, ...]) -> Sheet:
    facts = (
        ("Date", wanted.date_on.isoformat()),
        ("Period", wanted.period),
        ("Branch", wanted.branch),
        ("Ledger", wanted.ledger),
        ("Currency", wanted.currency),
        ("Released", released),
    )
    lines = tuple(
        SheetLine(line.account, line.subaccount, line.memo, line.debit, line.credit)
        for line in wanted.lines
    )
    return Sheet(wanted.reference, facts, lines, checks, wanted.date_on)


def beside(client: Client, first: date, last: date) -> Sequence[str]:
    """Which journals of these days were not made here: a payroll may be in the books already."""
    others = [
        journal
        for journal in list_journals_dated(client, first, last)
        if not isinstance(journal.reference, str) or Reference.parse(journal.reference) is None
    ]
    days = f"From {first.isoformat()} to {last.isoformat()}"
    if not others:
        return (f"{days} the ledger has no journals but those that were made here.",)
    named = ", ".join(f"{one.key} of {one.date_on}" for one in others[:MOST_NAMED])
    more = f" and {len(others) - MOST_NAMED} more" if len(others) > MOST_NAMED else ""
    return (f"{days} the ledger has {len(others)} journals of others: {named}{more}.",)
