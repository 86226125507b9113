"""A routine is done by one worker at a time, and again when one of them died over it."""

from __future__ import annotations

import pytest

from integrations.models import Routine
from integrations.routines import RETENTION, SWEEP, turn
from tests.clocks import StoppedClock

pytestmark = pytest.mark.django_db


def test_is_done_by_one_at_a_time(stopped_clock: StoppedClock) -> None:
    with turn(SWEEP) as first, turn(SWEEP) as second:
        assert (first, second) == (True, False)
    with turn(SWEEP) as third:
        assert third


def test_is_taken_over_once_the_lease_of_a_dead_worker_ended(stopped_clock: StoppedClock) -> None:
    dead = turn(SWEEP)
    assert dead.__enter__()
    with turn(SWEEP) as is_mine:
        assert not is_mine
    stopped_clock.advance(seconds=61)
    with turn(SWEEP) as is_mine:
        assert is_mine


def test_leaves_the_row_to_who_took_over(stopped_clock: StoppedClock) -> None:
    slow, quick = turn(SWEEP), turn(SWEEP)
    assert slow.__enter__()
    stopped_clock.advance(seconds=61)
    assert quick.__enter__()
    slow.__exit__(None, None, None)
    row = Routine.objects.get(name=SWEEP.name)
    assert row.lease_token
    assert row.done_at is None


def test_is_not_done_twice_in_one_rhythm(stopped_clock: StoppedClock) -> None:
    with turn(RETENTION) as is_mine:
        assert is_mine
    stopped_clock.advance(hours=1)
    with turn(RETENTION) as is_mine:
        assert not is_mine
    stopped_clock.advance(hours=12)
    with turn(RETENTION) as is_mine:
        assert is_mine


def test_counts_as_not_done_where_it_raised(stopped_clock: StoppedClock) -> None:
    with pytest.raises(LookupError), turn(RETENTION):
        raise LookupError
    with turn(RETENTION) as is_mine:
        assert is_mine
