"""A process's patience without a machine's pace: its own time passes only while it sleeps.

What it does "after half a second" would come sooner in one run and later in the next.
"""

from __future__ import annotations

import sys
import time

from connectors.transport import Session
from connectors.vendors.acumatica import journal_bodies, journal_drafts


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
    # Between two looks at a long operation: the stand-in counts the looks.
    Session.wait = forgo_wait  # type: ignore[method-assign]


def forgo_wait(self: Session, seconds: float) -> None:
    """Look again at once."""


def send_in_parts(line_count: int) -> None:
    """Let so few lines of a journal go in one call that a small one goes in parts.

    Raises:
        AttributeError: the product does not limit them by this name any more.
    """
    for module in (journal_drafts, journal_bodies):
        if "PART_LINES" not in vars(module):
            raise AttributeError(f"{module.__name__} has no PART_LINES.")
        vars(module)["PART_LINES"] = line_count
