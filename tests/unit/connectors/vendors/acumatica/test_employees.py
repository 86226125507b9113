"""Reading Acumatica's employees: the calls that are made, and pages that shift or repeat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from connectors.errors import ContractError, Effect, RetryableError
from connectors.transport import Door
from connectors.vendor import OAuthApp
from connectors.vendors.acumatica import VENDOR
from connectors.vendors.acumatica.client import Client
from connectors.vendors.acumatica.employees import (
    EmployeeDraft,
    create_employee,
    find_employees,
    get_employee,
    list_employees,
    update_employee,
)
from tests.grants import account
from tests.unit.connectors.vendors.acumatica.answers import body
from tests.unit.connectors.vendors.acumatica.test_records import MINA

URL = "https://erp.acme.example/Acumatica/entity/Default/24.200.001/Employee"
CONFIG = {"instance_url": "https://erp.acme.example/Acumatica", "version": "24.200.001"}


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as requests_mock:
        yield requests_mock


@pytest.fixture
def client() -> Iterator[Client]:
    door = Door(sleep=lambda seconds: None)
    app = OAuthApp("88358B02@Company", "secret")
    opened: Client = VENDOR.open(door, account(CONFIG, app=app))
    yield opened
    opened.close()


def row(number: int) -> dict[str, Any]:
    return {"EmployeeID": {"value": f"EP{number:08}"}, "EmploymentHistory": []}


def queries(mock: responses.RequestsMock) -> list[dict[str, list[str]]]:
    return [parse_qs(urlsplit(call.request.url or "").query) for call in mock.calls]


def test_reads_an_employee_with_nothing_that_is_not_used(
    mock: responses.RequestsMock, client: Client
) -> None:
    mock.add("GET", f"{URL}/EP00000012", json=body("employee"))
    assert get_employee(client, "EP00000012") == MINA
    (query,) = queries(mock)
    assert query["$expand"] == ["ContactInfo,EmployeeSettings,EmploymentHistory"]
    assert "ContactInfo/Email" in query["$select"][0].split(",")
    assert not any("Address" in name or "Birth" in name for name in query["$select"])


@pytest.mark.parametrize("employee_id", ["EP/12", "EP|12"])
def test_finds_an_employee_whose_number_fits_no_address(
    mock: responses.RequestsMock, client: Client, employee_id: str
) -> None:
    known = {**body("employee"), "EmployeeID": {"value": employee_id}}
    mock.add("GET", URL, json=[row(1), known])
    found = get_employee(client, employee_id)
    assert found is not None
    assert found.employee_id == employee_id
    assert queries(mock)[0]["$filter"] == [f"EmployeeID eq '{employee_id}'"]


def test_asks_for_all_signs_of_a_person_in_one_read(
    mock: responses.RequestsMock, client: Client
) -> None:
    mock.add("GET", URL, json=[body("employee")])
    found = find_employees(
        client, reference="BHR-northwind-1", email="a' or 'b", last_name="O'Neil"
    )
    assert found == (MINA,)
    assert queries(mock)[0]["$filter"] == [
        "EmployeeSettings/EmployeeRefNbr eq 'BHR-northwind-1' or "
        "ContactInfo/Email eq 'a'' or ''b' or ContactInfo/LastName eq 'O''Neil'"
    ]


def test_reads_pages_that_overlap_and_gives_each_employee_once(
    mock: responses.RequestsMock, client: Client
) -> None:
    mock.add("GET", URL, json=[row(number) for number in range(500)])
    mock.add("GET", URL, json=[row(number) for number in range(490, 700)])
    first, second = list_employees(client)
    assert [employee.employee_id for employee in second] == [
        f"EP{number:08}" for number in range(500, 700)
    ]
    assert len(first) == 500
    assert [(query["$top"], query["$skip"]) for query in queries(mock)] == [
        (["500"], ["0"]),
        (["500"], ["490"]),
    ]


def test_does_not_take_the_same_page_again_for_the_whole_list(
    mock: responses.RequestsMock, client: Client
) -> None:
    mock.add("GET", URL, json=[row(number) for number in range(500)])
    pages = list_employees(client)
    assert len(next(pages)) == 500
    with pytest.raises(ContractError, match="same employees again"):
        next(pages)


def test_does_not_look_through_the_list_when_the_instance_only_failed(
    mock: responses.RequestsMock, client: Client
) -> None:
    mock.add("GET", URL, status=500, body="<html>Server Error</html>")
    with pytest.raises(RetryableError):
        find_employees(client, reference="x")
    assert len(mock.calls) == 1


def test_creates_by_its_reference_and_changes_only_what_exists(
    mock: responses.RequestsMock, client: Client
) -> None:
    mock.add("PUT", URL, json=body("employee"))
    draft = EmployeeDraft("BHR-northwind-1042", last_name="Okafor", first_name="Min")
    employee = create_employee(client, draft)
    update_employee(client, employee, draft)
    create, update = (call.request for call in mock.calls)
    assert queries(mock)[0]["$filter"] == [
        "EmployeeSettings/EmployeeRefNbr eq 'BHR-northwind-1042'"
    ]
    assert "If-None-Match" not in create.headers
    assert "$filter" not in queries(mock)[1]
    assert update.headers["If-Match"] == "*"
    assert all("$select" in query and "$expand" in query for query in queries(mock))


@pytest.mark.parametrize("content", ["", "<html>Sign In</html>", "[]", '{"EmployeeID":{}}'])
def test_knows_nothing_of_a_write_whose_answer_is_none(
    mock: responses.RequestsMock, client: Client, content: str
) -> None:
    mock.add("PUT", URL, body=content)
    with pytest.raises(ContractError) as caught:
        create_employee(client, EmployeeDraft("BHR-northwind-1042", last_name="Okafor"))
    assert caught.value.effect is Effect.UNKNOWN
    assert len(mock.calls) == 1
