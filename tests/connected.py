"""Two accounts of one tenant in the sandbox, tied by a flow: what any story does with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import requests
from django.conf import settings

from audit.models import SyncRun
from config import clock
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
AT_ACUMATICA = "88358B02-A48D-A50E-F710-39C1636C30F6@Northwind"


class Connected:
    """Two vendors in the sandbox, real consents, one clock, one integration between them."""

    def __init__(self, sandbox: Sandbox, people: int, *, time_zone: str = "UTC") -> None:
        sandbox.reset(people=people)
        # What the test before counted was called at other vendors.
        budget_redis(settings.REDIS_URLS.redis).flushdb()
        self.sandbox = sandbox
        self.meet()
        self.operator = factories.make_user()
        self.tenant = factories.make_tenant(time_zone=time_zone)

    def meet(self) -> None:
        """Go by the vendors' clock, in a process that has called nobody so far."""
        clock.follow(self.sandbox.url)
        pacer_at.cache_clear()

    def install(self, source: Connection, target: Connection, flow: str, **options: str) -> None:
        """Tie both and confirm the mappings that are suggested."""
        self.strangers = dict(self.employees())
        self.integration = factories.make_integration(source, target, flow=flow, options=options)
        vocabularies.pull(self.integration)
        for row in self.integration.mappings.filter(state=MappingRow.State.SUGGESTED):
            mapping.confirm(row, row.target, self.operator)

    def employees(self) -> dict[str, Any]:
        """Everybody at Acumatica, by number."""
        instance = self.sandbox.state("acumatica")["instances"]["northwind.acumatica.com"]
        rows: dict[str, Any] = instance["tenants"]["Northwind"]["employees"]
        return rows

    def with_reference(self, reference: str) -> Any:
        """The one employee who carries this reference; None where there is none."""
        found = [
            row
            for row in self.employees().values()
            if row["EmployeeSettings"]["EmployeeRefNbr"] == reference
        ]
        assert len(found) <= 1, f"{reference} stands there {len(found)} times"
        return found[0] if found else None

    def choose(self, **options: str) -> None:
        """Choose options as an operator would."""
        integration = self.fresh()
        integration.options |= options
        integration.full_clean()
        integration.save()
        resuming.reconsider(integration)

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
        """Remember what stands at the target by now, where a story needs it."""

    def connected(self, vendor: str, client_id: str) -> Connection:
        """An account to which somebody has consented in a browser."""
        secret = f"sandbox-secret-{vendor}"
        app = factories.make_app(vendor, client_id=client_id, client_secret=secret)
        connection = factories.make_connection(self.tenant, vendor, app=app)
        uris = {"client_secret": secret, "redirect_uris": [redirect_uri(connection)]}
        self.sandbox.control("PUT", f"{vendor}/apps/{client_id}", uris)
        self.sandbox.switch(vendor, "auto_consent", "on")
        consent(connection, self.operator)
        connection.refresh_from_db()
        return connection


def sent_beside(sandbox: Sandbox, allowed: Mapping[str, re.Pattern[str]]) -> list[str]:
    """The changing calls of a whole story that are not allowed, whatever became of them."""
    sent = [
        (vendor, f"{row['method']} {row['path'].rstrip('/')}")
        for vendor in allowed
        for row in sandbox.requests(vendor)
        if row["method"] not in ("GET", "HEAD")
    ]
    return [call for vendor, call in sent if not allowed[vendor].fullmatch(call)]


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
