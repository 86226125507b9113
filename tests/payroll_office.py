"""What a payroll office does at Gusto: payrolls run, cancelled, run again, moved, reversed."""

from __future__ import annotations

from typing import Any

import requests

from integrations.connect import service
from tests.payroll_company import APP, HARBOR_AND_PINE, PayrollCompany

INCLUDED = "benefits,deductions,taxes,payroll_taxes,payroll_status_meta,totals,reversals"


class PayrollOffice(PayrollCompany):
    """One company's payrolls at Gusto."""

    company_id = HARBOR_AND_PINE

    def pay(self, **body: Any) -> str:
        """Run a payroll of the last week, paid in a week unless told otherwise; the id."""
        asked = {"check_date": self.day(7), **body}
        made = self.sandbox.control("PUT", f"gusto/payrolls/{self.company_id}/new", asked)
        return str(made["uuid"])

    def bonus(self, amount: str = "500.00", **body: Any) -> str:
        """Run a bonus for everybody who is paid weekly, or for those named."""
        return self.pay(off_cycle_reason="Bonus", earning="Bonus", amount=amount, **body)

    def change_payroll(self, payroll_id: str, **actions: Any) -> None:
        """Do at Gusto what the actions name: cancel, scale, check_date, process, reverse …"""
        self.sandbox.control("PUT", f"gusto/payrolls/{payroll_id}", actions)

    def cancel(self, payroll_id: str) -> None:
        """Take a processed payroll back."""
        self.change_payroll(payroll_id, cancel=True)

    def withdraw(self, *scopes: str) -> None:
        """Take rights from the app and from all who have granted it something."""
        state = self.sandbox.state("gusto")
        kept = [one for one in state["apps"][APP]["scopes"] if one not in scopes]
        self.sandbox.control("PUT", f"gusto/apps/{APP}", {"scopes": kept})
        for grant_id, grant in state["grants"].items():
            left = [one for one in grant["scopes"] if one not in scopes]
            self.sandbox.control("PUT", f"gusto/grants/{grant_id}", {"scopes": left})
        service.check(self.integration.source)

    def wrong_report(self, payroll_id: str, wages: str) -> Any:
        """A ledger report in which everybody's wages are only so much."""
        rows = [
            ["Advisory", "RegularWages", "Regular Wages ", wages, None],
            ["", "DebitNetPay", "Debit net pay", None, wages],
        ]
        ends = ["", None, "Totals", wages, wages]
        headers = ["Department", "Account Type", "Account Description", "Debit", "Credit"]
        return {
            "company_name": "Harbor & Pine Consulting LLC",
            "ledger_description": "Ledger for Regular Payroll",
            "check_date": self.payroll(payroll_id)["check_date"],
            "data": [
                {"data_type": "Basic", "headers": headers, "rows": rows, "totals": ends},
            ],
        }

    def run_again(self, payroll_id: str, factor: str) -> None:
        """Cancel a payroll and run it under its own id with amounts so many times as large."""
        self.change_payroll(payroll_id, cancel=True, scale=factor, process=True)

    def reverse(self, payroll_id: str, whom: object = True) -> str:
        """Have Gusto turn a payroll round, for all or for some; the id of the reversal."""
        before = set(self.payrolls())
        self.change_payroll(payroll_id, reverse=whom)
        (made,) = set(self.payrolls()) - before
        return made

    def delete_payroll(self, payroll_id: str) -> None:
        """Delete a payroll that is not processed."""
        self.sandbox.control("DELETE", f"gusto/payrolls/{payroll_id}")

    def clear_what_is_ahead(self) -> None:
        """Take back the generated payrolls that are paid from today on."""
        for payroll_id, row in self.payrolls().items():
            if row["check_date"] >= self.today():
                if row["processed"]:
                    self.cancel(payroll_id)
                self.delete_payroll(payroll_id)

    def payrolls(self) -> dict[str, Any]:
        """Every payroll at Gusto, by id."""
        rows: dict[str, Any] = self._at_gusto()["payrolls"]
        return rows

    def payroll(self, payroll_id: str) -> Any:
        """One payroll as Gusto has it."""
        return self.payrolls()[payroll_id]

    def as_told(self, payroll_id: str) -> Any:
        """One payroll as the API tells it, read aside with the app's own token."""
        grants = self.sandbox.state("gusto")["grants"].values()
        (pair,) = [
            grant["pairs"][-1] for grant in grants if grant["company_uuid"] == self.company_id
        ]
        url = f"{self.sandbox.url}/gusto/api.gusto.com/v1/companies/{self.company_id}/payrolls"
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(
                f"{url}/{payroll_id}",
                params={"include": INCLUDED, "per": "100"},
                headers={
                    "Authorization": f"Bearer {pair['access_token']}",
                    "X-Gusto-API-Version": "2026-06-15",
                },
                timeout=30,
            )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def fixture(self, letter: str) -> str:
        """The id of the generated payroll of this letter."""
        (found,) = [key for key, row in self.payrolls().items() if row["fixture"] == letter]
        return found

    def _at_gusto(self) -> Any:
        return self.sandbox.state("gusto")["companies"][self.company_id]

    def contractor_payments(self) -> set[str]:
        """The ids of all payments to contractors."""
        return set(self._at_gusto()["contractor_payments"])

    def payable(self) -> list[str]:
        """Everybody who works there today and is paid by the hour or the year."""
        return [
            key
            for key, person in self.people().items()
            if person["onboarded"] and not person["terminated"] and not is_owner(person)
        ]


def is_owner(person: Any) -> bool:
    """Whether somebody takes money out instead of being paid."""
    return bool(person["two_percent_shareholder"])
