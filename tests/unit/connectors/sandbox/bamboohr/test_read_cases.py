"""BambooHR §7, cases 11 to 15 and 17: single employees and the directory."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
import requests

from tests.unit.connectors.sandbox.bamboohr.account import MANAGER, OUTSIDER, REASON, Account

case = pytest.mark.case
DOUBLED = "Employee not found, Employee not found"


@case("bamboohr", "11a")
def test_case_11a_answers_xml_unless_json_is_asked_for(admin: Account) -> None:
    path = "employees/101?fields=firstName,lastName"
    for headers in ({"Accept": "*/*"}, {"Accept": ""}, {"Accept": "text/html"}):
        answer = admin.get(path, headers=headers)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/xml; charset=UTF-8"
        employee = ElementTree.fromstring(answer.content)
        assert employee.tag == "employee"
        assert employee.get("id") == "101"
        shown = {field.get("id"): field.text for field in employee}
        assert shown == {name: admin.person("101")[name] for name in ("firstName", "lastName")}
    asked = admin.get(path)
    assert asked.headers["Content-Type"] == "application/json"
    assert asked.json()["id"] == "101"


@case("bamboohr", "11a")
@pytest.mark.parametrize(
    ("path", "tag"),
    [
        ("employees/directory", "directory"),
        ("employees/changed?since=2020-01-01T00:00:00Z", "employees"),
        ("employees/all/tables/jobInfo", "table"),
        ("employees/changed/tables/jobInfo?since=2020-01-01T00:00:00Z", "table"),
        ("meta/fields", "fields"),
        ("meta/tables", "tables"),
        ("meta/lists", "lists"),
        ("meta/users", "users"),
    ],
)
def test_case_11a_answers_each_classic_read_in_xml_too(admin: Account, path: str, tag: str) -> None:
    answer = admin.get(path, headers={"Accept": "*/*"})
    assert answer.headers["Content-Type"] == "text/xml; charset=UTF-8"
    root = ElementTree.fromstring(answer.content)
    assert root.tag == tag
    assert len(root) > 0


@case("bamboohr", "11b")
def test_case_11b_does_not_read_json_whose_content_type_has_parameters(admin: Account) -> None:
    body = json.dumps({"title": "x", "fields": ["firstName"]})

    def report(content_type: str) -> requests.Response:
        headers = {"Content-Type": content_type}
        return admin.post("reports/custom?format=json", data=body, headers=headers)

    right = report("application/json")
    assert right.status_code == 200
    assert len(right.json()["employees"]) == 120
    off = report("application/json; charset=UTF-8")
    assert off.status_code == 400
    assert off.content == b""
    assert off.headers[REASON]


@case("bamboohr", "11b")
def test_case_11b_refuses_parameters_elsewhere_unless_switched(admin: Account) -> None:
    headers = {"Content-Type": "application/json; charset=UTF-8"}
    body = json.dumps({"options": [{"value": "Research"}]})
    assert admin.put("meta/lists/4", data=body, headers=headers).status_code == 400
    admin.sandbox.switch("bamboohr", "content_type_parameters", "ignored")
    assert admin.put("meta/lists/4", data=body, headers=headers).status_code == 200


@case("bamboohr", "12a")
def test_case_12a_shows_only_the_id_without_fields(admin: Account) -> None:
    assert admin.get("employees/117").json() == {"id": "117"}
    person = admin.person("117")
    shown = admin.get("employees/117?fields=firstName,lastName").json()
    assert shown == {name: person[name] for name in ("id", "firstName", "lastName")}
    admin.sandbox.switch("bamboohr", "no_fields", "first and last name")
    assert admin.get("employees/117").json() == shown


@case("bamboohr", "12b")
def test_case_12b_refuses_more_than_400_fields(admin: Account) -> None:
    names = ",".join(["firstName"] * 400)
    assert admin.get(f"employees/117?fields={names}").status_code == 200
    answer = admin.get(f"employees/117?fields={names},lastName")
    assert answer.status_code == 400
    assert answer.content == b""
    assert answer.headers[REASON] == "Too many fields requested"


@case("bamboohr", "12c")
def test_case_12c_leaves_out_unknown_and_restricted_fields(account: Account) -> None:
    seen = account.state()["users"][MANAGER]["visibleEmployees"]
    path = f"employees/{seen[0]}?fields=lastName,unheardOf,mobilePhone,4,supervisorEid"
    full = account.as_user().get(path)
    assert full.status_code == 200
    assert list(full.json()) == ["id", "lastName", "mobilePhone", "4", "supervisorEid"]
    assert full.json()["4"] == account.person(seen[0])["department"]
    narrow = account.as_user(MANAGER).get(path)
    assert narrow.status_code == 200
    assert list(narrow.json()) == ["id", "lastName", "4", "supervisorEid"]


def test_refuses_employees_whom_the_caller_may_not_see(account: Account) -> None:
    seen = account.state()["users"][MANAGER]["visibleEmployees"]
    manager = account.as_user(MANAGER)
    assert manager.get(f"employees/{seen[0]}").status_code == 200
    answer = manager.get("employees/101")
    assert answer.status_code == 403
    assert answer.content == b""


@case("bamboohr", "13")
def test_case_13_answers_empty_dates_as_zeros(admin: Account) -> None:
    names = "hireDate,originalHireDate,terminationDate"
    shown = admin.get(f"employees/101?fields={names}").json()
    assert shown["hireDate"] == admin.person("101")["hireDate"]
    assert shown["originalHireDate"] == "0000-00-00"
    assert shown["terminationDate"] == "0000-00-00"
    for style, written in (("null", None), ("blank", "")):
        admin.sandbox.switch("bamboohr", "empty_date", style)
        shown = admin.get(f"employees/101?fields={names}").json()
        assert shown["originalHireDate"] == written
        assert shown["terminationDate"] == written


def test_answers_values_as_texts_or_null(admin: Account) -> None:
    people = admin.state()["employees"].values()
    without = next(person for person in people if person["workEmail"] is None)
    names = "workEmail,employeeNumber,preferredName,lastChanged,supervisorEId"
    shown = admin.get(f"employees/{without['id']}?fields={names}").json()
    assert shown == {"id": without["id"], **{name: without[name] for name in names.split(",")}}
    assert shown["workEmail"] is None
    assert all(value is None or isinstance(value, str) for value in shown.values())
    assert shown["lastChanged"].endswith("+00:00")


@case("bamboohr", "14")
def test_case_14_answers_employee_0_as_the_callers_own(account: Account) -> None:
    own = account.state()["users"]["2370"]["employeeId"]
    assert account.as_user().get("employees/0").json()["id"] == str(own)
    outside = account.as_user(OUTSIDER).get("employees/0")
    assert outside.status_code == 200
    assert outside.json() == {"id": "0"}
    assert account.as_app("employee").get("employees/0").json()["id"] == str(own)


@case("bamboohr", "15")
def test_case_15_answers_404_under_both_spellings_doubled(admin: Account) -> None:
    assert admin.get("employees/101").status_code == 200
    answer = admin.get("employees/9999?fields=firstName")
    assert answer.status_code == 404
    assert answer.content == b""
    assert answer.headers["Content-Type"] == "text/html; charset=UTF-8"
    assert answer.headers["X-BambooHR-Error-Message"] == DOUBLED
    assert answer.headers["X-BambooHR-Error-Messsage"] == DOUBLED


@case("bamboohr", "17a")
def test_case_17a_shows_only_active_people_in_the_directory(admin: Account) -> None:
    answer = admin.get("employees/directory")
    assert answer.status_code == 200
    people = admin.state()["employees"]
    active = [key for key, person in people.items() if person["status"] == "Active"]
    assert len(active) < len(people)
    assert [row["id"] for row in answer.json()["employees"]] == active
    row = answer.json()["employees"][5]
    assert row["canUploadPhoto"] == 0
    assert row["photoUploaded"] is False
    assert row["supervisor"] == people[row["id"]]["reportsTo"]
    assert answer.json()["fields"][0] == {
        "id": "displayName",
        "type": "text",
        "name": "Display name",
    }
    future = [key for key, p in people.items() if not p["employmentHistoryStatus"]]
    later = admin.get("employees/directory?onlyCurrent=false").json()["employees"]
    assert set(future) <= {row["id"] for row in later}


@case("bamboohr", "17b")
def test_case_17b_can_have_the_directory_off_reduced_or_empty(admin: Account) -> None:
    assert len(admin.get("employees/directory").json()["fields"]) == 15
    admin.sandbox.switch("bamboohr", "directory", "org chart only")
    assert len(admin.get("employees/directory").json()["fields"]) == 5
    for value, status in (("off", 403), ("empty", 404)):
        admin.sandbox.switch("bamboohr", "directory", value)
        answer = admin.get("employees/directory")
        assert answer.status_code == status
        assert answer.content == b""


def test_hides_a_new_employee_for_a_moment_when_switched(admin: Account) -> None:
    at_once = admin.hr("new", firstName="Nia", lastName="Early")["id"]
    assert admin.get(f"employees/{at_once}").status_code == 200
    admin.sandbox.switch("bamboohr", "created_visible", "late")
    late = admin.hr("new", firstName="Noa", lastName="Late")["id"]
    assert admin.get(f"employees/{late}").status_code == 404
    admin.sandbox.advance(5)
    assert admin.get(f"employees/{late}").status_code == 200
