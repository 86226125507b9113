"""``manage.py sync`` in a process of its own, killed in the middle of a first sync."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from contextlib import suppress

from integrations.models import Write
from tests.company import Company
from tests.processes import END_SECONDS, REPOSITORY, environment

GLANCES = 12_000
GLANCE_SECONDS = 0.01
"""So long a glance waits for the process to end; until then it has the processor to itself."""

HOUR_SECONDS = 3_600
"""Longer than any lease and any call to Acumatica."""


def sync(company: Company) -> subprocess.Popen[bytes]:
    """Begin a run as an operator would at the command line."""
    return subprocess.Popen(
        [sys.executable, "manage.py", "sync", str(company.integration.pk), "--json"],
        cwd=REPOSITORY,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def until_written(process: subprocess.Popen[bytes], count: int) -> None:
    """Until so many calls were about to be sent.

    Raises:
        AssertionError: the process ended before, or it takes too long; with what it said.
    """
    for _ in range(GLANCES):
        if Write.objects.count() >= count:
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(GLANCE_SECONDS)
            break
    process.kill()
    said, _ = process.communicate()
    raise AssertionError(f"It wrote too little.\n{said.decode()[-4000:]}")


def ended(process: subprocess.Popen[bytes]) -> int:
    """The exit status of a process that ends by itself; what it said goes with a failure."""
    said, _ = process.communicate(timeout=END_SECONDS * 10)
    if process.returncode:
        print(said.decode()[-4000:])
    return process.returncode


def kill_in_the_middle(company: Company, count: int) -> int:
    """Kill a first sync once so many are written, and start anew; how many stood there then.

    What made the calls slow, so that the middle was seen, is taken away with it.
    """
    process = sync(company)
    until_written(process, count)
    process.kill()
    process.communicate()
    stood = len(company.employees())
    company.sandbox.control("DELETE", "faults")
    company.advance(seconds=HOUR_SECONDS)
    again = sync(company)
    assert ended(again) == 0
    company.settle()
    return stood - len(company.strangers)


def repeated(company: Company) -> list[str]:
    """References that more than one employee carries."""
    counted = Counter(
        row["EmployeeSettings"]["EmployeeRefNbr"] for row in company.employees().values()
    )
    return [reference for reference, count in counted.items() if reference and count > 1]
