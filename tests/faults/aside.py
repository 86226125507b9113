"""A second worker beside the test: it is held at the vendor, as a stopped process would be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connections

from tests.company import Company

GLANCES = 2_000
"""Each is a request to the sandbox, which takes milliseconds."""


@contextmanager
def aside(work: Callable[[], object]) -> Iterator[Future[object]]:
    """Do the work in a thread of its own, with its own database connection."""

    def run() -> object:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1, thread_name_prefix="aside") as pool:
        yield pool.submit(run)


def await_held(company: Company, count: int = 1) -> None:
    """Until so many requests are held at the vendors."""
    for _ in range(GLANCES):
        if len(company.sandbox.control("GET", "held")) >= count:
            return
    raise AssertionError("No request came to be held.")


def release(company: Company, apply: str) -> None:
    """Let the held requests go: ``now``, ``never`` or ``later``."""
    company.sandbox.control("POST", "release", {"apply": apply})
