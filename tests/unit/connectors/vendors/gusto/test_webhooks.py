"""Notices of Gusto: their signature, whose record they name, and the token that comes first."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import parse_qs

import pytest

from connectors.errors import ContractError
from connectors.signatures import Proof, prove
from connectors.vendor import Delivery, Notice, Subscribed
from connectors.vendors.gusto.client import Client
from connectors.vendors.gusto.subscribing import SUBSCRIBING
from connectors.vendors.gusto.webhooks import WEBHOOKS
from tests.unit.connectors.vendors.gusto.conftest import COMPANY, Vendor, body, refusal

KEY = "6a1f0c9e-0000-4000-8000-000000000001"
TOLD = (
    b'{"uuid":"19c7d7a4-6f3e-4d1b-8a0b-64d1c2f9e7b3","event_type":"payroll.processed",'
    b'"resource_type":"Company","resource_uuid":"6f0c1d3e-2b6a-4c55-9d0e-5b1f7a9c2e10",'
    b'"entity_type":"Payroll","entity_uuid":"0d6f0a52-1c7e-4b0b-9a55-2f5f3f0f8a01",'
    b'"timestamp":1794333731}'
)
# printf '%s' BODY | openssl dgst -sha256 -hmac KEY
SIGNATURE = "fd1e1b1bcc65e474fedcd0fd2a3c354597e6fd1b39992bad3a957546a474990e"
ODD = '{ "entity_uuid" : "é",\n "uuid":"1" }'.encode()
ODD_SIGNATURE = "7d4421a25ddf62ccb7e984c1ba00a939cae7e1ae90811b4e154d242567552960"
SUBSCRIPTIONS = "/v1/webhook_subscriptions"
URL = "https://connector.example/webhooks/gusto/k/"


def delivery(body: bytes, signature: str = "") -> Delivery:
    return Delivery(body, {"x-gusto-signature": signature} if signature else {})


def webhook(**more: Any) -> Any:
    kinds = ["Employee", "Payroll"]
    return {"uuid": "w1", "url": URL, "status": "verified", "subscription_types": kinds, **more}


@pytest.mark.parametrize(("told", "signature"), [(TOLD, SIGNATURE), (ODD, ODD_SIGNATURE)])
def test_proves_the_raw_bytes(told: bytes, signature: str) -> None:
    assert prove(WEBHOOKS, delivery(told, signature), [KEY]) is Proof.VALID
    assert prove(WEBHOOKS, delivery(told, signature), ["another", KEY]) is Proof.VALID
    in_base64 = base64.b64encode(bytes.fromhex(signature)).decode()
    assert prove(WEBHOOKS, delivery(told, in_base64), [KEY]) is Proof.VALID


def test_refuses_another_body_key_or_spelling() -> None:
    assert prove(WEBHOOKS, delivery(TOLD + b" ", SIGNATURE), [KEY]) is Proof.DIFFERS
    assert prove(WEBHOOKS, delivery(TOLD, SIGNATURE), [KEY[:-1] + "2"]) is Proof.DIFFERS
    assert prove(WEBHOOKS, delivery(TOLD, f"sha256={SIGNATURE}"), [KEY]) is Proof.DIFFERS
    assert prove(WEBHOOKS, delivery(TOLD, SIGNATURE.upper()), [KEY]) is Proof.DIFFERS
    assert prove(WEBHOOKS, delivery(TOLD), [KEY]) is Proof.MISSING


def test_names_the_record_and_whose_it_is() -> None:
    assert WEBHOOKS.parse(delivery(TOLD)) == (
        Notice(
            "payroll",
            "0d6f0a52-1c7e-4b0b-9a55-2f5f3f0f8a01",
            event_id="19c7d7a4-6f3e-4d1b-8a0b-64d1c2f9e7b3",
            account_id=COMPANY,
        ),
    )
    assert WEBHOOKS.event(delivery(TOLD)) == "payroll.processed"


@pytest.mark.parametrize(("kind", "named"), [("Employee", ["employee"]), ("Company", [])])
def test_tells_apart_what_is_listened_to(kind: str, named: list[str]) -> None:
    told = json.dumps({**body("event"), "entity_type": kind}).encode()
    assert [notice.kind for notice in WEBHOOKS.parse(delivery(told))] == named


@pytest.mark.parametrize("name", ["uuid", "resource_uuid", "entity_uuid"])
@pytest.mark.parametrize("value", [None, "", 7], ids=["null", "empty", "number"])
def test_does_not_guess_at_a_notice_that_is_not_as_documented(name: str, value: object) -> None:
    with pytest.raises(ContractError, match=name):
        WEBHOOKS.parse(delivery(json.dumps({**body("event"), name: value}).encode()))


@pytest.mark.parametrize("told", [b"", b"[]", b"<xml/>"])
def test_does_not_read_what_is_no_object(told: bytes) -> None:
    with pytest.raises(ContractError):
        WEBHOOKS.parse(delivery(told))


@pytest.mark.parametrize(
    ("told", "secret"),
    [
        ({"verification_token": KEY}, KEY),
        ({"verification_token": KEY, "webhook_subscription_uuid": "w1"}, KEY),
        ({"verification_token": ""}, ""),
        ({"verification_token": "x" * 201}, ""),
        ({"verification_token": 7}, ""),
        (body("event"), ""),
    ],
)
def test_finds_the_token_that_proves_the_address(told: Any, secret: str) -> None:
    assert WEBHOOKS.posted_secret(delivery(json.dumps(told).encode())) == secret


def test_subscribes_the_app_for_people_and_payrolls(vendor: Vendor, client: Client) -> None:
    vendor.lets_the_app_in()
    vendor.answers("POST", SUBSCRIPTIONS, webhook(status="pending"), status=201)
    made = SUBSCRIBING.create(client, URL)
    assert made == Subscribed("w1", URL, "")
    asked = vendor.sent[1]
    assert json.loads(asked.body) == {"url": URL, "subscription_types": ["Employee", "Payroll"]}
    assert asked.headers["Authorization"] == "Bearer app-access"
    assert parse_qs(vendor.sent[0].body.decode()) == {
        "grant_type": ["system_access"],
        "client_id": ["app-1"],
        "client_secret": ["app-secret"],
    }


@pytest.mark.parametrize(("status", "is_the_one"), [(200, True), (422, False)])
def test_shows_gusto_the_token_that_was_posted(
    vendor: Vendor, client: Client, status: int, is_the_one: bool
) -> None:
    vendor.lets_the_app_in()
    answer = webhook() if is_the_one else refusal("invalid_attribute_value", "base")
    vendor.answers("PUT", f"{SUBSCRIPTIONS}/w1/verify", answer, status=status)
    assert SUBSCRIBING.prove is not None
    assert SUBSCRIBING.prove(client, "w1", KEY) is is_the_one
    assert json.loads(vendor.sent[1].body) == {"verification_token": KEY}


def test_has_the_token_posted_once_more(vendor: Vendor, client: Client) -> None:
    vendor.lets_the_app_in()
    path = f"{SUBSCRIPTIONS}/w1/request_verification_token"
    vendor.answers("GET", path, {"message": "m"})
    assert SUBSCRIBING.ask_for_secret is not None
    SUBSCRIBING.ask_for_secret(client, "w1")


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({}, ""),
        ({"status": "pending"}, ""),
        ({"status": "unreachable"}, "no longer sends: it calls the subscription unreachable"),
        ({"status": "removed"}, "no longer sends: it calls the subscription removed"),
        ({"url": "https://elsewhere.example/"}, "another address"),
        ({"subscription_types": ["Employee"]}, "What it tells of was changed"),
    ],
)
def test_says_what_is_wrong_with_a_subscription(
    vendor: Vendor, client: Client, more: dict[str, Any], fault: str
) -> None:
    vendor.lets_the_app_in()
    vendor.answers("GET", f"{SUBSCRIPTIONS}/w1", webhook(**more))
    told = SUBSCRIBING.fault(client, Subscribed("w1", URL))
    assert fault in told
    assert bool(fault) is bool(told)


def test_misses_a_subscription_that_somebody_deleted(vendor: Vendor, client: Client) -> None:
    vendor.lets_the_app_in()
    vendor.answers("GET", f"{SUBSCRIPTIONS}/w1", refusal("not_found"), status=404)
    assert "does not have it" in SUBSCRIBING.fault(client, Subscribed("w1", URL))


def test_deletes_one_that_may_be_gone_already(vendor: Vendor, client: Client) -> None:
    vendor.lets_the_app_in()
    vendor.answers("DELETE", f"{SUBSCRIPTIONS}/w1", status=204)
    vendor.answers("DELETE", f"{SUBSCRIPTIONS}/w1", refusal("not_found"), status=404)
    assert SUBSCRIBING.remove(client, "w1")
    assert SUBSCRIBING.remove(client, "w1")


def test_fetches_the_apps_token_anew_where_it_is_refused(vendor: Vendor, client: Client) -> None:
    vendor.lets_the_app_in()
    vendor.answers("GET", SUBSCRIPTIONS, refusal("invalid_token"), status=401)
    vendor.answers("POST", "/oauth/token", {"access_token": "app-2", "expires_in": 7200})
    vendor.answers("GET", SUBSCRIPTIONS, [webhook()])
    assert SUBSCRIBING.list_own(client) == [Subscribed("w1", URL)]
    assert vendor.sent[3].headers["Authorization"] == "Bearer app-2"
