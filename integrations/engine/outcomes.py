"""What became of records, and the one commit that says so to their rows and to the trail."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Case, DateTimeField, F, Value, When

from audit import trail
from audit.models import SyncRun
from audit.outcomes import WRITTEN, Outcome
from config import clock
from integrations import mapping, papers
from integrations.engine import bodies, drift, problems, ties, waiting, writes
from integrations.flow import Difference, MappingUse, Paper
from integrations.models import Integration, Record, Write
from integrations.reasons import Reason
from integrations.timing import EPOCH

log = logging.getLogger(__name__)

DEADLOCK = "40P01"
"""PostgreSQL's code for it."""
UNENDED = (Record.State.FAILED, Record.State.WRITING)
"""States that end no change: what a person let pass stays let pass."""


@dataclass(slots=True)
class Result:
    """What the work on one record came to; ``None`` leaves a column as it is."""

    state: Record.State
    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    ahead: tuple[Reason, ...] = ()
    """What lies ahead: the record keeps it, an entry that tells of a write does not."""
    due_at: datetime | None = None
    waits_until: date | None = None
    target_id: str | None = None
    title: str | None = None
    source_version: str | None = None
    read_at: datetime | None = None
    digest: str | None = None
    fingerprint: dict[str, Any] | None = None
    tries: int = 0
    memo: str = ""
    """What was begun at the source and is to be gone on with."""
    urgency: int | None = None
    points_to: str | None = None
    waits_for: str | None = None
    took: tuple[Write, ...] = ()
    """The calls that took effect and that no entry has told of."""
    counted_as: str = ""
    """The kind of change that they count as against the day's limit."""
    differences: tuple[Difference, ...] = ()
    mappings: tuple[MappingUse, ...] = ()
    missing: tuple[tuple[str, tuple[str, ...]], ...] = ()
    drifted: tuple[Difference, ...] = ()
    compared: frozenset[str] = frozenset()
    """The fields that were looked at for what somebody changed at the target."""
    papers: tuple[Paper, ...] = ()
    """Its money documents, as the target shows them."""
    fill: mapping.Fill | None = None
    """The mapping row of which the record is the counterpart."""
    bodies: list[trail.BodyText] = field(default_factory=list)
    error_id: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """The work on one record, come to its end and not stored yet."""

    record: Record
    noted: int
    """What ``wanted`` was before the read: what was asked for since leaves the record due."""
    result: Result
    done: writes.Done | None = None
    """The last call, answered and not stored yet."""
    replay_of_id: int | None = None

    @property
    def is_told(self) -> bool:
        """Whether the trail has something to tell."""
        return self.replay_of_id is not None or is_new_entry(self.record, self.result)


def commit(integration: Integration, run: SyncRun, endings: Sequence[Ending]) -> list[Ending]:
    """End the work on records in one transaction: rows, entries, missing mappings.

    Answers those that were stored. The others' records are no longer ours: of them only what
    their last call brought is stored, on its own row.
    """
    try:
        stored = _together(integration, run, endings)
    except DatabaseError as error:
        if len(endings) == 1 or not _concerns_one(error):
            raise
        log.info("outcomes are stored one by one: %s", type(error).__name__)
        return _one_by_one(integration, run, endings)
    for ending in stored:
        _rest(ending)
    return stored


def _concerns_one(error: DatabaseError) -> bool:
    """Whether somebody's row is in the way of one record: a target taken meanwhile, a deadlock."""
    return isinstance(error, IntegrityError) or getattr(error.__cause__, "sqlstate", "") == DEADLOCK


def _one_by_one(integration: Integration, run: SyncRun, endings: Sequence[Ending]) -> list[Ending]:
    stored: list[Ending] = []
    failed: DatabaseError | None = None
    for ending in endings:
        try:
            stored += commit(integration, run, [ending])
        except DatabaseError as error:
            failed = error
    if failed is not None:
        raise failed
    return stored


def _together(integration: Integration, run: SyncRun, endings: Sequence[Ending]) -> list[Ending]:
    with transaction.atomic():
        stored = [ending for ending in endings if _store(ending)]
        writes.store_done([ending.done for ending in endings if ending.done is not None])
        for ending in endings:
            if ending.done is not None and (ending not in stored or not ending.result.target_id):
                writes.tie(ending.done.write, ending.done.target_id)
        for ending in stored:
            _store_around(integration, ending)
        told = [ending for ending in stored if ending.is_told]
        trail.append_all(run, [_entry(ending) for ending in told])
        writes.tell([write for ending in told for write in ending.result.took])
        waiting.wake(integration, [_stand(ending) for ending in stored])
        ties.note(integration, [one.record for one in stored if one.result.target_id])
    return stored


def _store(ending: Ending) -> bool:
    """The record's own row; False where somebody else has taken it over."""
    record, result, now = ending.record, ending.result, clock.now()
    is_at_rest = result.state == Record.State.SYNCED
    ended = Record.objects.filter(pk=record.pk, lease_token=record.lease_token).update(
        state=result.state,
        reasons=[reason.as_json() for reason in _kept(result)],
        waits_until=result.waits_until,
        handled=ending.noted,
        tries=result.tries,
        memo=result.memo,
        due_at=Case(
            When(wanted__gt=ending.noted, then=Value(now)),
            default=Value(now if result.waits_for else result.due_at),
            output_field=DateTimeField(),
        ),
        wish=Case(
            # Fulfilled; what a person has come to want meanwhile stays.
            When(wish=record.wish, then=Value("" if is_at_rest else record.wish)),
            default=F("wish"),
        ),
        lease_token="",
        lease_until=EPOCH,
        cleared_for=record.cleared_for if result.state in UNENDED else "",
        approved=Case(
            # What was approved meanwhile is still to be carried out.
            When(
                approved=record.approved,
                then=Value(record.approved if result.state in UNENDED else ""),
            ),
            default=F("approved"),
        ),
        **_known(result),
    )
    if not ended:
        log.info("record %s was taken over before its outcome was stored", record.pk)
    return bool(ended)


def _store_around(integration: Integration, ending: Ending) -> None:
    """What hangs on the record: missing mappings, problems, drift, the mapping that it fills."""
    record, result = ending.record, ending.result
    mapping.note_missing(integration, result.missing)
    is_held = result.state == Record.State.HELD
    # A passing error ends no problem: what stopped the record stops it until it is decided anew.
    was_stopped = result.state not in UNENDED and record.state in (Record.State.HELD, *UNENDED)
    if is_held or was_stopped:
        problems.tie(integration, record, result.reasons if is_held else ())
    if result.compared:
        drift.note(record, result.drifted, result.compared)
    papers.store(integration, record, result.papers)
    if result.fill is not None:
        mapping.fill(integration, result.fill)


def _stand(ending: Ending) -> waiting.Stand:
    result = ending.result
    return waiting.Stand(
        ending.record,
        result.state,
        result.target_id or "",
        result.points_to,
        is_written=bool(result.took),
    )


def _rest(ending: Ending) -> None:
    result = ending.result
    if result.waits_for:
        ending.record.points_to = result.points_to or ""
        waiting.rest(ending.record, ending.noted, result.state, result.waits_for, result.due_at)


def is_new_entry(record: Record, result: Result) -> bool:
    """Whether decision, state or target changed; what stays the same is only counted."""
    if result.outcome in WRITTEN or result.outcome == Outcome.LINKED:
        return True
    if result.took or result.error_id:
        return True
    if result.state != record.state:
        return True
    stored: list[object] = record.reasons
    return [reason.as_json() for reason in _kept(result)] != stored


def _kept(result: Result) -> tuple[Reason, ...]:
    """Why the record stands where it does, and what lies ahead of it."""
    return (*result.reasons, *result.ahead)


def _known(result: Result) -> dict[str, Any]:
    columns = {
        "target_id": result.target_id,
        "title": result.title,
        "source_version": result.source_version,
        "read_at": result.read_at,
        "digest": result.digest,
        "fingerprint": result.fingerprint,
        "urgency": result.urgency,
        "points_to": result.points_to,
        "waits_for": result.waits_for,
    }
    return {name: value for name, value in columns.items() if value is not None}


def _told(result: Result) -> tuple[Reason, ...]:
    """What lies ahead is hidden on entries that tell of waiting alone: no other may tell it."""
    return _kept(result) if result.outcome == Outcome.WAITING else result.reasons


def _entry(ending: Ending) -> trail.EntryText:
    record, result = ending.record, ending.result
    return trail.EntryText(
        record_id=record.pk,
        source_id=record.source_id,
        outcome=result.outcome,
        target_id=result.target_id if result.target_id is not None else record.target_id,
        title=result.title if result.title is not None else record.title,
        reasons=[reason.as_json() for reason in _told(result)],
        mappings=[use.as_json() for use in result.mappings],
        differences=[one.as_json() for one in result.differences],
        steps=[write.step for write in result.took],
        bodies=[*result.bodies, *bodies.of_private_differences(result.differences)],
        error_id=result.error_id,
        counted_as=result.counted_as,
        replay_of_id=ending.replay_of_id,
    )


def make_due(records: Sequence[int]) -> int:
    """Ask for records to be worked: a notice, a poll hit, a person. Never touches their state."""
    return Record.objects.filter(pk__in=records).update(wanted=F("wanted") + 1, due_at=clock.now())
