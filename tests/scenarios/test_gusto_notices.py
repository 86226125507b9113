"""Gusto tells of a change of a person and it stands at Acumatica, without a poll."""

from __future__ import annotations

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from audit.models import SyncRun
from config import clock
from integrations import switching, tasks
from integrations.models import Delivery, Integration, Subscription
from tests.payroll_company import PayrollCompany


def listen(harbor: PayrollCompany) -> None:
    """Let the deliveries arrive, and workers do what they are woken for."""
    harbor.sandbox.control("POST", "webhooks", {"vendor": "gusto", "action": "settle"})
    tasks.take_up_deliveries()
    harbor.drain()


@pytest.fixture
def listening(
    harbor: PayrollCompany, live_server: LiveServer, settings: Settings
) -> PayrollCompany:
    """The first sync is done, and Gusto posts to the product what changes."""
    settings.ALLOWED_HOSTS = ["connector.example", "127.0.0.1"]
    reach = {"origin": settings.PUBLIC_URL, "loopback": live_server.url}
    harbor.sandbox.control("POST", "reach", reach)
    Integration.objects.filter(pk=harbor.integration.pk).update(
        status=Integration.Status.PAUSED, reviewed_at=clock.now()
    )
    switching.switch_on(harbor.fresh())
    tasks.mend_subscription(harbor.integration.source_id)
    tasks.mend_subscription(harbor.integration.source_id)
    assert Subscription.objects.get().state == Subscription.State.ACTIVE
    harbor.sync()
    return harbor


def test_carries_a_hire_and_a_leaver_of_whom_gusto_tells(listening: PayrollCompany) -> None:
    person_id = listening.hire()
    listen(listening)
    assert listening.status_of(person_id) == "Active"
    run = SyncRun.objects.latest("pk")
    assert (run.trigger, run.counts) == ("webhook", {"created": 1})
    listening.advance(days=1)
    listening.terminate(person_id, listening.day(-1))
    listen(listening)
    assert listening.status_of(person_id) == "Inactive"


def test_makes_of_a_repeat_no_second_employee(listening: PayrollCompany) -> None:
    person_id = listening.hire()
    listen(listening)
    writes = len(listening.writes())
    listening.sandbox.control("POST", "webhooks", {"vendor": "gusto", "action": "duplicate"})
    listen(listening)
    assert len(listening.writes()) == writes
    assert listening.status_of(person_id) == "Active"
    assert set(Delivery.objects.values_list("outcome", flat=True)) <= {"taken_up", "repeated"}
