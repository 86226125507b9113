"""Reads payrolls: which there are in a window of days, and each of them over all its pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final, Self

from config import clock
from connectors.errors import RetryableError
from connectors.paging import walk
from connectors.vendor import Hint, Page, SourceRecord
from connectors.vendors.gusto import events
from connectors.vendors.gusto.client import Client
from connectors.vendors.gusto.company import SLUG
from connectors.vendors.gusto.operations import READ_PAYROLL
from connectors.vendors.gusto.pages import Numbered
from connectors.vendors.gusto.payroll_records import Kind, Payroll, PayrollPage, PayrollRow

AHEAD: Final = timedelta(days=88)
"""A list may end three months from now at most; a quarter can have 89 days."""
YEAR: Final = timedelta(days=364)
"""No window may be longer than a year; this is one day less than the shortest."""
RECENTLY: Final = timedelta(days=45)
"""So far back a processed payroll is looked at again: it may be cancelled, run anew under its id,
or paid on another day."""
FIRST_READ: Final = timedelta(days=2 * 365)
"""So far back a first read goes; what lies before is not asked for."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far payrolls are read: the day on which they were listed, and an event of the feed.

    ``event_id`` is empty where the feed told nothing for 30 days, or is not open to the app.
    """

    listed_on: date
    event_id: str

    @classmethod
    def of(cls, text: str) -> Self:
        """The mark that ``str`` wrote."""
        day, _, event_id = text.partition(" ")
        return cls(date.fromisoformat(day), event_id)

    def __str__(self) -> str:
        return f"{self.listed_on.isoformat()} {self.event_id}".strip()


def read_payrolls(client: Client, since: str) -> Iterator[Page]:
    """Which payrolls there are: processed ones as hints, others as rows without paychecks.

    Gusto has no changed-since filter. Its feed tells what happened, at one call a poll; once a
    day, and always where the feed is not open, the lists are read too: processed payrolls by the
    checks of ``RECENTLY`` and of all the time ahead (``FIRST_READ`` without a mark), and those not
    processed, among which a cancelled one shows. The version of a hint changes with all that a
    journal rests on, so that an unchanged payroll costs no read of its own.

    Raises:
        ValueError: the mark is none of ours.
    """
    today = clock.now().date()
    mark = Mark.of(since) if since else None
    changes = events.Changes(is_lost=True)
    if mark is not None and mark.event_id:
        changes = events.read_changes(client, mark.event_id, events.PAYROLLS)
    if mark is not None and mark.listed_on == today and not changes.is_lost:
        yield Page(hints=changes.hints, mark=str(Mark(today, changes.mark)))
        return
    # Taken before the lists: what happens during the read is told again.
    event_id = events.newest_mark(client) if changes.is_lost else changes.mark
    yield Page(hints=changes.hints)
    first = today - FIRST_READ if mark is None else mark.listed_on - RECENTLY
    for rows in list_payrolls(client, first, today + AHEAD):
        yield _listed(rows)
    for rows in list_payrolls(client, today - RECENTLY, today + AHEAD, is_processed=False):
        yield Page(records=tuple(_as_record(row) for row in rows))
    yield Page(mark=str(Mark(today, event_id)))


def mark_at(instant: datetime) -> str:
    """The mark from which ``read_payrolls`` reads the checks since an instant, and before it."""
    return str(Mark(instant.date(), ""))


def read_some_payrolls(client: Client, ids: Sequence[str]) -> tuple[SourceRecord, ...]:
    """These payrolls whole, in the order of ``ids``; ``is_gone`` where one was deleted."""
    return tuple(read_payroll(client, payroll_id) for payroll_id in ids)


def read_payroll(client: Client, payroll_id: str) -> SourceRecord:
    """One payroll with the paychecks of all its pages.

    Raises:
        RetryableError: it changed between two pages; what was read is no payroll.
    """
    pages: list[PayrollPage] = []
    for (page,) in walk(Numbered(), partial(_read_page, client, payroll_id)):
        if page is None:
            if pages:
                raise _changed()
            return SourceRecord(payroll_id, "", None, is_gone=True)
        pages.append(page)
    _check_unchanged(pages)
    payroll = replace(
        pages[0].payroll,
        paychecks=tuple(check for page in pages for check in page.paychecks),
        is_whole=True,
    )
    return SourceRecord(payroll_id, title_of(payroll), payroll, pages[0].version)


def list_payrolls(
    client: Client, first: date, last: date, *, is_processed: bool = True
) -> Iterator[Sequence[PayrollRow]]:
    """The payrolls of a window of any length, in parts that Gusto allows.

    Processed ones by check date, others by pay period. It may end 88 days ahead at most.

    Raises:
        ValueError: the window ends before it begins, or too far ahead.
    """
    if last < first or last > clock.now().date() + AHEAD:
        raise ValueError("A window of payrolls ends before it begins, or too far ahead.")
    while first <= last:
        end = min(first + YEAR, last)
        yield from walk(
            Numbered(), partial(_read_list, client, first, end, is_processed=is_processed)
        )
        first = end + timedelta(days=1)


def title_of(payroll: Payroll) -> str:
    """What a person calls it: its kind and its check date."""
    kind = {
        Kind.REGULAR: "Payroll",
        Kind.OFF_CYCLE: payroll.off_cycle_reason or "Off-cycle payroll",
        Kind.EXTERNAL: "External payroll",
    }[payroll.kind]
    return f"{kind} paid on {payroll.check_on.isoformat()}"


def _listed(rows: Sequence[PayrollRow]) -> Page:
    """What is never posted needs no paychecks: its row is all that is looked at."""
    posted = [row for row in rows if row.payroll.kind is not Kind.EXTERNAL]
    return Page(
        records=tuple(_as_record(row) for row in rows if row.payroll.kind is Kind.EXTERNAL),
        hints=tuple(Hint(row.payroll.id, row.version, is_digest=True) for row in posted),
    )


def _as_record(row: PayrollRow) -> SourceRecord:
    return SourceRecord(row.payroll.id, title_of(row.payroll), row.payroll, row.version)


def _read_list(
    client: Client, first: date, last: date, place: Numbered, *, is_processed: bool
) -> tuple[tuple[PayrollRow, ...], Numbered | None]:
    rows, page_count = client.list_payrolls(place.page, first, last, is_processed=is_processed)
    return rows, place.after(len(rows), page_count)


def _read_page(
    client: Client, payroll_id: str, place: Numbered
) -> tuple[tuple[PayrollPage | None], Numbered | None]:
    page = client.read_payroll_page(payroll_id, place.page)
    return (page,), None if page is None else place.after(page.row_count, page.page_count)


def _check_unchanged(pages: Sequence[PayrollPage]) -> None:
    """All pages tell of the same payroll, and together of each of its employees once."""
    first = pages[0]
    if any(
        (page.payroll, page.version, page.total_count)
        != (first.payroll, first.version, first.total_count)
        for page in pages
    ):
        raise _changed()
    paid = [check.employee_id for page in pages for check in page.paychecks]
    row_count = sum(page.row_count for page in pages)
    if len(set(paid)) < len(paid) or first.total_count not in (None, row_count):
        raise _changed()


def _changed() -> RetryableError:
    return RetryableError(
        "The payroll changed at Gusto while its pages were read; it is read again later.",
        vendor=SLUG,
        operation=READ_PAYROLL.name,
    )
