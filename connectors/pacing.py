"""Keeps calls within what a vendor allows: windows, places for concurrent calls, its pauses.

After a pause a budget comes back by degrees (``connectors.returning``).

Counted in Redis for all processes; where Redis is away no call begins. Short waits happen here,
longer ones are the caller's: it is told when to come back.
"""

from __future__ import annotations

import logging
import random
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final, Protocol

from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from config import clock
from connectors.errors import RateLimitError
from connectors.returning import Returns
from connectors.vendor import Limits, Operation

logger = logging.getLogger(__name__)

PATIENCE_SECONDS: Final = 3.0
"""Longer waits are not slept: the work is done later."""
SLOT_MARGIN_SECONDS: Final = 10.0
"""A slot outlives its call's deadline by this much, whatever became of the caller."""
LONGEST_DEADLINE_SECONDS: Final = 130.0
"""Of all operations of all vendors; a flushed Redis grants nothing for as long, and the margin."""
DEFAULT_PAUSE_SECONDS: Final = 30.0
"""Where the vendor asks for patience without saying how long."""
PAUSE_CACHE_SECONDS: Final = 1.0
"""A pause that another process wrote is seen this late at most."""

_LONGEST_LIFE_SECONDS: Final = LONGEST_DEADLINE_SECONDS + SLOT_MARGIN_SECONDS
_GLANCE_SECONDS: Final = 0.05
_PREFIX: Final = "pacing"

# One step on Redis's own clock (KEYS: the scope's slots, the generation). Instants far in the
# future come from a sandbox clock that was put back: they count as passed.
_TAKE: Final = """
local parts = redis.call('TIME')
local now = tonumber(parts[1]) + tonumber(parts[2]) / 1000000 + tonumber(ARGV[4])
local longest = tonumber(ARGV[5])
local begins = redis.call('GET', KEYS[2])
if begins and tonumber(begins) > now + longest then begins = false end
if not begins then
  if ARGV[6] == '' then return {'unknown', '0'} end
  begins = string.format('%.6f', now + tonumber(ARGV[6]))
  redis.call('SET', KEYS[2], begins)
end
-- Written with six digits it may lie a rounding ahead of the instant it was taken at.
if tonumber(begins) > now + 0.000001 then
  return {'new', string.format('%.6f', tonumber(begins) - now)}
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZREMRANGEBYSCORE', KEYS[1], now + longest, '+inf')
local is_held = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not is_held and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then
  local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  return {'full', string.format('%.6f', tonumber(first[2]) - now)}
end
redis.call('ZADD', KEYS[1], string.format('%.6f', now + tonumber(ARGV[3])), ARGV[1])
redis.call('EXPIRE', KEYS[1], math.ceil(longest))
return {'taken', '0'}
"""


class Pauses(Protocol):
    """Where pauses are kept for all processes: a row per budget."""

    def paused_until(self, scope: str) -> datetime | None:
        """Until when the budget is paused; None or a past instant where it is not."""

    def pause(self, scope: str, until: datetime, reason: str) -> None:
        """Pause the budget; of two pauses the later end counts."""


def budget_redis(url: str) -> Redis:
    """A client that gives up soon and repeats once: a call waits for it, but never long."""
    return Redis.from_url(
        url, socket_timeout=2.0, socket_connect_timeout=1.0, retry=Retry(NoBackoff(), 1)
    )


class Pacer:
    """Lets calls begin, for all threads of a process.

    ``fresh_install`` is asked when Redis holds no generation: whether no call was ever made by
    this installation, so that nothing can be under way that a flushed Redis has forgotten.
    """

    def __init__(
        self,
        redis: Redis,
        pauses: Pauses,
        *,
        fresh_install: Callable[[], bool] = lambda: False,
        patience_seconds: float = PATIENCE_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._redis = redis
        self._pauses = pauses
        self._fresh_install = fresh_install
        self.patience_seconds = patience_seconds
        self.sleep = sleep
        self.monotonic = monotonic
        self._take_script = redis.register_script(_TAKE)
        storage = RedisStorage(
            "redis://", connection_pool=redis.connection_pool, key_prefix=f"{_PREFIX}:windows"
        )
        self._windows = MovingWindowRateLimiter(storage)
        self._seen_pauses: dict[str, tuple[float, datetime | None]] = {}
        self._returns = Returns(redis, _PREFIX)

    @contextmanager
    def slot(self, vendor: str, scope: str, limits: Limits, operation: Operation) -> Iterator[None]:
        """One place of the budget, held while the block runs.

        Raises:
            RateLimitError: there is none within a few seconds, and when to come back; or Redis
                does not answer.
        """
        if operation.deadline_seconds > LONGEST_DEADLINE_SECONDS:
            raise ValueError(f"{operation.name}: no deadline may exceed LONGEST_DEADLINE_SECONDS.")
        wait = _Wait(self, vendor, scope, operation)
        holder = secrets.token_hex(8)
        self._await_pause(wait)
        try:
            limits = self._returns.limits(scope, limits, self._paused_until(scope))
            self._await_windows(wait, limits)
            self._await_place(wait, limits, holder)
            is_known = True
        except RedisError:
            is_known = False
        if not is_known:
            # No try of the record's: however long Redis is away, the work stays due.
            raise RateLimitError(
                "The calls that a vendor allows cannot be counted: Redis does not answer. "
                "Nothing was sent; it is tried again.",
                vendor=vendor,
                operation=operation.name,
            )
        try:
            yield
        finally:
            self._give_back(scope, holder)

    def pause(self, scope: str, seconds: float | None, reason: str) -> None:
        """The vendor asked for patience: no process begins a call of this budget before it ends."""
        pause_seconds = DEFAULT_PAUSE_SECONDS if seconds is None else seconds
        until = clock.now() + timedelta(seconds=pause_seconds)
        self._pauses.pause(scope, until, reason)
        self._seen_pauses.pop(scope, None)

    def answered(self, scope: str) -> None:
        """The vendor gave a proper answer, whatever it says: this budget may come back."""
        try:
            self._returns.answered(scope)
        except RedisError:
            # The answer counts all the same; the next one will be noted.
            logger.warning("The return of %s was not noted: Redis does not answer.", scope)

    def failed(self, scope: str, reason: str) -> None:
        """The vendor gave no proper answer; where that is an outage, nobody presses it."""
        seconds = self._returns.failed(scope)
        if seconds is not None:
            self.pause(scope, seconds, reason)

    def _await_pause(self, wait: _Wait) -> None:
        while True:
            until = self._paused_until(wait.scope)
            seconds = 0.0 if until is None else (until - clock.now()).total_seconds()
            if seconds <= 0:
                return
            wait.sleep(seconds, "it asked for patience")

    def _paused_until(self, scope: str) -> datetime | None:
        seen_at, until = self._seen_pauses.get(scope, (float("-inf"), None))
        if self.monotonic() - seen_at > PAUSE_CACHE_SECONDS:
            until = self._pauses.paused_until(scope)
            self._seen_pauses[scope] = (self.monotonic(), until)
        return until

    def _await_windows(self, wait: _Wait, limits: Limits) -> None:
        # The library counts by the machine's clock: a sandbox that jumps leaves its minutes behind.
        era = f"{wait.scope}+{clock.offset().total_seconds():.0f}"
        # The long window first: what the short one then refuses is waited for within a second.
        for window in _windows(limits):
            while not self._windows.hit(window, era):
                resets_at = self._windows.get_window_stats(window, era).reset_time
                machine_now = (clock.now() - clock.offset()).timestamp()
                seconds = max(resets_at - machine_now, _GLANCE_SECONDS)
                wait.sleep(seconds, f"its {window.amount} calls per {_unit(window)} are made")

    def _await_place(self, wait: _Wait, limits: Limits, holder: str) -> None:
        life_seconds = wait.operation.deadline_seconds + SLOT_MARGIN_SECONDS
        grace = ""
        while True:
            state, seconds = self._take(wait.scope, holder, limits, life_seconds, grace)
            match state:
                case "taken":
                    return
                case "unknown":
                    grace = "0" if self._fresh_install() else f"{_LONGEST_LIFE_SECONDS:.6f}"
                case "new":
                    wait.sleep(seconds, "what is under way is not known since Redis was emptied")
                case _:
                    wait.glance(seconds, f"all {limits.concurrent_calls} places are taken")

    def _take(
        self, scope: str, holder: str, limits: Limits, life_seconds: float, grace: str
    ) -> tuple[str, float]:
        state, seconds = self._take_script(
            keys=[_slots_key(scope), f"{_PREFIX}:generation"],
            args=[
                holder,
                limits.concurrent_calls,
                life_seconds,
                clock.offset().total_seconds(),
                _LONGEST_LIFE_SECONDS,
                grace,
            ],
        )
        return _text(state), float(_text(seconds))

    def _give_back(self, scope: str, holder: str) -> None:
        try:
            self._redis.zrem(_slots_key(scope), holder)
        except RedisError:
            # The call is made and its answer counts; the place ends by itself.
            logger.warning("A place of %s was not given back: Redis does not answer.", scope)


class _Wait:
    """The waiting of one call: at most a few seconds in all."""

    def __init__(self, pacer: Pacer, vendor: str, scope: str, operation: Operation) -> None:
        self.scope = scope
        self.operation = operation
        self._vendor = vendor
        self._pacer = pacer
        self._ends_at = pacer.monotonic() + pacer.patience_seconds

    def sleep(self, seconds: float, why: str) -> None:
        """Wait as long as is known to be needed.

        Raises:
            RateLimitError: that is longer than anybody sleeps here.
        """
        if self._pacer.monotonic() + seconds > self._ends_at:
            raise self._refusal(seconds, why)
        self._pacer.sleep(seconds)

    def glance(self, at_most_seconds: float, why: str) -> None:
        """Wait a moment for what may be free any time.

        Raises:
            RateLimitError: it was not for a few seconds.
        """
        seconds = _GLANCE_SECONDS * random.uniform(0.5, 1.5)
        if self._pacer.monotonic() + seconds > self._ends_at:
            raise self._refusal(min(at_most_seconds, random.uniform(2.0, 6.0)), why)
        self._pacer.sleep(seconds)

    def _refusal(self, seconds: float, why: str) -> RateLimitError:
        error = RateLimitError(
            f"No call to {self._vendor} can begin now: {why}. It is tried again.",
            vendor=self._vendor,
            operation=self.operation.name,
        )
        error.retry_after_seconds = seconds
        return error


def _windows(limits: Limits) -> Iterator[RateLimitItem]:
    if limits.calls_per_minute is not None:
        yield RateLimitItemPerMinute(limits.calls_per_minute)
    if limits.calls_per_second is not None:
        yield RateLimitItemPerSecond(limits.calls_per_second)


def _unit(window: RateLimitItem) -> str:
    return window.GRANULARITY.name


def _slots_key(scope: str) -> str:
    return f"{_PREFIX}:slots:{scope}"


def _text(reply: bytes | str) -> str:
    return reply.decode() if isinstance(reply, bytes) else reply
