"""An approved preview is carried out whatever comes between: a lost message, an error, a crash."""

from __future__ import annotations

import pytest

from integrations import tasks
from integrations.engine import plans
from integrations.models import Plan, Problem, Record
from tests.clocks import StoppedClock
from tests.contract.test_toy_money import choose, leg, poll, record
from tests.contract.toy.house import House

pytestmark = pytest.mark.django_db(transaction=True)

A_WHILE_SECONDS = 600
BUSY = 429
"""Too many calls: certainly without effect, and tried again later."""


@pytest.fixture
def approved(stopped_clock: StoppedClock, house: House) -> Plan:
    """Ada's bill waits for nobody any more: somebody has approved its preview."""
    house.office.file("1", allowance="120.50")
    house.set_up()
    choose(house, bills="yes", approval="every")
    poll(house)
    plan = Plan.objects.get(leg="bills")
    plans.approve(plan, house.operator)
    return plan


def test_finds_an_approved_plan_of_which_nobody_was_told(
    stopped_clock: StoppedClock, house: House, approved: Plan
) -> None:
    assert plans.left_lying() == []
    stopped_clock.advance(seconds=A_WHILE_SECONDS)
    assert plans.left_lying() == [approved.pk]
    tasks.post_plan(approved.pk)
    assert house.office.writes() == ["bills", "release"]
    assert plans.left_lying() == []


def test_leaves_a_plan_alone_that_another_worker_posts(
    stopped_clock: StoppedClock, house: House, approved: Plan
) -> None:
    stopped_clock.advance(seconds=A_WHILE_SECONDS)
    assert plans.take(approved)
    assert plans.left_lying() == []
    tasks.post_plan(approved.pk)
    assert house.office.writes() == []
    stopped_clock.advance(seconds=A_WHILE_SECONDS)
    assert plans.left_lying() == [approved.pk]


def test_ends_what_was_begun_as_approved_after_an_error_in_the_middle(
    stopped_clock: StoppedClock, house: House, approved: Plan
) -> None:
    """The failed try tells of the first step in the trail; the next one has only the rest left."""
    house.office.refused["release"] = BUSY
    plans.post(Plan.objects.get(pk=approved.pk), leg())
    for _ in range(3):
        stopped_clock.advance(seconds=A_WHILE_SECONDS)
        house.drain()
    assert record().state == Record.State.FAILED
    assert record().approved
    house.office.refused.clear()
    for _ in range(3):
        stopped_clock.advance(seconds=A_WHILE_SECONDS)
        house.drain()
    assert record().state == Record.State.SYNCED
    assert house.office.writes()[-1] == "release"
    assert house.office.writes().count("bills") == 1


def test_keeps_a_problem_open_while_a_passing_error_hides_it(
    stopped_clock: StoppedClock, house: House
) -> None:
    """Whoever works on it would lose it, and be told of a new one."""
    house.office.file("1", allowance="120.50")
    house.set_up()
    choose(house, bills="yes", approval="every")
    poll(house)
    problem = Problem.objects.get(code="awaits_approval")
    house.office.unread.add("books")
    house.office.file("1", allowance="130.50")
    poll(house)
    assert record().state == Record.State.FAILED
    house.office.unread.clear()
    stopped_clock.advance(seconds=A_WHILE_SECONDS)
    house.drain()
    assert record().state == Record.State.HELD
    assert Problem.objects.get(code="awaits_approval") == problem
    assert problem.closed_at is None
