"""easy-acumatica, a client written by others, does its ordinary reads and writes of employees.

It builds its models from the stand-in's own swagger.json, so it also judges that document.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from easy_acumatica import AcumaticaClient
from easy_acumatica.exceptions import AcumaticaAuthError, AcumaticaError
from easy_acumatica.odata import F, QueryOptions

from tests.conftest import Sandbox

LEGACY_ID = "EP00000002"


@pytest.fixture
def client(sandbox: Sandbox, tmp_path: Path) -> Iterator[Any]:
    """The client, signed in with its cookie session."""
    made = connect(sandbox, tmp_path)
    yield made
    made.logout()


def connect(sandbox: Sandbox, tmp_path: Path, **more: Any) -> Any:
    """Start the client; its services and models are made at run time, so they have no types."""
    known: dict[str, Any] = {
        "base_url": f"{sandbox.url}/acumatica/northwind.acumatica.com",
        "username": "apiuser",
        "password": "sandbox-password",
        "tenant": "Northwind",
        "auto_load_env": False,
        "rate_limit_calls_per_second": 1000.0,
        "cache_dir": tmp_path,
    }
    return AcumaticaClient(**{**known, **more})


def employees(sandbox: Sandbox) -> Any:
    """The employees as the stand-in knows them."""
    instance = sandbox.state("acumatica")["instances"]["northwind.acumatica.com"]
    return instance["tenants"]["Northwind"]["employees"]


def person(client: Any, reference: str, **settings: str) -> Any:
    """A new employee, made of the client's models."""
    models = client.models
    return models.Employee(
        Status="Active",
        ContactInfo=models.Contact(
            FirstName="Mina",
            LastName="Okafor",
            Email="mina@northwind.example",
            Address=models.Address(City="Austin", Country="US"),
        ),
        EmployeeSettings=models.EmployeeSettings(
            **{
                "EmployeeClass": "EMPSALARY",
                "DepartmentID": "FINANCE",
                "BranchID": "HEADOFFICE",
                "EmployeeRefNbr": reference,
                **settings,
            }
        ),
        EmploymentHistory=[
            models.EmploymentHistoryRecord(
                PositionID="ANALYST", StartDate="2026-02-02", StartReason="New Hire", Active=True
            )
        ],
    )


def test_builds_models_and_services_from_the_contract(client: Any) -> None:
    assert client.endpoint_version == "25.200.001"
    assert client.list_services() == [
        "Account",
        "Employee",
        "FinancialPeriod",
        "Inquiries",
        "JournalTransaction",
        "Ledger",
        "Project",
        "Subaccount",
    ]
    assert {"EmploymentHistoryRecord", "JournalTransactionDetail"} <= set(client.list_models())


def test_reads_lists_and_single_records(client: Any) -> None:
    options = QueryOptions(select=["EmployeeID"], top=2)
    rows = client.employee.get_list(options=options)
    assert [row["EmployeeID"]["value"] for row in rows] == ["EP00000001", LEGACY_ID]
    expanded = QueryOptions(expand=["ContactInfo", "EmploymentHistory"])
    row = client.employee.get_by_keys(EmployeeID=LEGACY_ID, options=expanded)
    assert row["EmploymentHistory"][0]["StartReason"] == {"value": "New Hire"}
    assert client.employee.get_by_id(row["id"])["EmployeeID"] == {"value": LEGACY_ID}


def test_creates_finds_and_changes_an_employee(client: Any, sandbox: Sandbox) -> None:
    options = QueryOptions(select=["EmployeeID"], expand=["ContactInfo", "EmployeeSettings"])
    created = client.employee.put_entity(person(client, "J-1"), options=options)
    assert created["EmployeeID"] == {"value": "EP00000004"}
    by_reference = QueryOptions(filter=F.EmployeeSettings.EmployeeRefNbr == "J-1")
    found = client.employee.get_list(options=by_reference)
    assert [row["EmployeeID"]["value"] for row in found] == ["EP00000004"]
    change = client.models.Employee(
        EmployeeID="EP00000004", ContactInfo=client.models.Contact(Email="okafor@northwind.example")
    )
    client.employee.put_entity(change)
    row = employees(sandbox)["EP00000004"]
    assert row["ContactInfo"]["Email"] == "okafor@northwind.example"
    assert row["ContactInfo"]["Address"]["City"] == "Austin"
    assert len(row["EmploymentHistory"]) == 1
    assert len(employees(sandbox)) == 4


def test_enters_and_releases_a_journal(client: Any, sandbox: Sandbox) -> None:
    models = client.models
    lines = [
        models.JournalTransactionDetail(Account="60100", Subaccount="000000", DebitAmount=12.5),
        models.JournalTransactionDetail(Account="10250", Subaccount="000000", CreditAmount=12.5),
    ]
    options = QueryOptions(select=["Module", "BatchNbr", "Status"], expand=["Details"])
    made = client.journal_transaction.put_entity(
        models.JournalTransaction(Description="J-1", Hold=False, Details=lines), options=options
    )
    assert (made["Status"], len(made["Details"])) == ({"value": "Balanced"}, 2)
    key = models.JournalTransaction(Module="GL", BatchNbr=made["BatchNbr"]["value"])
    client.journal_transaction.invoke_action_release_journal_transaction(
        models.ReleaseJournalTransaction(entity=key)
    )
    sandbox.advance(3)
    tenant = sandbox.state("acumatica")["instances"]["northwind.acumatica.com"]["tenants"]
    (row,) = tenant["Northwind"]["journals"].values()
    assert row["Status"] == "Posted"


def test_understands_refusals(client: Any, sandbox: Sandbox) -> None:
    with pytest.raises(AcumaticaError, match="Inserting  'Employee' record raised"):
        client.employee.put_entity(person(client, "J-2", DepartmentID="ABSENT"))
    with pytest.raises(AcumaticaError, match="No entity satisfies the condition"):
        client.employee.get_by_keys(EmployeeID="EP99999999")
    assert len(employees(sandbox)) == 3


def test_reads_inquiries(client: Any) -> None:
    rows = client.inquiries.MLC_Departments()["value"]
    assert {"DepartmentID": "FINANCE", "Description": "Finance"} in rows
    with pytest.raises(AcumaticaError, match="not exposed via OData"):
        client.inquiries.MLC_EmployeeClasses()


def test_signs_in_again_when_its_session_has_ended(client: Any, sandbox: Sandbox) -> None:
    sandbox.advance(601)
    assert len(client.employee.get_list()) == 3


def test_works_through_the_custom_endpoint(sandbox: Sandbox, tmp_path: Path) -> None:
    made = connect(sandbox, tmp_path, endpoint_name="MLConnector")
    legal = made.models.Department(DepartmentID="LEGAL", Description="Legal")
    made.department.put_entity(legal)
    assert len(made.department.get_list()) == 11
    made.logout()


def test_is_refused_with_a_wrong_password(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(AcumaticaAuthError):
        connect(sandbox, tmp_path, password="guessed")
