"""The processes of a lane, as the harness sees them: lines in, lines out, and a file of marks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

REPOSITORY = Path(__file__).resolve().parents[2]
GLANCE_SECONDS = 0.004
LOG = "processes.log"
"""In the folder of a lane: what its workers and web processes print."""
PATIENCE_SECONDS = 60.0
"""Nothing of a cut takes so long by far: what does, hangs."""


class ProofError(Exception):
    """The proof cannot go on; the text says what to look at."""


class CutFailed(Exception):  # noqa: N818  # reads as what it says in a report
    """A cut did not come about as it must; the text is a line of the report."""


class EndDiffers(CutFailed):
    """All was done to the story that was to be done, and its end is not the quiet run's.

    Only this tells of a missing safety: any other failure is the proof's own.
    """


class Server:
    """A process of ours that answers each line with one line."""

    def __init__(self, module: str, *arguments: str, environment: Mapping[str, str], log: Path):
        self._module = module
        self._log = log
        with log.open("ab") as file:
            self._running = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=REPOSITORY,
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                text=True,
            )
        self.greeting = self._heard()

    def ask(self, line: str) -> str:
        """One order and its answer.

        Raises:
            ProofError: the process has ended.
        """
        if self._running.stdin is None:
            raise ProofError("The line is closed.")
        self._running.stdin.write(line + "\n")
        self._running.stdin.flush()
        return self._heard()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Close the line, which ends it."""
        if self._running.stdin is not None and self._running.stdout is not None:
            self._running.stdin.close()
            self._running.stdout.close()
        try:
            self._running.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._running.kill()
            self._running.wait()

    def _heard(self) -> str:
        if self._running.stdout is None:
            raise ProofError("The line is closed.")
        line = self._running.stdout.readline()
        if not line:
            raise ProofError(f"{self._module} ended: {tail(self._log)}")
        return line.strip()


class Launcher(Server):
    """Where workers, web processes and jobs come from (``tests.crash.launcher``)."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        super().__init__(
            "tests.crash.launcher", environment=environment, log=folder / "launcher.log"
        )
        self.web_address: str = json.loads(self.greeting)["web"]
        """Where its web processes answer, one after the other."""
        self._folder = folder
        self._count = 0

    def worker(
        self, end_at: int, signal_number: int, plants: Sequence[str], part_lines: int
    ) -> Worker:
        """A new worker; it sends itself the signal at mark ``end_at``, at none with 0.

        ``part_lines``: so many lines it sends in one call; 0: as the product says.
        """
        return Worker(
            *self._started("worker", end_at, signal_number, plants, part_lines=part_lines)
        )

    def web(self, end_at: int, signal_number: int, plants: Sequence[str]) -> Web:
        """A new web process, likewise."""
        return Web(*self._started("web", end_at, signal_number, plants))

    def job(self, name: str) -> Any:
        """What a job answers.

        Raises:
            ProofError: it failed.
        """
        outcome, log = self._folder / "job.json", self._folder / "jobs.log"
        if self._order(order="job", name=name, outcome=str(outcome), log=str(log))["status"]:
            raise ProofError(f"The job {name} failed: {tail(log)}")
        return json.loads(outcome.read_text(encoding="utf-8"))

    def plants(self, scenario: str, *, is_first: bool) -> dict[str, str]:
        """The safeties of a story that can be taken out, each with what is likely to notice it."""
        found: dict[str, str] = self._order(order="plants", scenario=scenario, is_first=is_first)
        return found

    def _started(
        self, order: str, end_at: int, signal_number: int, plants: Sequence[str], **more: int
    ) -> tuple[int, Path, Path, Callable[[int], int | None]]:
        """What a new process is told by."""
        self._count += 1
        marks = self._folder / f"marks-{self._count}"
        log = self._folder / LOG
        answered = self._order(
            order=order,
            end_at=end_at,
            signal=signal_number,
            plants=list(plants),
            marks=str(marks),
            log=str(log),
            **more,
        )
        return answered["pid"], marks, log, self._status

    def _status(self, pid: int) -> int | None:
        status: int | None = self._order(order="status", pid=pid)["status"]
        return status

    def _order(self, **order: Any) -> Any:
        return json.loads(self.ask(json.dumps(order)))


class Process(ABC):
    """One process under the probe: its marks, and how it ended."""

    def __init__(
        self, pid: int, marks: Path, log: Path, status: Callable[[int], int | None]
    ) -> None:
        self.pid = pid
        self._marks = marks
        self._log = log
        self._ask_status = status
        self._status: int | None = None

    def lines(self) -> list[str]:
        """What its probe has written so far."""
        try:
            text = self._marks.read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        return text.splitlines()

    def labels(self) -> list[str]:
        """Its marks, in order."""
        return [line.partition(" ")[2] for line in self.lines() if not line.startswith("#")]

    @abstractmethod
    def is_idle(self) -> bool:
        """Whether it has nothing more to do."""

    def ended(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        # Asked of its parent only once there is an answer: this is looked at all the time.
        if self._status is None and self._is_in_state("Z", or_gone=True):
            self._status = self._ask_status(self.pid)
        return self._status

    def is_stopped(self) -> bool:
        """Whether it stands still since SIGSTOP."""
        return self._is_in_state("T")

    def _is_in_state(self, letter: str, *, or_gone: bool = False) -> bool:
        """What the kernel says of it: Z has ended, T is stopped."""
        try:
            stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8")
        except (FileNotFoundError, ProcessLookupError):
            return or_gone
        return stat.rpartition(")")[2].split()[0] == letter

    def await_idle(self) -> None:
        """Wait until it has nothing more to work.

        Raises:
            CutFailed: it ended, or hangs.
        """
        self._await(self.is_idle, "did not end its work")

    def await_end(self, *, or_idle: bool = False) -> int | None:
        """Wait until it ended, or until it has nothing more to work; its exit code."""

        def is_over() -> bool:
            return self.ended() is not None or (or_idle and self.is_idle())

        await_that(is_over, f"{self} neither ended nor got on: {tail(self._log)}")
        return self._status

    def kill(self) -> int | None:
        """SIGKILL, and its exit code."""
        if self.ended() is None:
            os.kill(self.pid, signal.SIGKILL)
        return self.await_end()

    def proceed(self) -> None:
        """Let it go on after a SIGSTOP."""
        os.kill(self.pid, signal.SIGCONT)

    def __str__(self) -> str:
        return f"{type(self).__name__.lower()} {self.pid}"

    def _counts(self) -> tuple[int, int, int]:
        """The tasks or requests that it has begun and ended, and the messages that it has sent."""
        lines = self.lines()
        begun_count = sum(line.startswith("# begin") for line in lines)
        return begun_count, lines.count("# end"), sum(" after put " in line for line in lines)

    def _await(self, is_so: Callable[[], bool], otherwise: str) -> None:
        def is_over() -> bool:
            return is_so() or self.ended() is not None

        await_that(is_over, f"{self} {otherwise}: {tail(self._log)}")
        if self._status is not None and not is_so():
            raise CutFailed(f"{self} ended by itself ({self._status}): {tail(self._log)}")


class Worker(Process):
    """One worker, and how many messages it still owes an end."""

    owed_count = 0

    def is_idle(self) -> bool:
        """Whether every message that it was sent, or sent itself, has ended."""
        _, ended_count, sent_count = self._counts()
        return ended_count >= self.owed_count + sent_count

    def owe_anew(self, waiting_count: int) -> None:
        """Another one has worked meanwhile: owed are the message in hand and what waits."""
        begun_count, ended_count, sent_count = self._counts()
        in_hand_count = begun_count - ended_count
        self.owed_count = ended_count + in_hand_count + waiting_count - sent_count


class Web(Process):
    """One web process."""

    def is_idle(self) -> bool:
        """Whether each request that it has begun is answered and over."""
        begun_count, ended_count, _ = self._counts()
        return begun_count == ended_count


def await_that(is_so: Callable[[], bool], otherwise: str) -> None:
    """Look again and again.

    Raises:
        CutFailed: it did not come about in a minute.
    """
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > give_up_at:
            raise CutFailed(otherwise)
        time.sleep(GLANCE_SECONDS)


def tail(log: Path, count: int = 1500) -> str:
    """The end of a log."""
    try:
        return log.read_text(encoding="utf-8", errors="replace")[-count:]
    except FileNotFoundError:
        return "(no log)"
