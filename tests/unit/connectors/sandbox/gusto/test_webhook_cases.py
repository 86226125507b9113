"""Gusto §7, cases 20 to 22 and 24: the handshake, the signature, and what events are like."""

from __future__ import annotations

import json

import pytest

from tests.unit.connectors.sandbox.gusto.caller import HARBOR, HOOK, Caller, assert_refused
from tests.unit.connectors.sandbox.gusto.hooks import (
    TYPES,
    Receiver,
    create,
    delivered,
    gathered,
    sign,
    sign_in_base64,
    steer,
    subscribe,
    token_of,
    verify,
)

case = pytest.mark.case
VECTOR_TOKEN = "6a1f0c9e-0000-4000-8000-000000000001"
VECTOR_BODY = (
    b'{"uuid":"19c7d7a4-6f3e-4d1b-8a0b-64d1c2f9e7b3","event_type":"payroll.processed",'
    b'"resource_type":"Company","resource_uuid":"6f0c1d3e-2b6a-4c55-9d0e-5b1f7a9c2e10",'
    b'"entity_type":"Payroll","entity_uuid":"0d6f0a52-1c7e-4b0b-9a55-2f5f3f0f8a01",'
    b'"timestamp":1794333731}'
)
VECTOR_DIGEST = "fd1e1b1bcc65e474fedcd0fd2a3c354597e6fd1b39992bad3a957546a474990e"


@case("gusto", "20a")
def test_case_20a_posts_the_token_before_it_answers(app: Caller, receiver: Receiver) -> None:
    answer = create(app)
    # No waiting: the token is there when the answer is.
    (token,) = receiver.tokens()
    assert answer.status_code == 201
    made = answer.json()
    assert set(made) == {"uuid", "url", "status", "subscription_types"}
    assert (made["status"], made["url"], made["subscription_types"]) == ("pending", HOOK, TYPES)
    headers, body = receiver.received[0]
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body) == {"verification_token": token}
    verified = verify(app, made["uuid"], token)
    assert (verified.status_code, verified.json()["status"]) == (200, "verified")


def test_posts_the_token_after_it_answers_and_with_more_when_switched(
    app: Caller, receiver: Receiver
) -> None:
    app.switch("handshake", "after the answer")
    app.switch("handshake_body", "with uuid")
    made = create(app).json()
    steer(app, "settle")
    assert receiver.received == []
    app.sandbox.advance(6)
    steer(app, "settle")
    body = json.loads(receiver.received[0][1])
    assert body["webhook_subscription_uuid"] == made["uuid"]
    assert verify(app, made["uuid"], body["verification_token"]).status_code == 200


@case("gusto", "20b")
def test_case_20b_refuses_a_wrong_token(app: Caller, receiver: Receiver) -> None:
    uuid = create(app).json()["uuid"]
    wrong = verify(app, uuid, "6a1f0c9e-0000-4000-8000-000000000001")
    assert_refused(wrong, 422, "invalid_attribute_value", "base")
    assert wrong.json()["errors"][0]["message"] == "Invalid verification token"
    assert_refused(verify(app, uuid, ""), 422, "invalid_attribute_value", "base")
    assert app.get(f"webhook_subscriptions/{uuid}").json()["status"] == "pending"
    assert verify(app, uuid, token_of(app, receiver)).status_code == 200


@case("gusto", "20c")
def test_case_20c_posts_the_token_again_when_asked(app: Caller, receiver: Receiver) -> None:
    uuid = create(app).json()["uuid"]
    token_of(app, receiver)
    asked = app.get(f"webhook_subscriptions/{uuid}/request_verification_token")
    assert asked.status_code == 200
    assert set(asked.json()) == {"message"}
    steer(app, "settle")
    first, second = receiver.tokens()
    assert first == second


def test_signs_with_the_old_token_until_a_new_one_is_verified(
    app: Caller, harbor: Caller, receiver: Receiver
) -> None:
    uuid, old = subscribe(app, receiver)
    app.switch("requested_token", "new")
    app.get(f"webhook_subscriptions/{uuid}/request_verification_token")
    steer(app, "settle")
    new = receiver.tokens()[-1]
    assert new != old
    for token in (old, new):
        receiver.received.clear()
        harbor.person_does("events", "new")
        delivered(app, receiver)
        ((headers, body),) = receiver.received
        assert headers["X-Gusto-Signature"] == sign(token, body)
        assert verify(app, uuid, new).status_code == 200


@case("gusto", "20d")
def test_case_20d_sends_no_event_before_it_is_verified(
    app: Caller, harbor: Caller, receiver: Receiver
) -> None:
    uuid = create(app).json()["uuid"]
    token = token_of(app, receiver)
    harbor.person_does("events", "new")
    assert delivered(app, receiver) == []
    verify(app, uuid, token)
    harbor.person_does("events", "new")
    assert len(delivered(app, receiver)) == 1


def test_lists_changes_and_deletes_subscriptions(app: Caller, receiver: Receiver) -> None:
    uuid, _ = subscribe(app, receiver)
    (listed,) = app.get("webhook_subscriptions").json()
    assert listed["uuid"] == uuid
    path = f"webhook_subscriptions/{uuid}"
    changed = app.send("PUT", path, json={"subscription_types": ["Payroll"]})
    assert changed.json()["subscription_types"] == ["Payroll"]
    wrong = app.send("PUT", path, json={"subscription_types": ["Weather"]})
    assert_refused(wrong, 422, "invalid_attribute_value", "subscription_types")
    gone = app.send("DELETE", path)
    assert (gone.status_code, gone.content) == (204, b"")
    assert_refused(app.get(path), 404, "not_found")
    assert app.get("webhook_subscriptions").json() == []
    assert_refused(
        create(app, types=["Weather"]), 422, "invalid_attribute_value", "subscription_types"
    )


@case("gusto", "21a")
def test_case_21a_signs_the_raw_body_in_hex(
    app: Caller, harbor: Caller, receiver: Receiver
) -> None:
    assert sign(VECTOR_TOKEN, VECTOR_BODY) == VECTOR_DIGEST
    _, token = subscribe(app, receiver)
    receiver.received.clear()
    harbor.person_does(
        "employees", next(iter(harbor.company()["employees"])), terminate="2030-01-01"
    )
    (event,) = delivered(app, receiver)
    ((headers, body),) = receiver.received
    signature = headers["X-Gusto-Signature"]
    assert signature == sign(token, body)
    assert len(signature) == 64
    assert signature == signature.lower()
    assert signature != sign(token, body + b" ")
    assert signature != sign(VECTOR_TOKEN, body)
    assert headers["Host"] == "connector.example"
    assert list(event) == [
        "uuid",
        "event_type",
        "resource_type",
        "resource_uuid",
        "entity_type",
        "entity_uuid",
        "timestamp",
    ]
    assert event["event_type"] == "employee.terminated"
    assert (event["resource_type"], event["resource_uuid"]) == ("Company", HARBOR)
    assert isinstance(event["timestamp"], int)


def test_signs_in_base64_when_switched(app: Caller, harbor: Caller, receiver: Receiver) -> None:
    _, token = subscribe(app, receiver)
    receiver.received.clear()
    app.switch("signature", "base64")
    harbor.person_does("events", "new")
    delivered(app, receiver)
    ((headers, body),) = receiver.received
    assert headers["X-Gusto-Signature"] == sign_in_base64(token, body)


def test_names_the_header_otherwise_when_switched(
    app: Caller, harbor: Caller, receiver: Receiver
) -> None:
    _, token = subscribe(app, receiver)
    receiver.received.clear()
    app.switch("signature_header", "x_gusto_signature")
    harbor.person_does("events", "new")
    delivered(app, receiver)
    ((headers, body),) = receiver.received
    assert headers["x_gusto_signature"] == sign(token, body)
    assert "X-Gusto-Signature" not in headers


@case("gusto", "21a")
@case("gusto", "21b")
def test_case_21b_writes_bodies_that_nobody_would_write_again(
    app: Caller, harbor: Caller, receiver: Receiver
) -> None:
    _, token = subscribe(app, receiver)
    receiver.received.clear()
    app.switch("event_bytes", "odd")
    (fired,) = harbor.person_does("events", "new")
    (event,) = delivered(app, receiver)
    ((headers, body),) = receiver.received
    assert headers["X-Gusto-Signature"] == sign(token, body)
    assert "Łódź".encode() in body
    assert body != json.dumps(json.loads(body)).encode()
    assert list(event)[:2] == ["references", "timestamp"]
    assert {name: event[name] for name in fired} == fired


@case("gusto", "22a")
def test_case_22a_sends_the_same_event_again_and_out_of_order(
    app: Caller, harbor: Caller, receiver: Receiver
) -> None:
    subscribe(app, receiver)
    receiver.received.clear()
    (first,) = harbor.person_does("events", "new")
    harbor.person_does("events", first["uuid"])
    events = delivered(app, receiver)
    assert [event["uuid"] for event in events] == [first["uuid"]] * 2

    receiver.received.clear()
    steer(app, "pause")
    uuids = [harbor.person_does("events", "new")[0]["uuid"] for _ in range(3)]
    steer(app, "reorder")
    steer(app, "flush")
    assert [event["uuid"] for event in receiver.events()] == uuids[::-1]


@case("gusto", "22b")
def test_case_22b_sends_a_burst_of_a_hundred(
    app: Caller, harbor: Caller, receiver: Receiver
) -> None:
    subscribe(app, receiver)
    receiver.received.clear()
    fired = harbor.person_does("events", "new", event_type="employee.updated", count=100)
    events = delivered(app, receiver)
    assert [event["uuid"] for event in events] == [event["uuid"] for event in fired]
    assert len({event["uuid"] for event in events}) == 100
    # Whole seconds: there are ties.
    assert len({event["timestamp"] for event in events}) <= 3


@case("gusto", "22c")
def test_case_22c_sends_events_of_a_company_that_nobody_knows(
    app: Caller, harbor: Caller, receiver: Receiver
) -> None:
    subscribe(app, receiver)
    receiver.received.clear()
    unknown = "11111111-2222-4333-8444-555555555555"
    harbor.person_does("events", "new", event_type="payroll.processed", resource_uuid=unknown)
    (event,) = delivered(app, receiver)
    assert event["resource_uuid"] == unknown


@case("gusto", "22d")
def test_case_22d_sends_an_event_of_something_that_is_not_there(
    app: Caller, harbor: Caller, receiver: Receiver
) -> None:
    subscribe(app, receiver)
    receiver.received.clear()
    gone = "11111111-2222-4333-8444-666666666666"
    fired = {"event_type": "payroll.processed", "entity_uuid": gone}
    harbor.person_does("events", "new", **fired)
    (event,) = delivered(app, receiver)
    assert event["entity_uuid"] == gone
    assert_refused(harbor.own(f"/payrolls/{gone}"), 404, "not_found")


@case("gusto", "22e")
def test_case_22e_tells_of_a_payroll_before_reads_show_it(
    app: Caller, harbor: Caller, receiver: Receiver
) -> None:
    subscribe(app, receiver)
    receiver.received.clear()
    app.switch("processed_visible", "late")
    uuid = harbor.payroll("next")["uuid"]
    harbor.person_does("payrolls", uuid, process=True)
    told = [event["event_type"] for event in delivered(app, receiver)]
    assert told == ["payroll.submitted", "payroll.processed"]
    assert harbor.read(f"/payrolls/{uuid}")["processed"] is False
    app.sandbox.advance(61)
    assert harbor.read(f"/payrolls/{uuid}")["processed"] is True


def test_sends_only_the_types_asked_for(app: Caller, harbor: Caller, receiver: Receiver) -> None:
    subscribe(app, receiver, types=["Payroll"])
    receiver.received.clear()
    with gathered(app):
        harbor.person_does("events", "new", event_type="employee.updated")
        harbor.person_does("events", "new", event_type="payroll.updated")
        # A company that comes is told of in any case.
        harbor.as_company()
    told = [event["event_type"] for event in receiver.events()]
    assert told == ["payroll.updated", "company.provisioned"]


def test_sends_nothing_of_a_company_that_has_not_let_the_app_in(
    app: Caller, receiver: Receiver
) -> None:
    subscribe(app, receiver)
    receiver.received.clear()
    app.person_does("events", "new")
    assert delivered(app, receiver) == []


@case("gusto", "24")
def test_case_24_refuses_addresses_that_nobody_outside_can_reach(app: Caller) -> None:
    for url in (
        "http://127.0.0.1:8000/hook",
        "https://10.1.2.3/hook",
        "https://192.168.0.9/hook",
        "https://169.254.1.1/hook",
        "https://[::1]/hook",
        "https://localhost/hook",
    ):
        assert_refused(create(app, url), 422, "invalid_attribute_value", "url")
    assert app.get("webhook_subscriptions").json() == []
    assert create(app, "https://no-such-name.connector.example/hook").status_code == 201


def test_takes_them_when_switched_and_never_what_is_no_address(
    app: Caller, receiver: Receiver
) -> None:
    app.switch("private_urls", "accepted")
    assert create(app, f"{receiver.url}/hook").status_code == 201
    steer(app, "settle")
    assert len(receiver.tokens()) == 1
    assert_refused(create(app, "connector"), 422, "invalid_attribute_value", "url")
