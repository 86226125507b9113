"""BambooHR §7, cases 29 to 31: throttling, failures, quota."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import pytest
import requests

from tests.unit.connectors.sandbox.bamboohr.account import REASON, Account

case = pytest.mark.case


def call_too_often(admin: Account) -> requests.Response:
    admin.sandbox.switch("bamboohr", "throttle", "5 a minute")
    admin.sandbox.advance(61)
    for _ in range(5):
        assert admin.get("employees/0").status_code == 200
    return admin.get("employees/0")


@case("bamboohr", "29a")
def test_case_29a_refuses_too_many_calls_with_503_or_429(admin: Account) -> None:
    throttled = call_too_often(admin)
    assert throttled.status_code == 503
    assert throttled.content == b""
    admin.sandbox.switch("bamboohr", "throttle_status", "429")
    throttled = call_too_often(admin)
    assert throttled.status_code == 429
    assert throttled.content == b""
    admin.sandbox.advance(61)
    assert admin.get("employees/0").status_code == 200


@case("bamboohr", "29b")
def test_case_29b_gives_retry_after_as_seconds_date_or_not(admin: Account) -> None:
    assert call_too_often(admin).headers["Retry-After"] == "30"
    admin.sandbox.switch("bamboohr", "retry_after", "date")
    throttled = call_too_often(admin)
    until = parsedate_to_datetime(throttled.headers["Retry-After"])
    now = parsedate_to_datetime(throttled.headers["Date"])
    assert 29 <= (until - now).total_seconds() <= 30
    admin.sandbox.switch("bamboohr", "retry_after", "none")
    assert "Retry-After" not in call_too_often(admin).headers


@case("bamboohr", "30")
def test_case_30_fails_drops_and_dawdles_as_faults_say(admin: Account) -> None:
    for status in (500, 502):
        admin.sandbox.fault(
            vendor="bamboohr",
            path="/employees/117$",
            action="status",
            status=status,
            body="<h1>Bad Gateway</h1>",
        )
        answer = admin.get("employees/117")
        assert answer.status_code == status
        assert answer.text == "<h1>Bad Gateway</h1>"
        assert admin.get("employees/117").status_code == 200
    admin.sandbox.fault(vendor="bamboohr", path="/employees/117$", action="drop_before")
    with pytest.raises(requests.ConnectionError):
        admin.get("employees/117")
    admin.sandbox.fault(vendor="bamboohr", path="/117$", action="delay_ms", delay_ms=150)
    slow = admin.get("employees/117")
    assert slow.status_code == 200
    assert slow.elapsed.total_seconds() >= 0.15


@case("bamboohr", "31")
def test_case_31_refuses_a_new_employee_over_the_quota_with_429(admin: Account) -> None:
    person = {"firstName": "Ada", "lastName": "Hopperton"}
    admin.sandbox.switch("bamboohr", "employee_quota", "reached")
    answer = admin.post("employees", json=person)
    assert answer.status_code == 429
    assert answer.content == b""
    assert answer.headers[REASON]
    assert "Retry-After" not in answer.headers
    assert len(admin.state()["employees"]) == 120
    admin.sandbox.switch("bamboohr", "employee_quota", "open")
    made = admin.post("employees", json=person)
    assert made.status_code == 201
    assert made.content == b""
    assert made.headers["Location"].rsplit("/", 1)[1] in admin.state()["employees"]
