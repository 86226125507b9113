"""PyBambooHR, a client written by others, does its ordinary reads (old URLs, XML tables)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from PyBambooHR import PyBambooHR
from requests import HTTPError

from tests.conftest import Sandbox


def connect(sandbox: Sandbox, key: str) -> Any:
    """The client, led to the sandbox; it has no types."""
    client = PyBambooHR.PyBambooHR(subdomain="northwind", api_key=key, only_current=True)
    host = f"{sandbox.url}/bamboohr/api.bamboohr.com"
    client.base_url = f"{host}/api/gateway.php/northwind/v1/"
    return client


@pytest.fixture
def company(sandbox: Sandbox) -> Any:
    """What the stand-in knows of Northwind."""
    return sandbox.state("bamboohr")["companies"]["northwind"]


@pytest.fixture
def client(sandbox: Sandbox, company: Any) -> Any:
    """The client with the administrator's key."""
    return connect(sandbox, next(iter(company["api_keys"])))


def test_reads_an_employee(client: Any, company: Any) -> None:
    person = company["employees"]["117"]
    fields = ["first_name", "lastName", "workEmail", "department", "hireDate"]
    shown = client.get_employee("117", fields)
    assert shown == {
        "id": "117",
        "firstName": person["firstName"],
        "lastName": person["lastName"],
        "workEmail": person["workEmail"],
        "department": person["department"],
        "hireDate": person["hireDate"],
    }
    everything = client.get_employee("117")
    assert everything["jobTitle"] == person["jobTitle"]
    with pytest.raises(HTTPError, match="404"):
        client.get_employee("9999", ["firstName"])


def test_reads_the_directory(client: Any, company: Any) -> None:
    active = [key for key, row in company["employees"].items() if row["status"] == "Active"]
    assert [row["id"] for row in client.get_employee_directory()] == active


def test_reads_tables(client: Any, company: Any) -> None:
    # It reads tables as XML although it asks for JSON everywhere.
    client.headers = {}
    rows = client.get_tabular_data("jobInfo")
    assert set(rows) == set(company["employees"])
    history = company["employees"]["117"]["history"]["jobInfo"]
    shown = client.get_tabular_data("jobInfo", "117")["117"]
    assert {row["row_id"] for row in shown} == {row["id"] for row in history}
    assert shown[0]["department"] in {row["department"] for row in history}
    tables = client.get_meta_tables()
    assert [table["alias"] for table in tables] == ["jobInfo", "employmentStatus"]
    assert tables[0]["field"][0]["alias"] == "date"


def test_reads_changes(client: Any, company: Any) -> None:
    since = datetime(2011, 6, 5)
    changes = client.get_employee_changes(since)
    assert set(changes["employees"]) == set(company["employees"])
    assert client.get_employee_changes(since, "deleted")["employees"] == []
    table = client.get_employee_changed_table("employmentStatus", since)
    assert table["table"] == "employmentStatus"
    assert len(table["employees"]) == 120


def test_reads_what_the_account_consists_of(client: Any, company: Any) -> None:
    assert "department" in [row.get("alias") for row in client.get_meta_fields()]
    lists = client.get_meta_lists()
    assert [row["alias"] for row in lists] == list(company["lists"])
    assert set(client.get_meta_users()) == set(company["users"])


def test_asks_for_a_report_in_xml(client: Any, company: Any) -> None:
    report = client.request_custom_report(["firstName", "status"], report_format="json")
    shown = {row["id"]: row["status"] for row in report["employees"]}
    assert shown == {key: row["status"] for key, row in company["employees"].items()}
    changed = client.request_custom_report(
        ["firstName"], report_format="json", last_changed=datetime(2099, 1, 1)
    )
    assert changed["employees"] == []


def test_hires_in_xml(client: Any, sandbox: Sandbox) -> None:
    made = client.add_employee({"first_name": "Ada", "last_name": "Hopperton"})
    employees = sandbox.state("bamboohr")["companies"]["northwind"]["employees"]
    (new,) = [row for row in employees.values() if row["lastName"] == "Hopperton"]
    assert made["id"].endswith(new["id"])
    client.update_employee(new["id"], {"workEmail": "ada@northwind.example"})
    assert client.get_employee(new["id"], ["workEmail"])["workEmail"] == "ada@northwind.example"


def test_is_refused_with_a_wrong_key(sandbox: Sandbox) -> None:
    with pytest.raises(HTTPError, match="401"):
        connect(sandbox, "f" * 40).get_employee_directory()
