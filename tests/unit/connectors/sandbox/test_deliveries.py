"""Webhook deliveries: over loopback only, kept with their attempts, steered by the control API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.connectors.sandbox.bamboohr.account import Account, Receiver, receiving

HOOK = {
    "name": "n",
    "url": "https://connector.example/webhooks/bamboohr/k/",
    "format": "json",
    "events": ["employee.deleted"],
}


@pytest.fixture
def receiver(sandbox: Any) -> Iterator[Receiver]:
    """A webhook endpoint at https://connector.example."""
    with receiving(sandbox) as receiver:
        yield receiver


@pytest.fixture
def admin(sandbox: Any) -> Iterator[Account]:
    """A caller with a webhook that fires when somebody is deleted."""
    account = Account(sandbox)
    with account.session:
        admin = account.as_user()
        assert admin.post("webhooks", json=HOOK).status_code == 201
        yield admin


def steer(admin: Account, action: str) -> Any:
    return admin.sandbox.control("POST", "webhooks", {"vendor": "bamboohr", "action": action})


def delete(admin: Account, *employee_ids: str) -> None:
    for employee_id in employee_ids:
        admin.sandbox.control("DELETE", f"bamboohr/employees/{employee_id}")


def told(receiver: Receiver) -> list[str]:
    return [json.loads(body)["data"]["employeeId"] for body in receiver.bodies()]


def test_delivers_by_itself_in_order(admin: Account, receiver: Receiver) -> None:
    delete(admin, "117", "118", "119")
    steer(admin, "settle")
    assert told(receiver) == ["117", "118", "119"]
    headers = receiver.received[0][1]
    assert headers["Host"] == "connector.example"
    assert headers["X-Forwarded-Proto"] == "https"


def test_waits_while_paused_until_flushed(admin: Account, receiver: Receiver) -> None:
    steer(admin, "pause")
    delete(admin, "117", "118")
    steer(admin, "settle")
    assert told(receiver) == []
    flushed = steer(admin, "flush")
    assert [row["state"] for row in flushed] == ["delivered", "delivered"]
    assert told(receiver) == ["117", "118"]
    delete(admin, "119")
    steer(admin, "settle")
    assert told(receiver) == ["117", "118", "119"]


def test_turns_round_and_doubles_what_waits(admin: Account, receiver: Receiver) -> None:
    steer(admin, "pause")
    delete(admin, "117", "118", "119")
    steer(admin, "reorder")
    steer(admin, "duplicate")
    steer(admin, "flush")
    assert told(receiver) == ["119", "118", "117", "119", "118", "117"]


def test_repeats_the_last_one_when_none_waits(admin: Account, receiver: Receiver) -> None:
    delete(admin, "117")
    steer(admin, "settle")
    steer(admin, "duplicate")
    steer(admin, "settle")
    assert told(receiver) == ["117", "117"]
    assert receiver.received[0][2] == receiver.received[1][2]


def test_flushes_what_waits_for_its_next_try(admin: Account, receiver: Receiver) -> None:
    receiver.statuses[:] = [503, 503]
    delete(admin, "117")
    steer(admin, "settle")
    (waiting,) = admin.sandbox.control("GET", "webhooks?vendor=bamboohr")
    assert waiting["state"] == "waiting"
    assert waiting["next_at"] is not None
    (again,) = steer(admin, "flush")
    assert [attempt["status"] for attempt in again["attempts"]] == [503, 503]
    admin.sandbox.advance(600)
    steer(admin, "settle")
    (last,) = admin.sandbox.control("GET", "webhooks?vendor=bamboohr")
    assert [attempt["status"] for attempt in last["attempts"]] == [503, 503, 200]
    assert last["state"] == "delivered"


def test_says_why_an_origin_cannot_be_reached(admin: Account) -> None:
    body = {**HOOK, "url": "https://elsewhere.example/hook/"}
    assert admin.post("webhooks", json=body).status_code == 201
    delete(admin, "117")
    steer(admin, "settle")
    rows = admin.sandbox.control("GET", "webhooks?vendor=bamboohr")
    problems = {row["url"]: row["attempts"][0]["problem"] for row in rows}
    assert problems["https://elsewhere.example/hook/"] == (
        "https://elsewhere.example cannot be reached: "
        "start the sandbox with --reach https://elsewhere.example=…"
    )
    assert "refused" in problems[HOOK["url"]]
