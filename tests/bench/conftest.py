"""Benchmarks: ratios measured in one run and printed as one JSON object."""

from __future__ import annotations

import atexit
import json
from collections.abc import Iterator

import pytest

Figures = dict[str, object]


@pytest.fixture(scope="session")
def figures() -> Iterator[Figures]:
    """What was measured, printed when all benchmarks have run."""
    measured: Figures = {}
    yield measured
    # After pytest's own closing lines: the last line is for machines.
    atexit.register(lambda: print(json.dumps(measured)))
