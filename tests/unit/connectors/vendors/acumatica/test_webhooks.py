"""Push notifications of Acumatica: the one static header, and whom they name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.errors import ContractError
from connectors.signatures import Proof, prove
from connectors.vendor import Delivery, Notice
from connectors.vendors.acumatica.webhooks import WEBHOOKS

ID = "1af4d140-5321-41f2-a2ec-50b67f577c6c"


def push(**more: Any) -> dict[str, Any]:
    return {
        "Inserted": [{"EmployeeID": "EP00000012  ", "Status": "Active"}],
        "Deleted": [],
        "Query": "MLC-Employees",
        "CompanyId": "Northwind",
        "Id": ID,
        "TimeStamp": 639064127829493672,
        "AdditionalInfo": {},
        **more,
    }


def delivery(body: Any, key: str = "") -> Delivery:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Delivery(raw, {"x-ml-connector-key": key} if key else {})


def test_is_proved_by_the_static_header_alone() -> None:
    assert prove(WEBHOOKS, delivery(push(), "key-1"), ["key-1"]) is Proof.VALID
    assert prove(WEBHOOKS, delivery(push(), "key-2"), ["key-1"]) is Proof.DIFFERS
    assert prove(WEBHOOKS, delivery(push()), ["key-1"]) is Proof.MISSING


def test_names_a_changed_record_once() -> None:
    deleted = [{"EmployeeID": "EP00000012", "Status": "Inactive"}, {"EmployeeID": "EP00000013"}]
    event = f"{ID}/MLC-Employees"
    assert WEBHOOKS.parse(delivery(push(Deleted=deleted))) == (
        Notice("employee", "EP00000012", "639064127829493672", event),
        Notice("employee", "EP00000013", "639064127829493672", event),
    )


def test_names_nobody_by_another_inquiry() -> None:
    assert WEBHOOKS.parse(delivery(push(Query="MLC-EmployeeContacts"))) == ()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"<xml/>",
        {},
        push(Inserted={}),
        push(Inserted=["EP00000012"]),
        push(Inserted=[{"Status": "Active"}]),
        push(Id=None),
    ],
)
def test_does_not_guess_at_what_is_not_documented(body: Any) -> None:
    with pytest.raises(ContractError):
        WEBHOOKS.parse(delivery(body))
