"""A connected toy integration: consents through the pages, rooms mapped, review confirmed."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from audit.models import SyncRun
from connectors.pacing import budget_redis
from integrations import mapping, switching, vocabularies
from integrations.engine import due, review
from integrations.engine.run import LegRun
from integrations.flow import Leg
from integrations.models import Connection, Integration, Record, Tenant
from integrations.registry import flow
from tests.contract.toy.office import Office, begin, way_back
from tests.factories import NUMBERS, make_app, make_connection, make_tenant, make_user, open_legs

FLOW = "rolodex_to_homestead"
SWEEPS_COUNT = 4
SWEEP_SECONDS = 400.0
"""Longer than a call to the house may take and still have its effect."""


class House:
    """One tenant whose guests follow his cards; drafted until it is set up."""

    def __init__(self, office: Office, browser: Client, client_secret: str = "secret") -> None:
        # What the test before counted was called at other vendors, and at another time.
        counted = budget_redis(settings.REDIS_URLS.redis)
        counted.flushdb()
        # Begun long ago: on a clock that stands still, "just now" can lie a moment ahead.
        counted.set("pacing:generation", "0")
        self.office = office
        self.operator: User = make_user()
        self.passed: set[str] = set()
        """States, and what the browser was given to keep: known to nobody afterwards."""
        browser.force_login(self.operator)
        self.tenant: Tenant = make_tenant(time_zone="UTC")
        source = self._connected("rolodex", browser, client_secret)
        target = self._connected("homestead", browser, client_secret)
        self.integration = Integration.objects.create(
            tenant=self.tenant, flow=FLOW, title="Guests", source=source, target=target
        )

    def set_up(self) -> None:
        """Read the vocabularies, confirm what is suggested and the review, switch on."""
        vocabularies.pull(self.fresh())
        for row in self.integration.mappings.filter(state="suggested"):
            mapping.confirm(row, row.target, self.operator)
        review.draw_up(self.fresh(), self.leg)
        review.confirm(self.fresh(), self.operator)
        open_legs(self.integration)
        switching.switch_on(self.fresh())

    def sync(self, *, everything: bool = False) -> SyncRun:
        """Run the leg once."""
        run = LegRun(self.fresh(), self.leg, SyncRun.Trigger.MANUAL, width=1)
        return run.read_all(everything=everything)

    def drain(self) -> None:
        """Work what is due, as a worker would that a sweep has woken."""
        for connection_id in due.connections_with_work():
            while due.drain(connection_id):
                pass

    def map(self, drawer: str, room: str) -> int:
        """Confirm one mapping; answers how many records go on."""
        row = self.integration.mappings.get(source_key=mapping.key_text([drawer]))
        return mapping.confirm(row, {"room": room}, self.operator)

    def record(self, card_id: str) -> Record:
        """Where a card stands."""
        return Record.objects.get(integration=self.integration, source_id=card_id)

    def codes(self, card_id: str) -> list[str]:
        """Why it stands there."""
        return [reason["code"] for reason in self.record(card_id).reasons]

    def fresh(self) -> Integration:
        """The integration as it stands now."""
        rows = Integration.objects.select_related("tenant", "source", "target")
        return rows.get(pk=self.integration.pk)

    @property
    def leg(self) -> Leg:
        """Its only one."""
        return flow(FLOW).leg("guests")

    def _connected(self, vendor: str, browser: Client, client_secret: str) -> Connection:
        self.office.tokens["scope"] = "cards drawers" if vendor == "rolodex" else "rooms"
        app = make_app(vendor, client_secret=client_secret)
        # Each house has its own address, since the process remembers what was asked of one.
        address = {"address": f"https://house{next(NUMBERS)}.example"}
        config = address if vendor == "homestead" else None
        connection = make_connection(self.tenant, vendor, app=app, config=config)
        query = begin(browser, connection)
        self.passed |= {query["state"], browser.cookies["connect"].value}
        answer = browser.get(way_back(query, code="canary-code"))
        assert answer.status_code == 302, answer.content.decode()
        connection.refresh_from_db()
        assert connection.status == Connection.Status.ACTIVE
        return connection
