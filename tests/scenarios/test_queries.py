"""What a person costs in database queries: the same in a small company and in a big one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from audit.models import SyncRun
from integrations.engine.run import LegRun
from tests.company import Company
from tests.staging import Stage

FIXED_QUERIES = 45
"""Whatever the number of people: the run, the mark, the mappings, the grants."""
FIRST_SYNC_QUERIES = 4.35
"""For a person: three for the row of the call, one for the record, a share of the rest."""
UNCHANGED_QUERIES = 0.25
"""For a person: who is held is looked at again."""


class Counted:
    """Counts the statements of this thread's connection."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


@pytest.fixture(params=[60, 240])
def sized_company(request: pytest.FixtureRequest, stage: Stage) -> Company:
    """A small and a big one, connected and mapped, nothing synced yet."""
    count = request.param
    return stage.company(f"company of {count}", lambda sandbox: Company(sandbox, count))


def queries(company: Company, *, everything: bool) -> int:
    """How many statements a run takes on a machine that is never slow."""
    counted = Counted()
    run = LegRun(
        company.fresh(),
        company.leg,
        SyncRun.Trigger.MANUAL,
        width=1,
        kept_back_seconds=float("inf"),
    )
    with connection.execute_wrapper(counted):
        ended = run.read_all(everything=everything)
    assert (ended.state, ended.seen_count) == (SyncRun.State.DONE, len(company.people()))
    return counted.count


def test_costs_as_many_queries_for_a_person_in_a_big_company(sized_company: Company) -> None:
    people = len(sized_company.people())
    first = queries(sized_company, everything=False)
    unchanged = queries(sized_company, everything=True)
    assert first <= FIXED_QUERIES + FIRST_SYNC_QUERIES * people
    assert unchanged <= FIXED_QUERIES + UNCHANGED_QUERIES * people
