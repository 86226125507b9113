"""What a bookkeeper does and sees at Acumatica: batches, periods, accounts."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from tests.connected import Connected


class Bookkeeping(Connected):
    """The general ledger of one tenant, by hand."""

    KEPT = (
        "Account",
        "Subaccount",
        "DebitAmount",
        "CreditAmount",
        "TransactionDescription",
        "ReferenceNbr",
    )
    """What a bookkeeper types on a line."""

    def ledger(self) -> Any:
        """Everything of the tenant at Acumatica."""
        return self.sandbox.state("acumatica")["instances"]["northwind.acumatica.com"]["tenants"][
            "Northwind"
        ]

    def journals(self) -> list[Any]:
        """Every batch, the oldest first."""
        return list(self.ledger()["journals"].values())

    def journals_of(self, payroll_id: str) -> list[Any]:
        """Every batch whose description is one of this payroll's references."""
        written = re.compile(rf"GUSTO {re.escape(payroll_id)} [rv]\d+")
        return [row for row in self.journals() if written.fullmatch(row["Description"] or "")]

    def journal(self, payroll_id: str, mark: str = "r1") -> Any:
        """The one batch of this reference."""
        (found,) = [
            row
            for row in self.journals_of(payroll_id)
            if row["Description"] == f"GUSTO {payroll_id} {mark}"
        ]
        return found

    def standing(self, payroll_id: str) -> list[str]:
        """The marks of all batches of the payroll and how they stand, the oldest first."""
        return [
            f"{row['Description'].rpartition(' ')[2]} {row['Status']}"
            for row in self.journals_of(payroll_id)
        ]

    def at_acumatica(self, journal: Any, **changes: Any) -> None:
        """Change a batch by hand, or do its ``action``: release, approve, reject …"""
        key = f"{journal['Module']}|{journal['BatchNbr']}"
        self.sandbox.control("PUT", f"acumatica/journals/{key}", changes)

    def delete_journal(self, journal: Any) -> None:
        """Delete a batch by hand."""
        key = f"{journal['Module']}|{journal['BatchNbr']}"
        self.sandbox.control("DELETE", f"acumatica/journals/{key}")

    def removed_journals(self) -> list[Any]:
        """The batches that were deleted, by whomever."""
        removed = self.ledger()["removed"].values()
        return [one["row"] for one in removed if one["kind"] == "journals"]

    def set_period(self, day: str, status: str) -> None:
        """Open or close the period in which a day falls."""
        period = date.fromisoformat(day).strftime("%m%Y")
        self.sandbox.control("PUT", f"acumatica/periods/{period}", {"Status": status})

    def first_of_next_month(self, day: str) -> str:
        """The first day of the month after the one in which a day falls."""
        in_next = date.fromisoformat(day).replace(day=28) + timedelta(days=4)
        return in_next.replace(day=1).isoformat()

    def set_account(self, account: str, **fields: Any) -> None:
        """Change an account as a bookkeeper would."""
        self.sandbox.control("PUT", f"acumatica/accounts/{account}", fields)
