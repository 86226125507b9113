"""The private directory of the embedded default: made once, closed to everybody else."""

from __future__ import annotations

import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.variables import BadEnvironmentError

PAUSE_SECONDS = 0.02


def make_private(directory: Path) -> None:
    """Make ``directory`` for its owner alone, or see that it is so.

    Raises:
        BadEnvironmentError: it is open to others; it may not be ours to close.
    """
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    for path in reversed(missing):
        # One by one: mkdir's own making of parents would leave them open.
        path.mkdir(mode=0o700, exist_ok=True)
    found = directory.stat()
    if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise BadEnvironmentError(
            [
                f"{directory} is open to others: set VAR_DIR to a directory of its own, "
                f"or, if this is one, run `chmod 700 {directory}` as its owner."
            ]
        )


@contextmanager
def locked(path: Path, wait_seconds: float) -> Iterator[None]:
    """Hold the lock of this file, alone among all processes.

    Raises:
        TimeoutError: somebody else held it all the time.
    """
    deadline = time.monotonic() + wait_seconds
    with path.open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"{path} stayed locked for {wait_seconds} s.") from None
                time.sleep(PAUSE_SECONDS)
        yield
