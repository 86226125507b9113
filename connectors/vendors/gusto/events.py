"""What changed at a company, by Gusto's own feed: it needs no public address and no webhook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from config import clock
from connectors.paging import Cursor, walk
from connectors.vendor import Hint
from connectors.vendors.gusto.client import Client
from connectors.vendors.gusto.records import Event, EventsPage

PEOPLE: Final = "Employee"
PAYROLLS: Final = "Payroll"
SETTLES_AFTER: Final = timedelta(minutes=10)
"""A younger event is told again at the next read: a change may be told before it can be read,
and events of one second stand in no order."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Whom to read afresh, and where the next read of the feed goes on.

    ``is_lost``: nothing can be concluded, since Gusto no longer knows the place or the app was not
    given the feed; everything must be read.
    """

    hints: tuple[Hint, ...] = ()
    mark: str = ""
    is_lost: bool = False


def read_changes(client: Client, mark: str, entity_kind: str) -> Changes:
    """What the feed tells of one kind of entity after the event that ``mark`` names.

    The mark moves on over all kinds of events, as far as they have settled; a quiet month would
    lose it otherwise.
    """
    events: list[Event] = []
    for page in _pages(client, mark):
        if page.is_lost or page.is_forbidden:
            return Changes(is_lost=True)
        events.extend(page.events)
    return Changes(
        hints=tuple(
            Hint(entity_id)
            for entity_id in dict.fromkeys(
                event.entity_id
                for event in events
                if event.entity_kind == entity_kind and event.company_id == client.company_id
            )
            if entity_id
        ),
        mark=_settled_mark(events, mark),
    )


def newest_mark(client: Client) -> str:
    """Where a read of everything that begins now goes on afterwards.

    Empty where nothing was told for 30 days, or the app was not given the feed: the next read is
    then of everything too.
    """
    page = client.read_events("", newest_first=True)
    return next(
        (event.id for event in page.events if _is_settled(event)),
        page.events[-1].id if page.events else "",
    )


def _settled_mark(events: Sequence[Event], mark: str) -> str:
    """The last event before the first one that is not settled."""
    for event in events:
        if not _is_settled(event):
            break
        mark = event.id
    return mark


def _is_settled(event: Event) -> bool:
    return event.at_seconds <= (clock.now() - SETTLES_AFTER).timestamp()


def _pages(client: Client, mark: str) -> Iterator[EventsPage]:
    for (page,) in walk(Cursor(mark), partial(_read_page, client)):
        yield page


def _read_page(client: Client, place: Cursor) -> tuple[tuple[EventsPage], Cursor | None]:
    page = client.read_events(place.cursor)
    is_last = not (page.has_more and page.events)
    return (page,), None if is_last else place.after(page.events[-1].id)
