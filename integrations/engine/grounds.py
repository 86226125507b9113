"""What drafts of a leg depend on at the target (a calendar, its accounts), read once a run."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from threading import Lock
from typing import Any

from integrations.engine.plan import Desk
from integrations.flow import Leg


class Grounds:
    """Read by whoever needs it first; all threads of a run see the same."""

    def __init__(self, leg: Leg) -> None:
        self._leg = leg
        self._lock = Lock()
        self._read: list[Any] = []

    def of(self, target: Any) -> Any:
        """What the leg reads there.

        Raises:
            ConnectorError: it cannot be read now; the next one tries again.
        """
        if self._leg.ground is None:
            raise TypeError(f"Leg {self._leg.name} declares no ground.")
        with self._lock:
            if not self._read:
                self._read.append(self._leg.ground(target))
            return self._read[0]


def standing_on(desk: Desk, grounds: Grounds, target: Any) -> Desk:
    """The desk whose lookups read the ground by this client."""
    if desk.leg.ground is None:
        return desk
    return replace(desk, lookups=replace(desk.lookups, read_ground=partial(grounds.of, target)))
