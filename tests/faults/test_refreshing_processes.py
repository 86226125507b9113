"""One rotating grant in eight processes: who comes first refreshes it, for all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

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
def askers(connection: Connection) -> Iterator[subprocess.Popen[str]]:
    """So many processes that are ready to ask; ended with the block, however it ends."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.asker", str(connection.pk), str(PROCESSES_COUNT)],
        cwd=REPOSITORY,
        env=environment(DJANGO_SETTINGS_MODULE="config.settings"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as started:
        try:
            yield started
        finally:
            with suppress(ProcessLookupError):
                os.killpg(started.pid, signal.SIGKILL)


@pytest.mark.slow
def test_refreshes_once_for_eight_processes(company: Company) -> None:
    connection = Connection.objects.get(vendor=ROTATES)
    before = token_calls(company, ROTATES)
    generation = Grant.objects.get(connections=connection).generation
    company.advance(seconds=3_500)
    with askers(connection) as started:
        assert started.stdout is not None
        assert started.stdin is not None
        ready = [started.stdout.readline() for _ in range(PROCESSES_COUNT)]
        assert ready == ["ready\n"] * PROCESSES_COUNT
        company.sandbox.fault(vendor=ROTATES, path="token", action="hold", at="received")
        started.stdin.close()
        # The first is held at the vendor, so that all others come while it is not done.
        await_held(company)
        release(company, "now")
        told = started.stdout.read()
        assert started.wait(END_SECONDS) == 0

    assert told == "answered\n" * PROCESSES_COUNT
    assert token_calls(company, ROTATES) == before + 1
    grant = Grant.objects.get(connections=connection)
    assert (grant.generation, grant.lease_token) == (generation + 1, "")
