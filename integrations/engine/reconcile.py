"""Compares both sides whole; writes nothing: makes due what was missed, reports the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from audit import trail
from audit.models import SyncRun
from audit.outcomes import WRITTEN, Outcome
from config import clock
from integrations import reasons
from integrations.engine import drift, outcomes, problems, vanished
from integrations.engine.preview import Line, preview
from integrations.engine.run import Tally, whose
from integrations.flow import Leg
from integrations.models import Integration, Problem, Record


@dataclass(slots=True)
class Report:
    """What a comparison found. ``missed`` were made due; ``drifted`` differ at the target only.

    A difference that a person has accepted is none until a side changes.
    """

    seen_count: int = 0
    missed: list[str] = field(default_factory=list)
    drifted: list[Line] = field(default_factory=list)
    alike: set[str] = field(default_factory=set)
    """Source ids of records that stand at the target just as they were drawn up."""

    def as_json(self) -> dict[str, object]:
        """The form that ``reconcile --json`` prints."""
        return {
            "seen": self.seen_count,
            "missed": self.missed,
            "drifted": [line.as_json() for line in self.drifted],
        }


def reconcile(integration: Integration, leg: Leg) -> Report:
    """Plan every record against the target as it stands."""
    run = trail.open_run(whose(integration, leg), SyncRun.Trigger.RECONCILE)
    tally, report = Tally(), Report()
    state = SyncRun.State.FAILED
    try:
        lines = list(preview(integration, leg, always_looks=True))
        tally.see(len(lines))
        report.seen_count = len(lines)
        for line, record in _with_records(integration, leg, lines):
            tally.add([_sort(line, record, report)])
        drift.forget(integration, leg.name, report.alike)
        _report(integration, leg, report.drifted)
        vanished.tell(integration, leg, {line.source_id for line in lines})
        state = SyncRun.State.DONE
    finally:
        trail.close_run(run, state, tally.seen_count, tally.as_json())
    return report


def _with_records(
    integration: Integration, leg: Leg, lines: Sequence[Line]
) -> list[tuple[Line, Record | None]]:
    rows = Record.objects.filter(integration=integration, leg=leg.name)
    by_source = {row.source_id: row for row in rows}
    return [(line, by_source.get(line.source_id)) for line in lines]


def _sort(line: Line, record: Record | None, report: Report) -> Outcome:
    """What one record comes to; what a notice should have told is made due."""
    if line.outcome == Outcome.UNCHANGED:
        report.alike.add(line.source_id)
    if line.outcome not in WRITTEN and line.outcome != Outcome.LINKED:
        return line.outcome
    if record is None or not _is_settled(record) or record.digest != line.source_digest:
        report.missed.append(line.source_id)
        if record is not None:
            outcomes.make_due([record.pk])
        return Outcome.WAITING
    drift.note(record, line.differences)
    news = tuple(drift.unaccepted(record, line.differences))
    if news or not line.differences:
        report.drifted.append(replace(line, differences=news))
    return Outcome.UNCHANGED


def _is_settled(record: Record) -> bool:
    """Whether it stands at the target, and what is known to come has not come yet."""
    if record.state == Record.State.SYNCED:
        return True
    is_ahead = record.due_at is not None and record.due_at > clock.now()
    return record.state == Record.State.WAITING and bool(record.fingerprint) and is_ahead


def _report(integration: Integration, leg: Leg, drifted: Sequence[Line]) -> None:
    """One problem per record that differs, the same one as long as it does."""
    about = {f"{leg.name}:{line.source_id}": line for line in drifted}
    standing = Problem.objects.filter(
        integration=integration,
        code=reasons.DRIFT.code,
        closed_at__isnull=True,
        subject__startswith=f"{leg.name}:",
    )
    standing.exclude(subject__in=about).update(closed_at=clock.now(), ending=Problem.Ending.ITSELF)
    for subject, line in about.items():
        fields = ", ".join(sorted({one.field for one in line.differences})) or "everything"
        problems.report(integration, reasons.DRIFT.because(name=line.title, fields=fields), subject)
