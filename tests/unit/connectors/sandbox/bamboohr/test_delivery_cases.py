"""BambooHR §7, cases 25 to 28: what is delivered, how it is signed, how often it is tried."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

from tests.unit.connectors.sandbox.bamboohr.account import FORM, Account, Receiver

case = pytest.mark.case
START = "2026-03-02T16:04:11Z"
MONITORED = ["firstName", "workEmail", "jobTitle", "department", "status", "customCostCenter"]
VECTOR_KEY = "5f0c2a9e7d3b4186a1c4e8f0927b6d35"
VECTOR_TIMESTAMP = "1772467451"
VECTORS = {
    '{"type":"employee.updated","timestamp":"2026-03-02T16:04:11+0000","data":'
    '{"companyId":"48213","employeeId":"117","changedFields":["jobTitle","department"]}}': (
        "86d5dcf9cc30961cd04e8f3b5c5200a8e087612e6e56b03111c837fe8555b525"
    ),
    '{"type":"employee.created","timestamp":"2026-03-02T16:04:11Z","data":'
    '{"companyId":"48213","employeeId":"118"}}': (
        "7ea6248316ddad6198b1d383ac8c81bb06e566c9e0aa92f40af5258cb4a1b6ab"
    ),
}


def sign(key: str, body: bytes, timestamp: str) -> str:
    return hmac.new(key.encode(), body + timestamp.encode(), hashlib.sha256).hexdigest()


@pytest.fixture
def hr(account: Account) -> Account:
    """The administrator, at the moment of the dossier's vectors."""
    account.sandbox.reset(clock_start=START)
    return account.as_user()


def subscribe(hr: Account, receiver: Receiver, **changed: Any) -> Any:
    # The reset of `hr` forgot where the receiver is.
    origin = {"origin": "https://connector.example", "loopback": receiver.url}
    hr.sandbox.control("POST", "reach", origin)
    body = {
        "name": "n",
        "url": "https://connector.example/webhooks/bamboohr/7c1e/?k=1",
        "format": "json",
        "includeCompanyDomain": True,
        "events": ["employee.created", "employee.updated", "employee.deleted"],
        "monitorFields": MONITORED,
        **changed,
    }
    answer = hr.post("webhooks", json={k: v for k, v in body.items() if v is not None})
    assert answer.status_code == 201, answer.text
    return answer.json()


def steer(hr: Account, action: str) -> Any:
    return hr.sandbox.control("POST", "webhooks", {"vendor": "bamboohr", "action": action})


def delivered(hr: Account, receiver: Receiver) -> list[Any]:
    steer(hr, "flush")
    return [json.loads(body) for body in receiver.bodies()]


@case("bamboohr", "25")
def test_case_25_signs_body_and_timestamp(hr: Account, receiver: Receiver) -> None:
    for vector, expected in VECTORS.items():
        assert sign(VECTOR_KEY, vector.encode(), VECTOR_TIMESTAMP) == expected

    key = subscribe(hr, receiver)["privateKey"]
    hr.hr("117", department="Sales", jobTitle="Account Executive")
    steer(hr, "flush")
    ((path, headers, body),) = receiver.received
    assert path == "/webhooks/bamboohr/7c1e/?k=1"
    assert headers["Host"] == "connector.example"
    assert headers["Content-Type"] == "application/json"
    assert headers["Company-Domain"] == "northwind"
    timestamp = headers["X-BambooHR-Timestamp"]
    assert timestamp in (VECTOR_TIMESTAMP, str(int(VECTOR_TIMESTAMP) + 1))
    signature = headers["X-BambooHR-Signature"]
    assert signature == sign(key, body, timestamp)
    assert signature != sign(key, body + b" ", timestamp)
    assert signature != sign(VECTOR_KEY, body, timestamp)
    for wrong in (timestamp.encode() + body, timestamp.encode() + b"." + body, body):
        assert signature != hmac.new(key.encode(), wrong, hashlib.sha256).hexdigest()


def test_names_the_company_only_when_asked(hr: Account, receiver: Receiver) -> None:
    subscribe(hr, receiver, includeCompanyDomain=False)
    hr.hr("117", firstName="Rosalind")
    steer(hr, "flush")
    assert "Company-Domain" not in receiver.received[0][1]


@case("bamboohr", "26a")
def test_case_26a_fires_created_then_updated_for_a_hire(hr: Account, receiver: Receiver) -> None:
    subscribe(hr, receiver)
    steer(hr, "pause")
    new = hr.hr("new", firstName="Ada", lastName="Hopperton", hireDate="2026-03-02")["id"]
    assert receiver.received == []
    events = delivered(hr, receiver)
    assert [event["type"] for event in events] == ["employee.created", "employee.updated"]
    assert events[0]["data"] == {"companyId": "48213", "employeeId": new}
    assert events[1]["data"]["changedFields"] == ["firstName", "status"]

    receiver.received.clear()
    steer(hr, "pause")
    hr.hr("new", firstName="Bea", lastName="Hopperton", hireDate="2026-03-02")
    steer(hr, "reorder")
    steer(hr, "duplicate")
    kinds = [event["type"] for event in delivered(hr, receiver)]
    assert kinds == [
        "employee.updated",
        "employee.created",
        "employee.updated",
        "employee.created",
    ]


@case("bamboohr", "26b")
def test_case_26b_merges_changes_but_tells_custom_fields_apart(
    hr: Account, receiver: Receiver
) -> None:
    subscribe(hr, receiver)
    hr.hr("117", firstName="Rosalind", department="Sales", mobilePhone="1")
    (merged,) = delivered(hr, receiver)
    assert merged["data"]["changedFields"] == ["firstName", "department"]
    receiver.received.clear()
    hr.hr("118", firstName="Ivor", customCostCenter="CC-99")
    split = delivered(hr, receiver)
    assert [event["data"]["changedFields"] for event in split] == [
        ["firstName"],
        ["customCostCenter"],
    ]
    receiver.received.clear()
    hr.hr("118", mobilePhone="2")
    hr.hr("118", firstName="Ivor")
    assert delivered(hr, receiver) == []


def test_tells_the_owner_only_of_fields_he_may_read(account: Account, receiver: Receiver) -> None:
    manager = account.as_user("2371")
    subscribe(manager, receiver, monitorFields=["firstName", "jobTitle"])
    account.sandbox.control("PUT", "bamboohr/users/2371", {"hiddenFields": ["firstName"]})
    account.hr("117", firstName="Rosalind")
    assert delivered(account, receiver) == []
    account.hr("117", firstName="Rosa", jobTitle="Recruiter")
    (told,) = delivered(account, receiver)
    assert told["data"]["changedFields"] == ["jobTitle"]
    account.sandbox.control("DELETE", "bamboohr/employees/119")
    assert delivered(account, receiver)[-1]["type"] == "employee.deleted"


@case("bamboohr", "26c")
def test_case_26c_writes_event_instants_in_two_styles(hr: Account, receiver: Receiver) -> None:
    subscribe(hr, receiver)
    hr.hr("117", firstName="Rosalind")
    hr.sandbox.switch("bamboohr", "event_timestamp", "Z")
    hr.hr("117", firstName="Rosa")
    first, second = (event["timestamp"] for event in delivered(hr, receiver))
    assert first in ("2026-03-02T16:04:11+0000", "2026-03-02T16:04:12+0000")
    assert second in ("2026-03-02T16:04:11Z", "2026-03-02T16:04:12Z")


@case("bamboohr", "26d")
def test_case_26d_delivers_forms_when_asked(hr: Account, receiver: Receiver) -> None:
    subscribe(hr, receiver, format="form-encoded")
    hr.hr("117", department="Sales", jobTitle="Account Executive")
    steer(hr, "flush")
    ((_, headers, body),) = receiver.received
    assert headers["Content-Type"] == FORM
    text = body.decode()
    assert text.startswith("type=employee.updated&timestamp=2026-03-02T16%3A04%3A1")
    assert text.endswith(
        "&data%5BcompanyId%5D=48213&data%5BemployeeId%5D=117"
        "&data%5BchangedFields%5D%5B0%5D=jobTitle&data%5BchangedFields%5D%5B1%5D=department"
    )


def test_delivers_legacy_events_with_values_in_them(hr: Account, receiver: Receiver) -> None:
    subscribe(hr, receiver, events=None, postFields={"jobTitle": "Job Title"})
    hr.hr("117", jobTitle="Recruiter")
    hr.sandbox.switch("bamboohr", "legacy_values", "flat")
    hr.hr("117", jobTitle="HR Generalist")
    nested, flat = (event["employees"][0] for event in delivered(hr, receiver))
    assert nested["action"] == "Updated"
    assert nested["id"] == "117"
    assert nested["changedFields"] == ["Job Title"]
    assert nested["fields"] == {"Job Title": {"value": "Recruiter"}}
    assert flat["fields"] == {"Job Title": "HR Generalist"}


def attempts(hr: Account) -> list[Any]:
    (delivery,) = hr.sandbox.control("GET", "webhooks?vendor=bamboohr")
    return [attempt["status"] for attempt in delivery["attempts"]]


def advance_minutes(hr: Account, minutes: float, attempts_wanted: int) -> None:
    """Jump, then wait until what became due has been sent."""
    hr.sandbox.advance(minutes * 60)
    hr.sandbox.control("POST", "webhooks", {"vendor": "bamboohr", "action": "settle"})
    assert len(attempts(hr)) == attempts_wanted


@case("bamboohr", "27a")
def test_case_27a_never_tries_again_after_4xx(hr: Account, receiver: Receiver) -> None:
    subscribe(hr, receiver)
    receiver.statuses[:] = [401]
    hr.hr("117", firstName="Rosalind")
    steer(hr, "settle")
    advance_minutes(hr, 200, 1)
    assert attempts(hr) == [401]
    receiver.statuses[:] = [500, 200]
    hr.sandbox.control("DELETE", "bamboohr/employees/118")
    steer(hr, "settle")
    hr.sandbox.advance(300)
    steer(hr, "settle")
    assert len(receiver.received) == 3


@case("bamboohr", "27b")
def test_case_27b_tries_again_after_5xx_on_the_schedule(hr: Account, receiver: Receiver) -> None:
    subscribe(hr, receiver)
    receiver.statuses[:] = [500, 502, 503, 500, 500, 500, 500]
    hr.hr("117", firstName="Rosalind")
    steer(hr, "settle")
    for number, minutes in enumerate((5, 10, 20, 40, 80), start=1):
        advance_minutes(hr, minutes - 0.5, number)
        advance_minutes(hr, 0.5, number + 1)
    advance_minutes(hr, 1000, 6)
    assert attempts(hr) == [500, 502, 503, 500, 500, 500]
    (delivery,) = hr.sandbox.control("GET", "webhooks?vendor=bamboohr")
    assert delivery["state"] == "given up"
    stamps = {headers["X-BambooHR-Timestamp"] for _, headers, _ in receiver.received}
    assert len(stamps) == 1
    assert len(set(receiver.bodies())) == 1


@case("bamboohr", "25")
@case("bamboohr", "27b")
def test_case_27b_has_another_schedule_and_new_stamps_when_switched(
    hr: Account, receiver: Receiver
) -> None:
    key = subscribe(hr, receiver)["privateKey"]
    hr.sandbox.switch("bamboohr", "retries", "0-5-10-20-40")
    hr.sandbox.switch("bamboohr", "retry_timestamp", "fresh")
    receiver.statuses[:] = [500, 500]
    hr.hr("117", firstName="Rosalind")
    steer(hr, "settle")
    advance_minutes(hr, 0.5, 2)
    advance_minutes(hr, 5.5, 3)
    assert attempts(hr) == [500, 500, 200]
    stamps = [headers["X-BambooHR-Timestamp"] for _, headers, _ in receiver.received]
    assert len(set(stamps)) == 3
    _, headers, body = receiver.received[2]
    assert headers["X-BambooHR-Signature"] == sign(key, body, stamps[2])


@case("bamboohr", "27c")
def test_case_27c_logs_deliveries_and_throttles_the_log_with_a_200(
    hr: Account, receiver: Receiver
) -> None:
    hook = subscribe(hr, receiver)
    receiver.statuses[:] = [500]
    hr.hr("117", firstName="Rosalind")
    steer(hr, "settle")
    (row,) = hr.get(f"webhooks/{hook['id']}/log").json()
    assert row["webhookId"] == hook["id"]
    assert row["statusCode"] == "500"
    assert row["format"] == "json"
    assert row["employeeIds"] == ["117"]
    assert row["lastAttempted"].startswith("2026-03-02 16:04:1")
    assert row["lastSuccess"] == "Webhook Not Found"
    hr.sandbox.advance(300)
    steer(hr, "settle")
    (row,) = hr.get(f"webhooks/{hook['id']}/log").json()
    assert row["statusCode"] == "200"
    assert row["lastSuccess"] == row["lastAttempted"]
    assert hr.get(f"webhooks/{hook['id']}").json()["lastSent"].startswith("2026-03-02 16:04:1")
    for _ in range(6):
        throttled = hr.get(f"webhooks/{hook['id']}/log")
    assert throttled.status_code == 200
    assert throttled.json() == {
        "error": {"code": 429, "message": "Over rate limit, please try again in 60 seconds"}
    }
    hr.sandbox.advance(61)
    assert len(hr.get(f"webhooks/{hook['id']}/log").json()) == 1
    hr.sandbox.advance(15 * 86_400)
    later = hr.get(f"webhooks/{hook['id']}/log").json()
    assert ["117"] not in [row["employeeIds"] for row in later]


@case("bamboohr", "28")
def test_case_28_is_silent_once_the_owner_is_disabled(hr: Account, receiver: Receiver) -> None:
    subscribe(hr, receiver)
    hr.hr("117", firstName="Rosalind")
    assert len(delivered(hr, receiver)) == 1
    hr.sandbox.control("PUT", "bamboohr/users/2370", {"status": "disabled"})
    hr.hr("117", firstName="Rosa")
    assert len(delivered(hr, receiver)) == 1
    assert hr.get("employees/0").status_code == 401
