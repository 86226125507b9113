"""Reads people: all of them, those of whom the feed tells, some by id; and says who has left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Final

from connectors.errors import RetryableError
from connectors.paging import walk
from connectors.vendor import Page, SourceRecord
from connectors.vendors.gusto import events
from connectors.vendors.gusto.client import PAGE_ROWS, Client
from connectors.vendors.gusto.company import SLUG
from connectors.vendors.gusto.operations import LIST_PEOPLE
from connectors.vendors.gusto.pages import Numbered
from connectors.vendors.gusto.records import PeoplePage, Person

ONE_BY_ONE_COUNT: Final = 3
"""Up to so many people are read by id; more are asked for together."""


def read_people(client: Client, since: str) -> Iterator[Page]:
    """Everybody as whole records, or, with a mark, hints of those of whom the feed tells.

    Gusto has no changed-since filter; the mark is an event of its feed. Where that place is lost
    (Gusto keeps 30 days) or the app was not given the feed, everybody is read again.

    Raises:
        RetryableError: the list changed while it was read.
    """
    if since:
        changes = events.read_changes(client, since, events.PEOPLE)
        if not changes.is_lost:
            yield Page(hints=changes.hints, mark=changes.mark)
            return
    # Taken first: what changes during the read is told again.
    mark = events.newest_mark(client)
    total_count: int | None = None
    for (page,) in walk(Numbered(), partial(_read_page, client)):
        if total_count not in (None, page.total_count):
            raise _changed()
        total_count = page.total_count
        yield Page(records=page.records)
    yield Page(mark=mark)


def read_some_people(client: Client, ids: Sequence[str]) -> tuple[SourceRecord, ...]:
    """These people as they are now, in the order of ``ids``; ``is_gone`` where one was deleted.

    Whom the list does not show is asked for by id: nobody is gone by being left out.
    """
    found: dict[str, SourceRecord] = {}
    if len(ids) > ONE_BY_ONE_COUNT:
        for start in range(0, len(ids), PAGE_ROWS):
            page = client.list_people(1, ids[start : start + PAGE_ROWS])
            found.update((record.id, record) for record in page.records)
    return tuple(found.get(person_id) or client.read_person(person_id) for person_id in ids)


def has_left(person: Person, today: date) -> bool:
    """Whether a termination is in effect: from the day after the last one, if Gusto says so too.

    A record of a termination that lies ahead, or that was cancelled, ends nobody.
    """
    end = person.end
    return end is not None and end.is_active and end.effective_on < today


def leaves_on(person: Person) -> date | None:
    """The last day, whether it lies ahead or not; None where no end is recorded."""
    return None if person.end is None else person.end.effective_on


def _read_page(client: Client, place: Numbered) -> tuple[tuple[PeoplePage], Numbered | None]:
    page = client.list_people(place.page)
    return (page,), place.after(len(page.records), page.page_count)


def _changed() -> RetryableError:
    return RetryableError(
        "Gusto's list of people changed while it was read; it is read again later.",
        vendor=SLUG,
        operation=LIST_PEOPLE.name,
    )
