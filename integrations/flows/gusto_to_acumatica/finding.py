"""Looks for a payroll's journals at Acumatica: by number, by reference, and by our mark."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from connectors.vendors.acumatica.client import Client
from connectors.vendors.acumatica.journals import (
    Journal,
    JournalKey,
    find_journals,
    find_marked,
    is_marked,
    line_reference,
    read_journal,
)
from integrations.flow import Draft, Finding, Found, MatchKey, Several
from integrations.flows.gusto_to_acumatica.posting import Books, Posting
from integrations.flows.gusto_to_acumatica.references import Reference
from integrations.matching import REFERENCE


class _AmbiguousError(Exception):
    """More than one journal could be the one, or one that is not certainly ours."""

    def __init__(self, journals: Sequence[Journal]) -> None:
        super().__init__()
        self.journals = journals


def find_books(client: Client, draft: Draft, target_id: str) -> Finding:
    """What stands in the ledger for the payroll; a known journal is read by its number.

    A journal counts as ours when its description is our reference, whole, and every line of it
    carries our mark. Whatever has only one of the two is a person's to decide on, but where the
    answer to our own call was lost: then the mark alone tells it from others.
    """
    posting: Posting = draft.value
    try:
        books = _books(client, posting, target_id, draft.sent_at)
    except _AmbiguousError as error:
        return Several(
            tuple(found_of(Books(journal=journal), posting) for journal in error.journals)
        )
    if posting.reversal is not None and books.posted is None:
        return None
    if not books.all and not (posting.removes or (posting.is_anew and target_id)):
        return None
    return found_of(books, posting, target_id)


def found_of(books: Books, posting: Posting, target_id: str = "") -> Found:
    """The books as the engine compares them: named by the journal that stands for the payroll.

    While none does, they keep the name they had. What carries our mark carries our reference,
    whatever somebody made of its description.
    """
    others = [str(journal.key) for journal in (books.posted, books.reversal) if journal is not None]
    name = target_id or next(iter(others), "")
    if books.journal is not None:
        name = str(books.journal.key)
    back = posting.reversal
    known = [(books.journal, posting.reference)]
    if back is not None:
        known += [(books.reversal, back.reference), (books.posted, back.of)]
    keys = tuple(
        MatchKey(REFERENCE, reference)
        for journal, reference in known
        if journal is not None and is_marked(journal, line_reference(reference))
    )
    return Found(name, books, keys, title=name)


def _books(client: Client, posting: Posting, target_id: str, sent_at: datetime | None) -> Books:
    reversal = posting.reversal
    if reversal is None:
        if target_id and not posting.is_anew:
            return Books(journal=read_journal(client, JournalKey.parse(target_id)))
        journal = _look(client, posting.reference, sent_at)
        if journal is not None and sent_at is None and not posting.is_anew:
            _refuse_reversed(client, posting, journal)
        return Books(journal=journal)
    journal = None if posting.journal is None else _look(client, posting.reference, sent_at)
    return Books(
        journal,
        _posted(client, reversal.of, target_id),
        _look(client, reversal.reference, sent_at),
    )


def _posted(client: Client, reference: str, target_id: str) -> Journal | None:
    """The journal that is taken back; the record may be named by the one after it already."""
    known = read_journal(client, JournalKey.parse(target_id)) if target_id else None
    if known is not None and known.reference == reference:
        return known
    return _look(client, reference, None)


def _look(client: Client, reference: str, sent_at: datetime | None) -> Journal | None:
    """The journal of this reference, with its lines."""
    hits = [
        whole
        for journal in find_journals(client, reference)
        if (whole := read_journal(client, journal.key)) is not None
    ]
    mark = line_reference(reference)
    if len(hits) > 1 or any(not is_marked(journal, mark) for journal in hits):
        raise _AmbiguousError(hits)
    if hits or sent_at is None:
        return hits[0] if hits else None
    marked = find_marked(client, mark, created_since=sent_at)
    if len(marked) > 1:
        raise _AmbiguousError(marked)
    return marked[0] if marked else None


def _refuse_reversed(client: Client, posting: Posting, journal: Journal) -> None:
    """Nobody here knows of the journal: where it was taken back there, a person decides."""
    reference = Reference.parse(posting.reference)
    if reference is None or not journal.is_released:
        return
    if (reversal := _look(client, str(reference.reversal), None)) is not None:
        raise _AmbiguousError((journal, reversal))
