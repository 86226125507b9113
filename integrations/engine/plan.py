"""Draws up what one record needs: map, find, plan. Reads only; a preview stops here."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.crypto import salted_hmac

from connectors.values import ABSENT
from connectors.vendor import SourceRecord
from integrations import mapping, reasons
from integrations.choosing import RESTORES_DRIFT
from integrations.engine import drift, ties
from integrations.engine.avalanche import Day
from integrations.engine.fingerprints import fingerprint, is_unchanged, said, same_as_written
from integrations.engine.glances import Glances
from integrations.engine.index import Index
from integrations.engine.proof import Proof
from integrations.flow import (
    Decision,
    Difference,
    Draft,
    Finding,
    Found,
    Held,
    Leg,
    Lookalike,
    Several,
    Step,
    Waiting,
)
from integrations.matching import reference_of_another
from integrations.models import Integration, Record, Write
from integrations.reasons import Reason
from integrations.standings import Standings


@dataclass(frozen=True, slots=True)
class Desk:
    """All that planning one leg's records takes; the same for every record of a run."""

    integration: Integration
    leg: Leg
    lookups: mapping.Table
    today: date
    index: Index | None = None
    glances: Glances | None = None
    proof: Proof | None = None
    day: Day | None = None
    """What has changed within a day; None where nothing is written, or a person approved it."""
    replay_of_id: int | None = None
    """The entry that is run again: its record is compared with the target whatever was written."""
    only_approved: bool = False
    """A plan is being posted: what it does not have is not written."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one record needs. ``draft`` is None where the decision is no draft."""

    decision: Decision
    draft: Draft | None = None
    found: Found | None = None
    steps: tuple[Step, ...] = ()
    is_same_as_written: bool = False
    is_link: bool = False

    def differences(self) -> tuple[Difference, ...]:
        """Field by field, what the steps would change."""
        if self.draft is None:
            return ()
        return tuple(
            difference
            for step in self.steps
            for difference in step.differences(self.found, self.draft)
        )


def decide(desk: Desk, snapshot: SourceRecord, record: Record | None = None) -> Decision:
    """What the flow says of the record as read; pure.

    What the source told of a known record once and does not show any more is told from a value
    that was taken away: nothing is written before a person has looked.
    """
    decision = desk.leg.map(snapshot, desk.lookups, desk.today)
    if record is None or not isinstance(decision, Draft) or not decision.unreadable:
        return decision
    if lost := decision.unreadable & said(record.fingerprint):
        return Held((reasons.NO_LONGER_SHOWN.because(fields=", ".join(sorted(lost))),))
    return decision


def looking_again(desk: Desk) -> Desk:
    """The desk without what it remembers of where other records stand."""
    stands = Standings(desk.integration.pk)
    return replace(desk, lookups=replace(desk.lookups, stands=stands))


def locate(desk: Desk, target: Any, record: Record, draft: Draft, *, afresh: bool) -> Finding:
    """The target record: from the run's bulk read where that is recent enough, else by a call."""
    if desk.glances is not None and not afresh:
        glance = desk.glances.take(record)
        if glance is not None:
            return glance.finding
    index = desk.index
    is_recent = index is not None and (record.read_at is None or record.read_at <= index.read_at)
    if index is None or afresh or not is_recent:
        return desk.leg.find(target, draft, record.target_id)
    finding = index.find(draft, record.target_id)
    if isinstance(finding, Found) and finding.is_partial:
        return desk.leg.find(target, draft, finding.target_id)
    return finding


def settle_match(
    desk: Desk, record: Record, draft: Draft, finding: Finding
) -> Found | Held | Waiting | None:
    """The one target record, none, why a person must decide, or whom a leg that leads writes."""
    follows = ties.follows(desk.leg, desk.lookups)
    nobody = ties.until_it_stands(desk.leg, draft, desk.today) if follows else None
    if finding is None:
        return _gone(record) if record.target_id else nobody
    if isinstance(finding, Found):
        if finding.target_id == record.target_id:
            return finding
        owner = _owner(desk, record, finding.target_id)
        if owner is None and not follows:
            owner = reference_of_another(draft, finding)
        if not owner:
            return finding
        return Held((reasons.TARGET_TAKEN.because(target=finding.target_id, owner=owner),))
    free = [
        candidate
        for candidate in finding.candidates
        if _owner(desk, record, candidate.target_id) is None
    ]
    if isinstance(finding, Lookalike) and (not free or record.is_somebody_else):
        return nobody
    kind = reasons.SEVERAL_CANDIDATES if isinstance(finding, Several) else reasons.POSSIBLY_THE_SAME
    names = ", ".join(candidate.title for candidate in free or finding.candidates)
    return Held((kind.because(candidates=names),))


def with_drift_left(desk: Desk, record: Record, draft: Draft) -> Draft:
    """The draft without what would undo a change made at the target, unless that is wanted.

    A replay and an approved plan were asked for by a person who wants just that.
    """
    if desk.leg.drift is None or record.approved or desk.replay_of_id is not None:
        return draft
    left = same_as_written(record.fingerprint, fingerprint(draft))
    if desk.lookups.option(RESTORES_DRIFT.name) == "yes":
        left &= drift.accepted_fields(record)
    return replace(draft, as_written=left)


def draw_up(desk: Desk, record: Record, draft: Draft, found: Found | Waiting | None) -> Plan:
    """Which steps the target still lacks; none where another integration leads."""
    if isinstance(found, Waiting):
        return Plan(found)
    is_link = found is not None and found.target_id != record.target_id
    if ties.follows(desk.leg, desk.lookups):
        whom = ties.whom_alone(draft)
        return Plan(whom, whom, found, is_link=is_link)
    steps = tuple(step for step in desk.leg.steps if step.needed(found, draft))
    return Plan(draft, draft, found, steps, is_link=is_link)


def is_written(leg: Leg, record: Record, draft: Draft) -> bool:
    """Whether the record was written exactly so, and nothing asks to look at the target again."""
    if leg.standing is not None and record.state != Record.State.SYNCED:
        return False
    return bool(record.target_id) and is_unchanged(record.fingerprint, fingerprint(draft))


def lacking(steps: tuple[Step, ...], draft: Draft) -> frozenset[str]:
    """Facts that the steps require and the read did not tell."""
    return frozenset(
        name for step in steps for name in step.requires if getattr(draft.value, name) is ABSENT
    )


def plan_record(
    desk: Desk,
    target: Any,
    record: Record,
    snapshot: SourceRecord,
    complete: Callable[[SourceRecord, frozenset[str]], SourceRecord],
    *,
    always_looks: bool = False,
) -> Plan:
    """The whole of it for a preview: nothing is open, nothing is stored."""
    decision = decide(desk, snapshot, record)
    if not isinstance(decision, Draft):
        return Plan(decision)
    if not always_looks and is_written(desk.leg, record, decision):
        return Plan(decision, decision, is_same_as_written=True)
    match = settle_match(
        desk, record, decision, locate(desk, target, record, decision, afresh=False)
    )
    if isinstance(match, Held):
        return Plan(match)
    plan = draw_up(desk, record, decision, match)
    if missing := lacking(plan.steps, decision):
        decision = decide(desk, complete(snapshot, missing), record)
        if not isinstance(decision, Draft):
            return Plan(decision)
        plan = draw_up(desk, record, decision, match)
        if still := lacking(plan.steps, decision):
            return Plan(unreadable(still))
    return plan


def line_digest(plan: Plan) -> str:
    """What a plan would do with one record, so that it can be compared with what was approved.

    Keyed, since it covers pay, whose few digits a bare digest would give away.
    """
    content = {
        "steps": [step.name for step in plan.steps if not step.completes],
        "points_to": plan.draft.points_to if plan.draft is not None else "",
        "differences": [
            [one.field, one.found, one.wanted]
            for one in sorted(plan.differences(), key=_field_of)
            if not one.is_link
        ],
    }
    text = json.dumps(content, ensure_ascii=False)
    return salted_hmac("plan line", text, algorithm="sha256").hexdigest()


def _field_of(difference: Difference) -> str:
    return difference.field


def changed_since_approval(
    desk: Desk, record: Record, drawn: Plan, took: Sequence[Write]
) -> Reason | None:
    """Why the record may not be written by the plan that was posted; None where it may.

    ``took`` are steps that have had their effect already: a change that was begun as approved is
    ended though less of it is left, as long as the record shall be just as it should then. An
    earlier try may have told of them.
    """
    if not drawn.steps or not (record.approved or desk.only_approved):
        return None
    if record.approved == line_digest(drawn):
        return None
    if record.approved and drawn.draft is not None:
        wanted = fingerprint(drawn.draft)
        begun = took or _last_effective(record)
        if begun and all(is_unchanged(write.fingerprint, wanted) for write in begun):
            return None
    return reasons.NOT_AS_APPROVED.because()


def _last_effective(record: Record) -> Sequence[Write]:
    """The last call for the record that took effect, told or not; nothing where none did."""
    return list(record.writes.filter(outcome__in=Write.EFFECTIVE).order_by("-sent_at", "-pk")[:1])


def unreadable(fields: frozenset[str]) -> Held:
    """The source does not let us see what the target requires."""
    return Held((reasons.UNREADABLE.because(fields=", ".join(sorted(fields))),))


def _gone(record: Record) -> Held:
    return Held((reasons.TARGET_GONE.because(target=record.target_id),))


def _owner(desk: Desk, record: Record, target_id: str) -> str | None:
    """The source id of another record of this leg that the target record is tied to."""
    noted = desk.lookups.owner_of(desk.leg.name, target_id)
    if noted is not None and noted != record.source_id:
        return noted
    return (
        Record.objects.filter(integration=desk.integration, leg=desk.leg.name, target_id=target_id)
        .exclude(pk=record.pk)
        .values_list("source_id", flat=True)
        .first()
    )
