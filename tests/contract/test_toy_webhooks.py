"""A vendor that numbers its events tells of cards: nothing of the product knows it by name."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from audit.models import SyncRun
from integrations import switching, tasks
from integrations.models import Delivery, Record, Subscription
from integrations.webhooks import standing
from tests.clocks import StoppedClock
from tests.contract.toy.house import House

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hooked(house: House, settings: Settings) -> House:
    """The rolodex tells of what changes."""
    settings.PUBLIC_URL = "https://connector.example"
    house.office.file("1", drawer="Garden")
    house.set_up()
    mend(house)
    return house


def mend(house: House) -> None:
    tasks.mend_subscription(house.integration.source_id)


def ends() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("pk").values_list("outcome", "remark"))


def test_hangs_up_a_hook_and_keeps_its_secret(hooked: House) -> None:
    (hook,) = hooked.office.hooks.values()
    row = Subscription.objects.get()
    assert hook["url"] == f"https://connector.example/webhooks/rolodex/{row.url_key}/"
    assert (row.state, row.vendor_id) == (Subscription.State.ACTIVE, hook["id"])
    assert "Rolodex tells of changes at once" in standing.told_how(hooked.fresh())


def test_invites_whom_a_notice_names(hooked: House, client: Client) -> None:
    hooked.sync()
    hooked.office.file("4", drawer="Garden")
    assert hooked.office.tell(client, event="e1", cards=["4"]) == 200
    tasks.take_up_deliveries()
    hooked.drain()
    assert hooked.record("4").state == Record.State.SYNCED
    assert SyncRun.objects.latest("pk").trigger == SyncRun.Trigger.WEBHOOK
    assert ends() == [("taken_up", "")]


def test_does_nothing_for_an_event_that_came_before(hooked: House, client: Client) -> None:
    hooked.sync()
    for _ in range(3):
        assert hooked.office.tell(client, event="e1", cards=["1"]) == 200
    wanted = hooked.record("1").wanted
    tasks.take_up_deliveries()
    assert hooked.record("1").wanted == wanted + 1
    assert hooked.office.tell(client, event="e1", cards=["1"]) == 200
    assert hooked.office.tell(client, event="e2", cards=["1"]) == 200
    tasks.take_up_deliveries()
    assert hooked.record("1").wanted == wanted + 2
    outcomes = [outcome for outcome, _ in ends()]
    assert outcomes == ["taken_up", "repeated", "repeated", "repeated", "taken_up"]


def test_names_what_nobody_listens_to(hooked: House, client: Client) -> None:
    assert hooked.office.tell(client, event="e1", about="ink.empty\u202e") == 200
    assert hooked.office.tell(client, event="e2", drawers=["Garden"]) == 200
    assert hooked.office.tell(client, nothing="at all") == 200
    tasks.take_up_deliveries()
    assert ends() == [
        ("not_listened_to", "It tells of ink.empty\\u202e."),
        ("not_listened_to", "No integration that is on listens to it."),
        ("unreadable", "A notice of rolodex is not as documented: it has no event."),
    ]
    assert [bool(one.body) for one in Delivery.objects.order_by("pk")] == [False, False, True]
    assert not Record.objects.filter(noticed_at__isnull=False).exists()


def test_hears_nothing_once_it_is_paused(hooked: House, client: Client) -> None:
    (hook,) = hooked.office.hooks.values()
    switching.pause(hooked.fresh())
    mend(hooked)
    assert hooked.office.hooks == {}
    assert client.post(urlsplit(hook["url"]).path, b"{}", content_type="x/y").status_code == 404
    assert standing.told_how(hooked.fresh()) == "Rolodex tells nothing while it is not switched on."


def test_replaces_a_hook_whose_answer_was_lost(stopped_clock: StoppedClock, hooked: House) -> None:
    switching.pause(hooked.fresh())
    mend(hooked)
    hooked.office.lost_after.add("hooks")
    switching.switch_on(hooked.fresh())
    mend(hooked)
    (orphan,) = hooked.office.hooks.values()
    asked = Subscription.objects.get(state=Subscription.State.PENDING)
    stopped_clock.advance(seconds=279)
    mend(hooked)
    assert list(hooked.office.hooks.values()) == [orphan]
    stopped_clock.advance(seconds=1)
    mend(hooked)
    (hook,) = hooked.office.hooks.values()
    assert hook["url"] != orphan["url"]
    row = Subscription.objects.get(state=Subscription.State.ACTIVE)
    assert (row.vendor_id, row.url_key == asked.url_key) == (hook["id"], False)


def test_hangs_up_one_hook_for_two_workers(hooked: House) -> None:
    row = Subscription.objects.get()
    Subscription.objects.filter(pk=row.pk).update(lease_until="2999-01-01T00:00:00Z")
    hooked.office.hooks.clear()
    mend(hooked)
    assert hooked.office.hooks == {}, "worked what another worker has in hand"
