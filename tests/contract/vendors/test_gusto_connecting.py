"""A Gusto company is connected and lost again: every way has its own sentence and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client
from pytest_django import Settings

from config import clock
from connectors.errors import ConfigurationError, CredentialError, RateLimitError
from integrations.budgets import is_paused
from integrations.connect import service
from integrations.engine import access
from integrations.grants import read_tokens
from integrations.models import Connection, Grant
from tests.conftest import Sandbox
from tests.factories import make_app, make_connection, make_user
from tests.visitor import walk

pytestmark = pytest.mark.django_db(transaction=True)

CLIENT_ID, CLIENT_SECRET = "ml-connector-sandbox", "sandbox-secret-gusto"
HARBOR = "6f0c1d3e-2b6a-4c55-9d0e-5b1f7a9c2e10"


@pytest.fixture
def connection(sandbox: Sandbox, settings: Settings) -> Iterator[Connection]:
    """A connection that waits for its consent; consent pages agree by themselves."""
    settings.SANDBOX_URL = sandbox.url
    settings.PUBLIC_URL = "https://connector.example"
    settings.ALLOWED_HOSTS = ["*"]
    clock.follow(sandbox.url)
    app = make_app("gusto", client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
    connection = make_connection(vendor="gusto", app=app)
    uris = [access.redirect_uri(connection)]
    sandbox.control("PUT", f"gusto/apps/{CLIENT_ID}", {"redirect_uris": uris})
    sandbox.switch("gusto", "auto_consent", "on")
    yield connection
    clock.follow("")


@pytest.fixture
def browser(client: Client) -> Client:
    """A browser in which an operator is signed in."""
    client.force_login(make_user())
    return client


def consent(browser: Client, connection: Connection) -> str:
    """Press Connect and come back; what the page says where it did not work."""
    back = walk("gusto", browser.post(f"/connect/start/{connection.pk}/")["Location"])
    response = browser.get(back)
    connection.refresh_from_db()
    return "" if response.status_code == 302 else response.content.decode()


def test_is_tied_to_the_company_that_the_token_names(
    browser: Client, connection: Connection
) -> None:
    assert consent(browser, connection) == ""
    assert (connection.account_id, connection.account_title) == (
        HARBOR,
        "Harbor & Pine Consulting LLC",
    )
    assert Grant.objects.get().subject == HARBOR


def test_is_paused_alone_where_gusto_asks_for_patience(
    browser: Client, connection: Connection, sandbox: Sandbox
) -> None:
    consent(browser, connection)
    neighbour = make_connection(vendor="gusto", app=connection.app)
    Connection.objects.filter(pk=neighbour.pk).update(account_id="another")
    neighbour.refresh_from_db()
    sandbox.fault(vendor="gusto", path="/v1/token_info", times=1, action={"status": 429})
    with pytest.raises(RateLimitError):
        service.check(connection)
    assert is_paused(connection)
    assert not is_paused(neighbour)


def test_keeps_its_company_whatever_a_later_consent_is_for(
    browser: Client, connection: Connection, sandbox: Sandbox
) -> None:
    consent(browser, connection)
    sandbox.switch("gusto", "auto_consent_company", "second")
    told = consent(browser, connection)
    assert "Harbor &amp; Pine Consulting LLC" in told
    assert "Cinder Hill Ceramics Inc" in told
    assert "make a new connection for the other account" in told
    assert connection.account_id == HARBOR
    assert Grant.objects.get().subject == HARBOR


def test_names_the_right_that_is_missing(
    browser: Client, connection: Connection, sandbox: Sandbox
) -> None:
    scopes = ["companies:read", "employees:read", "employments:read", "departments:read"]
    sandbox.control("PUT", f"gusto/apps/{CLIENT_ID}", {"scopes": scopes})
    told = consent(browser, connection)
    assert "payrolls:read" in told
    assert "connect again" in told
    assert connection.status == Connection.Status.PENDING
    assert not Grant.objects.exists()


def test_says_what_it_lacks_and_connects_all_the_same(
    browser: Client, connection: Connection, sandbox: Sandbox
) -> None:
    scopes = [
        "companies:read",
        "employees:read",
        "employments:read",
        "departments:read",
        "payrolls:read",
    ]
    sandbox.control("PUT", f"gusto/apps/{CLIENT_ID}", {"scopes": scopes})
    assert consent(browser, connection) == ""
    warnings = str(connection.capabilities["warnings"])
    for missing in ("employee_benefits:read", "company_reports:read", "events:read"):
        assert missing in warnings
    assert connection.capabilities["facts"]["ledger_report"] is False


def test_needs_a_new_consent_once_the_company_takes_it_back(
    browser: Client, connection: Connection, sandbox: Sandbox
) -> None:
    consent(browser, connection)
    for key in sandbox.state("gusto")["grants"]:
        sandbox.control("DELETE", f"gusto/grants/{key}")
    with pytest.raises(CredentialError, match="connect it again"):
        service.check(connection)
    connection.refresh_from_db()
    assert connection.status == Connection.Status.NEEDS_REAUTH
    assert connection.status_reason
    assert consent(browser, connection) == ""
    assert connection.status == Connection.Status.ACTIVE


def test_survives_a_refresh_whose_answer_was_lost(
    browser: Client, connection: Connection, sandbox: Sandbox
) -> None:
    consent(browser, connection)
    before = read_tokens(Grant.objects.get())
    sandbox.advance(7_000)
    clock.refresh()
    sandbox.fault(vendor="gusto", path="/oauth/token", times=1, action={"drop_after": True})
    service.check(connection)
    assert read_tokens(Grant.objects.get()) == before, "the token in force is still good"
    service.check(connection)
    after = read_tokens(Grant.objects.get())
    assert after.refresh_token != before.refresh_token
    assert Grant.objects.get().generation == 2


def test_refreshes_once_for_several_workers(
    browser: Client, connection: Connection, sandbox: Sandbox
) -> None:
    consent(browser, connection)
    sandbox.advance(7_000)
    clock.refresh()
    before = len(sandbox.requests("gusto"))

    def ask(_: int) -> None:
        client = access.open_client(connection)
        try:
            client.who_am_i()
        finally:
            client.close()
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, range(4)))
    asked = [row["path"] for row in sandbox.requests("gusto")[before:]]
    assert asked.count("/oauth/token") == 1
    assert asked.count("/v1/token_info") == 4
    service.check(connection)


def test_says_that_an_access_is_not_for_one_company_alone(
    browser: Client, connection: Connection, sandbox: Sandbox
) -> None:
    consent(browser, connection)
    path = f"/v1/companies/{HARBOR}"
    sandbox.fault(vendor="gusto", path=f"{path}$", times=1, action={"status": 403})
    with pytest.raises(ConfigurationError, match="exactly one company"):
        service.check(connection)
