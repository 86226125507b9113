"""BambooHR §7, cases 18 to 20: what changed, tables, and what lies in the future."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.unit.connectors.sandbox.bamboohr.account import REASON, Account

case = pytest.mark.case
START = "2026-03-02T09:00:00Z"
DAY_SECONDS = 86_400


@pytest.fixture
def hr(account: Account) -> Account:
    """The administrator, on 2 March 2026 at nine."""
    account.sandbox.reset(clock_start=START)
    return account.as_user()


def changed(hr: Account, since: str, kind: str = "") -> Any:
    suffix = f"&type={kind}" if kind else ""
    answer = hr.get(f"employees/changed?since={since}{suffix}")
    assert answer.status_code == 200, answer.headers
    return answer.json()


@case("bamboohr", "18a")
def test_case_18a_answers_a_map_and_the_latest_instant(hr: Account) -> None:
    hr.hr("117", mobilePhone="+1 801 555 0142")
    since = "2026-03-02T08:59:59Z"
    hr.sandbox.advance(20)
    answer = changed(hr, since)
    assert list(answer) == ["latest", "employees"]
    assert list(answer["employees"]) == ["117"]
    row = answer["employees"]["117"]
    assert row == {"id": "117", "action": "Updated", "lastChanged": answer["latest"]}
    assert answer["latest"].startswith("2026-03-02T09:00:0")
    assert answer["latest"].endswith("+00:00")
    everybody = changed(hr, "2011-06-05T00:00:00Z")
    assert len(everybody["employees"]) == 120
    assert everybody["latest"] == answer["latest"]


@case("bamboohr", "18b")
def test_case_18b_narrows_to_a_type(hr: Account) -> None:
    new = hr.hr("new", firstName="Ada", lastName="Hopperton")["id"]
    hr.hr("117", mobilePhone="1")
    hr.sandbox.control("DELETE", "bamboohr/employees/120")
    since = "2026-03-02T08:59:59Z"
    assert set(changed(hr, since)["employees"]) == {new, "117", "120"}
    assert set(changed(hr, since, "all")["employees"]) == {new, "117", "120"}
    assert list(changed(hr, since, "inserted")["employees"]) == [new]
    assert list(changed(hr, since, "updated")["employees"]) == ["117"]
    assert list(changed(hr, since, "deleted")["employees"]) == ["120"]
    # Only the latest action is told: inserted, then edited, is updated.
    hr.hr(new, mobilePhone="2")
    assert not changed(hr, since, "inserted")["employees"]
    refused = hr.get(f"employees/changed?since={since}&type=married")
    assert refused.status_code == 400
    assert refused.headers[REASON]


@case("bamboohr", "18c")
def test_case_18c_wants_since_spelled_as_documented(hr: Account) -> None:
    for since in (
        "2026-03-01T00:00:00Z",
        "2026-03-01T00:00:00%2B00:00",
        "2026-03-01T00:00:00%2B0000",
        "2026-03-01T00:00:00-07:00",
        "2026-03-01T00:00:00-0700",
    ):
        assert hr.get(f"employees/changed?since={since}").status_code == 200, since
    for since in (
        "2026-03-01T00:00:00+00:00",
        "2026-03-01T00:00:00",
        "2026-03-01",
        "yesterday",
        "2026-13-01T00:00:00Z",
        "",
    ):
        answer = hr.get(f"employees/changed?since={since}")
        assert answer.status_code == 400, since
        assert answer.content == b""
    assert hr.get("employees/changed").status_code == 400
    fractions = "employees/changed?since=2026-03-01T00:00:00.123456%2B0000"
    assert hr.get(fractions).status_code == 200
    hr.sandbox.switch("bamboohr", "since_fractions", "refused")
    assert hr.get(fractions).status_code == 400


@case("bamboohr", "18d")
def test_case_18d_answers_an_empty_map_as_an_empty_array(hr: Account) -> None:
    later = "2026-03-02T10:00:00Z"
    assert changed(hr, later) == {"latest": None, "employees": []}
    assert changed(hr, "2011-06-05T00:00:00Z")["employees"]["101"]["id"] == "101"
    hr.sandbox.switch("bamboohr", "empty_changed", "object")
    hr.sandbox.switch("bamboohr", "empty_latest", "absent")
    assert changed(hr, later) == {"employees": {}}


@case("bamboohr", "18e")
def test_case_18e_keeps_whole_seconds(hr: Account) -> None:
    hr.sandbox.reset(clock_start="2026-03-02T09:00:00.050Z")
    hr.hr("117", mobilePhone="1")
    hr.hr("118", mobilePhone="1")
    since = "2026-03-02T09:00:00Z"
    answer = changed(hr, since)
    assert {row["lastChanged"] for row in answer["employees"].values()} == {
        "2026-03-02T09:00:00+00:00"
    }
    assert set(answer["employees"]) == {"117", "118"}
    hr.sandbox.switch("bamboohr", "since", "exclusive")
    assert not changed(hr, since)["employees"]
    assert set(changed(hr, "2026-03-02T08:59:59Z")["employees"]) == {"117", "118"}


@case("bamboohr", "19a")
def test_case_19a_gives_table_rows_unsorted(hr: Account) -> None:
    rows = hr.get("employees/all/tables/employmentStatus").json()
    by_person: dict[str, list[Any]] = {}
    for row in rows:
        by_person.setdefault(row["employeeId"], []).append((row["date"], int(row["id"])))
    several = [dates for dates in by_person.values() if len(dates) > 1]
    assert any(dates != sorted(dates) for dates in several)
    history = hr.person("117")["history"]["jobInfo"]
    shown = hr.get("employees/117/tables/jobInfo").json()
    assert list(shown[0]) == [
        "id",
        "employeeId",
        "date",
        "location",
        "department",
        "division",
        "jobTitle",
        "reportsTo",
    ]
    assert {row["id"] for row in shown} == {row["id"] for row in history}
    assert hr.get("employees/9999/tables/jobInfo").status_code == 404
    assert hr.get("employees/117/tables/shoes").status_code == 404


@case("bamboohr", "19b")
def test_case_19b_gives_the_table_of_all_employees_at_once(hr: Account) -> None:
    rows = hr.get("employees/all/tables/jobInfo").json()
    people = hr.state()["employees"]
    assert len(rows) == sum(len(person["history"]["jobInfo"]) for person in people.values())
    assert {row["employeeId"] for row in rows} == set(people)
    assert all("reportsToId" not in row for row in rows)


@case("bamboohr", "19c")
def test_case_19c_gives_all_rows_of_everybody_changed_in_any_way(hr: Account) -> None:
    rehired = next(
        person
        for person in hr.state()["employees"].values()
        if len(person["history"]["employmentStatus"]) == 3
    )
    hr.hr(rehired["id"], mobilePhone="1")
    path = "employees/changed/tables/employmentStatus?since=2026-03-02T08:59:59Z"
    answer = hr.get(path).json()
    assert answer["table"] == "employmentStatus"
    assert list(answer["employees"]) == [rehired["id"]]
    changed_row = answer["employees"][rehired["id"]]
    assert changed_row["lastChanged"].startswith("2026-03-02T09:00:0")
    assert changed_row["lastChanged"].endswith("Z")
    assert len(changed_row["rows"]) == 3
    assert all("id" not in row and "employeeId" not in row for row in changed_row["rows"])
    assert hr.get("employees/changed/tables/jobInfo?since=soon").status_code == 400
    nobody = hr.get("employees/changed/tables/jobInfo?since=2026-03-02T10:00:00Z").json()
    assert nobody == {"table": "jobInfo", "employees": []}
    assert hr.get("employees/changed/tables/shoes?since=2026-03-02T00:00:00Z").status_code == 404


def in_days(days: int) -> str:
    return (date(2026, 3, 2) + timedelta(days=days)).isoformat()


def job(hr: Account, employee_id: str, query: str = "") -> Any:
    names = "department,jobTitle,status,employmentHistoryStatus,terminationDate"
    return hr.get(f"employees/{employee_id}?fields={names}{query}").json()


@case("bamboohr", "20a")
def test_case_20a_lets_future_rows_take_effect_on_their_day(hr: Account) -> None:
    hook = {
        "name": "n",
        "url": "https://connector.example/webhooks/bamboohr/k/",
        "format": "json",
        "events": ["employee.updated"],
        "monitorFields": ["department", "status", "employmentHistoryStatus"],
    }
    assert hr.post("webhooks", json=hook).status_code == 201
    hr.sandbox.control("POST", "webhooks", {"vendor": "bamboohr", "action": "pause"})
    before = job(hr, "117")
    assert before["department"] != "Sales"
    hr.hr("117", department="Sales", date=in_days(1))
    hr.hr("117", terminate={"date": in_days(2), "reason": "Relocation"})
    assert job(hr, "117") == before
    since = "2026-03-02T08:59:59Z"
    assert "117" not in changed(hr, since)["employees"]
    assert hr.sandbox.control("GET", "webhooks?vendor=bamboohr") == []

    hr.sandbox.advance(DAY_SECONDS)
    assert job(hr, "117") == {**before, "department": "Sales"}
    row = changed(hr, since)["employees"]["117"]
    assert row["action"] == "Updated"
    assert row["lastChanged"].startswith(f"{in_days(1)}T00:00:00")
    events = hr.sandbox.control("GET", "webhooks?vendor=bamboohr")
    assert [event["body"] for event in events] == [
        f'{{"type":"employee.updated","timestamp":"{in_days(1)}T00:00:00+0000",'
        '"data":{"companyId":"48213","employeeId":"117","changedFields":["department"]}}'
    ]

    hr.sandbox.advance(DAY_SECONDS)
    ended = job(hr, "117")
    assert ended["status"] == "Inactive"
    assert ended["employmentHistoryStatus"] == "Terminated"
    assert ended["terminationDate"] == in_days(2)
    assert changed(hr, since)["employees"]["117"]["lastChanged"].startswith(in_days(2))
    events = hr.sandbox.control("GET", "webhooks?vendor=bamboohr")
    assert len(events) == 2
    assert '"changedFields":["status","employmentHistoryStatus"]' in events[1]["body"]


@case("bamboohr", "20a")
def test_case_20a_notes_future_rows_on_entry_when_switched(hr: Account) -> None:
    hr.sandbox.switch("bamboohr", "future_rows_noted", "entry")
    hr.hr("117", terminate={"date": in_days(1)})
    since = "2026-03-02T08:59:59Z"
    noted = changed(hr, since)["employees"]["117"]["lastChanged"]
    assert noted.startswith("2026-03-02T09:00:0")
    hr.sandbox.advance(DAY_SECONDS)
    assert job(hr, "117")["status"] == "Inactive"
    assert changed(hr, since)["employees"]["117"]["lastChanged"] == noted


@case("bamboohr", "20b")
def test_case_20b_shows_the_future_as_present_without_only_current(hr: Account) -> None:
    hr.hr("117", terminate={"date": in_days(30)})
    assert job(hr, "117")["status"] == "Active"
    assert job(hr, "117")["terminationDate"] != in_days(30)
    leaked = job(hr, "117", "&onlyCurrent=false")
    assert leaked["status"] == "Inactive"
    assert leaked["employmentHistoryStatus"] == "Terminated"
    assert leaked["terminationDate"] == in_days(30)
    coming = next(
        person
        for person in hr.state()["employees"].values()
        if person["employmentHistoryStatus"] is None
    )
    hidden = job(hr, coming["id"])
    assert hidden["department"] is None
    assert hidden["jobTitle"] is None
    assert hidden["status"] == "Inactive"
    shown = job(hr, coming["id"], "&onlyCurrent=false")
    assert shown["department"] == coming["history"]["jobInfo"][0]["department"]
    assert shown["employmentHistoryStatus"] == "Full-Time"
    hr.sandbox.switch("bamboohr", "future_termination_date", "shown")
    assert job(hr, "117")["terminationDate"] == in_days(30)
