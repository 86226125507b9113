"""A vendor with one subscription for a whole app, whose secret it posts to the address itself."""

from __future__ import annotations

import importlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from connectors import registry
from connectors.notices import json_object
from connectors.vendor import Delivery as Arrived
from connectors.vendor import Notice, Subscribed
from integrations import switching, tasks
from integrations.models import Connection, Delivery, Integration, Record, Subscription
from integrations.webhooks import standing
from tests.clocks import StoppedClock
from tests.contract.toy.house import House
from tests.contract.toy.office import HOOK_SECRET, Office

pytestmark = pytest.mark.django_db(transaction=True)

State = Subscription.State


@dataclass
class Exchange:
    """The rolodex' own side: posts secrets, and is asked for them again."""

    office: Office
    browser: Client
    posts_at_once: bool = False
    asked_again: int = 0

    def post(self, secret: str = HOOK_SECRET) -> int:
        """Post a secret to where the one hook leads; the answer's status."""
        (hook,) = self.office.hooks.values()
        body = json.dumps({"secret": secret})
        return self.browser.post(
            urlsplit(hook["url"]).path, body, content_type="application/json"
        ).status_code

    def tell(self, event: str, company: str, card: str = "1") -> int:
        """Tell of a card of one company; the answer's status."""
        return self.office.tell(self.browser, event=event, cards=[card], company=company)


@pytest.fixture
def exchange(
    office: Office, client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Exchange:
    """The toy vendor, declared with one subscription per app."""
    settings.PUBLIC_URL = "https://connector.example"
    side = Exchange(office, client)
    rolodex: Any = importlib.import_module("connectors.vendors.rolodex")
    declared = rolodex.VENDOR.webhooks

    def create(asking: Any, url: str) -> Subscribed:
        made = declared.subscribing.create(asking, url)
        if side.posts_at_once:
            assert side.post() == 200
        return Subscribed(made.id, made.url)

    def prove(asking: Any, hook_id: str, secret: str) -> bool:
        return bool(office.hooks[hook_id]["secret"] == secret)

    def ask_again(asking: Any, hook_id: str) -> None:
        side.asked_again += 1

    def parse(arrived: Arrived) -> Sequence[Notice]:
        company = str(json_object(arrived, "rolodex").get("company"))
        return [replace(notice, account_id=company) for notice in declared.parse(arrived)]

    webhooks = replace(
        declared,
        parse=parse,
        posted_secret=lambda arrived: str(json_object(arrived, "rolodex").get("secret", "")),
        subscribing=replace(
            declared.subscribing,
            create=create,
            is_of_app=True,
            prove=prove,
            ask_for_secret=ask_again,
        ),
    )
    monkeypatch.setattr(rolodex, "VENDOR", replace(rolodex.VENDOR, webhooks=webhooks))
    registry.vendors.cache_clear()
    return side


def mend(house: House) -> None:
    tasks.mend_subscription(house.integration.source_id)


@pytest.fixture
def asking(exchange: Exchange, house: House) -> House:
    """An integration that is on, and whose app has asked for a hook."""
    house.office.file("1", drawer="Garden")
    house.set_up()
    mend(house)
    return house


@pytest.fixture
def neighbour(asking: House, exchange: Exchange, client: Client) -> House:
    """Another tenant's company, connected through the same app."""
    exchange.office.me = {"company": "southwind", "title": "Southwind", "user": "bob"}
    other = House(exchange.office, client)
    app_id = asking.integration.source.app_id
    Connection.objects.filter(pk=other.integration.source_id).update(app_id=app_id)
    other.set_up()
    mend(other)
    exchange.post()
    mend(other)
    return other


def row() -> Subscription:
    return Subscription.objects.exclude(state=State.CLOSED).get()


def test_asks_for_one_hook_for_the_app(asking: House) -> None:
    (hook,) = asking.office.hooks.values()
    assert (row().app_id, row().connection_id) == (asking.integration.source.app_id, None)
    assert (row().state, row().vendor_id) == (State.PENDING, hook["id"])
    assert "does not tell of changes yet" in standing.told_how(asking.fresh())


def test_is_told_once_the_posted_secret_is_confirmed(asking: House, exchange: Exchange) -> None:
    assert exchange.tell("e1", "northwind") == 503
    assert exchange.post() == 200
    assert row().state == State.PENDING, "believed a post that anybody could send"
    mend(asking)
    assert row().state == State.ACTIVE
    assert exchange.tell("e1", "northwind") == 200
    assert "Rolodex tells of changes at once" in standing.told_how(asking.fresh())


def test_takes_a_secret_that_comes_before_the_answer(exchange: Exchange, house: House) -> None:
    exchange.posts_at_once = True
    house.set_up()
    mend(house)
    assert row().state == State.ACTIVE


def test_finds_the_right_secret_among_the_latest_five(asking: House, exchange: Exchange) -> None:
    for number in range(7):
        assert exchange.post(f"wrong {number}") == 200
    assert exchange.post() == exchange.post() == 200
    assert row().candidates() == ("wrong 3", "wrong 4", "wrong 5", "wrong 6", HOOK_SECRET)
    mend(asking)
    assert row().state == State.ACTIVE
    assert row().candidates() == ()


def test_never_replaces_a_confirmed_secret_by_a_post(asking: House, exchange: Exchange) -> None:
    exchange.post()
    mend(asking)
    assert exchange.post("another") == 401
    assert exchange.tell("e1", "northwind") == 200
    mend(asking)
    assert exchange.tell("e2", "northwind") == 200


def test_has_the_secret_posted_again_where_none_came(
    stopped_clock: StoppedClock, asking: House, exchange: Exchange
) -> None:
    assert exchange.asked_again == 0
    due_at = row().due_at
    assert due_at is not None
    stopped_clock.at = due_at
    tasks.sweep()
    mend(asking)
    assert exchange.asked_again == 1
    assert len(exchange.office.hooks) == 1


def test_is_looked_after_as_soon_as_a_secret_came(
    stopped_clock: StoppedClock, asking: House, exchange: Exchange
) -> None:
    exchange.post()
    assert row().due_at == stopped_clock.at


def test_tells_each_company_of_its_own_alone(
    asking: House, neighbour: House, exchange: Exchange
) -> None:
    assert row().app_id == asking.integration.source.app_id
    assert len(exchange.office.hooks) == 1
    assert exchange.tell("e1", "southwind", "77") == 200
    assert exchange.tell("e2", "eastwind", "78") == 200
    tasks.take_up_deliveries()
    assert [one.integration_id for one in Record.objects.filter(source_id="77")] == [
        neighbour.integration.pk
    ]
    assert not Record.objects.filter(source_id="78").exists()
    assert list(Delivery.objects.order_by("pk").values_list("outcome", flat=True)) == [
        "taken_up",
        "not_listened_to",
    ]


def test_stays_as_long_as_anybody_listens(
    asking: House, neighbour: House, exchange: Exchange
) -> None:
    switching.pause(asking.fresh())
    mend(asking)
    assert len(exchange.office.hooks) == 1
    switching.pause(neighbour.fresh())
    mend(neighbour)
    assert exchange.office.hooks == {}
    assert not Subscription.objects.exclude(state=State.CLOSED).exists()


def test_takes_a_refusal_of_the_app_for_nobodys_consent(exchange: Exchange, house: House) -> None:
    exchange.office.refused["hooks"] = 401
    house.set_up()
    mend(house)
    assert row().state == State.PENDING
    assert row().due_at is not None
    assert "does not accept the access" in row().state_reason
    source = Connection.objects.get(pk=house.integration.source_id)
    assert source.status == Connection.Status.ACTIVE


def test_does_not_hang_on_the_consent_of_one_company(
    asking: House, neighbour: House, exchange: Exchange
) -> None:
    Connection.objects.filter(pk=asking.integration.source_id).update(status="needs_reauth")
    Integration.objects.filter(pk=asking.integration.pk).update(status="paused")
    Subscription.objects.update(due_at="2020-01-01T00:00:00Z")
    mend(asking)
    assert row().state == State.ACTIVE
    assert exchange.tell("e1", "southwind") == 200
