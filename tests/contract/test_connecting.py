"""The vendors are connected through the pages: to the stand-in's consent page and back."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from pytest_django import Settings

from config import clock
from connectors import registry as vendors
from connectors.auth import refresh
from connectors.errors import CredentialError
from integrations.connect import links, service
from integrations.engine import access
from integrations.engine.access import redirect_uri
from integrations.grants import read_tokens
from integrations.models import Connection, Grant
from tests.conftest import Sandbox
from tests.factories import make_app, make_connection, make_user
from tests.visitor import press, walk

pytestmark = pytest.mark.django_db(transaction=True)

APPS = {
    "bamboohr": ("ml-connector-sandbox", "sandbox-secret-bamboohr"),
    "acumatica": (
        "88358B02-A48D-A50E-F710-39C1636C30F6@Northwind",
        "sandbox-secret-acumatica",
    ),
    "gusto": ("ml-connector-sandbox", "sandbox-secret-gusto"),
}


@pytest.fixture
def follow(sandbox: Sandbox, settings: Settings) -> Iterator[None]:
    """The product takes vendors and time from the sandbox."""
    settings.SANDBOX_URL = sandbox.url
    settings.PUBLIC_URL = "https://connector.example"
    settings.ALLOWED_HOSTS = ["*"]
    clock.follow(sandbox.url)
    yield
    clock.follow("")


@pytest.fixture(params=sorted(APPS))
def connection(request: pytest.FixtureRequest, follow: None, sandbox: Sandbox) -> Connection:
    """A connection that waits for its consent; its app is registered at the stand-in."""
    slug: str = request.param
    client_id, client_secret = APPS[slug]
    app = make_app(slug, client_id=client_id, client_secret=client_secret)
    connection = make_connection(vendor=slug, app=app)
    sandbox.control(
        "PUT",
        f"{slug}/apps/{client_id}",
        {"client_secret": client_secret, "redirect_uris": [redirect_uri(connection)]},
    )
    return connection


@pytest.fixture
def browser(client: Client) -> Client:
    """A browser in which an operator is signed in."""
    client.force_login(make_user())
    return client


def comes_back(browser: Client, connection: Connection) -> str:
    """Press Connect and walk the vendor's pages; the address that leads back to the product."""
    return walk(connection.vendor, browser.post(f"/connect/start/{connection.pk}/")["Location"])


def test_connects(browser: Client, connection: Connection, sandbox: Sandbox) -> None:
    sandbox.switch(connection.vendor, "auto_consent", "on")

    response = browser.get(comes_back(browser, connection))

    assert response.status_code == 302, response.content.decode()
    connection.refresh_from_db()
    assert connection.status == Connection.Status.ACTIVE
    assert connection.account_id
    assert connection.account_title
    assert connection.capabilities["facts"]
    assert "lacks the right" not in str(connection.capabilities["warnings"])
    grant = Grant.objects.get()
    assert read_tokens(grant).refresh_token

    service.check(connection)


def test_replaces_the_grant_by_a_second_consent(
    browser: Client, connection: Connection, sandbox: Sandbox
) -> None:
    sandbox.switch(connection.vendor, "auto_consent", "on")
    browser.get(comes_back(browser, connection))
    first = read_tokens(Grant.objects.get())

    response = browser.get(comes_back(browser, connection))

    assert [str(message) for message in get_messages(response.wsgi_request)][-1:] == [
        f"{connection.title} is connected."
    ]
    grant = Grant.objects.get()
    assert grant.generation == 2
    assert read_tokens(grant).access_token != first.access_token
    service.check(Connection.objects.get(pk=connection.pk))


def test_refuses_a_code_that_the_vendor_does_not_know(
    browser: Client, connection: Connection, sandbox: Sandbox
) -> None:
    sandbox.switch(connection.vendor, "auto_consent", "on")
    url = comes_back(browser, connection)
    code = parse_qs(urlsplit(url).query)["code"][0]

    response = browser.get(url.replace(code, "another-code"))

    assert response.status_code == 400
    assert "no longer accepts the access" in response.content.decode()
    connection.refresh_from_db()
    assert connection.status == Connection.Status.PENDING
    assert not Grant.objects.exists()


@pytest.fixture
def customer(client: Client, connection: Connection) -> Client:
    """A browser that came by a customer's link; nobody is signed in."""
    url = links.make(connection.tenant, [connection], make_user()).url
    client.get(urlsplit(url).path)
    return client


def test_is_connected_by_a_customer_and_disconnected_again(
    customer: Client, connection: Connection, sandbox: Sandbox
) -> None:
    vendor = connection.vendor
    sandbox.switch(vendor, "auto_consent", "on")

    response = customer.get(walk(vendor, press(customer, connection, "consent")))

    assert response["Location"] == f"/connect/#connection-{connection.pk}"
    connection.refresh_from_db()
    assert connection.status == Connection.Status.ACTIVE
    tokens = read_tokens(Grant.objects.get())
    account = access.account(connection, access.stored_grant(connection))
    calls_count = len(sandbox.requests(vendor))

    press(customer, connection, "disconnect")

    connection.refresh_from_db()
    assert (connection.status, connection.grant) == (Connection.Status.CLOSED, None)
    assert Grant.objects.get().unseal() == {}
    asked = [row["path"] for row in sandbox.requests(vendor)[calls_count:]]
    declared = vendors.vendor(vendor)
    if declared.oauth is None or declared.oauth.revoke_url is None:
        assert asked == []
        return
    assert asked == [urlsplit(declared.oauth.revoke_url(connection.config)).path] * 2
    with pytest.raises(CredentialError):
        refresh(access.door(), declared, account, tokens)
