"""Case 19: push notifications."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.connectors.sandbox.acumatica.conftest import (
    LEGACY_ID,
    Erp,
    Receiver,
    wrapped,
)

HEADER = {"header_name": "X-Connector-Key", "header_value": "sandbox-push-secret"}


def subscribe(erp: Erp, receiver: Receiver, *queries: str) -> None:
    """Set up push notifications of these queries."""
    for query in queries:
        erp.control("push_notifications", query, query=query, url=receiver.url, **HEADER)


def pushed(erp: Erp, receiver: Receiver) -> list[Any]:
    """What has arrived, everything sent."""
    erp.sandbox.control("POST", "webhooks", {"vendor": "acumatica", "action": "flush"})
    return [json.loads(body) for _, body in receiver.posts]


@pytest.mark.case("acumatica", "19a")
def test_case_19_tells_what_was_inserted_and_deleted(erp: Erp, receiver: Receiver) -> None:
    subscribe(erp, receiver, "MLC-Departments")
    erp.control("departments", "LEGAL", Description="Legal")
    erp.control("departments", "LEGAL", Description="Legal Affairs")
    erp.sandbox.control("DELETE", "acumatica/departments/LEGAL")
    inserted, updated, deleted = pushed(erp, receiver)
    old = {"DepartmentID": "LEGAL", "Description": "Legal"}
    new = {"DepartmentID": "LEGAL", "Description": "Legal Affairs"}
    assert (inserted["Inserted"], inserted["Deleted"]) == ([old], [])
    assert (updated["Inserted"], updated["Deleted"]) == ([new], [old])
    assert (deleted["Inserted"], deleted["Deleted"]) == ([], [new])


def test_pushes_in_the_vendors_shape(erp: Erp, receiver: Receiver) -> None:
    subscribe(erp, receiver, "MLC-Employees")
    row = erp.create()
    (body,) = pushed(erp, receiver)
    assert list(body) == [
        "Inserted",
        "Deleted",
        "Query",
        "CompanyId",
        "Id",
        "TimeStamp",
        "AdditionalInfo",
    ]
    assert (body["Query"], body["CompanyId"]) == ("MLC-Employees", "Northwind")
    columns = body["Inserted"][0]
    assert columns.pop("EPEmployee_lastModifiedDateTime").count("T") == 1
    assert columns == {
        "EmployeeID": row["EmployeeID"],
        "EmployeeName": "Mina Okafor",
        "Status": "Active",
        "Department": "FINANCE",
    }


@pytest.mark.case("acumatica", "19b")
def test_case_19_gives_all_queries_of_a_transaction_its_id(erp: Erp, receiver: Receiver) -> None:
    subscribe(erp, receiver, "MLC-Employees", "MLC-EmployeeContacts", "MLC-Departments")
    row = erp.create()
    erp.update(row, {"EmployeeSettings": wrapped(DepartmentID="SALES")})
    bodies = pushed(erp, receiver)
    queries = [body["Query"] for body in bodies]
    assert queries == ["MLC-Employees", "MLC-EmployeeContacts", "MLC-Employees"]
    first, second, third = [body["Id"] for body in bodies]
    assert first == second
    assert third != first


@pytest.mark.case("acumatica", "19c")
def test_case_19_tries_five_times(erp: Erp, receiver: Receiver) -> None:
    subscribe(erp, receiver, "MLC-Departments")
    receiver.status = 400
    erp.control("departments", "LEGAL", Description="Legal")
    for _ in range(7):
        pushed(erp, receiver)
        erp.sandbox.advance(3600)
    assert len(receiver.posts) == 5
    assert len({body for _, body in receiver.posts}) == 1
    (delivery,) = erp.sandbox.control("GET", "webhooks?vendor=acumatica")
    assert delivery["state"] == "given up"


@pytest.mark.case("acumatica", "19d")
def test_case_19_carries_one_static_header(erp: Erp, receiver: Receiver) -> None:
    subscribe(erp, receiver, "MLC-Departments")
    erp.control("departments", "LEGAL", Description="Legal")
    pushed(erp, receiver)
    headers, _ = receiver.posts[0]
    assert headers["X-Connector-Key"] == "sandbox-push-secret"
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    erp.control("push_notifications", "MLC-Departments", header_value="another")
    erp.control("departments", "LEGAL", Description="Legal Affairs")
    pushed(erp, receiver)
    assert receiver.posts[1][0]["X-Connector-Key"] == "another"
    erp.control("push_notifications", "MLC-Departments", header_name="")
    erp.control("departments", "LEGAL", Description="Law")
    pushed(erp, receiver)
    assert "X-Connector-Key" not in receiver.posts[2][0]


@pytest.mark.case("acumatica", "19e")
def test_case_19_tells_the_order_though_it_arrives_otherwise(erp: Erp, receiver: Receiver) -> None:
    subscribe(erp, receiver, "MLC-Departments")
    erp.sandbox.control("POST", "webhooks", {"vendor": "acumatica", "action": "pause"})
    for text in ("Legal", "Legal Affairs", "Law"):
        erp.sandbox.advance(1)
        erp.control("departments", "LEGAL", Description=text)
    for action in ("reorder", "duplicate"):
        erp.sandbox.control("POST", "webhooks", {"vendor": "acumatica", "action": action})
    bodies = pushed(erp, receiver)
    told = [body["Inserted"][0]["Description"] for body in bodies]
    assert told == ["Law", "Legal Affairs", "Legal"] * 2
    stamps = {body["Inserted"][0]["Description"]: body["TimeStamp"] for body in bodies}
    assert sorted(stamps, key=lambda text: stamps[text]) == ["Legal", "Legal Affairs", "Law"]
    assert len(set(stamps.values())) == 3
    assert stamps["Legal"] > 638_000_000_000_000_000


def test_stays_silent_where_no_column_changes(erp: Erp, receiver: Receiver) -> None:
    subscribe(erp, receiver, "MLC-EmployeeContacts")
    erp.control("employees", LEGACY_ID, Status="On Hold")
    assert pushed(erp, receiver) == []
