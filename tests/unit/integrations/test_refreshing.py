"""Access is renewed ahead of its end, once for all connections that share it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from config import clock
from connectors.vendor import Tokens
from integrations import refreshing
from integrations.grants import read_tokens
from integrations.models import Connection, Grant
from tests.contract.toy.office import Office, office
from tests.factories import make_connected

__all__ = ["office"]
pytestmark = pytest.mark.django_db(transaction=True)


def connected(ends_at: datetime | None) -> Connection:
    tokens = Tokens("access-1", "refresh-1", expires_at=ends_at)
    return make_connected(vendor="rolodex", account_id="ada", tokens=tokens)


def grant_of(connection: Connection) -> Grant:
    connection.refresh_from_db()
    assert connection.grant is not None
    return connection.grant


def test_renews_what_ends_soon_and_nothing_else(office: Office) -> None:
    soon = connected(clock.now() + timedelta(minutes=4))
    for other in (connected(clock.now() + timedelta(hours=1)), connected(None)):
        assert grant_of(other).generation == 1
    assert refreshing.refresh_ahead() == 1
    assert read_tokens(grant_of(soon)).access_token == "canary-access-1"
    assert len(office.sent) == 1
    assert refreshing.refresh_ahead() == 0


def test_renews_a_shared_grant_once(office: Office) -> None:
    first = connected(clock.now())
    second = make_connected(vendor="rolodex", app=first.app, account_id="bea")
    Connection.objects.filter(pk=second.pk).update(grant=grant_of(first))
    assert refreshing.refresh_ahead() == 1
    assert len(office.sent) == 1


def test_lets_all_its_connections_wait_for_a_consent_when_refused(office: Office) -> None:
    first = connected(clock.now())
    second = make_connected(vendor="rolodex", app=first.app, account_id="bea")
    Connection.objects.filter(pk=second.pk).update(grant=grant_of(first))
    office.token_status, office.tokens = 400, {"error": "invalid_grant"}
    assert refreshing.refresh_ahead() == 0
    for connection in (first, second):
        connection.refresh_from_db()
        assert connection.status == Connection.Status.NEEDS_REAUTH
    # No storm: nothing is asked again for it.
    assert refreshing.refresh_ahead() == 0
    assert len(office.sent) == 1


def test_tries_again_what_failed_on_the_way(office: Office) -> None:
    connection = connected(clock.now() + timedelta(minutes=1))
    office.token_status = 503
    refreshing.refresh_ahead()
    connection.refresh_from_db()
    assert connection.status == Connection.Status.ACTIVE
    office.token_status = 200
    refreshing.refresh_ahead()
    assert read_tokens(grant_of(connection)).access_token == "canary-access-1"
