"""Which of a story's disturbances a suite makes do with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from tests.crash.disturbances import Disturbance, Part, held_mark, is_change
from tests.crash.story import Quiet


def sample(
    quiet: Quiet, everything: Iterable[Disturbance], every: Mapping[Part, int], *, is_odd: bool
) -> list[Disturbance]:
    """Every so many of each part, and whatever a vendor makes of a change; every other of those.

    ``is_odd``: the odd ones, else the even ones. Every second cut loses Redis.
    """
    chosen: list[Disturbance] = []
    for part in Part:
        of_part = [one for one in everything if one.part is part]
        thinned = [
            one
            for place, one in enumerate(of_part)
            if place % every[part] == 0 or holds_change(quiet, one)
        ]
        for place, one in enumerate(thinned[0 if is_odd else 1 :: 2]):
            chosen.append(replace(one, loses_redis=part is Part.CUT and place % 2 == 1))
    return chosen


def thin_reads(quiet: Quiet, everything: Iterable[Disturbance], every: int) -> list[Disturbance]:
    """The same, but of what is read before the first changing call few cuts and holds.

    ``every``: of each so many, one. A preview is drawn up afresh before it is posted, so that most
    is read twice. Who dies at one of these reads leaves what who dies at the next one leaves:
    nothing at a vendor, and of ours what the marks between them wrote, all of which stay.
    """
    kept: list[Disturbance] = []
    counted: Counter[Part] = Counter()
    for one in everything:
        if is_at_early_read(quiet, one):
            counted[one.part] += 1
            if counted[one.part] % every != 1:
                continue
        kept.append(one)
    return kept


def is_at_early_read(quiet: Quiet, disturbance: Disturbance) -> bool:
    """Whether it cuts or holds a call that reads, before any that changes something."""
    number = disturbance.number
    changing = [place for place, call in enumerate(quiet.calls, start=1) if is_change(call)]
    if disturbance.part is Part.HOLD:
        return quiet.calls[number - 1][1] == "GET" and number < changing[0]
    is_read = quiet.labels[number - 1].startswith(("before GET ", "after GET "))
    return disturbance.part is Part.CUT and is_read and number < held_mark(quiet, changing[0])


def holds_change(quiet: Quiet, disturbance: Disturbance) -> bool:
    """Whether a vendor holds a call here that changes a record."""
    return disturbance.part is Part.HOLD and is_change(quiet.calls[disturbance.number - 1])
