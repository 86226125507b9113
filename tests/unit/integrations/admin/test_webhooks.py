"""The pages of subscriptions, deliveries and refused ones: what they tell, and what they do not."""

from __future__ import annotations

import pytest
from django.db import connection as database
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config import clock
from integrations.models import Delivery, Integration, Membership, Refused, Subscription
from tests.factories import make_integration, make_member, make_record, make_subscription
from tests.unit.integrations.admin.house import build_house
from tests.unit.integrations.admin.pages import address_of, page

pytestmark = pytest.mark.django_db

Role = Membership.Role
PAGE_QUERIES_COUNT = 12
"""The same for a delivery of one notice and of many."""


@pytest.fixture
def house() -> Integration:
    """One row of everything."""
    return build_house("alpha")


def delivered(subscription: Subscription, *notices: tuple[str, str]) -> Delivery:
    """A delivery that was taken up."""
    return Delivery.objects.create(
        subscription=subscription,
        notices=[list(one) for one in notices],
        outcome=Delivery.Outcome.TAKEN_UP,
        handled_at=clock.now(),
    )


def test_leads_from_a_delivery_to_the_records_it_named(browser: Client) -> None:
    integration = make_integration()
    subscription = make_subscription(integration.source, secret="hidden-secret")
    named = make_record(integration, source_id="117")
    of_another = make_record(make_integration(), source_id="117")
    unnamed = make_record(integration, source_id="118")
    row = delivered(subscription, ("employee", "117"), ("employee", "999"))

    text = page(browser, address_of(row))

    assert address_of(named) in text
    assert "employee 117" in text
    assert "employee 999" in text
    for record in (of_another, unnamed):
        assert address_of(record) not in text
    assert "hidden-secret" not in text


def test_asks_no_more_for_many_notices(browser: Client) -> None:
    integration = make_integration()
    subscription = make_subscription(integration.source)
    counts = []
    for number in (1, 150):
        ids = [str(one) for one in range(number)]
        row = delivered(subscription, *(("employee", one) for one in ids))
        make_record(integration, source_id=ids[-1])
        with CaptureQueriesContext(database) as queries:
            text = page(browser, address_of(row))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= PAGE_QUERIES_COUNT
    assert "and: 50 more" in text


@pytest.mark.parametrize("model", [Subscription, Delivery, Refused])
def test_shows_no_body_signature_or_secret(
    browser: Client, house: Integration, model: type[Model]
) -> None:
    row = model._default_manager.get()
    listing = f"/admin/integrations/{model._meta.model_name}/"
    with CaptureQueriesContext(database) as queries:
        text = page(browser, listing) + page(browser, address_of(row))

    assert "alpha-secret" not in text
    selected = " ".join(query["sql"] for query in queries)
    for column in ("body", "headers", "sealed", "url_key"):
        is_shown = column == "url_key" and model is Subscription
        assert is_shown or f'"integrations_delivery"."{column}"' not in selected
    assert house.source.subscriptions.get().url_key not in text


def test_says_that_a_delivery_waits(browser: Client) -> None:
    row = Delivery.objects.create(subscription=make_subscription(make_integration().source))

    assert "waits to be taken up" in page(browser, address_of(row))
    assert "waits to be taken up" in page(browser, "/admin/integrations/delivery/")


def test_sums_up_what_was_refused_lately(browser: Client, house: Integration) -> None:
    subscription = house.source.subscriptions.get()
    Refused.objects.create(
        subscription=subscription, minute_at=clock.now(), why=Refused.Why.STALE, count=2
    )

    text = page(browser, address_of(subscription))

    for why, count in ((Refused.Why.FORGED, 3), (Refused.Why.STALE, 2)):
        assert f"<td>{why.label}</td><td>{count}</td>" in text


def test_leads_from_a_subscription_to_its_deliveries(browser: Client, house: Integration) -> None:
    subscription = house.source.subscriptions.get()
    delivered(make_subscription(make_integration().source), ("employee", "1"))
    address = f"/admin/integrations/delivery/?subscription__id__exact={subscription.pk}"
    assert address in page(browser, address_of(subscription))

    assert browser.get(address).context["cl"].result_count == 1


@pytest.mark.parametrize("role", Role)
def test_lets_every_role_look(client: Client, house: Integration, role: Membership.Role) -> None:
    client.force_login(make_member(house.tenant, role))
    for model in (Subscription, Delivery, Refused):
        text = page(client, address_of(model._default_manager.get()))
        assert "data-button" not in text
        assert 'name="_save"' not in text


@pytest.mark.parametrize("by", ["vendor=bamboohr", "outcome__exact=taken_up", "q=1"])
def test_narrows_deliveries_down(browser: Client, house: Integration, by: str) -> None:
    browser.get("/admin/integrations/delivery/")
    assert browser.get(f"/admin/integrations/delivery/?{by}").status_code == 200
