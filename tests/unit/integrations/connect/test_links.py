"""Links for customers: made by staff, opened by a cookie, ended by time or by hand."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from audit.models import Action
from integrations.connect import links
from integrations.connect.refusals import ConnectError
from integrations.models import Connection, ConnectLink, Membership
from tests.clocks import StoppedClock
from tests.contract.toy.office import Office
from tests.factories import make_app, make_connection, make_member, make_tenant, make_user
from tests.unit.integrations.connect.answers import Answer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def connection(office: Office) -> Connection:
    """A connection to the toy vendor that waits for its consent."""
    return make_connection(vendor="rolodex", app=make_app("rolodex"))


def made(connection: Connection, user: User) -> tuple[ConnectLink, str]:
    """A link to one connection, and its path."""
    one = links.make(connection.tenant, [connection], user)
    return one.link, one.url.removeprefix("http://127.0.0.1:8000")


def private(response: Answer) -> bool:
    """Whether no browser, cache or page behind it keeps what stands in the address."""
    return (
        response["Referrer-Policy"] == "no-referrer"
        and response["Cache-Control"] == "no-store"
        and "default-src 'none'" in response["Content-Security-Policy"]
    )


def test_keeps_of_the_address_only_a_hash(connection: Connection, operator: User) -> None:
    link, url = made(connection, operator)

    token = url.removeprefix("/connect/").removesuffix("/")
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}\.[A-Za-z0-9_-]{43}", token)
    row = ConnectLink.objects.filter(pk=link.pk).values().get()
    assert token not in str(row)
    assert token[:32] not in str(row)
    assert link.expires_at - link.made_at == timedelta(days=14)
    action = Action.objects.get()
    assert (action.what, action.person_id) == ("connectlink.make", operator.pk)
    assert action.tenant_id == connection.tenant_id
    assert token not in str(action.details)
    assert token not in repr(links.make(connection.tenant, [connection], operator))


def test_refuses_connections_that_no_link_may_have(connection: Connection, operator: User) -> None:
    foreign = make_connection(vendor="rolodex")
    closed = make_connection(connection.tenant, "rolodex")
    Connection.objects.filter(pk=closed.pk).update(status=Connection.Status.CLOSED)
    closed.refresh_from_db()

    for chosen, sentence in (
        ([], "at least one"),
        ([connection, foreign], "belongs to another tenant"),
        ([closed], "is closed"),
    ):
        with pytest.raises(ConnectError, match=sentence):
            links.make(connection.tenant, chosen, operator)
    with pytest.raises(ConnectError, match="1 to 90 days"):
        links.make(connection.tenant, [connection], operator, 91)
    assert not ConnectLink.objects.exists()


def test_trades_the_address_for_a_cookie(
    client: Client, connection: Connection, operator: User
) -> None:
    link, url = made(connection, operator)
    before = ConnectLink.objects.values().get()

    response = client.get(url)

    assert (response.status_code, response["Location"]) == (302, "/connect/")
    assert private(response)
    cookie = response.cookies["connect-link"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert timedelta(days=13) < timedelta(seconds=cookie["max-age"]) <= timedelta(days=14)
    assert ConnectLink.objects.values().get() == before
    assert Action.objects.count() == 1
    page = client.get("/connect/")
    assert page.status_code == 200
    assert private(page)
    assert link.tenant.name in page.content.decode()
    assert url.split("/")[2] not in page.content.decode()


def test_uses_a_host_cookie_where_there_is_https(
    client: Client, connection: Connection, operator: User
) -> None:
    _, url = made(connection, operator)

    cookie = client.get(url, secure=True).cookies["__Host-connect-link"]

    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
    assert client.get("/connect/", secure=True).status_code == 200


def test_sets_no_cookie_that_could_be_read_on_its_way(
    client: Client, connection: Connection, operator: User, settings: Settings
) -> None:
    _, url = made(connection, operator)
    settings.SANDBOX_URL = ""

    response = client.get(url)

    assert response.status_code == 400
    assert "needs https" in response.content.decode()
    assert not response.cookies


def test_shows_one_page_for_every_link_that_opens_nothing(
    client: Client, connection: Connection, operator: User, stopped_clock: StoppedClock
) -> None:
    revoked, revoked_url = made(connection, operator)
    _, expired_url = made(connection, operator)
    came = Client()
    came.get(revoked_url)
    assert came.get("/connect/").status_code == 200
    assert links.revoke(revoked, operator)
    stopped_clock.advance(days=14)
    signed, mac = expired_url.split("/")[2].split(".")
    forged = f"/connect/{signed}.{mac[::-1]}/"

    answers = [
        client.get(url) for url in (revoked_url, expired_url, forged, "/connect/x/", "/connect/")
    ]
    answers.append(came.get("/connect/"))

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert all(private(answer) and not answer.cookies for answer in answers)
    assert "ask whoever sent it" in answers[0].content.decode()


def test_opens_until_it_ends(
    client: Client, connection: Connection, operator: User, stopped_clock: StoppedClock
) -> None:
    _, url = made(connection, operator)
    stopped_clock.advance(days=13, hours=23)
    client.get(url)
    assert client.get("/connect/").status_code == 200

    stopped_clock.advance(hours=1)

    assert client.get("/connect/").status_code == 404


def test_is_revoked_once(connection: Connection, operator: User) -> None:
    link, _ = made(connection, operator)

    assert links.revoke(link, operator)
    assert not links.revoke(link, operator)
    assert Action.objects.filter(what="connectlink.revoke").count() == 1


def test_shows_staff_the_address_once(browser: Client, connection: Connection) -> None:
    url = f"/connect/links/{connection.tenant_id}/"
    page = browser.get(url)
    assert "no-store" in page["Cache-Control"]
    once = page.context["form"]["once"].value()
    typed = {"connections": [connection.pk], "life_days": "7", "once": once}

    shown = browser.post(url, typed)

    address = re.search(r'value="(http[^"]+)"', shown.content.decode())
    assert address is not None
    token = address[1].split("/")[-2]
    link = links.opened_by(token)
    assert link is not None
    assert link.expires_at - link.made_at == timedelta(days=7)
    again = browser.post(url, typed)
    assert "was sent before" in again.content.decode()
    assert ConnectLink.objects.count() == 1
    assert token not in browser.get(url).content.decode()


def test_lets_staff_take_a_link_back(
    browser: Client, connection: Connection, operator: User
) -> None:
    link, url = made(connection, operator)

    response = browser.post(f"/connect/links/{link.pk}/revoke/")

    assert response["Location"] == f"/connect/links/{connection.tenant_id}/"
    assert Client().get(url).status_code == 404
    assert browser.get(f"/connect/links/{link.pk}/revoke/").status_code == 405


def test_offers_staff_no_connection_of_another_tenant(
    browser: Client, connection: Connection
) -> None:
    foreign = make_connection(vendor="rolodex")
    url = f"/connect/links/{connection.tenant_id}/"
    page = browser.get(url)
    assert connection.title in page.content.decode()
    assert foreign.title not in page.content.decode()

    once = page.context["form"]["once"].value()
    browser.post(url, {"connections": [foreign.pk], "life_days": "7", "once": once})

    assert not ConnectLink.objects.exists()


def test_is_for_staff_who_may_change_connections_there(
    client: Client, connection: Connection, operator: User
) -> None:
    link, _ = made(connection, operator)
    pages = (f"/connect/links/{connection.tenant_id}/", f"/connect/links/{link.pk}/revoke/")
    for url in pages:
        assert client.post(url)["Location"].startswith("/admin/login/")
    for user, status in (
        (make_user(is_superuser=False), 403),
        (make_member(make_tenant()), 404),
        (make_member(connection.tenant, Membership.Role.AUDITOR), 403),
    ):
        client.force_login(user)
        for url in pages:
            assert client.post(url).status_code == status
    client.force_login(make_member(connection.tenant, Membership.Role.OPERATOR))
    assert client.get(pages[0]).status_code == 200
    link.refresh_from_db()
    assert link.revoked_at is None
    assert ConnectLink.objects.count() == 1
