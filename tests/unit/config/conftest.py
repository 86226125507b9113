"""What the tests of the wiring share: a Redis of their own, a sandbox that only tells the time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded import EmbeddedRedis
from tests.unit.config.time_teller import TimeTeller


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    """An embedded Redis that does not run yet, in a directory of its own."""
    embedded = EmbeddedRedis(tmp_path / "var")
    yield embedded
    embedded.stop()


@pytest.fixture
def teller() -> Iterator[TimeTeller]:
    """A sandbox that only tells the time."""
    running = TimeTeller()
    yield running
    running.stop()
