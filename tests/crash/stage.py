"""The company that the proof works on, brought to the instant before its story begins.

Runs on the product's own functions, in a process of the launcher's; nothing here judges.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command

from config import clock
from integrations import switching
from integrations.models import Connection
from tests.company import Company
from tests.conftest import Sandbox
from tests.connected import consent
from tests.crash.probe import PROBE
from tests.crash.scenario import EMPLOYEES

START = "2026-03-02T09:00:00Z"
TITLE, DEPARTMENT = "Sales Representative", "Sales"


class Frozen(Sandbox):
    """A sandbox that always begins at the same instant."""

    def reset(
        self, seed: int = 1, people: int = EMPLOYEES.people, clock_start: str | None = START
    ) -> dict[str, Any]:
        """Start anew, at ``START``."""
        return super().reset(seed, people, START)


def prepare() -> dict[str, Any]:
    """A first sync lies a day back; a hire, a change and a termination wait to be carried.

    The change is told by a notice, the others wait for the next poll. What switching on asks for
    waits in the queues; the vendors' own deliveries never arrive.
    """
    sandbox = founded()
    company = Company(sandbox, EMPLOYEES.people)
    company.sync(everything=True)
    company.advance(days=1)
    # The vendor's own exactly-once would hide a second creation of ours.
    sandbox.switch("acumatica", "filter_on_put", "ignored")
    changed, left = standing(company, but=TITLE)[:2]
    # Apart, so that reading a little too much again cannot hide what was left out.
    hired = company.hire(firstName="Nora", lastName="Quist", jobTitle=TITLE, department=DEPARTMENT)
    namesakes(company, hired)
    company.advance(seconds=600)
    company.change(
        changed,
        lastName="Okonkwo-Reyes",
        department=DEPARTMENT,
        jobTitle=TITLE,
        date=company.today(),
    )
    company.advance(seconds=600)
    company.change(left, terminate={"date": company.today()})
    sandbox.control("POST", "webhooks", {"vendor": "bamboohr", "action": "pause"})
    switching.switch_on(company.fresh())
    return {"integration": company.integration.pk, "told": changed}


def founded() -> Frozen:
    """An empty database, and the vendors at the instant at which each company begins."""
    if settings.EMBEDDED_REDIS is not None:
        settings.EMBEDDED_REDIS.start()
    call_command("migrate", verbosity=0)
    return Frozen(settings.SANDBOX_URL)


def standing(company: Company, but: str) -> list[str]:
    """Active people who stand at the target and have another job title."""
    return [
        person_id
        for person_id, person in company.people().items()
        if person["status"] == "Active"
        and person["jobTitle"] != but
        and company.employee_of(person_id) is not None
    ]


def namesakes(company: Company, hired: str) -> None:
    """Two at the target whom a careless look-up takes for the one who was hired."""
    for number, (first, reference) in enumerate(
        (("Odile", ""), ("Piet", f"BHR-northwind-{hired}0")), start=901
    ):
        company.sandbox.control(
            "PUT",
            f"acumatica/employees/EP{number:08d}",
            {
                "ContactInfo": {"FirstName": first, "LastName": "Quist"},
                "EmployeeSettings": {"EmployeeRefNbr": reference, "DepartmentID": "SALES"},
            },
        )


def consent_anew() -> dict[str, Any]:
    """What an operator does whose connection asks for it: connects it again."""
    clock.refresh()
    operator = get_user_model().objects.order_by("pk").first()
    waiting = Connection.objects.filter(status=Connection.Status.NEEDS_REAUTH).order_by("pk")
    connected = []
    for connection in waiting:
        consent(connection, operator)
        connected.append(connection.pk)
    return {"connected": connected, "sent": PROBE.sent_count}
