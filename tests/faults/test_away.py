"""What stands beside the database is away: nothing is called, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from config.celery import App
from config.celery import app as our_app
from config.redis_urls import spell
from integrations import wake
from integrations.engine import due
from integrations.models import Connection, Record
from integrations.tasks import sweep
from tests.company import Company
from tests.faults.test_lost_answers import assert_as_quiet


@pytest.fixture
def nowhere(tmp_path: Path) -> str:
    """The address of a Redis that nobody runs."""
    return f"unix://{tmp_path}/nobody"


@pytest.fixture
def broker_away(nowhere: str, settings: Settings) -> Iterator[None]:
    """Messages go to a broker that does not answer."""
    settings.EMBEDDED_REDIS = None
    settings.CELERY_BROKER_URL = spell(nowhere).celery
    away = App("away")
    away.config_from_object("django.conf:settings", namespace="CELERY")
    away.set_current()
    yield
    our_app.set_current()
    away.close()


def test_calls_nobody_while_calls_cannot_be_counted(
    company: Company, settings: Settings, nowhere: str
) -> None:
    company.sync()
    person_id = company.hire()
    known = company.people()
    redis_urls, embedded = settings.REDIS_URLS, settings.EMBEDDED_REDIS
    settings.REDIS_URLS, settings.EMBEDDED_REDIS = spell(nowhere), None
    count = len(company.sandbox.requests())
    for _ in range(10):
        run = company.sync()
        assert (run.state, run.seen_count) == ("interrupted", 0)
        company.advance(seconds=600)
        company.drain()
    assert len(company.sandbox.requests()) == count
    settings.REDIS_URLS, settings.EMBEDDED_REDIS = redis_urls, embedded
    company.sync()
    assert_as_quiet(company, person_id)
    assert company.people().keys() == known.keys()


def test_keeps_what_is_due_however_long_redis_is_away(
    company: Company, settings: Settings, nowhere: str
) -> None:
    company.sync()
    person_id = company.hire(department="Field Operations")
    company.sync()
    company.map("department", "Field Operations", "FIELD")
    redis_urls, embedded = settings.REDIS_URLS, settings.EMBEDDED_REDIS
    settings.REDIS_URLS, settings.EMBEDDED_REDIS = spell(nowhere), None
    count = len(company.sandbox.requests())
    for _ in range(12):
        company.drain()
        company.advance(seconds=3_600)
    assert len(company.sandbox.requests()) == count
    record = company.record(person_id)
    assert record.state != Record.State.SYNCED
    assert record.tries == 0
    assert due.due_records().filter(pk=record.pk).exists()
    settings.REDIS_URLS, settings.EMBEDDED_REDIS = redis_urls, embedded
    company.drain()
    assert company.record(person_id).state == Record.State.SYNCED
    assert company.employee_of(person_id)["EmployeeSettings"]["DepartmentID"] == "FIELD"


@pytest.mark.usefixtures("broker_away")
def test_leaves_to_the_sweep_what_the_broker_cannot_be_told(company: Company) -> None:
    company.sync()
    person_id = company.hire(department="Field Operations")
    company.sync()
    company.map("department", "Field Operations", "FIELD")
    connection = Connection.objects.get(vendor="acumatica")
    assert wake.drain(connection.pk) is False
    assert wake.poll(company.integration.pk) is False
    sweep()
    connection.refresh_from_db()
    assert connection.woken_at is None
    assert due.connections_with_work() == [connection.pk]
    company.drain()
    assert company.record(person_id).state == Record.State.SYNCED
