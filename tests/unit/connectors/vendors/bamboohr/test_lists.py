"""BambooHR's lists: reading them, and adding values that are not there yet."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.errors import ConfigurationError, ContractError, Effect, RecordError
from connectors.vendor import TermValue
from connectors.vendors.bamboohr.client import Client
from connectors.vendors.bamboohr.lists import ensure_options, read_list
from tests.unit.connectors.vendors.bamboohr.conftest import Vendor, body

LISTS = "/api/v1/meta/lists"
DEPARTMENTS = f"{LISTS}/4"
TAKEN = {"body": "<list fieldId='4'/>", "content_type": "text/xml"}


def departments(*options: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "fieldId": "4",
            "alias": "department",
            "name": "Department",
            "manageable": "yes",
            "options": list(options),
        }
    ]


def sent(vendor: Vendor) -> Any:
    (put,) = [request for request in vendor.sent if request.method == "PUT"]
    return json.loads(put.body)


def test_reads_a_list_by_its_alias_with_archived_values_marked(
    vendor: Vendor, client: Client
) -> None:
    vendor.answers("GET", LISTS, body("lists"))
    assert read_list(client, "department") == (
        TermValue("Finance", "Finance"),
        TermValue("Typing Pool", "Typing Pool", is_active=False),
    )


def test_says_which_list_is_not_shown(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", LISTS, body("lists"))
    with pytest.raises(ConfigurationError, match="division"):
        read_list(client, "division")


def test_sends_nothing_when_all_values_are_there(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", LISTS, body("lists"))
    terms = ensure_options(client, "department", [" finance "])
    assert TermValue("Finance", "Finance") in terms
    assert [call.split()[0] for call in vendor.calls] == ["GET"]


def test_adds_what_is_missing_and_brings_an_archived_value_back_in_one_call(
    vendor: Vendor, client: Client
) -> None:
    before = body("lists")
    vendor.answers("GET", LISTS, before)
    vendor.answers("PUT", DEPARTMENTS, **TAKEN)
    vendor.answers(
        "GET",
        LISTS,
        departments(
            {"id": 18251, "name": "Finance", "archived": "no"},
            {"id": 18260, "name": "Typing Pool", "archived": "no"},
            {"id": 18300, "name": "Field Operations", "archived": "no"},
        ),
    )
    terms = ensure_options(
        client, "department", ["Finance", "TYPING POOL", " Field Operations", "field operations"]
    )
    assert sent(vendor) == {
        "options": [{"id": 18260, "archived": "no"}, {"value": "Field Operations"}]
    }
    assert [term.key for term in terms] == ["Finance", "Typing Pool", "Field Operations"]
    (put,) = [request for request in vendor.sent if request.method == "PUT"]
    assert put.headers["Content-Type"] == "application/json"


def test_accepts_a_value_that_somebody_else_added_meanwhile(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", LISTS, departments())
    vendor.answers("PUT", DEPARTMENTS, status=409)
    vendor.answers("GET", LISTS, departments({"id": 1, "name": "Legal", "archived": "no"}))
    assert ensure_options(client, "department", ["Legal"]) == (TermValue("Legal", "Legal"),)


def test_holds_a_value_that_is_refused_as_double_and_not_shown(
    vendor: Vendor, client: Client
) -> None:
    vendor.answers("GET", LISTS, departments())
    vendor.answers("PUT", DEPARTMENTS, status=409)
    vendor.answers("GET", LISTS, departments())
    with pytest.raises(RecordError) as caught:
        ensure_options(client, "department", ["Legal"])
    assert caught.value.effect is Effect.NONE


def test_does_not_believe_a_value_that_was_taken_and_is_not_shown(
    vendor: Vendor, client: Client
) -> None:
    vendor.answers("GET", LISTS, departments())
    vendor.answers("PUT", DEPARTMENTS, **TAKEN)
    vendor.answers("GET", LISTS, departments())
    with pytest.raises(ContractError) as caught:
        ensure_options(client, "department", ["Legal"])
    assert caught.value.effect is Effect.UNKNOWN


def test_does_not_send_to_a_list_that_may_not_be_edited(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", LISTS, body("lists"))
    with pytest.raises(ConfigurationError, match="may not be edited"):
        ensure_options(client, "location", ["Tampere"])
    assert [call.split()[0] for call in vendor.calls] == ["GET"]
