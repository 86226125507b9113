"""Gusto §7, cases 10 and 11: the version header, and what each version looks like."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.unit.connectors.sandbox.gusto.caller import (
    CLIENT_ID,
    NEWEST,
    VERSION,
    Caller,
    assert_refused,
)

case = pytest.mark.case
OLDER = ("2025-06-15", "2025-11-15", "2026-02-01")
EVERYTHING = "benefits,deductions,taxes,payroll_taxes,totals,payroll_status_meta"
ABSENT = object()


def in_version(caller: Caller, version: str | None) -> Caller:
    other = caller.with_token(caller.token)
    other.version = version
    return other


def payroll(caller: Caller, fixture: str, version: str = NEWEST) -> Any:
    uuid = caller.payroll(fixture)["uuid"]
    return in_version(caller, version).read(f"/payrolls/{uuid}", include=EVERYTHING, per=100)


@case("gusto", "10a")
def test_case_10a_echoes_the_version_or_the_apps_own(harbor: Caller) -> None:
    for version in (*OLDER, NEWEST):
        assert in_version(harbor, version).own().headers[VERSION] == version
    assert in_version(harbor, None).own().headers[VERSION] == "2025-06-15"
    harbor.person_does("apps", CLIENT_ID, minimum_version="2026-02-01")
    assert in_version(harbor, None).own().headers[VERSION] == "2026-02-01"


@case("gusto", "10b")
def test_case_10b_refuses_versions_too_old_too_new_or_malformed(harbor: Caller) -> None:
    for version in ("2024-04-01", "2023-05-01", "2027-01-01", "2026-6-15", "latest"):
        assert_refused(in_version(harbor, version).own(), 406, "invalid_api_version")
    assert in_version(harbor, NEWEST).own().status_code == 200


@case("gusto", "10b")
def test_case_10b_refuses_versions_below_the_apps_own(harbor: Caller) -> None:
    older = in_version(harbor, "2025-11-15")
    assert older.own().status_code == 200
    harbor.person_does("apps", CLIENT_ID, minimum_version="2026-02-01")
    assert_refused(older.own(), 406, "invalid_api_version")


def test_refuses_the_version_after_its_sunset_when_switched(harbor: Caller) -> None:
    oldest = in_version(harbor, "2025-06-15")
    assert oldest.own().status_code == 200
    harbor.switch("version_2025_06_15", "refused")
    assert_refused(oldest.own(), 406, "invalid_api_version")
    assert in_version(harbor, "2025-11-15").own().status_code == 200


@case("gusto", "10b")
@case("gusto", "10c")
def test_case_10c_refuses_in_a_flat_body_when_switched(harbor: Caller) -> None:
    harbor.switch("version_refusal", "flat")
    answer = in_version(harbor, "2027-01-01").own()
    assert answer.status_code == 406
    assert answer.json()["name"] == "Invalid X-Gusto-API-Version Header"
    assert answer.json()["message"]
    assert "errors" not in answer.json()


def amounts(row: Any) -> list[Any]:
    """The money of an employee that changed its form."""
    found = [row["gross_pay"], row["net_pay"], row["check_amount"]]
    found += [line["amount"] for part in ("taxes", "deductions") for line in row[part]]
    for line in row["benefits"]:
        found += [line["employee_deduction"], line["company_contribution"]]
    return [amount for amount in found if amount is not None]


@case("gusto", "11a")
def test_case_11a_writes_employee_money_as_numbers_then_as_text(harbor: Caller) -> None:
    for version in OLDER:
        older = payroll(harbor, "b", version)
        found = [value for row in older["employee_compensations"] for value in amounts(row)]
        assert {type(value) for value in found} <= {int, float}
    newest = payroll(harbor, "b")
    found = [value for row in newest["employee_compensations"] for value in amounts(row)]
    assert {type(value) for value in found} == {str}
    assert {len(value.partition(".")[2]) for value in found} == {1, 2}
    for shown in (older, newest):
        assert all(re.fullmatch(r"-?\d+\.\d\d", text) for text in shown["totals"].values())
        hourly = [
            line["amount"]
            for row in shown["employee_compensations"]
            for line in row["hourly_compensations"]
        ]
        assert all(isinstance(amount, str) for amount in hourly)
        assert {len(amount.partition(".")[2]) for amount in hourly} == {0, 1, 2}


def test_writes_lines_as_numbers_in_the_newest_version_when_switched(harbor: Caller) -> None:
    harbor.switch("line_amounts_2026", "number")
    row = payroll(harbor, "b")["employee_compensations"][0]
    assert isinstance(row["gross_pay"], str)
    assert {type(line["amount"]) for line in row["taxes"]} == {float}


@pytest.mark.parametrize(("written", "kind"), [("number", float), ("text", str)])
def test_writes_payroll_taxes_either_way(harbor: Caller, written: str, kind: type) -> None:
    harbor.switch("payroll_taxes_2026", written)
    taxes = payroll(harbor, "b")["payroll_taxes"]
    assert {type(tax["amount"]) for tax in taxes} == {kind}
    assert {"Social Security", "FUTA"} <= {tax["name"] for tax in taxes}


def test_shows_time_off_in_money_only_in_the_newest_version(harbor: Caller) -> None:
    def shown(version: str) -> set[Any]:
        rows = payroll(harbor, "b", version)["employee_compensations"]
        parts = [part for row in rows for part in row["paid_time_off"]]
        assert all(re.fullmatch(r"\d+\.\d", part["hours"]) for part in parts)
        return {type(part.get("amount", ABSENT)) for part in parts}

    assert shown(NEWEST) == {str}
    assert shown("2026-02-01") == {type(ABSENT)}
    harbor.switch("time_off_amount", "null")
    assert shown(NEWEST) == {type(None)}
    harbor.switch("time_off_amount", "absent")
    assert shown(NEWEST) == {type(ABSENT)}


@case("gusto", "11b")
def test_case_11b_calls_the_pilot_by_two_names(harbor: Caller) -> None:
    oldest = payroll(harbor, "a", "2025-06-15")
    assert oldest["auto_pilot"] is False
    assert "auto_payroll" not in oldest
    newer = payroll(harbor, "a", "2025-11-15")
    assert newer["auto_payroll"] is False
    assert "auto_pilot" not in newer


@case("gusto", "11c")
def test_case_11c_has_reimbursements_in_one_item_then_in_an_array(harbor: Caller) -> None:
    def first(version: str) -> Any:
        rows = payroll(harbor, "c", version)["employee_compensations"]
        return next(row for row in rows if row["employee_uuid"] == person)

    state = harbor.payroll("c")["employee_compensations"]
    person = next(uuid for uuid, row in state.items() if row["reimbursements"])
    oldest = first("2025-06-15")
    assert "reimbursements" not in oldest
    folded = [row for row in oldest["fixed_compensations"] if row["name"] == "Reimbursement"]
    assert [row["amount"] for row in folded] == ["86.40"]
    newest = first(NEWEST)
    assert newest["reimbursements"] == [{"amount": "86.40", "description": "Mileage"}]
    assert "Reimbursement" not in [row["name"] for row in newest["fixed_compensations"]]


@case("gusto", "11d")
def test_case_11d_leaves_off_cycle_dates_open_in_the_newest_version(harbor: Caller) -> None:
    newest, older = payroll(harbor, "h"), payroll(harbor, "h", "2026-02-01")
    assert newest["payroll_status_meta"]["initial_check_date"] is None
    assert newest["payroll_status_meta"]["payroll_late"] is None
    assert older["payroll_status_meta"]["initial_check_date"] == older["check_date"]
    assert older["payroll_status_meta"]["payroll_late"] is False
    regular = payroll(harbor, "a")["payroll_status_meta"]
    assert regular["initial_check_date"] == harbor.payroll("a")["check_date"]
    assert set(regular) == {
        "cancellable",
        "expected_check_date",
        "initial_check_date",
        "expected_debit_time",
        "payroll_late",
        "initial_debit_cutoff_time",
    }


@case("gusto", "11e")
def test_case_11e_tells_ids_of_compensations_and_no_longer_of_addresses(harbor: Caller) -> None:
    newest, older = harbor.read(), in_version(harbor, "2026-02-01").read()
    assert all("uuid" in row for row in newest["compensations"]["fixed"])
    assert not any("uuid" in row for row in older["compensations"]["fixed"])
    names = [row["name"] for row in newest["compensations"]["fixed"]]
    assert names == [row["name"] for row in older["compensations"]["fixed"]]
    assert {"Bonus", "Severance", "Reimbursement"} <= set(names)

    def address(version: str) -> set[str]:
        query = {"include": "current_home_address", "page": 1, "per": 1}
        return set(
            in_version(harbor, version).read("/employees", **query)[0]["current_home_address"]
        )

    dated = {"id", "effective_from", "effective_to"}
    assert dated <= address("2025-06-15")
    assert dated & address("2025-11-15") == set()


def test_stamps_the_request_id_twice_when_switched(harbor: Caller) -> None:
    assert "," not in harbor.own().headers["X-Request-Id"]
    harbor.switch("request_id", "twice")
    one, other = harbor.own().headers["X-Request-Id"].split(", ")
    assert one == other
