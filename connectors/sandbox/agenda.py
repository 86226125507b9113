"""What stand-ins want done later, each at an instant of its vendor's own clock."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from connectors.sandbox.clock import Clock


class Agenda:
    """Callbacks in the order of their instants; those of one instant in the order they came."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count()
        self._rows: dict[str, list[tuple[datetime, int, Callable[[], object]]]] = {}

    def clear(self) -> None:
        """Forget everything."""
        self._rows.clear()

    def add(self, slug: str, due_at: datetime, callback: Callable[[], object]) -> None:
        """Call ``callback`` once this vendor's clock reaches ``due_at``."""
        heapq.heappush(self._rows.setdefault(slug, []), (due_at, next(self._numbers), callback))

    def next_at(self, slug: str = "") -> datetime | None:
        """When the next callback is due on the sandbox's clock, of one vendor or of all."""
        instants = [
            rows[0][0] - timedelta(seconds=self._clock.skew(owner))
            for owner, rows in self._rows.items()
            if rows and slug in ("", owner)
        ]
        return min(instants, default=None)

    def run_due(self) -> None:
        """Call what is due now, also what becomes due while doing so."""
        while (callback := self._pop_due()) is not None:
            callback()

    def _pop_due(self) -> Callable[[], object] | None:
        earliest: tuple[datetime, int, str] | None = None
        for slug, rows in self._rows.items():
            if rows and rows[0][0] <= self._clock.now(slug):
                at = rows[0][0] - timedelta(seconds=self._clock.skew(slug))
                if earliest is None or (at, rows[0][1]) < earliest[:2]:
                    earliest = (at, rows[0][1], slug)
        if earliest is None:
            return None
        return heapq.heappop(self._rows[earliest[2]])[2]
