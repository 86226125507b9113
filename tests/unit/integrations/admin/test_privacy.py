"""Pay, health and what lies ahead are shown to those alone who may see them."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from audit import trail
from audit.models import Body, Entry, SyncRun
from audit.outcomes import Outcome
from connectors.vendor import Privacy
from integrations.engine import drift
from integrations.flow import Difference
from integrations.models import Integration, Record
from integrations.reasons import BEING_VERIFIED, ReasonClass, ReasonKind
from tests.factories import make_integration, make_member, make_record
from tests.unit.integrations.admin.pages import page

pytestmark = pytest.mark.django_db

STARTS_LATER = ReasonKind("starts_later", ReasonClass.WAIT, "The person starts on {day}.")
HIDDEN = "(lies ahead: hidden)"
SECRETS_AHEAD = ("Grace Hopper", "2027-01-04", "Jan. 4, 2027", "4 Jan")


def signed_in(client: Client, integration: Integration, *more: str) -> Client:
    """Somebody of the tenant who may look, and whatever else is named."""
    client.force_login(make_member(integration.tenant, permissions=more))
    return client


@pytest.fixture
def integration() -> Integration:
    """One future hire, and one body with pay."""
    integration = make_integration()
    reason = STARTS_LATER.because(day="2027-01-04").as_json()
    record = make_record(
        integration,
        state=Record.State.WAITING,
        source_id="7",
        reasons=[reason],
        title="Grace Hopper",
    )
    record.waits_until = date(2027, 1, 4)
    record.save()
    content: dict[str, object] = {"hireDate": "2027-01-04"}
    append(integration, record, Outcome.WAITING, [reason], content)
    return integration


def append(
    integration: Integration,
    record: Record,
    outcome: Outcome,
    reasons: list[dict[str, object]],
    content: dict[str, object],
) -> Entry:
    """An entry of the record, with one body that holds pay."""
    whose = trail.Whose(
        tenant_id=integration.tenant_id,
        tenant_name="x",
        integration_id=integration.pk,
        integration_title="x",
        flow=integration.flow,
        leg="employees",
    )
    run = trail.open_run(whose, SyncRun.Trigger.MANUAL)
    private = '{"pay": {"/sent/rate": "77.31", "/sent/bonus": "12.05"}, "health": {}}'
    read = {"version": "", "is_gone": False, "value": content}
    body = trail.BodyText(Body.Kind.READ, read, private=private)
    text = trail.EntryText(
        record_id=record.pk,
        source_id=record.source_id,
        outcome=outcome,
        title=record.title,
        reasons=reasons,
        bodies=[body],
    )
    return trail.append(run, text)


def pages() -> list[str]:
    """Every page on which the record is."""
    record, entry, body = Record.objects.get(), Entry.objects.get(), Body.objects.get()
    return [
        "/admin/integrations/record/",
        f"/admin/integrations/record/{record.pk}/change/",
        "/admin/audit/entry/",
        f"/admin/audit/entry/{entry.pk}/change/",
        f"/admin/audit/body/{body.pk}/change/",
    ]


def test_hides_what_lies_ahead(client: Client, integration: Integration) -> None:
    browser = signed_in(client, integration)
    for url in pages():
        text = page(browser, url)
        assert HIDDEN in text, url
        assert not any(secret in text for secret in SECRETS_AHEAD), url


def test_shows_what_lies_ahead_to_who_may_see_it(client: Client, integration: Integration) -> None:
    browser = signed_in(client, integration, "see_future")
    for url in pages():
        text = page(browser, url)
        assert HIDDEN not in text, url
        assert any(secret in text for secret in SECRETS_AHEAD), url


@pytest.mark.parametrize("query", ["q=Hopper", "title__startswith=G", "waits_until=2027-01-04"])
def test_lets_nobody_search_for_what_is_hidden(
    client: Client, integration: Integration, query: str
) -> None:
    answer = signed_in(client, integration).get(f"/admin/integrations/record/?{query}")
    assert "1 record" not in answer.content.decode()


def test_hides_no_call_that_is_being_verified(client: Client, integration: Integration) -> None:
    record = make_record(integration, state=Record.State.WRITING, title="Ada Lovelace")
    reason = BEING_VERIFIED.because(until="12:00").as_json()
    entry = append(integration, record, Outcome.WAITING, [reason], {"status": 504})
    browser = signed_in(client, integration)
    assert "Ada Lovelace" in page(browser, f"/admin/audit/entry/{entry.pk}/change/")
    assert "Ada Lovelace" in page(browser, f"/admin/integrations/record/{record.pk}/change/")


def test_shows_of_pay_only_how_much_there_is(client: Client, integration: Integration) -> None:
    browser = signed_in(client, integration)
    text = page(browser, pages()[-1])
    assert "Values kept apart: health: 0, pay: 2. Fingerprint " in text
    assert "77.31" not in text


def test_shows_pay_to_who_may_see_it(client: Client, integration: Integration) -> None:
    browser = signed_in(client, integration, "see_pay", "see_future")
    for url in pages():
        assert ("77.31" in page(browser, url)) == ("/body/" in url), url


def test_tells_in_words_of_nothing_that_lay_ahead_once(
    client: Client, integration: Integration
) -> None:
    Record.objects.update(state=Record.State.SYNCED, waits_until=None, reasons=[])
    address = f"/admin/integrations/record/{Record.objects.get().pk}/change/"

    text = page(signed_in(client, integration), address)
    assert "Grace Hopper" in text
    assert "2027" not in text
    assert "2027-01-04" in page(signed_in(client, integration, "see_future"), address)


def test_shows_of_a_difference_in_pay_only_that_there_is_one(
    client: Client, integration: Integration
) -> None:
    difference = Difference("rate", "77.31", "80.00", privacy=Privacy.PAY)
    record = Record.objects.get()
    Record.objects.update(state=Record.State.SYNCED)
    drift.note(record, [difference])

    text = page(
        signed_in(client, integration, "see_pay", "see_future"),
        f"/admin/integrations/record/{record.pk}/change/",
    )

    assert "77.31" not in text
    assert "80.00" not in text
    assert "&lt;pay&gt;" in text
