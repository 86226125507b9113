"""The one clock of the product: aware UTC, or the sandbox's time while one is followed.

All processes that follow the same sandbox jump together when its clock is moved. Imports nothing of
ours, so that every part may import it; it is told what to follow by ``config.settings``.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from threading import Lock
from typing import Protocol
from urllib.request import ProxyHandler, build_opener

CACHE_SECONDS = 0.25
"""How long an offset is believed without asking; a jump is seen this late at most."""
ANSWER_SECONDS = 2.0
RETRY_SECONDS = 1.0
"""How long a sandbox that did not answer is left alone, so that work does not crawl behind it."""

logger = logging.getLogger(__name__)


class ClockError(RuntimeError):
    """The sandbox whose time should be followed does not say what time it is."""


class Clock(Protocol):
    """A source of time. ``offset`` is how far it is ahead of this machine's."""

    def now(self) -> datetime: ...

    def offset(self) -> timedelta: ...

    def refresh(self) -> None: ...


class MachineClock:
    """This machine's time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def offset(self) -> timedelta:
        return timedelta(0)

    def refresh(self) -> None:
        """Nothing is kept that could be old."""


class SandboxClock:
    """The time of the sandbox at this loopback address, asked for again every quarter of a second.

    A sandbox that was never heard is an error. One that fell silent later leaves its last offset in
    force, with one warning: its clock cannot have been moved without it.
    """

    def __init__(self, url: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._url = f"{url.rstrip('/')}/_control/clock"
        self._monotonic = monotonic
        # No proxy of the environment stands between us and loopback.
        self._opener = build_opener(ProxyHandler({}))
        self._lock = Lock()
        self._offset: timedelta | None = None
        self._ask_at_seconds = 0.0
        self._is_silent = False

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset()

    def offset(self) -> timedelta:
        with self._lock:
            if self._offset is None:
                return self._heard()
            if self._monotonic() < self._ask_at_seconds:
                return self._offset
            try:
                return self._heard()
            except ClockError as error:
                if not self._is_silent:
                    logger.warning("%s Its last known time stays in force.", error)
                self._is_silent = True
                self._ask_at_seconds = self._monotonic() + RETRY_SECONDS
                return self._offset

    def refresh(self) -> None:
        """Ask now, whatever is cached; the caller knows that the clock was moved."""
        with self._lock:
            self._heard()

    def _heard(self) -> timedelta:
        try:
            with self._opener.open(self._url, timeout=ANSWER_SECONDS) as answer:
                seconds = json.load(answer)["offset_seconds"]
                offset = timedelta(seconds=seconds)
        except (OSError, HTTPException, LookupError, OverflowError, TypeError, ValueError) as error:
            raise ClockError(
                f"The sandbox does not tell its time at {self._url} ({error}): "
                "start it with `manage.py sandbox`, or unset SANDBOX_URL."
            ) from error
        self._offset = offset
        self._is_silent = False
        self._ask_at_seconds = self._monotonic() + CACHE_SECONDS
        return offset


_clock: Clock = MachineClock()


def now() -> datetime:
    """What time it is for the product: aware, UTC.

    Raises:
        ClockError: a sandbox is followed and has never answered.
    """
    return _clock.now()


def offset() -> timedelta:
    """How far the product's time is ahead of this machine's; zero without a sandbox."""
    return _clock.offset()


def refresh() -> None:
    """Learn at once that the followed clock was moved.

    Raises:
        ClockError: the sandbox does not answer.
    """
    _clock.refresh()


def follow(sandbox_url: str) -> None:
    """Follow the sandbox at this address, or this machine with ``""``; nothing is asked yet."""
    use(SandboxClock(sandbox_url) if sandbox_url else MachineClock())


def use(clock: Clock) -> Clock:
    """Take the time from ``clock`` in this process; answers the one used until now."""
    global _clock
    former, _clock = _clock, clock
    return former
