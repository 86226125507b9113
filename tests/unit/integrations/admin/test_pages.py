"""Every page of the admin opens, within its queries and without a secret."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.contrib import admin
from django.db import connection as database
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from audit.models import Action, Body, Entry, SyncRun
from integrations.admin.pages import ReadOnlyAdmin
from integrations.models import (
    Connection,
    ConnectSession,
    Delivery,
    Document,
    Integration,
    Mapping,
    Match,
    Membership,
    OAuthApp,
    Plan,
    Problem,
    Record,
    Refused,
    Subscription,
    Tenant,
    Term,
    Write,
)
from tests.factories import (
    make_user,
)
from tests.unit.integrations.admin.house import build_house
from tests.unit.integrations.admin.pages import page

pytestmark = pytest.mark.django_db

OURS = (
    Action,
    Body,
    ConnectSession,
    Connection,
    Delivery,
    Document,
    Entry,
    Integration,
    Mapping,
    Match,
    Membership,
    OAuthApp,
    Plan,
    Problem,
    Record,
    Refused,
    Subscription,
    SyncRun,
    Tenant,
    Term,
    Write,
)
CANARIES = ("canary-access", "canary-refresh", "canary-secret", "canary-verifier")
PAY = "canary-pay"
LIST_QUERIES_COUNT = 9
"""Session, user, count, rows, and the choices of the filters."""


@pytest.fixture
def house() -> Integration:
    """One row of everything, with a canary in each secret."""
    return build_house("canary")


def list_url(model: type[Model]) -> str:
    """Where a model's list is."""
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


def row_of(model: type[Model]) -> object:
    """The key of one row."""
    return model._default_manager.values_list("pk", flat=True)[0]


def test_registers_every_model_of_ours_and_no_grant() -> None:
    ours = ("integrations", "audit")
    registered = {model for model in admin.site._registry if model._meta.app_label in ours}

    assert registered == set(OURS)


@pytest.mark.parametrize("model", OURS)
def test_shows_the_list(browser: Client, house: Integration, model: type[Model]) -> None:
    with CaptureQueriesContext(
        database,
    ) as queries:
        text = page(browser, list_url(model))

    assert len(queries) <= LIST_QUERIES_COUNT
    assert not any(canary in text for canary in (*CANARIES, PAY))
    selected = " ".join(query["sql"] for query in queries if "user" not in query["sql"].lower())
    for column in ("sealed", "verifier", "private"):
        assert f'."{column}"' not in selected


@pytest.mark.parametrize("model", OURS)
def test_shows_the_page_of_a_row(browser: Client, house: Integration, model: type[Model]) -> None:
    row = row_of(model)

    text = page(browser, f"{list_url(model)}{row}/change/")

    assert not any(canary in text for canary in CANARIES)
    # Whoever may see pay sees it on the body's own page and nowhere else.
    assert (PAY in text) == (model is Body)
    for raw in ("\u202e", "\x07", "<script>alert", "<i>x</i>", "canary <b>"):
        assert raw not in text


@pytest.mark.parametrize("model", [Tenant, OAuthApp, Connection, Integration])
def test_shows_the_form_of_a_new_row(
    browser: Client, house: Integration, model: type[Model]
) -> None:
    page(browser, f"{list_url(model)}add/")


@pytest.mark.parametrize(
    "model",
    [
        Action,
        Body,
        ConnectSession,
        Delivery,
        Document,
        Entry,
        Match,
        Plan,
        Problem,
        Record,
        Refused,
        Subscription,
        SyncRun,
        Term,
        Write,
    ],
)
def test_lets_nobody_change_what_happened(
    browser: Client, house: Integration, model: type[Model]
) -> None:
    registered = admin.site._registry[model]
    row = row_of(model)

    assert isinstance(registered, ReadOnlyAdmin)
    assert browser.get(f"{list_url(model)}add/").status_code == 403
    assert browser.post(f"{list_url(model)}{row}/delete/").status_code == 403
    assert browser.post(f"{list_url(model)}{row}/change/", {}).status_code == 403
    assert model._default_manager.count() == 1


def test_shows_nothing_to_somebody_without_a_right(client: Client, house: Integration) -> None:
    client.force_login(make_user(is_superuser=False))

    for model in OURS:
        assert client.get(list_url(model)).status_code == 403


def test_shows_what_a_body_holds(browser: Client, house: Integration) -> None:
    body = Body.objects.get()

    text = page(browser, f"/admin/audit/body/{body.pk}/change/")

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


@pytest.mark.parametrize("model", OURS)
def test_shows_the_list_and_the_pages_beside_rows_that_no_key_opens(
    browser: Client, house: Integration, settings: Settings, model: type[Model]
) -> None:
    settings.FERNET_KEYS = [Fernet.generate_key().decode()]

    page(browser, list_url(model))
    page(browser, f"{list_url(model)}{row_of(model)}/change/")
