"""What the counting pass saw is good once, and only while nobody has worked the record since."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from integrations.engine.glances import Glance, Glances
from integrations.models import Record

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_is_taken_once() -> None:
    glances = Glances()
    seen = Glance(None, NOON)
    glances.keep(Record(pk=1), seen)
    assert glances.take(Record(pk=2)) is None
    assert glances.take(Record(pk=1)) is seen
    assert glances.take(Record(pk=1)) is None


def test_is_not_taken_for_a_record_that_was_worked_since() -> None:
    glances = Glances()
    for read_at, is_good in ((NOON, True), (NOON + timedelta(seconds=1), False)):
        glances.keep(Record(pk=1), Glance(None, NOON))
        assert (glances.take(Record(pk=1, read_at=read_at)) is not None) is is_good


def test_forgets_all_at_once() -> None:
    glances = Glances()
    glances.keep(Record(pk=1), Glance(None, NOON))
    glances.clear()
    assert glances.take(Record(pk=1)) is None
