"""Cases 1 and 2: which endpoints and versions an instance offers, and to whom."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.conftest import Sandbox
from tests.unit.connectors.sandbox.acumatica.conftest import DEFAULT, EMPLOYEE, Erp

SYSTEM = [f"{year}.200.001" for year in (20, 22, 23, 24, 25)]


def rows_of(answer: requests.Response) -> list[dict[str, Any]]:
    """The endpoints of an answer, wrapped or bare."""
    body = answer.json()
    rows: list[dict[str, Any]] = body if isinstance(body, list) else body["endpoints"]
    return rows


@pytest.mark.case("acumatica", "1a")
def test_case_01_shows_custom_endpoints_only_to_who_is_signed_in(erp: Erp, stranger: Erp) -> None:
    anonymous = [(row["name"], row["version"]) for row in rows_of(stranger.get("/entity"))]
    signed_in = [(row["name"], row["version"]) for row in rows_of(erp.get("/entity"))]
    assert anonymous == [("Default", version) for version in SYSTEM]
    assert signed_in == [*anonymous, ("MLConnector", "24.200.001")]


@pytest.mark.case("acumatica", "1b")
def test_case_01_wraps_the_list_in_version_and_endpoints(stranger: Erp) -> None:
    answer = stranger.get("/entity")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    body = answer.json()
    assert body["version"] == {
        "acumaticaBuildVersion": "25.201.0213",
        "databaseVersion": "25.201.0213",
    }
    assert body["endpoints"][3] == {
        "name": "Default",
        "version": "24.200.001",
        "href": "/entity/Default/24.200.001/",
    }


def test_answers_a_bare_array_where_the_switch_says_so(stranger: Erp) -> None:
    stranger.sandbox.switch("acumatica", "entity_list", "bare")
    body = stranger.get("/entity").json()
    assert [row["version"] for row in body if row["name"] == "Default"] == SYSTEM


@pytest.mark.case("acumatica", "1c")
def test_case_01_answers_below_its_path_alone_where_it_has_one(sandbox: Sandbox) -> None:
    solo = Erp(sandbox, "solo.acumatica.com")
    inside = solo.get("/erp/entity")
    assert inside.status_code == 200
    assert rows_of(inside)[3]["href"] == "/erp/entity/Default/24.200.001/"
    assert solo.get("/entity").status_code == 404


def test_tolerates_doubled_slashes(sandbox: Sandbox) -> None:
    solo = Erp(sandbox, "solo.acumatica.com")
    assert solo.send("POST", "/erp//entity/auth/login", {"name": "x"}).status_code == 500
    assert solo.get("/erp//entity").status_code == 200


@pytest.mark.case("acumatica", "2a")
def test_case_02_serves_several_versions_and_refuses_the_others(erp: Erp) -> None:
    for version in ("24.200.001", "25.200.001"):
        answer = erp.get(f"/entity/Default/{version}/Employee")
        assert (answer.status_code, len(answer.json())) == (200, 3)
    answer = erp.get("/entity/Default/26.999.001/Employee")
    assert answer.status_code == 404
    assert answer.json() == {"message": "The endpoint Default/26.999.001 is not found."}
    assert erp.get("/entity/Absent/24.200.001/Employee").status_code == 404


def test_shows_company_tree_and_postal_fields_from_version_25_on(erp: Erp) -> None:
    asked = {"expand": "CompanyTreeInfo,ContactInfo,ContactInfo/Address"}
    newest = erp.get("/entity/Default/25.200.001/Employee/EP00000001", **asked).json()
    assert newest["CompanyTreeInfo"] == []
    assert "Department" in newest["ContactInfo"]["Address"]
    older = erp.get(f"{EMPLOYEE}/EP00000001", expand="ContactInfo,ContactInfo/Address").json()
    assert "Department" not in older["ContactInfo"]["Address"]


@pytest.mark.case("acumatica", "2a")
def test_case_02_says_404_in_html_where_the_switch_says_so(erp: Erp) -> None:
    erp.sandbox.switch("acumatica", "not_found_body", "html")
    answer = erp.get("/entity/Default/26.999.001/Employee")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.case("acumatica", "2b")
def test_case_02_refuses_an_entity_that_the_endpoint_lacks(erp: Erp) -> None:
    answer = erp.get(f"{DEFAULT}/CashAccount")
    assert answer.status_code == 404
    assert answer.json() == {"message": "The entity CashAccount is not found."}
    assert erp.get(f"{DEFAULT}/employee").status_code == 404
    assert erp.get(f"{DEFAULT}/Ledger").status_code == 200


@pytest.mark.case("acumatica", "2c")
def test_case_02_asks_an_anonymous_caller_to_sign_in(erp: Erp, stranger: Erp) -> None:
    for path in (DEFAULT, EMPLOYEE):
        answer = stranger.get(path)
        assert answer.status_code == 401
        assert answer.json() == {"message": "Authorization has been denied for this request."}
        assert erp.get(path).status_code == 200


@pytest.mark.case("acumatica", "2c")
def test_case_02_answers_an_anonymous_probe_as_the_switch_says(stranger: Erp) -> None:
    for status in ("403", "200"):
        stranger.sandbox.switch("acumatica", "endpoint_probe", status)
        assert stranger.get(DEFAULT).status_code == int(status)
        assert stranger.get(EMPLOYEE).status_code == 401


def test_offers_less_on_an_older_build(erp: Erp) -> None:
    erp.sandbox.switch("acumatica", "release", "24R2")
    assert [row["version"] for row in rows_of(erp.get("/entity"))] == [*SYSTEM[:4], "24.200.001"]
    row = erp.get(f"{EMPLOYEE}/EP00000001").json()
    assert "_links" not in row
    patched = erp.send("PATCH", EMPLOYEE, {"EmployeeID": {"value": "EP00000001"}})
    assert patched.status_code == 405


def test_serves_the_contract_as_openapi(erp: Erp, stranger: Erp) -> None:
    document = erp.get(f"{DEFAULT}/swagger.json").json()
    assert document["info"] == {"title": "Default/24.200.001", "version": "4"}
    properties = document["components"]["schemas"]["Employee"]["allOf"][1]["properties"]
    assert properties["EmployeeID"] == {"$ref": "#/components/schemas/StringValue"}
    assert "CompanyTreeInfo" not in properties
    assert stranger.get(f"{DEFAULT}/swagger.json").status_code == 401
    stranger.sandbox.switch("acumatica", "swagger", "anyone")
    assert stranger.get(f"{DEFAULT}/swagger.json").status_code == 200
