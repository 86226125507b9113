"""Gusto §7, cases 23 and 25: retries, subscriptions that go silent, and the feed of events."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

import pytest

from tests.unit.connectors.sandbox.gusto.caller import CINDER, HARBOR, Caller, assert_refused
from tests.unit.connectors.sandbox.gusto.hooks import Receiver, delivered, steer, subscribe

case = pytest.mark.case
DAY = 86_400


def postings(caller: Caller) -> list[Any]:
    rows = caller.sandbox.control("GET", "webhooks?vendor=gusto")
    return [row for row in rows if "event_type" in row["body"]]


def next_try(caller: Caller, seconds: float) -> None:
    """Jump to the next attempt and wait until it was made."""
    caller.sandbox.advance(seconds)
    steer(caller, "settle")


@case("gusto", "23a")
def test_case_23a_tries_again_with_doubling_waits(
    app: Caller, harbor: Caller, receiver: Receiver
) -> None:
    subscribe(app, receiver)
    receiver.received.clear()
    receiver.statuses[:] = [500, 404, 302, 200]
    harbor.person_does("events", "new")
    steer(app, "settle")
    for seconds in (4, 8, 16):
        (posting,) = postings(app)
        tried_at = datetime.fromisoformat(posting["attempts"][-1]["at"])
        waited = datetime.fromisoformat(posting["next_at"]) - tried_at
        assert seconds <= waited.total_seconds() < seconds + 3
        next_try(app, seconds + 1)
    (posting,) = postings(app)
    assert [attempt["status"] for attempt in posting["attempts"]] == [500, 404, 302, 200]
    assert posting["state"] == "delivered"
    assert len({body for _, body in receiver.received}) == 1
    assert len({headers["X-Gusto-Signature"] for headers, _ in receiver.received}) == 1
    assert app.get("webhooks/health_check").json()["status"] == "healthy"


@case("gusto", "23b")
def test_case_23b_takes_a_slow_answer_for_none(
    app: Caller, harbor: Caller, receiver: Receiver
) -> None:
    subscribe(app, receiver)
    receiver.received.clear()
    app.switch("response_limit", "1 s")
    receiver.hold = threading.Event()
    limit = threading.Timer(4.0, receiver.hold.set)
    limit.start()
    harbor.person_does("events", "new")
    steer(app, "settle")
    receiver.hold.set()
    limit.cancel()
    (posting,) = postings(app)
    assert posting["attempts"][0]["status"] is None
    assert "within 1 s" in posting["attempts"][0]["problem"]
    next_try(app, 5)
    assert postings(app)[0]["state"] == "delivered"


def test_waits_ten_seconds_for_an_answer_by_default(app: Caller) -> None:
    switch = app.sandbox.control("GET", "switches")["gusto"]["response_limit"]
    assert switch["value"] == "10 s"


@case("gusto", "23c")
def test_case_23c_gives_up_after_sixteen_retries_and_turns_the_subscription_off(
    app: Caller, harbor: Caller, receiver: Receiver
) -> None:
    uuid, _ = subscribe(app, receiver, ["Employee"])
    receiver.received.clear()
    receiver.statuses[:] = [503] * 30
    harbor.person_does("events", "new")
    steer(app, "settle")
    wait_seconds = 4.0
    for _ in range(16):
        next_try(app, wait_seconds + 1)
        wait_seconds *= 2
    (posting,) = postings(app)
    assert len(posting["attempts"]) == 17
    assert posting["state"] == "given up"
    later = app.as_app()
    assert later.get(f"webhook_subscriptions/{uuid}").json()["status"] == "unreachable"
    assert later.get("webhooks/health_check").json()["status"] == "unhealthy"
    receiver.statuses.clear()
    receiver.received.clear()
    harbor.person_does("events", "new")
    assert delivered(app, receiver) == []


def uuids(rows: Any) -> list[str]:
    return [row["uuid"] for row in rows]


@case("gusto", "23d")
def test_case_23d_lists_events_that_nobody_was_sent(
    app: Caller, harbor: Caller, receiver: Receiver
) -> None:
    subscribe(app, receiver, ["Payroll"])
    (fired,) = harbor.person_does("events", "new", event_type="employee.updated")
    assert delivered(app, receiver) == []
    assert app.get("events", event_type="employee.updated").json() == [fired]


def test_lists_events_without_any_subscription(app: Caller, harbor: Caller) -> None:
    assert app.get("webhook_subscriptions").json() == []
    processed = app.get("events", event_type="payroll.processed", limit=100).json()
    state = harbor.company()["payrolls"]
    recent = {event["entity_uuid"] for event in processed}
    assert {harbor.payroll(letter)["uuid"] for letter in "abch"} <= recent
    assert all(state[uuid]["processed"] for uuid in recent)


@case("gusto", "23e")
def test_case_23e_forgets_after_thirty_days(app: Caller, harbor: Caller) -> None:
    (fired,) = harbor.person_does("events", "new", event_type="employee.updated")
    app.sandbox.advance(29 * DAY)
    assert uuids(app.as_app().get("events", event_type="employee.updated").json()) == [
        fired["uuid"]
    ]
    app.sandbox.advance(2 * DAY)
    assert app.as_app().get("events", event_type="employee.updated").json() == []


@case("gusto", "23f")
def test_case_23f_pages_by_a_cursor(app: Caller, harbor: Caller) -> None:
    fired = uuids(harbor.person_does("events", "new", event_type="employee.updated", count=60))
    first = app.get("events", event_type="employee.updated")
    assert first.headers["X-Has-Next-Page"] == "true"
    assert uuids(first.json()) == fired[:25]
    query: dict[str, Any] = {"event_type": "employee.*", "limit": 30}
    second = app.get("events", starting_after_uuid=fired[24], **query)
    assert (second.headers["X-Has-Next-Page"], uuids(second.json())) == ("true", fired[25:55])
    last = app.get("events", starting_after_uuid=fired[54], **query)
    assert (last.headers["X-Has-Next-Page"], uuids(last.json())) == ("false", fired[55:])
    nothing = app.get("events", starting_after_uuid=fired[59], **query)
    assert (nothing.headers["X-Has-Next-Page"], nothing.json()) == ("false", [])
    falling = app.get("events", sort_order="desc", limit=100, event_type="*.updated").json()
    assert uuids(falling) == fired[::-1]


@case("gusto", "23g")
def test_case_23g_refuses_unknown_cursors_and_companies(app: Caller, harbor: Caller) -> None:
    unknown = "11111111-2222-4333-8444-555555555555"
    wrong = app.get("events", starting_after_uuid=unknown)
    assert_refused(wrong, 422, "invalid_parameter", "starting_after_uuid")
    nobody = app.get("events", resource_uuid=unknown)
    assert_refused(nobody, 422, "invalid_parameter", "resource_uuid")
    own = app.get("events", resource_uuid=HARBOR, limit=100).json()
    assert {event["resource_uuid"] for event in own} == {HARBOR}
    assert app.get("events", resource_uuid=CINDER).json() == []


def paid_after(caller: Caller, company: str) -> int:
    """How many payments the feed tells of, two weeks on."""
    caller.connect(company)
    caller.sandbox.advance(14 * DAY)
    return len(caller.as_app().get("events", event_type="payroll.paid", limit=100).json())


@case("gusto", "25")
def test_case_25_tells_of_no_payment_in_demo(stranger: Caller, demo: Caller) -> None:
    assert paid_after(demo, next(iter(demo.state()["companies"]))) == 0
    assert demo.as_app().get("events", event_type="payroll.processed").json() != []


def test_tells_of_payments_on_the_check_date_in_production(stranger: Caller, app: Caller) -> None:
    harbor = stranger.as_company()
    bonus = harbor.payroll("h")["uuid"]

    def paid() -> set[str]:
        rows = stranger.as_app().get("events", event_type="payroll.paid", limit=100).json()
        return {row["entity_uuid"] for row in rows}

    assert bonus not in paid()
    assert harbor.payroll("b")["uuid"] in paid()
    stranger.sandbox.advance(9 * DAY)
    assert bonus in paid()
