"""The company whose payrolls the proof posts, brought to the instant before its story begins.

Runs on the product's own functions, in a process of the launcher's; nothing here judges.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.test import Client

from integrations import mapping, registry, switching, tasks
from integrations.engine import plans
from integrations.models import Connection, Plan, Record
from tests.crash.scenario import PAYROLL, REVERSAL, Scenario
from tests.crash.stage import founded
from tests.payroll_company import PayrollCompany

LEG = "payrolls"
COMPONENT = "pay_component"
SUBACCOUNT = "000000"
ACCOUNTS = {
    "earning": "60100",
    "employer_tax": "60500",
    "contribution": "60600",
    "reimbursement": "61000",
    "benefit": "21600",
    "deduction": "21800",
    "total": "10250",
}
"""Where each section of a payroll stands in the books."""
STARTS_AFTER_DAYS, PAID_AFTER_DAYS = 20, 24
"""The generated payrolls are all paid before; Gusto can still cancel those of the story."""
PAID_COUNT = 2


def prepare_payroll() -> dict[str, Any]:
    """A payroll was posted a day ago; another one has just been processed.

    A notice tells of it. What switching on asks for waits in the queues; the vendor's own
    deliveries never arrive.
    """
    harbor = installed(PAYROLL)
    payroll_id = drafted(harbor)
    carry(harbor)
    harbor.advance(seconds=600)
    harbor.sandbox.control("PUT", f"gusto/payrolls/{payroll_id}", {"process": True})
    return {"integration": harbor.integration.pk, "told": payroll_id}


def prepare_reversal() -> dict[str, Any]:
    """A payroll that was posted is run again with other amounts, and its correction approved."""
    harbor = installed(REVERSAL)
    payroll_id = drafted(harbor)
    harbor.sandbox.control("PUT", f"gusto/payrolls/{payroll_id}", {"process": True})
    carry(harbor)
    released(payroll_id)
    harbor.advance(seconds=600)
    again = {"cancel": True, "scale": "1.1", "process": True}
    harbor.sandbox.control("PUT", f"gusto/payrolls/{payroll_id}", again)
    carry(harbor)
    plan = plans.offer(harbor.fresh(), registry.flow(harbor.integration.flow).leg(LEG))
    if plan is None:
        plan = Plan.objects.get(integration=harbor.integration)
    plans.approve(plan, harbor.operator)
    return {"integration": harbor.integration.pk, "told": payroll_id, "plan": plan.pk}


class Unreported(PayrollCompany):
    """Its app may not ask for ledger reports, which take a vendor seconds and change nothing."""

    def connected(self, vendor: str, client_id: str) -> Connection:
        """Consent, with fewer rights at the source of pay."""
        if vendor == "gusto":
            scopes = self.sandbox.state("gusto")["apps"][client_id]["scopes"]
            left = [scope for scope in scopes if not scope.startswith("company_reports")]
            self.sandbox.control("PUT", f"gusto/apps/{client_id}", {"scopes": left})
        return super().connected(vendor, client_id)


def installed(scenario: Scenario) -> PayrollCompany:
    """Switched on, everything mapped, an earlier payroll posted a day ago."""
    harbor = Unreported(founded(), scenario.people)
    today = date.fromisoformat(harbor.today())
    harbor.choose(
        leg_employees="off",
        start_date=(today + timedelta(days=STARTS_AFTER_DAYS)).isoformat(),
        payroll_branch="HEADOFFICE",
        release="at once",
        approval="none",
    )
    mapped(harbor)
    switching.switch_on(harbor.fresh())
    listening(harbor)
    earlier_id = drafted(harbor)
    harbor.sandbox.control("PUT", f"gusto/payrolls/{earlier_id}", {"process": True})
    carry(harbor)
    released(earlier_id)
    harbor.advance(days=1)
    return harbor


def mapped(harbor: PayrollCompany) -> None:
    """Each section of pay has its account."""
    for section, account in ACCOUNTS.items():
        row = harbor.integration.mappings.get(
            kind=COMPONENT, source_key=mapping.key_text([f"{section}:*"])
        )
        mapping.confirm(row, {"account": account, "subaccount": SUBACCOUNT}, harbor.operator)


def listening(harbor: PayrollCompany) -> None:
    """Gusto proves our address as it would in reality; after that its deliveries are lost."""
    tasks.mend_subscription(harbor.integration.source_id)
    for row in harbor.sandbox.state("gusto")["subscriptions"].values():
        path = "/" + str(row["url"]).partition("://")[2].partition("/")[2]
        Client().post(
            path,
            {
                "verification_token": row["verification_token"],
                "webhook_subscription_uuid": row["uuid"],
            },
            content_type="application/json",
            headers={"host": "connector.example"},
            secure=True,
        )
    tasks.mend_subscription(harbor.integration.source_id)
    harbor.sandbox.control("POST", "webhooks", {"vendor": "gusto", "action": "pause"})


def drafted(harbor: PayrollCompany) -> str:
    """A regular payroll of few people that is not processed yet; answers its id."""
    paid = [
        person_id
        for person_id, person in harbor.people().items()
        if person["onboarding_status"] == "onboarding_completed" and not person["terminated"]
    ]
    payroll = harbor.sandbox.control(
        "PUT",
        "gusto/payrolls/new",
        {
            "employees": paid[:PAID_COUNT],
            "check_date": harbor.day(PAID_AFTER_DAYS),
            "process": False,
        },
    )
    return str(payroll["uuid"])


def carry(harbor: PayrollCompany) -> None:
    """Poll until nothing is left."""
    harbor.poll()
    harbor.drain()


def released(payroll_id: str) -> None:
    """See that a payroll stands in the books.

    Raises:
        ValueError: it does not; says why.
    """
    record = Record.objects.get(leg=LEG, source_id=payroll_id)
    if record.state != Record.State.SYNCED:
        raise ValueError(f"Payroll {payroll_id} is {record.state}: {record.reasons}")
