"""The story of a lane: once undisturbed, and as often as wanted with one disturbance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from tests.crash.comparison import differences
from tests.crash.lane import Lane
from tests.crash.processes import CutFailed, EndDiffers, Process
from tests.crash.scenario import Opening
from tests.crash.state import State, changes_something, due, is_answered, read_state, waiting

HOUR_SECONDS = 3_600
SLOT_LIFE_SECONDS = 150
"""Longer than any place of a budget lives; after a loss of Redis nothing is granted sooner."""
MOST_SWEEPS = 8
LONGEST_WAIT_SECONDS = 7_200
"""Longer than a vendor may take to be done; what is due later still is not going on by itself."""
TOKEN = "token"
ANSWER = f"answer {HTTPStatus.OK.value} {HTTPStatus.OK.phrase}"
"""In a mark: by this answer a vendor takes a notice for delivered."""

Message = Callable[[], None]
"""Sends one message."""
Call = tuple[str, str, str]
"""Vendor, method and path."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a story came to that was told undisturbed; the fields are those of ``Quiet``."""

    labels: tuple[str, ...]
    cut_count: int
    first_calls: int


@dataclass(frozen=True, slots=True)
class Quiet:
    """The story undisturbed: its marks, its calls, and what stands in the end."""

    labels: tuple[str, ...]
    cut_count: int
    """At so many of its marks, the first ones, the process is cut."""
    calls: tuple[Call, ...]
    state: State
    first_calls: int
    """How many calls the first of its messages makes, which a notice had caused."""
    commits: str
    """What the database itself says of its commits."""
    creations: frozenset[int]
    """Which of the calls, from 1, make a document."""

    def is_refresh_pending(self, number: int) -> bool:
        """Whether at this mark an access was renewed at the vendor, not yet stored and not used.

        What a vendor has answered in this instant and nobody has stored is lost with the worker.
        """
        pending = False
        for label in self.labels[:number]:
            if label.startswith("after POST ") and TOKEN in label:
                pending = True
            elif is_call(label) or (label.startswith("after commit ") and "grant" in label):
                pending = False
        return pending


class Story:
    """The story on one lane, with safeties taken out or none."""

    def __init__(self, lane: Lane, plants: Sequence[str] = ()) -> None:
        self.lane = lane
        self.plants = tuple(plants)
        self.has_consented = False
        self.expected: State | None = None
        """How it must end, where that is known."""

    @property
    def messages(self) -> tuple[Message, ...]:
        """What beat sends in this story: a sweep, which finds the notice, and a poll.

        Where a preview was approved, the order to post it stands in the place of the sweep.
        """
        is_posted = self.lane.scenario.opening is Opening.POST
        return (self.lane.post if is_posted else self.lane.sweep), self.lane.poll

    def begin(self) -> None:
        """From the prepared state."""
        self.has_consented = False
        self.lane.begin()

    def quiet(self) -> Quiet:
        """Undisturbed.

        Raises:
            CutFailed: it does not end as the story itself demands.
        """
        lane = self.lane
        self.begin()
        first = self.start()
        with lane.database.count_commits() as commits:
            told = self.tell(first)
        journal = lane.journal()
        calls = tuple(named(row) for row in journal)
        creations = frozenset(self._creations(journal))
        self.settle()
        quiet = Quiet(
            told.labels,
            told.cut_count,
            calls,
            read_state(lane),
            told.first_calls,
            check_commits(told.labels, commits.count, commits.why_not),
            creations,
        )
        check_calls(quiet)
        check_answers(told.labels, lane.attempts())
        if quiet.state.open:
            raise CutFailed(f"the quiet run leaves {'; '.join(quiet.state.open)}")
        self.run_in_full()
        lane.check_sandbox()
        return quiet

    def start(self, end_at: int = 0) -> Process:
        """The process to which the messages go; it is killed at mark ``end_at``, at none with 0."""
        return self.lane.start_worker(end_at, plants=self.plants)

    def tell(self, first: Process) -> Told:
        """All messages, each worked to its end."""
        opening, following = self.messages
        self.send(opening)
        first_calls = len(self.lane.journal())
        self.send(following)
        labels = tuple(first.labels())
        return Told(labels, len(labels), first_calls)

    def go_on(self) -> None:
        """An hour after the process was killed another one starts."""
        self.lane.advance(HOUR_SECONDS)
        self.lane.start_worker(plants=self.plants).await_idle()

    def send(self, message: Message) -> None:
        """One message, worked to its end."""
        message()
        if self.lane.worker is not None:
            self.lane.worker.await_idle()

    def sweep_until_done(self) -> None:
        """Sweeps alone, until nothing is due.

        Raises:
            EndDiffers: something is still due after eight of them.
        """
        for _ in range(MOST_SWEEPS):
            self.send(self.lane.sweep)
            left = self._due_at()
            if left is None:
                return
            self.lane.advance(max(SLOT_LIFE_SECONDS, self._seconds_until(left)))
        raise self._endless()

    def settle(self, *, may_need_consent: bool = False, has_lost_redis: bool = False) -> None:
        """Let the worker do what is left: sweeps, a poll as it comes anyway, and time.

        Raises:
            EndDiffers: something is still due after eight sweeps, or a new consent is needed though
                no answer of the vendor's was lost.
        """
        lane = self.lane
        has_polled = False
        for sweep in range(1, MOST_SWEEPS + 1):
            self.send(lane.sweep)
            if self._consents(may_need_consent):
                continue
            if has_lost_redis and sweep == 1:
                lane.advance(SLOT_LIFE_SECONDS)
                continue
            left = self._due_at()
            if left is None and not has_polled:
                has_polled = self._polls()
                left = self._due_at()
            if left is None and has_polled:
                return
            wait_seconds = 0.0 if left is None else self._seconds_until(left)
            lane.advance(max(wait_seconds, SLOT_LIFE_SECONDS))
        raise self._endless()

    def judge(self, quiet: Quiet, *, may_be_fewer: bool = False) -> None:
        """Compare with the quiet run; then a full run must find nothing to write.

        Raises:
            EndDiffers: says the differences.
        """
        state = read_state(self.lane)
        found = differences(
            quiet.state,
            state,
            has_consented=self.has_consented,
            may_be_fewer=may_be_fewer,
        )
        found += self._stale_pairs()
        if found:
            raise EndDiffers("; ".join(found))
        self.run_in_full()
        self.lane.check_sandbox()

    def run_in_full(self) -> None:
        """One more full run, which must find nothing to write.

        Raises:
            EndDiffers: it wrote.
            CutFailed: it did not run.
        """
        lane = self.lane
        before = len(lane.journal())
        self.send(lambda: lane.poll(everything=True))
        made = lane.journal()[before:]
        written = [row for row in made if changes_something(row)]
        if written:
            raise EndDiffers(f"one more full run wrote: {[named(row) for row in written]}")
        if not made:
            raise CutFailed("one more full run read nothing")

    def _creations(self, journal: Sequence[Mapping[str, Any]]) -> Iterator[int]:
        """Which calls make a document: by our own rows, of which each changing call has one.

        Raises:
            CutFailed: there are more or fewer rows than changing calls.
        """
        changing = [place for place, row in enumerate(journal, start=1) if changes_something(row)]
        written = self.lane.database.rows(
            "SELECT step FROM integrations_write WHERE id > ? ORDER BY id",
            self.lane.begun_after["integrations_write"],
        )
        if len(changing) != len(written):
            raise CutFailed(f"{len(changing)} changing calls were made and announced {written}")
        for place, row in zip(changing, written, strict=True):
            if row["step"] in self.lane.scenario.creations:
                yield place

    def _endless(self) -> EndDiffers:
        """What to say where something is still due after eight sweeps."""
        state = read_state(self.lane)
        found = [] if self.expected is None else differences(self.expected, state)
        return EndDiffers(f"queued for ever: {'; '.join(found or state.open) or 'the poll'}")

    def _polls(self) -> bool:
        """Poll as beat does every few minutes; whether that came to its end."""
        before = self._last_run()
        self.send(self.lane.poll)
        after = self._last_run()
        return after != before and after[1] == "done"

    def _last_run(self) -> tuple[int, str]:
        found = self.lane.database.rows(
            "SELECT id, state FROM audit_syncrun ORDER BY id DESC LIMIT 1"
        )
        return (found[0]["id"], found[0]["state"]) if found else (0, "")

    def _consents(self, may_need_consent: bool) -> bool:
        waiting = self.lane.database.rows(
            "SELECT vendor FROM integrations_connection WHERE status = 'needs_reauth'"
        )
        if not waiting:
            return False
        if not may_need_consent:
            raise EndDiffers(f"{waiting[0]['vendor']} needs a new consent")
        self.has_consented = True
        self.lane.consent()
        return True

    def _seconds_until(self, instant: datetime) -> float:
        seconds = (instant - self.lane.now()).total_seconds() + 1
        if seconds > LONGEST_WAIT_SECONDS:
            raise EndDiffers(f"something is due that nobody may work before {instant}")
        return seconds

    def _due_at(self) -> datetime | None:
        """When the next work is due: of a record, a preview that was approved, or a delivery."""
        database = self.lane.database
        records = due(database.rows("SELECT * FROM integrations_record"))
        approved = database.rows(
            "SELECT posting_until FROM integrations_plan WHERE state = 'approved'"
        )
        delivered = waiting(database.rows("SELECT * FROM integrations_delivery"))
        return min(
            (
                *(max(row["received_at"], row["lease_until"]) for row in delivered),
                *(max(row["due_at"], row["lease_until"]) for row in records),
                *(row["posting_until"] for row in approved),
            ),
            default=None,
        )

    def _stale_pairs(self) -> list[str]:
        """Accesses whose stored pair is not the one that the vendor gave last."""
        return [
            f"the stored pair of {row['vendor']} is not the one it gave last"
            for row in self.lane.database.rows("SELECT vendor, sealed FROM integrations_grant")
            if self.lane.secrets_of(row["sealed"])["refresh_token"]
            != newest_pair(row["vendor"], self.lane.control("GET", f"{row['vendor']}/state"))
        ]


def is_call(label: str) -> bool:
    """Whether a mark is one of an HTTP call."""
    return " /" in label


def named(row: dict[str, Any]) -> Call:
    """A call of the journal, as far as it is the same in every run."""
    return row["vendor"], row["method"], row["path"]


def newest_pair(vendor: str, state: Mapping[str, Any]) -> str:
    """The refresh token that a vendor gave last."""
    if vendor == "gusto":
        return str([grant["pairs"][-1] for grant in state["grants"].values()][-1]["refresh_token"])
    if vendor == "acumatica":
        tenants = [of for host in state["instances"].values() for of in host["tenants"].values()]
    else:
        tenants = list(state["companies"].values())
    grants = [grant for tenant in tenants for grant in tenant["grants"].values()]
    return str(grants[-1]["refresh_token"])


def check_calls(quiet: Quiet) -> None:
    """Each call that the journal has is a mark, in the same order, and no other.

    Raises:
        CutFailed: names both.
    """
    marked = [
        label.removeprefix("before ")
        for label in quiet.labels
        if is_call(label) and label.startswith("before ")
    ]
    agree = len(marked) == len(quiet.calls) and all(
        mark.startswith(f"{method} /{vendor}/") and mark.endswith(path)
        for mark, (vendor, method, path) in zip(marked, quiet.calls, strict=True)
    )
    if not agree:
        raise CutFailed(f"marked are the calls {marked}, and the journal has {quiet.calls}")


def check_answers(labels: Sequence[str], attempts: Sequence[Mapping[str, Any]]) -> None:
    """Each answer that is marked is one that the source of the deliveries has heard.

    Raises:
        CutFailed: says both numbers.
    """
    marked = labels.count(f"after {ANSWER}")
    heard = sum(is_answered(attempt) for attempt in attempts)
    if marked != heard:
        raise CutFailed(f"{marked} answers are marked and the vendor heard {heard}")


def check_commits(labels: Sequence[str], counted: int | None, why_not: str) -> str:
    """The commits that are marked must be those that the database saw.

    Raises:
        CutFailed: says both numbers.
    """
    changing = ("commit ", "INSERT ", "UPDATE ", "DELETE ")
    marked = sum(
        label.startswith("after ")
        and label.removeprefix("after ").startswith(changing)
        and not label.endswith(" (none)")
        for label in labels
    )
    if counted is None:
        return f"{marked} commits marked; {why_not}"
    if counted != marked:
        raise CutFailed(f"{marked} commits are marked and the database saw {counted}")
    return f"{marked} commits, as the database saw"
