"""Integrations, mappings and records in the admin."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings
from django.test import Client
from django_celery_beat.models import PeriodicTask
from pytest_django import DjangoCaptureOnCommitCallbacks

from audit.models import Action
from config import clock
from integrations import schedule
from integrations.models import Connection, Integration, Mapping, Membership, Record, Term
from tests.factories import (
    make_connected,
    make_integration,
    make_mapping,
    make_member,
    make_record,
    make_tenant,
)
from tests.unit.integrations.admin.pages import address_of, page, press, told

pytestmark = pytest.mark.django_db

SUGGESTED = Mapping.State.SUGGESTED

HELD: dict[str, object] = {
    "code": "unmapped",
    "facts": {"mapping": "department", "value": "Finance"},
}


@pytest.fixture
def integration(operator: object) -> Integration:
    """A flow that is switched on."""
    return make_integration()


@pytest.fixture
def queue() -> Iterator[redis.Redis]:
    """The broker, with empty queues."""
    broker = redis.Redis.from_url(settings.REDIS_URLS.redis)
    broker.delete("soon", "bulk")
    yield broker
    broker.delete("soon", "bulk")
    broker.close()


def queued(broker: redis.Redis, name: str) -> list[tuple[str, list[object]]]:
    """Tasks and arguments that wait in a queue."""
    messages = broker.lrange(name, 0, -1)
    assert isinstance(messages, list)
    return [
        (json.loads(one)["headers"]["task"], json.loads(one)["headers"]["argsrepr"])
        for one in messages
    ]


def url_of(integration: Integration, name: str = "change") -> str:
    """A page or button of an integration."""
    return f"/admin/integrations/integration/{integration.pk}/{name}/"


def test_installs_a_flow(browser: Client) -> None:
    tenant = make_tenant()
    source, target = make_connected(tenant, "bamboohr"), make_connected(tenant, "acumatica")

    response = browser.post(
        "/admin/integrations/integration/add/",
        {
            "tenant": tenant.pk,
            "flow": "bamboohr_to_acumatica",
            "title": "People",
            "source": source.pk,
            "target": target.pk,
        },
    )

    assert response.status_code == 302, response.content
    installed = Integration.objects.get()
    assert (installed.status, installed.source, installed.target) == ("draft", source, target)


def test_says_what_is_missing(browser: Client) -> None:
    response = browser.post("/admin/integrations/integration/add/", {"title": "People"})

    assert response.content.decode().count("This field is required.") == 4


def test_refuses_a_connection_of_another_tenant(browser: Client) -> None:
    tenant = make_tenant()

    response = browser.post(
        "/admin/integrations/integration/add/",
        {
            "tenant": tenant.pk,
            "flow": "bamboohr_to_acumatica",
            "title": "People",
            "source": make_connected(vendor="bamboohr").pk,
            "target": make_connected(tenant, "acumatica").pk,
        },
    )

    assert "This connection belongs to another tenant." in response.content.decode()


def test_draws_the_options_of_the_flow(browser: Client, integration: Integration) -> None:
    text = page(browser, url_of(integration))
    assert 'name="option_leaver_status"' in text
    assert 'name="option_create_days_before" value="0"' in text

    fields = {
        "title": "People",
        "option_leaver_status": "On Hold",
        "option_create_days_before": "14",
    }
    bad = browser.post(url_of(integration), {**fields, "option_create_days_before": "soon"})
    assert "errorlist" in bad.content.decode()
    browser.post(url_of(integration), fields)

    integration.refresh_from_db()
    assert integration.options["leaver_status"] == "On Hold"
    assert integration.options["create_days_before"] == "14"
    assert integration.title == "People"


def test_polls_as_often_as_a_person_says(browser: Client, integration: Integration) -> None:
    schedule.keep(integration)
    row = PeriodicTask.objects.filter(task=schedule.POLL)
    for typed, seconds in (("60", 3600), ("", 900)):
        browser.post(url_of(integration), {"title": "People", "poll_minutes": typed})
        assert row.get().interval.every == seconds

    refused = browser.post(url_of(integration), {"title": "People", "poll_minutes": "4"})

    assert "errorlist" in refused.content.decode()
    assert row.get().interval.every == 900


def test_queues_a_sync_and_runs_none_in_the_request(
    browser: Client, integration: Integration, queue: redis.Redis
) -> None:
    response = browser.post(url_of(integration, "poll_now"))

    assert told(response) == ["Sync asked for."]
    assert [name for name, _ in queued(queue, "bulk")] == ["integrations.poll"]
    assert browser.get(url_of(integration, "poll_now")).status_code == 405


def test_queues_the_reading_of_vocabularies(
    browser: Client, integration: Integration, queue: redis.Redis
) -> None:
    response = browser.post(url_of(integration, "read_vocabularies"))

    assert told(response) == ["The lists of both sides are being read."]
    assert [name for name, _ in queued(queue, "bulk")] == ["integrations.read_vocabularies"]


def test_syncs_nothing_that_is_not_switched_on(
    browser: Client, integration: Integration, queue: redis.Redis
) -> None:
    Integration.objects.update(status=Integration.Status.DRAFT)

    response = browser.post(url_of(integration, "poll_now"))

    assert told(response) == ["It is not switched on: switch it on first."]
    assert queued(queue, "bulk") == []


def test_pauses_and_switches_on(browser: Client, integration: Integration) -> None:
    assert ">Pause<" in page(browser, url_of(integration))
    browser.post(url_of(integration, "pause"))
    integration.refresh_from_db()
    assert (integration.status, integration.status_reason) == ("paused", "Paused by a person.")

    assert ">Switch on<" in page(browser, url_of(integration))
    browser.post(url_of(integration, "switch_on"))
    integration.refresh_from_db()
    assert (integration.status, integration.status_reason) == ("on", "")


def test_switches_nothing_on_without_its_connections(
    browser: Client, integration: Integration
) -> None:
    Integration.objects.update(status=Integration.Status.DRAFT)
    Connection.objects.filter(pk=integration.target_id).update(status="needs_reauth")

    response = browser.post(url_of(integration, "switch_on"))

    assert told(response) == [
        f"The connection {integration.target} is not active (needs a new consent): "
        "connect it first."
    ]
    integration.refresh_from_db()
    assert integration.status == "draft"


def test_confirms_what_is_suggested(
    browser: Client, integration: Integration, operator: object, queue: redis.Redis
) -> None:
    Term.objects.create(connection=integration.target, kind="department", key="FIN", title="Fin")
    record = make_record(integration, state=Record.State.HELD, reasons=[HELD])
    good = make_mapping(integration, '["Finance"]', target={"department": "FIN"}, state=SUGGESTED)
    gone = make_mapping(integration, '["Sales"]', target={"department": "SAL"}, state=SUGGESTED)
    open_one = make_mapping(integration, '["Legal"]')

    response = browser.post(
        "/admin/integrations/mapping/",
        {
            "action": "confirm_suggested",
            "_selected_action": [good.pk, gone.pk, open_one.pk],
            "sure": "yes",
        },
    )

    messages = told(response)
    assert messages[0] == "Confirmed: 1. Records that go on by it: 1."
    assert "'SAL' is no" in messages[1]
    states = dict(Mapping.objects.values_list("source_key", "state"))
    assert states == {'["Finance"]': "confirmed", '["Sales"]': "suggested", '["Legal"]': "unmapped"}
    good.refresh_from_db()
    assert good.confirmed_by == operator
    record.refresh_from_db()
    assert record.due_at is not None
    assert [name for name, _ in queued(queue, "soon")] == ["integrations.drain"]


def test_chooses_a_target_from_the_terms(
    browser: Client,
    integration: Integration,
    queue: redis.Redis,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    Term.objects.create(connection=integration.target, kind="department", key="FIN", title="Fin")
    make_record(integration, state=Record.State.HELD, reasons=[HELD])
    row = make_mapping(integration, '["Finance"]')
    url = f"/admin/integrations/mapping/{row.pk}/change/"
    assert '<option value="FIN">Fin (FIN)</option>' in page(browser, url)

    with django_capture_on_commit_callbacks(execute=True):
        response = browser.post(url, {"seen_version": 1, "part_department": "FIN"})

    assert "Records that go on by it: 1." in told(response)
    row.refresh_from_db()
    assert (row.state, row.target, row.version) == ("confirmed", {"department": "FIN"}, 2)
    assert [name for name, _ in queued(queue, "soon")] == ["integrations.drain"]


def test_refuses_a_stale_choice_at_the_field(browser: Client, integration: Integration) -> None:
    row = make_mapping(integration, '["Finance"]')
    Mapping.objects.update(version=2)

    response = browser.post(
        f"/admin/integrations/mapping/{row.pk}/change/",
        {"seen_version": 1, "part_department": "FIN"},
    )

    assert "was changed by somebody else meanwhile" in response.content.decode()
    row.refresh_from_db()
    assert row.state == "unmapped"


def test_retries_records_but_never_ignored_ones(
    browser: Client, integration: Integration, queue: redis.Redis
) -> None:
    held = make_record(integration, state=Record.State.HELD)
    ignored = make_record(integration, state=Record.State.IGNORED)

    response = browser.post(
        "/admin/integrations/record/",
        {"action": "retry", "_selected_action": [held.pk, ignored.pk]},
    )

    assert told(response) == ["Records asked for again: 1."]
    held.refresh_from_db()
    ignored.refresh_from_db()
    assert held.due_at is not None
    assert held.due_at <= clock.now()
    assert (held.wanted, held.state, ignored.due_at) == (1, "held", None)
    assert [name for name, _ in queued(queue, "soon")] == ["integrations.drain"]


def test_retries_one_record_from_its_page(browser: Client, integration: Integration) -> None:
    record = make_record(integration, state=Record.State.FAILED)
    assert ">Retry<" in page(browser, f"/admin/integrations/record/{record.pk}/change/")

    response = browser.post(f"/admin/integrations/record/{record.pk}/retry_this/")

    assert told(response) == ["Records asked for again: 1."]


def test_lets_nobody_retry_who_may_only_look(client: Client, integration: Integration) -> None:
    record = make_record(integration, state=Record.State.FAILED)
    client.force_login(make_member(integration.tenant, Membership.Role.AUDITOR))

    response = client.post(f"/admin/integrations/record/{record.pk}/retry_this/")

    assert response.status_code == 403
    record.refresh_from_db()
    assert record.due_at is None


def test_shows_reasons_with_what_to_do(browser: Client, integration: Integration) -> None:
    reason: dict[str, object] = {
        "code": "unmapped",
        "sentence": "Department Finance has no counterpart.",
        "remedy": "Map it.",
    }
    record = make_record(integration, state=Record.State.HELD, reasons=[reason])

    text = page(browser, f"/admin/integrations/record/{record.pk}/change/")

    assert "Department Finance has no counterpart. <em>Map it.</em>" in text
    assert f"/admin/audit/entry/?record_id__exact={record.pk}" in text
    page(browser, f"/admin/audit/entry/?record_id__exact={record.pk}")


def test_narrows_records_down(browser: Client, integration: Integration) -> None:
    make_record(integration, state=Record.State.HELD, source_id="held-one")
    make_record(integration, state=Record.State.SYNCED, source_id="synced-one")
    text = page(browser, url_of(integration))
    link = f"integration__id__exact={integration.pk}&amp;state__exact=held"
    assert link in text

    text = page(browser, f"/admin/integrations/record/?{link.replace('&amp;', '&')}&leg=employees")

    assert "held-one" in text
    assert "synced-one" not in text


def test_says_of_many_values_that_they_are_not_carried(
    browser: Client, integration: Integration, operator: object, queue: redis.Redis
) -> None:
    record = make_record(integration, state=Record.State.HELD, reasons=[HELD])
    finance, sales = (
        make_mapping(integration, '["Finance"]'),
        make_mapping(integration, '["Sales"]'),
    )
    kept = make_mapping(integration, '["Legal"]')

    response = browser.post(
        "/admin/integrations/mapping/",
        {"action": "ignore", "_selected_action": [finance.pk, sales.pk], "sure": "yes"},
    )

    assert told(response) == ["Not carried: 2. Records that go on by it: 1."]
    for row in (finance, sales, kept):
        row.refresh_from_db()
    assert (finance.state, sales.state, kept.state) == ("ignored", "ignored", "unmapped")
    assert (finance.confirmed_by, finance.version) == (operator, 2)
    record.refresh_from_db()
    assert record.due_at is not None
    assert [name for name, _ in queued(queue, "soon")] == ["integrations.drain"]


def test_works_what_a_value_concerned_again_once_it_is_not_carried(
    browser: Client, integration: Integration
) -> None:
    row = make_mapping(
        integration, '["Finance"]', target={"department": "FIN"}, state=Mapping.State.CONFIRMED
    )
    record = make_record(integration)

    response = press(browser, row, "ignore_this")

    assert told(response) == ["It is not carried any more. Records that go on by it: 1."]
    row.refresh_from_db()
    assert (row.state, row.target) == ("ignored", {})
    record.refresh_from_db()
    assert record.wanted == 1
    assert address_of(row, "ignore_this") not in page(browser, address_of(row))
    assert Action.objects.get().what == "mapping.ignore_this"
