"""Cases 11 and 12: when the timestamp moves; what the form Employees checks and ignores."""

from __future__ import annotations

import pytest

from tests.unit.connectors.sandbox.acumatica.conftest import (
    EMPLOYEE,
    LEGACY_ID,
    OWN_ID,
    Erp,
    history,
    new_person,
    wrapped,
)

NEWEST = "/entity/Default/25.200.001/Employee"


def moved_at(erp: Erp, employee_id: str) -> str:
    """An employee's LastModifiedDateTime, as judges see it."""
    text: str = erp.employees()[employee_id]["LastModifiedDateTime"]
    return text


@pytest.mark.case("acumatica", "11a")
def test_case_11_moves_the_timestamp_with_a_change_only(erp: Erp) -> None:
    row = erp.create()
    created_at = row["LastModifiedDateTime"]
    same = {"EmployeeSettings": wrapped(DepartmentID="FINANCE")}
    erp.sandbox.advance(60)
    assert erp.update(row, same).status_code == 200
    assert moved_at(erp, row["EmployeeID"]) == created_at
    changed = {"EmployeeSettings": wrapped(DepartmentID="SALES")}
    assert erp.update(row, changed).status_code == 200
    assert moved_at(erp, row["EmployeeID"]) > created_at


@pytest.mark.case("acumatica", "11b")
def test_case_11_keeps_the_timestamp_over_an_edit_of_the_address(erp: Erp) -> None:
    row = erp.create()
    erp.sandbox.advance(60)
    body = {"ContactInfo": {"Address": wrapped(City="Boston")}}
    assert erp.update(row, body).status_code == 200
    kept = erp.employees()[row["EmployeeID"]]
    assert kept["ContactInfo"]["Address"]["City"] == "Boston"
    assert kept["LastModifiedDateTime"] == row["LastModifiedDateTime"]


def test_moves_the_timestamp_with_the_address_where_the_switch_says_so(erp: Erp) -> None:
    erp.sandbox.switch("acumatica", "address_moves_timestamp", "yes")
    row = erp.create()
    erp.sandbox.advance(60)
    erp.update(row, {"ContactInfo": {"Address": wrapped(City="Boston")}})
    assert moved_at(erp, row["EmployeeID"]) > row["LastModifiedDateTime"]


@pytest.mark.case("acumatica", "12a")
@pytest.mark.parametrize(
    ("field", "label"),
    [("EmployeeClass", "Employee Class"), ("BranchID", "Branch"), ("ReportsTo", "Reports to")],
)
def test_case_12_refuses_an_unknown_setting(erp: Erp, field: str, label: str) -> None:
    answer = erp.put(EMPLOYEE, new_person(**{field: "ABSENT"}))
    assert answer.status_code == 422
    assert answer.json()["EmployeeSettings"][field] == {
        "value": "ABSENT",
        "error": f"'{label}' cannot be found in the system.",
    }
    assert len(erp.employees()) == 3
    assert erp.put(EMPLOYEE, new_person(ReportsTo=LEGACY_ID)).status_code == 200


@pytest.mark.case("acumatica", "12a")
def test_case_12_refuses_an_unknown_position(erp: Erp) -> None:
    person = new_person()
    person["EmploymentHistory"] = [history(PositionID="ABSENT")]
    answer = erp.put(EMPLOYEE, person)
    assert answer.status_code == 422
    line = answer.json()["EmploymentHistory"][0]
    assert line["PositionID"]["error"] == "'Position' cannot be found in the system."
    assert len(erp.employees()) == 3


@pytest.mark.case("acumatica", "12b")
def test_case_12_knows_the_labels_of_status_only(erp: Erp) -> None:
    row = erp.create()
    for status in ("On Hold", "Hold Payments", "Inactive", "One-Time", "Active"):
        assert erp.update(row, {"Status": {"value": status}}).status_code == 200
        assert erp.employees()[row["EmployeeID"]]["Status"] == status
    refused = erp.update(row, {"Status": {"value": "Terminated"}})
    assert refused.status_code == 422
    assert "Status" in refused.json()["Status"]["error"]
    assert erp.employees()[row["EmployeeID"]]["Status"] == "Active"


@pytest.mark.case("acumatica", "12c")
def test_case_12_refuses_an_end_before_the_start(erp: Erp) -> None:
    person = new_person()
    person["EmploymentHistory"] = [history(EndDate="2026-02-01T00:00:00")]
    answer = erp.put(EMPLOYEE, person)
    assert answer.status_code == 422
    text = "'End Date' cannot be earlier than 'Start Date'."
    assert answer.json()["EmploymentHistory"][0]["EndDate"]["error"] == text
    assert len(erp.employees()) == 3
    person["EmploymentHistory"] = [history(EndDate="2026-02-02T00:00:00")]
    assert erp.put(EMPLOYEE, person).status_code == 200


@pytest.mark.case("acumatica", "12c")
def test_case_12_keeps_rehire_eligible_of_the_terminated_only(erp: Erp) -> None:
    person = new_person()
    ended = {"EndDate": "2026-03-01", "Terminated": True, "TerminationReason": "Layoff"}
    person["EmploymentHistory"] = [
        history(RehireEligible=True),
        history(RehireEligible=True, **ended),
    ]
    lines = erp.create(person)["EmploymentHistory"]
    assert [line["RehireEligible"] for line in lines] == [False, True]
    erp.sandbox.switch("acumatica", "early_rehire_eligible", "refused")
    person["EmployeeSettings"] |= wrapped(EmployeeRefNbr="BHR-2")
    refused = erp.put(EMPLOYEE, person)
    assert refused.status_code == 422
    assert "error" in refused.json()["EmploymentHistory"][0]["RehireEligible"]


@pytest.mark.case("acumatica", "12d")
def test_case_12_ignores_the_job_title_silently(erp: Erp) -> None:
    person = new_person()
    person["ContactInfo"] |= wrapped(JobTitle="Analyst", DisplayName="M. Okafor", Active=True)
    answer = erp.put(EMPLOYEE, person, expand="ContactInfo")
    assert answer.status_code == 200
    assert "JobTitle" not in answer.json()["ContactInfo"]
    contact = erp.employees()["EP00000004"]["ContactInfo"]
    assert {"JobTitle", "DisplayName", "Active"}.isdisjoint(contact)


def test_maps_the_job_title_in_version_25_where_the_switch_says_so(erp: Erp) -> None:
    erp.sandbox.switch("acumatica", "job_title_25", "mapped")
    person = new_person()
    person["ContactInfo"] |= wrapped(JobTitle="Analyst")
    answer = erp.put(NEWEST, person, expand="ContactInfo")
    assert answer.json()["ContactInfo"]["JobTitle"] == {"value": "Analyst"}
    assert erp.employees()["EP00000004"]["ContactInfo"]["JobTitle"] == "Analyst"


@pytest.mark.case("acumatica", "12e")
def test_case_12_keeps_the_status_of_the_users_own_record(erp: Erp) -> None:
    assert erp.tenant()["users"]["apiuser"]["employee_id"] == OWN_ID
    own, other = erp.employees()[OWN_ID], erp.employees()[LEGACY_ID]
    inactive = {"Status": {"value": "Inactive"}}
    refused = erp.update(own, inactive)
    assert refused.status_code == 422
    text = "You cannot change the status of your own employee record."
    assert refused.json()["Status"] == {"value": "Inactive", "error": text}
    assert erp.employees()[OWN_ID]["Status"] == "Active"
    assert erp.update(own, {"ContactInfo": wrapped(Phone1="555-0104")}).status_code == 200
    assert erp.update(other, inactive).status_code == 200


@pytest.mark.case("acumatica", "12f")
def test_case_12_asks_for_the_number_where_it_is_given_by_hand(erp: Erp) -> None:
    erp.sandbox.switch("acumatica", "employee_numbering", "manual")
    refused = erp.put(EMPLOYEE, new_person())
    assert refused.status_code == 422
    assert refused.json()["EmployeeID"]["error"] == "'Employee ID' cannot be empty."
    assert len(erp.employees()) == 3
    numbered = {**new_person(), "EmployeeID": {"value": "1042"}}
    assert erp.put(EMPLOYEE, numbered).status_code == 200
    assert erp.employees()["1042"]["EmployeeSettings"]["EmployeeRefNbr"] == "BHR-1042"


def test_refuses_a_number_that_does_not_fit_the_mask(erp: Erp) -> None:
    erp.sandbox.switch("acumatica", "employee_numbering", "manual")
    numbered = {**new_person(), "EmployeeID": {"value": "12345678901"}}
    refused = erp.put(EMPLOYEE, numbered)
    assert refused.status_code == 422
    assert "mask" in refused.json()["EmployeeID"]["error"]


@pytest.mark.case("acumatica", "12g")
@pytest.mark.parametrize(
    ("part", "field", "label"),
    [
        ("ContactInfo", "LastName", "Last Name"),
        ("EmployeeSettings", "EmployeeClass", "Employee Class"),
        ("EmployeeSettings", "DepartmentID", "Department"),
        ("EmployeeSettings", "BranchID", "Branch"),
    ],
)
def test_case_12_requires(erp: Erp, part: str, field: str, label: str) -> None:
    person = new_person()
    del person[part][field]
    answer = erp.put(EMPLOYEE, person)
    assert answer.status_code == 422
    assert answer.json()[part][field]["error"] == f"'{label}' cannot be empty."
    assert len(erp.employees()) == 3
    assert erp.put(EMPLOYEE, new_person()).status_code == 200


def test_asks_for_what_the_class_does_not_give_where_the_switch_says_so(erp: Erp) -> None:
    erp.sandbox.switch("acumatica", "class_defaults", "not_given")
    refused = erp.put(EMPLOYEE, new_person())
    assert refused.status_code == 422
    assert refused.json()["EmployeeSettings"]["Calendar"] == {
        "error": "'Calendar' cannot be empty."
    }
    whole = new_person(Calendar="STANDARD", CurrencyID="USD")
    assert erp.put(EMPLOYEE, whole).status_code == 200


@pytest.mark.parametrize(("switch", "status"), [("refused", 422), ("accepted", 200)])
def test_treats_a_row_without_position_as_the_switch_says(
    erp: Erp, switch: str, status: int
) -> None:
    erp.sandbox.switch("acumatica", "history_without_position", switch)
    person = new_person()
    del person["EmploymentHistory"][0]["PositionID"]
    assert erp.put(EMPLOYEE, person).status_code == status


@pytest.mark.parametrize(("switch", "status"), [("optional", 200), ("required", 422)])
def test_asks_for_a_termination_reason_as_the_switch_says(
    erp: Erp, switch: str, status: int
) -> None:
    erp.sandbox.switch("acumatica", "termination_reason", switch)
    person = new_person()
    person["EmploymentHistory"] = [history(EndDate="2026-03-01", Terminated=True)]
    assert erp.put(EMPLOYEE, person).status_code == status


def test_leaves_existing_history_rows_to_payroll_where_that_is_on(erp: Erp) -> None:
    erp.sandbox.switch("acumatica", "payroll", "on")
    row = erp.create()
    line = wrapped(LineNbr=1, EndDate="2026-03-01")
    refused = erp.update(row, {"EmploymentHistory": [line]})
    assert refused.status_code == 422
    assert "PR203000" in refused.json()["error"]
    assert erp.update(row, {"Status": {"value": "On Hold"}}).status_code == 200


@pytest.mark.case("acumatica", "11a")
def test_case_11_moves_the_timestamp_with_the_derived_name(erp: Erp) -> None:
    row = erp.create()
    body = {"ContactInfo": wrapped(LastName="Ito"), "EmployeeName": {"value": "Someone Else"}}
    erp.sandbox.advance(60)
    assert erp.update(row, body).status_code == 200
    kept = erp.employees()[row["EmployeeID"]]
    assert kept["EmployeeName"] == "Mina Ito"
    assert kept["LastModifiedDateTime"] > row["LastModifiedDateTime"]


def test_fires_what_a_person_at_the_form_changes(erp: Erp) -> None:
    erp.sandbox.advance(60)
    changed = erp.control("employees", LEGACY_ID, Status="On Hold", ContactInfo={"LastName": "Ito"})
    assert changed["EmployeeName"].endswith(" Ito")
    row = erp.get(f"{EMPLOYEE}/{LEGACY_ID}").json()
    assert row["Status"] == {"value": "On Hold"}
    erp.sandbox.control("DELETE", f"acumatica/employees/{LEGACY_ID}")
    assert sorted(erp.employees()) == [OWN_ID, "EP00000003"]


def test_generates_the_same_company_for_the_same_seed(erp: Erp) -> None:
    def drawn() -> list[tuple[str, str]]:
        return [(row["EmployeeName"], row["id"]) for row in erp.employees().values()]

    first = drawn()
    erp.sandbox.reset(seed=1)
    assert drawn() == first
    erp.sandbox.reset(seed=2)
    assert drawn() != first
    assert sorted(erp.tenant()["branches"]) == ["EAST", "HEADOFFICE", "WEST"]
