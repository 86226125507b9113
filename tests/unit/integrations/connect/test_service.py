"""Connecting by secret fields, and testing what is stored."""

from __future__ import annotations

import threading

import pytest
from django.db import connections, transaction

from connectors.errors import CredentialError, RetryableError
from connectors.vendor import Tokens
from integrations.connect import accounts, attempts, refusals, service, storing
from integrations.connect.attempts import Callback
from integrations.connect.refusals import ConnectError
from integrations.engine.access import OpenTransactionError
from integrations.grants import DatabaseGrantStore, TransientGrantStore, read_tokens, write_tokens
from integrations.models import Connection, ConnectSession, Grant, Record
from tests.contract.toy.office import Office
from tests.factories import (
    make_app,
    make_connected,
    make_connection,
    make_integration,
    make_record,
)

pytestmark = pytest.mark.django_db(transaction=True)

KEY = {"api_key": "canary-key-1"}


@pytest.fixture
def connection(office: Office) -> Connection:
    """A connection to the toy vendor that waits for its first access."""
    return make_connection(vendor="rolodex")


def test_stores_secret_fields_that_work(office: Office, connection: Connection) -> None:
    service.connect_with_secrets(connection, KEY)

    connection.refresh_from_db()
    assert connection.status == Connection.Status.ACTIVE
    assert connection.account_id == "northwind"
    grant = Grant.objects.get()
    assert (connection.grant, grant.app, grant.subject) == (grant, None, "ada")
    assert DatabaseGrantStore(grant.pk).secrets() == KEY
    assert office.asked == [
        "GET /rolodex/northwind.rolodex.example/me",
        "GET /rolodex/northwind.rolodex.example/abilities",
    ]


def test_stores_no_secret_field_that_does_not_work(office: Office, connection: Connection) -> None:
    office.me_status = 401

    with pytest.raises(CredentialError):
        service.connect_with_secrets(connection, KEY)

    connection.refresh_from_db()
    assert connection.status == Connection.Status.PENDING
    assert not Grant.objects.exists()


def test_keeps_a_secret_field_that_is_left_empty(office: Office, connection: Connection) -> None:
    service.connect_with_secrets(connection, KEY)
    connection.refresh_from_db()

    service.connect_with_secrets(connection, {"api_key": " "})

    grant = Grant.objects.get()
    assert DatabaseGrantStore(grant.pk).secrets() == KEY
    assert grant.generation == 2


def test_replaces_a_secret_field_in_place(office: Office, connection: Connection) -> None:
    service.connect_with_secrets(connection, KEY)

    service.connect_with_secrets(connection, {"api_key": "canary-key-2"})

    assert DatabaseGrantStore(Grant.objects.get().pk).secrets() == {"api_key": "canary-key-2"}


def test_refuses_a_form_with_nothing_in_it(office: Office, connection: Connection) -> None:
    with pytest.raises(ConnectError, match="Nothing was entered"):
        service.connect_with_secrets(connection, {"api_key": ""})

    assert office.asked == []


def test_keeps_the_consent_when_a_key_takes_its_place(
    office: Office, connection: Connection
) -> None:
    connected = make_connected(connection.tenant, "rolodex", account_id="northwind")

    service.connect_with_secrets(connected, KEY)

    connected.refresh_from_db()
    assert connected.grant is not None
    assert connected.grant.app is None
    assert Grant.objects.count() == 2


def test_tests_the_stored_access(office: Office) -> None:
    connection = make_connected(vendor="rolodex", account_id="northwind")

    capabilities = service.check(connection)

    assert capabilities.facts == {"cards": 12}
    connection.refresh_from_db()
    assert connection.account_title == "Northwind Inc"
    assert connection.capabilities["warnings"] == ["No index cards."]


def test_notes_that_an_access_is_refused(office: Office) -> None:
    connection = make_connected(vendor="rolodex", account_id="northwind", tokens=Tokens("spent"))
    office.me_status = 401

    with pytest.raises(CredentialError) as raised:
        service.check(connection)

    connection.refresh_from_db()
    assert connection.status == Connection.Status.NEEDS_REAUTH
    assert connection.status_reason == raised.value.summary


def test_leaves_the_status_when_the_vendor_is_away(office: Office) -> None:
    connection = make_connected(vendor="rolodex", account_id="northwind")
    office.me_status = 503

    with pytest.raises(RetryableError):
        service.check(connection)

    connection.refresh_from_db()
    assert connection.status == Connection.Status.ACTIVE


def test_resumes_what_waited_for_an_access_that_works_after_all(office: Office) -> None:
    connection = make_connected(vendor="rolodex", account_id="northwind")
    record = make_record(
        make_integration(connection, make_connected(connection.tenant, "acumatica")),
        state=Record.State.FAILED,
    )
    Connection.objects.filter(pk=connection.pk).update(status=Connection.Status.NEEDS_REAUTH)

    service.check(connection)

    connection.refresh_from_db()
    record.refresh_from_db()
    assert connection.status == Connection.Status.ACTIVE
    assert record.due_at is not None


def test_tests_nothing_without_an_access(connection: Connection) -> None:
    with pytest.raises(ConnectError, match="connect it first"):
        service.check(connection)


def test_finds_another_account_behind_a_stored_access(office: Office) -> None:
    connection = make_connected(vendor="rolodex", account_id="southwind")

    with pytest.raises(ConnectError, match=r"Southwind \(southwind\).*Northwind Inc \(northwind\)"):
        service.check(connection)


def test_asks_nobody_inside_a_transaction(office: Office, connection: Connection) -> None:
    with transaction.atomic(), pytest.raises(OpenTransactionError):
        service.connect_with_secrets(connection, KEY)

    assert office.asked == []


def test_is_spent_by_one_of_two_at_the_same_time(connection: Connection) -> None:
    opened = attempts.open_attempt(
        connection, make_app("rolodex"), None, "browser", "https://t.example/token", "https://o/c/"
    )
    callback = Callback("/c/", opened.state, "code", "", "browser")
    barrier, taken = threading.Barrier(2), list[str]()

    def take() -> None:
        barrier.wait()
        try:
            attempts.take(callback)
            taken.append("taken")
        except ConnectError as error:
            taken.append(error.sentence)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == [refusals.SPENT, "taken"]


def test_overrules_a_refresh_that_ends_meanwhile(office: Office) -> None:
    connection = make_connected(
        vendor="rolodex", account_id="ada", tokens=Tokens("access-1", "refresh-1", scopes=())
    )
    Connection.objects.filter(pk=connection.pk).update(account_id="northwind")
    connection.refresh_from_db()
    assert connection.grant_id is not None
    consented = Tokens("access-2", "refresh-2")
    answered = accounts.ask(connection, TransientGrantStore(consented), ())

    def refresh(tokens: Tokens) -> Tokens:
        storing.store(
            connection, connection.app, answered, lambda grant: write_tokens(grant, consented)
        )
        return Tokens("access-of-the-refresh", "refresh-of-the-refresh")

    used = DatabaseGrantStore(connection.grant_id).renew(Tokens("access-1", "refresh-1"), refresh)

    assert used.access_token == "access-2"
    assert read_tokens(Grant.objects.get()).refresh_token == "refresh-2"


def test_shows_no_secret_in_what_is_printed(connection: Connection) -> None:
    opened = attempts.open_attempt(
        connection, make_app("rolodex"), None, "browser", "https://t.example/token", "https://o/c/"
    )
    callback = Callback("/c/", opened.state, "code-1", "", "browser-1")

    assert opened.state not in repr((opened, callback))
    assert opened.verifier not in repr(opened)
    assert "code-1" not in repr(callback)
    assert "browser-1" not in repr(callback)
    assert opened.state not in str(list(ConnectSession.objects.values()))
