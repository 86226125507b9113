"""The rows of what a page showed: every source record seen has one, and what needs work is due."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import F

from audit.outcomes import Outcome
from config import clock
from connectors.vendor import Hint, Page, SourceRecord
from integrations import reasons, registry
from integrations.engine.fingerprints import digest_of
from integrations.engine.reading import Job, Read
from integrations.models import Integration, Record

PointsTo = Callable[[SourceRecord], str]
"""``Leg.points_to``."""

SAME_SECOND = timedelta(seconds=60)
"""A version seen this long after it arose cannot hide a second change under the same stamp."""

IN_HAND = timedelta(minutes=5)
"""How long the records of a page are left to the run that read it."""

BATCH_COUNT = 250
"""Few enough for one statement of any database."""

AS_IT_STANDS = {
    Record.State.SYNCED: Outcome.UNCHANGED,
    Record.State.FILTERED: Outcome.FILTERED,
    Record.State.WAITING: Outcome.WAITING,
    Record.State.WRITING: Outcome.WAITING,
    Record.State.QUEUED: Outcome.WAITING,
    Record.State.HELD: Outcome.HELD,
    Record.State.FAILED: Outcome.FAILED,
    Record.State.IGNORED: Outcome.IGNORED,
}
"""What a record counts as in a run that found nothing to do for it."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """One page against its rows: what to work, and what the rest counts as."""

    to_work: tuple[Job, ...]
    as_they_stand: tuple[Outcome, ...]
    unasked: tuple[Record, ...] = ()
    """Of those to work, whom nobody had asked for: their rows as they stood before."""


@dataclass(frozen=True, slots=True)
class Apart:
    """One page set apart by its rows as they stand; nothing is stored."""

    page: Page
    """Only what needs work."""
    rows: Mapping[str, Record]
    """The rows there are, by source id."""
    as_they_stand: tuple[Outcome, ...]


def set_apart(integration: Integration, leg: str, page: Page, *, look_again: bool) -> Apart:
    """The page without what needs no work."""
    rows = _known_rows(integration, leg, _ids(page))
    standing: list[Outcome] = []
    records: list[SourceRecord] = []
    hints: list[Hint] = []
    for record in page.records:
        row = rows.get(record.id)
        if row is None or _is_to_work(row, digest_of(record), look_again=look_again):
            records.append(record)
        else:
            standing.append(AS_IT_STANDS[Record.State(row.state)])
    for hint in page.hints:
        row = rows.get(hint.id)
        if row is None or _is_to_read(row, hint, look_again=look_again):
            hints.append(hint)
        else:
            standing.append(AS_IT_STANDS[Record.State(row.state)])
    left = replace(page, records=tuple(records), hints=tuple(hints))
    return Apart(left, rows, tuple(standing))


def sort_page(
    integration: Integration,
    leg: str,
    page: Page,
    read_at: datetime,
    *,
    look_again: bool,
    points_to: PointsTo | None = None,
) -> Sorted:
    """Store a row for each record of the page and make due those that need work.

    ``look_again`` works held and failed records too, though nothing changed at the source.
    """
    rows = _rows(integration, leg, _ids(page))
    to_work: list[Job] = []
    standing: list[Outcome] = []
    for record in in_order(page.records, points_to):
        row = rows[record.id]
        digest = digest_of(record)
        if _is_to_work(row, digest, look_again=look_again):
            to_work.append(Job(row.pk, Read(record, read_at, digest)))
        else:
            standing.append(AS_IT_STANDS[Record.State(row.state)])
    for hint in page.hints:
        row = rows[hint.id]
        if _is_to_read(row, hint, look_again=look_again):
            to_work.append(Job(row.pk, hinted_version=hint.version))
        else:
            standing.append(AS_IT_STANDS[Record.State(row.state)])
    worked = {job.record_id for job in to_work}
    unasked = [row for row in rows.values() if row.pk in worked and not _is_asked_for(row)]
    _take_in_hand([job.record_id for job in to_work])
    return Sorted(tuple(to_work), tuple(standing), tuple(unasked))


def in_order(records: Sequence[SourceRecord], points_to: PointsTo | None) -> Sequence[SourceRecord]:
    """The records of a page, each after the one of the page that it points to."""
    if points_to is None:
        return records
    by_id = {record.id: record for record in records}
    ordered: dict[str, SourceRecord] = {}
    for record in records:
        chain: dict[str, SourceRecord] = {}
        following: SourceRecord | None = record
        while following is not None and following.id not in chain and following.id not in ordered:
            chain[following.id] = following
            following = None if following.is_gone else by_id.get(points_to(following))
        ordered |= dict(reversed(chain.items()))
    return list(ordered.values())


def _ids(page: Page) -> list[str]:
    return [record.id for record in page.records] + [hint.id for hint in page.hints]


def _known_rows(integration: Integration, leg: str, ids: Sequence[str]) -> dict[str, Record]:
    if not ids:
        return {}
    rows = Record.objects.filter(integration=integration, leg=leg, source_id__in=ids)
    return {row.source_id: row for row in rows}


def _rows(integration: Integration, leg: str, ids: Sequence[str]) -> dict[str, Record]:
    """The rows of these source ids; those not there yet are made, in one statement."""
    rows = _known_rows(integration, leg, ids)
    unknown = [source_id for source_id in dict.fromkeys(ids) if source_id not in rows]
    if unknown:
        urgency = registry.flow(integration.flow).leg(leg).urgency
        Record.objects.bulk_create(
            (
                Record(integration=integration, leg=leg, source_id=source_id, urgency=urgency)
                for source_id in unknown
            ),
            ignore_conflicts=True,
        )
        rows |= _known_rows(integration, leg, unknown)
    return rows


def _is_to_work(row: Record, digest: str, *, look_again: bool) -> bool:
    return _needs_work(row, look_again=look_again) or row.digest != digest


def _is_to_read(row: Record, hint: Hint, *, look_again: bool) -> bool:
    return _needs_work(row, look_again=look_again) or not _is_known(row, hint)


def _needs_work(row: Record, *, look_again: bool) -> bool:
    if row.state == Record.State.QUEUED or row.wanted > row.handled:
        return True
    if row.state in (Record.State.HELD, Record.State.FAILED):
        return look_again and not _is_refused(row)
    return row.due_at is not None and row.due_at <= clock.now()


def _is_asked_for(row: Record) -> bool:
    """Whether a notice, a person or its own day has made it due already."""
    return row.wanted > row.handled or (row.due_at is not None and row.due_at <= clock.now())


def _is_refused(row: Record) -> bool:
    """Whether a person refused the change: it stays so until the source or a person says anew."""
    return any(reason["code"] == reasons.CHANGE_REFUSED.code for reason in row.reasons)


def _is_known(row: Record, hint: Hint) -> bool:
    """Whether this version was read already, and late enough to be the last of its second."""
    if not hint.version or hint.version != row.source_version or row.read_at is None:
        return False
    if hint.is_digest:
        return True
    try:
        arose_at = datetime.fromisoformat(hint.version)
    except ValueError:
        return False
    return row.read_at > arose_at + SAME_SECOND


def _take_in_hand(ids: Sequence[int]) -> None:
    """Ask for the work that this run is about to do; if it dies, the sweep finds it later."""
    if not ids:
        return
    Record.objects.filter(pk__in=ids).update(wanted=F("wanted") + 1, due_at=clock.now() + IN_HAND)


def ask_for(integration: Integration, leg: str, source_id: str) -> int:
    """Make one record due, with a row where it has none yet; answers the row's id."""
    row = _rows(integration, leg, [source_id])[source_id]
    _take_in_hand([row.pk])
    return row.pk


def hinted_news(integration: Integration, leg: str, page: Page) -> list[str]:
    """The source ids of which the page only hints, and whose hint is news; nothing is stored."""
    known = _known_rows(integration, leg, [hint.id for hint in page.hints])
    news = [
        hint.id
        for hint in page.hints
        if (row := known.get(hint.id)) is None or _is_to_read(row, hint, look_again=True)
    ]
    return list(dict.fromkeys(news))


def let_pass(integration: Integration, leg: str, digests: Mapping[str, str]) -> None:
    """Note on each record the change that was approved for it, and ask for it.

    Inside the caller's commit. ``digests`` are by source id. Whoever reads the whole leg takes
    them up at once; if it dies, the sweep finds them later.
    """
    ids = list(digests)
    for start in range(0, len(ids), BATCH_COUNT):
        found = _rows(integration, leg, ids[start : start + BATCH_COUNT]).values()
        for row in found:
            row.approved = digests[row.source_id]
        Record.objects.bulk_update(found, ["approved"])
        _take_in_hand([row.pk for row in found])


def make_due_by_notice(integration: Integration, leg: str, source_ids: Sequence[str]) -> None:
    """Have these records worked at once since a vendor told of them; with rows for new ones."""
    ids = [row.pk for row in _rows(integration, leg, source_ids).values()]
    now = clock.now()
    Record.objects.filter(pk__in=ids).update(wanted=F("wanted") + 1, due_at=now, noticed_at=now)
