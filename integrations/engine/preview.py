"""What a run would do: the same loop stopped before the steps; stores and writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from audit.outcomes import Outcome
from config import clock
from connectors.errors import RetryableError
from connectors.vendor import Operation, SourceRecord
from integrations import mapping
from integrations.engine import sheets
from integrations.engine.access import open_clients
from integrations.engine.fingerprints import digest_of
from integrations.engine.grounds import Grounds, standing_on
from integrations.engine.index import Index
from integrations.engine.plan import Desk, Plan, line_digest, plan_record
from integrations.engine.rows import hinted_news
from integrations.flow import Difference, Filtered, Held, Leg, Sheet, Waiting
from integrations.models import Integration, Record

MOST_LOOKS = 24
"""So often a preview looks for what was begun at the source and is not there yet."""
TOGETHER_COUNT = 100
"""So many records that a feed only hinted at are read in one go."""


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a preview."""

    source_id: str
    title: str
    outcome: Outcome
    steps: tuple[str, ...]
    differences: tuple[Difference, ...]
    sentences: tuple[str, ...]
    digest: str = ""
    source_digest: str = ""
    sheets: tuple[Sheet, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The form that ``sync --dry-run --json`` prints and plans keep; it tells no amounts."""
        told: dict[str, object] = {
            "source_id": self.source_id,
            "title": self.title,
            "outcome": str(self.outcome),
            "steps": list(self.steps),
            "differences": [one.as_json() for one in self.differences],
            "reasons": list(self.sentences),
        }
        if self.sheets:
            told["sheets"] = [sheets.masked(sheet) for sheet in self.sheets]
        return told


def preview(
    integration: Integration,
    leg: Leg,
    ids: Sequence[str] = (),
    *,
    since: str = "",
    always_looks: bool = False,
) -> Iterator[Line]:
    """Plan every source record, or those of ``ids``, or what changed ``since`` a mark.

    Says of each what would become of it. ``always_looks`` compares with the target also what was
    written just so.
    """
    clients = open_clients(integration, leg, _unheard, _always)
    try:
        index = None
        if not ids and leg.find_all is not None:
            began_at = clock.now()
            parts = leg.find_all(clients.target)
            index = Index(began_at, (found for part in parts for found in part))
        desk = Desk(integration, leg, mapping.table(integration), integration.tenant.today(), index)
        desk = standing_on(desk, Grounds(leg), clients.target)
        for snapshots in _snapshots(desk, clients.source, ids, since):
            rows = _rows(integration, leg, [snapshot.id for snapshot in snapshots])
            for snapshot in snapshots:
                row = rows.get(snapshot.id) or Record(
                    integration=integration, leg=leg.name, source_id=snapshot.id
                )
                plan = plan_record(
                    desk,
                    clients.target,
                    row,
                    snapshot,
                    lambda read, lacking: _completed(leg, clients.source, read, lacking),
                    always_looks=always_looks,
                )
                yield _line(leg, row, snapshot, plan)
    finally:
        clients.source.close()
        clients.target.close()


def beside(integration: Integration, leg: Leg, lines: Sequence[Line]) -> tuple[str, ...]:
    """What the target has already for the days of the documents that the lines would make."""
    days = [one.dated_on for line in lines for one in line.sheets if one.dated_on is not None]
    if leg.beside is None or not days:
        return ()
    clients = open_clients(integration, leg, _unheard, _always)
    try:
        return tuple(leg.beside(clients.target, min(days), max(days)))
    finally:
        clients.source.close()
        clients.target.close()


def _snapshots(
    desk: Desk, source: object, ids: Sequence[str], since: str
) -> Iterator[Sequence[SourceRecord]]:
    leg = desk.leg
    if ids:
        yield leg.read_some(source, ids)
        return
    for page in leg.read(source, since):
        yield page.records
        hinted = hinted_news(desk.integration, leg.name, page)
        for start in range(0, len(hinted), TOGETHER_COUNT):
            yield leg.read_some(source, hinted[start : start + TOGETHER_COUNT])


def _rows(integration: Integration, leg: Leg, ids: Sequence[str]) -> dict[str, Record]:
    rows = Record.objects.filter(integration=integration, leg=leg.name, source_id__in=ids)
    return {row.source_id: row for row in rows}


def _completed(
    leg: Leg, source: object, snapshot: SourceRecord, lacking: frozenset[str]
) -> SourceRecord:
    if leg.complete is None:
        raise TypeError(f"Leg {leg.name} cannot read {', '.join(sorted(lacking))}.")
    for _ in range(MOST_LOOKS):
        try:
            return leg.complete(source, snapshot, lacking)
        except RetryableError as error:
            if not error.memo:
                raise
            # Nothing is stored that a later try could go on from, so this one stays with it.
            snapshot = replace(snapshot, memo=error.memo)
    return leg.complete(source, snapshot, lacking)


def _line(leg: Leg, row: Record, snapshot: SourceRecord, plan: Plan) -> Line:
    outcome, sentences = _outcome(leg, row, plan)
    return Line(
        snapshot.id,
        snapshot.title,
        outcome,
        tuple(step.name for step in plan.steps),
        plan.differences(),
        sentences,
        line_digest(plan),
        digest_of(snapshot),
        _sheets(leg, outcome, plan),
    )


def _sheets(leg: Leg, outcome: Outcome, plan: Plan) -> tuple[Sheet, ...]:
    """The money documents that the steps would make."""
    if leg.sheets is None or plan.draft is None or not plan.steps or outcome == Outcome.IGNORED:
        return ()
    return tuple(leg.sheets(plan.found, plan.draft))


def _outcome(leg: Leg, row: Record, plan: Plan) -> tuple[Outcome, tuple[str, ...]]:
    decision = plan.decision
    if row.state == Record.State.IGNORED:
        return Outcome.IGNORED, ()
    if isinstance(decision, Held):
        return Outcome.HELD, tuple(reason.sentence for reason in decision.reasons)
    if isinstance(decision, Waiting):
        return Outcome.WAITING, (decision.reason.sentence,)
    if isinstance(decision, Filtered):
        return Outcome.FILTERED, (decision.rule.sentence,)
    remarks = tuple(reason.sentence for reason in decision.remarks)
    if plan.steps:
        return plan.steps[0].outcome, remarks
    if not plan.is_same_as_written and plan.found is None and leg.unneeded is not None:
        return Outcome.FILTERED, (leg.unneeded.because().sentence,)
    return (Outcome.LINKED if plan.is_link else Outcome.UNCHANGED), remarks


def _unheard(exchange: object) -> None:
    """A preview leaves no trail: it changes nothing."""


def _always(operation: Operation, deadline_seconds: float) -> None:
    """A preview holds no lease."""
