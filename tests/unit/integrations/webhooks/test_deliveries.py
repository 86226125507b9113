"""What becomes of stored deliveries, whoever takes them up and however often."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import redis
from django.conf import settings
from django.db import connection

from config import clock
from connectors.pacing import budget_redis
from integrations import tasks, wake
from integrations.models import Delivery, Integration, Record, Subscription
from integrations.webhooks import deliveries
from tests.clocks import StoppedClock
from tests.factories import make_connected, make_integration, make_record, make_subscription
from tests.unit.integrations.webhooks.posts import SECRET, told

pytestmark = pytest.mark.django_db(transaction=True)


def arrived(subscription: Subscription, body: bytes | None = None) -> Delivery:
    """A delivery as it is stored."""
    return Delivery.objects.create(
        subscription=subscription,
        headers={"content-type": "application/json"},
        body=(told() if body is None else body).decode("latin-1"),
        received_at=clock.now(),
    )


def ends() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("pk").values_list("outcome", "remark"))


@pytest.fixture
def integration(subscription: Subscription) -> Integration:
    """The one that listens."""
    return Integration.objects.get(source=subscription.connection_id)


def record(integration: Integration, source_id: str = "117") -> Record:
    return Record.objects.get(integration=integration, source_id=source_id)


def test_makes_due_whom_it_names(
    subscription: Subscription, integration: Integration, stopped_clock: StoppedClock
) -> None:
    known = make_record(integration, source_id="117")
    Record.objects.filter(pk=known.pk).update(wanted=3, handled=3)
    arrived(subscription)
    arrived(subscription, told("118", "employee.created"))
    assert deliveries.take_up() is False
    for source_id, state, wanted in (("117", "synced", 4), ("118", "queued", 1)):
        row = record(integration, source_id)
        assert (row.state, row.wanted) == (state, wanted)
        assert row.due_at == row.noticed_at == stopped_clock.at
    assert ends() == [("taken_up", ""), ("taken_up", "")]
    assert [one.body for one in Delivery.objects.all()] == ["", ""]
    assert [one.notices for one in Delivery.objects.order_by("pk")] == [
        [["employee", "117"]],
        [["employee", "118"]],
    ]


def test_asks_once_for_whom_several_of_a_batch_name(
    subscription: Subscription, integration: Integration
) -> None:
    for _ in range(3):
        arrived(subscription)
    deliveries.take_up()
    assert record(integration).wanted == 1


def test_wakes_the_target_of_whoever_listens(
    subscription: Subscription, integration: Integration
) -> None:
    other = make_integration(integration.source)
    stranger = make_integration()
    arrived(subscription)
    deliveries.take_up()
    assert {row.integration_id for row in Record.objects.all()} == {integration.pk, other.pk}
    for one, is_woken in ((integration, True), (other, True), (stranger, False)):
        one.target.refresh_from_db()
        assert (one.target.woken_at is not None) is is_woken


def test_names_an_event_that_nobody_listens_to(subscription: Subscription) -> None:
    arrived(subscription, b'{"type":"company.updated","data":{"companyId":"48213"}}')
    deliveries.take_up()
    assert ends() == [("not_listened_to", "It tells of company.updated.")]


def test_leaves_a_draft_alone(subscription: Subscription, integration: Integration) -> None:
    Integration.objects.filter(pk=integration.pk).update(status=Integration.Status.DRAFT)
    arrived(subscription)
    deliveries.take_up()
    assert ends() == [("not_listened_to", "No integration that is on listens to it.")]
    assert not Record.objects.exists()


def test_keeps_what_cannot_be_read_and_goes_on_behind_it(
    subscription: Subscription, integration: Integration
) -> None:
    arrived(subscription, b"<xml/>")
    arrived(subscription)
    deliveries.take_up()
    (outcome, remark), second = ends()
    assert (outcome, second) == ("unreadable", ("taken_up", ""))
    assert remark.startswith("A notice of bamboohr is not as documented")
    assert Delivery.objects.earliest("pk").body == "<xml/>"
    assert record(integration).wanted == 1


def test_leaves_to_its_worker_what_is_in_hand_and_takes_it_up_when_he_is_dead(
    subscription: Subscription, integration: Integration, stopped_clock: StoppedClock
) -> None:
    delivery = arrived(subscription)
    until = stopped_clock.at + timedelta(seconds=60)
    Delivery.objects.filter(pk=delivery.pk).update(lease_token="somebody", lease_until=until)
    deliveries.take_up()
    assert ends() == [("", "")]
    stopped_clock.advance(seconds=61)
    deliveries.take_up()
    assert ends() == [("taken_up", "")]
    assert record(integration).wanted == 1
    deliveries.take_up()
    assert record(integration).wanted == 1


def test_gives_up_what_kills_its_workers(
    subscription: Subscription, integration: Integration
) -> None:
    delivery = arrived(subscription)
    Delivery.objects.filter(pk=delivery.pk).update(tries=5)
    deliveries.take_up()
    assert ends() == [("defect", "5 workers died over it.")]
    assert not Record.objects.exists()


def test_takes_up_a_flood_in_batches(subscription: Subscription, integration: Integration) -> None:
    for number in range(deliveries.BATCH_COUNT + 1):
        arrived(subscription, told(str(number)))
    assert deliveries.take_up() is True
    assert Delivery.objects.filter(handled_at__isnull=True).count() == 1
    assert deliveries.take_up() is False
    assert Record.objects.filter(wanted=1).count() == deliveries.BATCH_COUNT + 1


def test_keeps_the_deliveries_of_two_tenants_apart(
    subscription: Subscription, integration: Integration
) -> None:
    foreign = make_integration(make_connected(vendor="bamboohr"))
    other = make_subscription(foreign.source, secret=SECRET)
    arrived(subscription, told("1"))
    arrived(other, told("2"))
    deliveries.take_up()
    rows = Record.objects.values_list("integration", "source_id")
    assert sorted(rows) == sorted([(integration.pk, "1"), (foreign.pk, "2")])


def waiting_tasks() -> list[str]:
    """The tasks in the queue, taken out of it."""
    with redis.Redis.from_url(settings.REDIS_URLS.redis) as client:
        messages = [json.loads(text) for text in client.lrange("soon", 0, -1)]
        client.delete("soon")
    return [str(message["headers"]["task"]) for message in messages]


@pytest.fixture
def empty_queues() -> None:
    budget_redis(settings.REDIS_URLS.redis).flushdb()


@pytest.mark.usefixtures("empty_queues")
def test_is_found_by_the_sweep_when_nobody_was_woken(subscription: Subscription) -> None:
    tasks.sweep()
    assert "integrations.take_up_deliveries" not in waiting_tasks()
    arrived(subscription)
    tasks.sweep()
    assert "integrations.take_up_deliveries" in waiting_tasks()


@pytest.mark.usefixtures("empty_queues")
def test_finds_a_subscription_that_is_due(subscription: Subscription) -> None:
    Subscription.objects.update(due_at=clock.now() - timedelta(seconds=1))
    tasks.sweep()
    assert "integrations.mend_subscription" in waiting_tasks()


@pytest.mark.usefixtures("empty_queues")
def test_wakes_again_for_what_came_while_a_drain_was_ending(
    subscription: Subscription, integration: Integration
) -> None:
    """Between its last look and the fall of the flag nobody else is woken: a message is on."""
    came: list[bool] = []

    def come(
        execute: Callable[..., object], sql: str, params: object, many: bool, context: object
    ) -> object:
        if sql.startswith('UPDATE "integrations_connection"') and not came:
            came.append(True)
            arrived(subscription)
            deliveries.take_up()
            assert waiting_tasks() == []
        return execute(sql, params, many, context)

    assert wake.drain(integration.target_id)
    assert waiting_tasks() == ["integrations.drain"]
    with connection.execute_wrapper(come):
        tasks.drain(integration.target_id)
    assert came == [True]
    assert waiting_tasks() == ["integrations.drain"]
