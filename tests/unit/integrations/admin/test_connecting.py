"""OAuth apps and connections in the admin."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Action
from connectors.vendor import Tokens
from integrations.grants import DatabaseGrantStore
from integrations.models import Connection, Grant, Membership, OAuthApp, Tenant
from tests.contract.toy.office import Office
from tests.factories import (
    make_app,
    make_connected,
    make_connection,
    make_member,
    make_tenant,
    make_user,
)
from tests.unit.integrations.admin.pages import page, told

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "/admin/integrations/connection/add/"


@pytest.fixture
def tenant(office: Office, operator: object) -> Tenant:
    """A customer company."""
    return make_tenant("Northwind")


def change_url(connection: Connection) -> str:
    """A connection's page."""
    return f"/admin/integrations/connection/{connection.pk}/change/"


def new_url(tenant: Tenant, vendor: str = "rolodex") -> str:
    """The form of a new connection, once tenant and vendor are chosen."""
    return f"{NEW}?tenant={tenant.pk}&vendor={vendor}"


def test_asks_for_tenant_and_vendor_first(browser: Client, tenant: Tenant) -> None:
    text = page(browser, NEW)

    assert 'name="tenant"' in text
    assert '<option value="rolodex">Rolodex</option>' in text
    assert "Company" not in text


def test_asks_again_where_the_choice_makes_no_sense(browser: Client, tenant: Tenant) -> None:
    text = page(browser, f"{NEW}?tenant=999&vendor=nobody")

    assert 'name="vendor"' in text
    assert "Select a valid choice" in text


def test_draws_the_fields_that_the_vendor_declares(browser: Client, tenant: Tenant) -> None:
    app = make_app("rolodex")
    make_app("rolodex", tenant=make_tenant())
    make_app("homestead")

    text = page(browser, new_url(tenant))

    assert 'name="config_company"' in text
    assert "For example: northwind" in text
    assert 'name="config_shelf" value="top"' in text
    assert "api_key" not in text
    assert text.count("Rolodex client-") == 1
    assert f'<option value="{app.pk}" selected>' in text


def test_stores_a_connection_in_canonical_form(browser: Client, tenant: Tenant) -> None:
    app = make_app("rolodex")

    response = browser.post(
        new_url(tenant),
        {"title": "Cards", "config_company": " NorthWind ", "config_shelf": "", "app": app.pk},
    )

    assert response.status_code == 302, response.content
    connection = Connection.objects.get()
    assert (connection.tenant, connection.vendor, connection.title, connection.app) == (
        tenant,
        "rolodex",
        "Cards",
        app,
    )
    assert connection.config == {"company": "northwind", "shelf": "top"}
    assert connection.status == Connection.Status.PENDING


def test_says_at_the_field_what_to_type(browser: Client, tenant: Tenant) -> None:
    response = browser.post(new_url(tenant), {"title": "Cards", "config_company": "a/b@evil"})

    text = response.content.decode()
    assert response.status_code == 200
    assert "Enter the company&#x27;s one word, for example northwind." in text
    assert not Connection.objects.exists()


def test_says_that_a_field_is_missing(browser: Client, tenant: Tenant) -> None:
    response = browser.post(new_url(tenant), {"title": "", "config_company": ""})

    assert response.content.decode().count("This field is required.") == 2


def test_refuses_an_app_of_another_tenant(browser: Client, tenant: Tenant) -> None:
    foreign = make_app("rolodex", tenant=make_tenant())

    response = browser.post(
        new_url(tenant), {"title": "Cards", "config_company": "northwind", "app": foreign.pk}
    )

    assert "Select a valid choice" in response.content.decode()


def test_keeps_tenant_and_vendor_of_a_connection(browser: Client, tenant: Tenant) -> None:
    connection = make_connection(tenant, "rolodex")

    browser.post(
        change_url(connection),
        {"title": "New", "config_company": "southwind", "tenant": 9, "vendor": "homestead"},
    )

    connection.refresh_from_db()
    assert (connection.tenant, connection.vendor) == (tenant, "rolodex")
    assert (connection.title, connection.config["company"]) == ("New", "southwind")


def test_never_leads_a_stored_access_to_another_host(browser: Client, tenant: Tenant) -> None:
    connection = make_connected(tenant, "rolodex", account_id="northwind")
    fields = {"title": "Cards", "config_company": "evil", "app": connection.app_id}

    response = browser.post(change_url(connection), fields)

    assert "make a new connection for another address" in response.content.decode()
    connection.refresh_from_db()
    assert connection.config == {"company": "northwind"}

    browser.post(
        change_url(connection), {**fields, "config_company": "northwind", "config_shelf": "low"}
    )
    connection.refresh_from_db()
    assert connection.config == {"company": "northwind", "shelf": "low"}


def test_offers_what_the_vendor_can_be_connected_by(browser: Client, tenant: Tenant) -> None:
    cards = make_connection(tenant, "rolodex")
    house = make_connected(tenant, "homestead")

    text = page(browser, change_url(cards))
    assert f'action="/connect/start/{cards.pk}/"' in text
    assert ">Connect<" in text
    assert f'href="/admin/integrations/connection/{cards.pk}/secrets/"' in text
    assert "Test connection" not in text
    text = page(browser, change_url(house))
    assert ">Connect again<" in text
    assert "secrets/" not in text
    assert "Test connection" in text
    assert f"/connect/callback/homestead/{house.key}/" in text


def test_tests_the_connection_live(browser: Client, tenant: Tenant, office: Office) -> None:
    connection = make_connected(tenant, "rolodex", account_id="northwind")
    url = f"/admin/integrations/connection/{connection.pk}/test_connection/"

    response = browser.post(url)

    assert response["Location"] == change_url(connection)
    assert told(response) == ["The connection works.", "No index cards."]
    text = page(browser, change_url(connection))
    assert "Northwind Inc (northwind)" in text
    assert browser.get(url).status_code == 405


def test_says_why_the_test_failed(browser: Client, tenant: Tenant, office: Office) -> None:
    connection = make_connected(
        tenant, "rolodex", account_id="northwind", tokens=Tokens("access-without-refresh")
    )
    office.me_status = 401

    response = browser.post(f"/admin/integrations/connection/{connection.pk}/test_connection/")

    assert len(told(response)) == 1
    text = page(browser, change_url(connection))
    assert "needs a new consent" in text


def test_tries_secret_fields_out_before_it_stores_them(
    browser: Client, tenant: Tenant, office: Office
) -> None:
    connection = make_connection(tenant, "rolodex")
    url = f"/admin/integrations/connection/{connection.pk}/secrets/"
    assert 'type="password" name="api_key"' in page(browser, url)

    office.me_status = 401
    refused = browser.post(url, {"api_key": "canary-key"})
    assert refused.status_code == 200
    assert "Rolodex does not accept the access." in refused.content.decode()
    assert "canary-key" not in refused.content.decode()
    assert not Grant.objects.exists()

    office.me_status = 200
    accepted = browser.post(url, {"api_key": "canary-key"})
    assert accepted["Location"] == change_url(connection)
    assert DatabaseGrantStore(Grant.objects.get().pk).secrets() == {"api_key": "canary-key"}
    for shown in (change_url(connection), url, "/admin/integrations/connection/"):
        assert "canary-key" not in page(browser, shown)
    assert "stored, changed on" in page(browser, change_url(connection))


def test_lets_only_those_press_who_may_change(client: Client, tenant: Tenant) -> None:
    connection = make_connected(tenant, "rolodex", account_id="northwind")
    client.force_login(make_member(tenant, Membership.Role.AUDITOR))

    for name in ("secrets", "test_connection"):
        url = f"/admin/integrations/connection/{connection.pk}/{name}/"
        assert client.post(url).status_code == 403


def test_presses_only_with_the_token_of_the_page(tenant: Tenant, operator: object) -> None:
    connection = make_connected(tenant, "rolodex", account_id="northwind")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_user())

    for name in ("secrets", "test_connection"):
        url = f"/admin/integrations/connection/{connection.pk}/{name}/"
        assert strict.post(url, {"api_key": "x"}).status_code == 403


def test_deletes_only_what_was_never_connected(browser: Client, tenant: Tenant) -> None:
    pending = make_connection(tenant, "rolodex")
    active = make_connected(tenant, "rolodex")

    for connection in (pending, active):
        browser.post(f"/admin/integrations/connection/{connection.pk}/delete/", {"post": "yes"})

    assert list(Connection.objects.all()) == [active]


def test_stores_a_client_secret_and_never_shows_it(browser: Client, tenant: Tenant) -> None:
    fields = {"vendor": "rolodex", "tenant": "", "client_id": "ours"}
    assert browser.post("/admin/integrations/oauthapp/add/", fields).status_code == 200

    browser.post("/admin/integrations/oauthapp/add/", {**fields, "client_secret": "canary-secret"})

    app = OAuthApp.objects.get()
    assert app.credentials().client_secret == "canary-secret"
    url = f"/admin/integrations/oauthapp/{app.pk}/change/"
    text = page(browser, url)
    assert "canary-secret" not in text
    assert "stored, changed on" in text
    assert "http://127.0.0.1:8000/connect/callback/rolodex/" in text
    history = page(browser, f"/admin/integrations/oauthapp/{app.pk}/history/")
    assert "canary-secret" not in history

    browser.post(url, {"tenant": "", "client_id": "ours too", "client_secret": ""})
    app = OAuthApp.objects.get()
    assert (app.client_id, app.credentials().client_secret) == ("ours too", "canary-secret")

    browser.post(url, {"tenant": "", "client_id": "ours", "client_secret": "canary-2"})
    assert OAuthApp.objects.get().credentials().client_secret == "canary-2"


def test_lists_each_redirect_uri_of_servers_of_the_tenants_own(
    browser: Client, tenant: Tenant
) -> None:
    app = make_app("homestead")
    houses = [make_connection(tenant, "homestead", app=app) for _ in range(2)]

    text = page(browser, f"/admin/integrations/oauthapp/{app.pk}/change/")

    for house in houses:
        assert f"http://127.0.0.1:8000/connect/callback/homestead/{house.key}/" in text


def test_disconnects_after_a_question_and_notes_it_once(browser: Client, tenant: Tenant) -> None:
    connection = make_connected(tenant, "rolodex", account_id="northwind")
    address = change_url(connection).replace("change", "disconnect")

    assert "closed for good" in page(browser, address)
    connection.refresh_from_db()
    assert connection.status == Connection.Status.ACTIVE

    told_after = browser.post(address, follow=True).content.decode()
    assert "The access was given back to Rolodex." in told_after
    connection.refresh_from_db()
    assert (connection.status, connection.grant) == (Connection.Status.CLOSED, None)
    action = Action.objects.get()
    assert (action.what, action.outcome) == ("connection.disconnect", Action.Outcome.DONE)
    assert address not in told_after
    assert f"/connect/start/{connection.pk}/" not in told_after


def test_leads_to_the_links_for_the_customer(browser: Client, tenant: Tenant) -> None:
    connection = make_connected(tenant, "rolodex", account_id="northwind")
    text = page(browser, change_url(connection))
    assert f'href="{reverse("connect:links", args=[tenant.pk])}"' in text
