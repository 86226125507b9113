"""What a person may want of a record's documents: offered where it makes sense, done once."""

from __future__ import annotations

import pytest
from django.test import Client

from audit.models import Action, Entry
from integrations import remedies, resuming, tasks
from integrations.flow import PaperStatus
from integrations.models import Document, Membership, Record
from integrations.remedies import RemedyError
from integrations.replaying import replay
from tests.clocks import StoppedClock
from tests.contract.toy.house import House
from tests.factories import make_member
from tests.unit.integrations.admin.pages import address_of, page, press, told

pytestmark = pytest.mark.django_db(transaction=True)

RELEASE_NOW = "Release now: The bill is released at the house at once. Nobody can take that back."
SETTLED_SECONDS = 400
AS_BY_ITSELF = "As the integration would do by itself."


@pytest.fixture
def ready(house: House, stopped_clock: StoppedClock) -> House:
    """Ada's bill stands there and is released tomorrow."""
    house.office.file("1")
    house.set_up()
    integration = house.fresh()
    integration.options |= {"leg_guests": "off", "bills": "yes", "release": "later"}
    integration.save()
    tasks.poll(integration.pk, everything=True)
    assert house.office.writes() == ["bills"]
    return house


def record() -> Record:
    return Record.objects.select_related("integration").get(leg="bills")


def status() -> str:
    return Document.objects.get().status


def test_does_what_a_person_wants(ready: House) -> None:
    remedies.wish(record(), "release", ready.operator)
    assert (record().wish, status()) == ("release", PaperStatus.SAVED)
    ready.drain()
    assert ready.office.writes() == ["bills", "release"]
    assert (record().state, status()) == (Record.State.SYNCED, PaperStatus.RELEASED)
    assert record().wish == "", "it is fulfilled"
    action = Action.objects.get(what="record.wish")
    assert (action.person_id, action.details) == (ready.operator.pk, {"wish": "release"})


def test_refuses_what_the_leg_does_not_know(ready: House) -> None:
    with pytest.raises(RemedyError, match="makes no sense for its documents"):
        remedies.wish(record(), "burn", ready.operator)
    assert (record().wish, record().due_at is None) == ("", False)
    assert not Action.objects.filter(what="record.wish").exists()


def test_refuses_what_its_documents_are_past(ready: House) -> None:
    Document.objects.update(status=Document.Status.RELEASED)
    with pytest.raises(RemedyError, match="makes no sense for its documents"):
        remedies.wish(record(), "release", ready.operator)
    assert record().wish == ""


def test_refuses_it_for_what_is_never_carried(ready: House) -> None:
    remedies.never(record())
    with pytest.raises(RemedyError):
        remedies.wish(record(), "release", ready.operator)
    assert list(remedies.remedies_of(record())) == ["carry_after_all"]


def test_takes_a_wish_back_before_it_is_done(ready: House) -> None:
    remedies.wish(record(), "release", ready.operator)
    remedies.drop_wish(record())
    assert record().wish == ""
    ready.drain()
    assert ready.office.writes() == ["bills"]
    assert status() == PaperStatus.SAVED
    with pytest.raises(RemedyError, match="Nobody wants anything else"):
        remedies.drop_wish(record())


def test_keeps_a_wish_when_it_is_tried_again(ready: House, stopped_clock: StoppedClock) -> None:
    ready.office.refused["release"] = 422
    remedies.wish(record(), "release", ready.operator)
    ready.drain()
    assert (record().wish, status()) == ("release", PaperStatus.SAVED)
    ready.office.refused.clear()
    resuming.retry(Record.objects.filter(pk=record().pk))
    assert record().wish == "release"
    for _ in range(3):
        stopped_clock.advance(seconds=SETTLED_SECONDS)
        ready.drain()
    assert status() == PaperStatus.RELEASED


def test_keeps_a_wish_when_it_is_replayed(ready: House) -> None:
    entry = Entry.objects.filter(record_id=record().pk).latest("pk")
    remedies.wish(record(), "release", ready.operator)
    ready.office.books["is_closed"] = "yes"
    assert replay(entry.pk).outcome == "held"
    assert record().wish == "release"
    ready.office.books["is_closed"] = "no"
    replay(entry.pk)
    assert ready.office.writes() == ["bills", "release"]


def test_offers_it_on_the_page_with_its_warning(ready: House, client: Client) -> None:
    question = page(client, address_of(record(), "documents"))
    assert RELEASE_NOW in question
    assert AS_BY_ITSELF not in question
    answer = press(client, record(), "documents", wish="release")
    assert told(answer) == ["It is being done; the documents below say how far it is."]
    assert record().wish == "release"
    assert "Release now" in page(client, address_of(record()))
    question = page(client, address_of(record(), "documents"))
    assert AS_BY_ITSELF in question
    assert RELEASE_NOW not in question
    press(client, record(), "documents", wish="-")
    assert record().wish == ""
    pressed = Action.objects.filter(what="record.documents", outcome="done").order_by("pk")
    assert [one.details for one in pressed] == [{"wish": "release"}, {"wish": "-"}]


def test_offers_nothing_where_nothing_applies(ready: House, client: Client) -> None:
    Document.objects.update(status=Document.Status.RELEASED)
    assert address_of(record(), "documents") not in page(client, address_of(record()))
    client.post(address_of(record(), "documents"), {"wish": "release"})
    assert record().wish == ""


def test_refuses_a_press_on_what_has_come_further_meanwhile(ready: House, client: Client) -> None:
    shown = page(client, address_of(record(), "documents"))
    Document.objects.update(reference="BILL-northwind-1 r9", status=Document.Status.WAITS)
    Document.objects.create(
        record=record(),
        connection=ready.integration.target,
        vendor="homestead",
        account_id="northwind",
        number="2",
        kind="bill",
        reference="BILL-northwind-1 r2",
        total_digits="1.00",
        currency="EUR",
        dated_on="2026-01-05",
    )
    token = shown.partition('name="page" value="')[2].partition('"')[0]
    answer = client.post(address_of(record(), "documents"), {"wish": "release", "page": token})
    assert "It has changed since you loaded the page" in told(answer)[0]
    assert record().wish == ""


@pytest.mark.parametrize("role", Membership.Role)
def test_leaves_it_to_who_may_change_records(
    ready: House, client: Client, role: Membership.Role
) -> None:
    client.force_login(make_member(ready.tenant, role))
    answer = client.post(address_of(record(), "documents"), {"wish": "release"})
    may = role in Membership.CHANGING
    assert answer.status_code == (302 if may else 403)
    assert (record().wish == "release") == may
