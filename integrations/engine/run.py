"""Runs one leg: reads pages, works their records, moves the mark, counts what became of each."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from threading import Event, Lock

from django.db import connections

from audit import trail
from audit.models import SyncRun
from audit.outcomes import Outcome
from config import clock
from connectors import registry as vendors
from connectors.errors import ConnectorError, RetryableError
from connectors.vendor import Page, Vendor
from integrations import mapping, registry
from integrations.engine import failures, leases, marks, vanished, writes
from integrations.engine.access import open_clients, source_of
from integrations.engine.avalanche import Day
from integrations.engine.counting import KEPT_COUNT, FirstPass
from integrations.engine.grounds import Grounds, standing_on
from integrations.engine.index import Index
from integrations.engine.lanes import Lanes
from integrations.engine.plan import Desk
from integrations.engine.proof import Proof
from integrations.engine.reading import Job, together
from integrations.engine.rows import sort_page
from integrations.engine.work import KEPT_BACK_SECONDS, Bench
from integrations.flow import Leg
from integrations.models import HighWaterMark, Integration, Record
from integrations.webhooks import untold

log = logging.getLogger(__name__)

CHUNK_COUNT = 25
"""Records claimed together."""
BULK_FROM_COUNT = 50
"""From so many records to work on, the target is read in bulk instead of one by one."""

Report = Callable[[int, Counter[Outcome]], None]
"""Told after each chunk: records seen so far, and what became of them."""


@dataclass(slots=True)
class Tally:
    """What became of the records seen; added to by several threads."""

    seen_count: int = 0
    counts: Counter[Outcome] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def see(self, count: int) -> None:
        """Count records that this run answers for."""
        with self._lock:
            self.seen_count += count

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Count outcomes, one per record."""
        with self._lock:
            self.counts.update(outcomes)

    def leave_the_rest(self) -> None:
        """What was seen and not worked, since the run ended early, is left for later."""
        with self._lock:
            self.counts[Outcome.WAITING] += self.seen_count - self.counts.total()
            self.counts = +self.counts

    def as_json(self) -> dict[str, int]:
        """The form that runs keep."""
        with self._lock:
            return {str(outcome): count for outcome, count in sorted(self.counts.items())}


class LegClosedError(Exception):
    """Nobody has approved the leg's first preview: whoever starts a run asks before."""


class LegRun:
    """One execution of one leg.

    Raises:
        LegClosedError: the leg may not write yet.
    """

    def __init__(
        self,
        integration: Integration,
        leg: Leg,
        trigger: SyncRun.Trigger,
        *,
        width: int | None = None,
        report: Report | None = None,
        stop: Event | None = None,
        only_approved: bool = False,
        replay_of_id: int | None = None,
        kept_count: int = KEPT_COUNT,
        kept_back_seconds: float = KEPT_BACK_SECONDS,
    ) -> None:
        self.integration = integration
        self.leg = leg
        self.trigger = trigger
        self.report = report
        self._kept_count = kept_count
        self._kept_back_seconds = kept_back_seconds
        self._stop = stop or Event()
        self._broken = Event()
        self._counts_pages = False
        self._poll: untold.Poll | None = None
        mark = marks.read_mark(integration, leg.name)
        if mark.opened_at is None:
            raise LegClosedError(f"{leg.name} of integration {integration.pk}")
        target = vendors.vendor(integration.target.vendor)
        self.width = width or _width(leg, target)
        self.tally = Tally()
        self.run = trail.open_run(whose(integration, leg), trigger)
        self.day = Day(integration, leg, self.run)
        self._grounds = Grounds(leg)
        self.desk = Desk(
            integration,
            leg,
            mapping.table(integration),
            integration.tenant.today(),
            proof=Proof(mark),
            day=self.day,
            only_approved=only_approved,
            replay_of_id=replay_of_id,
        )

    def read_all(self, *, everything: bool = False) -> SyncRun:
        """Read what changed since the mark, or everything, and work it."""
        mark = marks.read_mark(self.integration, self.leg.name)
        since = "" if everything else mark.value
        self._counts_pages = True
        looks_again = everything or (not since and self.leg.has_marks)
        return self._guarded(lambda: self._pages(mark, since, looks_again=looks_again))

    def read_again(self, since: str) -> SyncRun:
        """Read what changed since an earlier mark and work it; the leg's own mark stays."""
        self._counts_pages = True
        return self._guarded(lambda: self._pages(None, since, looks_again=True))

    def work_these(self, record_ids: Sequence[int]) -> SyncRun:
        """Work rows that are due; each is read afresh in its lease."""
        return self._guarded(lambda: self._work([Job(pk) for pk in record_ids]))

    def _guarded(self, work: Callable[[], None]) -> SyncRun:
        """Close the run whatever happens, with the reason in words."""
        state, reason = SyncRun.State.INTERRUPTED, "The worker was stopped."
        try:
            work()
            if not self._is_over():
                state, reason = SyncRun.State.DONE, ""
        except failures.RunStoppedError as error:
            state, reason = _ended_by(error.error), error.error.summary
        except ConnectorError as error:
            failures.tell(self.integration, error)
            state, reason = _ended_by(error), error.summary
        except Exception as error:
            log.exception("run %s ended in a defect", self.run.key)
            state, reason = SyncRun.State.FAILED, f"A mistake of ours: {type(error).__name__}."
            raise
        finally:
            self.tally.leave_the_rest()
            trail.close_run(self.run, state, self.tally.seen_count, self.tally.as_json(), reason)
        self.run.refresh_from_db()
        return self.run

    def _is_over(self) -> bool:
        """Whether somebody asked to stop, or another thread of this run could not go on."""
        return self._stop.is_set() or self._broken.is_set()

    def _pages(self, mark: HighWaterMark | None, since: str, *, looks_again: bool) -> None:
        bench = self._bench()
        self.desk = bench.desk
        if mark is not None and since and self.leg.notices:
            self._poll = untold.begin(source_of(self.integration, self.leg))
        try:
            roll = vanished.Roll()
            pages = roll.of(_timed(self.leg.read(bench.source, since)))
            if not since and self._is_counted():
                pages = self._first_pass(pages, bench, look_again=looks_again)
            for page, read_at in pages:
                self._page(page, read_at, bench, look_again=looks_again)
                if self._is_over():
                    return
                if mark is not None:
                    marks.move(mark, page.mark)
            if not since and roll.is_whole:
                vanished.tell(self.integration, self.leg, roll.ids)
        finally:
            bench.close()

    def _is_counted(self) -> bool:
        """Whether changes may be too many: a first sync and a posted plan were approved."""
        rows = Record.objects.filter(integration=self.integration, leg=self.leg.name)
        return not self.desk.only_approved and rows.filter(state=Record.State.SYNCED).exists()

    def _first_pass(
        self, pages: Iterator[tuple[Page, datetime]], bench: Bench, *, look_again: bool
    ) -> Iterator[tuple[Page, datetime]]:
        """Count what the pages need before anything is written; answers them for the second."""
        first = FirstPass(
            self.desk,
            self.day,
            bench.target,
            lambda desk: self._with_index(desk, bench),
            bulk_from_count=BULK_FROM_COUNT,
            kept_count=self._kept_count,
        )
        for page, read_at in pages:
            first.see(page, read_at, look_again=look_again)
            trail.note_progress(self.run, self.tally.seen_count, self.tally.as_json())
            if self._is_over():
                return iter(())
        self.desk = first.end()
        kept = first.kept
        if not kept.is_whole:
            return _timed(self.leg.read(bench.source, ""))
        self.tally.see(kept.as_they_stand.total())
        self.tally.add(kept.as_they_stand.elements())
        return iter(kept.pages)

    def _page(self, page: Page, read_at: datetime, bench: Bench, *, look_again: bool) -> None:
        self.tally.see(len(page.records) + len(page.hints))
        work = sort_page(
            self.integration,
            self.leg.name,
            page,
            read_at,
            look_again=look_again,
            points_to=self.leg.points_to,
        )
        self.tally.add(work.as_they_stand)
        if len(work.to_work) >= BULK_FROM_COUNT and self.desk.index is None:
            self.desk = self._with_index(self.desk, bench)
        self._work(work.to_work)
        if self._poll is not None:
            self._poll.count(work.unasked)

    def _with_index(self, desk: Desk, bench: Bench) -> Desk:
        if self.leg.find_all is None:
            return desk
        began_at = clock.now()
        records = (found for part in self.leg.find_all(bench.target) for found in part)
        index = Index(began_at, records)
        return replace(desk, index=index)

    def _work(self, jobs: Sequence[Job]) -> None:
        chunks = list(_chunks(jobs))
        width = min(self.width, len(chunks))
        if width <= 1:
            self._work_chunks(iter(chunks))
            return
        queue = iter(chunks)
        shared = _Shared(queue)
        with ThreadPoolExecutor(width, thread_name_prefix=self.leg.name) as pool:
            futures = [pool.submit(self._in_thread, shared) for _ in range(width)]
        for future in futures:
            future.result()

    def _in_thread(self, chunks: Iterator[Sequence[Job]]) -> None:
        try:
            self._work_chunks(chunks)
        finally:
            connections.close_all()

    def _work_chunks(self, chunks: Iterator[Sequence[Job]]) -> None:
        bench = self._bench()
        try:
            for chunk in chunks:
                if self._is_over():
                    return
                self._work_chunk(bench, {job.record_id: job for job in chunk})
                trail.note_progress(self.run, self.tally.seen_count, self.tally.as_json())
                if self.report is not None:
                    self.report(self.tally.seen_count, self.tally.counts)
        except BaseException:
            self._broken.set()
            raise
        finally:
            bench.close()

    def _work_chunk(self, bench: Bench, jobs: dict[int, Job]) -> None:
        claimed = leases.claim(list(jobs))
        if self._counts_pages:
            self.tally.add([Outcome.WAITING] * (len(jobs) - len(claimed)))
        else:
            self.tally.see(len(claimed))
        left = list(claimed)
        pending = writes.pending_by_record(claimed)
        try:
            clear = [record for record in claimed if record.pk not in pending]
            jobs = together(self.desk, bench.source, clear, jobs)
            while left and not self._is_over():
                record = left.pop(0)
                bench.work(record, jobs[record.pk], pending.get(record.pk, ()))
                if bench.is_to_store:
                    self.tally.add(bench.store())
        finally:
            try:
                self.tally.add(bench.store())
            finally:
                bench.lanes.give_back()
                leases.give_back(left)

    def _bench(self) -> Bench:
        return open_bench(self.desk, self.run, self._grounds, self._kept_back_seconds)


def _width(leg: Leg, target: Vendor) -> int:
    """How many records are worked side by side; where all calls share a lane, one."""
    lanes = {step.lane for step in leg.steps}
    return 1 if len(lanes) == 1 and "" not in lanes else target.limits.concurrent_calls


def _ended_by(error: ConnectorError) -> SyncRun.State:
    """Whether the rest is only left for later, or needs a person."""
    is_passing = isinstance(error, RetryableError)
    return SyncRun.State.INTERRUPTED if is_passing else SyncRun.State.FAILED


class _Shared:
    """An iterator that several threads take from."""

    def __init__(self, chunks: Iterator[Sequence[Job]]) -> None:
        self._chunks = chunks
        self._lock = Lock()

    def __iter__(self) -> _Shared:
        return self

    def __next__(self) -> Sequence[Job]:
        with self._lock:
            return next(self._chunks)


def open_bench(
    desk: Desk, run: SyncRun, grounds: Grounds, kept_back_seconds: float = KEPT_BACK_SECONDS
) -> Bench:
    """A place of work with clients of its own."""
    lanes = Lanes(desk.integration.target)
    bench = Bench(desk, run, None, None, lanes, kept_back_seconds)
    clients = open_clients(desk.integration, desk.leg, bench.note_exchange, bench.may_begin)
    bench.source, bench.target = clients.source, clients.target
    bench.desk = standing_on(desk, grounds, clients.target)
    return bench


def whose(integration: Integration, leg: Leg) -> trail.Whose:
    """Whose run it is, for the trail."""
    return trail.Whose(
        tenant_id=integration.tenant_id,
        tenant_name=integration.tenant.name,
        integration_id=integration.pk,
        integration_title=integration.title,
        flow=integration.flow,
        leg=leg.name,
    )


def legs(integration: Integration) -> tuple[Leg, ...]:
    """The legs of the integration that are on, those first that others need."""
    ordered: dict[str, Leg] = {}
    flow = registry.flow(integration.flow)
    for leg in flow.legs:
        ordered |= {name: flow.leg(name) for name in leg.needs}
        ordered[leg.name] = leg
    lookups = mapping.table(integration)
    return tuple(leg for leg in ordered.values() if leg.is_on(lookups))


def _timed(pages: Iterator[Page]) -> Iterator[tuple[Page, datetime]]:
    """Each page with the instant before it was asked for."""
    while True:
        began_at = clock.now()
        page = next(pages, None)
        if page is None:
            return
        yield page, began_at


def _chunks(
    jobs: Sequence[Job],
) -> Iterator[Sequence[Job]]:
    remaining = iter(jobs)
    while chunk := list(islice(remaining, CHUNK_COUNT)):
        yield chunk
