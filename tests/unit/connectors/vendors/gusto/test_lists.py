"""What mappings choose from: departments and the components of payrolls."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.vendor import TermValue
from connectors.vendors.gusto.client import Client
from connectors.vendors.gusto.lists import public_name, read_components, read_departments
from tests.clocks import StoppedClock
from tests.unit.connectors.vendors.gusto.conftest import OWN, Vendor, body, counted, refusal

PAYROLL = "0d6f0a52-1c7e-4b0b-9a55-2f5f3f0f8a01"


def test_reads_departments_by_title(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", f"{OWN}/departments", body("departments"))
    assert read_departments(client) == (
        TermValue("Advisory", "Advisory"),
        TermValue("Operations", "Operations"),
    )


def test_gathers_components_from_lists_and_payrolls(
    vendor: Vendor, client: Client, stopped_clock: StoppedClock
) -> None:
    payroll: Any = body("payroll")
    head = {name: part for name, part in payroll.items() if name != "employee_compensations"}
    vendor.answers("GET", OWN, body("company"))
    vendor.answers("GET", f"{OWN}/earning_types", body("earning_types"))
    vendor.answers("GET", f"{OWN}/company_benefits", body("company_benefits"))
    vendor.answers("GET", f"{OWN}/payrolls", [head], headers=counted(1, 1))
    vendor.answers("GET", f"{OWN}/payrolls/{PAYROLL}", payroll, headers=counted(1, 2))
    found = {one.key: one for one in read_components(client)}
    assert found["earning:Vacation Hours"].parent == "earning"
    assert found["earning:Severance"].is_active
    assert not found["earning:Gym money"].is_active
    assert found["benefit:Medical Insurance"].is_active
    assert not found["benefit:Commuter card"].is_active
    assert "earning:Reimbursement" not in found
    assert found["reimbursement:Reimbursement"].title == "Reimbursement (reimbursements)"
    assert {"employee_tax:Social Security", "employer_tax:Social Security"} <= set(found)
    assert {"benefit:401(k)", "deduction:Child support", "deduction:Company loan"} <= set(found)
    assert found["total:owners_draw"] == TermValue(
        "total:owners_draw", "Owner's draw", parent="total"
    )
    assert "CS-204417" not in str(found)
    assert "Dana" not in str(found)


def test_does_without_the_list_of_benefits_where_it_may_not_be_seen(
    vendor: Vendor, client: Client, stopped_clock: StoppedClock
) -> None:
    vendor.answers("GET", OWN, body("company"))
    vendor.answers("GET", f"{OWN}/earning_types", body("earning_types"))
    denied = refusal("missing_oauth_scopes")
    vendor.answers("GET", f"{OWN}/company_benefits", denied, status=403)
    vendor.answers("GET", f"{OWN}/payrolls", [])
    assert not any(one.parent == "benefit" for one in read_components(client))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Child support - CS-204417", "Child support"),
        ("Garnishment #88/2026 (county)", "Garnishment (county"),
        ("Company loan", "Company loan"),
        ("CS-204417", "Deduction"),
        ("Levy: 2026-114", "Levy"),
    ],
)
def test_shows_no_case_number(name: str, shown: str) -> None:
    assert public_name(name) == shown
