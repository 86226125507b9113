"""The generated company: who is in it, and that its days move with the clock's start."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.unit.connectors.sandbox.bamboohr.account import Account

DAY = "2026-03-02"


def company(sandbox: Any, people: int = 120, seed: int = 1, day: str = DAY) -> Any:
    sandbox.reset(seed=seed, people=people, clock_start=f"{day}T09:00:00Z")
    return Account(sandbox).state()


def standings(person: Any) -> list[tuple[str, str]]:
    rows = person["history"]["employmentStatus"]
    return sorted((row["date"], row["employmentStatus"]) for row in rows)


@pytest.mark.parametrize("people", [60, 120, 1000])
def test_has_people_of_every_kind(sandbox: Any, people: int) -> None:
    everybody = list(company(sandbox, people)["employees"].values())
    assert len(everybody) == people
    names = Counter((person["firstName"], person["lastName"]) for person in everybody)
    assert max(names.values()) > 1
    emails = [person["workEmail"] for person in everybody if person["workEmail"]]
    assert 0 < people - len(emails) < people / 10
    assert len(set(emails)) == len(emails)
    assert all(email.endswith("@northwind.example") for email in emails)

    coming = [person for person in everybody if person["hireDate"] > DAY]
    assert coming
    assert {person["status"] for person in coming} == {"Inactive"}
    assert {person["department"] for person in coming} == {None}
    gone = [person for person in everybody if person["employmentHistoryStatus"] == "Terminated"]
    assert gone
    assert {person["status"] for person in gone} == {"Inactive"}
    assert all(person["terminationDate"] < DAY and person["department"] for person in gone)
    leaving = [
        person
        for person in everybody
        if standings(person)[-1][0] > DAY and standings(person)[-1][1] == "Terminated"
    ]
    assert [person["status"] for person in leaving] == ["Active"]
    again = [person for person in everybody if person["originalHireDate"]]
    assert again
    assert all(
        [standing for _, standing in standings(person)] == ["Full-Time", "Terminated", "Full-Time"]
        for person in again
    )
    assert {"Full-Time", "Part-Time", "Contractor"} <= {
        person["employmentHistoryStatus"] for person in everybody
    }


def test_has_divisions_departments_and_supervisors(sandbox: Any) -> None:
    state = company(sandbox)
    everybody = state["employees"]
    active = [person for person in everybody.values() if person["status"] == "Active"]
    assert {person["division"] for person in active} == {"Europe", "North America"}
    departments = Counter(person["department"] for person in active)
    assert sorted(departments) == [
        "Customer Support",
        "Engineering",
        "Field Operations",
        "Finance",
        "Marketing",
        "Operations",
        "People",
        "Sales",
    ]
    assert departments["Field Operations"] == 4
    first, *others = everybody
    assert everybody[first]["supervisorEId"] is None
    for employee_id in others:
        rows = everybody[employee_id]["history"]["jobInfo"]
        assert rows[-1]["reportsToId"] in everybody
        assert rows[-1]["reportsToId"] != employee_id
    archived = [
        (listed["alias"], option["name"])
        for listed in state["lists"].values()
        for option in listed["options"]
        if option["archived"] == "yes"
    ]
    assert ("department", "Typing Pool") in archived
    assert ("jobTitle", "Stenographer") in archived
    live = [row["name"] for row in state["lists"]["department"]["options"]]
    assert set(departments) <= set(live)


def test_changed_in_the_past_days(sandbox: Any) -> None:
    instants = [person["lastChanged"] for person in company(sandbox)["employees"].values()]
    assert min(instants) > "2026-02-20"
    assert max(instants) < f"{DAY}T09:00:00"
    assert len(set(instants)) > 100


def test_is_the_same_for_the_same_seed_and_day(sandbox: Any) -> None:
    first = company(sandbox)
    assert company(sandbox) == first
    assert company(sandbox, seed=2)["employees"] != first["employees"]


def test_counts_its_days_from_the_clocks_start(sandbox: Any) -> None:
    first = company(sandbox)["employees"]
    later = company(sandbox, day="2026-03-12")["employees"]
    assert [person["displayName"] for person in later.values()] == [
        person["displayName"] for person in first.values()
    ]
    assert [person["status"] for person in later.values()] == [
        person["status"] for person in first.values()
    ]
    assert first["101"]["hireDate"] != later["101"]["hireDate"]


def test_names_its_app_and_keys(sandbox: Any) -> None:
    state = sandbox.state("bamboohr")
    assert state["apps"] == {
        "ml-connector-sandbox": {
            "client_id": "ml-connector-sandbox",
            "client_secret": "sandbox-secret-bamboohr",
            "redirect_uris": ["https://connector.example/connect/callback/bamboohr/"],
        }
    }
    northwind = state["companies"]["northwind"]
    admins = [key for key, row in northwind["api_keys"].items() if row["isAdmin"]]
    assert len(admins) == 2
    assert all(len(key) == 40 and int(key, 16) for key in northwind["api_keys"])
    assert sorted(state["companies"]) == ["northwind", "southwind"]
    assert len(state["companies"]["southwind"]["employees"]) == 5


@pytest.mark.parametrize("people", [0, 1, 3, 9])
def test_can_be_tiny(sandbox: Any, people: int) -> None:
    assert len(company(sandbox, people)["employees"]) == people


def test_hires_at_once_and_in_the_future(sandbox: Any) -> None:
    company(sandbox)
    account = Account(sandbox)
    hired = account.hr(
        "new",
        firstName="Ada",
        lastName="Hopperton",
        workEmail="ada@northwind.example",
        hireDate="2026-03-04",
        department="Sales",
        date="2026-03-04",
        jobTitle="Account Executive",
        supervisorEId="101",
    )
    assert (hired["id"], hired["status"], hired["department"]) == ("221", "Inactive", None)
    sandbox.advance(2 * 86_400)
    started = account.person("221")
    assert started["status"] == "Active"
    assert started["department"] == "Sales"
    assert started["employmentHistoryStatus"] == "Full-Time"
    assert started["supervisorEId"] == "101"
    assert account.hr("300", firstName="Bea", lastName="Given")["id"] == "300"


def test_changes_lists_users_and_grants_as_a_person_would(sandbox: Any) -> None:
    account = Account(sandbox)
    with account.session:
        lists = {"options": [{"value": "Research"}]}
        sandbox.control("PUT", "bamboohr/lists/department", lists)
        assert account.hr("117", department="Research")["department"] == "Research"
        tokens = account.connect()
        app = account.as_token(tokens["access_token"])
        assert app.get("employees/0").status_code == 200
        sandbox.control("DELETE", "bamboohr/grants/1")
        assert app.get("employees/0").status_code == 401
        assert account.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
        sandbox.control("PUT", f"bamboohr/api_keys/{'a' * 40}", {"user": "2372"})
        assert account.get("employees/0", auth=("a" * 40, "x")).status_code == 200
        sandbox.control("DELETE", f"bamboohr/api_keys/{'a' * 40}")
        assert account.get("employees/0", auth=("a" * 40, "x")).status_code == 401
        sandbox.control("PUT", "bamboohr/employees/southwind/101", {"firstName": "Elsewhere"})
        assert account.person("101")["firstName"] != "Elsewhere"
