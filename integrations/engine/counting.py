"""The first pass of a full run: plans what its pages need and counts it before any write.

Pages are kept for the second pass without what needs no work. Where that becomes too much, they are
let go and read again: memory does not grow with the company. What is only hinted at is read in its
lease and counted as it goes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from audit.outcomes import Outcome
from config import clock
from connectors.errors import ConnectorError
from connectors.vendor import Page, SourceRecord
from integrations.engine import avalanche, failures, plan, rows
from integrations.engine.avalanche import Day
from integrations.engine.glances import Glance, Glances
from integrations.engine.plan import Desk
from integrations.flow import Decision, Draft, Held
from integrations.models import Record

KEPT_COUNT = 1_000
"""So many records that need work are kept from the first pass to the second."""

WithIndex = Callable[[Desk], Desk]
"""Reads the target in bulk."""


@dataclass(slots=True)
class Kept:
    """What the second pass need not read again."""

    pages: list[tuple[Page, datetime]] = field(default_factory=list)
    """Only what needs work, in the order in which it was read."""
    as_they_stand: Counter[Outcome] = field(default_factory=Counter)
    count: int = 0
    is_whole: bool = True
    """False: there was too much to keep, so the pages must be read again."""


class FirstPass:
    """Counts the changes that a run is about to make, page by page."""

    def __init__(
        self,
        desk: Desk,
        day: Day,
        target: object,
        with_index: WithIndex,
        *,
        bulk_from_count: int,
        kept_count: int = KEPT_COUNT,
    ) -> None:
        self.desk = replace(desk, glances=None)
        self.kept = Kept()
        self.glances = Glances()
        self._day = day
        self._target = target
        self._with_index = with_index
        self._bulk_from_count = bulk_from_count
        self._kept_count = kept_count
        self._changed: list[tuple[Record, Draft]] = []
        self._planned: Counter[str] = Counter()

    def see(self, page: Page, read_at: datetime, *, look_again: bool) -> None:
        """Take in one page; the target is asked only where the count cannot be told without."""
        leg = self.desk.leg.name
        apart = rows.set_apart(self.desk.integration, leg, page, look_again=look_again)
        for snapshot in apart.page.records:
            row = apart.rows.get(snapshot.id)
            if row is None or avalanche.is_first(row) or row.state == Record.State.IGNORED:
                continue
            decision = self._decided(snapshot, row)
            if isinstance(decision, Draft) and not plan.is_written(self.desk.leg, row, decision):
                self._changed.append((row, decision))
        self._keep(apart, read_at)
        if len(self._changed) > self._kept_count:
            self._compare()

    def end(self) -> Desk:
        """Hold what would be too much, all of it; answers the desk for the second pass."""
        if self._planned or (self._changed and not self._day.passes(len(self._changed))):
            self._compare()
        self._day.stop_beforehand(self._planned)
        return replace(self.desk, glances=self.glances)

    def _keep(self, apart: rows.Apart, read_at: datetime) -> None:
        kept = self.kept
        kept.count += len(apart.page.records) + len(apart.page.hints)
        if kept.count > self._kept_count and kept.pages:
            kept.is_whole = False
            kept.pages.clear()
            self.glances.clear()
        if kept.is_whole:
            kept.pages.append((apart.page, read_at))
            kept.as_they_stand.update(apart.as_they_stand)

    def _decided(self, snapshot: SourceRecord, record: Record) -> Decision | None:
        try:
            return plan.decide(self.desk, snapshot, record)
        except Exception:  # noqa: BLE001  # met again, and told, when the record is worked
            return None

    def _compare(self) -> None:
        """Count by kind what the target still lacks."""
        changed, self._changed = self._changed, []
        if self.desk.index is None and len(changed) >= self._bulk_from_count:
            self.desk = self._with_index(self.desk)
        for record, draft in changed:
            try:
                kind = self._kind(record, draft)
            except ConnectorError as error:
                if failures.stops_the_run(error):
                    raise
                # It strikes again, and is told, when the record is worked.
                continue
            if kind:
                self._planned[kind] += 1

    def _kind(self, record: Record, draft: Draft) -> str:
        index = self.desk.index
        at = clock.now() if index is None else index.read_at
        finding = plan.locate(self.desk, self._target, record, draft, afresh=False)
        if self.kept.is_whole:
            self.glances.keep(record, Glance(finding, at))
        match = plan.settle_match(self.desk, record, draft, finding)
        if isinstance(match, Held):
            return ""
        wanted = plan.with_drift_left(self.desk, record, draft)
        return avalanche.kind_of(record, plan.draw_up(self.desk, record, wanted, match).steps)
