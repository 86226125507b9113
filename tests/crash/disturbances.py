"""The ways in which a story is disturbed: a process killed or stopped, a vendor's answer held."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from tests.crash.documents import documents_at
from tests.crash.processes import CutFailed, EndDiffers, Process, Worker, await_that
from tests.crash.scenario import Opening, Scenario
from tests.crash.state import changes_something, read_state
from tests.crash.story import (
    HOUR_SECONDS,
    TOKEN,
    Call,
    Message,
    Quiet,
    Story,
    check_answers,
    is_call,
    named,
)

LEASE_SECONDS = 310
"""After so long nobody holds what a dead worker had claimed, and no call of its has settled."""
LOOKS_SECONDS = 15
"""Further than two look-ups lie apart."""
SETTLED_SECONDS = 1_200
"""No call of a dead worker can be on its way any more, and its access has not ended yet."""
UNSTOPPED = ("before PUT ", "before commit ", "after INSERT ")
"""Marks at which a worker is not frozen. Between its fence and its first byte nothing can hold it
back: what it sends hours later is one of the things that are not promised. Inside a transaction
(SQLite ends that of an INSERT with its answer) it holds the database's own locks: nobody else
writes until it goes on."""


class Part(StrEnum):
    """What is done to the story."""

    CUT = "cut"
    STOP = "stop"
    HOLD = "hold"
    NOTICE = "notice"
    REPEAT = "repeat"


class Mode(StrEnum):
    """What becomes of a call that is held; the worker is killed meanwhile unless it says alive.

    What is found late is worked at once, its answer is lost, and the worker lives.
    """

    NEVER = "never applied"
    LOST = "applied, answer lost"
    LATE = "applied after the restarted worker looked"
    BETWEEN = "applied between its two look-ups"
    LOST_ALIVE = "applied, answer lost, worker alive"
    LATE_ALIVE = "applied late, worker alive"
    FOUND_LATE = "applied, answer lost, found only later"
    FOUND_BETWEEN = "applied, answer lost, found between its two look-ups"


KILLED = (Mode.NEVER, Mode.LOST, Mode.LATE, Mode.BETWEEN)
ALIVE = (Mode.LOST_ALIVE, Mode.LATE_ALIVE)
LAGGING = (Mode.FOUND_LATE, Mode.FOUND_BETWEEN)


@dataclass(frozen=True, slots=True)
class Disturbance:
    """One run of the story: at a mark (cut, stop), a call (hold, notice) or a delivery (repeat).

    Each of them is counted from 1.
    """

    part: Part
    number: int
    mode: Mode | None = None
    loses_redis: bool = False
    is_worked: bool = False
    """What is repeated has been worked before."""

    def label(self, quiet: Quiet) -> str:
        """In words, for reports."""
        if self.part in (Part.CUT, Part.STOP):
            redis = ", Redis lost" if self.loses_redis else ""
            return f"{self.part} {self.number} {quiet.labels[self.number - 1]}{redis}"
        if self.part is Part.REPEAT:
            when = "once it is worked" if self.is_worked else "at once"
            return f"{self.part} delivery {self.number} {when}"
        vendor, method, path = quiet.calls[self.number - 1]
        mode = f", {self.mode}" if self.mode else ""
        return f"{self.part} {self.number} {method} {vendor}{path}{mode}"


def enumerated(quiet: Quiet, scenario: Scenario) -> Iterator[Disturbance]:
    """All of them, for this quiet run; with notices where the scenario knows a second change.

    Where a delivery begins it, only that: what a worker makes of a notice the others tell.
    """
    for number in range(1, quiet.cut_count + 1):
        yield Disturbance(Part.CUT, number, loses_redis=number % 2 == 0)
    if scenario.opening is Opening.DELIVERY:
        for is_worked in (False, True):
            yield Disturbance(Part.REPEAT, 1, is_worked=is_worked)
        return
    for number in range(1, len(quiet.calls) + 1):
        for mode in modes(quiet, number):
            yield Disturbance(Part.HOLD, number, mode)
    for number in range(1, quiet.first_calls + 1 if scenario.second_change else 1):
        yield Disturbance(Part.NOTICE, number)
    for number, label in enumerate(quiet.labels, start=1):
        if not label.startswith(UNSTOPPED):
            yield Disturbance(Part.STOP, number)


def modes(quiet: Quiet, number: int) -> Iterator[Mode]:
    """What may become of a call of this kind."""
    call, is_creation = quiet.calls[number - 1], number in quiet.creations
    for mode in KILLED:
        # What changes a record by its id is decided by one look-up: it has no second one.
        if mode is not Mode.BETWEEN or not is_change(call) or is_creation:
            yield mode
    if call[1] != "GET":
        yield from ALIVE
    if is_creation:
        yield from LAGGING


def is_change(call: Call) -> bool:
    """Whether a call changes a record."""
    return changes_something({"method": call[1], "path": call[2]})


def disturb(story: Story, quiet: Quiet, disturbance: Disturbance, noticed: Noticed | None) -> None:
    """Tell the story once with this disturbance.

    Raises:
        EndDiffers: says what is not as it must be.
        CutFailed: the disturbance itself did not come about.
    """
    story.expected = quiet.state
    match disturbance.part:
        case Part.CUT:
            cut(story, quiet, disturbance.number, loses_redis=disturbance.loses_redis)
        case Part.STOP:
            stop(story, quiet, disturbance.number)
        case Part.HOLD if disturbance.mode in LAGGING:
            lag(story, quiet, disturbance.number, disturbance.mode)
        case Part.HOLD if disturbance.mode is not None:
            hold(story, quiet, disturbance.number, disturbance.mode)
        case Part.REPEAT:
            repeat(story, quiet, is_worked=disturbance.is_worked)
        case _ if noticed is not None:
            notice(story, quiet, disturbance.number, noticed)


def cut(story: Story, quiet: Quiet, number: int, *, loses_redis: bool) -> None:
    """SIGKILL at a mark; within an hour another process starts."""
    lane = story.lane
    story.begin()
    process = story.start(number)
    for message in story.messages:
        message()
        ended = process.await_end(or_idle=True)
        if ended is not None:
            break
    if ended is None:
        raise CutFailed(f"mark {number} was never reached: it ends at {len(process.labels())}")
    if ended != -signal.SIGKILL:
        raise CutFailed(f"{process} ended by itself ({ended})")
    check_marks(quiet, process, number)
    check_journal(story, quiet, process)
    check_answers(process.labels(), lane.attempts())
    lane.kill_worker()
    if loses_redis:
        lane.broker.lose_all()
    else:
        lane.give_again()
    story.go_on()
    may_need_consent = quiet.is_refresh_pending(number)
    story.settle(may_need_consent=may_need_consent, has_lost_redis=loses_redis)
    story.judge(quiet)


def stop(story: Story, quiet: Quiet, number: int) -> None:
    """SIGSTOP at a mark; another worker does all, and then the first one goes on."""
    lane = story.lane
    story.begin()
    stopped = lane.start_worker(number, signal.SIGSTOP, plants=story.plants)
    for message in story.messages:
        message()
        await_that(lambda: stopped.is_stopped() or stopped.is_idle(), "it does not get on")
        if stopped.is_stopped():
            break
    check_marks(quiet, stopped, number)
    check_journal(story, quiet, stopped)
    lane.advance(HOUR_SECONDS)
    other = lane.start_worker(plants=story.plants)
    may_need_consent = quiet.is_refresh_pending(number)
    story.settle(may_need_consent=may_need_consent)
    other.kill()
    lane.proceed_with(stopped)
    stopped.await_idle()
    story.settle(may_need_consent=may_need_consent)
    story.judge(quiet)


def hold(story: Story, quiet: Quiet, number: int, mode: Mode) -> None:
    """A vendor holds a call; what becomes of it says the mode."""
    lane = story.lane
    is_applied = mode in (Mode.LOST, Mode.LOST_ALIVE)
    worker, left = reach(story, quiet, number, "applied" if is_applied else "received")
    is_put_off = mode in (Mode.LATE, Mode.BETWEEN, Mode.LATE_ALIVE)
    if mode in KILLED and lane.kill_worker() != -signal.SIGKILL:
        raise CutFailed("the worker ended by itself")
    release(story, "later" if is_put_off else "never")
    if mode in ALIVE:
        worker.await_idle()
        for message in left:
            story.send(message)
    if mode is Mode.LATE:
        lane.start_worker(plants=story.plants)
    if mode in (Mode.LATE, Mode.LATE_ALIVE):
        for seconds in (LEASE_SECONDS, LOOKS_SECONDS, LOOKS_SECONDS):
            lane.advance(seconds)
            story.send(lane.sweep)
        apply_late(story, quiet, number)
    lane.give_again()
    lane.advance(SETTLED_SECONDS if mode is Mode.BETWEEN else HOUR_SECONDS)
    if lane.worker is None:
        lane.start_worker(plants=story.plants).await_idle()
    if mode is Mode.BETWEEN:
        story.send(lane.sweep)
        apply_late(story, quiet, number)
    story.settle(may_need_consent=is_applied and TOKEN in quiet.calls[number - 1][2])
    if mode is Mode.BETWEEN:
        # So that the dead worker's run is given up too.
        lane.advance(HOUR_SECONDS)
        story.settle()
    story.judge(quiet)


def lag(story: Story, quiet: Quiet, number: int, mode: Mode | None) -> None:
    """The vendor works a call at once, its answer is lost, and searches do not show it yet.

    Found late: still before a call could have its effect at the vendor. Found between: the first
    of two look-ups misses it.
    """
    lane = story.lane
    is_between = mode is Mode.FOUND_BETWEEN
    lag_seconds = SETTLED_SECONDS + 1 if is_between else LEASE_SECONDS + LOOKS_SECONDS
    story.begin()
    lane.control(
        "POST",
        "faults",
        {
            "skip": number - 1,
            "action": {"search_lag_ms": lag_seconds * 1000, "lost": True},
        },
    )
    worker = lane.start_worker(plants=story.plants)
    for message in story.messages:
        story.send(message)
    if tuple(named(row) for row in lane.journal())[:number] != quiet.calls[:number]:
        raise CutFailed(f"the calls differ from the quiet run's: {lane.journal()}")
    check_marks(quiet, worker, held_mark(quiet, number), may_go_on=True)
    for seconds in (SETTLED_SECONDS,) if is_between else (LEASE_SECONDS, LOOKS_SECONDS):
        lane.advance(seconds)
        story.send(lane.sweep)
    story.settle()
    lane.advance(HOUR_SECONDS)
    story.settle()
    story.judge(quiet)


def repeat(story: Story, quiet: Quiet, *, is_worked: bool) -> None:
    """The vendor delivers a notice once more, before it is worked or after that."""
    lane = story.lane
    story.begin()
    first = story.start()
    if is_worked:
        story.tell(first)
        story.settle()
        lane.kill_worker()
    lane.repeat_delivery()
    story.tell(first)
    check_answers(first.labels(), lane.attempts())
    story.settle()
    written = [named(row) for row in lane.journal() if changes_something(row)]
    if written != [call for call in quiet.calls if is_change(call)]:
        # No worker died: nothing excuses a second one.
        raise EndDiffers(f"told twice, it was written so: {written}")
    story.judge(quiet)


@dataclass(frozen=True, slots=True)
class Noticed:
    """The story with a second change told by a notice after it: what stands before the poll."""

    documents: dict[str, str]
    quiet: Quiet


def quiet_with_notice(story: Story, quiet: Quiet) -> Noticed:
    """The second change comes once all of the first message is done."""
    story.begin()
    story.lane.start_worker(plants=story.plants)
    story.send(story.lane.sweep)
    change_and_tell(story)
    story.sweep_until_done()
    documents = dict(read_state(story.lane).documents)
    story.settle()
    state = read_state(story.lane)
    return Noticed(documents, replace(quiet, state=state))


def notice(story: Story, quiet: Quiet, number: int, noticed: Noticed) -> None:
    """The person in hand is changed again while a call is under way, and a notice tells of it."""
    story.expected = noticed.quiet.state
    worker, _ = reach(story, quiet, number, "received")
    change_and_tell(story)
    release(story, "now")
    worker.await_idle()
    story.sweep_until_done()
    documents = read_state(story.lane).documents
    stale = [name for name in documents if documents[name] != noticed.documents.get(name)]
    if stale:
        raise EndDiffers(f"sweeps alone do not carry what a notice told: {stale}")
    story.settle()
    # What was read after the second change is carried in one.
    story.judge(noticed.quiet, may_be_fewer=True)


def change_and_tell(story: Story) -> None:
    """What a notice told of is changed again, and another notice tells of it."""
    lane = story.lane
    # The source tells whole seconds only: it is certainly a later one.
    lane.advance(60)
    lane.change_again()
    lane.tell_of(lane.facts.told)


def reach(story: Story, quiet: Quiet, number: int, held_at: str) -> tuple[Worker, list[Message]]:
    """Tell the story until this call is held; the worker, and the messages not yet sent."""
    lane = story.lane
    story.begin()
    lane.control("POST", "faults", {"skip": number - 1, "action": "hold", "at": held_at})
    worker = lane.start_worker(plants=story.plants)
    left = list(story.messages)
    while left:
        left.pop(0)()
        await_that(
            lambda: bool(lane.held()) or worker.is_idle() or worker.ended() is not None,
            "it does not get on",
        )
        if lane.held():
            calls = tuple(named(row) for row in lane.journal())
            if calls != quiet.calls[:number]:
                raise CutFailed(f"the calls differ from the quiet run's: {calls}")
            check_marks(quiet, worker, held_mark(quiet, number))
            return worker, list(left)
    raise CutFailed(f"call {number} was never made: {len(lane.journal())} were")


def held_mark(quiet: Quiet, number: int) -> int:
    """The last mark before the answer to a call."""
    sent = [
        place
        for place, label in enumerate(quiet.labels, start=1)
        if is_call(label) and label.startswith("before ")
    ]
    return sent[number - 1]


def apply_late(story: Story, quiet: Quiet, number: int) -> None:
    """Let the vendor work a call that was put off.

    Raises:
        CutFailed: it had no effect, so that nothing would be proved by it.
    """
    lane = story.lane
    before = documents_at(lane, lane.scenario.target)
    release(story, "now")
    is_idle = before == documents_at(lane, lane.scenario.target)
    if is_idle and number in quiet.creations and not story.plants:
        raise CutFailed("what the vendor did late had no effect")


def release(story: Story, apply: str) -> None:
    """Say what becomes of what is held."""
    story.lane.control("POST", "release", {"apply": apply})


def check_marks(quiet: Quiet, process: Process, number: int, *, may_go_on: bool = False) -> None:
    """The marks up to a cut must be those of the quiet run.

    Raises:
        CutFailed: names the first one that differs.
    """
    labels = process.labels()[:number] if may_go_on else process.labels()
    if len(labels) != number:
        raise CutFailed(f"it ended at mark {len(labels)} instead of {number}")
    for place, (label, expected) in enumerate(zip(labels, quiet.labels, strict=False), start=1):
        if label != expected:
            raise CutFailed(f"order differs: mark {place} is {label}, not {expected}")


def check_journal(story: Story, quiet: Quiet, process: Process) -> None:
    """The calls up to a cut must be those of the quiet run.

    Raises:
        CutFailed: names them.
    """
    calls = tuple(named(row) for row in story.lane.journal())
    sent = [label for label in process.labels() if is_call(label) and label.startswith("after ")]
    if calls != quiet.calls[: len(sent)]:
        raise CutFailed(f"the calls differ from the quiet run's: {calls}")
