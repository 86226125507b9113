"""Real workers and a real beat beside a test, with a Redis of their own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from config.embedded import EmbeddedRedis
from connectors.pacing import budget_redis
from tests.processes import Process

PATIENCE_SECONDS = 120
GLANCE_SECONDS = 0.02
"""Between two glances the processes have the processor to themselves."""


class Workers:
    """Starts them on the test's database; no other test's messages reach them."""

    def __init__(self, var_dir: Path) -> None:
        self._var_dir = var_dir
        self.redis = EmbeddedRedis(var_dir, "")
        self._running: list[Process] = []

    def worker(self, concurrency: int = 1) -> Process:
        """A worker of both queues."""
        options = ("-Q", "soon,bulk", "-c", str(concurrency), "-l", "info", "--without-mingle")
        return self._start("worker", *options)

    def beat(self) -> Process:
        """What asks for due work every second."""
        return self._start("beat", "-l", "info", "--pidfile=")

    def until(self, what: str, is_so: Callable[[], bool]) -> None:
        """Wait for something that they bring about.

        Raises:
            AssertionError: it does not come about; with what they logged.
        """
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < give_up_at:
            if is_so():
                return
            time.sleep(GLANCE_SECONDS)
        logs = "\n".join(path.read_text()[-9_000:] for path in self._var_dir.glob("*.log"))
        raise AssertionError(f"Waited in vain for {what}.\n{logs}")

    def has_nothing_queued(self) -> bool:
        """Whether no message waits for a worker."""
        with budget_redis(self.redis.url) as redis:
            return not any(redis.llen(queue) for queue in ("soon", "bulk"))

    def end_all(self) -> None:
        """End what still runs."""
        for process in self._running:
            process.kill()
        self.redis.stop()

    def _start(self, kind: str, *options: str) -> Process:
        process = Process(
            *("-m", "celery", "-A", "config.celery", kind, *options),
            log=self._var_dir / f"{kind}.log",
            VAR_DIR=str(self._var_dir),
            REDIS_URL="",
            SWEEP_SECONDS="1",
        )
        self._running.append(process)
        return process


@contextmanager
def workers(var_dir: Path) -> Iterator[Workers]:
    """They are ended with the test, however it ends."""
    var_dir.chmod(0o700)
    running = Workers(var_dir)
    try:
        yield running
    finally:
        running.end_all()
