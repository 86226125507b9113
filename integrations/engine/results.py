"""Puts into a result what was decided of one record, or what came of its steps; calls nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from audit import trail
from audit.models import Body
from audit.outcomes import Outcome
from integrations import mapping, reasons
from integrations.engine import avalanche, bodies, drift
from integrations.engine.fingerprints import fingerprint, merged
from integrations.engine.outcomes import Result
from integrations.engine.plan import Desk
from integrations.engine.reading import Read
from integrations.flow import Awaited, Decision, Draft, Filtered, Found, Held, Waiting
from integrations.models import Record, Write
from integrations.reasons import Reason

STRENGTH = (
    Outcome.CREATED,
    Outcome.POSTED,
    Outcome.REVERSED,
    Outcome.REACTIVATED,
    Outcome.DEACTIVATED,
    Outcome.UPDATED,
    Outcome.NOTED,
    Outcome.LINKED,
    Outcome.UNCHANGED,
)
"""Which outcome names a record that took several steps: the first of these."""

GROUNDS = {
    Outcome.CREATED: "Created there by this integration.",
    Outcome.LINKED: "Found there under the same name.",
}
"""How the target value of a filled mapping came about."""


def of_decision(desk: Desk, record: Record, read: Read, decision: Decision) -> Result:
    """The result of a decision that is no draft."""
    if isinstance(decision, Waiting):
        result = Result(Record.State.WAITING, Outcome.WAITING, reasons=(decision.reason,))
        result.waits_until = decision.until
        result.due_at = _start_of(desk, decision.until)
        result.waits_for = _awaited(decision.waits_for)
    elif isinstance(decision, Filtered):
        result = Result(Record.State.FILTERED, Outcome.FILTERED, reasons=(decision.rule,))
        result.mappings, result.waits_for = decision.mappings, ""
    elif isinstance(decision, Held):
        result = Result(Record.State.HELD, Outcome.HELD, reasons=decision.reasons)
        result.missing, result.waits_for = decision.missing, ""
        result.bodies += bodies.of_private_differences(decision.values)
    else:
        raise TypeError("A draft is no decision against writing.")
    return _as_read(record, read, result)


def without_draft(
    desk: Desk, record: Record, read: Read, decision: Decision, open_writes: Sequence[Write]
) -> Result:
    """As ``of_decision``; where a call is open, a person must see that nobody can look for it."""
    result = of_decision(desk, record, read, decision)
    if open_writes:
        unresolved = reasons.BEING_VERIFIED.because(until="the record can be looked for again")
        result.state, result.outcome = Record.State.HELD, Outcome.HELD
        result.reasons = (*result.reasons, unresolved)
    return result


def unneeded(desk: Desk, record: Record, read: Read) -> Result:
    """The record has no target and needs none."""
    rule = desk.leg.unneeded
    if rule is None:
        raise TypeError(f"Leg {desk.leg.name} neither writes nor filters this record.")
    result = Result(Record.State.FILTERED, Outcome.FILTERED, reasons=(rule.because(),))
    return _as_read(record, read, result)


def objected(
    desk: Desk, record: Record, read: Read, draft: Draft, found: Found, reason: Reason
) -> Result:
    """A person must look before the next step; what stands there already is said."""
    result = of_decision(desk, record, read, Held((reason,)))
    result.mappings = draft.mappings
    add_target(desk, record, read, draft, found, result)
    return result


def not_taken(desk: Desk, record: Record, read: Read, found: Found | None, draft: Draft) -> Result:
    """The target accepted the steps and still lacks what they were for."""
    still = [
        difference.field
        for step in desk.leg.steps
        if step.needed(found, draft)
        for difference in step.differences(found, draft)
    ]
    reason = reasons.NOT_TAKEN.because(fields=", ".join(sorted(set(still))) or "everything")
    result = Result(Record.State.HELD, Outcome.HELD, reasons=(reason,))
    return _as_read(record, read, result)


def as_written(
    desk: Desk,
    record: Record,
    read: Read,
    draft: Draft,
    took: Sequence[Write],
    *,
    is_link: bool = False,
) -> Result:
    """The target says what the draft says."""
    outcome = _strongest(desk, took, is_link=is_link)
    result = Result(Record.State.SYNCED, outcome, reasons=draft.remarks)
    result.mappings = draft.mappings
    result.points_to, result.waits_for = draft.points_to, _awaited(draft.waits_for)
    result.fingerprint = merged(record.fingerprint, fingerprint(draft))
    if draft.ahead is not None:
        _look_ahead(desk, result, draft.ahead)
    steps = [write.step for write in took]
    result.bodies.append(
        trail.BodyText(Body.Kind.DRAWN_UP, {"reference": draft.reference, "steps": steps})
    )
    return _as_read(record, read, result)


def look_at_standing(desk: Desk, draft: Draft, found: Found, result: Result) -> None:
    """Let what stands at the target say whether anything is still to come there."""
    if desk.leg.standing is None:
        return
    still = desk.leg.standing(found, draft, desk.today)
    if isinstance(still, Waiting):
        _look_ahead(desk, result, still)
    elif isinstance(still, Held):
        result.state, result.reasons = Record.State.HELD, still.reasons
        if result.outcome == Outcome.UNCHANGED:
            result.outcome = Outcome.HELD
    elif isinstance(still, Filtered):
        result.state, result.reasons = Record.State.FILTERED, (still.rule,)
        if result.outcome == Outcome.UNCHANGED:
            result.outcome = Outcome.FILTERED


def add_target(
    desk: Desk, record: Record, read: Read, draft: Draft, found: Found, result: Result
) -> None:
    """Add what is known of the target record itself."""
    result.target_id = found.target_id
    if desk.leg.papers is not None:
        result.papers = tuple(desk.leg.papers(found, draft))
    result.fill = _fill(desk, read, found, result.outcome)
    if desk.leg.drift is None or not draft.as_written:
        return
    result.drifted = tuple(desk.leg.drift(found, draft))
    result.compared = draft.as_written
    fields = sorted({one.field for one in drift.unaccepted(record, result.drifted)})
    if fields:
        title = record.title or record.source_id
        drifted = reasons.DRIFT.because(name=title, fields=", ".join(fields))
        result.reasons = (*result.reasons, drifted)


def counted_as(desk: Desk, record: Record, took: Sequence[Write]) -> str:
    """Which kind of change the calls were; empty where a person approved them."""
    if record.approved:
        return ""
    names = {write.step for write in took}
    return avalanche.kind_of(record, [step for step in desk.leg.steps if step.name in names])


def _look_ahead(desk: Desk, result: Result, ahead: Waiting) -> None:
    """The target says what is so today; the record waits for what comes."""
    result.state, result.ahead = Record.State.WAITING, (ahead.reason,)
    result.waits_until, result.due_at = ahead.until, _start_of(desk, ahead.until)
    if result.outcome == Outcome.UNCHANGED:
        result.outcome = Outcome.WAITING


def _as_read(record: Record, read: Read, result: Result) -> Result:
    snapshot = read.snapshot
    result.title = snapshot.title or record.title
    result.source_version = snapshot.version or read.hinted_version or record.source_version
    result.read_at = read.at
    result.digest = read.digest
    return result


def _strongest(desk: Desk, took: Sequence[Write], *, is_link: bool) -> Outcome:
    names = {write.step for write in took}
    came_about = {step.outcome for step in desk.leg.steps if step.name in names}
    came_about.add(Outcome.LINKED if is_link else Outcome.UNCHANGED)
    return next(outcome for outcome in STRENGTH if outcome in came_about)


def _fill(desk: Desk, read: Read, found: Found, outcome: Outcome) -> mapping.Fill | None:
    """The mapping row of which a record of this leg is the counterpart, once it stands."""
    kind = desk.leg.fills
    ground = GROUNDS.get(outcome, "The record of this name is tied to it.")
    key = (read.snapshot.title,)
    return mapping.Fill(kind, key, found.target_id, ground) if kind else None


def _start_of(desk: Desk, day: date | None) -> datetime | None:
    return None if day is None else desk.integration.tenant.starts_at(day)


def _awaited(waits_for: Awaited | None) -> str:
    return "" if waits_for is None else str(waits_for)
