"""How far the proof has come and what it found: for who watches, and on disk for the next run."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from dataclasses import dataclass, field

from tests.crash.processes import REPOSITORY

SOURCES = (
    *("audit", "config", "connectors", "integrations", "tests/crash"),
    *("tests/company.py", "tests/connected.py", "tests/payroll_company.py"),
)
TOLD_EVERY = 10
"""Of so many disturbances one is told where nobody watches."""
SHOWN_CHARACTERS = 300


@dataclass(slots=True)
class Report:
    """How far one lane has come, and what was found."""

    story: str
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

    def fail(self, sentence: str) -> None:
        """Something that is wrong, told at once."""
        self.failures.append(sentence)
        print(f"\n{self.story} on {self.database} FAILED {sentence}", flush=True)

    def notice(self, plant: str, sentence: str) -> None:
        """What noticed a safety that was taken out."""
        self.noticed.append(f"{plant}: {sentence}")

    def worked(self, label: str, failure: str) -> None:
        """One that was done now; says where it is and how long it still takes."""
        self.done_count += 1
        self.worked_count += 1
        if failure:
            self.fail(f"{label}: {failure}")
        spent_minutes = (time.monotonic() - self.began) / 60
        left_minutes = (self.total_count - self.done_count) * spent_minutes / self.worked_count
        told = (
            f"{self.story} on {self.database} {self.done_count}/{self.total_count}: {label[:100]}, "
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
            f"\n{self.story} on {self.database}: {self.done_count} of {self.total_count}, "
            f"{self.worked_count} of them now in {seconds / 60:.1f} min, {each:.2f} s each; "
            f"{len(self.failures)} failures"
        )
        for line in (*self.noticed, *(f"FAILED {failure}" for failure in self.failures)):
            print(f"  {line[:SHOWN_CHARACTERS]}")
        sys.stdout.flush()
        return 1 if self.failures else 0


class Book:
    """What has passed, on disk: one line each, below one that says of which sources."""

    def __init__(self, database: str, story: str, *, is_fresh: bool) -> None:
        folder = REPOSITORY / "var" / "crash"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = folder / f"{database}-{story}.jsonl"
        digest = json.dumps(sources_digest())
        lines = self._file.read_text(encoding="utf-8").splitlines() if self._file.exists() else []
        if is_fresh or lines[:1] != [digest]:
            lines = [digest]
            self._file.write_text(digest + "\n", encoding="utf-8")
        self.passed: dict[str, str] = dict(json.loads(line) for line in lines[1:])
        """With what noticed it, where that was to be noticed."""

    def note(self, key: str, noticed: str = "") -> None:
        """This has passed."""
        self.passed[key] = noticed
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps([key, noticed]) + "\n")


def sources_digest() -> str:
    """Another one after every change of what the proof depends on."""
    digest = hashlib.sha256()
    for name in SOURCES:
        place = REPOSITORY / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(str(path.relative_to(REPOSITORY)).encode() + path.read_bytes())
    return digest.hexdigest()
