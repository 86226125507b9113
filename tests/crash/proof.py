"""Tells the story once for each disturbance on one lane, and once for each safety taken out."""

from __future__ import annotations

import fcntl
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from tests.crash.comparison import differences
from tests.crash.disturbances import Disturbance, disturb, enumerated, quiet_with_notice
from tests.crash.lane import Lane
from tests.crash.processes import CutFailed, ProofError
from tests.crash.story import Quiet, Story

SCENARIO = "bamboohr_to_acumatica employees: a hire, a change, a termination"
MARKS = Path(__file__).with_name("marks.json")


class Proof:
    """The proof on one lane; made with the quiet run, which must be the same twice."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self.story = Story(lane)
        self.quiet = self.story.quiet()
        again = self.story.quiet()
        for name in ("labels", "calls", "state", "commits"):
            if getattr(self.quiet, name) != getattr(again, name):
                found = differences(self.quiet.state, again.state)
                raise ProofError(f"two quiet runs differ in their {name}: {'; '.join(found)}")
        self.noticed = quiet_with_notice(self.story, self.quiet)
        self.disturbances = tuple(enumerated(self.quiet))

    def label(self, disturbance: Disturbance) -> str:
        """In words."""
        return disturbance.label(self.quiet)

    def failure(self, disturbance: Disturbance) -> str:
        """What was not as it must be with this disturbance; empty where all was."""
        try:
            disturb(self.story, self.quiet, disturbance, self.noticed)
        except CutFailed as failed:
            return str(failed)
        return ""

    def catch(self, plant: str, likely: str, among: Iterable[Disturbance] = ()) -> str:
        """What notices that this safety is out; empty where nothing does.

        ``likely`` is a pattern for what is tried first; ``among`` narrows the rest down.
        """
        story = Story(self.lane, (plant,))
        try:
            planted = story.quiet()
        except CutFailed as failed:
            return f"quiet run: {failed}"
        if found := differences(self.quiet.state, planted.state):
            return f"quiet run: {'; '.join(found)}"
        quiet = replace(planted, state=self.quiet.state)
        for disturbance in self._likely_first(quiet, likely, tuple(among)):
            try:
                disturb(story, quiet, disturbance, self.noticed)
            except CutFailed as failed:
                return f"{disturbance.label(quiet)}: {failed}"
        return ""

    def _likely_first(
        self, quiet: Quiet, likely: str, among: tuple[Disturbance, ...]
    ) -> list[Disturbance]:
        everything = list(enumerated(quiet))
        first = [one for one in everything if re.search(likely, one.label(quiet))]
        return [*reversed(first), *(one for one in among or everything if one not in first)]


def too_few_marks(quiet: Quiet, database: str) -> str:
    """What is wrong where a tenth fewer instants are tried than once was agreed; else empty."""
    agreed = json.loads(MARKS.read_text(encoding="utf-8"))[SCENARIO][database]
    found = counts(quiet)
    return "; ".join(
        f"{found[name]} {name} instead of {count} on {database}: more than a tenth is gone; "
        f"if that is meant, run with --accept"
        for name, count in agreed.items()
        if found[name] < count * 0.9
    )


def accept(quiet: Quiet, database: str) -> None:
    """Write the numbers of this quiet run down as what is agreed."""
    with MARKS.open("r+", encoding="utf-8") as file:
        # The other database's lane may do the same.
        fcntl.flock(file, fcntl.LOCK_EX)
        agreed = json.load(file)
        agreed[SCENARIO][database] = counts(quiet)
        file.seek(0)
        file.truncate()
        file.write(json.dumps(agreed, indent=2, sort_keys=True) + "\n")


def counts(quiet: Quiet) -> dict[str, int]:
    """How much there is to cut."""
    return {"marks": len(quiet.labels), "calls": len(quiet.calls)}
