"""Connecting by consent, through the pages."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.test import Client
from pytest_django import Settings

from config import clock
from connectors.vendor import Tokens
from integrations.grants import read_tokens
from integrations.models import Connection, ConnectSession, Grant, Record
from tests.clocks import StoppedClock
from tests.contract.toy.office import Office, begin, way_back
from tests.factories import (
    make_app,
    make_connected,
    make_connection,
    make_integration,
    make_record,
    make_tenant,
    make_user,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def connection(office: Office) -> Connection:
    """A connection to the toy vendor that waits for its consent."""
    return make_connection(vendor="rolodex", app=make_app("rolodex"))


def refused(browser: Client, url: str) -> str:
    """The page that says why it did not work."""
    response = browser.get(url)
    assert response.status_code == 400
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "no-store"
    return response.content.decode()


def test_sends_the_browser_to_the_consent_page(
    office: Office, browser: Client, operator: User, connection: Connection
) -> None:
    response = browser.post(f"/connect/start/{connection.pk}/")

    consent_page = f"{office.url}/rolodex/northwind.rolodex.example/consent?"
    assert response["Location"].startswith(consent_page)
    cookie = response.cookies["connect"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 900)
    attempt = ConnectSession.objects.get()
    assert (attempt.connection, attempt.app, attempt.started_by) == (
        connection,
        connection.app,
        operator,
    )
    assert attempt.token_endpoint == "https://northwind.rolodex.example/token"
    assert attempt.redirect_uri == "http://127.0.0.1:8000/connect/callback/rolodex/"
    assert attempt.expires_at - attempt.started_at == timedelta(minutes=15)
    assert attempt.browser_digest == hashlib.sha256(cookie.value.encode()).hexdigest()
    assert office.asked == []


def test_keeps_the_state_only_hashed(browser: Client, connection: Connection) -> None:
    query = begin(browser, connection)

    attempt = ConnectSession.objects.get()
    assert attempt.state_digest == hashlib.sha256(query["state"].encode()).hexdigest()
    assert len(query["state"]) == 43
    assert query["code_challenge_method"] == "S256"
    assert attempt.verifier not in query.values()


def test_stores_the_grant_and_the_account(
    office: Office, browser: Client, connection: Connection
) -> None:
    query = begin(browser, connection)
    response = browser.get(way_back(query))

    assert response.status_code == 302
    assert response["Location"] == f"/admin/integrations/connection/{connection.pk}/change/"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "no-store"
    assert [str(one) for one in get_messages(response.wsgi_request)] == [
        f"{connection.title} is connected."
    ]
    connection.refresh_from_db()
    assert connection.status == Connection.Status.ACTIVE
    assert (connection.account_id, connection.account_title) == ("northwind", "Northwind Inc")
    assert connection.capabilities == {"facts": {"cards": 12}, "warnings": ["No index cards."]}
    assert connection.is_sandbox is True
    assert connection.checked_at is not None
    assert connection.config == {"company": "northwind", "shelf": "top"}
    grant = Grant.objects.get()
    assert connection.grant == grant
    assert (grant.app, grant.subject, grant.generation) == (connection.app, "ada", 1)
    assert grant.scopes == ["cards", "drawers"]
    tokens = read_tokens(grant)
    assert (tokens.access_token, tokens.refresh_token) == ("canary-access-1", "canary-refresh-1")
    attempt = ConnectSession.objects.get()
    assert attempt.outcome == ConnectSession.Outcome.CONNECTED
    assert office.asked == [
        "POST /rolodex/northwind.rolodex.example/token",
        "GET /rolodex/northwind.rolodex.example/me",
        "GET /rolodex/northwind.rolodex.example/abilities",
    ]
    assert office.sent[0]["code"] == ["code-1"]
    assert office.sent[0]["code_verifier"] == [attempt.verifier]
    assert office.sent[0]["redirect_uri"] == [attempt.redirect_uri]


def test_uses_a_host_cookie_where_there_is_https(browser: Client, connection: Connection) -> None:
    query = begin(browser, connection, secure=True)

    cookie = browser.cookies["__Host-connect"]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
    assert browser.get(way_back(query), secure=True).status_code == 302


def test_refuses_to_begin_without_https_or_sandbox(
    browser: Client, connection: Connection, settings: Settings
) -> None:
    settings.SANDBOX_URL = ""

    response = browser.post(f"/connect/start/{connection.pk}/")

    assert response["Location"].endswith(f"/connection/{connection.pk}/change/")
    assert "needs https" in str(next(iter(get_messages(response.wsgi_request))))
    assert not ConnectSession.objects.exists()


def test_begins_only_by_a_post_with_its_token(operator: User, connection: Connection) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(operator)

    assert strict.post(f"/connect/start/{connection.pk}/").status_code == 403
    assert strict.get(f"/connect/start/{connection.pk}/").status_code == 405
    assert not ConnectSession.objects.exists()


def test_begins_only_for_staff_who_may_change_connections(
    client: Client, connection: Connection
) -> None:
    url = f"/connect/start/{connection.pk}/"
    assert client.post(url)["Location"].startswith("/admin/login/")

    client.force_login(make_user(is_superuser=False))
    assert client.post(url).status_code == 403

    client.force_login(make_user(is_staff=False))
    assert client.post(url)["Location"].startswith("/admin/login/")
    assert not ConnectSession.objects.exists()


def test_refuses_a_forged_state(office: Office, browser: Client, connection: Connection) -> None:
    query = begin(browser, connection)

    page = refused(browser, way_back({**query, "state": "forged"}))

    assert "belongs to no attempt to connect" in page
    assert "choose Connect to start again" in page
    assert "No attempt" not in refused(browser, "/connect/callback/rolodex/")
    assert office.asked == []
    assert browser.get(way_back(query)).status_code == 302


def test_refuses_another_browser(office: Office, browser: Client, connection: Connection) -> None:
    query = begin(browser, connection)

    page = refused(Client(), way_back(query))

    assert "started in another browser" in page
    assert office.asked == []
    assert browser.get(way_back(query)).status_code == 302


def test_refuses_a_spent_state(office: Office, browser: Client, connection: Connection) -> None:
    query = begin(browser, connection)
    browser.get(way_back(query))
    asked = len(office.asked)

    page = refused(browser, way_back(query))

    assert "was used before" in page
    assert len(office.asked) == asked
    connection.refresh_from_db()
    assert connection.status == Connection.Status.ACTIVE


def test_refuses_an_expired_state(
    office: Office, browser: Client, connection: Connection, stopped_clock: StoppedClock
) -> None:
    query = begin(browser, connection)
    stopped_clock.advance(minutes=15)

    page = refused(browser, way_back(query))

    assert "later than fifteen minutes" in page
    assert office.asked == []


def test_refuses_an_answer_at_another_vendors_address(
    office: Office, browser: Client, connection: Connection
) -> None:
    query = begin(browser, connection)

    page = refused(browser, way_back(query).replace("/rolodex/", "/homestead/"))

    assert "came to another address" in page
    assert office.asked == []
    assert browser.get(way_back(query)).status_code == 302


def test_gives_a_server_of_the_tenants_own_its_own_address(office: Office, browser: Client) -> None:
    house = make_connection(vendor="homestead", app=make_app("homestead"))
    other = make_connection(vendor="homestead", app=house.app)
    office.tokens["scope"] = "rooms"
    query = begin(browser, house)
    assert query["redirect_uri"].endswith(f"/connect/callback/homestead/{house.key}/")

    page = refused(browser, way_back(query).replace(house.key, other.key))

    assert "came to another address" in page
    assert browser.get(way_back(query)).status_code == 302
    house.refresh_from_db()
    assert house.status == Connection.Status.ACTIVE


@pytest.mark.parametrize(
    ("code", "outcome", "sentence"),
    [
        ("access_denied", "denied", "The consent was refused at Rolodex"),
        ("invalid_scope", "failed", "Rolodex does not grant all the rights"),
        ("temporarily_unavailable", "failed", "Rolodex is busy"),
        ("odd_one", "failed", "Rolodex answered with the error odd_one"),
        ("%3Cscript%3E", "failed", "Rolodex answered with an error instead"),
    ],
)
def test_says_what_the_consent_page_answered(
    office: Office,
    browser: Client,
    connection: Connection,
    code: str,
    outcome: str,
    sentence: str,
) -> None:
    query = begin(browser, connection)
    url = way_back(query, error=code, error_description="%3Cscript%3Ealert(1)")

    page = refused(browser, url)

    assert sentence in page
    assert "choose Connect to start again" in page
    assert "alert(1)" not in page
    assert "<script>" not in page
    assert ConnectSession.objects.get().outcome == outcome
    assert "was used before" in refused(browser, url)
    assert office.asked == []


def test_says_that_no_consent_came(browser: Client, connection: Connection) -> None:
    query = begin(browser, connection)

    assert "sent the browser back without a consent" in refused(browser, way_back(query, code=""))


def test_sends_the_code_nowhere_when_the_connection_was_changed(
    office: Office, browser: Client, connection: Connection
) -> None:
    query = begin(browser, connection)
    Connection.objects.filter(pk=connection.pk).update(config={"company": "elsewhere"})

    page = refused(browser, way_back(query))

    assert "was changed while the consent was given" in page
    assert office.asked == []


def test_says_what_the_vendor_refused(
    office: Office, browser: Client, connection: Connection
) -> None:
    office.token_status, office.tokens = 400, {"error": "invalid_client"}
    query = begin(browser, connection)

    page = refused(browser, way_back(query))

    assert "Rolodex refuses our app (invalid_client)" in page
    attempt = ConnectSession.objects.get()
    assert attempt.outcome == ConnectSession.Outcome.FAILED
    assert "invalid_client" in attempt.outcome_reason
    assert not Grant.objects.exists()


def test_stores_nothing_when_the_account_cannot_be_asked(
    office: Office, browser: Client, connection: Connection
) -> None:
    office.me_status = 503

    refused(browser, way_back(begin(browser, connection)))

    connection.refresh_from_db()
    assert connection.status == Connection.Status.PENDING
    assert not Grant.objects.exists()


def test_refuses_another_account_and_names_both(
    office: Office, browser: Client, connection: Connection
) -> None:
    browser.get(way_back(begin(browser, connection)))
    office.me = {"company": "southwind", "title": "South\u202ewind", "user": "bob"}

    page = refused(browser, way_back(begin(browser, connection)))

    assert "Northwind Inc (northwind)" in page
    assert "South\\u202ewind (southwind)" in page
    connection.refresh_from_db()
    assert connection.account_id == "northwind"
    assert Grant.objects.get().subject == "ada"


def test_refuses_an_account_that_the_tenant_has_connected_already(
    office: Office, browser: Client, connection: Connection
) -> None:
    browser.get(way_back(begin(browser, connection)))
    second = make_connection(connection.tenant, "rolodex", app=connection.app)

    page = refused(browser, way_back(begin(browser, second)))

    assert f"is connected already as {connection.title}" in page
    second.refresh_from_db()
    assert (second.status, second.grant_id) == (Connection.Status.PENDING, None)


def test_refuses_a_consent_without_a_required_right(
    office: Office, browser: Client, connection: Connection
) -> None:
    office.tokens["scope"] = "drawers"

    page = refused(browser, way_back(begin(browser, connection)))

    assert "lacks rights that are needed: cards: Reads the cards." in page
    assert not Grant.objects.exists()


def test_warns_of_a_right_that_can_be_done_without(
    office: Office, browser: Client, connection: Connection
) -> None:
    office.tokens["scope"] = "cards"

    browser.get(way_back(begin(browser, connection)))

    connection.refresh_from_db()
    assert connection.capabilities["warnings"] == [
        "No index cards.",
        "The consent lacks the right drawers: Reads the drawers where there are any.",
    ]


def test_replaces_the_grant_of_the_same_subject_in_place(
    office: Office, browser: Client, connection: Connection
) -> None:
    browser.get(way_back(begin(browser, connection)))
    first = Grant.objects.get()
    Grant.objects.filter(pk=first.pk).update(needs_consent=True)
    sister = make_connection(make_tenant(), "rolodex", app=connection.app)
    Connection.objects.filter(pk__in=(connection.pk, sister.pk)).update(
        grant=first, status=Connection.Status.NEEDS_REAUTH, status_reason="Refused."
    )
    office.tokens |= {"access_token": "canary-access-2", "refresh_token": "canary-refresh-2"}

    browser.get(way_back(begin(browser, connection)))

    grant = Grant.objects.get()
    assert (grant.pk, grant.generation, grant.needs_consent) == (first.pk, 2, False)
    assert read_tokens(grant).refresh_token == "canary-refresh-2"
    for one in (connection, sister):
        one.refresh_from_db()
        assert (one.status, one.status_reason) == (Connection.Status.ACTIVE, "")


def test_makes_due_again_what_failed_for_want_of_access(
    office: Office, browser: Client, connection: Connection
) -> None:
    Connection.objects.filter(pk=connection.pk).update(status=Connection.Status.NEEDS_REAUTH)
    integration = make_integration(connection, make_connected(connection.tenant, "acumatica"))
    failed = make_record(integration, state=Record.State.FAILED)
    held = make_record(integration, state=Record.State.HELD)
    stranger = make_record(make_integration(), state=Record.State.FAILED)

    browser.get(way_back(begin(browser, connection)))

    for record in (failed, held, stranger):
        record.refresh_from_db()
    assert failed.due_at is not None
    assert failed.due_at <= clock.now()
    assert (failed.wanted, failed.state) == (1, Record.State.FAILED)
    assert (held.due_at, stranger.due_at) == (None, None)


def test_takes_a_connection_of_another_app_for_changed(
    office: Office, browser: Client, connection: Connection
) -> None:
    query = begin(browser, connection)
    Connection.objects.filter(pk=connection.pk).update(app=make_app("rolodex"))

    assert "was changed while" in refused(browser, way_back(query))
    assert office.asked == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"app": None}, "Choose the OAuth app"),
        ({"status": "closed"}, "This connection is closed"),
        ({"config": {}}, "Company is missing, for example northwind."),
        ({"account_id": "northwind", "is_sandbox": False}, "was made without it"),
    ],
)
def test_says_what_is_missing_before_a_consent(
    browser: Client, connection: Connection, changes: dict[str, object], sentence: str
) -> None:
    Connection.objects.filter(pk=connection.pk).update(**changes)

    response = browser.post(f"/connect/start/{connection.pk}/")

    assert sentence in str(next(iter(get_messages(response.wsgi_request))))
    assert not ConnectSession.objects.exists()


def test_refuses_an_app_of_another_tenant(browser: Client, office: Office) -> None:
    connection = make_connection(vendor="rolodex")
    foreign = make_app("rolodex", tenant=make_tenant())
    # Past the model, which refuses it.
    Connection.objects.filter(pk=connection.pk).update(app=foreign)

    response = browser.post(f"/connect/start/{connection.pk}/")

    assert "does not serve this connection" in str(next(iter(get_messages(response.wsgi_request))))


def test_mends_a_grant_that_no_longer_decrypts(
    office: Office, browser: Client, connection: Connection
) -> None:
    broken = Grant(vendor="rolodex", app=connection.app, subject="ada")
    broken.seal({"access_token": "of another row"})
    broken.sealed = broken.sealed.replace(str(broken.key), "another-row")
    broken.save()

    browser.get(way_back(begin(browser, connection)))

    assert read_tokens(Grant.objects.get()) == Tokens(
        "canary-access-1",
        "canary-refresh-1",
        Grant.objects.get().expires_at,
        ("cards", "drawers"),
    )
