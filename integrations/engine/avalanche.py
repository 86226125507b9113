"""Counts what changes within a day, so that a mistake at the source does not empty the target.

Only what nobody has approved counts and is held: neither a record's first writing, which its match
review and first preview decided, nor a posted preview, nor what a person released.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import timedelta
from threading import Lock

from django.db.models import Count

from audit.models import Entry, SyncRun
from config import clock
from integrations import reasons
from integrations.flow import Leg, Step
from integrations.limits import LIMITS
from integrations.models import Integration, Problem, Record
from integrations.reasons import Reason

WITHIN = timedelta(hours=24)
COUNTED_FOR_SECONDS = 1.0
"""How long a run goes by its last look at what other runs have changed."""


def kind_of(record: Record, steps: Iterable[Step]) -> str:
    """The kind of change that the steps are; empty where nobody need look at it."""
    if is_first(record):
        return ""
    outcomes = {step.outcome for step in steps if not step.completes}
    kind = next((limit.kind for limit in LIMITS if limit.outcome in outcomes), "")
    return "" if kind == record.cleared_for else kind


def is_first(record: Record) -> bool:
    """Whether the record has never been brought up to date: its match review decides on it."""
    return not record.fingerprint and record.state != Record.State.SYNCED


def _is_refused(record: Record, change: str) -> bool:
    return any(
        reason["code"] == reasons.CHANGE_REFUSED.code and reason["facts"].get("change") == change
        for reason in record.reasons
    )


class Day:
    """What changes of one leg have passed by themselves within a day; shared by a run's threads."""

    def __init__(self, integration: Integration, leg: Leg, run: SyncRun | None = None) -> None:
        self._integration = integration
        self._leg = leg
        self._run = run
        self._limits = {limit.kind: limit.chosen(integration.options) for limit in LIMITS}
        self._passed_here = dict.fromkeys(self._limits, 0)
        self._passed_elsewhere: dict[str, int] = {}
        self._stopped: set[str] = set()
        self._looked_at = 0.0
        self._linked_count: int | None = None
        self._lock = Lock()

    def refusal(self, record: Record, steps: Iterable[Step], change: str) -> Reason | None:
        """Why the steps may not be taken without a person; else they count as taken.

        ``change`` tells one change from another: what was refused stays so while it is the same.
        """
        kind = kind_of(record, steps)
        if not kind:
            return None
        facts = {"kind": kind, "hours": "24", "change": change}
        if _is_refused(record, change):
            return reasons.CHANGE_REFUSED.because(**facts)
        with self._lock:
            if self._is_passed({kind: 1}, kind):
                self._stopped.add(kind)
                percent = str(self._limits[kind].share_percent)
                return reasons.AVALANCHE.because(percent=percent, **facts)
            self._passed_here[kind] += 1
        return None

    def passes(self, count: int) -> bool:
        """Whether so many changes more pass in any case, of whichever kind they are."""
        with self._lock:
            return not any(self._is_passed({kind: count}, kind) for kind in self._limits)

    def stop_beforehand(self, planned: Mapping[str, int]) -> None:
        """Hold every change of a kind of which so many are planned that the limit is passed."""
        with self._lock:
            self._stopped |= {kind for kind in planned if self._is_passed(planned, kind)}

    def _is_passed(self, more: Mapping[str, int], kind: str) -> bool:
        self._look()
        if kind in self._stopped:
            return True
        limit = self._limits[kind]
        count = self._passed_elsewhere[kind] + self._passed_here[kind] + more[kind]
        return count > limit.free_count and count * 100 > limit.share_percent * self._linked()

    def _look(self) -> None:
        """Count what other runs have changed, and see what a person has yet to decide on."""
        now = time.monotonic()
        if self._passed_elsewhere and now < self._looked_at + COUNTED_FOR_SECONDS:
            return
        self._looked_at, self._linked_count = now, None
        passed = (
            Entry.objects.filter(
                integration_id=self._integration.pk,
                leg=self._leg.name,
                counted_as__in=self._limits,
                at__gt=clock.now() - WITHIN,
            )
            .exclude(run=self._run)
            .order_by()
        )
        counts = dict(passed.values_list("counted_as").annotate(Count("pk")))
        self._passed_elsewhere = {kind: counts.get(kind, 0) for kind in self._limits}
        undecided = Problem.objects.filter(
            integration=self._integration,
            code=reasons.AVALANCHE.code,
            closed_at__isnull=True,
            records__leg=self._leg.name,
        )
        subjects = set(undecided.values_list("subject", flat=True))
        self._stopped |= {
            kind for kind in self._limits if reasons.AVALANCHE.subject.format(kind=kind) in subjects
        }

    def _linked(self) -> int:
        """How many records of the leg stand at the target."""
        if self._linked_count is None:
            records = Record.objects.filter(integration=self._integration, leg=self._leg.name)
            self._linked_count = records.exclude(target_id="").count()
        return self._linked_count
