"""Employer taxes that a company owes and that are not debited with their payroll."""

from __future__ import annotations

from decimal import Decimal

from tests.unit.connectors.sandbox.gusto.caller import Caller


def totals_of(harbor: Caller, uuid: str) -> dict[str, Decimal]:
    shown = harbor.read(f"/payrolls/{uuid}", include="totals")["totals"]
    return {name: Decimal(amount) for name, amount in shown.items()}


def test_states_what_is_deferred_and_debits_that_much_less(harbor: Caller) -> None:
    uuid = harbor.payroll("a")["uuid"]
    before = totals_of(harbor, uuid)
    assert before["deferred_payroll_taxes"] == 0
    harbor.person_does("payrolls", uuid, defer="120.50")
    after = totals_of(harbor, uuid)
    moved = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    assert moved == {
        "deferred_payroll_taxes": Decimal("120.50"),
        "tax_debit": Decimal("-120.50"),
        "company_debit": Decimal("-120.50"),
    }


def test_balances_the_ledger_report_of_a_payroll_with_deferred_taxes(harbor: Caller) -> None:
    uuid = harbor.payroll("a")["uuid"]
    harbor.person_does("payrolls", uuid, defer="120.50")
    path = f"payrolls/{uuid}/reports/general_ledger"
    asked = harbor.send("POST", path, json={"aggregation": "default"})
    assert asked.status_code == 200
    (basic, _) = harbor.state()["report_requests"][asked.json()["request_uuid"]]["body"]["data"]
    assert basic["totals"][-1] == basic["totals"][-2]
    rows = {row[0]: row for row in basic["rows"]}
    assert rows["DeferredTaxes"][-1] == "120.5"
