"""The sandbox's clock: real time plus what was added to it, and per vendor a skew of its own."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Runs as real time does; jumps only when told to."""

    def __init__(self) -> None:
        self.offset_seconds = 0.0
        self.skews: dict[str, float] = {}

    def reset(self, start_at: datetime | None) -> None:
        """Start at real time, or at ``start_at``, with every vendor in step."""
        self.offset_seconds = 0.0 if start_at is None else start_at.timestamp() - time.time()
        self.skews = {}

    def skew(self, slug: str) -> float:
        """Seconds by which this vendor's clock is ahead of the sandbox's."""
        return self.skews.get(slug, 0.0)

    def now(self, slug: str = "") -> datetime:
        """The instant it is, or is at this vendor."""
        return datetime.fromtimestamp(
            time.time() + self.offset_seconds + self.skews.get(slug, 0.0), UTC
        )

    def set(self, now_at: datetime, slug: str = "") -> None:
        """Make it ``now_at``: everywhere, or at one vendor only."""
        ahead_seconds = (now_at - self.now(slug)) / timedelta(seconds=1)
        if slug:
            self.skews[slug] = self.skew(slug) + ahead_seconds
        else:
            self.offset_seconds += ahead_seconds


def iso(instant: datetime) -> str:
    """``2026-03-02T16:04:11.250Z``: as the control API writes instants."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 instant; one without an offset is UTC.

    Raises:
        ValueError: it is none.
    """
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)
