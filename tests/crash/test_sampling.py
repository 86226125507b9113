"""A suite's sample leaves out only what others show as well, and nothing of what is written."""

from __future__ import annotations

from tests.crash.disturbances import KILLED, Disturbance, Mode, Part, enumerated
from tests.crash.sampling import sample, thin_reads
from tests.crash.scenario import PAYROLL
from tests.crash.state import State
from tests.crash.story import Call, Quiet

READ: Call = ("acumatica", "GET", "/entity/JournalTransaction")
ENTRY: Call = ("acumatica", "PUT", "/entity/JournalTransaction")
ENTERED = 7
"""Which call changes something."""
COMMIT = ("before commit INSERT integrations_write", "after commit INSERT integrations_write")


def marks(call: Call) -> tuple[str, str]:
    """Those of one call."""
    vendor, method, path = call
    return f"before {method} /{vendor}/host{path}", f"after {method} /{vendor}/host{path}"


def quiet() -> Quiet:
    """Six reads, of which a commit comes in the middle; one changing call; one read more."""
    calls = (*[READ] * 6, ENTRY, READ)
    told = [marks(call) for call in calls]
    labels = [label for pair in (*told[:3], COMMIT, *told[3:]) for label in pair]
    state = State({}, {}, {}, {}, {})
    return Quiet(tuple(labels), len(labels), calls, state, 8, "", frozenset({ENTERED}))


EVERYTHING = list(enumerated(quiet(), PAYROLL))


def cuts(chosen: list[Disturbance]) -> list[int]:
    """The marks at which the worker is killed."""
    return [one.number for one in chosen if one.part is Part.CUT]


def test_thins_only_cuts_at_what_is_read_before_the_first_changing_call() -> None:
    kept = thin_reads(quiet(), EVERYTHING, 3)
    commit, from_first_change = (7, 8), range(15, 19)
    assert cuts(kept) == [1, 4, *commit, 9, 12, *from_first_change]


def test_thins_holds_of_what_is_read_before_the_first_changing_call_in_every_mode() -> None:
    kept = [one for one in thin_reads(quiet(), EVERYTHING, 3) if one.part is Part.HOLD]
    early = [one for one in kept if one.number < ENTERED]
    assert len(early) == 8
    assert {one.mode for one in early} == set(KILLED)
    late = [one for one in EVERYTHING if one.part is Part.HOLD and one.number >= ENTERED]
    assert kept == [*early, *late]


def test_thins_no_stop() -> None:
    stops = [one for one in EVERYTHING if one.part is Part.STOP]
    assert [one for one in thin_reads(quiet(), EVERYTHING, 3) if one.part is Part.STOP] == stops


def test_shares_a_sample_between_both_databases() -> None:
    every = dict.fromkeys(Part, 3) | {Part.CUT: 1}
    odd, even = (sample(quiet(), EVERYTHING, every, is_odd=is_odd) for is_odd in (True, False))
    assert sorted(cuts(odd) + cuts(even)) == list(range(1, 19))
    held = {(one.number, one.mode) for one in (*odd, *even) if one.part is Part.HOLD}
    assert {(ENTERED, mode) for mode in Mode} <= held
