"""A clock for tests: it stands still, and moves when the test says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class StoppedClock:
    """Shows one instant; ``config.clock.use`` puts it in force."""

    def __init__(self, at: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def offset(self) -> timedelta:
        return self.at - datetime.now(UTC)

    def refresh(self) -> None:
        """There is nothing to ask."""

    def advance(self, **passed: float) -> None:
        """Let time pass: ``advance(minutes=5)``."""
        self.at += timedelta(**passed)
