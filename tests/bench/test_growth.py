"""What a person costs in queries and memory, in companies of a hundred to five thousand."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from audit.models import SyncRun
from config import clock
from integrations.engine.run import LegRun
from tests.bench.conftest import Figures
from tests.company import Company
from tests.conftest import Sandbox

SIZES = (100, 1_000, 5_000)


@pytest.fixture(params=SIZES)
def company(
    request: pytest.FixtureRequest, sandbox: Sandbox, transactional_db: None, settings: Settings
) -> Iterator[Company]:
    """So many people, connected and mapped, nothing synced yet."""
    settings.SANDBOX_URL = sandbox.url
    settings.PUBLIC_URL = "https://connector.example"
    yield Company(sandbox, request.param)
    clock.follow("")


@pytest.mark.bench
def test_queries_and_memory_per_person(company: Company, figures: Figures) -> None:
    people = len(company.people())
    figures[f"growth_{people}_people"] = {
        "first_sync": measured(company, everything=False),
        "unchanged": measured(company, everything=True),
    }


def measured(company: Company, *, everything: bool) -> dict[str, float]:
    """Queries of one run, and the most memory that it held, both by person."""
    run = LegRun(company.fresh(), company.leg, SyncRun.Trigger.MANUAL, width=1)
    counted = Counted()
    tracemalloc.start()
    with connection.execute_wrapper(counted):
        ended = run.read_all(everything=everything)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert ended.state == SyncRun.State.DONE
    return {
        "queries_per_person": round(counted.count / ended.seen_count, 3),
        "peak_bytes_per_person": round(peak_bytes / ended.seen_count),
        "peak_megabytes": round(peak_bytes / 2**20, 1),
    }


class Counted:
    """Counts statements of this thread's connection."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        self.count += 1
        return execute(sql, params, many, context)
