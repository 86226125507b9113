"""The companies of the stories: each is connected once in a test process, and taken back there.

To connect two vendors, read their lists and confirm what is suggested takes longer than most
stories do.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import pytest
from pytest_django import Settings
from redis import Redis

from config import clock
from connectors.pacing import budget_redis
from tests import tables
from tests.conftest import Sandbox


class Company(Protocol):
    """What stories are told of."""

    sandbox: Sandbox

    def meet(self) -> None:
        """Go by the vendors' clock."""


Staged = TypeVar("Staged", bound=Company)
Held = TypeVar("Held")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Moment:
    """An instant before stories: all rows, and what a test holds of the company."""

    rows: tables.Kept
    budgets: dict[Any, Any]
    """What Redis counts of calls; without it nothing is known of what is under way."""
    held: Any


_moments: dict[str, _Moment] = {}


class Stage:
    """Where one story is told; afterwards nothing may have been sent that no flow sends."""

    def __init__(self, sandbox: Sandbox, redis: Redis) -> None:
        self._sandbox = sandbox
        self._redis = redis
        self._judges: list[Callable[[Sandbox], list[str]]] = []
        self._way = sandbox.url
        """How the present moment was come to; by that it is known again."""

    def company(
        self,
        name: str,
        make: Callable[[Sandbox], Staged],
        *forbidden_calls: Callable[[Sandbox], list[str]],
    ) -> Staged:
        """The company that ``make`` makes, as if just made; ``name`` tells it from all others."""
        self._judges += forbidden_calls
        made: Staged = self._at(name, lambda: make(self._sandbox))
        made.meet()
        return made

    def later(self, company: Staged, go_on: Callable[[Staged], Result]) -> Result:
        """What ``go_on`` answers, a function of a module: the company stands as it leaves it.

        Nothing else may have been done to the company since this stage gave it out.
        """
        name = f"{go_on.__module__}.{go_on.__qualname__}"
        again, result = self._at(name, lambda: (company, go_on(company)))
        vars(company).update(vars(again))
        company.meet()
        return result

    def _at(self, name: str, come_there: Callable[[], Held]) -> Held:
        """What ``come_there`` answers; where it leads is gone to directly from then on."""
        self._way += f", {name}"
        moment = _moments.get(self._way)
        if moment is None:
            held = come_there()
            self._sandbox.keep(self._way)
            _moments[self._way] = _Moment(tables.keep(), self._budgets(), self._copied(held))
            return held
        self._sandbox.go_back(self._way)
        moment.rows.put_back()
        self._redis.flushdb()
        for counted, dumped in moment.budgets.items():
            self._redis.restore(counted, 0, dumped)
        again: Held = self._copied(moment.held)
        return again

    def close(self) -> None:
        """Let the product go by real time again, and judge what was sent."""
        clock.follow("")
        for forbidden_calls in self._judges:
            assert forbidden_calls(self._sandbox) == []

    def _budgets(self) -> dict[Any, Any]:
        return {counted: self._redis.dump(counted) for counted in self._redis.scan_iter()}

    def _copied(self, held: Held) -> Held:
        """The same at the same sandbox; what a story does to it stays with the story."""
        return copy.deepcopy(held, {id(self._sandbox): self._sandbox})


@pytest.fixture
def stage(sandbox: Sandbox, transactional_db: None, settings: Settings) -> Iterator[Stage]:
    """Where a story is told, with the sandbox in the place of the vendors."""
    settings.SANDBOX_URL = sandbox.url
    settings.PUBLIC_URL = "https://connector.example"
    opened = Stage(sandbox, budget_redis(settings.REDIS_URLS.redis))
    yield opened
    opened.close()
