"""The crash proof from the command line; it goes on where it was stopped.

``python -m tests.crash`` proves everything on both databases, side by side; what has passed with
the same sources is not done again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import NoReturn

from tests.crash.databases import POSTGRES
from tests.crash.disturbances import Part
from tests.crash.lane import Lane
from tests.crash.processes import REPOSITORY
from tests.crash.proof import SCENARIO, Proof, accept, counts, too_few_marks

DATABASES = ("sqlite", "postgresql")
FAULTS = "faults"
PARTS = (*(f"{part}s" for part in Part), FAULTS)
SOURCES = ("audit", "config", "connectors", "integrations", "tests/crash", "tests/company.py")
TOLD_EVERY = 10
"""Of so many disturbances one is told where nobody watches."""


@dataclass(slots=True)
class Report:
    """How far it has come, and what was found."""

    database: str
    total_count: int
    done_count: int = 0
    worked_count: int = 0
    failures: list[str] = field(default_factory=list)
    noticed: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def passed_over(self) -> None:
        """One that passed before."""
        self.done_count += 1

    def worked(self, label: str, failure: str) -> None:
        """One that was done now; says where it is and how long it still takes."""
        self.done_count += 1
        self.worked_count += 1
        if failure:
            self.failures.append(f"{label}: {failure}")
            print(f"\n{self.database} FAILED {label}: {failure}", flush=True)
        spent_minutes = (time.monotonic() - self.began) / 60
        left_minutes = (self.total_count - self.done_count) * spent_minutes / self.worked_count
        told = (
            f"{self.database} {self.done_count}/{self.total_count} {label[:100]}, "
            f"{len(self.failures)} failures, {left_minutes:.0f} min left"
        )
        if sys.stdout.isatty():
            print(f"\r\033[K{told}", end="", flush=True)
        elif self.done_count % TOLD_EVERY == 0:
            print(told, flush=True)

    def close(self) -> int:
        """The last lines; the exit code."""
        seconds = time.monotonic() - self.began
        each = seconds / max(self.worked_count, 1)
        print(
            f"\n{self.database}: {self.done_count} of {self.total_count}, {self.worked_count} of "
            f"them now, {each:.2f} s each; {len(self.failures)} failures"
        )
        for line in (*self.noticed, *(f"FAILED {failure}" for failure in self.failures)):
            print(f"  {line[:300]}")
        return 1 if self.failures else 0


class Book:
    """What has passed, on disk: one line each, below one that says of which sources."""

    def __init__(self, database: str, *, is_fresh: bool) -> None:
        folder = REPOSITORY / "var" / "crash"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = folder / f"{database}.jsonl"
        digest = sources_digest()
        lines = self._file.read_text(encoding="utf-8").splitlines() if self._file.exists() else []
        if is_fresh or lines[:1] != [digest]:
            lines = [digest]
            self._file.write_text(digest + "\n", encoding="utf-8")
        self._passed = set(lines[1:])

    def has(self, key: str) -> bool:
        """Whether this has passed."""
        return key in self._passed

    def note(self, key: str) -> None:
        """This has passed."""
        self._passed.add(key)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(key + "\n")


def sources_digest() -> str:
    """Another one after every change of what the proof depends on."""
    digest = hashlib.sha256()
    for name in SOURCES:
        place = REPOSITORY / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(str(path.relative_to(REPOSITORY)).encode() + path.read_bytes())
    return digest.hexdigest()


def prove(database: str, asked: argparse.Namespace) -> int:
    """What was asked for, on one database."""
    book = Book(database, is_fresh=asked.fresh)
    with Lane(database, os.environ.get("DATABASE_URL") or POSTGRES) as lane:
        proof = Proof(lane)
        print(f"{database}: {SCENARIO}: {counts(proof.quiet)}, {proof.quiet.commits}", flush=True)
        if asked.accept:
            accept(proof.quiet, database)
        plants = lane.plants() if FAULTS in asked.part else {}
        wanted = [one for one in proof.disturbances if f"{one.part}s" in asked.part]
        report = Report(database, len(wanted[:: asked.every]) + len(plants))
        if few := too_few_marks(proof.quiet, database):
            report.failures.append(few)
        for disturbance in wanted[:: asked.every]:
            key = json.dumps(asdict(disturbance), sort_keys=True)
            if book.has(key):
                report.passed_over()
                continue
            failure = proof.failure(disturbance)
            report.worked(proof.label(disturbance), failure)
            if not failure:
                book.note(key)
        for name, likely in plants.items():
            noticed = proof.catch(name, likely)
            report.noticed.append(f"without {name}: {noticed}")
            report.worked(f"without {name}", "" if noticed else "nothing noticed it")
        return report.close()


def prove_both(arguments: list[str]) -> int:
    """Each database in a process of its own."""
    command = [sys.executable, "-m", "tests.crash", *arguments, "--database"]
    running = [subprocess.Popen([*command, name], cwd=REPOSITORY) for name in DATABASES]
    try:
        return max(lane.wait() for lane in running)
    finally:
        for lane in running:
            if lane.poll() is None:
                lane.terminate()
            lane.wait()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--database", choices=DATABASES, help="only this one")
    parser.add_argument("--every", type=int, default=1, help="of each N disturbances only one")
    parser.add_argument("--part", choices=PARTS, action="append", help="only this; repeatable")
    parser.add_argument("--fresh", action="store_true", help="do again what has passed")
    parser.add_argument("--accept", action="store_true", help="write the number of marks down")
    asked = parser.parse_args()
    for known in (signal.SIGINT, signal.SIGTERM):
        signal.signal(known, interrupted)
    asked.part = asked.part or list(PARTS)
    try:
        return prove_both(sys.argv[1:]) if asked.database is None else prove(asked.database, asked)
    except KeyboardInterrupt:
        print("\nStopped; the next run goes on here.")
        return 130


def interrupted(number: int, frame: object) -> NoReturn:
    """End as with Ctrl-C: the lane is taken down, and not twice."""
    for known in (signal.SIGINT, signal.SIGTERM):
        signal.signal(known, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
