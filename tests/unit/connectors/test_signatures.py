"""Whether a delivery comes from the vendor."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from connectors.signatures import NoSecretError, Proof, age, prove
from connectors.vendor import Delivery, Webhooks

KEY = "5f0c2a9e7d3b4186a1c4e8f0927b6d35"
TIMESTAMP = "1772467451"
BODY = (
    b'{"type":"employee.updated","timestamp":"2026-03-02T16:04:11+0000","data":{"companyId":"48213",'
    b'"employeeId":"117","changedFields":["jobTitle","department"]}}'
)
SIGNATURE = "86d5dcf9cc30961cd04e8f3b5c5200a8e087612e6e56b03111c837fe8555b525"


def body_and_time(delivery: Delivery) -> Sequence[bytes]:
    time = delivery.headers.get("x-time", "")
    return [delivery.body + time.encode()] if time else []


def time_of(delivery: Delivery) -> datetime:
    return datetime.fromtimestamp(int(delivery.headers["x-time"]), UTC)


TIMED = Webhooks("x-signature", body_and_time, parse=lambda delivery: (), signed_at=time_of)
PLAIN = Webhooks(
    "x-signature", lambda one: [one.body, one.body + b"!"], lambda one: (), encoding="base64"
)
EITHER = Webhooks(
    "x-signature", lambda one: [one.body], lambda one: (), other_encodings=("base64",)
)
STATIC = Webhooks("x-key", lambda delivery: [b""], lambda delivery: (), digest="none")


def delivery(body: bytes = BODY, **headers: str) -> Delivery:
    return Delivery(body, {name.replace("_", "-"): value for name, value in headers.items()})


def test_accepts_the_other_spelling_only_where_it_is_declared() -> None:
    digest = hmac.digest(KEY.encode(), BODY, "sha256")
    in_hex, in_base64 = digest.hex(), base64.b64encode(digest).decode()
    hex_only = Webhooks("x-signature", lambda one: [one.body], lambda one: ())
    for spelled in (in_hex, in_base64):
        assert prove(EITHER, delivery(x_signature=spelled), [KEY]) is Proof.VALID
    assert prove(hex_only, delivery(x_signature=in_base64), [KEY]) is Proof.DIFFERS
    assert prove(EITHER, delivery(BODY + b" ", x_signature=in_base64), [KEY]) is Proof.DIFFERS


def test_accepts_a_published_vector() -> None:
    signed = delivery(x_signature=SIGNATURE, x_time=TIMESTAMP)
    assert prove(TIMED, signed, [KEY]) is Proof.VALID


@pytest.mark.parametrize(
    "changed",
    [
        delivery(BODY + b" ", x_signature=SIGNATURE, x_time=TIMESTAMP),
        delivery(x_signature=SIGNATURE, x_time="1772467452"),
        delivery(x_signature=SIGNATURE.upper(), x_time=TIMESTAMP),
        delivery(x_signature=SIGNATURE[:-1], x_time=TIMESTAMP),
        delivery(x_signature="sch\u00f6n", x_time=TIMESTAMP),
        delivery(x_signature=base64.b64encode(bytes.fromhex(SIGNATURE)).decode(), x_time=TIMESTAMP),
    ],
)
def test_refuses_what_differs(changed: Delivery) -> None:
    assert prove(TIMED, changed, [KEY]) is Proof.DIFFERS


def test_refuses_another_secret() -> None:
    signed = delivery(x_signature=SIGNATURE, x_time=TIMESTAMP)
    assert prove(TIMED, signed, [KEY[::-1]]) is Proof.DIFFERS


@pytest.mark.parametrize(
    "unsigned",
    [
        delivery(),
        delivery(x_time=TIMESTAMP),
        delivery(x_signature=SIGNATURE),
        delivery(x_signature="  ", x_time=TIMESTAMP),
    ],
)
def test_tells_missing_from_differing(unsigned: Delivery) -> None:
    assert prove(TIMED, unsigned, [KEY]) is Proof.MISSING


def test_accepts_both_secrets_while_one_is_being_replaced() -> None:
    signed = delivery(x_signature=SIGNATURE, x_time=TIMESTAMP)
    assert prove(TIMED, signed, ["new", KEY]) is Proof.VALID
    assert prove(TIMED, signed, [KEY, "new"]) is Proof.VALID


def test_accepts_any_of_the_declared_texts_in_base64() -> None:
    for text in (BODY, BODY + b"!"):
        digest = hmac.new(b"k\xc3\xa4y", text, hashlib.sha256).digest()
        signed = delivery(x_signature=f" {base64.b64encode(digest).decode()} ")
        assert prove(PLAIN, signed, ["käy"]) is Proof.VALID


def test_compares_a_static_header() -> None:
    assert prove(STATIC, delivery(x_key="s3cret"), ["s3cret"]) is Proof.VALID
    assert prove(STATIC, delivery(x_key="s3cre"), ["s3cret"]) is Proof.DIFFERS
    assert prove(STATIC, delivery(), ["s3cret"]) is Proof.MISSING


@pytest.mark.parametrize("secrets", [[], [""], [KEY, ""]])
def test_concludes_nothing_without_a_secret(secrets: list[str]) -> None:
    with pytest.raises(NoSecretError):
        prove(TIMED, delivery(x_signature=SIGNATURE, x_time=TIMESTAMP), secrets)


def test_says_how_old_a_signed_time_is() -> None:
    signed = delivery(x_time=TIMESTAMP)
    now = datetime(2026, 3, 2, 16, 4, 11, tzinfo=UTC)
    assert age(TIMED, signed, now + timedelta(hours=49)) == timedelta(hours=49)
    assert age(TIMED, signed, now - timedelta(seconds=5)) == timedelta(seconds=-5)
    assert age(PLAIN, signed, now) is None


def test_shows_nothing_of_a_delivery() -> None:
    assert repr(delivery(x_key="s3cret")) == "Delivery()"
