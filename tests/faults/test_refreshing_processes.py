"""One rotating grant in eight processes: who comes first refreshes it, for all."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from integrations.models import Connection, Grant
from tests.company import Company
from tests.faults.aside import await_held, release
from tests.faults.test_credentials import token_calls
from tests.processes import REPOSITORY, environment

PROCESSES_COUNT = 8
END_SECONDS = 60
ROTATES = "acumatica"
"""Takes each refresh token once."""


@contextmanager
def askers(connection: Connection) -> Iterator[list[subprocess.Popen[str]]]:
    """So many processes that are ready to ask; ended with the block, however it ends."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.faults.asker", str(connection.pk)],
            cwd=REPOSITORY,
            env=environment(DJANGO_SETTINGS_MODULE="config.settings"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES_COUNT)
    ]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.communicate()


@pytest.mark.slow
def test_refreshes_once_for_eight_processes(company: Company) -> None:
    connection = Connection.objects.get(vendor=ROTATES)
    before = token_calls(company, ROTATES)
    generation = Grant.objects.get(connections=connection).generation
    company.advance(seconds=3_500)
    with askers(connection) as started:
        for process in started:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        company.sandbox.fault(vendor=ROTATES, path="token", action="hold", at="received")
        for process in started:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        # The first is held at the vendor, so that all others come while it is not done.
        await_held(company)
        release(company, "now")
        told = [process.communicate(timeout=END_SECONDS) for process in started]

    assert [said for said, _ in told] == ["answered\n"] * PROCESSES_COUNT, told
    assert token_calls(company, ROTATES) == before + 1
    grant = Grant.objects.get(connections=connection)
    assert (grant.generation, grant.lease_token) == (generation + 1, "")
