"""Gusto §7, case 19: people of every kind, paged and unpaged, and what becomes of them."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
import requests

from tests.unit.connectors.sandbox.gusto.caller import HARBOR, Caller, assert_refused

case = pytest.mark.case


def day(harbor: Caller, days: int) -> str:
    today = date.fromisoformat(harbor.company()["founded_on"])
    return (today + timedelta(days=days)).isoformat()


def people(harbor: Caller, **query: Any) -> Any:
    """Everybody, or those that the filters leave."""
    return {row["uuid"]: row for row in harbor.read("/employees", page=1, per=500, **query)}


def events(app: Caller, uuid: str) -> list[str]:
    rows = app.get("events", event_type="employee.*", limit=100).json()
    return [row["event_type"] for row in rows if row["entity_uuid"] == uuid]


def ordinary(harbor: Caller) -> str:
    """Somebody about whom there is nothing special."""
    return str(next(iter(harbor.company()["employees"])))


@case("gusto", "19a")
def test_case_19a_lists_everybody_or_pages_of_them(stranger: Caller) -> None:
    stranger.sandbox.reset(people=260)
    harbor = stranger.as_company()
    everybody = harbor.own("/employees")
    assert len(everybody.json()) == 260
    assert "X-Total-Pages" not in everybody.headers
    found: list[str] = []
    for number in (1, 2, 3):
        page = harbor.own("/employees", page=number, per=100)
        assert page.headers["X-Total-Pages"] == "3"
        assert page.headers["X-Total-Count"] == "260"
        found += [row["uuid"] for row in page.json()]
    assert found == [row["uuid"] for row in everybody.json()]
    assert set(found) == set(harbor.company()["employees"])
    assert len(harbor.read("/employees", page=1)) == 25
    beyond = harbor.own("/employees", page=12)
    assert (beyond.status_code, beyond.json()) == (200, [])
    assert len(harbor.read("/employees", page=1, per=500)) == 260


def test_shows_a_person_as_the_dossier_prints_one(harbor: Caller) -> None:
    person = harbor.get(f"employees/{ordinary(harbor)}").json()
    assert {
        "uuid",
        "first_name",
        "last_name",
        "email",
        "work_email",
        "employee_code",
        "company_uuid",
        "department",
        "department_uuid",
        "version",
        "current_employment_status",
        "onboarding_status",
        "onboarded",
        "terminated",
        "jobs",
        "terminations",
        "ssn",
    } <= set(person)
    assert person["company_uuid"] == HARBOR
    assert person["ssn"] == ""
    assert len(person["employee_code"]) == 6
    departments = {row["uuid"]: row["title"] for row in harbor.read("/departments")}
    assert person["department"] == departments[person["department_uuid"]]
    (job,) = person["jobs"]
    assert job["primary"] is True
    assert job["compensations"][0]["uuid"] == job["current_compensation_uuid"]


@case("gusto", "19b")
def test_case_19b_ends_an_employment_the_day_after_its_last_day(
    stranger: Caller, app: Caller, harbor: Caller
) -> None:
    leaving = [
        row for row in people(harbor).values() if row["terminations"] and not row["terminated"]
    ]
    assert len(leaving) == 1
    (termination,) = leaving[0]["terminations"]
    assert (termination["active"], termination["cancelable"]) == (False, True)
    gone = people(harbor, terminated_today="true")
    assert gone
    for row in gone.values():
        assert [(t["active"], t["cancelable"]) for t in row["terminations"]] == [(True, False)]
        assert row["terminated"] is True
    assert set(people(harbor, terminated="true")) == {*gone, leaving[0]["uuid"]}
    assert leaving[0]["uuid"] in people(harbor, onboarded_active="true")

    uuid = ordinary(harbor)
    harbor.person_does("employees", uuid, terminate=day(harbor, 1))
    assert events(app, uuid) == ["employee.terminated"]
    assert harbor.get(f"employees/{uuid}").json()["terminated"] is False
    harbor.sandbox.advance(3 * 86_400)
    later = stranger.as_company()
    assert later.get(f"employees/{uuid}").json()["terminated"] is True
    assert events(stranger.as_app(), uuid) == [
        "employee.terminated",
        "employee.terminated_effective",
    ]
    (listed,) = later.get(f"employees/{uuid}/terminations").json()
    assert later.get(f"terminations/{uuid}").json() == listed


def test_ends_it_on_the_day_itself_when_switched(harbor: Caller) -> None:
    uuid = ordinary(harbor)
    harbor.person_does("employees", uuid, terminate=day(harbor, 0))
    assert harbor.get(f"employees/{uuid}").json()["terminated"] is False
    harbor.switch("termination_effective", "on the day")
    assert harbor.get(f"employees/{uuid}").json()["terminated"] is True


@case("gusto", "19c")
def test_case_19c_forgets_a_termination_that_is_cancelled(harbor: Caller, app: Caller) -> None:
    uuid = ordinary(harbor)
    harbor.person_does("employees", uuid, terminate=day(harbor, 5))
    assert len(harbor.get(f"employees/{uuid}/terminations").json()) == 1
    harbor.person_does("employees", uuid, cancel_termination=True)
    assert harbor.get(f"employees/{uuid}/terminations").json() == []
    assert_refused(harbor.get(f"terminations/{uuid}"), 404, "not_found")
    assert events(app, uuid) == ["employee.terminated", "employee.termination_cancelled"]
    harbor.sandbox.advance(7 * 86_400)
    assert events(harbor.as_app(), uuid)[-1] == "employee.termination_cancelled"


@case("gusto", "19d")
def test_case_19d_keeps_the_id_of_somebody_hired_again(harbor: Caller, app: Caller) -> None:
    again = {
        uuid: row["employment_history"]
        for uuid, row in harbor.company()["employees"].items()
        if len(row["employment_history"]) > 1
    }
    assert again
    for uuid, history in again.items():
        person = harbor.get(f"employees/{uuid}").json()
        assert person["terminated"] is False
        assert person["jobs"][0]["hire_date"] == history[-1]["hire_date"]
        assert history[0]["termination_date"] < history[-1]["hire_date"]
        assert harbor.get(f"employees/{uuid}/employment_history").json() == history

    left = next(iter(people(harbor, terminated_today="true")))
    nothing = harbor.get(f"employees/{left}/rehire")
    assert (nothing.status_code, nothing.content) == (204, b"")
    harbor.person_does("employees", left, rehire=day(harbor, 2))
    assert harbor.get(f"employees/{left}").json()["terminated"] is True
    assert harbor.get(f"employees/{left}/rehire").json()["active"] is False
    harbor.sandbox.advance(3 * 86_400)
    later = harbor.as_company()
    person = later.get(f"employees/{left}").json()
    assert (person["terminated"], person["terminations"]) == (False, [])
    assert person["jobs"][0]["hire_date"] == day(harbor, 2)
    assert events(harbor.as_app(), left) == ["employee.rehired", "employee.rehire_effective"]


@case("gusto", "19e")
def test_case_19e_has_people_without_e_mail_and_two_with_the_same(harbor: Caller) -> None:
    rows = people(harbor).values()
    without = [row for row in rows if row["email"] is None]
    assert without
    assert {row["work_email"] for row in without} == {None}
    shared = Counter(row["work_email"] for row in rows if row["work_email"])
    assert max(shared.values()) == 2


@case("gusto", "19f")
def test_case_19f_has_a_status_that_no_list_names(harbor: Caller) -> None:
    found = Counter(row["current_employment_status"] for row in people(harbor).values())
    assert found["fractional_twelve_hours"] == 1
    assert {"full_time", "part_time_twenty_plus_hours"} <= set(found)


@case("gusto", "19g")
def test_case_19g_has_somebody_with_two_jobs(harbor: Caller) -> None:
    several = [row for row in people(harbor).values() if len(row["jobs"]) == 2]
    assert several
    assert [job["primary"] for job in several[0]["jobs"]] == [True, False]
    state = harbor.payroll("b")["employee_compensations"]
    worked = {line["job_uuid"] for line in state[several[0]["uuid"]]["earnings"]}
    assert worked == {job["uuid"] for job in several[0]["jobs"]}


@case("gusto", "19h")
def test_case_19h_has_people_whose_onboarding_is_not_done(harbor: Caller, app: Caller) -> None:
    incomplete = people(harbor, onboarded="false")
    statuses = {row["onboarding_status"] for row in incomplete.values()}
    assert statuses == {"self_onboarding_invited", "admin_onboarding_incomplete"}
    assert set(incomplete).isdisjoint(harbor.payroll("b")["employee_compensations"])
    hired = harbor.person_does(
        "employees",
        "new",
        first_name="Noor",
        last_name="Haddad",
        department="Research",
        hire_date=day(harbor, 4),
    )
    assert events(app, hired["uuid"]) == ["employee.created", "employee.updated"]
    person = harbor.get(f"employees/{hired['uuid']}").json()
    assert (person["onboarded"], person["department"]) == (False, "Research")
    harbor.person_does("employees", hired["uuid"], onboard=True)
    assert harbor.get(f"employees/{hired['uuid']}").json()["onboarded"] is True
    assert events(app, hired["uuid"])[-1] == "employee.onboarded"


@case("gusto", "19i")
def test_case_19i_shows_nobody_who_was_deleted(harbor: Caller, app: Caller) -> None:
    uuid = next(iter(people(harbor, onboarded="false")))
    assert harbor.get(f"employees/{uuid}").status_code == 200
    harbor.sandbox.control("DELETE", f"gusto/employees/{uuid}")
    assert_refused(harbor.get(f"employees/{uuid}"), 404, "not_found")
    assert uuid not in people(harbor)
    assert uuid in harbor.company()["deleted"]
    assert events(app, uuid) == ["employee.deleted"]
    kept = f"{harbor.sandbox.url}/_control/gusto/employees/{ordinary(harbor)}"
    assert requests.delete(kept, timeout=20).status_code == 400


def test_has_somebody_to_come_and_somebody_without_a_department(harbor: Caller) -> None:
    rows = people(harbor).values()
    today = harbor.company()["founded_on"]
    assert [row for row in rows if row["jobs"][0]["hire_date"] > today]
    assert [row for row in rows if row["department"] is None and row["department_uuid"] is None]


def test_filters_people(harbor: Caller) -> None:
    some = list(harbor.company()["employees"])[:3]
    assert list(people(harbor, uuids=",".join(some))) == some
    paid = harbor.payroll("h")
    assert set(people(harbor, payroll_uuid=paid["uuid"])) == set(paid["employee_compensations"])
    named = harbor.company()["employees"][some[0]]
    term = f"{named['first_name']} {named['last_name']}"
    assert some[0] in people(harbor, search_term=term.upper())
    names = [row["last_name"] for row in harbor.read("/employees", sort_by="name:desc")]
    assert names == sorted(names, reverse=True)
    place = harbor.get(f"employees/{some[0]}/work_addresses").json()[0]
    assert place["state"] == named["location"]
    assert some[0] in people(harbor, location_uuid=place["location_uuid"])


def test_changes_people_and_departments_as_a_person_would(harbor: Caller, app: Caller) -> None:
    uuid = ordinary(harbor)
    before = harbor.get(f"employees/{uuid}").json()
    harbor.person_does("employees", uuid, department="People", last_name="Marsh-Okafor")
    after = harbor.get(f"employees/{uuid}").json()
    assert (after["department"], after["last_name"]) == ("People", "Marsh-Okafor")
    assert after["version"] != before["version"]
    assert events(app, uuid) == ["employee.updated"]
    department = after["department_uuid"]
    harbor.person_does("departments", department, title="People & Places")
    assert harbor.get(f"employees/{uuid}").json()["department"] == "People & Places"
    shown = harbor.get(f"departments/{department}").json()
    assert shown["title"] == "People & Places"
    assert {"uuid": uuid} in shown["employees"]
    made = harbor.person_does("departments", "new", title="Field Work")
    assert made["uuid"] in [row["uuid"] for row in harbor.read("/departments")]
    wrong = f"{harbor.sandbox.url}/_control/gusto/employees/{uuid}"
    refused = requests.put(wrong, json={"department": "Nowhere"}, timeout=20)
    assert refused.status_code == 400
    assert "Advisory" in refused.json()["error"]
    assert requests.put(wrong, json={"shoe_size": 9}, timeout=20).status_code == 400


def test_lists_what_belongs_to_the_company(harbor: Caller) -> None:
    types = harbor.read("/earning_types")
    assert [row["name"] for row in types["default"]] == [
        "Bonus",
        "Cash Tips",
        "Commission",
        "Correction Payment",
        "Minimum Wage Adjustment",
        "Paycheck Tips",
        "Severance",
    ]
    benefits = {row["description"] for row in harbor.read("/company_benefits")}
    assert benefits == {"Medical Insurance", "Dental Insurance", "Group Term Life", "401(k)"}
    assert [row["name"] for row in harbor.read("/pay_schedules")] == ["Crew", "Everybody"]
    periods = harbor.read("/pay_periods")
    regular = {u for u, row in harbor.company()["payrolls"].items() if row["kind"] == "regular"}
    assert {row["payroll"]["payroll_uuid"] for row in periods} == regular
    assert {row["state"] for row in harbor.read("/locations")} == {"CA", "WA", "TX"}


def test_lists_contractor_payments_in_an_object(harbor: Caller) -> None:
    wrong = harbor.own("/contractor_payments", start_date=day(harbor, -60))
    assert_refused(wrong, 422, "missing_parameter", "end_date")
    window = {"start_date": day(harbor, -60), "end_date": day(harbor, 0)}
    shown = harbor.read("/contractor_payments", **window)
    assert shown["total"] == {"reimbursements": "110.0", "wages": "3700.0"}
    payments = [row for group in shown["contractor_payments"] for row in group["payments"]]
    assert len(payments) == 2
    one = harbor.read(f"/contractor_payments/{payments[0]['uuid']}")
    assert one == payments[0]


def test_pays_contractors_as_a_person_would(harbor: Caller, app: Caller) -> None:
    made = harbor.person_does("contractor_payments", "new", wage="275.50")
    shown = harbor.read(f"/contractor_payments/{made['uuid']}")
    assert (shown["wage"], shown["wage_total"]) == ("275.5", "275.5")
    harbor.sandbox.control("DELETE", f"gusto/contractor_payments/{made['uuid']}")
    assert_refused(harbor.own(f"/contractor_payments/{made['uuid']}"), 404, "not_found")
    rows = app.get("events", event_type="contractor_payment.*").json()
    assert [(row["event_type"], row["entity_type"]) for row in rows] == [
        ("contractor_payment.created", "ContractorPayment"),
        ("contractor_payment.cancelled", "ContractorPayment"),
    ]
