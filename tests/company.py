"""A connected sample company for scenarios and faults: real consents, real HTTP, one clock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from config.demo import expectations
from integrations.models import Record
from tests.conftest import Sandbox
from tests.connected import AT_ACUMATICA, Connected, sent_beside

OPTIONS = {"default_branch": "HEADOFFICE", "default_employee_class": "EMPSALARY"}


class Company(Connected):
    """Northwind: BambooHR and Acumatica in the sandbox, one integration between them."""

    def __init__(self, sandbox: Sandbox, people: int, **options: str) -> None:
        super().__init__(sandbox, people)
        source = self.connected("bamboohr", "ml-connector-sandbox")
        target = self.connected("acumatica", AT_ACUMATICA)
        self._carried: dict[str, str] = {}
        self.install(source, target, "bamboohr_to_acumatica", **OPTIONS | options)

    def people(self) -> dict[str, Any]:
        """Everybody at BambooHR, by id."""
        rows: dict[str, Any] = self.sandbox.state("bamboohr")["companies"]["northwind"]["employees"]
        return rows

    def employee_of(self, person_id: str) -> Any:
        """The one employee who carries this person's reference; None where there is none."""
        return self.with_reference(f"BHR-northwind-{person_id}")

    def hire(self, **fields: Any) -> str:
        """Hire somebody as HR would; answers the id."""
        job = {
            "department": "Sales",
            "jobTitle": "Sales Representative",
            "division": "Europe",
            "location": "Rotterdam",
            "hireDate": self.today(),
        }
        name = {"firstName": "Nora", "lastName": "Quist"}
        hired = self.sandbox.control("PUT", "bamboohr/employees/new", name | job | fields)
        return str(hired["id"])

    def change(self, person_id: str, **fields: Any) -> None:
        """Change somebody as HR would."""
        self.sandbox.control("PUT", f"bamboohr/employees/{person_id}", fields)

    def change_list(self, alias: str, *options: dict[str, object]) -> None:
        """Change one of BambooHR's lists as HR would: ``value`` adds, with ``id`` it renames."""
        self.sandbox.control("PUT", f"bamboohr/lists/{alias}", {"options": list(options)})

    def option_id(self, alias: str, name: str) -> int:
        """The id of an option of one of BambooHR's lists."""
        lists = self.sandbox.state("bamboohr")["companies"]["northwind"]["lists"]
        (found,) = [row["id"] for row in lists[alias]["options"] if row["name"] == name]
        return int(found)

    def someone(self, **having: object) -> str:
        """The id of the first active person with these values who is carried."""
        for person_id, person in self.people().items():
            wanted = {"status": "Active", **having}
            is_staff = person["employmentHistoryStatus"] != "Contractor"
            if is_staff and all(person[name] == value for name, value in wanted.items()):
                return str(person_id)
        raise LookupError(f"Nobody has {having}.")

    def today(self) -> str:
        """The day it is at BambooHR."""
        today: str = self.sandbox.state("bamboohr")["companies"]["northwind"]["today"]
        return today

    def day(self, days: int) -> str:
        """The day so many days after today."""
        return (date.fromisoformat(self.today()) + timedelta(days=days)).isoformat()

    def faults(self) -> list[str]:
        """Where Acumatica differs from what BambooHR's own state demands: as in a quiet run."""
        bamboohr, acumatica = self.sandbox.state("bamboohr"), self.sandbox.state("acumatica")
        wanted = expectations.expected(bamboohr, acumatica, expectations.Decisions(), self._carried)
        return expectations.faults(wanted, self.strangers, self.employees())

    def department_record(self, name: str) -> Record:
        """Where a department of BambooHR's list stands."""
        rows = Record.objects.filter(integration=self.integration, leg="departments")
        return rows.get(title=name)

    def note_carried(self) -> None:
        """Remember since which day each person stands at Acumatica."""
        references = {
            row["EmployeeSettings"]["EmployeeRefNbr"] for row in self.employees().values()
        }
        northwind = self.sandbox.state("bamboohr")["companies"]["northwind"]
        for person_id in northwind["employees"]:
            if f"BHR-northwind-{person_id}" in references:
                self._carried.setdefault(person_id, northwind["today"])


CHANGING: Mapping[str, re.Pattern[str]] = {
    "bamboohr": re.compile(
        r"POST .*(/token\.php|/reports/custom|/webhooks)|(PUT|DELETE) .*/webhooks/\d+"
    ),
    "acumatica": re.compile(
        r"PUT .*/(Employee|Department)|POST .*(/identity/connect/\w+|/entity/auth/log\w+)"
    ),
}
"""All that may ever be sent beside reads: nobody's data at HR, nothing financial at finance."""


def forbidden_calls(sandbox: Sandbox) -> list[str]:
    """What was sent in the whole story that the flow may not send, whatever became of it."""
    return sent_beside(sandbox, CHANGING)
