"""Gusto §7, case 28: the general ledger report, from the request to the object store."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
import requests

from tests.unit.connectors.sandbox.gusto.caller import Caller, assert_refused

case = pytest.mark.case
ZERO = Decimal("0.00")
STORE = "https://gusto-reports.s3.us-west-2.amazonaws.com/"
SEEN = {
    "RegularWages",
    "OvertimeWages",
    "VacationWages",
    "SickWages",
    "EmployerTax",
    "BenefitCompanyContribution",
    "BenefitLiability",
    "DebitNetPay",
    "DebitTax",
    "DebitChildSupport",
    "Garnishment",
    "EmployeePaymentCheck",
}


def ask(harbor: Caller, fixture: str = "b", **body: Any) -> requests.Response:
    path = f"payrolls/{harbor.payroll(fixture)['uuid']}/reports/general_ledger"
    return harbor.send("POST", path, json={"aggregation": "default", **body})


def finished(harbor: Caller, fixture: str = "b", **body: Any) -> Any:
    """What a report's request answers once it is done."""
    asked = ask(harbor, fixture, **body)
    assert asked.status_code == 200, asked.text
    harbor.sandbox.advance(5)
    return harbor.get(f"reports/{asked.json()['request_uuid']}").json()


def store(harbor: Caller, url: str, **headers: str) -> requests.Response:
    """Fetch a presigned address where the sandbox has it."""
    assert url.startswith(STORE)
    local = f"{harbor.sandbox.url}/gusto/{url.removeprefix('https://')}"
    return harbor.session.get(local, headers=headers, timeout=20)


def ledger(harbor: Caller, fixture: str = "b", **body: Any) -> Any:
    (url,) = finished(harbor, fixture, **body)["report_urls"]
    answer = store(harbor, url)
    assert answer.status_code == 200, answer.text
    return answer.json()


def section(report: Any, name: str) -> list[dict[str, Any]]:
    """The rows of one part, by header."""
    (part,) = [part for part in report["data"] if part["data_type"] == name]
    rows = [dict(zip(part["headers"], row, strict=True)) for row in part["rows"]]
    totals = dict(zip(part["headers"], part["totals"], strict=True))
    for side in ("Debit", "Credit"):
        assert Decimal(totals[side]) == sum((Decimal(row[side] or 0) for row in rows), ZERO)
    assert totals["Debit"] == totals["Credit"]
    assert (totals["Account Type"], totals["Account Description"]) == (None, "Totals")
    return rows


def by_type(rows: list[dict[str, Any]]) -> dict[str, Decimal]:
    """Debits less credits of each account type; nothing where there is no row."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        found[row["Account Type"]] += Decimal(row["Debit"] or 0) - Decimal(row["Credit"] or 0)
    return found


@case("gusto", "28a")
def test_case_28a_is_pending_then_succeeded(harbor: Caller) -> None:
    asked = ask(harbor).json()
    assert set(asked) == {"payroll_uuid", "aggregation", "integration_type", "request_uuid"}
    path = f"reports/{asked['request_uuid']}"
    assert harbor.get(path).json() == {
        "request_uuid": asked["request_uuid"],
        "status": "pending",
        "report_urls": [],
    }
    harbor.sandbox.advance(5)
    done = harbor.get(path).json()
    assert done["status"] == "succeeded"
    report = store(harbor, done["report_urls"][0])
    assert report.status_code == 200
    assert set(report.json()) == {"company_name", "ledger_description", "check_date", "data"}
    assert_refused(harbor.get("reports/unheard-of"), 404, "not_found")


def test_refuses_what_it_cannot_report(harbor: Caller) -> None:
    wrong = ask(harbor, aggregation="weekday")
    assert_refused(wrong, 422, "invalid_attribute_value", "aggregation")
    odd = ask(harbor, integration_type="xero")
    assert_refused(odd, 422, "invalid_attribute_value", "integration_type")
    assert_refused(ask(harbor, "later"), 422, "invalid_operation", "base")
    assert ask(harbor, aggregation="integration", integration_type="xero").status_code == 200
    limited = [scope for scope in harbor.state()["grants"]["1"]["scopes"] if "reports" not in scope]
    harbor.person_does("grants", "1", scopes=limited)
    assert_refused(ask(harbor), 403, "missing_oauth_scopes")


@case("gusto", "28b")
def test_case_28b_can_fail(harbor: Caller) -> None:
    harbor.switch("report_outcome", "fails")
    failed = finished(harbor)
    assert (failed["status"], failed["report_urls"]) == ("failed", [])


@case("gusto", "28c")
def test_case_28c_dies_after_ten_minutes(harbor: Caller) -> None:
    (url,) = finished(harbor)["report_urls"]
    harbor.sandbox.advance(540)
    assert store(harbor, url).status_code == 200
    harbor.sandbox.advance(70)
    late = store(harbor, url)
    assert late.status_code == 403
    assert late.headers["Content-Type"] == "application/xml"
    assert late.text.startswith("<?xml")
    assert "<Code>AccessDenied</Code>" in late.text
    assert store(harbor, url.replace("Signature=", "Signature=0")).status_code == 403


@case("gusto", "28d")
def test_case_28d_may_have_an_account_type_of_no_list(harbor: Caller) -> None:
    assert set(by_type(section(ledger(harbor), "Basic"))) <= SEEN
    harbor.switch("ledger_account_types", "one unknown")
    types = set(by_type(section(ledger(harbor), "Basic")))
    assert types - SEEN == {"PayrollSuspense"}
    assert "DebitTax" not in types


@case("gusto", "28e")
def test_case_28e_has_other_columns_for_each_aggregation(harbor: Caller) -> None:
    def headers(aggregation: str, **more: str) -> list[list[str]]:
        report = ledger(harbor, aggregation=aggregation, **more)
        return [part["headers"] for part in report["data"]]

    detailed = ["Account Type", "Account Description", "Debit", "Credit"]
    assert headers("default") == [detailed, detailed]
    assert headers("job")[0] == ["Account Type", "Account Description", "Job", "Debit", "Credit"]
    assert headers("department")[0] == [
        "Department",
        "Account Type",
        "Account Description",
        "Debit",
        "Credit",
    ]
    assert len(headers("integration", integration_type="qbo")[0]) == 5


@case("gusto", "28f")
@pytest.mark.parametrize("fixture", ["b", "c", "d", "e", "g"])
def test_case_28f_balances_and_equals_the_payroll(harbor: Caller, fixture: str) -> None:
    report = ledger(harbor, fixture)
    totals = {name: Decimal(text) for name, text in harbor.payroll(fixture)["totals"].items()}
    rows = section(report, "Basic")
    debit = sum((Decimal(row["Debit"] or 0) for row in rows), ZERO)
    expected = ("gross_pay", "employer_taxes", "benefits", "reimbursements")
    assert debit == sum(totals[name] for name in expected)
    found = by_type(rows)
    assert by_type(section(report, "Detailed")) == found
    assert -found["DebitNetPay"] == totals["net_pay_debit"]
    assert -found["DebitTax"] == totals["tax_debit"]
    assert -found["DebitReimbursement"] == totals["reimbursement_debit"]
    assert -found["DebitChildSupport"] == totals["child_support_debit"]
    assert found["EmployerTax"] == totals["employer_taxes"]
    assert found["BenefitCompanyContribution"] == totals["benefits"]
    liability = totals["benefits"] + totals["employee_benefits_deductions"]
    assert -found["BenefitLiability"] == liability
    assert report["check_date"] == harbor.payroll(fixture)["check_date"]


@case("gusto", "28g")
def test_case_28g_refuses_a_token_at_the_object_store(harbor: Caller) -> None:
    (url,) = finished(harbor)["report_urls"]
    refused = store(harbor, url, Authorization=f"Bearer {harbor.token}")
    assert refused.status_code == 400
    assert "<Code>InvalidArgument</Code>" in refused.text
    assert store(harbor, url).status_code == 200


def test_takes_a_token_there_when_switched(harbor: Caller) -> None:
    harbor.switch("report_store_token", "ignored")
    (url,) = finished(harbor)["report_urls"]
    assert store(harbor, url, Authorization=f"Bearer {harbor.token}").status_code == 200


def test_splits_by_the_departments_of_today_when_switched(harbor: Caller) -> None:
    harbor.switch("ledger_departments", "current")
    for uuid, row in harbor.payroll("b")["employee_compensations"].items():
        if row["department"] == "Advisory":
            harbor.person_does("employees", uuid, department="Research")
    rows = section(ledger(harbor, aggregation="department"), "Basic")
    departments = {row["Department"] for row in rows}
    assert "Research" in departments
    assert "Advisory" not in departments


def test_splits_expenses_by_department_and_job_as_of_the_payroll(harbor: Caller) -> None:
    payroll = harbor.payroll("b")
    people = payroll["employee_compensations"]
    wages: dict[str, Decimal] = defaultdict(Decimal)
    for row in people.values():
        for line in row["earnings"]:
            if line["name"] == "Regular Hours":
                wages[row["department"] or ""] += Decimal(line["amount"])
    mover = next(uuid for uuid, row in people.items() if row["department"] == "Advisory")
    harbor.person_does("employees", mover, department="Research")
    rows = section(ledger(harbor, aggregation="department"), "Basic")
    split = {
        row["Department"]: Decimal(row["Debit"])
        for row in rows
        if row["Account Type"] == "RegularWages"
    }
    assert split == dict(wages)
    assert {row["Department"] for row in rows if row["Credit"] is not None} == {""}
    jobs = section(ledger(harbor, aggregation="job"), "Basic")
    titles = {row["Job"] for row in jobs if row["Account Type"] == "RegularWages"}
    assert titles == {line["job_title"] for row in people.values() for line in row["earnings"]}
    checks = [row for row in jobs if row["Account Type"] == "EmployeePaymentCheck"]
    assert checks
    assert all(row["Account Description"].startswith("Check for ") for row in checks)
    assert all(row["Account Description"].endswith(" ") for row in jobs)


def test_names_people_only_where_it_should(harbor: Caller) -> None:
    rows = section(ledger(harbor), "Detailed")
    wages = [row for row in rows if row["Account Type"] == "RegularWages"]
    assert all(row["Account Description"].startswith("Regular Wages for ") for row in wages)
    taxes = [row for row in rows if row["Account Type"] == "EmployerTax"]
    assert all(row["Account Description"].endswith("employer tax") for row in taxes)


def test_swaps_the_sides_of_negative_amounts_when_switched(harbor: Caller) -> None:
    signed = by_type(section(ledger(harbor, "e"), "Basic"))
    harbor.switch("ledger_negatives", "swapped")
    rows = section(ledger(harbor, "e"), "Basic")
    assert by_type(rows) == signed
    amounts = [Decimal(row[side]) for row in rows for side in ("Debit", "Credit") if row[side]]
    assert min(amounts) > 0


def test_keeps_what_was_asked_for_in_its_state(harbor: Caller) -> None:
    report = ledger(harbor, aggregation="job")
    (kept,) = harbor.state()["report_requests"].values()
    assert kept["aggregation"] == "job"
    assert kept["body"] == report
    assert kept["payroll_uuid"] == harbor.payroll("b")["uuid"]
