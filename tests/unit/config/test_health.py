"""What machines ask: readiness says what is wrong, metrics count, strangers learn nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from config import clock
from config.health import metrics
from config.redis_urls import spell
from integrations.models import Record
from integrations.routines import SWEEP, turn
from tests import factories
from tests.clocks import StoppedClock

pytestmark = pytest.mark.django_db


def swept() -> None:
    with turn(SWEEP):
        pass


def test_is_ready_once_due_work_was_looked_for(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert list(answer.json()["wrong"]) == ["sweep"]
    swept()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "wrong": {}})


def test_is_red_90_seconds_after_the_last_sweep(
    client: Client, stopped_clock: StoppedClock
) -> None:
    swept()
    stopped_clock.advance(seconds=90)
    assert client.get("/readyz").status_code == 200
    stopped_clock.advance(seconds=1)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "91 s ago" in answer.json()["wrong"]["sweep"]


def test_is_red_without_redis(client: Client, settings: Settings) -> None:
    swept()
    settings.REDIS_URLS = spell("redis://127.0.0.1:1/0")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert list(answer.json()["wrong"]) == ["redis"]


def asked(**meta: str) -> HttpResponse:
    request = RequestFactory().get("/metrics")
    request.META.update(meta)
    return metrics(request)


def lines(**meta: str) -> list[str]:
    answer = asked(**meta)
    assert answer.status_code == 200, answer.content
    return answer.content.decode().splitlines()


def test_counts_records_and_ages(stopped_clock: StoppedClock) -> None:
    integration = factories.make_integration()
    due = factories.make_record(integration, state=Record.State.FAILED)
    factories.make_record(integration)
    factories.make_record(integration)
    Record.objects.filter(pk=due.pk).update(due_at=clock.now() - timedelta(seconds=40))
    told = lines()
    labels = f'flow="{integration.flow}",leg="employees"'
    assert f'ml_connector_records{{{labels},state="synced"}} 2.0' in told
    assert f'ml_connector_records{{{labels},state="failed"}} 1.0' in told
    assert "ml_connector_oldest_due_seconds 40.0" in told
    assert "ml_connector_swept_seconds_ago -1.0" in told


def test_names_no_tenant_and_no_person() -> None:
    integration = factories.make_integration()
    factories.make_record(integration, title="Grace Hopper")
    text = "\n".join(lines())
    assert integration.tenant.name not in text
    assert integration.title not in text
    assert "Grace" not in text


@pytest.mark.parametrize(
    "meta",
    [
        {"REMOTE_ADDR": "203.0.113.9"},
        {"HTTP_X_FORWARDED_FOR": "203.0.113.9"},
        {"HTTP_FORWARDED": "for=203.0.113.9"},
    ],
)
def test_tells_another_machine_nothing_without_the_token(
    settings: Settings, meta: dict[str, str]
) -> None:
    for configured, given in (("", ""), ("", "Bearer "), ("secret", ""), ("secret", "Bearer x")):
        settings.METRICS_TOKEN = configured
        answer = asked(**meta, HTTP_AUTHORIZATION=given)
        assert answer.status_code == 403
        assert b"ml_connector_" not in answer.content
    settings.METRICS_TOKEN = "secret"
    assert lines(**meta, HTTP_AUTHORIZATION="Bearer secret")


def test_takes_the_same_number_of_queries_however_much_there_is() -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            lines()
        return len(queries)

    few = count()
    integration = factories.make_integration()
    for _ in range(20):
        factories.make_record(integration)
    assert count() == few
