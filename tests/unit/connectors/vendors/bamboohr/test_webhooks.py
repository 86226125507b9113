"""Notices of BambooHR: their signature, with the vendor's own order, and whom they name."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from connectors.errors import ContractError
from connectors.signatures import Proof, prove
from connectors.vendor import Delivery, Notice
from connectors.vendors.bamboohr.webhooks import WEBHOOKS

KEY = "5f0c2a9e7d3b4186a1c4e8f0927b6d35"
TIMESTAMP = "1772467451"
UPDATED = (
    b'{"type":"employee.updated","timestamp":"2026-03-02T16:04:11+0000","data":{"companyId":"48213",'
    b'"employeeId":"117","changedFields":["jobTitle","department"]}}'
)
CREATED = (
    b'{"type":"employee.created","timestamp":"2026-03-02T16:04:11Z",'
    b'"data":{"companyId":"48213","employeeId":"118"}}'
)
VECTORS = [
    (UPDATED, "86d5dcf9cc30961cd04e8f3b5c5200a8e087612e6e56b03111c837fe8555b525"),
    (CREATED, "7ea6248316ddad6198b1d383ac8c81bb06e566c9e0aa92f40af5258cb4a1b6ab"),
]


def delivery(
    body: bytes, signature: str = "", timestamp: str = TIMESTAMP, kind: str = "application/json"
) -> Delivery:
    headers = {"content-type": kind}
    if signature:
        headers["x-bamboohr-signature"] = signature
    if timestamp:
        headers["x-bamboohr-timestamp"] = timestamp
    return Delivery(body, headers)


@pytest.mark.parametrize(("body", "signature"), VECTORS)
def test_proves_the_dossiers_vectors(body: bytes, signature: str) -> None:
    assert prove(WEBHOOKS, delivery(body, signature), [KEY]) is Proof.VALID


@pytest.mark.parametrize(("body", "signature"), VECTORS)
def test_refuses_another_body_time_or_key(body: bytes, signature: str) -> None:
    assert prove(WEBHOOKS, delivery(body + b" ", signature), [KEY]) is Proof.DIFFERS
    assert prove(WEBHOOKS, delivery(body, signature, "1772467452"), [KEY]) is Proof.DIFFERS
    assert prove(WEBHOOKS, delivery(body, signature), ["0" * 32]) is Proof.DIFFERS
    assert prove(WEBHOOKS, delivery(body, signature, ""), [KEY]) is Proof.MISSING
    assert prove(WEBHOOKS, delivery(body), [KEY]) is Proof.MISSING


def test_tells_when_it_was_signed() -> None:
    assert WEBHOOKS.signed_at is not None
    assert WEBHOOKS.signed_at(delivery(UPDATED)) == datetime(2026, 3, 2, 16, 4, 11, tzinfo=UTC)
    assert WEBHOOKS.signed_at(delivery(UPDATED, timestamp="tomorrow")) is None


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        (UPDATED, ["117"]),
        (CREATED, ["118"]),
        (b'{"type":"employee.deleted","data":{"companyId":"48213","employeeId":"96"}}', ["96"]),
        (b'{"type":"company.updated","data":{"companyId":"48213"}}', []),
        (b'{"employees":[{"id":"1","action":"Updated"},{"id":2},{"id":"1"}]}', ["1", "2"]),
    ],
)
def test_names_whom_to_read_afresh(body: bytes, ids: list[str]) -> None:
    assert WEBHOOKS.parse(delivery(body)) == tuple(Notice("employee", id_) for id_ in ids)


def test_reads_the_form_style() -> None:
    body = (
        b"type=employee.updated&data%5BcompanyId%5D=48213&data%5BemployeeId%5D=117"
        b"&data%5BchangedFields%5D%5B0%5D=jobTitle"
    )
    form = "application/x-www-form-urlencoded"
    assert WEBHOOKS.parse(delivery(body, kind=form)) == (Notice("employee", "117"),)
    other = body.replace(b"employee.updated", b"company.updated")
    assert WEBHOOKS.parse(delivery(other, kind=form)) == ()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<xml/>",
        b"[]",
        b"{}",
        json.dumps({"type": "employee.updated", "data": {}}).encode(),
        json.dumps({"employees": [{"action": "Updated"}]}).encode(),
    ],
)
def test_does_not_guess_at_a_notice_that_is_not_as_documented(body: bytes) -> None:
    with pytest.raises(ContractError):
        WEBHOOKS.parse(delivery(body))
