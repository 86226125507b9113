"""A connected sample company for scenarios and faults: real consents, real HTTP, one clock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import requests
from django.conf import settings

from audit.models import SyncRun
from config import clock
from config.demo import expectations
from connectors.auth import browser_url
from connectors.pacing import budget_redis
from integrations import mapping, resuming, vocabularies
from integrations.budgets import pacer_at
from integrations.connect import service
from integrations.connect.attempts import Callback
from integrations.engine import due
from integrations.engine.access import redirect_uri
from integrations.engine.run import LegRun, legs
from integrations.models import Connection, HighWaterMark, Integration, Record
from integrations.models import Mapping as MappingRow
from integrations.registry import flow
from tests import factories
from tests.conftest import Sandbox

BROWSER = "the-test-s-browser"
SWEEPS = 5
SWEEP_SECONDS = 1_100
"""Longer than a call to Acumatica may take and still have its effect."""
OPTIONS = {"default_branch": "HEADOFFICE", "default_employee_class": "EMPSALARY"}


class Company:
    """Northwind: BambooHR and Acumatica in the sandbox, one integration between them."""

    def __init__(self, sandbox: Sandbox, people: int, **options: str) -> None:
        sandbox.reset(people=people)
        clock.follow(sandbox.url)
        # What the test before counted was called at other vendors.
        budget_redis(settings.REDIS_URLS.redis).flushdb()
        pacer_at.cache_clear()
        self.sandbox = sandbox
        self.operator = factories.make_user()
        self.tenant = factories.make_tenant(time_zone="UTC")
        source = self._connected("bamboohr", "ml-connector-sandbox")
        target = self._connected("acumatica", "88358B02-A48D-A50E-F710-39C1636C30F6@Northwind")
        self.strangers = dict(self.employees())
        self._carried: dict[str, str] = {}
        self.integration = factories.make_integration(source, target, options=OPTIONS | options)
        vocabularies.pull(self.integration)
        for row in self.integration.mappings.filter(state=MappingRow.State.SUGGESTED):
            mapping.confirm(row, row.target, self.operator)

    def people(self) -> dict[str, Any]:
        """Everybody at BambooHR, by id."""
        rows: dict[str, Any] = self.sandbox.state("bamboohr")["companies"]["northwind"]["employees"]
        return rows

    def employees(self) -> dict[str, Any]:
        """Everybody at Acumatica, by number."""
        instance = self.sandbox.state("acumatica")["instances"]["northwind.acumatica.com"]
        rows: dict[str, Any] = instance["tenants"]["Northwind"]["employees"]
        return rows

    def employee_of(self, person_id: str) -> Any:
        """The one employee who carries this person's reference; None where there is none."""
        reference = f"BHR-northwind-{person_id}"
        found = [
            row
            for row in self.employees().values()
            if row["EmployeeSettings"]["EmployeeRefNbr"] == reference
        ]
        assert len(found) <= 1, f"{reference} stands there {len(found)} times"
        return found[0] if found else None

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

    def choose(self, **options: str) -> None:
        """Choose options as an operator would."""
        integration = self.fresh()
        integration.options |= options
        integration.full_clean()
        integration.save()
        resuming.reconsider(integration)

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

    def advance(self, *, days: float = 0, seconds: float = 0) -> None:
        """Let time pass at both vendors and for the product."""
        self.sandbox.advance(days * 86_400 + seconds)
        clock.refresh()

    def sync(self, *, everything: bool = False, width: int = 1) -> SyncRun:
        """Run the leg once, in this process."""
        run = LegRun(self.fresh(), self.leg, SyncRun.Trigger.MANUAL, width=width)
        ended = run.read_all(everything=everything)
        self.note_carried()
        return ended

    def poll(self, *, everything: bool = False) -> None:
        """Run every leg that is on, as a worker would whom the schedule has woken."""
        for leg in legs(self.fresh()):
            run = LegRun(self.fresh(), leg, SyncRun.Trigger.SCHEDULE, width=1)
            if run.read_all(everything=everything).state != SyncRun.State.DONE:
                break
        self.note_carried()

    def close_legs(self) -> None:
        """As a flow just installed stands: nobody has approved a first preview."""
        HighWaterMark.objects.filter(integration=self.integration).update(opened_at=None)

    def drain(self) -> None:
        """Work what is due, as a worker would that a sweep has woken."""
        for connection_id in due.connections_with_work():
            while due.drain(connection_id):
                pass
        self.note_carried()

    def settle(self) -> None:
        """Let time pass, with sweeps, until nothing is left to be verified or tried again."""
        for _ in range(SWEEPS):
            self.advance(seconds=SWEEP_SECONDS)
            self.drain()

    def faults(self) -> list[str]:
        """Where Acumatica differs from what BambooHR's own state demands: as in a quiet run."""
        bamboohr, acumatica = self.sandbox.state("bamboohr"), self.sandbox.state("acumatica")
        wanted = expectations.expected(bamboohr, acumatica, expectations.Decisions(), self._carried)
        return expectations.faults(wanted, self.strangers, self.employees())

    def fresh(self) -> Integration:
        """The integration as it stands now."""
        rows = Integration.objects.select_related("tenant", "source", "target")
        return rows.get(pk=self.integration.pk)

    @property
    def leg(self) -> Any:
        """The leg that carries people."""
        return flow(self.integration.flow).leg("employees")

    def departments(self) -> dict[str, str]:
        """What the departments at Acumatica are called, by code."""
        instance = self.sandbox.state("acumatica")["instances"]["northwind.acumatica.com"]
        rows = instance["tenants"]["Northwind"]["departments"]
        return {code: row["Description"] for code, row in rows.items()}

    def record(self, person_id: str) -> Record:
        """Where a person stands."""
        of_people = Record.objects.filter(integration=self.integration, leg="employees")
        return of_people.get(source_id=person_id)

    def department_record(self, name: str) -> Record:
        """Where a department of BambooHR's list stands."""
        rows = Record.objects.filter(integration=self.integration, leg="departments")
        return rows.get(title=name)

    def codes(self, person_id: str) -> list[str]:
        """Why a person stands where he does."""
        return [reason["code"] for reason in self.record(person_id).reasons]

    def map(self, kind: str, source: str, target: str) -> int:
        """Confirm one mapping; answers how many records go on."""
        row = self.integration.mappings.get(kind=kind, source_key=mapping.key_text([source]))
        return mapping.confirm(row, {kind: target}, self.operator)

    def calls(self, vendor: str) -> list[str]:
        """What one vendor was asked so far, sign-in left out: method and last part of the path."""
        return [
            f"{row['method']} {row['path'].rstrip('/').rsplit('/', 1)[-1]}"
            for row in self.sandbox.requests(vendor)
            if "token" not in row["path"] and "authorize" not in row["path"]
        ]

    def writes(self) -> list[str]:
        """The changing calls that Acumatica has received."""
        return [call for call in self.calls("acumatica") if not call.startswith("GET")]

    def note_carried(self) -> None:
        """Remember since which day each person stands at Acumatica."""
        references = {
            row["EmployeeSettings"]["EmployeeRefNbr"] for row in self.employees().values()
        }
        today = self.today()
        for person_id in self.people():
            if f"BHR-northwind-{person_id}" in references:
                self._carried.setdefault(person_id, today)

    def _connected(self, vendor: str, client_id: str) -> Connection:
        secret = f"sandbox-secret-{vendor}"
        app = factories.make_app(vendor, client_id=client_id, client_secret=secret)
        connection = factories.make_connection(self.tenant, vendor, app=app)
        uris = {"client_secret": secret, "redirect_uris": [redirect_uri(connection)]}
        self.sandbox.control("PUT", f"{vendor}/apps/{client_id}", uris)
        self.sandbox.switch(vendor, "auto_consent", "on")
        consent(connection, self.operator)
        connection.refresh_from_db()
        return connection


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
    sent = [
        (vendor, f"{row['method']} {row['path'].rstrip('/')}")
        for vendor in CHANGING
        for row in sandbox.requests(vendor)
        if row["method"] not in ("GET", "HEAD")
    ]
    return [call for vendor, call in sent if not CHANGING[vendor].fullmatch(call)]


def consent(connection: Connection, user: Any) -> None:
    """Go over the vendor's consent page and back, as a browser would."""
    url = browser_url(
        service.start(connection, user, BROWSER), settings.SANDBOX_URL, connection.vendor
    )
    with requests.Session() as browser:
        browser.trust_env = False
        while "/connect/callback/" not in url:
            answer = browser.get(url, allow_redirects=False, timeout=30)
            assert answer.is_redirect, f"{url}: {answer.status_code} {answer.text[:300]}"
            url = urljoin(url, answer.headers["Location"])
    back = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(back.query).items()}
    service.finish(
        Callback(
            path=back.path,
            state=query["state"],
            code=query.get("code", ""),
            error=query.get("error", ""),
            browser_token=BROWSER,
        )
    )
