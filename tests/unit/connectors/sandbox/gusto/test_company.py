"""The generated companies: the same for the same seed, of any size, moving with the clock."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.unit.connectors.sandbox.gusto.caller import CINDER, HARBOR, Caller, assert_refused

DAY = "2026-11-20"
LETTERS = set("abcdefghijklmn")


def companies(sandbox: Any, people: int = 120, seed: int = 1, day: str = DAY) -> Any:
    sandbox.reset(seed=seed, people=people, clock_start=f"{day}T18:00:00Z")
    return sandbox.state("gusto")["companies"]


def test_is_the_same_for_the_same_seed_and_day(sandbox: Any) -> None:
    first = companies(sandbox)
    assert companies(sandbox) == first
    other = companies(sandbox, seed=2)
    assert set(other) == set(first) == {HARBOR, CINDER}
    assert set(other[HARBOR]["employees"]).isdisjoint(first[HARBOR]["employees"])


def test_is_the_same_however_late_one_looks(sandbox: Any) -> None:
    first = companies(sandbox)
    sandbox.reset(clock_start=f"{DAY}T18:00:00Z")
    sandbox.advance(3600)
    assert sandbox.state("gusto")["companies"] == first


def test_counts_its_days_from_the_clocks_start(sandbox: Any) -> None:
    first, later = companies(sandbox), companies(sandbox, day="2026-11-27")

    def days(found: Any) -> list[str]:
        return [row["check_date"] for row in found[HARBOR]["payrolls"].values()]

    assert len(days(first)) == len(days(later))
    assert all(one < other for one, other in zip(days(first), days(later), strict=True))
    assert first[HARBOR]["founded_on"] == DAY


@pytest.mark.parametrize("people", [0, 1, 5, 12, 13, 20, 21, 60])
def test_has_any_size(sandbox: Any, people: int) -> None:
    found = companies(sandbox, people)
    assert len(found[HARBOR]["employees"]) == people
    assert len(found[CINDER]["employees"]) == min(people, 14)
    assert len(sandbox.state("gusto")["demo"]["companies"]) == 1


def test_has_a_payroll_of_every_kind(sandbox: Any) -> None:
    found = companies(sandbox)
    letters = {row["fixture"] for row in found[HARBOR]["payrolls"].values()}
    assert letters >= LETTERS
    departments = {
        row["department"]
        for payroll in found[HARBOR]["payrolls"].values()
        for row in payroll["employee_compensations"].values()
    }
    assert departments == {
        None,
        "Advisory",
        "Research",
        "Finance",
        "Operations",
        "Client Services",
        "People",
    }


def test_has_only_working_days_as_deadlines(sandbox: Any) -> None:
    payrolls = companies(sandbox)[HARBOR]["payrolls"].values()
    for row in payrolls:
        assert row["payroll_deadline"] < f"{row['check_date']}T00:00:00Z"
        # 16:00 Pacific, in winter or summer.
        assert row["payroll_deadline"][11:] in ("00:00:00Z", "23:00:00Z")


def test_answers_nothing_at_other_hosts_and_paths(harbor: Caller) -> None:
    elsewhere = f"{harbor.sandbox.url}/gusto/gusto.example/v1/token_info"
    assert requests.get(elsewhere, timeout=20).status_code == 404
    unknown = harbor.get("companies/x/unheard_of")
    assert unknown.status_code == 404
    assert unknown.json()["errors"][0]["category"] == "not_found"


@pytest.mark.parametrize(
    ("path", "category"),
    [
        (f"companies/{HARBOR}/payroll_reversals", "missing_permissions"),
        (f"companies/{HARBOR}/external_payrolls", "missing_permissions"),
        ("me", "deprecated_endpoint"),
    ],
)
def test_says_what_is_for_others_or_gone(harbor: Caller, path: str, category: str) -> None:
    assert_refused(harbor.get(path), 404, category)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("weather/1", "employees, departments"),
        ("employees/nobody", "no employees nobody"),
        ("payrolls/nothing", "no payrolls nothing"),
        ("events/nothing", "no event nothing"),
        ("grants/9", "no grant 9"),
        (f"employees/{CINDER}/nobody", "no nobody"),
    ],
)
def test_says_what_cannot_be_changed(sandbox: Any, path: str, said: str) -> None:
    answer = requests.put(f"{sandbox.url}/_control/gusto/{path}", json={}, timeout=20)
    assert answer.status_code == 400
    assert said in answer.json()["error"]


def test_changes_the_second_company_by_name(stranger: Caller) -> None:
    stranger.as_company(CINDER)
    hired = stranger.person_does("employees", "cinder-hill-ceramics-inc/new", first_name="Ada")
    assert hired["company_uuid"] == CINDER
    assert hired["uuid"] in stranger.company(CINDER)["employees"]
    made = stranger.person_does("payrolls", f"{CINDER}/new")
    assert made["uuid"] in stranger.company(CINDER)["payrolls"]
    stranger.person_does("companies", CINDER, company_status="Suspended")
    assert stranger.company(CINDER)["company_status"] == "Suspended"
    told = stranger.as_app().get("events", event_type="company.updated").json()
    assert [event["entity_uuid"] for event in told] == [CINDER]


def test_tells_judges_who_has_left_by_today(harbor: Caller) -> None:
    employees = harbor.company()["employees"]
    left = {uuid for uuid, row in employees.items() if row["terminated"]}
    listed = harbor.read("/employees", terminated_today="true")
    assert left == {row["uuid"] for row in listed}
    harbor.sandbox.advance(60 * 86_400)
    later = harbor.company()
    assert {uuid for uuid, row in later["employees"].items() if row["terminated"]} > left
    assert later["today"] > later["founded_on"]
