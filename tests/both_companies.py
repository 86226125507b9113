"""A company whose people are in HR and in payroll alike; finance has each of them once."""

from __future__ import annotations

from typing import Any

from integrations.models import Integration, Record, Tie
from tests.company import Company
from tests.conftest import Sandbox
from tests.connected import Connected
from tests.payroll_company import APP, DEPARTMENTS, OPTIONS, PayrollCompany

TWIN_COUNT = 4


class PayrollBeside(PayrollCompany):
    """Gusto beside HR's integration: the same tenant, the same connection to Acumatica.

    It is installed and not switched on yet; nobody has chosen who leads.
    """

    def __init__(self, company: Company) -> None:
        self.sandbox, self.operator = company.sandbox, company.operator
        self.tenant = company.tenant
        source = self.connected("gusto", APP)
        self.install(source, company.integration.target, "gusto_to_acumatica", **OPTIONS)
        for department, code in DEPARTMENTS.items():
            self.map("department", department, code)
        Integration.objects.filter(pk=self.integration.pk).update(status=Integration.Status.DRAFT)


class BothCompanies:
    """HR and payroll of one company; some people are in both, with the same name and e-mail."""

    def __init__(self, sandbox: Sandbox, people: int) -> None:
        self.sandbox = sandbox
        self.hr = Company(sandbox, people)
        self.hr.advance(seconds=3_600 * 12)
        self.payroll = PayrollBeside(self.hr)
        working = [key for key in self.hr.people() if self._is_at_work(key)]
        paid = [key for key, row in self.payroll.people().items() if _is_plain(row)]
        self.twins = dict(zip(working[:TWIN_COUNT], paid[:TWIN_COUNT], strict=True))
        self.paid_alone = paid[TWIN_COUNT:]
        for hr_id, paid_id in self.twins.items():
            self.payroll.change(paid_id, **as_paid(self.hr.people()[hr_id]))

    def meet(self) -> None:
        """Go by the vendors' clock."""
        self.hr.meet()

    def hire(self, **at_hr: Any) -> tuple[str, str]:
        """Hire somebody for both: payroll has entered the person; answers both ids."""
        hr_id = self.hr.hire(workEmail="nora.quist@northwind.example", **at_hr)
        paid_id = self.payroll.hire(work_email="nora.quist@northwind.example")
        return hr_id, paid_id

    def employees_of(self, email: str) -> list[str]:
        """The numbers of all employees with this e-mail."""
        return [
            number
            for number, row in self.hr.employees().items()
            if row["ContactInfo"]["Email"] == email
        ]

    def number_of(self, hr_id: str) -> str:
        """The one number under which finance has somebody who is in both."""
        (number,) = self.employees_of(self.hr.people()[hr_id]["workEmail"])
        return number

    def ties_of(self, number: str) -> dict[str, list[str]]:
        """By flow, which fields each integration that holds an employee leads."""
        ties = Tie.objects.filter(kind="employee", target_id=number).select_related("integration")
        return {tie.integration.flow: tie.leads for tie in ties}

    def _is_at_work(self, hr_id: str) -> bool:
        row = self.hr.people()[hr_id]
        is_staff = row["employmentHistoryStatus"] not in ("Contractor", "Terminated")
        return is_staff and row["status"] == "Active" and bool(row["workEmail"])


def waiting_for_the_leader(side: Connected) -> set[str]:
    """The ids of those who wait until the integration that leads has written them."""
    rows = Record.objects.filter(integration=side.integration, state=Record.State.WAITING)
    return {
        row.source_id
        for row in rows
        if [reason["code"] for reason in row.reasons] == ["leader_first"]
    }


def as_paid(person: dict[str, Any]) -> dict[str, Any]:
    """The facts that payroll has of a person of HR's."""
    return {
        "first_name": person["firstName"],
        "last_name": person["lastName"],
        "preferred_first_name": None,
        "work_email": person["workEmail"],
    }


def _is_plain(row: dict[str, Any]) -> bool:
    has_begun = bool(row["onboarded"]) and not row["terminated"] and not row["terminations"]
    return has_begun and bool(row["work_email"]) and row["department_uuid"] is not None
