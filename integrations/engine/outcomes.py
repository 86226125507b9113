"""What became of one record, and the one commit that says so to the record and to the trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, DateTimeField, F, Value, When

from audit import trail
from audit.models import SyncRun
from audit.outcomes import WRITTEN, Outcome
from config import clock
from integrations import mapping
from integrations.engine import bodies, problems, waiting, writes
from integrations.engine.leases import LeaseLostError
from integrations.flow import Difference, MappingUse
from integrations.models import Integration, Record, Write
from integrations.reasons import Reason
from integrations.timing import EPOCH


@dataclass(slots=True)
class Result:
    """What the work on one record came to; ``None`` leaves a column as it is."""

    state: Record.State
    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    due_at: datetime | None = None
    waits_until: date | None = None
    target_id: str | None = None
    title: str | None = None
    source_version: str | None = None
    read_at: datetime | None = None
    digest: str | None = None
    fingerprint: dict[str, Any] | None = None
    tries: int = 0
    urgency: int | None = None
    points_to: str | None = None
    waits_for: str | None = None
    took: tuple[Write, ...] = ()
    """The calls that took effect and that no entry has told of."""
    differences: tuple[Difference, ...] = ()
    mappings: tuple[MappingUse, ...] = ()
    missing: tuple[tuple[str, tuple[str, ...]], ...] = ()
    bodies: list[trail.BodyText] = field(default_factory=list)
    error_id: str = ""


def commit(
    integration: Integration,
    run: SyncRun,
    record: Record,
    noted: int,
    result: Result,
    done: tuple[Write, str] | None = None,
    replay_of_id: int | None = None,
) -> None:
    """End the work on a record in one transaction: its row, its entry, its missing mappings.

    ``noted`` is what ``wanted`` was before the read: what was asked for since leaves it due.
    ``done`` is the last call's row with its target id, answered and not stored yet.

    Raises:
        LeaseLostError: the record is no longer ours; nothing is stored.
    """
    now = clock.now()
    changed = replay_of_id is not None or is_new_entry(record, result)
    with transaction.atomic():
        ended = Record.objects.filter(pk=record.pk, lease_token=record.lease_token).update(
            state=result.state,
            reasons=[reason.as_json() for reason in result.reasons],
            waits_until=result.waits_until,
            handled=noted,
            tries=result.tries,
            due_at=Case(
                When(wanted__gt=noted, then=Value(now)),
                default=Value(result.due_at),
                output_field=DateTimeField(),
            ),
            lease_token="",
            lease_until=EPOCH,
            cleared_for=record.cleared_for if result.state == Record.State.FAILED else "",
            **_known(result),
        )
        if not ended:
            raise LeaseLostError(f"record {record.pk}")
        if done is not None:
            writes.store(done[0], Write.Outcome.DONE, done[1])
        mapping.note_missing(integration, result.missing)
        is_held = result.state == Record.State.HELD
        if is_held or record.state == Record.State.HELD:
            problems.tie(integration, record, result.reasons if is_held else ())
        if changed:
            trail.append(run, _entry(record, result, replay_of_id))
        if result.took:
            told = [write.pk for write in result.took]
            Write.objects.filter(pk__in=told).update(is_told=True)
        waiting.wake(record, result.target_id or "", result.points_to)
    if result.waits_for:
        waiting.ask_again_if_there(record, result.waits_for)


def is_new_entry(record: Record, result: Result) -> bool:
    """Whether decision, state or target changed; what stays the same is only counted."""
    if result.outcome in WRITTEN or result.outcome == Outcome.LINKED:
        return True
    if result.took or result.error_id:
        return True
    if result.state != record.state:
        return True
    stored: list[object] = record.reasons
    return [reason.as_json() for reason in result.reasons] != stored


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


def _entry(record: Record, result: Result, replay_of_id: int | None) -> trail.EntryText:
    return trail.EntryText(
        record_id=record.pk,
        source_id=record.source_id,
        outcome=result.outcome,
        target_id=result.target_id if result.target_id is not None else record.target_id,
        title=result.title if result.title is not None else record.title,
        reasons=[reason.as_json() for reason in result.reasons],
        mappings=[use.as_json() for use in result.mappings],
        differences=[one.as_json() for one in result.differences],
        steps=[write.step for write in result.took],
        bodies=[*result.bodies, *bodies.of_private_differences(result.differences)],
        error_id=result.error_id,
        replay_of_id=replay_of_id,
    )


def make_due(records: Sequence[int]) -> int:
    """Ask for records to be worked: a notice, a poll hit, a person. Never touches their state."""
    return Record.objects.filter(pk__in=records).update(wanted=F("wanted") + 1, due_at=clock.now())
