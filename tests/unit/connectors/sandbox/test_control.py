"""The control API: reset, journal, softening, switches, and bad input of every kind."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.unit.connectors.sandbox.bamboohr.account import Account


def ask(sandbox: Any, method: str, path: str, **options: Any) -> requests.Response:
    return requests.request(method, f"{sandbox.url}/_control/{path}", timeout=10, **options)


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("reset", {"people": -1}, "people is a whole number, 0 or more."),
        ("reset", {"people": "many"}, "people is a whole number, 0 or more."),
        ("reset", {"colour": 1}, "Unknown: colour."),
        ("reset", {"clock_start": "noon"}, "Invalid isoformat string: 'noon'"),
        ("faults", {"action": "explode"}, "A fault's action is one of: status, drop_before"),
        ("faults", {"action": {"status": 500, "garbage": True}}, "exactly one of"),
        ("faults", {"action": "status"}, "A fault's status is a number from 200 to 599."),
        ("faults", {"action": "delay_ms"}, "delay_ms is a number of milliseconds."),
        ("faults", {"action": {"hold": "somewhere"}}, "held at one of: received, applied."),
        ("faults", {"action": "garbage", "path": "("}, "path is no regular expression"),
        ("faults", {"action": "garbage", "vendor": "acme"}, "There is no vendor 'acme'"),
        ("faults", {"action": "garbage", "colour": 1}, "A fault has no colour."),
        ("faults", {"action": "status", "status": 500, "headers": 1}, "headers are an object"),
        ("release", {"apply": "now"}, "No such request is held"),
        ("release", {"apply": "perhaps"}, "apply is one of: never, now, later."),
        ("soften", {"vendor": "bamboohr", "case": "99"}, "bamboohr has no case '99'"),
        ("switches", {"vendor": "bamboohr", "switch": "x", "value": "y"}, "no switch 'x'"),
        (
            "switches",
            {"vendor": "bamboohr", "switch": "refresh", "value": "y"},
            "refresh is one of: rotating, same, omitted.",
        ),
        ("clock", {"advance_seconds": "1"}, "advance_seconds is a number of seconds."),
        ("clock", {"advance_seconds": -1}, "The clock goes back for one vendor only"),
        ("clock", {"advance_seconds": 1, "vendor_only": "acme"}, "There is no vendor 'acme'"),
        ("webhooks", {"vendor": "bamboohr", "action": "x"}, "action is one of: flush, pause"),
        ("reach", {"origin": "https://a.example", "loopback": "http://b.example"}, "loopback"),
    ],
)
def test_refuses_bad_input_with_a_sentence(
    sandbox: Any, path: str, body: dict[str, Any], said: str
) -> None:
    answer = ask(sandbox, "POST", path, json=body)
    assert answer.status_code == 400, answer.text
    assert said in answer.json()["error"]


@pytest.mark.parametrize("body", [b"{", b"[1]", b"7", b"[" * 100_000, b"\xff\xfe"])
def test_survives_bodies_that_are_no_object(sandbox: Any, body: bytes) -> None:
    answer = ask(sandbox, "POST", "reset", data=body)
    assert answer.status_code == 400
    assert "The body is" in answer.json()["error"]
    assert ask(sandbox, "GET", "clock").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nothing", 404),
        ("PATCH", "reset", 405),
        ("GET", "acme/state", 400),
        ("PUT", "bamboohr/shoes/1", 400),
        ("PUT", "bamboohr/employees/abc", 400),
        ("PUT", "bamboohr/employees/nowhere/117", 400),
        ("DELETE", "bamboohr/employees/9999", 404),
        ("DELETE", "bamboohr/shoes/1", 400),
        ("GET", "requests?after=x", 400),
    ],
)
def test_refuses_what_is_not_there(sandbox: Any, method: str, path: str, status: int) -> None:
    assert ask(sandbox, method, path).status_code == status


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"shoeSize": 44}, "Unknown: shoeSize."),
        ({"firstName": 7}, "firstName is a text or null."),
        ({"lastName": ""}, "First and last name cannot be empty."),
        ({"department": "Nowhere"}, "'Nowhere' is no option of department"),
        ({"supervisorEId": "9999"}, "Supervisor 9999 is no employee."),
        ({"hireDate": "soon"}, "hireDate is a day such as 2026-03-02"),
        ({"terminate": "now"}, "terminate is an object."),
        ({"terminate": {"why": "x"}}, "terminate has: date, reason"),
        ({"rehire": {"shoes": 1}}, "rehire has no shoes."),
        ({"jobInfo": "x"}, "jobInfo is a list of rows."),
        ({"employmentStatus": [{"date": "2026-01-01"}]}, "needs its employmentStatus"),
    ],
)
def test_refuses_impossible_changes_and_makes_no_part_of_them(
    sandbox: Any, body: dict[str, Any], said: str
) -> None:
    before = Account(sandbox).person("117")
    answer = ask(sandbox, "PUT", "bamboohr/employees/117", json={"mobilePhone": "1", **body})
    assert answer.status_code == 400
    assert said in answer.json()["error"]
    assert Account(sandbox).person("117") == before


def test_forgets_everything_at_a_reset(sandbox: Any) -> None:
    account = Account(sandbox)
    sandbox.switch("bamboohr", "refresh", "same")
    sandbox.soften("bamboohr", "13")
    sandbox.fault(action="garbage")
    sandbox.advance(86_400)
    account.hr("117", firstName="Changed")
    sandbox.control("POST", "reset", {"seed": 2, "people": 30})
    assert len(account.state()["employees"]) == 30
    assert account.person("117")["firstName"] != "Changed"
    assert sandbox.control("GET", "switches")["bamboohr"]["refresh"]["value"] == "rotating"
    assert sandbox.control("GET", "faults") == []
    assert sandbox.requests() == []
    assert abs(sandbox.control("GET", "clock")["offset_seconds"]) < 1


def test_journals_requests_in_order(sandbox: Any) -> None:
    account = Account(sandbox)
    with account.session:
        admin = account.as_user()
        admin.get("employees/117?fields=firstName")
        admin.post("employees", json={})
        account.session.get(f"{sandbox.url}/nobody/host/path")
    first, second = sandbox.requests("bamboohr")
    assert first["n"] == 1
    assert first["vendor"] == "bamboohr"
    assert first["host"] == "northwind.bamboohr.com"
    assert first["method"] == "GET"
    assert first["path"] == "/api/v1/employees/117"
    assert first["query"] == "fields=firstName"
    assert first["status"] == 200
    assert first["in_flight"] is False
    assert first["started"] <= first["ended"]
    assert first["started"].endswith("Z")
    assert (second["n"], second["method"], second["status"]) == (2, "POST", 400)
    assert sandbox.requests("acumatica") == []
    assert [row["n"] for row in sandbox.control("GET", "requests?after=1")] == [2]


def test_softens_a_case_with_all_its_parts(sandbox: Any) -> None:
    account = Account(sandbox)
    with account.session:
        admin = account.as_user()
        path = "employees/101?fields=terminationDate"
        assert admin.get(path).json()["terminationDate"] == "0000-00-00"
        sandbox.soften("bamboohr", "13")
        assert admin.get(path).json()["terminationDate"] is None
        assert admin.get("employees/117").json() == {"id": "117"}
        sandbox.soften("bamboohr", "12")
        assert len(admin.get("employees/117").json()) == 3
        sandbox.control("POST", "reset")
        assert admin.get(path).json()["terminationDate"] == "0000-00-00"


def test_says_where_vendors_are_found(sandbox: Any) -> None:
    for path in ("", "nobody/host/path", "bamboohr"):
        answer = requests.get(f"{sandbox.url}/{path}", timeout=10)
        assert answer.status_code == 404
        assert "/bamboohr/<host>/" in answer.json()["error"]


def test_keeps_its_own_mistakes_for_everybody_to_see(sandbox: Any) -> None:
    assert sandbox.control("GET", "defects") == []
