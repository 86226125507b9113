"""A company that is paid by Gusto and keeps its books in Acumatica: its people come and go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from config import clock
from tests.conftest import Sandbox
from tests.connected import AT_ACUMATICA, Connected, sent_beside

PACIFIC = ZoneInfo("America/Los_Angeles")
APP = "ml-connector-sandbox"
HARBOR_AND_PINE = "6f0c1d3e-2b6a-4c55-9d0e-5b1f7a9c2e10"
DEPARTMENTS = {"Advisory": "SUPPORT", "Research": "ENGINEER", "Client Services": "SALES"}
"""What an operator maps; the others have a namesake at Acumatica."""
OPTIONS = {"default_branch": "HEADOFFICE", "default_employee_class": "EMPSALARY"}


class PayrollCompany(Connected):
    """Harbor & Pine: Gusto and Acumatica in the sandbox, one integration between them."""

    def __init__(
        self,
        sandbox: Sandbox,
        people: int,
        *,
        time_zone: str = "America/Los_Angeles",
        **options: str,
    ) -> None:
        super().__init__(sandbox, people, time_zone=time_zone)
        self.advance(seconds=until_noon(clock.now()).total_seconds())
        source = self.connected("gusto", APP)
        target = self.connected("acumatica", AT_ACUMATICA)
        self.install(source, target, "gusto_to_acumatica", **OPTIONS | options)
        for department, code in DEPARTMENTS.items():
            self.map("department", department, code)

    def people(self) -> dict[str, Any]:
        """Everybody at Gusto, by id."""
        rows: dict[str, Any] = self._at_gusto()["employees"]
        return rows

    def employee_of(self, person_id: str) -> Any:
        """The one employee who carries this person's reference; None where there is none."""
        return self.with_reference(f"GUS-{person_id}")

    def number_of(self, person_id: str) -> str:
        """The number of the person's employee."""
        return str(self.employee_of(person_id)["EmployeeID"])

    def status_of(self, person_id: str) -> str:
        """The status of the person's employee."""
        return str(self.employee_of(person_id)["Status"])

    def change_at_acumatica(self, person_id: str, part: str, **fields: Any) -> None:
        """Change an employee by hand, as finance would."""
        number = self.number_of(person_id)
        self.sandbox.control("PUT", f"acumatica/employees/{number}", {part: fields})

    def add(self, **fields: Any) -> str:
        """Add somebody to Gusto as the payroll office would, not onboarded; answers the id."""
        job = {"department": "Finance", "hire_date": self.today()}
        name = {
            "first_name": "Nora",
            "last_name": "Quist",
            "preferred_first_name": None,
            "work_email": "nora.quist@harborpine.example",
        }
        added = self.sandbox.control("PUT", "gusto/employees/new", job | name | fields)
        return str(added["uuid"])

    def hire(self, **fields: Any) -> str:
        """Add somebody and complete the onboarding; answers the id."""
        return self.add(onboard=True, **fields)

    def change(self, person_id: str, **fields: Any) -> None:
        """Change somebody as the payroll office would."""
        self.sandbox.control("PUT", f"gusto/employees/{person_id}", fields)

    def terminate(self, person_id: str, last_day: str) -> None:
        """Note a last day of work."""
        self.change(person_id, terminate=last_day)

    def cancel_termination(self, person_id: str) -> None:
        """Take back an end that is not in effect yet."""
        self.change(person_id, cancel_termination=True)

    def rehire(self, person_id: str, first_day: str) -> None:
        """Hire somebody again who had left."""
        self.change(person_id, rehire=first_day)

    def add_department(self, title: str) -> None:
        """Open a department at Gusto."""
        self.sandbox.control("PUT", "gusto/departments/new", {"title": title})

    def withdraw_feed(self) -> None:
        """Take the right to the feed of events from the app, as Gusto would."""
        scopes = self.sandbox.state("gusto")["apps"][APP]["scopes"]
        left = [scope for scope in scopes if scope != "events:read"]
        self.sandbox.control("PUT", f"gusto/apps/{APP}", {"scopes": left})

    def today(self) -> str:
        """The day it is at Gusto."""
        today: str = self._at_gusto()["today"]
        return today

    def day(self, days: int) -> str:
        """The day so many days after today."""
        return (date.fromisoformat(self.today()) + timedelta(days=days)).isoformat()

    def pass_days(self, days: int) -> None:
        """Let whole days pass, a sweep at the end of each."""
        for _ in range(days):
            self.advance(days=1)
            self.drain()

    def _at_gusto(self) -> Any:
        return self.sandbox.state("gusto")["companies"][HARBOR_AND_PINE]


def until_noon(now: datetime) -> timedelta:
    """How long it is to the next noon at Gusto: no story begins beside the end of a day."""
    here = now.astimezone(PACIFIC)
    noon = here.replace(hour=12, minute=0, second=0, microsecond=0)
    return noon - here if here <= noon else noon + timedelta(days=1) - here


CHANGING: Mapping[str, re.Pattern[str]] = {
    "gusto": re.compile(
        r"POST .*(/oauth/token|/webhook_subscriptions)|(PUT|DELETE) .*/webhook_subscriptions/.+"
    ),
    "acumatica": re.compile(r"PUT .*/Employee|POST .*(/identity/connect/\w+|/entity/auth/log\w+)"),
}
"""All that may ever be sent beside reads for people: nothing to Gusto but what connects it,
nothing financial to Acumatica."""


def forbidden_calls(sandbox: Sandbox) -> list[str]:
    """What was sent in the whole story that the flow may not send, whatever became of it."""
    return sent_beside(sandbox, CHANGING)
