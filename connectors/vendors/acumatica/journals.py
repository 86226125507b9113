"""Finds, enters, releases and deletes journals; each changing function makes one changing call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from connectors.errors import ConnectorError, Effect, RecordError, RetryableError
from connectors.paging import Offset, walk
from connectors.vendors.acumatica import journal_bodies as bodies
from connectors.vendors.acumatica.books import BOOK_PAGE_ROWS
from connectors.vendors.acumatica.client import Client
from connectors.vendors.acumatica.instance import SLUG
from connectors.vendors.acumatica.journal_drafts import (
    NON_PROJECT,
    JournalDraft,
    JournalLine,
    foreign_rows,
    header_differences,
    is_as_drafted,
    is_correctable,
    is_marked,
    line_reference,
    missing_lines,
    reversed_draft,
)
from connectors.vendors.acumatica.journal_records import Journal, JournalKey, JournalRow
from connectors.vendors.acumatica.ledger_operations import (
    ADD_JOURNAL_LINES,
    CORRECT_JOURNAL,
    CREATE_JOURNAL,
    DELETE_JOURNAL,
    PUT_JOURNAL_ON_HOLD,
    RELEASE_JOURNAL,
    TAKE_JOURNAL_OFF_HOLD,
)

__all__ = [
    "NON_PROJECT",
    "Journal",
    "JournalDraft",
    "JournalKey",
    "JournalLine",
    "JournalRow",
    "add_lines",
    "correct_journal",
    "create_journal",
    "delete_journal",
    "find_journals",
    "find_marked",
    "foreign_rows",
    "header_differences",
    "is_as_drafted",
    "is_correctable",
    "is_marked",
    "line_reference",
    "list_journals_dated",
    "missing_lines",
    "put_on_hold",
    "read_journal",
    "release_journal",
    "reversed_draft",
    "take_off_hold",
]

STATUS_WAITS_SECONDS: Final = (0.5, 1.0, 1.5, 2.0)
"""How long a release is watched; what takes longer is looked at again by whoever asked for it."""
CLOCKS_APART: Final = timedelta(minutes=5)
"""How far the instance's clock may be behind ours."""


def find_journals(client: Client, reference: str) -> tuple[Journal, ...]:
    """Every journal whose description is exactly this, without its lines.

    Compared again here: instances differ in how they compare, and may ignore a filter.
    """
    found = client.books.find_journals(reference)
    return tuple(journal for journal in found if journal.reference == reference)


def find_marked(client: Client, mark: str, *, created_since: datetime) -> tuple[Journal, ...]:
    """The second look-up: journals entered since then whose every line carries this mark.

    Their description may have been edited. Each one entered since then is read, so the time is
    short: a journal in parts has several totals on its way, and none of them tells it from others.
    """
    since = created_since - CLOCKS_APART
    pages = walk(Offset(BOOK_PAGE_ROWS), partial(_page_since, client, since))
    keys = dict.fromkeys(journal.key for page in pages for journal in page)
    whole = (read_journal(client, key) for key in keys)
    return tuple(one for one in whole if one is not None and is_marked(one, mark))


def list_journals_dated(client: Client, first: date, last: date) -> tuple[Journal, ...]:
    """The journals of these days, without their lines; compared again here."""
    pages = walk(Offset(BOOK_PAGE_ROWS), partial(_page_dated, client, first, last))
    found = {journal.key: journal for page in pages for journal in page}
    return tuple(
        journal
        for journal in found.values()
        if isinstance(journal.date_on, date) and first <= journal.date_on <= last
    )


def read_journal(client: Client, key: JournalKey) -> Journal | None:
    """The journal with its lines; None where there is none of this number."""
    return client.books.read_journal(key)


def create_journal(client: Client, draft: JournalDraft) -> Journal:
    """Enter a journal: whole and off hold, or its first 500 lines on hold.

    The instance knows no key of ours: the same call once more enters it once more.

    Raises:
        RecordError: refused, with every field that is named.
    """
    return client.books.put_journal(CREATE_JOURNAL, bodies.creation(draft), only_updates=False)


def add_lines(client: Client, journal: Journal, draft: JournalDraft) -> Journal:
    """Append the next part of the lines that ``journal``, freshly read, lacks.

    Raises:
        ValueError: nothing is missing.
        RecordError: refused, or the journal is gone.
    """
    body = bodies.addition(journal, draft)
    return client.books.put_journal(ADD_JOURNAL_LINES, body, only_updates=True)


def correct_journal(client: Client, journal: Journal, draft: JournalDraft) -> Journal:
    """Make a journal that is not released, freshly read, what the draft says, in one call.

    Its number stays, also where the draft has a new reference; whatever else stands there goes.

    Raises:
        ValueError: more lines differ than one call takes: delete it and enter it anew.
        RecordError: refused, or the journal is gone.
    """
    body = bodies.correction(journal, draft)
    return client.books.put_journal(CORRECT_JOURNAL, body, only_updates=True)


def take_off_hold(client: Client, journal: Journal) -> Journal:
    """Take a journal off hold, which checks that it balances.

    Raises:
        RecordError: refused, or the journal is gone.
    """
    body = bodies.holding(journal.key, is_on_hold=False)
    return client.books.put_journal(TAKE_JOURNAL_OFF_HOLD, body, only_updates=True)


def put_on_hold(client: Client, journal: Journal) -> Journal:
    """Put a journal on hold, so that nobody releases it unawares.

    Raises:
        RecordError: refused, or the journal is gone.
    """
    body = bodies.holding(journal.key, is_on_hold=True)
    return client.books.put_journal(PUT_JOURNAL_ON_HOLD, body, only_updates=True)


def release_journal(client: Client, journal: Journal) -> Journal:
    """Release a journal; done only when the journal itself says so, whatever the status said.

    Raises:
        RecordError: the release cannot begin or has failed; the journal stands as it was.
        RetryableError: with an unknown effect while the journal does not say that it is released.
    """
    place = client.books.release_journal(journal.key)
    with _under_way():
        failure = _watched(client, place) if place else ""
        after = read_journal(client, journal.key)
    if after is not None and after.is_released:
        return after
    if failure:
        raise RecordError(
            f"Acumatica could not release journal {journal.key}: {failure}",
            vendor=SLUG,
            operation=RELEASE_JOURNAL.name,
        )
    raise _not_yet(journal.key)


def delete_journal(client: Client, journal: Journal) -> bool:
    """Delete a journal that was not released; False where it was gone already.

    Raises:
        RecordError: it is released, so only a reversal takes it back; nothing was sent.
    """
    if journal.is_released:
        raise RecordError(
            f"Acumatica's journal {journal.key} is released and cannot be deleted: reverse it.",
            vendor=SLUG,
            operation=DELETE_JOURNAL.name,
        )
    return client.books.delete_journal(journal.key)


def _watched(client: Client, place: str) -> str:
    """Why the release failed, empty where it did not.

    Raises:
        RetryableError: it is still under way.
    """
    for seconds in STATUS_WAITS_SECONDS:
        failure = client.books.read_release_status(place)
        if failure is not None:
            return failure
        client.session.wait(seconds)
    raise RetryableError(
        "Acumatica is still releasing the journal; looked at again later.",
        vendor=SLUG,
        operation=RELEASE_JOURNAL.name,
    )


@contextmanager
def _under_way() -> Iterator[None]:
    """What goes wrong in here tells nothing of the release that was asked for before."""
    try:
        yield
    except ConnectorError as error:
        error.effect = Effect.UNKNOWN
        raise


def _not_yet(key: JournalKey) -> RetryableError:
    return RetryableError(
        f"Acumatica took the release of journal {key} on, but the journal does not say that it is "
        "released; looked at again later.",
        vendor=SLUG,
        operation=RELEASE_JOURNAL.name,
        effect=Effect.UNKNOWN,
    )


def _page_dated(
    client: Client, first: date, last: date, place: Offset
) -> tuple[Sequence[Journal], Offset | None]:
    page = client.books.list_journals_dated(first, last, place.skip)
    return page, place.after(len(page))


def _page_since(
    client: Client, since: datetime, place: Offset
) -> tuple[Sequence[Journal], Offset | None]:
    page = client.books.list_journals_since(since, place.skip)
    return page, place.after(len(page))
