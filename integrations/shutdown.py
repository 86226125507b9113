"""Whether this worker was asked to stop: work under way ends at the next record, not at its end."""

from __future__ import annotations

import ctypes
from multiprocessing.sharedctypes import RawValue
from threading import Event

from celery.signals import worker_shutting_down


class Shutdown(Event):
    """Set by the worker's main process and seen by the processes that it forked before.

    Memory without a lock: it is set in a signal's handler, which may interrupt whoever looks.
    """

    def __init__(self) -> None:
        super().__init__()
        self._is_asked = RawValue(ctypes.c_bool, False)

    def is_set(self) -> bool:
        """Whether the worker was asked to stop."""
        return bool(self._is_asked.value)

    def set(self) -> None:
        """Ask."""
        self._is_asked.value = True


shutdown = Shutdown()


@worker_shutting_down.connect
def stop(**kwargs: object) -> None:
    """SIGTERM and Ctrl-C: whoever works a record ends it, the others stay due."""
    shutdown.set()
