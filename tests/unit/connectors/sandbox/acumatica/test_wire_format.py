"""Cases 6 and 7: wrapping, empty fields, what is there only when asked for; keys and ids."""

from __future__ import annotations

import pytest

from tests.unit.connectors.sandbox.acumatica.conftest import (
    CUSTOM,
    DEPARTMENT,
    EMPLOYEE,
    LEGACY_ID,
    OWN_ID,
    Erp,
    new_person,
    wrapped,
)

LEGACY = f"{EMPLOYEE}/{LEGACY_ID}"
BADGE = "CurrentEmployee.UsrBadgeNumber"


@pytest.mark.case("acumatica", "6a")
def test_case_06_refuses_a_bare_scalar_in_a_put(erp: Erp) -> None:
    person = new_person()
    person["ContactInfo"]["LastName"] = "Okafor"
    answer = erp.put(EMPLOYEE, person)
    assert answer.status_code == 400
    assert answer.json()["message"] == "The request is invalid."
    assert list(answer.json()["modelState"]) == ["entity.ContactInfo.LastName"]
    assert len(erp.employees()) == 3
    assert erp.put(EMPLOYEE, new_person()).status_code == 200
    assert len(erp.employees()) == 4


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ([], "entity"),
        ({"ContactInfo": 5}, "entity.ContactInfo"),
        ({"EmploymentHistory": {}}, "entity.EmploymentHistory"),
        ({"EmploymentHistory": [{"Active": {"value": "perhaps"}}]}, None),
        ({"EmploymentHistory": [{"StartDate": {"value": "soon"}}]}, None),
        ({"Nickname": {"value": "Mina"}}, "entity.Nickname"),
        ({"custom": {"CurrentEmployee": {"UsrBadgeNumber": {"value": "7"}}}}, None),
    ],
)
def test_refuses_a_body_against_the_contract(erp: Erp, body: object, place: str | None) -> None:
    answer = erp.put(EMPLOYEE, body)
    assert answer.status_code == 400
    if place is not None:
        assert list(answer.json()["modelState"]) == [place]


def test_ignores_an_unknown_member_where_the_switch_says_so(erp: Erp) -> None:
    erp.sandbox.switch("acumatica", "unknown_field_in_body", "ignored")
    assert erp.put(EMPLOYEE, {**new_person(), **wrapped(Nickname="Mina")}).status_code == 200


@pytest.mark.case("acumatica", "6b")
def test_case_06_reads_an_empty_field_as_an_empty_object(erp: Erp) -> None:
    row = erp.get(LEGACY, expand="ContactInfo,EmploymentHistory").json()
    assert row["ContactInfo"]["MiddleName"] == {}
    assert row["EmploymentHistory"][0]["EndDate"] == {}
    assert row["Status"] == {"value": "Active"}


@pytest.mark.case("acumatica", "6c")
def test_case_06_reads_parts_only_when_expanded(erp: Erp) -> None:
    plain = erp.get(LEGACY).json()
    parts = {"ContactInfo", "EmployeeSettings", "FinancialSettings", "EmploymentHistory"}
    assert parts.isdisjoint(plain)
    contact = erp.get(LEGACY, expand="ContactInfo").json()
    assert parts & set(contact) == {"ContactInfo"}
    assert "Address" not in contact["ContactInfo"]
    address = erp.get(LEGACY, expand="ContactInfo,ContactInfo/Address").json()
    assert "City" in address["ContactInfo"]["Address"]


@pytest.mark.case("acumatica", "6d")
def test_case_06_reads_custom_fields_only_when_asked_for(erp: Erp) -> None:
    field = {"type": "CustomStringField", "value": "B-17"}
    body = {"custom": {"CurrentEmployee": {"UsrBadgeNumber": field}}}
    row = erp.employees()[LEGACY_ID]
    assert erp.update(row, body).status_code == 200
    assert erp.get(LEGACY).json()["custom"] == {}
    asked = erp.get(LEGACY, custom=BADGE).json()
    assert asked["custom"] == {"CurrentEmployee": {"UsrBadgeNumber": field}}


@pytest.mark.case("acumatica", "6e")
def test_case_06_answers_a_put_with_what_was_sent_or_asked_for(erp: Erp) -> None:
    system = ["_links", "custom", "id", "note", "rowNumber"]
    row = erp.put(EMPLOYEE, new_person()).json()
    assert sorted(row) == sorted(["Status", *system])
    asked = erp.put(EMPLOYEE, new_person(), select="EmployeeID", expand="EmployeeSettings").json()
    assert sorted(asked) == sorted(["EmployeeID", "EmployeeSettings", "Status", *system])


def test_selects_fields_of_an_expanded_part(erp: Erp) -> None:
    asked = {"select": "EmployeeID,ContactInfo/Email", "expand": "ContactInfo"}
    row = erp.get(LEGACY, **asked).json()
    assert set(row["ContactInfo"]) == {"id", "rowNumber", "note", "Email", "custom"}
    assert "Status" not in row


def test_prints_dates_with_the_offset_of_the_instance(erp: Erp) -> None:
    erp.sandbox.reset(clock_start="2026-02-11T15:47:41.170Z")
    erp.sign_in()
    created = erp.create()
    row = erp.get(f"{EMPLOYEE}/{created['EmployeeID']}", expand="EmploymentHistory").json()
    assert row["LastModifiedDateTime"]["value"].startswith("2026-02-11T10:47:4")
    assert row["LastModifiedDateTime"]["value"].endswith("-05:00")
    assert row["EmploymentHistory"][0]["StartDate"] == {"value": "2026-02-02T00:00:00+00:00"}


def test_links_to_itself_and_to_its_files(erp: Erp) -> None:
    row = erp.get(LEGACY, expand="files").json()
    own = f"/entity/Default/24.200.001/Employee/{row['id']}"
    place = f"files/PX.Objects.EP.EmployeeMaint/Employee/{row['id']}/{{filename}}"
    assert row["_links"] == {"self": own, "files:put": f"/entity/Default/24.200.001/{place}"}
    assert row["files"] == []


def test_shows_the_template_of_an_entity(erp: Erp) -> None:
    template = erp.get(f"{EMPLOYEE}/$adHocSchema").json()
    assert template["EmployeeID"] == {}
    assert template["ContactInfo"]["JobTitle"] == {}
    field = {"UsrBadgeNumber": {"type": "CustomStringField"}}
    assert template["custom"]["CurrentEmployee"] == field


def test_pads_keys_where_the_switch_says_so(erp: Erp) -> None:
    erp.sandbox.switch("acumatica", "padded_keys", "padded")
    erp.control("employees", "GARES", ContactInfo={"LastName": "Ares"})
    row = erp.get(f"{EMPLOYEE}/GARES").json()
    assert row["EmployeeID"] == {"value": "GARES     "}
    found = erp.get(EMPLOYEE, filter="EmployeeID eq 'GARES     '").json()
    assert [found_row["id"] for found_row in found] == [row["id"]]


@pytest.mark.case("acumatica", "7a")
def test_case_07_reads_by_key_by_id_and_by_divided_keys(erp: Erp) -> None:
    row = erp.get(LEGACY).json()
    assert row["EmployeeID"] == {"value": LEGACY_ID}
    assert erp.get(f"{EMPLOYEE}/{row['id']}").json() == row
    for keys in ("NWLOGIST/DOCK", "NWLOGIST|DOCK"):
        location = erp.get(f"{CUSTOM}/AccountLocation/{keys}")
        assert location.status_code == 200
        assert location.json()["LocationID"] == {"value": "DOCK"}


@pytest.mark.case("acumatica", "7b")
def test_case_07_answers_500_for_a_missing_record(erp: Erp) -> None:
    for key in ("EP99999999", "00000000-0000-0000-0000-000000000000"):
        answer = erp.get(f"{EMPLOYEE}/{key}")
        assert answer.status_code == 500
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        body = answer.json()
        assert body["message"] == "An error has occurred."
        kind = "PX.Api.ContractBased.NoEntitySatisfiesTheConditionException"
        assert body["exceptionType"] == kind
    assert erp.get(LEGACY).status_code == 200


@pytest.mark.case("acumatica", "7c")
def test_case_07_reads_a_key_with_a_slash_by_id_only(erp: Erp) -> None:
    erp.control("departments", "R%2FD", Description="Research")
    assert erp.tenant()["departments"]["R/D"]["Description"] == "Research"
    for key in ("R/D", "R%2FD"):
        assert erp.get(f"{DEPARTMENT}/{key}").status_code != 200
    assert len(erp.get(DEPARTMENT, filter="DepartmentID eq 'R/D'").json()) == 1


@pytest.mark.case("acumatica", "7d")
def test_case_07_knows_other_ids_in_another_session(erp: Erp) -> None:
    erp.sandbox.switch("acumatica", "record_ids", "per_session")
    other = Erp(erp.sandbox)
    other.sign_in()
    expand = {"expand": "EmploymentHistory"}
    mine, theirs = erp.get(LEGACY, **expand).json(), other.get(LEGACY, **expand).json()
    assert mine["id"] != theirs["id"]
    assert mine["EmploymentHistory"][0]["id"] != theirs["EmploymentHistory"][0]["id"]
    assert erp.get(LEGACY, **expand).json() == mine


@pytest.mark.case("acumatica", "7d")
@pytest.mark.case("acumatica", "8f")
@pytest.mark.case("acumatica", "8h")
def test_case_07_updates_by_the_id_of_the_own_session_only(erp: Erp) -> None:
    erp.sandbox.switch("acumatica", "record_ids", "per_session")
    other = Erp(erp.sandbox)
    other.sign_in()
    mine, theirs = erp.get(LEGACY, expand="EmploymentHistory").json(), other.get(LEGACY).json()
    line = {"id": mine["EmploymentHistory"][0]["id"], **wrapped(PositionID="MANAGER")}
    body = {"EmployeeID": {"value": LEGACY_ID}, "EmploymentHistory": [line]}
    assert erp.put(EMPLOYEE, {"id": mine["id"], **body}).status_code == 200
    assert len(erp.employees()[LEGACY_ID]["EmploymentHistory"]) == 1
    assert other.put(EMPLOYEE, {"id": theirs["id"], **body}).status_code == 200
    assert len(erp.employees()[LEGACY_ID]["EmploymentHistory"]) == 2


def test_keeps_ids_over_sessions_by_default(erp: Erp) -> None:
    other = Erp(erp.sandbox)
    other.sign_in()
    path = f"{EMPLOYEE}/{OWN_ID}"
    assert erp.get(path).json()["id"] == other.get(path).json()["id"]
