"""Cases 8, 9 and 20: how a PUT finds its record, detail rows, refusals, a lost answer."""

from __future__ import annotations

import pytest
import requests

from tests.unit.connectors.sandbox.acumatica.conftest import (
    DEPARTMENT,
    EMPLOYEE,
    LEGACY_ID,
    Erp,
    history,
    new_person,
    wrapped,
)

ONLY_INSERT = {"If-None-Match": "*"}
ONLY_UPDATE = {"If-Match": "*"}


def test_creates_an_employee_as_the_dossier_prints_it(erp: Erp) -> None:
    asked = {"select": "EmployeeID,EmployeeName", "expand": "EmploymentHistory"}
    answer = erp.put(EMPLOYEE, new_person(), **asked)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    body = answer.json()
    assert body["EmployeeID"] == {"value": "EP00000004"}
    assert body["EmployeeName"] == {"value": "Mina Okafor"}
    assert body["EmploymentHistory"][0]["PositionID"] == {"value": "ANALYST"}
    row = erp.employees()["EP00000004"]
    assert row["ContactInfo"]["Address"]["City"] == "Austin"
    assert row["EmployeeSettings"]["Calendar"] == "STANDARD"
    assert row["FinancialSettings"]["Terms"] == "30D"
    line = row["EmploymentHistory"][0]
    assert (line["LineNbr"], line["StartDate"], line["Active"]) == (1, "2026-02-02", True)


@pytest.mark.case("acumatica", "8a")
def test_case_08_updates_by_key_and_inserts_what_is_new(erp: Erp) -> None:
    body = {"EmployeeID": {"value": LEGACY_ID}, "ContactInfo": wrapped(Phone1="555-0100")}
    assert erp.put(EMPLOYEE, body).status_code == 200
    assert erp.employees()[LEGACY_ID]["ContactInfo"]["Phone1"] == "555-0100"
    assert len(erp.employees()) == 3
    legal = wrapped(DepartmentID="LEGAL", Description="Legal")
    assert erp.put(DEPARTMENT, legal).status_code == 200
    assert erp.tenant()["departments"]["LEGAL"]["Description"] == "Legal"


@pytest.mark.case("acumatica", "8b")
def test_case_08_updates_by_id(erp: Erp) -> None:
    row = erp.employees()[LEGACY_ID]
    body = {"id": row["id"], "ContactInfo": wrapped(Phone1="555-0101")}
    assert erp.put(EMPLOYEE, body, select="EmployeeID").status_code == 200
    assert erp.employees()[LEGACY_ID]["ContactInfo"]["Phone1"] == "555-0101"


@pytest.mark.case("acumatica", "8c")
def test_case_08_updates_what_a_filter_finds(erp: Erp) -> None:
    erp.create()
    found = {"filter": "EmployeeSettings/EmployeeRefNbr eq 'BHR-1042'"}
    body = {"ContactInfo": wrapped(Phone1="555-0102")}
    assert erp.put(EMPLOYEE, body, **found).status_code == 200
    assert erp.employees()["EP00000004"]["ContactInfo"]["Phone1"] == "555-0102"
    unfound = {"filter": "EmployeeSettings/EmployeeRefNbr eq 'BHR-7'"}
    assert erp.put(EMPLOYEE, new_person("BHR-7"), **unfound).status_code == 200
    assert erp.employees()["EP00000005"]["EmployeeSettings"]["EmployeeRefNbr"] == "BHR-7"


def test_ignores_the_filter_of_a_put_where_the_switch_says_so(erp: Erp) -> None:
    erp.create()
    erp.sandbox.switch("acumatica", "filter_on_put", "ignored")
    found = {"filter": "EmployeeSettings/EmployeeRefNbr eq 'BHR-1042'"}
    assert erp.put(EMPLOYEE, new_person("BHR-7"), **found).status_code == 200
    assert len(erp.employees()) == 5


@pytest.mark.case("acumatica", "8d")
def test_case_08_inserts_or_updates_only_where_a_header_says_so(erp: Erp) -> None:
    row = erp.employees()[LEGACY_ID]
    known = {"id": row["id"], "EmployeeID": {"value": LEGACY_ID}}
    legal = wrapped(DepartmentID="LEGAL", Description="Legal")
    for refused in (
        erp.put(EMPLOYEE, known, headers=ONLY_INSERT),
        erp.put(DEPARTMENT, legal, headers=ONLY_UPDATE),
        erp.send("PATCH", EMPLOYEE, known, headers=ONLY_INSERT),
    ):
        assert refused.status_code == 412
        assert refused.json()["message"] == "An error has occurred."
    assert "LEGAL" not in erp.tenant()["departments"]
    assert erp.put(EMPLOYEE, known, headers=ONLY_UPDATE).status_code == 200
    assert erp.put(DEPARTMENT, legal, headers=ONLY_INSERT).status_code == 200


@pytest.mark.case("acumatica", "8e")
def test_case_08_ignores_a_key_of_the_clients_under_auto_numbering(erp: Erp) -> None:
    person = {**new_person(), "EmployeeID": {"value": "MINA"}}
    answer = erp.put(EMPLOYEE, person)
    assert answer.json()["EmployeeID"] == {"value": "EP00000004"}
    assert "MINA" not in erp.employees()


@pytest.mark.case("acumatica", "8f")
def test_case_08_appends_a_detail_row_without_id(erp: Erp) -> None:
    row = erp.create()
    for _ in range(2):
        line = history(PositionID="MANAGER", StartDate="2026-05-01", StartReason="Promotion")
        assert erp.update(row, {"EmploymentHistory": [line]}).status_code == 200
    lines = erp.employees()[row["EmployeeID"]]["EmploymentHistory"]
    assert [line["PositionID"] for line in lines] == ["ANALYST", "MANAGER", "MANAGER"]
    assert [line["LineNbr"] for line in lines] == [1, 2, 3]


@pytest.mark.case("acumatica", "8g")
def test_case_08_removes_a_detail_row_by_id(erp: Erp) -> None:
    row = erp.create()
    line = {"id": row["EmploymentHistory"][0]["id"], "delete": True}
    assert erp.update(row, {"EmploymentHistory": [line]}).status_code == 200
    assert erp.employees()[row["EmployeeID"]]["EmploymentHistory"] == []


@pytest.mark.case("acumatica", "8h")
def test_case_08_updates_a_detail_row_by_id(erp: Erp) -> None:
    row = erp.create()
    line = {
        "id": row["EmploymentHistory"][0]["id"],
        **wrapped(
            EndDate="2026-06-30T00:00:00",
            Terminated=True,
            TerminationReason="Resignation",
            Active=False,
        ),
    }
    body = {"Status": {"value": "Inactive"}, "EmploymentHistory": [line]}
    assert erp.update(row, body).status_code == 200
    kept = erp.employees()[row["EmployeeID"]]
    assert kept["Status"] == "Inactive"
    assert len(kept["EmploymentHistory"]) == 1
    ended = kept["EmploymentHistory"][0]
    assert (ended["EndDate"], ended["Terminated"], ended["Active"]) == ("2026-06-30", True, False)
    assert ended["PositionID"] == "ANALYST"


def test_updates_a_detail_row_by_its_own_key(erp: Erp) -> None:
    row = erp.create()
    line = {"LineNbr": {"value": 1}, **wrapped(PositionID="MANAGER")}
    assert erp.update(row, {"EmploymentHistory": [line]}).status_code == 200
    lines = erp.employees()[row["EmployeeID"]]["EmploymentHistory"]
    assert [kept["PositionID"] for kept in lines] == ["MANAGER"]


@pytest.mark.case("acumatica", "8i")
def test_case_08_lets_the_form_overwrite_a_value_equal_to_the_stored_one(erp: Erp) -> None:
    erp.control("employee_classes", "EMPNIGHT", Calendar="NIGHT", CurrencyID="USD")
    changed = {"EmployeeSettings": wrapped(EmployeeClass="EMPNIGHT", Calendar="STANDARD")}
    by_put = erp.create(new_person("BHR-1"))
    assert erp.update(by_put, changed).status_code == 200
    by_patch = erp.create(new_person("BHR-2"))
    assert erp.update(by_patch, changed, "PATCH").status_code == 200
    rows = erp.employees()
    assert rows[by_put["EmployeeID"]]["EmployeeSettings"]["Calendar"] == "NIGHT"
    assert rows[by_patch["EmployeeID"]]["EmployeeSettings"]["Calendar"] == "STANDARD"


def test_patches_only_what_exists(erp: Erp) -> None:
    absent = erp.send("PATCH", EMPLOYEE, {"EmployeeID": {"value": "EP99999999"}})
    assert absent.status_code == 404
    assert list(absent.json()) == ["message"]
    patched = erp.update(
        erp.employees()[LEGACY_ID], {"ContactInfo": wrapped(Phone1="555-0103")}, "PATCH"
    )
    assert patched.status_code == 200


def test_deletes_by_key(erp: Erp) -> None:
    answer = erp.send("DELETE", f"{EMPLOYEE}/{LEGACY_ID}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert LEGACY_ID not in erp.employees()


@pytest.mark.parametrize(
    ("switch", "cleared"),
    [
        ("null_or_empty_text", [None, ""]),
        ("null", [None]),
        ("empty_text", [""]),
    ],
)
def test_clears_a_field_as_the_switch_says(erp: Erp, switch: str, cleared: list[object]) -> None:
    erp.sandbox.switch("acumatica", "clears_a_field", switch)
    for value in (None, ""):
        row = erp.create(new_person(f"BHR-{value}"))
        assert erp.update(row, {"ContactInfo": wrapped(Email=value)}).status_code == 200
        email = erp.employees()[row["EmployeeID"]]["ContactInfo"]["Email"]
        assert email == (None if value in cleared else "mina@northwind.example")


@pytest.mark.parametrize(
    ("switch", "email"), [("leaves", "mina@northwind.example"), ("clears", None)]
)
def test_takes_an_empty_object_as_the_switch_says(erp: Erp, switch: str, email: str | None) -> None:
    erp.sandbox.switch("acumatica", "empty_object_in_put", switch)
    row = erp.create()
    assert erp.update(row, {"ContactInfo": {"Email": {}}}).status_code == 200
    assert erp.employees()[row["EmployeeID"]]["ContactInfo"]["Email"] == email


def refused_settings(erp: Erp, **settings: str) -> requests.Response:
    """A create that is refused for its settings; nothing may be saved."""
    answer = erp.put(EMPLOYEE, new_person(**settings))
    assert answer.status_code == 422
    assert len(erp.employees()) == 3
    return answer


@pytest.mark.case("acumatica", "9a")
def test_case_09_refuses_an_unknown_department(erp: Erp) -> None:
    body = refused_settings(erp, DepartmentID="ASTRONAUTS").json()
    title = "Inserting  'Employee' record raised at least one error. Please review the errors."
    assert body["error"] == title
    assert body["EmployeeID"] == {"value": "<NEW>"}
    assert body["EmployeeSettings"]["DepartmentID"] == {
        "value": "ASTRONAUTS",
        "error": "'Department' cannot be found in the system.",
    }
    assert "error" not in body["EmployeeSettings"]["BranchID"]
    assert erp.create()["EmployeeID"] == "EP00000004"


@pytest.mark.case("acumatica", "9a")
def test_case_09_saves_nothing_of_a_refused_update(erp: Erp) -> None:
    row = erp.create()
    body = {
        "ContactInfo": wrapped(FirstName="Minna"),
        "EmployeeSettings": wrapped(DepartmentID="ASTRONAUTS"),
    }
    answer = erp.update(row, body)
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("Updating  'Employee' record")
    assert erp.employees()[row["EmployeeID"]] == row


@pytest.mark.case("acumatica", "9a")
@pytest.mark.parametrize("style", ["record_and_message", "under_entity"])
def test_case_09_shows_errors_in_every_shape(erp: Erp, style: str) -> None:
    erp.sandbox.switch("acumatica", "errors_422", style)
    body = refused_settings(erp, DepartmentID="ASTRONAUTS").json()
    record = body["entity"] if style == "under_entity" else body
    assert record["EmployeeSettings"]["DepartmentID"]["error"]
    assert ("exceptionMessage" in body) is (style == "record_and_message")


@pytest.mark.case("acumatica", "9b")
def test_case_09_refuses_a_label_that_is_not_in_the_list(erp: Erp) -> None:
    person = new_person()
    person["EmploymentHistory"].append(history(StartReason="Headhunted"))
    answer = erp.put(EMPLOYEE, person)
    assert answer.status_code == 422
    first, second = answer.json()["EmploymentHistory"]
    assert first["StartReason"] == {"value": "New Hire"}
    assert second["StartReason"]["value"] == "Headhunted"
    assert "Start Reason" in second["StartReason"]["error"]
    assert len(erp.employees()) == 3


@pytest.mark.parametrize(("switch", "status"), [("refused", 422), ("cut", 200)])
def test_treats_a_value_that_is_too_long_as_the_switch_says(
    erp: Erp, switch: str, status: int
) -> None:
    erp.sandbox.switch("acumatica", "over_long_values", switch)
    person = new_person()
    person["ContactInfo"]["FirstName"] = {"value": "M" * 51}
    assert erp.put(EMPLOYEE, person).status_code == status
    if status == 200:
        assert erp.employees()["EP00000004"]["ContactInfo"]["FirstName"] == "M" * 50


@pytest.mark.case("acumatica", "20a")
def test_case_20_makes_a_second_record_of_an_insert_sent_twice(erp: Erp) -> None:
    erp.sandbox.fault(vendor="acumatica", method="PUT", path="/Employee$", action="drop_after")
    with pytest.raises(requests.ConnectionError):
        erp.put(EMPLOYEE, new_person())
    by_reference = {"filter": "EmployeeSettings/EmployeeRefNbr eq 'BHR-1042'"}
    found = erp.get(EMPLOYEE, **by_reference).json()
    assert [row["EmployeeID"]["value"] for row in found] == ["EP00000004"]
    assert erp.put(EMPLOYEE, new_person()).status_code == 200
    found = erp.get(EMPLOYEE, **by_reference).json()
    assert [row["EmployeeID"]["value"] for row in found] == ["EP00000004", "EP00000005"]


def test_finds_a_written_record_only_after_the_lag(erp: Erp) -> None:
    erp.sandbox.fault(
        vendor="acumatica", method="PUT", path="/Employee$", action={"search_lag_ms": 60_000}
    )
    erp.put(EMPLOYEE, new_person())
    by_reference = {"filter": "EmployeeSettings/EmployeeRefNbr eq 'BHR-1042'"}
    assert erp.get(EMPLOYEE, **by_reference).json() == []
    assert len(erp.get(EMPLOYEE).json()) == 3
    assert erp.get(f"{EMPLOYEE}/EP00000004").status_code == 200
    erp.sandbox.advance(61)
    assert len(erp.get(EMPLOYEE, **by_reference).json()) == 1


def test_changes_an_employees_key_by_its_action(erp: Erp) -> None:
    named = {"id": erp.employees()[LEGACY_ID]["id"], **wrapped(EmployeeID=LEGACY_ID)}
    body = {"entity": named, "parameters": wrapped(EmployeeID="HAND")}
    answer = erp.send("POST", f"{EMPLOYEE}/ChangeEmployeeID", body)
    assert answer.status_code == 204
    row = erp.employees()["HAND"]
    assert answer.headers["Location"] == f"/entity/Default/24.200.001/Employee/{row['id']}"
    assert LEGACY_ID not in erp.employees()
    assert erp.send("POST", f"{EMPLOYEE}/Promote", body).status_code == 404
