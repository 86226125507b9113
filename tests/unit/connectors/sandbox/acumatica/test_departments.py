"""Case 13: departments: not in Default, in the customer's endpoint, over OData, or nowhere."""

from __future__ import annotations

import pytest

from tests.unit.connectors.sandbox.acumatica.conftest import (
    CUSTOM,
    DEFAULT,
    DEPARTMENT,
    Erp,
    wrapped,
)

DAC = "/t/Northwind/api/odata/dac/PX_Objects_EP_EPDepartment"
INQUIRY = "/t/Northwind/api/odata/gi/MLC-Departments"
HIDDEN = "/t/Northwind/api/odata/gi/MLC-EmployeeClasses"
NAMES = {
    "FINANCE": "Finance",
    "ENGINEER": "Engineering",
    "SALES": "Sales",
    "MARKETING": "Marketing",
    "PEOPLE": "People",
    "SUPPORT": "Customer Support",
    "OPERATIONS": "Operations",
    "WAREHOUSE": "Warehouse",
    "ADMIN": "Administration",
    "FIELD": "Field Services",
}


@pytest.mark.case("acumatica", "13a")
def test_case_13_has_no_departments_in_the_default_endpoint(erp: Erp) -> None:
    for version in ("24.200.001", "25.200.001"):
        assert erp.get(f"/entity/Default/{version}/Department").status_code == 404
    assert erp.get(DEPARTMENT).status_code == 200


def test_lists_departments_through_the_custom_endpoint(erp: Erp) -> None:
    rows = erp.get(DEPARTMENT, select="DepartmentID,Description").json()
    found = {row["DepartmentID"]["value"]: row["Description"]["value"] for row in rows}
    assert found == NAMES
    assert (
        erp.put(DEPARTMENT, wrapped(DepartmentID="LEGAL", Description="Legal")).status_code == 200
    )
    refused = erp.put(DEPARTMENT, wrapped(DepartmentID="L" * 31, Description="Too long"))
    assert refused.status_code == 422
    assert "LEGAL" in erp.tenant()["departments"]


@pytest.mark.parametrize("entity", ["Position", "EmployeeClass", "Branch"])
def test_lists_what_else_employees_point_to(erp: Erp, entity: str) -> None:
    assert len(erp.get(f"{CUSTOM}/{entity}").json()) >= 3


@pytest.mark.case("acumatica", "13b")
def test_case_13_inherits_the_default_entities_in_the_custom_endpoint(erp: Erp) -> None:
    rows = erp.get(f"{CUSTOM}/Employee", select="EmployeeID").json()
    assert len(rows) == 3
    assert erp.get(f"{CUSTOM}/Ledger", expand="Branches").status_code == 200


def test_lists_branches_through_the_ledger(erp: Erp) -> None:
    ledger = erp.get(f"{DEFAULT}/Ledger/ACTUAL", expand="Branches,Companies").json()
    branches = [row["BranchID"]["value"] for row in ledger["Branches"]]
    assert branches == ["HEADOFFICE", "WEST", "EAST"]
    company = {"Company": {"value": "OTHER"}, "Active": {"value": True}}
    written = {"id": ledger["id"], "LedgerID": {"value": "ACTUAL"}, "Companies": [company]}
    assert erp.put(f"{DEFAULT}/Ledger", written).status_code == 200
    assert len(erp.tenant()["ledgers"]["ACTUAL"]["Companies"]) == 1


@pytest.mark.case("acumatica", "13c")
def test_case_13_answers_plain_rows_over_odata(erp: Erp) -> None:
    answer = erp.get(DAC, select="DepartmentID,Description")
    assert answer.status_code == 200
    body = answer.json()
    base = "https://northwind.acumatica.com/t/Northwind/api/odata/dac/$metadata"
    context = f"{base}#PX_Objects_EP_EPDepartment(DepartmentID,Description)"
    assert body["@odata.context"] == context
    assert {row["DepartmentID"]: row["Description"] for row in body["value"]} == NAMES
    found = erp.get(INQUIRY, filter="contains(Description,'ield') or DepartmentID eq 'SALES'")
    assert found.json()["value"] == [
        {"DepartmentID": "FIELD", "Description": "Field Services"},
        {"DepartmentID": "SALES", "Description": "Sales"},
    ]


@pytest.mark.case("acumatica", "13d")
def test_case_13_refuses_odata_without_rights(erp: Erp) -> None:
    assert erp.get(HIDDEN).status_code == 403
    assert erp.get(DAC).status_code == 200
    erp.control("users", "apiuser", forbidden_forms=["SM208000"])
    assert erp.get(DAC).status_code == 403
    assert erp.get(DEPARTMENT).status_code == 200
    erp.control("users", "apiuser", forbidden_forms=[])
    erp.sandbox.switch("acumatica", "departments_through", "nothing")
    assert erp.get(DAC).status_code == 403


@pytest.mark.case("acumatica", "13e")
def test_case_13_knows_no_other_tenant_or_name_over_odata(erp: Erp) -> None:
    for path in (
        DAC.replace("Northwind", "northwind"),
        DAC.replace("Northwind", "Training"),
        f"{DAC}s",
        INQUIRY.replace("MLC-", ""),
    ):
        assert erp.get(path).status_code == 404
    assert erp.get(INQUIRY).status_code == 200


def test_takes_name_and_password_over_odata(stranger: Erp) -> None:
    right = {"Authorization": "Basic YXBpdXNlcjpzYW5kYm94LXBhc3N3b3Jk"}
    assert stranger.get(INQUIRY, headers=right).status_code == 200
    assert stranger.get(INQUIRY).status_code == 401
    wrong = {"Authorization": "Basic YXBpdXNlcjpndWVzc2Vk"}
    assert stranger.get(INQUIRY, headers=wrong).status_code == 401


def test_reaches_departments_as_the_switch_says(erp: Erp) -> None:
    erp.sandbox.switch("acumatica", "departments_through", "odata")
    assert erp.get(DEPARTMENT).status_code == 404
    assert erp.get(DAC).status_code == 200
    erp.sandbox.switch("acumatica", "departments_through", "inquiry")
    assert [erp.get(path).status_code for path in (DEPARTMENT, DAC, INQUIRY)] == [404, 404, 200]
    erp.sandbox.switch("acumatica", "departments_through", "nothing")
    assert erp.get(DEPARTMENT).status_code == 404
    assert erp.get(f"{DEFAULT}/Employee").status_code == 200


def test_describes_the_inquiries(erp: Erp) -> None:
    answer = erp.get("/t/Northwind/api/odata/gi/$metadata")
    assert answer.headers["Content-Type"] == "application/xml"
    assert '<EntitySet Name="MLC-Departments" EntityType="PX.Data.MLC-Departments"/>' in answer.text


def test_refuses_an_unknown_property_over_odata(erp: Erp) -> None:
    assert erp.get(DAC, select="Nickname").status_code == 400
    assert erp.get(DAC, filter="Nickname eq 'x'").status_code == 400
