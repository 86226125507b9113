"""A first sync killed in the middle and started anew: everybody stands there, nobody twice."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import Settings

from config import clock
from integrations.models import Write
from tests.bench.conftest import Figures
from tests.company import Company
from tests.conftest import Sandbox
from tests.faults.killed import kill_in_the_middle, repeated

PEOPLE = 1_000
KILLED_AT = 400


@pytest.fixture
def company(sandbox: Sandbox, transactional_db: None, settings: Settings) -> Iterator[Company]:
    """A thousand people, connected and mapped, nothing synced yet."""
    settings.SANDBOX_URL = sandbox.url
    settings.PUBLIC_URL = "https://connector.example"
    yield Company(sandbox, PEOPLE)
    clock.follow("")


@pytest.mark.bench
def test_crash_first_sync(company: Company, figures: Figures) -> None:
    began = time.perf_counter()
    stood = kill_in_the_middle(company, KILLED_AT)
    seconds = time.perf_counter() - began
    faults, twice = company.faults(), repeated(company)
    figures["crash_first_sync"] = {
        "database": connection.vendor,
        "people": len(company.people()),
        "stood_when_killed": stood,
        "employees": len(company.employees()) - len(company.strangers),
        "twice": len(twice),
        "faults": len(faults),
        "open_writes": Write.objects.filter(outcome__in=Write.OPEN).count(),
        "seconds": round(seconds, 1),
    }
    assert faults == []
    assert twice == []
