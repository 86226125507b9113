"""A first sync at the command line, killed or stopped in the middle, and started anew."""

from __future__ import annotations

import signal

import pytest

from integrations.models import Record, Write
from tests.company import Company
from tests.faults.killed import ended, kill_in_the_middle, repeated, sync, until_written

MIDDLE_COUNT = 8
SLOW_WRITES = {"vendor": "acumatica", "method": "PUT", "path": "/Employee", "times": None}
"""So that the middle is seen before the end."""


@pytest.fixture(autouse=True)
def slow_writes(company: Company) -> None:
    """Each takes a tenth of a second."""
    company.sandbox.fault(**SLOW_WRITES, action="delay_ms", delay_ms=100)


def test_ends_a_killed_first_sync_with_everybody_once(company: Company) -> None:
    stood = kill_in_the_middle(company, MIDDLE_COUNT)
    assert MIDDLE_COUNT - 1 <= stood < len(company.people())
    assert company.faults() == []
    assert repeated(company) == []
    assert not Write.objects.filter(outcome__in=Write.OPEN).exists()
    references = Write.objects.filter(step="create").values("record")
    assert references.count() - references.distinct().count() <= 1


def test_goes_on_after_ctrl_c_where_it_stopped(company: Company) -> None:
    process = sync(company)
    until_written(process, MIDDLE_COUNT)
    process.send_signal(signal.SIGINT)
    assert ended(process) == 1
    company.sandbox.control("DELETE", "faults")
    stopped_at = len(company.writes())
    assert MIDDLE_COUNT <= stopped_at < len(company.people())
    assert not Write.objects.filter(outcome__in=Write.OPEN).exists()
    assert not Record.objects.exclude(lease_token="").exists()
    assert ended(sync(company)) == 0
    company.drain()
    assert company.faults() == []
    assert len(company.writes()) == len(company.employees()) - len(company.strangers)
