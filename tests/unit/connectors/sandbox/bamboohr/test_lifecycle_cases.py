"""BambooHR §7, case 32: from hire to deletion, and the e-mail in between."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.unit.connectors.sandbox.bamboohr.account import REASON, Account

case = pytest.mark.case
FIELDS = (
    "department,jobTitle,supervisorEId,status,employmentHistoryStatus,"
    "hireDate,originalHireDate,terminationDate"
)


@pytest.fixture
def hr(account: Account) -> Account:
    """The administrator, on 2 March 2026."""
    account.sandbox.reset(clock_start="2026-03-02T09:00:00Z")
    return account.as_user()


def shown(hr: Account, employee_id: str) -> Any:
    answer = hr.get(f"employees/{employee_id}?fields={FIELDS}")
    assert answer.status_code == 200
    return answer.json()


@case("bamboohr", "32a")
def test_case_32a_keeps_the_last_job_of_somebody_who_left(hr: Account) -> None:
    before = shown(hr, "117")
    assert before["department"]
    assert before["supervisorEId"]
    hr.hr("117", terminate={"date": "2026-02-13", "reason": "Relocation"})
    assert shown(hr, "117") == {
        **before,
        "status": "Inactive",
        "employmentHistoryStatus": "Terminated",
        "terminationDate": "2026-02-13",
    }
    row = hr.person("117")["history"]["employmentStatus"][-1]
    assert row["terminationReasonId"] == "Relocation"


@case("bamboohr", "32b")
def test_case_32b_rehires_under_the_same_id(hr: Account) -> None:
    before = shown(hr, "117")
    hr.hr("117", terminate={"date": "2026-01-15"})
    hr.hr("117", rehire={"date": "2026-03-01", "department": "Sales"})
    assert shown(hr, "117") == {
        **before,
        "department": "Sales",
        "employmentHistoryStatus": "Full-Time",
        "hireDate": "2026-03-01",
        "originalHireDate": before["hireDate"],
    }
    assert shown(hr, "117")["status"] == "Active"
    assert len(hr.state()["employees"]) == 120


@case("bamboohr", "32b")
def test_case_32b_moves_the_hire_date_only_on_the_day_of_the_rehire(hr: Account) -> None:
    before = shown(hr, "117")
    hr.hr("117", terminate={"date": "2026-01-15"})
    hr.hr("117", rehire={"date": "2026-03-04"})
    assert shown(hr, "117")["hireDate"] == before["hireDate"]
    assert shown(hr, "117")["status"] == "Inactive"
    hr.sandbox.advance(2 * 86_400)
    assert shown(hr, "117") == {
        **before,
        "employmentHistoryStatus": "Full-Time",
        "hireDate": "2026-03-04",
        "originalHireDate": before["hireDate"],
    }


@case("bamboohr", "32c")
def test_case_32c_forgets_a_deleted_employee_but_in_the_changes(hr: Account) -> None:
    assert shown(hr, "117")
    hr.sandbox.control("DELETE", "bamboohr/employees/117")
    assert hr.get("employees/117?fields=firstName").status_code == 404
    assert hr.get("employees/117/tables/jobInfo").status_code == 404
    changes = hr.get("employees/changed?since=2026-03-02T08:59:59Z").json()
    assert list(changes["employees"]) == ["117"]
    assert changes["employees"]["117"]["action"] == "Deleted"
    assert "117" not in hr.state()["employees"]
    assert list(hr.state()["deleted"]) == ["117"]


@case("bamboohr", "32d")
def test_case_32d_changes_and_empties_an_email(hr: Account) -> None:
    def email() -> Any:
        return hr.get("employees/117?fields=workEmail,bestEmail").json()

    assert hr.post("employees/117", json={"workEmail": "new@northwind.example"}).content == b""
    assert email()["workEmail"] == "new@northwind.example"
    assert email()["bestEmail"] == "new@northwind.example"
    assert hr.post("employees/117", json={"workEmail": ""}).status_code == 200
    assert email() == {"id": "117", "workEmail": None, "bestEmail": None}


@case("bamboohr", "32e")
def test_case_32e_refuses_an_email_that_somebody_else_has(hr: Account) -> None:
    taken = hr.person("101")["workEmail"]
    before = hr.person("117")
    answer = hr.post("employees/117", json={"workEmail": taken.upper(), "mobilePhone": "1"})
    assert answer.status_code == 409
    assert answer.content == b""
    assert "already has the e-mail" in answer.headers[REASON]
    person = {"firstName": "Ada", "lastName": "Hopperton", "workEmail": taken}
    assert hr.post("employees", json=person).status_code == 409
    by_hr = requests.put(
        f"{hr.sandbox.url}/_control/bamboohr/employees/117", json={"workEmail": taken}
    )
    assert by_hr.status_code == 409
    assert "already has the e-mail" in by_hr.json()["error"]
    assert hr.person("117") == before
    assert len(hr.state()["employees"]) == 120
    assert hr.post("employees/101", json={"workEmail": taken.upper()}).status_code == 200


def test_drops_texts_that_are_no_option_as_the_api_does(hr: Account) -> None:
    before = hr.person("117")["department"]
    assert hr.post("employees/117", json={"department": "Nowhere"}).status_code == 200
    assert hr.person("117")["department"] == before
    assert hr.post("employees/117", json={"department": "Sales"}).status_code == 200
    assert hr.person("117")["department"] == "Sales"
