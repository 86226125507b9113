"""Too much at once: held as a whole before the first write, and released or refused as a whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from audit.models import Entry, SyncRun
from config import clock
from integrations import remedies, resuming
from integrations.engine import review
from integrations.engine.avalanche import Day
from integrations.engine.run import LegRun
from integrations.models import Problem, Record
from tests.company import Company
from tests.conftest import Sandbox

PAGE_ROWS = 100
"""So many people are on one page of the list."""

LEAVERS = "ABCDEFG"
"""One more than passes by itself, and another one."""


def open_problem() -> Problem:
    """The one list that waits for a person."""
    return Problem.objects.get(code="avalanche", closed_at=None)


@pytest.fixture
def leavers(company: Company) -> list[str]:
    """Seven people who all leave on one day, which no run has read yet."""
    hired = [company.hire(lastName=f"Leaver {letter}") for letter in LEAVERS]
    company.sync()
    company.advance(days=1)
    for person_id in hired:
        company.change(person_id, terminate={"date": company.today()})
    return hired


def statuses(company: Company, people: list[str]) -> set[str]:
    """How these people stand at Acumatica."""
    return {company.employee_of(person_id)["Status"] for person_id in people}


def test_writes_none_of_the_leavers_whom_a_full_run_finds_too_many(
    company: Company, leavers: list[str]
) -> None:
    before = company.writes()
    assert "deactivated" not in company.sync(everything=True).counts
    assert company.writes() == before
    assert statuses(company, leavers) == {"Active"}
    problem = open_problem()
    assert problem.subject == "avalanche:deactivation"
    assert set(problem.records.values_list("source_id", flat=True)) == set(leavers)
    assert remedies.release(problem, company.operator) == 7
    company.drain()
    assert statuses(company, leavers) == {"Inactive"}


def test_lets_a_full_run_write_as_many_as_pass(company: Company) -> None:
    hired = [company.hire(lastName=f"Leaver {letter}") for letter in LEAVERS[:5]]
    company.sync()
    company.advance(days=1)
    for person_id in hired:
        company.change(person_id, terminate={"date": company.today()})
    assert company.sync(everything=True).counts["deactivated"] == 5
    assert not Problem.objects.filter(code="avalanche").exists()


def test_goes_by_the_limit_that_was_chosen(company: Company, leavers: list[str]) -> None:
    company.choose(deactivation_limit_count="7")
    assert company.sync(everything=True).counts["deactivated"] == 7


def test_holds_later_ones_too_until_a_person_has_decided(
    company: Company, leavers: list[str]
) -> None:
    company.sync(everything=True)
    company.advance(days=3)
    late = company.someone(department="Finance")
    company.change(late, terminate={"date": company.today()})
    company.sync()
    assert company.codes(late) == ["avalanche"]
    assert open_problem().records.count() == 8


def test_does_not_count_what_a_person_released(company: Company, leavers: list[str]) -> None:
    company.sync(everything=True)
    remedies.release(open_problem(), company.operator)
    company.drain()
    counted = Entry.objects.filter(outcome="deactivated").values_list("counted_as", flat=True)
    assert list(counted) == [""] * 7
    late = company.someone(department="Finance")
    company.change(late, terminate={"date": company.today()})
    assert company.sync().counts["deactivated"] == 1
    assert Entry.objects.filter(counted_as="deactivation").get().source_id == late


def test_leaves_refused_leavers_alone_until_the_source_says_anew(
    company: Company, leavers: list[str]
) -> None:
    company.sync(everything=True)
    assert remedies.refuse(open_problem(), company.operator) == 7
    before = company.writes()
    company.sync(everything=True)
    company.advance(days=1)
    company.sync()
    assert company.writes() == before
    assert company.codes(leavers[0]) == ["change_refused"]
    resuming.retry(Record.objects.filter(source_id=leavers[0]))
    company.drain()
    assert statuses(company, leavers[:1]) == {"Inactive"}
    back = {"date": company.today(), "jobTitle": "Sales Representative"}
    company.change(leavers[1], rehire=back)
    company.sync()
    assert company.codes(leavers[1]) == []
    company.advance(days=1)
    company.change(leavers[1], terminate={"date": company.today()})
    assert company.sync().counts["deactivated"] == 1


def test_keeps_refused_leavers_whichever_way_they_are_read(
    company: Company, leavers: list[str]
) -> None:
    company.sync()
    stopped = list(open_problem().records.values_list("source_id", flat=True))
    remedies.refuse(open_problem(), company.operator)
    company.advance(days=2)
    company.sync(everything=True)
    assert [company.codes(person_id) for person_id in stopped] == [["change_refused"]] * 2
    assert statuses(company, stopped) == {"Active"}


def test_closes_the_list_when_the_source_takes_it_all_back(
    company: Company, leavers: list[str]
) -> None:
    company.sync(everything=True)
    problem = open_problem()
    for person_id in leavers:
        company.change(
            person_id, rehire={"date": company.today(), "jobTitle": "Sales Representative"}
        )
    before = company.writes()
    company.sync(everything=True)
    problem.refresh_from_db()
    assert problem.ending == Problem.Ending.ITSELF
    assert company.writes() == before


def test_holds_a_change_to_more_than_a_third_as_a_whole(company: Company) -> None:
    company.sync()
    company.drain()
    linked = Record.objects.exclude(target_id="")
    share = linked.count() * 2 // 5
    changed = list(linked.order_by("pk").values_list("source_id", flat=True)[:share])
    for person_id in changed:
        company.change(person_id, lastName="Renamed")
    before = company.calls("acumatica")
    counts = company.sync(everything=True).counts
    assert (counts.get("updated"), counts["held"] >= share) == (None, True)
    assert set(open_problem().records.values_list("source_id", flat=True)) == set(changed)
    asked = company.calls("acumatica")[len(before) :]
    assert len(asked) == share
    assert {call.partition(" ")[0] for call in asked} == {"GET"}


def test_asks_the_target_no_question_twice(company: Company) -> None:
    company.sync()
    company.drain()
    linked = Record.objects.exclude(target_id="").order_by("pk")
    changed = list(linked.values_list("source_id", flat=True)[:6])
    for person_id in changed:
        company.change(person_id, lastName="Renamed")
    people, before = company.calls("bamboohr"), company.calls("acumatica")
    assert company.sync(everything=True).counts["updated"] == 6
    asked = [call.partition(" ")[0] for call in company.calls("acumatica")[len(before) :]]
    assert sorted(asked) == ["GET"] * 6 + ["PUT"] * 6
    assert len(company.calls("bamboohr")) - len(people) == 2


def test_asks_nothing_for_few_changes_but_what_their_writing_asks(company: Company) -> None:
    company.sync()
    company.drain()
    linked = Record.objects.exclude(target_id="").order_by("pk")
    company.change(linked[0].source_id, lastName="Renamed")
    before = company.calls("acumatica")
    company.sync(everything=True)
    assert [call.partition(" ")[0] for call in company.calls("acumatica")[len(before) :]] == [
        "GET",
        "PUT",
    ]


@pytest.fixture
def big_company(sandbox: Sandbox, transactional_db: None, settings: Settings) -> Iterator[Company]:
    """More people than one page holds, all synced."""
    settings.SANDBOX_URL = sandbox.url
    settings.PUBLIC_URL = "https://connector.example"
    company = Company(sandbox, PAGE_ROWS + 20)
    company.sync()
    company.drain()
    yield company
    clock.follow("")


@pytest.mark.parametrize(("kept_count", "pages_read"), [(1_000, 2), (5, 4)])
def test_reads_the_pages_again_where_too_much_would_be_kept(
    big_company: Company, kept_count: int, pages_read: int
) -> None:
    company = big_company
    linked = Record.objects.filter(state="synced").order_by("pk")
    ids = list(linked.values_list("source_id", flat=True))
    for person_id in [*ids[:3], *ids[-3:]]:
        company.change(person_id, lastName="Renamed")
    before = company.calls("bamboohr")
    run = LegRun(
        company.fresh(), company.leg, SyncRun.Trigger.MANUAL, width=1, kept_count=kept_count
    ).read_all(everything=True)
    assert (run.state, run.counts["updated"]) == ("done", 6)
    assert run.seen_count == sum(run.counts.values()) == Record.objects.count()
    assert company.calls("bamboohr")[len(before) :].count("GET employees") == pages_read


def test_does_not_count_what_the_match_review_decided(company: Company) -> None:
    strangers = [row for row in company.strangers.values() if row["ContactInfo"]["Email"]]
    people = [
        company.hire(lastName=f"Known {n}", workEmail=stranger["ContactInfo"]["Email"])
        for n, stranger in enumerate(strangers)
    ]
    review.draw_up(company.fresh(), company.leg)
    review.confirm(company.fresh(), company.operator)
    company.choose(change_limit_count="0", change_limit_percent="0")
    run = company.sync()
    assert run.counts["updated"] == len(people)
    assert not Entry.objects.exclude(counted_as="").exists()


def test_counts_again_what_was_counted_a_day_ago(company: Company, leavers: list[str]) -> None:
    assert company.sync().counts["deactivated"] == 5
    day = Day(company.fresh(), company.leg)
    assert not day.passes(1)
    remedies.refuse(open_problem(), company.operator)
    company.advance(days=1, seconds=1)
    assert Day(company.fresh(), company.leg).passes(5)
