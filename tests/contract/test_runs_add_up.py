"""Each run accounts for every record that it saw, and its entries for every change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest

from audit import trail
from audit.models import Entry, SyncRun
from audit.outcomes import WRITTEN, Outcome
from config import clock
from integrations import remedies
from integrations.engine import plans
from integrations.engine.reconcile import reconcile
from integrations.engine.run import LegRun
from integrations.models import Connection, Integration, Mapping, Plan, Record
from integrations.replaying import ReplayError, replay
from tests.clocks import StoppedClock
from tests.contract.toy.house import House

pytestmark = pytest.mark.django_db(transaction=True)

DEEDS_COUNT = 25
SEEDS = range(4)
Standing = dict[int, tuple[str, str, str]]


def standing() -> Standing:
    """State, reasons and target of every record."""
    return {row.pk: (row.state, str(row.reasons), row.target_id) for row in Record.objects.all()}


class Day:
    """What may happen in a day, drawn by lot; after each deed its runs are checked."""

    def __init__(self, house: House, clock: StoppedClock, lot: Random) -> None:
        self.house, self.clock, self.lot = house, clock, lot
        self.deeds: tuple[Callable[[], object], ...] = (
            self._file_cards,
            house.sync,
            lambda: house.sync(everything=True),
            self._trouble,
            self._map_cellar,
            self._wait,
            self._replay,
            self._never,
            self._withdraw,
            self._post_plan,
            lambda: reconcile(house.fresh(), house.leg),
        )

    def deed(self) -> None:
        """One of them, and the check of the runs that it began."""
        known = set(SyncRun.objects.values_list("pk", flat=True))
        before = standing()
        self.clock.advance(seconds=40)
        self.lot.choice(self.deeds)()
        runs = list(SyncRun.objects.exclude(pk__in=known))
        for run in runs:
            check_counts(run)
        if len(runs) == 1:
            check_entries(runs[0], before)

    def _file_cards(self) -> None:
        for number in self.lot.sample(range(1, 9), k=self.lot.randint(1, 4)):
            drawer = self.lot.choice(["Garden", "Garden", "Cellar", "Attic"])
            self.house.office.file(str(number), name=f"Guest {number}", drawer=drawer)

    def _trouble(self) -> None:
        office, place = self.house.office, self.lot.choice(["guests", "confirm"])
        for number in (len(office.cards) + 10, len(office.cards) + 11):
            office.file(str(number), name=f"Guest {number}", drawer="Garden")
        kind = self.lot.choice(["lost_before", "lost_after", "refused"])
        if kind != "refused":
            getattr(office, kind).add(place)
            self.house.sync(everything=True)
            return
        office.refused[place] = self.lot.choice([422, 429, 503, 500])
        self.house.sync(everything=True)
        office.refused.clear()

    def _map_cellar(self) -> None:
        if Mapping.objects.filter(state="unmapped", source_key='["Cellar"]').exists():
            self.house.map("Cellar", "2")
        self.house.drain()

    def _wait(self) -> None:
        self.clock.advance(seconds=400)
        self.house.drain()

    def _replay(self) -> None:
        entry = Entry.objects.order_by("?").first()
        if entry is None:
            return
        try:
            replay(entry.pk)
        except ReplayError:
            assert SyncRun.objects.latest("pk").trigger == SyncRun.Trigger.REPLAY

    def _never(self) -> None:
        record = Record.objects.filter(state=Record.State.HELD).first()
        if record is not None:
            remedies.never(record)

    def _withdraw(self) -> None:
        for guest in self.house.office.guests.values():
            guest["is_confirmed"] = "no"
        self.house.sync(everything=True)

    def _post_plan(self) -> None:
        plan = plans.keep(self.house.fresh(), self.house.leg, self.house.operator)
        plans.approve(plan, self.house.operator)
        plans.post(Plan.objects.get(pk=plan.pk), self.house.leg)


def check_counts(run: SyncRun) -> None:
    """The outcomes add up to the records seen."""
    assert run.ended_at is not None
    told = f"{run.trigger} {run.state} {run.state_reason} {run.counts}"
    assert sum(run.counts.values()) == run.seen_count, told


def check_entries(run: SyncRun, before: Standing) -> None:
    """Who changed has an entry in the run, nobody else has one, and the counts say the same."""
    entries = Counter[str](run.entries.values_list("outcome", flat=True))
    for outcome, count in entries.items():
        assert count <= run.counts.get(outcome, 0), f"{run.trigger}: {entries} {run.counts}"
    for written in (*WRITTEN, Outcome.LINKED):
        assert entries[written] == run.counts.get(written, 0), f"{entries} {run.counts}"
    if run.trigger in (SyncRun.Trigger.REPLAY, SyncRun.Trigger.RECONCILE):
        return
    after = standing()
    unseen = (Record.State.QUEUED.value, "[]", "")
    changed = {pk for pk, now in after.items() if before.get(pk, unseen) != now}
    told = set(run.entries.values_list("record_id", flat=True))
    wrote = set(run.entries.filter(outcome__in=WRITTEN).values_list("record_id", flat=True))
    assert told - wrote == changed - wrote


def test_counts_what_an_ended_run_left_as_waiting(house: House) -> None:
    for number in (1, 2, 3):
        house.office.file(str(number), name=f"Guest {number}")
    house.set_up()
    house.office.refused["guests"] = 429
    run = house.sync()
    assert (run.state, run.seen_count) == (SyncRun.State.INTERRUPTED, 3)
    assert run.counts == {"failed": 1, "waiting": 2}
    assert list(run.entries.values_list("outcome", flat=True)) == ["failed"]


def test_counts_what_a_killed_run_left_as_waiting(house: House) -> None:
    house.office.file("1")
    house.set_up()
    run = LegRun(house.fresh(), house.leg, SyncRun.Trigger.MANUAL).run
    trail.note_progress(run, 5, {"created": 2})
    assert trail.interrupt_abandoned(clock.now() + timedelta(seconds=1)) == 1
    run.refresh_from_db()
    assert (run.state, run.counts) == ("interrupted", {"created": 2, "waiting": 3})
    assert trail.interrupt_abandoned(clock.now() + timedelta(seconds=1)) == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_accounts_for_every_record(stopped_clock: StoppedClock, house: House, seed: int) -> None:
    lot = Random(seed)
    for number in range(1, 6):
        drawer = lot.choice(["Garden", "Cellar", "Attic"])
        house.office.file(str(number), name=f"Guest {number}", drawer=drawer)
    house.set_up()
    day = Day(house, stopped_clock, lot)
    for _ in range(DEEDS_COUNT):
        day.deed()
        Integration.objects.update(status=Integration.Status.ON)
        Connection.objects.update(status=Connection.Status.ACTIVE)
    assert SyncRun.objects.count() > 10
