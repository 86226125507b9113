"""A document that is written and not released says so everywhere, until it is released."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import Client
from django.utils.html import strip_tags

from audit.models import SyncRun
from integrations import reasons, tasks, unreleased
from integrations.engine.reconcile import reconcile
from integrations.engine.run import LegRun
from integrations.flow import Leg
from integrations.models import Document, Problem, Record
from integrations.registry import flow
from tests.clocks import StoppedClock
from tests.contract.toy.house import FLOW, House
from tests.factories import make_member
from tests.unit.integrations.admin.pages import address_of, page

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/admin/integrations/document/"
RECORDS = "/admin/integrations/record/"
SAVED = "written, not released, since "
PAY, SHOWN_PAY = "31337.17", "31,337.17 EUR"


@pytest.fixture
def ready(house: House, stopped_clock: StoppedClock) -> House:
    """Ada's bill stands there and is released tomorrow."""
    house.office.file("1", allowance=PAY)
    house.set_up()
    integration = house.fresh()
    integration.options |= {"leg_guests": "off", "bills": "yes", "release": "later"}
    integration.save()
    tasks.poll(integration.pk, everything=True)
    return house


def leg() -> Leg:
    return flow(FLOW).leg("bills")


def record() -> Record:
    return Record.objects.get(leg="bills")


def document() -> Document:
    return Document.objects.get()


def since() -> str:
    return f"{SAVED}{document().created_at:%Y-%m-%d %H:%M} UTC"


def explained() -> str:
    told = StringIO()
    call_command("explain", "Guests", "bills", "1", stdout=told)
    return told.getvalue()


def found(client: Client, chosen: str) -> list[int]:
    rows = client.get(f"{LIST}?stands={chosen}").context["cl"].result_list
    return [one.pk for one in rows]


def test_says_so_on_every_page(ready: House, client: Client) -> None:
    pages = (RECORDS, address_of(record()), LIST, address_of(document()))
    for address in pages:
        assert since() in page(client, address), address
    home = " ".join(strip_tags(page(client, "/admin/")).split())
    assert "1 document is written at the target and not released there, the oldest since" in home
    assert f"Document 1, BILL-northwind-1 r1 ({document().target_id}) of" in explained()
    assert since() in explained()


def test_says_it_no_longer_once_it_is_released(
    ready: House, stopped_clock: StoppedClock, client: Client
) -> None:
    stopped_clock.advance(seconds=timedelta(days=1).total_seconds())
    ready.drain()
    for address in (RECORDS, address_of(record()), LIST, address_of(document()), "/admin/"):
        assert SAVED not in page(client, address), address
    assert "not released there" not in page(client, "/admin/")
    assert "released" in page(client, address_of(record()))
    assert SAVED not in explained()


def test_says_when_the_targets_own_approval_has_it(ready: House, client: Client) -> None:
    Document.objects.update(status=Document.Status.WAITS)
    for address in (RECORDS, address_of(record()), LIST):
        assert "written, waits for approval there, since" in page(client, address), address


def test_lists_the_documents_of_a_record(ready: House, client: Client) -> None:
    first = document()
    Document.objects.create(
        record=record(),
        connection=ready.integration.target,
        vendor=first.vendor,
        account_id=first.account_id,
        number="R1",
        kind="bill",
        reference="BILL-northwind-1 v1",
        target_id="B77",
        total_digits=PAY,
        currency="EUR",
        dated_on="2026-01-07",
        status=Document.Status.RELEASED,
        reverses=first,
    )
    text = page(client, address_of(record()))
    for part in ("bill 1", "bill R1", "BILL-northwind-1 v1", "B77", "2026-01-07", first.target_id):
        assert part in text
    assert address_of(first) in text


def test_shows_totals_to_who_may_see_pay(ready: House, client: Client) -> None:
    rights = Permission.objects.exclude(codename="see_pay").values_list("codename", flat=True)
    places = (address_of(record()), address_of(document()))
    for address in places:
        assert SHOWN_PAY in page(client, address), address
    assert SHOWN_PAY not in page(client, LIST)
    client.force_login(make_member(ready.tenant, permissions=list(rights)))
    for address in (*places, LIST, RECORDS):
        text = page(client, address)
        assert "31,337" not in text, address
        assert PAY not in text, address
    assert "&lt;pay&gt;" in page(client, address_of(document()))
    assert PAY not in explained()


def test_tells_of_documents_to_machines_without_their_totals(ready: House) -> None:
    told = StringIO()
    call_command("explain", "Guests", "bills", "1", "--json", stdout=told)
    (paper,) = json.loads(told.getvalue())["documents"]
    assert (paper["number"], paper["status"], paper["reverses"]) == ("1", "saved", "")
    assert PAY not in told.getvalue()


def test_hides_no_money_document_as_a_change_that_lies_ahead(ready: House, client: Client) -> None:
    assert record().waits_until is not None
    client.force_login(make_member(ready.tenant))
    text = page(client, address_of(record()))
    assert "(lies ahead: hidden)" not in text
    assert "The bill stands there and is released tomorrow." in text


def test_calls_late_what_stands_unreleased_a_day_past_its_day(
    ready: House, stopped_clock: StoppedClock, client: Client
) -> None:
    late = "Documents not released in time"
    assert found(client, "unreleased") == [document().pk]
    assert found(client, "overdue") == []
    stopped_clock.advance(seconds=timedelta(days=2).total_seconds())
    assert found(client, "overdue") == []
    assert late not in page(client, "/admin/")
    stopped_clock.advance(seconds=timedelta(days=1).total_seconds())
    assert found(client, "overdue") == [document().pk]
    assert late in page(client, "/admin/")
    Document.objects.update(status=Document.Status.RELEASED)
    assert found(client, "overdue") == found(client, "unreleased") == []
    assert found(client, "released") == [document().pk]
    assert late not in page(client, "/admin/")


def test_calls_late_what_waits_for_no_day_since_it_was_written(
    ready: House, stopped_clock: StoppedClock
) -> None:
    Record.objects.update(waits_until=None)
    late = Document.objects.filter(unreleased.overdue())
    stopped_clock.advance(seconds=timedelta(hours=23).total_seconds())
    assert not late.exists()
    stopped_clock.advance(seconds=timedelta(hours=2).total_seconds())
    assert list(Document.objects.filter(unreleased.overdue())) == [document()]


def vanished() -> list[str]:
    return list(
        Problem.objects.filter(
            code=reasons.VANISHED.code, closed_at__isnull=True, records__isnull=False
        ).values_list("records__source_id", flat=True)
    )


@pytest.mark.parametrize("look", ["run", "reconcile"])
@pytest.mark.parametrize(("is_windowed", "missed"), [(False, ["1"]), (True, [])])
def test_misses_nobody_in_a_read_that_shows_only_what_is_recent(
    ready: House, look: str, is_windowed: bool, missed: list[str]
) -> None:
    read = replace(leg(), is_windowed=is_windowed)
    del ready.office.cards["1"]
    if look == "run":
        LegRun(ready.fresh(), read, SyncRun.Trigger.MANUAL, width=1).read_all(everything=True)
    else:
        reconcile(ready.fresh(), read)
    assert vanished() == missed
