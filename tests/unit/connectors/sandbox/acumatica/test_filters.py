"""Case 10: ``$filter`` with its traps, pages, and lists that cannot be optimized."""

from __future__ import annotations

from urllib.parse import quote

import pytest
import requests

from tests.unit.connectors.sandbox.acumatica.conftest import (
    EMPLOYEE,
    LEGACY_ID,
    OWN_ID,
    Erp,
    new_person,
    wrapped,
)

ODATA = "Microsoft.Data.OData.ODataException"
KEY_NOT_FOUND = "System.Collections.Generic.KeyNotFoundException"


def ids_of(answer: requests.Response) -> list[str]:
    """The EmployeeIDs of a list."""
    assert answer.status_code == 200, answer.text
    return [row["EmployeeID"]["value"] for row in answer.json()]


def find(erp: Erp, text: str) -> requests.Response:
    """List by a filter."""
    return erp.get(EMPLOYEE, filter=text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("EmployeeID eq 'EP00000004'", 1),
        ("'EP00000004' eq EmployeeID", 1),
        ("EmployeeSettings/EmployeeRefNbr eq 'BHR-1042'", 1),
        ("ContactInfo/Email eq 'mina@northwind.example'", 1),
        ("ContactInfo/LastName eq 'O''Hara'", 0),
        ("ContactInfo/Address/City eq 'Austin'", 1),
        ("EmployeeName eq 'Mina Okafor' and Status eq 'Active'", 1),
        ("EmployeeName eq 'Mina Okafor' and Status ne 'Active'", 0),
        ("(EmployeeID eq 'EP00000004' or EmployeeID eq 'EP00000001') and Status eq 'Active'", 2),
        ("startswith(EmployeeName,'Mina') and endswith(EmployeeName,'Okafor')", 1),
        ("substringof('na Oka',EmployeeName)", 1),
        ("EmployeeSettings/EmployeeRefNbr eq null", 3),
        ("EmployeeSettings/EmployeeRefNbr ne null", 1),
        ("EmployeeSettings/TimeCardIsRequired eq false", 4),
        ("EmployeeID gt 'EP00000003X'", 1),
        ("ContactInfo/DateOfBirth eq date'1990-05-17'", 1),
        ("ContactInfo/DateOfBirth lt datetimeoffset'1990-05-18'", 1),
        ("cf.String(f='CurrentEmployee.UsrBadgeNumber') eq 'B-17'", 1),
        ("", 4),
    ],
)
def test_finds_by(erp: Erp, text: str, found: int) -> None:
    person = new_person()
    person["ContactInfo"]["DateOfBirth"] = {"value": "1990-05-17"}
    field = {"type": "CustomStringField", "value": "B-17"}
    erp.create({**person, "custom": {"CurrentEmployee": {"UsrBadgeNumber": field}}})
    assert len(ids_of(find(erp, text))) == found


def test_doubles_a_quote_in_a_text(erp: Erp) -> None:
    person = new_person()
    person["ContactInfo"]["LastName"] = {"value": "O'Hara"}
    row = erp.create(person)
    assert ids_of(find(erp, "ContactInfo/LastName eq 'O''Hara'")) == [row["EmployeeID"]]


@pytest.mark.parametrize(
    "text",
    [
        "EmployeeID eq",
        "EmployeeID",
        "EmployeeID like 'E'",
        "EmployeeID eq 'E",
        "(EmployeeID eq 'E'",
        "EmployeeID eq 'E')",
        "EmployeeID eq Status",
        "tolower(EmployeeName) eq 'integration user'",
        "toupper(EmployeeName) eq 'INTEGRATION USER'",
        "cf.String(f='CurrentEmployee.UsrAbsent') eq 'x'",
    ],
)
def test_answers_500_for_a_filter_that_is_none(erp: Erp, text: str) -> None:
    assert find(erp, text).status_code == 500


@pytest.mark.case("acumatica", "10a")
def test_case_10_reads_an_encoded_plus_and_no_bare_one(erp: Erp) -> None:
    text = "LastModifiedDateTime gt datetimeoffset'2020-01-31T23:59:59.999+00:00'"
    encoded = quote(text, safe="")
    assert "%2B" in encoded
    good = requests.get(f"{erp.base}{EMPLOYEE}?$filter={encoded}", headers=erp.headers, timeout=30)
    assert len(ids_of(good)) == 3
    bare = f"{erp.base}{EMPLOYEE}?$filter={encoded.replace('%2B', '+')}"
    for status in ("500", "400"):
        erp.sandbox.switch("acumatica", "nonsense_literal", status)
        refused = requests.get(bare, headers=erp.headers, timeout=30)
        assert refused.status_code == int(status)
        assert refused.json()["exceptionType"] == ODATA


@pytest.mark.case("acumatica", "10b")
def test_case_10_leaves_the_boundary_of_gt_out(erp: Erp) -> None:
    printed = erp.get(f"{EMPLOYEE}/EP00000003").json()["LastModifiedDateTime"]["value"]
    literal = f"datetimeoffset'{printed}'"
    assert ids_of(find(erp, f"LastModifiedDateTime gt {literal}")) == []
    assert ids_of(find(erp, f"LastModifiedDateTime ge {literal}")) == ["EP00000003"]
    older = ids_of(find(erp, f"LastModifiedDateTime lt {literal}"))
    assert older == [OWN_ID, LEGACY_ID]


@pytest.mark.case("acumatica", "10c")
def test_case_10_finds_nothing_where_a_function_is_compared_with_true(erp: Erp) -> None:
    assert ids_of(find(erp, "substringof('User',EmployeeName)")) == [OWN_ID]
    assert ids_of(find(erp, "substringof('User',EmployeeName) eq true")) == []


@pytest.mark.case("acumatica", "10d")
@pytest.mark.parametrize(
    "text",
    [
        "contains(EmployeeName,'User')",
        "not substringof('User',EmployeeName)",
    ],
)
def test_case_10_refuses_functions_of_other_dialects(erp: Erp, text: str) -> None:
    refused = find(erp, text)
    assert refused.status_code == 500
    assert refused.json()["exceptionType"] == ODATA
    assert ids_of(find(erp, "endswith(EmployeeName,'User')")) == [OWN_ID]


@pytest.mark.case("acumatica", "10e")
def test_case_10_refuses_an_unknown_field(erp: Erp) -> None:
    for refused in (
        find(erp, "Nickname eq 'Mina'"),
        erp.get(EMPLOYEE, select="EmployeeID,Nickname"),
        erp.get(f"{EMPLOYEE}/{OWN_ID}", select="Nickname"),
    ):
        assert refused.status_code == 500
        body = refused.json()
        assert body["exceptionMessage"] == "The given key was not present in the dictionary."
        assert body["exceptionType"] == KEY_NOT_FOUND
    assert erp.get(EMPLOYEE, select="EmployeeID,EmployeeName").status_code == 200


@pytest.mark.case("acumatica", "10f")
def test_case_10_refuses_a_filter_on_a_child_collection(erp: Erp) -> None:
    text = "EmploymentHistory/PositionID eq 'ANALYST'"
    refused = find(erp, text)
    assert refused.status_code == 500
    assert "is not a single value" in refused.json()["exceptionMessage"]


def test_finds_nothing_by_a_child_collection_where_the_switch_says_so(erp: Erp) -> None:
    erp.create()
    erp.sandbox.switch("acumatica", "details_filter", "empty_list")
    assert ids_of(find(erp, "EmploymentHistory/PositionID eq 'ANALYST'")) == []


@pytest.mark.case("acumatica", "10g")
def test_case_10_refuses_a_quoted_boolean(erp: Erp) -> None:
    refused = find(erp, "EmployeeSettings/TimeCardIsRequired eq 'false'")
    assert refused.status_code == 500
    text = refused.json()["exceptionMessage"]
    assert "incompatible types" in text
    assert "'Edm.Boolean' and 'Edm.String'" in text
    assert len(ids_of(find(erp, "EmployeeSettings/TimeCardIsRequired eq false"))) == 3


@pytest.mark.case("acumatica", "10h")
def test_case_10_cuts_pages_until_one_is_short(erp: Erp) -> None:
    for number in range(4):
        erp.create(new_person(f"BHR-{number}"))
    pages = [ids_of(erp.get(EMPLOYEE, top=3, skip=skip)) for skip in (0, 3, 6, 9)]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert [key for page in pages for key in page] == sorted(erp.employees())


def test_ignores_skip_where_the_switch_says_so(erp: Erp) -> None:
    erp.sandbox.switch("acumatica", "skip", "ignored")
    assert len(ids_of(erp.get(EMPLOYEE, top=3, skip=3))) == 3


@pytest.mark.case("acumatica", "10i")
def test_case_10_cannot_optimize_a_list_with_a_marked_field(erp: Erp) -> None:
    erp.control("slow_members", "Employee", members=["EmploymentHistory"])
    refused = erp.get(EMPLOYEE, expand="EmploymentHistory")
    assert refused.status_code == 500
    body = refused.json()
    text = "Optimization cannot be performed.The following fields cause the error: "
    assert body["exceptionMessage"] == f"{text}EmploymentHistory"
    assert body["exceptionType"] == "PX.Api.ContractBased.CannotOptimizeException"
    assert erp.get(EMPLOYEE).status_code == 200
    one = erp.get(f"{EMPLOYEE}/{LEGACY_ID}", expand="EmploymentHistory")
    assert one.status_code == 200


@pytest.mark.case("acumatica", "10i")
def test_case_10_cannot_optimize_payment_instructions(erp: Erp) -> None:
    expand = "FinancialSettings,FinancialSettings/PaymentInstructions"
    assert erp.get(EMPLOYEE, expand=expand).status_code == 500
    assert erp.get(EMPLOYEE, expand="FinancialSettings").status_code == 200
    assert erp.get(f"{EMPLOYEE}/{LEGACY_ID}", expand=expand).status_code == 200


@pytest.mark.case("acumatica", "10i")
def test_case_10_cannot_optimize_history_where_the_switch_says_so(erp: Erp) -> None:
    assert erp.get(EMPLOYEE, expand="EmploymentHistory").status_code == 200
    erp.sandbox.switch("acumatica", "history_in_lists", "refused")
    assert erp.get(EMPLOYEE, expand="EmploymentHistory").status_code == 500


def test_refuses_linked_fields_in_filters_where_the_switch_says_so(erp: Erp) -> None:
    erp.sandbox.switch("acumatica", "linked_filter", "refused")
    assert find(erp, "ContactInfo/Email eq 'mina@northwind.example'").status_code == 500
    assert find(erp, "EmployeeID eq 'EP00000001'").status_code == 200


def test_finds_nothing_across_views_where_the_switch_says_so(erp: Erp) -> None:
    erp.create()
    both = "EmployeeSettings/EmployeeRefNbr eq 'BHR-1042' and ContactInfo/LastName eq 'Okafor'"
    assert len(ids_of(find(erp, both))) == 1
    erp.sandbox.switch("acumatica", "cross_view_filter", "empty_list")
    assert ids_of(find(erp, both)) == []
    same = "ContactInfo/FirstName eq 'Mina' and ContactInfo/LastName eq 'Okafor'"
    assert len(ids_of(find(erp, same))) == 1


def test_finds_by_the_value_of_now_after_a_change(erp: Erp) -> None:
    row = erp.create()
    erp.update(row, {"ContactInfo": wrapped(Email="okafor@northwind.example")})
    assert ids_of(find(erp, "ContactInfo/Email eq 'mina@northwind.example'")) == []
    found = ids_of(find(erp, "ContactInfo/Email eq 'okafor@northwind.example'"))
    assert found == [row["EmployeeID"]]
