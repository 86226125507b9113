"""How a budget comes back after its vendor was away: one call first, then a growing share."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, overload

from redis import Redis

from config import clock
from connectors.vendor import Limits

FAILURES_COUNT: Final = 3
"""So many calls in a row without a proper answer are an outage, not bad luck."""
FIRST_PAUSE_SECONDS: Final = 30.0
LONGEST_PAUSE_SECONDS: Final = 600.0
STEP: Final = timedelta(minutes=1)
FIRST_SHARE: Final = 4
"""The first step has a quarter of what is allowed, each further one twice the one before."""
FORGOTTEN_AFTER: Final = timedelta(days=1)


class Returns:
    """Watches the budgets of a process; how far each has come back is kept in Redis for all."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._prefix = prefix
        self._failures: Counter[str] = Counter()
        self._outages: Counter[str] = Counter()
        self._probed: dict[str, datetime] = {}
        """The pauses after which nobody has been answered yet."""
        self._over: dict[str, datetime] = {}
        """The pauses that are forgotten."""

    def limits(self, scope: str, limits: Limits, paused_until: datetime | None) -> Limits:
        """What is allowed now that the pause is over.

        Raises:
            RedisError: it cannot be told.
        """
        now = clock.now()
        if paused_until is None or self._over.get(scope) == paused_until:
            return limits
        if now - paused_until > FORGOTTEN_AFTER:
            self._over[scope] = paused_until
            return limits
        returned_at = self._returned_at(scope, paused_until)
        if returned_at is None:
            self._probed[scope] = paused_until
            return replace(limits, concurrent_calls=1)
        self._probed.pop(scope, None)
        steps = max(0, (now - returned_at) // STEP)
        divisor = FIRST_SHARE >> min(steps, FIRST_SHARE)
        if divisor <= 1:
            self._over[scope] = paused_until
            return limits
        return replace(
            limits,
            concurrent_calls=_share(limits.concurrent_calls, divisor),
            calls_per_minute=_share(limits.calls_per_minute, divisor),
            calls_per_second=_share(limits.calls_per_second, divisor),
        )

    def answered(self, scope: str) -> None:
        """The vendor works: what keeps a call from its aim now is the call's own matter.

        Raises:
            RedisError: it could not be noted; the next answer will be.
        """
        self._failures.pop(scope, None)
        self._outages.pop(scope, None)
        paused_until = self._probed.get(scope)
        if paused_until is not None:
            text = f"{paused_until.isoformat()} {clock.now().isoformat()}"
            self._redis.set(self._key(scope), text, ex=FORGOTTEN_AFTER)
            self._probed.pop(scope, None)

    def failed(self, scope: str) -> float | None:
        """No proper answer came; for how many seconds the budget is to be paused, if at all."""
        self._failures[scope] += 1
        if self._failures[scope] < FAILURES_COUNT and scope not in self._probed:
            return None
        self._failures.pop(scope, None)
        self._outages[scope] += 1
        seconds: float = FIRST_PAUSE_SECONDS * 2 ** (self._outages[scope] - 1)
        return min(seconds, LONGEST_PAUSE_SECONDS)

    def _returned_at(self, scope: str, paused_until: datetime) -> datetime | None:
        """When the first call after this pause was answered; None where none was."""
        reply = self._redis.get(self._key(scope))
        text = reply.decode() if isinstance(reply, bytes) else ""
        after, _, returned_at = text.partition(" ")
        return datetime.fromisoformat(returned_at) if after == paused_until.isoformat() else None

    def _key(self, scope: str) -> str:
        return f"{self._prefix}:returned:{scope}"


@overload
def _share(whole: int, divisor: int) -> int: ...
@overload
def _share(whole: int | None, divisor: int) -> int | None: ...
def _share(whole: int | None, divisor: int) -> int | None:
    return None if whole is None else max(1, whole // divisor)
