"""Writes the trail: opens and closes runs, appends entries with what was read and sent.

The caller owns the transaction: an entry is written in the one in which its record changes.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from audit.models import Action, Body, Entry, SyncRun
from audit.outcomes import Outcome
from config import clock


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose run it is: ids and names as they are now."""

    tenant_id: int
    tenant_name: str
    integration_id: int
    integration_title: str
    flow: str
    leg: str


@dataclass(frozen=True, slots=True)
class Who:
    """A person as he was known then; no id: somebody at the command line."""

    person_id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class OnWhat:
    """The row that a person acted on; no tenant: the installation's."""

    tenant_id: int | None
    model: str = ""
    row_id: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class BodyText:
    """One thing read, drawn up or exchanged, redacted already; ``private`` is encrypted apart."""

    kind: Body.Kind
    content: object
    operation: str = ""
    private: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EntryText:
    """What there is to say of one record in one run."""

    record_id: int
    source_id: str
    outcome: Outcome
    target_id: str = ""
    title: str = ""
    reasons: Sequence[Mapping[str, object]] = ()
    mappings: Sequence[Mapping[str, object]] = ()
    differences: Sequence[Mapping[str, object]] = ()
    steps: Sequence[str] = ()
    bodies: Sequence[BodyText] = field(default_factory=tuple)
    error_id: str = ""
    counted_as: str = ""
    replay_of_id: int | None = None


def open_run(whose: Whose, trigger: SyncRun.Trigger) -> SyncRun:
    """Start the row that counts what becomes of each record seen."""
    return SyncRun.objects.create(
        key=uuid.uuid4(),
        tenant_id=whose.tenant_id,
        tenant_name=whose.tenant_name,
        integration_id=whose.integration_id,
        integration_title=whose.integration_title,
        flow=whose.flow,
        leg=whose.leg,
        trigger=trigger,
    )


def note_progress(run: SyncRun, seen_count: int, counts: Mapping[str, int]) -> None:
    """Store how far the run has come; harmless to repeat."""
    SyncRun.objects.filter(pk=run.pk, ended_at__isnull=True).update(
        seen_count=seen_count, counts=dict(counts), alive_at=clock.now()
    )


def close_run(
    run: SyncRun,
    state: SyncRun.State,
    seen_count: int,
    counts: Mapping[str, int],
    reason: str = "",
) -> None:
    """Freeze the run; a run that was closed before stays as it is."""
    now = clock.now()
    SyncRun.objects.filter(pk=run.pk, ended_at__isnull=True).update(
        state=state,
        state_reason=reason,
        seen_count=seen_count,
        counts=dict(counts),
        alive_at=now,
        ended_at=now,
    )


def interrupt_abandoned(silent_since: datetime) -> int:
    """Close the runs that have shown no sign of life since then; answers how many."""
    abandoned = SyncRun.objects.filter(ended_at__isnull=True, alive_at__lt=silent_since)
    for run in abandoned:
        left_count = run.seen_count - sum(run.counts.values())
        if left_count > 0:
            run.counts[Outcome.WAITING] = run.counts.get(Outcome.WAITING, 0) + left_count
        SyncRun.objects.filter(pk=run.pk, ended_at__isnull=True).update(
            state=SyncRun.State.INTERRUPTED,
            state_reason="The worker ended without a word; what it left is taken up again.",
            counts=run.counts,
            ended_at=clock.now(),
        )
    return len(abandoned)


def append(run: SyncRun, text: EntryText) -> Entry:
    """Append one entry and its bodies."""
    return append_all(run, [text])[0]


def append_all(run: SyncRun, texts: Sequence[EntryText]) -> list[Entry]:
    """Append entries and their bodies; the digests stay when a body is deleted later."""
    salted = [[(body, secrets.token_hex(16)) for body in text.bodies] for text in texts]
    entries = Entry.objects.bulk_create(
        _entry(run, text, bodies) for text, bodies in zip(texts, salted, strict=True)
    )
    Body.objects.bulk_create(
        Body(
            entry=entry,
            tenant_id=run.tenant_id,
            kind=body.kind,
            operation=body.operation,
            content=body.content,
            private=body.private,
            salt=salt,
            at=body.at or clock.now(),
        )
        for entry, bodies in zip(entries, salted, strict=True)
        for body, salt in bodies
    )
    return entries


def _entry(run: SyncRun, text: EntryText, salted: Sequence[tuple[BodyText, str]]) -> Entry:
    return Entry(
        run=run,
        tenant_id=run.tenant_id,
        integration_id=run.integration_id,
        flow=run.flow,
        leg=run.leg,
        record_id=text.record_id,
        source_id=text.source_id,
        target_id=text.target_id,
        title=text.title,
        outcome=text.outcome,
        reasons=list(text.reasons),
        mappings=list(text.mappings),
        differences=list(text.differences),
        steps=list(text.steps),
        body_digests=[_digest(body, salt) for body, salt in salted],
        error_id=text.error_id,
        counted_as=text.counted_as,
        replay_of_id=text.replay_of_id,
    )


def record_action(
    who: Who,
    what: str,
    on: OnWhat,
    *,
    outcome: Action.Outcome = Action.Outcome.DONE,
    sentence: str = "",
    details: Mapping[str, object] = MappingProxyType({}),
) -> Action:
    """Append what a person did or was refused; ``details`` are JSON and hold no secret."""
    return Action.objects.create(
        tenant_id=on.tenant_id,
        person_id=who.person_id,
        person_name=who.name[:200],
        what=what,
        outcome=outcome,
        sentence=sentence,
        model=on.model,
        row_id=on.row_id,
        row_title=on.title[:300],
        details=dict(details),
    )


def _digest(body: BodyText, salt: str) -> str:
    """SHA-256 over salt, private part and the canonical text of the content."""
    text = json.dumps(body.content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{salt}\n{body.private}\n{text}".encode()).hexdigest()
