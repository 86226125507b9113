"""Ends calls that outlive their total deadline, by shutting their line from another thread.

A socket's own timeout only bounds one ``recv``: with ``timeout=1`` against a server that sends a
byte now and then a call returned after 12.8 seconds.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from time import monotonic
from types import TracebackType
from typing import Final, Self


class Watch:
    """One call under a deadline; leaving the block ends the watch."""

    def __init__(self, watchdog: Watchdog, seconds: float, shut: Callable[[], None]) -> None:
        self.ends_at = monotonic() + seconds
        self.has_fired = False
        self._watchdog = watchdog
        self._shut = shut

    def remaining_seconds(self) -> float:
        """What is left, never below zero."""
        return max(0.0, self.ends_at - monotonic())

    def fire(self) -> None:
        """Shut the line; only the watchdog calls this, under its lock."""
        self.has_fired = True
        self._shut()

    def __enter__(self) -> Self:
        self._watchdog.add(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._watchdog.remove(self)


class Watchdog:
    """One thread for all calls of a process; begun by the first call, anew after a fork."""

    _changed: threading.Condition
    _watches: set[Watch]
    _thread: threading.Thread | None
    _wakes_at: float

    def __init__(self) -> None:
        self._reset()
        os.register_at_fork(after_in_child=self._reset)

    def watch(self, seconds: float, shut: Callable[[], None]) -> Watch:
        """A context: ``shut`` is called when the block takes longer; it must not block."""
        return Watch(self, seconds, shut)

    def add(self, watch: Watch) -> None:
        """Begin to watch."""
        with self._changed:
            self._watches.add(watch)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="deadlines", daemon=True)
                self._thread.start()
            elif watch.ends_at < self._wakes_at:
                self._changed.notify()

    def remove(self, watch: Watch) -> None:
        """End the watch: once this returns, ``shut`` is not called any more.

        The sleeper is not woken for it: it looks again when the earliest deadline has passed.
        """
        with self._changed:
            self._watches.discard(watch)

    def _reset(self) -> None:
        self._changed = threading.Condition()
        self._watches = set()
        self._thread = None
        self._wakes_at = float("inf")

    def _run(self) -> None:
        with self._changed:
            while True:
                now = monotonic()
                for watch in [watch for watch in self._watches if watch.ends_at <= now]:
                    self._watches.discard(watch)
                    watch.fire()
                self._wakes_at = min((w.ends_at for w in self._watches), default=float("inf"))
                sleeps = self._wakes_at - now
                self._changed.wait(None if sleeps == float("inf") else sleeps)


WATCHDOG: Final = Watchdog()
"""Of the process, not of any account: it knows sockets and instants only."""
