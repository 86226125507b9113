"""BambooHR tells of a change and it stands at Acumatica; how it is asked to tell, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from audit.models import SyncRun
from config import clock
from integrations import switching, tasks
from integrations.connect import service
from integrations.models import Connection, Delivery, Integration, Record, Subscription
from integrations.webhooks import keys, standing
from integrations.webhooks.subscriptions import due_connections, url_of
from tests.company import Company
from tests.conftest import Sandbox
from tests.connected import consent

PEOPLE = 12
ADMIN, MANAGER = "2370", "2371"
State = Subscription.State
DAY_SECONDS = 86_400
CREATION = r"/api/v1/webhooks$"


class Told(Company):
    """Northwind, whose BambooHR can post to the product."""

    def switch_on(self) -> None:
        """Press Switch on; a worker makes the subscription."""
        Integration.objects.filter(pk=self.integration.pk).update(
            status=Integration.Status.PAUSED, reviewed_at=clock.now()
        )
        switching.switch_on(self.fresh())
        self.mend()

    def mend(self) -> None:
        """What a worker does that was woken for the subscription."""
        tasks.mend_subscription(self.integration.source_id)

    def subscription(self) -> Subscription:
        """The open one."""
        rows = Subscription.objects.exclude(state=State.CLOSED)
        return rows.get(connection=self.integration.source_id)

    def webhooks(self) -> list[Any]:
        """What stands at BambooHR."""
        rows = self.sandbox.state("bamboohr")["companies"]["northwind"]["webhooks"]
        return list(rows.values())

    def steer(self, action: str) -> None:
        """Have BambooHR send, hold back or repeat its deliveries."""
        self.sandbox.control("POST", "webhooks", {"vendor": "bamboohr", "action": action})

    def listen(self) -> None:
        """Let the deliveries arrive, and workers do what they are woken for."""
        self.steer("settle")
        tasks.take_up_deliveries()
        self.drain()

    def ends(self) -> list[str]:
        """What became of the deliveries so far."""
        return list(Delivery.objects.order_by("pk").values_list("outcome", flat=True))


@pytest.fixture
def told(
    sandbox: Sandbox, transactional_db: None, live_server: LiveServer, settings: Settings
) -> Iterator[Told]:
    """Twelve people, connected and mapped; nothing is synced or subscribed yet."""
    settings.SANDBOX_URL = sandbox.url
    settings.PUBLIC_URL = "https://connector.example"
    settings.ALLOWED_HOSTS = ["connector.example", "127.0.0.1"]
    company = Told(sandbox, PEOPLE)
    reach = {"origin": "https://connector.example", "loopback": live_server.url}
    sandbox.control("POST", "reach", reach)
    yield company
    clock.follow("")


@pytest.fixture
def listening(told: Told) -> Told:
    """The first sync is done, and BambooHR tells of what changes."""
    told.switch_on()
    told.sync()
    return told


def test_subscribes_when_it_is_switched_on(told: Told) -> None:
    told.switch_on()
    row = told.subscription()
    (webhook,) = told.webhooks()
    assert webhook["url"] == url_of(row)
    assert webhook["url"].startswith("https://connector.example/webhooks/bamboohr/")
    assert webhook["events"] == ["employee.created", "employee.updated", "employee.deleted"]
    assert "terminationDate" not in webhook["monitorFields"]
    assert {"status", "department", "reportsTo"} <= set(webhook["monitorFields"])
    assert (row.state, row.vendor_id, row.asked_at) == (State.ACTIVE, webhook["id"], None)
    assert row.secrets(clock.now()) == (webhook["privateKey"],)
    assert keys.is_ours(row.url_key)
    told.mend()
    assert [one["id"] for one in told.webhooks()] == [row.vendor_id], "made a second one"


def test_carries_a_hire_that_a_webhook_tells(listening: Told) -> None:
    hired = listening.hire()
    listening.listen()
    assert listening.employee_of(hired) is not None
    # Created, then updated: one person worked, one employee made.
    assert listening.ends() == ["taken_up", "taken_up"]
    assert [delivery.body for delivery in Delivery.objects.all()] == ["", ""]
    run = SyncRun.objects.latest("pk")
    assert (run.trigger, run.seen_count, run.counts) == ("webhook", 1, {"created": 1})
    assert listening.faults() == []


def test_carries_a_change_and_a_leaver(listening: Told) -> None:
    person = listening.someone()
    listening.change(person, lastName="Okonkwo-Reyes")
    listening.listen()
    assert listening.employee_of(person)["ContactInfo"]["LastName"] == "Okonkwo-Reyes"
    listening.change(person, terminate={"date": listening.today()})
    listening.listen()
    assert listening.employee_of(person)["Status"] == "Inactive"
    assert listening.faults() == []


def test_makes_of_a_repeat_one_more_look_and_no_write(listening: Told) -> None:
    person = listening.someone()
    listening.change(person, lastName="Okonkwo-Reyes")
    listening.listen()
    writes = len(listening.writes())
    listening.steer("duplicate")
    listening.listen()
    assert listening.ends() == ["taken_up", "taken_up"]
    assert len(listening.writes()) == writes
    record = listening.record(person)
    assert (record.wanted, record.due_at) == (record.handled, None)


def test_is_sent_again_what_could_not_be_taken_up(listening: Told) -> None:
    person = listening.someone()
    row = listening.subscription()
    sealed = row.sealed
    Subscription.objects.filter(pk=row.pk).update(sealed="{}")
    listening.change(person, lastName="Okonkwo-Reyes")
    listening.listen()
    assert listening.ends() == []
    Subscription.objects.filter(pk=row.pk).update(sealed=sealed)
    listening.advance(seconds=301)
    listening.listen()
    assert listening.employee_of(person)["ContactInfo"]["LastName"] == "Okonkwo-Reyes"


def test_removes_it_when_it_is_paused_and_makes_another_one_afterwards(listening: Told) -> None:
    former = listening.subscription()
    switching.pause(listening.fresh())
    listening.mend()
    assert listening.webhooks() == []
    former.refresh_from_db()
    assert (former.state, former.due_at) == (State.CLOSED, None)
    switching.switch_on(listening.fresh())
    listening.mend()
    assert listening.subscription().url_key != former.url_key
    assert len(listening.webhooks()) == 1


def test_works_after_the_pause_what_came_in_it(listening: Told) -> None:
    person = listening.someone()
    switching.pause(listening.fresh())
    listening.change(person, lastName="Okonkwo-Reyes")
    listening.listen()
    assert listening.ends() == ["taken_up"]
    assert listening.employee_of(person)["ContactInfo"]["LastName"] != "Okonkwo-Reyes"
    switching.switch_on(listening.fresh())
    listening.drain()
    assert listening.employee_of(person)["ContactInfo"]["LastName"] == "Okonkwo-Reyes"


def test_is_looked_after_once_a_day(listening: Told) -> None:
    before = len(listening.calls("bamboohr"))
    tasks.sweep()
    assert Subscription.objects.get().checked_at is not None
    assert len(listening.calls("bamboohr")) == before
    listening.advance(seconds=DAY_SECONDS + 1)
    assert due_connections() == [listening.integration.source_id]
    listening.mend()
    assert due_connections() == []
    checks = listening.calls("bamboohr")[before:]
    row = listening.subscription()
    assert checks == [f"GET {row.vendor_id}", "GET webhooks"]


def test_makes_another_one_where_somebody_deleted_it(listening: Told) -> None:
    former = listening.subscription()
    listening.sandbox.control("DELETE", f"bamboohr/webhooks/{former.vendor_id}")
    listening.advance(seconds=DAY_SECONDS + 1)
    listening.mend()
    row = listening.subscription()
    assert (row.state, row.url_key == former.url_key) == (State.ACTIVE, False)
    (webhook,) = listening.webhooks()
    assert webhook["url"] == url_of(row)
    former.refresh_from_db()
    assert former.state == State.CLOSED
    assert former.state_reason.startswith("BambooHR does not have it any more")
    hired = listening.hire()
    listening.listen()
    assert listening.employee_of(hired) is not None


def test_makes_another_one_where_the_public_address_changed(
    listening: Told, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://elsewhere.example"
    listening.advance(seconds=DAY_SECONDS + 1)
    listening.mend()
    urls = sorted(one["url"] for one in listening.webhooks())
    # What stands under another address may be another installation's.
    assert len(urls) == 2
    assert urls[1] == url_of(listening.subscription())


def test_removes_what_belongs_to_no_row(listening: Told) -> None:
    Subscription.objects.all().delete()
    listening.mend()
    (webhook,) = listening.webhooks()
    assert webhook["url"] == url_of(listening.subscription())


def test_makes_another_one_after_its_creator_was_deactivated(listening: Told) -> None:
    former = listening.subscription()
    listening.sandbox.control("PUT", f"bamboohr/users/{ADMIN}", {"status": "disabled"})
    listening.change(listening.someone(), lastName="Okonkwo-Reyes")
    listening.listen()
    assert listening.ends() == [], "a deactivated creator's webhooks are silent"
    listening.advance(seconds=DAY_SECONDS + 1)
    listening.mend()
    connection = Connection.objects.get(pk=listening.integration.source_id)
    assert connection.status == Connection.Status.NEEDS_REAUTH
    former.refresh_from_db()
    assert (former.state, former.due_at) == (State.BROKEN, None)
    assert "polling" in standing.told_how(listening.fresh())

    key = "c" * 40
    allowed = {"isAdmin": True, "visibleEmployees": None}
    listening.sandbox.control("PUT", f"bamboohr/users/{MANAGER}", allowed)
    listening.sandbox.control("PUT", f"bamboohr/api_keys/{key}", {"user": int(MANAGER)})
    service.connect_with_secrets(connection, {"api_key": key})
    listening.mend()
    row = listening.subscription()
    assert (row.state, row.url_key == former.url_key) == (State.ACTIVE, False)
    person = listening.someone()
    listening.change(person, lastName="Lindqvist-Marsh")
    listening.listen()
    assert listening.employee_of(person)["ContactInfo"]["LastName"] == "Lindqvist-Marsh"


def test_watches_what_its_user_may_see(listening: Told) -> None:
    key = "c" * 40
    hidden = ["hireDate", "workEmail"]
    manager = f"bamboohr/users/{MANAGER}"
    listening.sandbox.control("PUT", manager, {"hiddenFields": hidden, "visibleEmployees": None})
    listening.sandbox.control("PUT", f"bamboohr/api_keys/{key}", {"user": int(MANAGER)})
    service.connect_with_secrets(listening.fresh().source, {"api_key": key})
    listening.mend()
    webhook = max(listening.webhooks(), key=lambda one: int(one["id"]))
    assert webhook["id"] == listening.subscription().vendor_id
    assert "status" in webhook["monitorFields"]
    assert not {"hireDate", "workEmail"} & set(webhook["monitorFields"])
    listening.sandbox.control("PUT", manager, {"hiddenFields": [*hidden, "firstName"]})
    listening.advance(seconds=DAY_SECONDS + 1)
    listening.mend()
    newest = max(listening.webhooks(), key=lambda one: int(one["id"]))
    assert newest["id"] == listening.subscription().vendor_id != webhook["id"]
    assert "firstName" not in newest["monitorFields"]


@pytest.mark.parametrize("action", ["drop_before", "drop_after"])
def test_finds_out_what_became_of_a_creation_without_an_answer(told: Told, action: str) -> None:
    told.sandbox.fault(vendor="bamboohr", method="POST", path=CREATION, action=action)
    told.switch_on()
    asked = told.subscription()
    assert (asked.state, asked.vendor_id) == (State.PENDING, "")
    assert asked.asked_at is not None
    assert len(told.webhooks()) == (1 if action == "drop_after" else 0)
    before = len(told.calls("bamboohr"))
    told.mend()
    assert len(told.calls("bamboohr")) == before, "looked while the call could still take effect"
    told.advance(seconds=300)
    told.mend()
    row = told.subscription()
    (webhook,) = told.webhooks()
    assert (row.state, row.vendor_id) == (State.ACTIVE, webhook["id"])
    assert row.url_key != asked.url_key, "a late effect would meet the same address"
    assert webhook["url"] == url_of(row)


def test_tries_again_where_bamboohr_is_not_available(told: Told) -> None:
    told.sandbox.fault(vendor="bamboohr", path=CREATION, action="status", status=503, times=3)
    told.switch_on()
    row = told.subscription()
    assert (row.state, row.asked_at, row.tries) == (State.PENDING, None, 1)
    assert row.state_reason
    told.advance(seconds=60)
    told.sandbox.control("DELETE", "faults")
    told.mend()
    assert told.subscription().state == State.ACTIVE
    assert told.subscription().tries == 0


def test_subscribes_nothing_without_a_public_address(told: Told, settings: Settings) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    told.switch_on()
    assert not Subscription.objects.exists()
    assert told.webhooks() == []
    assert standing.told_how(told.fresh()) == (
        "Changes are found by polling alone, every 15 minutes: PUBLIC_URL, http://127.0.0.1:8000, "
        "is no public https address that vendors could post to."
    )
    told.sync()
    hired = told.hire()
    told.sync()
    assert told.employee_of(hired) is not None


def test_counts_what_polling_found_and_no_webhook_told(listening: Told) -> None:
    listening.sync()
    assert listening.subscription().untold_count == 0
    # Its deliveries are lost on the way, and a hire with them.
    listening.steer("pause")
    listening.hire(firstName="Ivo", lastName="Marsh")
    listening.change(listening.someone(), lastName="Okonkwo-Reyes")
    listening.sync()
    assert listening.subscription().untold_count == 2
    listening.steer("flush")
    listening.listen()
    listening.hire(firstName="Ada", lastName="Lovelace")
    listening.listen()
    listening.sync()
    assert listening.subscription().untold_count == 2
    assert "2 changes" in standing.told_how(listening.fresh())


def test_counts_nothing_that_is_not_watched(listening: Told) -> None:
    listening.sync()
    listening.change(listening.someone(), homePhone="801-555-0100")
    run = listening.sync()
    assert run.seen_count > 0
    assert listening.subscription().untold_count == 0


def test_makes_a_row_for_nobody_before_the_first_review(told: Told) -> None:
    Integration.objects.update(status=Integration.Status.DRAFT)
    consent(told.fresh().source, told.operator)
    assert not Subscription.objects.exists()
    assert not Record.objects.exists()
