"""Tells of one record, in an operator's words, where it stands, why, and what would mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from audit.models import Body, Entry
from connectors import registry as vendors
from connectors.redaction import printable
from integrations import registry, telling
from integrations.engine import writes
from integrations.models import Integration, Problem, Record, Write

STATE_SENTENCES = {
    Record.State.QUEUED: "It was seen and has not been worked yet.",
    Record.State.WRITING: "A change was sent and its outcome is being verified.",
    Record.State.SYNCED: "It stands at the target as the source has it.",
    Record.State.FILTERED: "It is out of scope.",
    Record.State.WAITING: "Nothing is wrong: its time has not come.",
    Record.State.HELD: "It waits for a person.",
    Record.State.FAILED: "It will be tried again by itself.",
    Record.State.IGNORED: "A person said that it is never to be carried.",
}
OPEN: Sequence[str] = Write.OPEN
ENTRIES_COUNT = 20
"""So many entries are told, newest first."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One record's story, newest entry first."""

    record: Record
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    writes: tuple[Write, ...]

    def lines(self) -> list[str]:
        """The story as sentences."""
        told = [*self._standing(), *self._why()]
        for entry in self.entries:
            told += telling.entry_lines(entry)
        return [printable(line) for line in told]

    def as_json(self) -> dict[str, object]:
        """The story for machines, with what was read, sent and answered; never a private value."""
        record = self.record
        return {
            "integration": record.integration.title,
            "leg": record.leg,
            "source_id": record.source_id,
            "title": record.title,
            "target_id": record.target_id,
            "state": record.state,
            "sentence": STATE_SENTENCES[Record.State(record.state)],
            "reasons": record.reasons,
            "problems": [
                {"code": one.code, "subject": one.subject, "remedy": one.remedy}
                for one in self.problems
            ],
            "waits_until": record.waits_until.isoformat() if record.waits_until else None,
            "due_at": _iso(record.due_at),
            "read_at": _iso(record.read_at),
            "source_version": record.source_version,
            "tries": record.tries,
            "open_writes": [writes.as_json(one) for one in self.writes if one.outcome in OPEN],
            "writes": [writes.as_json(one) for one in self.writes],
            "entries": [telling.entry_json(entry) for entry in self.entries],
        }

    def _standing(self) -> list[str]:
        record = self.record
        flow = registry.flow(record.integration.flow)
        source, target = (vendors.vendor(slug).title for slug in (flow.source, flow.target))
        told = [
            f"{record.title or record.source_id} ({source} {record.source_id}), "
            f"{record.integration.title}, {record.leg}: {record.get_state_display()}.",
            STATE_SENTENCES[Record.State(record.state)],
        ]
        if record.target_id:
            told.append(f"It is tied to {target} {record.target_id}.")
        return told

    def _why(self) -> list[str]:
        told: list[str] = []
        record = self.record
        for reason in record.reasons:
            told.append(reason["sentence"])
            if excerpt := reason.get("facts", {}).get("excerpt"):
                told.append(f"The answer, redacted: {excerpt}")
            if reason["remedy"]:
                told.append(f"What to do: {reason['remedy']}")
        for write in self.writes:
            if write.outcome in OPEN:
                told.append(
                    f"{write.step} was sent at {telling.instant(write.sent_at)} and what became "
                    f"of it is not known before {telling.instant(write.settled_at)}."
                )
        if record.due_at is not None:
            told.append(f"It is worked again at {telling.instant(record.due_at)}.")
        return told


def explain(integration: Integration, leg: str, source_id: str) -> Explanation:
    """The story of one record.

    Raises:
        LookupError: the leg is unknown, or no such record was ever seen.
    """
    registry.flow(integration.flow).leg(leg)
    record = (
        Record.objects.select_related("integration")
        .filter(integration=integration, leg=leg, source_id=source_id)
        .first()
    )
    if record is None:
        raise LookupError(
            f"{integration} has never seen {source_id!r} in {leg}: check the id at the source, "
            "or start a sync that reads everything."
        )
    # What is private stays closed: not even read from the database.
    bodies = Prefetch("bodies", Body.objects.defer("private", "salt"))
    entries = Entry.objects.filter(record_id=record.pk).select_related("run")
    return Explanation(
        record,
        tuple(entries.prefetch_related(bodies).order_by("-at", "-pk")[:ENTRIES_COUNT]),
        tuple(record.problems.filter(closed_at__isnull=True)),
        tuple(record.writes.all()),
    )


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
