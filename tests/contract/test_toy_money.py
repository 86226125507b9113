"""Money documents: entered, read back, released; seen before they are written; never twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit.outcomes import Outcome
from integrations import tasks
from integrations.engine import plans
from integrations.flow import Leg, PaperStatus
from integrations.models import Document, Plan, Record, Write
from integrations.registry import flow
from tests.clocks import StoppedClock
from tests.contract.toy.house import FLOW, House

pytestmark = pytest.mark.django_db(transaction=True)

SETTLED_SECONDS = 400


@pytest.fixture
def ready(house: House) -> House:
    """Ada has a card, and allowances become bills."""
    house.office.file("1", allowance="120.50")
    house.set_up()
    choose(house, bills="yes")
    return house


def choose(house: House, **options: str) -> None:
    integration = house.fresh()
    integration.options |= {"leg_guests": "off", **options}
    integration.full_clean()
    integration.save()


def poll(house: House) -> None:
    """What beat has a worker do."""
    tasks.poll(house.integration.pk, everything=True)


def leg() -> Leg:
    return flow(FLOW).leg("bills")


def record(card_id: str = "1") -> Record:
    return Record.objects.get(leg="bills", source_id=card_id)


def asked(house: House) -> list[str]:
    """What the house was asked about bills, in order."""
    return [
        f"{method} {path.split('/', 3)[-1]}"
        for method, path in (one.split(" ") for one in house.office.asked)
        if "/bills" in path or "/books" in path
    ]


def test_enters_reads_back_and_releases(ready: House) -> None:
    poll(ready)
    assert ready.office.writes() == ["bills", "release"]
    (bill,) = ready.office.bills.values()
    assert (bill["total"], bill["is_released"]) == ("120.50", "yes")
    paper = Document.objects.get()
    assert (paper.record, paper.number, paper.kind) == (record(), "1", "bill")
    assert (paper.reference, paper.target_id) == ("BILL-northwind-1 r1", bill["id"])
    assert (paper.total_digits, paper.currency) == ("120.50", "EUR")
    assert paper.status == PaperStatus.RELEASED
    assert asked(ready) == [
        "GET books",
        "GET bills",
        "POST bills",
        "GET bills",  # the first create of the day: is it found?
        f"GET bills/{bill['id']}",
        f"POST bills/{bill['id']}/release",
    ]


def test_asks_for_the_ground_once_for_all(ready: House) -> None:
    for number in range(2, 8):
        ready.office.file(str(number))
    poll(ready)
    assert asked(ready).count("GET books") == 1
    assert len(ready.office.bills) == 7


def test_sends_nothing_while_the_books_are_closed(ready: House) -> None:
    ready.office.books["is_closed"] = "yes"
    poll(ready)
    assert ready.office.writes() == []
    assert [reason["code"] for reason in record().reasons] == ["books_closed"]


def test_leaves_unreleased_what_somebody_changed(ready: House) -> None:
    ready.office.retold = {"total": "1205.00"}
    poll(ready)
    assert ready.office.writes() == ["bills"]
    assert record().state == Record.State.HELD
    assert [reason["code"] for reason in record().reasons] == ["changed_there"]
    paper = Document.objects.get()
    assert (paper.status, paper.total_digits) == (PaperStatus.SAVED, "1205.00")
    assert record().target_id == paper.target_id
    (bill,) = ready.office.bills.values()
    bill["total"] = "120.50"
    poll(ready)
    assert ready.office.writes() == ["bills", "release"]
    assert Document.objects.get().status == PaperStatus.RELEASED


def test_releases_on_its_day_what_was_entered_before(
    stopped_clock: StoppedClock, ready: House
) -> None:
    choose(ready, bills="yes", release="later")
    poll(ready)
    assert ready.office.writes() == ["bills"]
    assert record().state == Record.State.WAITING
    assert [reason["code"] for reason in record().reasons] == ["released_later"]
    assert Document.objects.get().status == PaperStatus.SAVED
    poll(ready)
    assert ready.office.writes() == ["bills"]
    stopped_clock.advance(seconds=timedelta(days=1).total_seconds())
    ready.drain()
    assert ready.office.writes() == ["bills", "release"]
    assert Document.objects.get().status == PaperStatus.RELEASED
    assert record().state == Record.State.SYNCED


@pytest.mark.parametrize("lost", ["bills", "release"])
def test_finds_what_it_wrote_when_the_answer_is_lost(
    stopped_clock: StoppedClock, ready: House, lost: str
) -> None:
    ready.office.lost_after.add(lost)
    poll(ready)
    assert record().state == Record.State.WRITING
    for _ in range(4):
        stopped_clock.advance(seconds=SETTLED_SECONDS)
        ready.drain()
    assert ready.office.writes() == ["bills", "release"]
    assert record().state == Record.State.SYNCED
    assert Document.objects.get().status == PaperStatus.RELEASED
    assert not Write.objects.filter(outcome__in=Write.OPEN).exists()


def test_writes_nothing_before_somebody_has_seen_it(ready: House) -> None:
    choose(ready, bills="yes", approval="every")
    poll(ready)
    assert ready.office.writes() == []
    assert [reason["code"] for reason in record().reasons] == ["awaits_approval"]
    plan = Plan.objects.get(leg="bills")
    (line,) = plan.lines
    assert (line["source_id"], line["steps"]) == ("1", ["enter", "release"])
    poll(ready)
    assert Plan.objects.get(leg="bills") == plan
    plans.approve(plan, ready.operator)
    run = plans.post(Plan.objects.get(pk=plan.pk), leg())
    assert run is not None
    assert run.counts == {Outcome.CREATED: 1}
    assert ready.office.writes() == ["bills", "release"]
    assert record().approved == ""


def test_posts_nothing_that_was_not_seen(ready: House) -> None:
    choose(ready, bills="yes", approval="every")
    poll(ready)
    plan = Plan.objects.get(leg="bills")
    plans.approve(plan, ready.operator)
    ready.office.file("1", allowance="999.00")
    assert plans.post(Plan.objects.get(pk=plan.pk), leg()) is None
    assert ready.office.writes() == []
    ready.office.file("2", allowance="10.00")
    poll(ready)
    newest = Plan.objects.filter(leg="bills").latest("pk")
    assert newest != plan
    assert [line["source_id"] for line in newest.lines] == ["1", "2"]
    assert ready.office.writes() == []


def test_goes_on_with_a_release_that_was_approved_before_a_crash(
    stopped_clock: StoppedClock, ready: House
) -> None:
    """The approved change was begun: what is left of it is less than what was approved."""
    choose(ready, bills="yes", approval="every")
    poll(ready)
    plan = Plan.objects.get(leg="bills")
    plans.approve(plan, ready.operator)
    ready.office.lost_after.add("bills")
    plans.post(Plan.objects.get(pk=plan.pk), leg())
    assert ready.office.writes() == ["bills"]
    for _ in range(4):
        stopped_clock.advance(seconds=SETTLED_SECONDS)
        ready.drain()
    assert ready.office.writes() == ["bills", "release"]
    assert record().state == Record.State.SYNCED
