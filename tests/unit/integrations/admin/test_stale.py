"""A form that was filled in upon what somebody else has changed since is refused, with both."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from integrations.models import Integration, Mapping, Term
from tests.factories import make_connection, make_integration, make_mapping, make_tenant
from tests.unit.integrations.admin.pages import address_of, page

pytestmark = pytest.mark.django_db

SEEN = re.compile(r'name="seen" value="([0-9a-f]{64})"')


def seen(text: str) -> str:
    """What a page says that its form showed."""
    found = SEEN.search(text)
    assert found is not None
    return found.group(1)


def test_is_stored_where_nobody_was_faster(browser: Client) -> None:
    integration = make_integration()
    shown = page(browser, address_of(integration))

    answer = browser.post(address_of(integration), {"title": "People", "seen": seen(shown)})

    assert answer.status_code == 302
    integration.refresh_from_db()
    assert integration.title == "People"


def test_is_refused_with_what_is_stored_and_what_was_typed(browser: Client) -> None:
    integration = make_integration()
    shown = page(browser, address_of(integration))
    Integration.objects.update(title="Theirs")

    answer = browser.post(address_of(integration), {"title": "Mine", "seen": seen(shown)})

    text = answer.content.decode()
    assert "Title: stored is “Theirs”, you typed “Mine”" in text
    integration.refresh_from_db()
    assert integration.title == "Theirs"
    # Whoever has read both versions may insist.
    browser.post(address_of(integration), {"title": "Mine", "seen": seen(text)})
    integration.refresh_from_db()
    assert integration.title == "Mine"


def test_sees_a_change_of_an_option_of_the_flow(browser: Client) -> None:
    integration = make_integration()
    shown = page(browser, address_of(integration))
    Integration.objects.update(options={"leaver_status": "On Hold"})

    answer = browser.post(address_of(integration), {"title": "x", "seen": seen(shown)})

    assert "stored is “On Hold”" in answer.content.decode()


def test_stores_no_mapping_over_another_persons(browser: Client, operator: User) -> None:
    integration = make_integration()
    for key in ("FIN", "SAL"):
        Term.objects.create(
            connection=integration.target, kind="department", key=key, title=f"Title {key}"
        )
    row = make_mapping(integration, '["Finance"]')
    shown = page(browser, address_of(row))
    Mapping.objects.update(state="confirmed", target={"department": "FIN"}, version=2)

    answer = browser.post(
        address_of(row), {"part_department": "SAL", "seen_version": 1, "seen": seen(shown)}
    )

    text = answer.content.decode()
    assert "stored is “Title FIN (FIN)”, you typed “Title SAL (SAL)”" in text
    row.refresh_from_db()
    assert row.target == {"department": "FIN"}


def test_names_both_also_where_only_the_version_tells(browser: Client, operator: User) -> None:
    integration = make_integration()
    row = make_mapping(integration, '["Finance"]')
    Mapping.objects.update(
        state="confirmed", target={"department": "FIN"}, version=2, confirmed_by=operator
    )

    answer = browser.post(address_of(row), {"part_department": "SAL", "seen_version": 1})

    told = f"it is FIN now by {operator.username}, you chose SAL."
    assert told in answer.content.decode()


def test_tells_nothing_of_a_secret(browser: Client, operator: User) -> None:
    operator.set_password("canary-password")
    operator.save()
    browser.force_login(operator)
    shown = page(browser, address_of(operator))
    User.objects.filter(pk=operator.pk).update(first_name="Theirs")

    answer = browser.post(address_of(operator), {"username": "mine", "seen": seen(shown)})

    text = answer.content.decode()
    assert "stored is “Theirs”" in text
    assert "pbkdf2" not in text.split("you typed")[1][:200]


@pytest.mark.parametrize("kind", ["tenant", "connection"])
def test_guards_every_form(browser: Client, kind: str) -> None:
    row = make_tenant() if kind == "tenant" else make_connection()
    seen(page(browser, address_of(row)))
