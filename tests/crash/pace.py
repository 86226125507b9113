"""A worker's patience without a machine's pace: its own time passes only while it sleeps.

What a worker does "after half a second" would come sooner in one run and later in the next.
"""

from __future__ import annotations

import sys
import time


class Pace:
    """What the product uses of the module ``time``."""

    def __init__(self) -> None:
        self._slept_seconds = 0.0

    def monotonic(self) -> float:
        """The seconds slept so far."""
        return self._slept_seconds

    def sleep(self, seconds: float) -> None:
        """Sleep, which is how time passes."""
        time.sleep(seconds)
        self._slept_seconds += seconds


def install() -> None:
    """Give it to everything of the product that decides by the time that has passed.

    Raises:
        LookupError: nothing does, or it no longer does so by ``time.monotonic``.
    """
    pace = Pace()
    hasty = [
        module
        for name, module in sys.modules.items()
        if name.startswith("integrations.") and getattr(module, "time", None) is time
    ]
    if not hasty:
        raise LookupError("No module of integrations imports the module time.")
    for module in hasty:
        vars(module)["time"] = pace
