"""How many calls may begin, counted in a real Redis."""

from __future__ import annotations

import logging
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis

from config import clock
from config.embedded import find_program
from connectors.errors import Effect, RateLimitError
from connectors.pacing import Pacer, budget_redis
from connectors.vendor import Limits
from tests.unit.connectors.servers import READ

SCOPE = "toy:acme"
TWO = Limits(concurrent_calls=2)
GRACE_SECONDS = 140.0


class Shifted:
    """This machine's time and an offset that a test moves, as with a sandbox."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def offset(self) -> timedelta:
        return self.ahead

    def refresh(self) -> None:
        """There is nothing to ask."""


class Patience:
    """Seconds that pass only by sleeping; remembers each sleep."""

    def __init__(self) -> None:
        self.seconds = 100.0
        self.sleeps: list[float] = []

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.seconds += seconds


class Rows:
    """Pauses as the database would keep them; counts how often it was asked."""

    def __init__(self) -> None:
        self.pauses: dict[str, tuple[datetime, str]] = {}
        self.reads_count = 0

    def paused_until(self, scope: str) -> datetime | None:
        self.reads_count += 1
        return self.pauses[scope][0] if scope in self.pauses else None

    def pause(self, scope: str, until: datetime, reason: str) -> None:
        self.pauses[scope] = (until, reason)


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis of these tests alone, on a socket."""
    socket: Path = tmp_path_factory.mktemp("redis") / "s"
    command = [find_program(""), "--port", "0", "--unixsocket", str(socket), "--save", ""]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=socket.parent)
    url = f"unix://{socket}?db=3"
    ends_at = time.monotonic() + 10
    while not socket.exists():
        assert time.monotonic() < ends_at, "Redis did not start."
        threading.Event().wait(0.01)
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    """Empty; no call was ever made with it."""
    client = budget_redis(redis_url)
    client.flushdb()
    yield client
    client.close()


@pytest.fixture
def shifted() -> Iterator[Shifted]:
    """The product's clock, as a sandbox moves it."""
    mine = Shifted()
    former = clock.use(mine)
    yield mine
    clock.use(former)


@pytest.fixture
def patience() -> Patience:
    """Waiting without time passing."""
    return Patience()


@pytest.fixture
def rows() -> Rows:
    """No budget is paused."""
    return Rows()


@pytest.fixture
def pacer(redis: Redis, rows: Rows, patience: Patience, shifted: Shifted) -> Pacer:
    """Of an installation that never made a call."""
    return made(redis, rows, patience, is_fresh=True)


def made(redis: Redis, rows: Rows, patience: Patience, *, is_fresh: bool = False) -> Pacer:
    return Pacer(
        redis,
        rows,
        fresh_install=lambda: is_fresh,
        sleep=patience.sleep,
        monotonic=patience.monotonic,
    )


def refusal(pacer: Pacer, limits: Limits = TWO, scope: str = SCOPE) -> RateLimitError:
    """Why no call may begin, and when to come back."""
    with pytest.raises(RateLimitError) as caught, pacer.slot("toy", scope, limits, READ):
        pytest.fail("A call began.")
    assert caught.value.effect is Effect.NONE
    assert (caught.value.vendor, caught.value.operation) == ("toy", "read_person")
    return caught.value


class TestPlaces:
    def test_lets_as_many_begin_as_there_are_places(self, pacer: Pacer, patience: Patience) -> None:
        with pacer.slot("toy", SCOPE, TWO, READ), pacer.slot("toy", SCOPE, TWO, READ):
            error = refusal(pacer)
        assert str(error) == (
            "No call to toy can begin now: all 2 places are taken. It is tried again."
        )
        assert error.retry_after_seconds is not None
        assert 2 <= error.retry_after_seconds <= 6
        assert 2.9 < sum(patience.sleeps) <= 3.0
        assert max(patience.sleeps) < 0.1

    def test_gives_a_place_back_also_after_a_failure(self, pacer: Pacer) -> None:
        one = Limits(concurrent_calls=1)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError), pacer.slot("toy", SCOPE, one, READ):
                raise ZeroDivisionError
        with pacer.slot("toy", SCOPE, one, READ):
            refusal(pacer, one)

    def test_takes_a_place_that_becomes_free_while_it_waits(
        self, redis: Redis, rows: Rows, patience: Patience, shifted: Shifted
    ) -> None:
        held = ExitStack()
        pacer = Pacer(
            redis,
            rows,
            fresh_install=lambda: True,
            sleep=lambda seconds: held.close(),
            monotonic=patience.monotonic,
        )
        held.enter_context(pacer.slot("toy", SCOPE, Limits(1), READ))
        with pacer.slot("toy", SCOPE, Limits(1), READ):
            assert redis.zcard(f"pacing:slots:{SCOPE}") == 1

    def test_counts_each_scope_apart(self, pacer: Pacer) -> None:
        with pacer.slot("toy", SCOPE, Limits(1), READ), pacer.slot("toy", "toy:b", Limits(1), READ):
            refusal(pacer, Limits(1))
            refusal(pacer, Limits(1), "toy:b")

    def test_ends_the_place_of_a_dead_caller_ten_seconds_after_its_deadline(
        self, pacer: Pacer, shifted: Shifted
    ) -> None:
        with pacer.slot("toy", SCOPE, Limits(1), replace(READ, deadline_seconds=50.0)):
            shifted.ahead += timedelta(seconds=59)
            refusal(pacer, Limits(1))
            shifted.ahead += timedelta(seconds=2)
            with pacer.slot("toy", SCOPE, Limits(1), READ):
                refusal(pacer, Limits(1))

    def test_does_not_wait_for_a_place_taken_in_a_future_that_was_taken_back(
        self, pacer: Pacer, shifted: Shifted
    ) -> None:
        shifted.ahead = timedelta(days=30)
        with pacer.slot("toy", SCOPE, Limits(1), READ):
            shifted.ahead = timedelta(0)
            with pacer.slot("toy", SCOPE, Limits(1), READ):
                refusal(pacer, Limits(1))

    def test_never_exceeds_the_places_over_many_threads(
        self, redis_url: str, redis: Redis, rows: Rows, shifted: Shifted
    ) -> None:
        lock, under_way, most, calls_count = threading.Lock(), 0, 0, 0

        def work(pacer: Pacer) -> None:
            nonlocal under_way, most, calls_count
            for _ in range(20):
                with pacer.slot("toy", SCOPE, Limits(3), READ):
                    with lock:
                        under_way += 1
                        calls_count += 1
                        most = max(most, under_way)
                    threading.Event().wait(0.001)
                    with lock:
                        under_way -= 1

        clients = [budget_redis(redis_url) for _ in range(2)]
        pacers = [
            Pacer(one, rows, fresh_install=lambda: True, patience_seconds=30.0) for one in clients
        ]
        threads = [threading.Thread(target=work, args=(pacers[at % 2],)) for at in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        for client in clients:
            client.close()
        assert calls_count == 120
        assert most <= 3
        assert redis.zcard(f"pacing:slots:{SCOPE}") == 0

    def test_refuses_a_deadline_that_a_flushed_redis_would_not_outwait(self, pacer: Pacer) -> None:
        long = replace(READ, deadline_seconds=131.0)
        with pytest.raises(ValueError, match="LONGEST"), pacer.slot("toy", SCOPE, TWO, long):
            pytest.fail("A call began.")


class TestGeneration:
    def test_grants_nothing_for_one_life_of_a_place_after_a_flush(
        self, redis: Redis, rows: Rows, patience: Patience, shifted: Shifted
    ) -> None:
        pacer = made(redis, rows, patience)
        error = refusal(pacer)
        assert "since Redis was emptied" in str(error)
        assert error.retry_after_seconds is not None
        assert GRACE_SECONDS - 1 < error.retry_after_seconds <= GRACE_SECONDS
        shifted.ahead += timedelta(seconds=GRACE_SECONDS - 5)
        later = refusal(pacer).retry_after_seconds
        assert later is not None
        assert 4 < later <= 5
        shifted.ahead += timedelta(seconds=6)
        with pacer.slot("toy", SCOPE, TWO, READ):
            pass
        assert patience.sleeps == []

    def test_grants_at_once_where_no_call_was_ever_made(
        self, pacer: Pacer, redis: Redis, rows: Rows, patience: Patience
    ) -> None:
        with pacer.slot("toy", SCOPE, TWO, READ):
            pass
        # What one process has begun is begun for the others.
        with made(redis, rows, patience).slot("toy", SCOPE, TWO, READ):
            pass
        assert patience.sleeps == []

    def test_waits_out_the_last_seconds(
        self, redis: Redis, rows: Rows, patience: Patience, shifted: Shifted
    ) -> None:
        def sleep(seconds: float) -> None:
            patience.sleep(seconds)
            shifted.ahead += timedelta(seconds=seconds + 0.01)

        pacer = Pacer(redis, rows, sleep=sleep, monotonic=patience.monotonic)
        refusal(pacer)
        shifted.ahead += timedelta(seconds=GRACE_SECONDS - 2)
        with pacer.slot("toy", SCOPE, TWO, READ):
            pass
        assert len(patience.sleeps) == 1
        assert 1 < patience.sleeps[0] <= 2

    def test_begins_anew_when_the_clock_was_put_back(
        self, pacer: Pacer, redis: Redis, rows: Rows, patience: Patience, shifted: Shifted
    ) -> None:
        shifted.ahead = timedelta(days=30)
        with pacer.slot("toy", SCOPE, TWO, READ):
            pass
        shifted.ahead = timedelta(0)
        error = refusal(made(redis, rows, patience))
        assert error.retry_after_seconds is not None
        assert error.retry_after_seconds <= GRACE_SECONDS


class TestWindows:
    def test_says_when_a_full_minute_is_over(self, pacer: Pacer, patience: Patience) -> None:
        limits = Limits(concurrent_calls=9, calls_per_minute=2)
        for _ in range(2):
            with pacer.slot("toy", SCOPE, limits, READ):
                pass
        error = refusal(pacer, limits)
        assert "its 2 calls per minute are made" in str(error)
        assert error.retry_after_seconds is not None
        assert 50 < error.retry_after_seconds <= 60
        assert patience.sleeps == []
        with pacer.slot("toy", "toy:b", limits, READ):
            pass

    def test_waits_for_the_next_second(
        self, redis: Redis, rows: Rows, patience: Patience, shifted: Shifted
    ) -> None:
        def sleep(seconds: float) -> None:
            patience.sleep(seconds)
            for key in redis.scan_iter("pacing:windows*"):
                redis.delete(key)

        pacer = Pacer(
            redis, rows, fresh_install=lambda: True, sleep=sleep, monotonic=patience.monotonic
        )
        limits = Limits(concurrent_calls=9, calls_per_second=2)
        for _ in range(3):
            with pacer.slot("toy", SCOPE, limits, READ):
                pass
        assert len(patience.sleeps) == 1
        assert 0 < patience.sleeps[0] <= 1


class TestPauses:
    def test_sends_nothing_while_the_vendor_wants_patience(
        self, pacer: Pacer, rows: Rows, patience: Patience
    ) -> None:
        pacer.pause(SCOPE, 120.0, "asks for fewer calls")
        until, reason = rows.pauses[SCOPE]
        assert reason == "asks for fewer calls"
        assert 119 < (until - clock.now()).total_seconds() <= 120
        error = refusal(pacer)
        assert "it asked for patience" in str(error)
        assert error.retry_after_seconds is not None
        assert 119 < error.retry_after_seconds <= 120
        assert patience.sleeps == []
        with pacer.slot("toy", "toy:b", TWO, READ):
            pass

    def test_pauses_half_a_minute_where_nothing_is_said(self, pacer: Pacer, rows: Rows) -> None:
        pacer.pause(SCOPE, None, "busy")
        assert 29 < (rows.pauses[SCOPE][0] - clock.now()).total_seconds() <= 30

    def test_goes_on_when_the_pause_is_over(self, pacer: Pacer, shifted: Shifted) -> None:
        pacer.pause(SCOPE, 120.0, "busy")
        refusal(pacer)
        shifted.ahead += timedelta(seconds=121)
        with pacer.slot("toy", SCOPE, TWO, READ):
            pass

    def test_waits_out_a_short_pause(
        self, redis: Redis, rows: Rows, patience: Patience, shifted: Shifted
    ) -> None:
        def sleep(seconds: float) -> None:
            patience.sleep(seconds)
            shifted.ahead += timedelta(seconds=seconds + 0.01)

        pacer = Pacer(
            redis, rows, fresh_install=lambda: True, sleep=sleep, monotonic=patience.monotonic
        )
        pacer.pause(SCOPE, 2.0, "busy")
        with pacer.slot("toy", SCOPE, TWO, READ):
            pass
        assert len(patience.sleeps) == 1
        assert 1.5 < patience.sleeps[0] <= 2

    def test_asks_for_a_row_once_a_second_only(
        self, pacer: Pacer, rows: Rows, patience: Patience
    ) -> None:
        for _ in range(5):
            with pacer.slot("toy", SCOPE, TWO, READ):
                pass
        assert rows.reads_count == 1
        rows.pause(SCOPE, clock.now() + timedelta(minutes=5), "seen by another process")
        patience.seconds += 1.1
        refusal(pacer)
        assert rows.reads_count == 2


class TestRedisAway:
    def test_lets_no_call_begin(self, rows: Rows, patience: Patience, tmp_path: Path) -> None:
        away = budget_redis(f"unix://{tmp_path}/nobody")
        started = time.monotonic()
        with (
            pytest.raises(RateLimitError) as caught,
            made(away, rows, patience, is_fresh=True).slot("toy", SCOPE, TWO, READ),
        ):
            pytest.fail("A call began.")
        assert time.monotonic() - started < 1
        assert caught.value.retry_after_seconds is None
        assert caught.value.effect is Effect.NONE
        assert "Redis does not answer" in str(caught.value)
        assert caught.value.__context__ is None

    def test_does_not_lose_a_call_that_was_made(
        self,
        redis_url: str,
        redis: Redis,
        rows: Rows,
        patience: Patience,
        shifted: Shifted,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        leaving = budget_redis(redis_url)
        pacer = made(leaving, rows, patience, is_fresh=True)
        with caplog.at_level(logging.WARNING), pacer.slot("toy", SCOPE, TWO, READ):
            leaving.close()
            leaving.connection_pool.connection_kwargs["path"] = "/nonexistent/socket"
            leaving.connection_pool.reset()
        assert [one.getMessage() for one in caplog.records] == [
            "A place of toy:acme was not given back: Redis does not answer."
        ]
        assert redis.zcard(f"pacing:slots:{SCOPE}") == 1


class TestReturning:
    """After an outage: one call, then a quarter of what is allowed, doubled each minute."""

    MANY = Limits(concurrent_calls=8)

    def places(self, pacer: Pacer) -> int:
        """How many calls may be under way at once."""
        with ExitStack() as held:
            for count in range(self.MANY.concurrent_calls + 1):
                try:
                    held.enter_context(pacer.slot("toy", SCOPE, self.MANY, READ))
                except RateLimitError:
                    return count
        raise AssertionError("There is no limit.")

    def test_is_whole_where_nothing_was_paused(self, pacer: Pacer) -> None:
        assert self.places(pacer) == 8

    def test_lets_one_call_through_until_it_is_answered(
        self, pacer: Pacer, shifted: Shifted, patience: Patience
    ) -> None:
        pacer.pause(SCOPE, 60, "away")
        shifted.ahead += timedelta(seconds=61)
        for _ in range(2):
            assert self.places(pacer) == 1
            shifted.ahead += timedelta(hours=1)
            patience.seconds += 3_600
        pacer.answered(SCOPE)
        assert self.places(pacer) == 2

    def test_doubles_what_is_allowed_each_minute(
        self, pacer: Pacer, shifted: Shifted, patience: Patience
    ) -> None:
        pacer.pause(SCOPE, 60, "away")
        shifted.ahead += timedelta(seconds=61)
        assert self.places(pacer) == 1
        pacer.answered(SCOPE)
        allowed = []
        for _ in range(4):
            allowed.append(self.places(pacer))
            shifted.ahead += timedelta(minutes=1)
            patience.seconds += 60
        assert allowed == [2, 4, 8, 8]

    def test_tells_other_processes_how_far_it_has_come_back(
        self, redis: Redis, rows: Rows, patience: Patience, shifted: Shifted
    ) -> None:
        first, second = (made(redis, rows, patience, is_fresh=True) for _ in range(2))
        first.pause(SCOPE, 60, "away")
        shifted.ahead += timedelta(seconds=61)
        assert self.places(first) == self.places(second) == 1
        first.answered(SCOPE)
        assert self.places(second) == 2

    def test_begins_anew_with_the_next_pause(
        self, pacer: Pacer, shifted: Shifted, patience: Patience
    ) -> None:
        pacer.pause(SCOPE, 60, "away")
        shifted.ahead += timedelta(seconds=61)
        assert self.places(pacer) == 1
        pacer.answered(SCOPE)
        pacer.pause(SCOPE, 60, "away again")
        shifted.ahead += timedelta(seconds=61)
        patience.seconds += 61
        assert self.places(pacer) == 1

    def test_takes_three_failures_in_a_row_for_an_outage(self, pacer: Pacer, rows: Rows) -> None:
        for _ in range(2):
            pacer.failed(SCOPE, "no answer")
            pacer.failed(SCOPE, "no answer")
            pacer.answered(SCOPE)
        assert rows.pauses == {}
        for _ in range(3):
            pacer.failed(SCOPE, "no answer")
        assert rows.pauses[SCOPE][1] == "no answer"
        assert 29 < (rows.pauses[SCOPE][0] - clock.now()).total_seconds() <= 30

    def test_waits_twice_as_long_after_each_probe_that_fails(
        self, pacer: Pacer, rows: Rows, shifted: Shifted, patience: Patience
    ) -> None:
        for _ in range(3):
            pacer.failed(SCOPE, "no answer")
        waits = []
        for _ in range(7):
            until, _ = rows.pauses[SCOPE]
            waits.append(round((until - clock.now()).total_seconds()))
            shifted.ahead += until - clock.now() + timedelta(seconds=1)
            patience.seconds += 3_600
            assert self.places(pacer) == 1
            pacer.failed(SCOPE, "no answer")
        assert waits == [30, 60, 120, 240, 480, 600, 600]
