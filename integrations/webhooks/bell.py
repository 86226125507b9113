"""Wakes a worker for stored deliveries, in a thread of its own: no vendor waits for a broker."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, Lock, Thread

from integrations import wake

APART_SECONDS = 0.1
"""A process wakes no more often, however many deliveries arrive."""


class Bell:
    """Rung once per delivery; what is rung while it is quiet is one wake-up when it is over."""

    def __init__(self, wake: Callable[[], object]) -> None:
        self._call = wake
        self._rung = Event()
        self._lock = Lock()
        self._thread: Thread | None = None

    def ring(self) -> None:
        """Have a worker woken. A wake-up that is lost with its process is left to the sweep."""
        self._rung.set()
        # Threads do not survive the fork of a web process: whoever rings first starts its own.
        if self._thread is None or not self._thread.is_alive():
            with self._lock:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = Thread(target=self._wake, name="webhook-bell", daemon=True)
                    self._thread.start()

    def _wake(self) -> None:
        while self._rung.wait():
            self._rung.clear()
            self._call()
            time.sleep(APART_SECONDS)


BELL = Bell(wake.deliveries)
