"""Reads people: all of them, those who changed, some by id, and a person's job history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from connectors.errors import RetryableError
from connectors.paging import Cursor, walk
from connectors.values import ABSENT
from connectors.vendor import Hint, Page, SourceRecord
from connectors.vendors.bamboohr.client import PAGE_ROWS, SLUG, Client
from connectors.vendors.bamboohr.operations import LIST_PEOPLE, READ_PERSON
from connectors.vendors.bamboohr.records import PeoplePage, Person, Role, StatusRow

Row = TypeVar("Row", Role, StatusRow)
HISTORY_BEGINS_AT: Final = datetime(2011, 6, 5, tzinfo=UTC)
"""BambooHR remembers changes from this day on."""
OVERLAP: Final = timedelta(seconds=1)
"""Whether ``since`` is inclusive is not documented, and times have whole seconds."""
ONE_BY_ONE_COUNT: Final = 10
"""Up to so many people are read by id; more are read from the list."""
SCAN_TRIES: Final = 2


def read_people(client: Client, since: str) -> Iterator[Page]:
    """Everybody as whole records, or, with a mark, hints of who changed after it.

    A full read asks first what ever changed: that gives each person's version, the mark to go on
    from and who was deleted, which no list tells. Records from the list know no employee number
    and no termination date (ABSENT).

    Raises:
        RetryableError: the list changed twice under the scan; its boundary can no longer be read.
    """
    if since:
        changes = client.read_changes(datetime.fromisoformat(since) - OVERLAP)
        hints = tuple(change.as_hint() for change in changes.changes)
        yield Page(hints=hints, mark=changes.latest or since)
        return
    changes = client.read_changes(HISTORY_BEGINS_AT)
    versions = {change.person_id: change.changed_at for change in changes.changes}
    deleted = tuple(change.as_hint() for change in changes.changes if change.is_deleted)
    for page in _scan(client):
        unreadable = tuple(Hint(key, versions.get(key, "")) for key in page.unreadable_ids)
        is_last = not page.next_cursor
        yield Page(
            records=tuple(
                replace(record, version=record.version or versions.get(record.id, ""))
                for record in page.records
            ),
            hints=unreadable + deleted if is_last else unreadable,
            mark=changes.latest if is_last else "",
        )


def mark_at(instant: datetime) -> str:
    """The mark from which ``read_people`` reads who changed since an instant."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_some_people(client: Client, ids: Sequence[str]) -> tuple[SourceRecord, ...]:
    """These people as they are now, in the order of ``ids``; ``is_gone`` where one was deleted.

    Raises:
        RetryableError: somebody is not found and yet not among the deleted: a person just hired
            may not be seen everywhere yet, and nobody is a leaver by a missing page.
    """
    found = _read_together(client, ids) if len(ids) > ONE_BY_ONE_COUNT else {}
    records = tuple(found.get(person_id) or client.read_person(person_id) for person_id in ids)
    missing = {record.id for record in records if record.is_gone}
    if missing:
        _check_deleted(client, missing)
    return records


def read_roles(client: Client, person_id: str) -> tuple[Role, ...]:
    """A person's job history by date; the last row not later than today is the one in force."""
    return client.read_roles(person_id)


def read_termination_reason(client: Client, person_id: str, today: date) -> str | None:
    """The reason that HR chose from the list for the end in force; None where none is shown."""
    row = _in_force(client.read_status_rows(person_id), today)
    reason = None if row is None else row.termination_reason
    return reason if isinstance(reason, str) and reason else None


def read_as_of(client: Client, person: Person, day: date) -> Person:
    """The person with the job and the employment status that the histories have for a day.

    For somebody who has not begun: the read by id hides his job until then. The supervisor stays
    ABSENT, since the history has only a name.
    """
    role = _in_force(client.read_roles(person.id), day)
    status = _in_force(client.read_status_rows(person.id), day)
    return replace(
        person,
        department=None if role is None else role.department,
        division=None if role is None else role.division,
        location=None if role is None else role.location,
        job_title=None if role is None else role.job_title,
        employment_status=ABSENT if status is None else status.status,
        supervisor_id=ABSENT,
    )


def _in_force(rows: Sequence[Row], day: date) -> Row | None:
    """The last row that began by a day; rows come in order of time."""
    begun = [row for row in rows if isinstance(row.since_on, date) and row.since_on <= day]
    return begun[-1] if begun else None


def _scan(client: Client) -> Iterator[PeoplePage]:
    """All people; the list is begun anew once where a boundary was lost between two calls."""
    if not client.can_list:
        yield client.report_people()
        return
    for _ in range(SCAN_TRIES):
        for (page,) in walk(Cursor(), partial(_read_page, client)):
            if page.is_lost:
                break
            yield page
        else:
            return
    raise RetryableError(
        "The list of people changed twice while it was read; it is read again later.",
        vendor=SLUG,
        operation=LIST_PEOPLE.name,
    )


def _read_page(client: Client, place: Cursor) -> tuple[tuple[PeoplePage], Cursor | None]:
    page = client.list_people(place.cursor)
    return (page,), place.after(page.next_cursor)


def _check_deleted(client: Client, missing: set[str]) -> None:
    changes = client.read_changes(HISTORY_BEGINS_AT, only_deleted=True).changes
    unknown = missing - {change.person_id for change in changes if change.is_deleted}
    if unknown:
        raise RetryableError(
            f"BambooHR does not show the people {', '.join(sorted(unknown))}, but did not delete "
            "them either; they are read again later.",
            vendor=SLUG,
            operation=READ_PERSON.name,
            status=404,
        )


def _read_together(client: Client, ids: Sequence[str]) -> Mapping[str, SourceRecord]:
    """Those of ``ids`` whom a bulk read shows in full.

    From the list these are only the active, since it has no termination date. Whom a bulk read
    does not show may be deleted or merely unseen: only the read by id tells.
    """
    if not client.can_list:
        return {record.id: record for record in client.report_people(ids).records}
    starts = range(0, len(ids), PAGE_ROWS)
    pages = (client.list_people("", ids[start : start + PAGE_ROWS]) for start in starts)
    everybody = (record for page in pages for record in page.records)
    return {record.id: record for record in everybody if record.value.is_active is True}
