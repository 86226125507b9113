"""The row of one changing call: committed before it is sent, closed by what is known of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Value, When

from config import clock
from integrations.engine.fingerprints import fingerprint
from integrations.engine.leases import LeaseLostError
from integrations.flow import Draft, Finding, Found, Leg, MatchKey, Step
from integrations.models import Record, Write

LOOKS_APART = timedelta(seconds=10)
"""Two look-ups this far apart decide that a create had no effect."""
REPEATED_AFTER = timedelta(seconds=30)
"""How soon a call is repeated that may be: a line that was cut is mostly cut for a moment."""


def announce(
    record: Record, run_key: UUID, step: Step, draft: Draft, found: Found | None = None
) -> Write:
    """Commit the row of a call that is about to be sent, and hold the record until it has settled.

    Raises:
        LeaseLostError: the record is no longer ours; nothing may be sent.
    """
    now = clock.now()
    settle_seconds = settings.SETTLE_SECONDS
    if settle_seconds is None:
        settle_seconds = step.operation.settle_seconds
    settled_at = now + timedelta(seconds=step.operation.deadline_seconds + settle_seconds)
    until = max(record.lease_until, settled_at)
    # Said before the call, so that of two that come to point at each other one sees the other.
    pointer = {"points_to": draft.points_to} if draft.points_to else {}
    with transaction.atomic(durable=True):
        kept = Record.objects.filter(pk=record.pk, lease_token=record.lease_token).update(
            lease_until=until, **pointer
        )
        if not kept:
            raise LeaseLostError(f"record {record.pk}")
        write = Write.objects.create(
            record=record,
            run_key=run_key,
            step=step.name,
            reference=draft.reference if step.reference is None else step.reference(draft),
            fingerprint=fingerprint(draft),
            attempt=record.tries + 1,
            parts_left=None if step.parts_left is None else step.parts_left(found, draft),
            sent_at=now,
            settled_at=settled_at,
        )
    record.lease_until = until
    return write


def close(write: Write, outcome: Write.Outcome, target_id: str = "", remark: str = "") -> None:
    """Store what is known of a call; with its target id, the record is tied to it."""
    with transaction.atomic(durable=True):
        Write.objects.filter(pk=write.pk).update(
            outcome=outcome, target_id=target_id, remark=remark, answered_at=clock.now()
        )
        tie(write, target_id)
    write.outcome = outcome


@dataclass(frozen=True, slots=True)
class Done:
    """A call that was answered, and not stored yet."""

    write: Write
    target_id: str


def store_done(answered: Sequence[Done]) -> None:
    """Store what calls have brought, inside the caller's transaction."""
    if not answered:
        return
    brought = [When(pk=done.write.pk, then=Value(done.target_id)) for done in answered]
    Write.objects.filter(pk__in=[done.write.pk for done in answered]).update(
        outcome=Write.Outcome.DONE, target_id=Case(*brought), answered_at=clock.now()
    )
    for done in answered:
        done.write.outcome = Write.Outcome.DONE


def tie(write: Write, target_id: str) -> None:
    """Tie the record of a call to what it brought, unless it is tied already."""
    if target_id:
        Record.objects.filter(pk=write.record_id, target_id="").update(target_id=target_id)


def tell(told: Sequence[Write]) -> None:
    """Note that entries of the trail tell of these calls; inside the caller's transaction."""
    if told:
        Write.objects.filter(pk__in=[write.pk for write in told]).update(is_told=True)


def pending_by_record(records: Sequence[Record]) -> dict[int, list[Write]]:
    """The calls whose outcome is not known, or not told in the trail: by record, oldest first.

    What took effect is untold where its worker ended before the commit of its entry. One query.
    """
    found: dict[int, list[Write]] = defaultdict(list)
    ids = [record.pk for record in records]
    outcomes = (*Write.OPEN, *Write.EFFECTIVE)
    rows = Write.objects.filter(record__in=ids, is_told=False, outcome__in=outcomes)
    for write in rows.order_by("sent_at", "pk"):
        found[write.record_id].append(write)
    return found


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an open call means for the work now: wait until then, or go on."""

    wait_until: datetime | None = None
    read_back_at: datetime | None = None
    """The call may be repeated at once; the target is looked at again then."""
    is_blind: bool = False
    """It was not found, but looking has never been proven to work: a person decides."""


def wait_before_looking(record: Record, leg: Leg, writes: list[Write]) -> datetime | None:
    """Until when nobody may look for what an open call may still add at the target."""
    now = clock.now()
    waits = [
        write.settled_at
        for write in writes
        if not _step(leg, write).is_repeatable and now < write.settled_at
    ]
    return max(waits, default=None)


def look_again_at(leg: Leg, write: Write) -> datetime:
    """When a call whose answer was lost is taken up again: soon, where it may be repeated."""
    if not _step(leg, write).is_repeatable:
        return write.settled_at
    return min(clock.now() + REPEATED_AFTER, write.settled_at)


def verify(leg: Leg, write: Write, draft: Draft, finding: Finding, *, is_proven: bool) -> Verdict:
    """Decide an open call by what the target shows; closes it once that is certain."""
    step = _step(leg, write)
    return (
        _verify_create(write, finding, is_proven=is_proven)
        if step.creates
        else _verify_repeatable(step, write, draft, finding)
    )


def _verify_create(write: Write, finding: Finding, *, is_proven: bool) -> Verdict:
    now = clock.now()
    if now < write.settled_at:
        return Verdict(wait_until=write.settled_at)
    if isinstance(finding, Found) and _carries(finding, write.reference):
        close(write, Write.Outcome.ADOPTED, finding.target_id)
        return Verdict()
    if write.missed_at is None:
        write.missed_at = now
        Write.objects.filter(pk=write.pk).update(missed_at=now)
    if now < write.missed_at + LOOKS_APART:
        return Verdict(wait_until=write.missed_at + LOOKS_APART)
    if not is_proven:
        return Verdict(is_blind=True)
    close(write, Write.Outcome.REFUSED, remark="Two look-ups after it had settled found nothing.")
    return Verdict()


def _verify_repeatable(step: Step, write: Write, draft: Draft, finding: Finding) -> Verdict:
    now = clock.now()
    found = finding if isinstance(finding, Found) else None
    if now >= write.settled_at:
        is_there = found is not None and _has_had_effect(step, write, found, draft)
        close(write, Write.Outcome.ADOPTED if is_there else Write.Outcome.REFUSED)
        return Verdict()
    if fingerprint(draft) != write.fingerprint:
        return Verdict(wait_until=write.settled_at)
    return Verdict(read_back_at=write.settled_at)


def _has_had_effect(step: Step, write: Write, found: Found, draft: Draft) -> bool:
    """Whether the target shows it; of what goes there in parts, whether less lacks than before."""
    if step.parts_left is not None and write.parts_left is not None:
        return step.parts_left(found, draft) < write.parts_left
    return not step.needed(found, draft)


def _carries(found: Found, reference: str) -> bool:
    return MatchKey("reference", reference) in found.keys


def _step(leg: Leg, write: Write) -> Step:
    for step in leg.steps:
        if step.name == write.step:
            return step
    raise LookupError(f"Leg {leg.name} has no step {write.step!r} any more.")


def as_json(write: Write) -> dict[str, Any]:
    """One call for explanations."""
    return {
        "step": write.step,
        "reference": write.reference,
        "attempt": write.attempt,
        "sent_at": write.sent_at.isoformat(),
        "outcome": write.outcome,
        "target_id": write.target_id,
        "remark": write.remark,
    }
