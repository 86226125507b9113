"""Gusto §7, cases 26 and 27: the pace of calls, and answers that are none."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
import requests

from tests.unit.connectors.sandbox.gusto.caller import CINDER, Caller, assert_refused

case = pytest.mark.case


def spend(caller: Caller, calls: int) -> None:
    for _ in range(calls):
        assert caller.get("token_info").status_code == 200


@case("gusto", "26a")
def test_case_26a_refuses_the_201st_call_of_a_minute(harbor: Caller) -> None:
    harbor.sandbox.reset(clock_start="2026-11-20T12:00:00Z")
    caller = harbor.as_company()
    first = caller.get("token_info")
    assert first.headers["X-RateLimit-Limit"] == "200"
    assert first.headers["X-RateLimit-Remaining"] == "199"
    clears_at = datetime.fromisoformat(first.headers["X-RateLimit-Reset"])
    assert datetime.fromisoformat("2026-11-20T12:00:59Z") <= clears_at
    assert clears_at <= datetime.fromisoformat("2026-11-20T12:01:40Z")
    assert "Retry-After" not in first.headers
    spend(caller, 199)
    refused = caller.get("token_info")
    assert_refused(refused, 429, "rate_limit_exceeded")
    assert 1 <= int(refused.headers["Retry-After"]) <= 61
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    caller.sandbox.advance(62)
    assert caller.get("token_info").status_code == 200


@case("gusto", "26b")
def test_case_26b_counts_each_grant_for_itself(harbor: Caller, app: Caller) -> None:
    harbor.switch("rate_limit", "5 a minute")
    cinder = harbor.as_company(CINDER)
    spend(harbor, 5)
    assert harbor.get("token_info").status_code == 429
    spend(cinder, 5)
    assert cinder.get("token_info").status_code == 429
    spend(app, 6)


@case("gusto", "26c")
def test_case_26c_refuses_without_any_header_when_switched(harbor: Caller) -> None:
    harbor.switch("rate_limit", "5 a minute")
    harbor.switch("rate_headers", "absent")
    spend(harbor, 5)
    refused = harbor.get("token_info")
    assert refused.status_code == 429
    told = {name.lower() for name in refused.headers}
    assert not {name for name in told if name.startswith("x-ratelimit") or name == "retry-after"}


@pytest.mark.parametrize(
    ("style", "content_type", "body"),
    [("empty", None, b""), ("text", "text/plain", b"Too Many Requests\n")],
)
def test_refuses_with_other_bodies_when_switched(
    harbor: Caller, style: str, content_type: str | None, body: bytes
) -> None:
    harbor.switch("rate_limit", "5 a minute")
    harbor.switch("throttle_body", style)
    spend(harbor, 5)
    refused = harbor.get("token_info")
    assert (refused.status_code, refused.content) == (429, body)
    assert refused.headers.get("Content-Type") == content_type
    assert refused.headers["Retry-After"]


def test_counts_nothing_when_switched_off(harbor: Caller) -> None:
    harbor.switch("rate_limit", "off")
    spend(harbor, 210)


PAGE = "<html><title>Maintenance</title></html>"
FAULTS: tuple[tuple[int, dict[str, Any], int, str], ...] = (
    (1, {"status": 500, "body": {"errors": [{"category": "internal_error"}]}}, 500, "internal_er"),
    (2, {"status": 502, "body": PAGE, "headers": {"Content-Type": "text/html"}}, 502, "Maintenanc"),
    (3, {"status": 200, "body": PAGE, "headers": {"Content-Type": "text/html"}}, 200, "Maintenanc"),
)


@case("gusto", "27")
@pytest.mark.parametrize(("broken", "action", "status", "said"), FAULTS)
def test_case_27_can_fail_on_any_page(
    harbor: Caller, broken: int, action: dict[str, Any], status: int, said: str
) -> None:
    path = f"/payrolls/{harbor.payroll('b')['uuid']}"
    harbor.sandbox.fault(vendor="gusto", path=r"/payrolls/[^/]+$", skip=broken - 1, action=action)
    for number in (1, 2, 3):
        answer = harbor.own(path, page=number, per=9)
        if number == broken:
            assert answer.status_code == status
            assert said in answer.text
        else:
            assert answer.json()["employee_compensations"] != []


@case("gusto", "27")
def test_case_27_can_break_off_or_say_nothing(harbor: Caller) -> None:
    harbor.sandbox.fault(vendor="gusto", path="/departments$", action="truncate")
    with pytest.raises(requests.RequestException):
        harbor.own("/departments")
    harbor.sandbox.fault(vendor="gusto", path="/departments$", action="drop_before")
    with pytest.raises(requests.ConnectionError):
        harbor.own("/departments")
    assert len(harbor.read("/departments")) == 6
