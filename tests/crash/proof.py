"""Tells the story once for each disturbance on one lane, and once for each safety taken out."""

from __future__ import annotations

import fcntl
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from tests.crash.comparison import differences
from tests.crash.delivery import story_on
from tests.crash.disturbances import Disturbance, disturb, enumerated, quiet_with_notice
from tests.crash.lane import Lane
from tests.crash.processes import CutFailed, EndDiffers, ProofError
from tests.crash.scenario import Scenario
from tests.crash.story import Quiet

MARKS = Path(__file__).with_name("marks.json")


class Proof:
    """The proof on one lane; made with the quiet run, which must be the same twice."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self.story = story_on(lane)
        self.quiet = self.story.quiet()
        again = self.story.quiet()
        for name in ("labels", "calls", "state", "commits"):
            if getattr(self.quiet, name) != getattr(again, name):
                found = differences(self.quiet.state, again.state)
                raise ProofError(f"two quiet runs differ in their {name}: {'; '.join(found)}")
        is_noticed = lane.scenario.second_change is not None
        self.noticed = quiet_with_notice(self.story, self.quiet) if is_noticed else None
        self.disturbances = self._enumerated(self.quiet)

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

        Raises:
            CutFailed: it shows without any disturbance, or one did not come about, so that nothing
                is known of what the disturbances notice.
        """
        story = story_on(self.lane, (plant,))
        planted = story.quiet()
        if found := differences(self.quiet.state, planted.state):
            raise CutFailed(f"it is no safety, for the quiet run needs it: {'; '.join(found)}")
        quiet = replace(planted, state=self.quiet.state)
        for disturbance in self._likely_first(quiet, likely, tuple(among)):
            try:
                disturb(story, quiet, disturbance, self.noticed)
            except EndDiffers as noticed:
                return f"{disturbance.label(quiet)}: {noticed}"
        return ""

    def _enumerated(self, quiet: Quiet) -> tuple[Disturbance, ...]:
        return tuple(enumerated(quiet, self.lane.scenario))

    def _likely_first(
        self, quiet: Quiet, likely: str, among: tuple[Disturbance, ...]
    ) -> list[Disturbance]:
        everything = self._enumerated(quiet)
        first = [one for one in everything if re.search(likely, one.label(quiet))]
        return [*reversed(first), *(one for one in among or everything if one not in first)]


def agreed_counts(scenario: Scenario, database: str) -> dict[str, int]:
    """How much there was to cut when that was last written down."""
    agreed = json.loads(MARKS.read_text(encoding="utf-8"))
    found: dict[str, int] = agreed[scenario.full_title][database]
    return found


def too_few(found: Mapping[str, int], agreed: Mapping[str, int]) -> str:
    """What is wrong where a tenth fewer instants are tried than once was agreed; else empty."""
    return "; ".join(
        f"{found[name]} {name} instead of {count}: more than a tenth is gone; if that is meant, "
        "run with --record"
        for name, count in agreed.items()
        if found[name] < count * 0.9
    )


def record(scenario: Scenario, quiet: Quiet, database: str) -> None:
    """Write the numbers of this quiet run down as what is agreed."""
    with MARKS.open("r+", encoding="utf-8") as file:
        # The other database's lane may do the same.
        fcntl.flock(file, fcntl.LOCK_EX)
        agreed = json.load(file)
        agreed.setdefault(scenario.full_title, {})[database] = counts(quiet)
        file.seek(0)
        file.truncate()
        file.write(json.dumps(agreed, indent=2, sort_keys=True) + "\n")


def counts(quiet: Quiet) -> dict[str, int]:
    """How much there is to cut."""
    return {"marks": quiet.cut_count, "calls": len(quiet.calls)}
