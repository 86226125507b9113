"""The product's clock: this machine's, or the sandbox's while one is followed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from config import clock
from tests.clocks import StoppedClock
from tests.unit.config.time_teller import TimeTeller

DAY_SECONDS = 86_400


class Stopwatch:
    """Monotonic seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture(autouse=True)
def _former_clock() -> Iterator[None]:
    former = clock.use(clock.MachineClock())
    yield
    clock.use(former)


def is_ahead_by(seconds: float) -> bool:
    ahead = clock.now() - datetime.now(UTC)
    return abs(ahead - timedelta(seconds=seconds)) < timedelta(seconds=5)


def test_shows_this_machine_in_aware_utc_without_a_sandbox() -> None:
    assert clock.now().tzinfo is UTC
    assert is_ahead_by(0)
    assert clock.offset() == timedelta(0)


def test_follows_the_sandbox(teller: TimeTeller) -> None:
    teller.tell(3 * DAY_SECONDS)
    clock.follow(teller.url)
    assert is_ahead_by(3 * DAY_SECONDS)
    assert clock.offset() == timedelta(days=3)


def test_asks_nothing_before_the_time_is_wanted(teller: TimeTeller) -> None:
    clock.follow(teller.url)
    assert teller.asked_count == 0


def test_asks_again_after_a_quarter_of_a_second_and_not_before(teller: TimeTeller) -> None:
    stopwatch = Stopwatch()
    sandbox = clock.SandboxClock(teller.url, stopwatch)
    assert sandbox.offset() == timedelta(0)
    teller.tell(60)
    stopwatch.seconds += 0.24
    assert sandbox.offset() == timedelta(0)
    assert teller.asked_count == 1
    stopwatch.seconds += 0.01
    assert sandbox.offset() == timedelta(seconds=60)
    assert teller.asked_count == 2


def test_sees_a_jump_at_once_when_told_to_refresh(teller: TimeTeller) -> None:
    clock.follow(teller.url)
    assert is_ahead_by(0)
    teller.tell(DAY_SECONDS)
    clock.refresh()
    assert clock.offset() == timedelta(days=1)


def test_says_what_to_do_when_the_sandbox_was_never_heard(teller: TimeTeller) -> None:
    teller.stop()
    clock.follow(teller.url)
    with pytest.raises(clock.ClockError, match=r"start it with `manage\.py sandbox`, or unset"):
        clock.now()


@pytest.mark.parametrize(
    "answer", [{}, [], {"offset_seconds": "soon"}, {"offset_seconds": 1e300}, None]
)
def test_refuses_an_answer_that_is_no_offset(teller: TimeTeller, answer: object) -> None:
    teller.answer = answer
    clock.follow(teller.url)
    with pytest.raises(clock.ClockError, match="does not tell its time"):
        clock.now()


def test_keeps_the_last_offset_of_a_sandbox_that_fell_silent(
    teller: TimeTeller, caplog: pytest.LogCaptureFixture
) -> None:
    stopwatch = Stopwatch()
    sandbox = clock.SandboxClock(teller.url, stopwatch)
    teller.tell(60)
    sandbox.refresh()
    teller.stop()
    with caplog.at_level(logging.WARNING, "config.clock"):
        for _ in range(3):
            stopwatch.seconds += 2
            assert sandbox.offset() == timedelta(seconds=60)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    with pytest.raises(clock.ClockError):
        sandbox.refresh()


def test_returns_to_this_machine_when_nothing_is_followed_any_more(teller: TimeTeller) -> None:
    teller.tell(DAY_SECONDS)
    clock.follow(teller.url)
    clock.follow("")
    assert is_ahead_by(0)


def test_stands_still_for_a_test_and_answers_the_former_clock() -> None:
    stopped = StoppedClock()
    former = clock.use(stopped)
    assert clock.now() == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    stopped.advance(minutes=5)
    assert clock.now() == datetime(2026, 3, 2, 9, 5, tzinfo=UTC)
    assert clock.use(former) is stopped
