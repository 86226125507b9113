"""Letting calls in: keys, and bearer tokens renewed ahead of their end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
import responses

from connectors.auth import BasicAuth, BearerAuth
from connectors.errors import CredentialError, RetryableError
from connectors.transport import Door
from connectors.vendor import Account, Tokens
from tests.clocks import StoppedClock
from tests.unit.connectors.servers import READ, toy_vendor
from tests.unit.connectors.test_oauth import APP, CONFIG, GOOD, OAUTH, TOKEN_URL

VENDOR = toy_vendor(oauth=OAUTH)
PEOPLE_URL = "https://acme.example.com/people/7"


class Store:
    """A grant in memory, with the promise of ``GrantStore.renew``."""

    def __init__(self, tokens: Tokens) -> None:
        self.stored = tokens
        self.reads_count = 0

    def secrets(self) -> Mapping[str, str]:
        return {}

    def tokens(self) -> Tokens:
        self.reads_count += 1
        return self.stored

    def renew(self, spent: Tokens, refresh: Callable[[Tokens], Tokens]) -> Tokens:
        if self.stored.access_token == spent.access_token:
            self.stored = refresh(spent)
        return self.stored


@pytest.fixture
def store(stopped_clock: StoppedClock) -> Store:
    """Tokens that are good for an hour."""
    ends_at = stopped_clock.now() + timedelta(hours=1)
    return Store(Tokens("old-access", "old-refresh", ends_at))


def bearer(store: Store) -> BearerAuth:
    return BearerAuth(Door(), VENDOR, Account(CONFIG, store, APP))


def test_sends_a_key_as_basic_and_never_renews_it() -> None:
    auth = BasicAuth("k\u00e4y", "x")
    assert auth.headers() == {"Authorization": "Basic a8OkeTp4"}
    assert auth.renew() is False
    assert repr(auth) == "BasicAuth(•••)"


@responses.activate
def test_sends_the_stored_token_and_reads_it_once(store: Store) -> None:
    auth = bearer(store)
    for _ in range(3):
        assert auth.headers() == {"Authorization": "Bearer old-access"}
    assert store.reads_count == 1
    assert "old-access" not in repr(auth)


@pytest.mark.parametrize(
    ("left_seconds", "token"), [(301, "old-access"), (300, "new-access"), (-5, "new-access")]
)
@responses.activate
def test_renews_ahead_of_the_end(
    left_seconds: int, token: str, store: Store, stopped_clock: StoppedClock
) -> None:
    responses.post(TOKEN_URL, json=GOOD)
    stopped_clock.advance(seconds=3600 - left_seconds)
    assert bearer(store).headers() == {"Authorization": f"Bearer {token}"}
    assert store.stored.access_token == token


@responses.activate
def test_never_renews_what_has_no_end(store: Store) -> None:
    store.stored = replace(store.stored, expires_at=None)
    assert bearer(store).headers() == {"Authorization": "Bearer old-access"}


@responses.activate
def test_takes_what_another_worker_has_renewed(store: Store, stopped_clock: StoppedClock) -> None:
    auth = bearer(store)
    auth.headers()
    store.stored = Tokens("theirs", "r", stopped_clock.now() + timedelta(hours=2))
    stopped_clock.advance(minutes=59)
    assert auth.headers() == {"Authorization": "Bearer theirs"}


@responses.activate
def test_goes_on_with_a_good_token_when_the_refresh_was_lost(
    store: Store, stopped_clock: StoppedClock, caplog: pytest.LogCaptureFixture
) -> None:
    lost = responses.post(TOKEN_URL, status=502)
    stopped_clock.advance(minutes=56)
    auth = bearer(store)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert auth.headers() == {"Authorization": "Bearer old-access"}
    assert lost.call_count == 1
    assert [one.getMessage() for one in caplog.records] == [
        "Refresh of a grant at toy failed: Toy could not renew the access now; tried again later."
    ]
    stopped_clock.advance(minutes=1)
    auth.headers()
    assert lost.call_count == 2


@responses.activate
def test_fails_when_the_refresh_was_lost_and_the_token_is_spent(
    store: Store, stopped_clock: StoppedClock
) -> None:
    responses.post(TOKEN_URL, status=502)
    stopped_clock.advance(hours=1)
    with pytest.raises(RetryableError):
        bearer(store).headers()


@responses.activate
def test_asks_for_a_consent_when_the_refresh_is_refused(
    store: Store, stopped_clock: StoppedClock
) -> None:
    responses.post(TOKEN_URL, status=400, json={"error": "invalid_grant"})
    stopped_clock.advance(minutes=59)
    with pytest.raises(CredentialError):
        bearer(store).headers()


@responses.activate
def test_has_nothing_to_renew_before_its_first_use(store: Store) -> None:
    assert bearer(store).renew() is False


@responses.activate
def test_renews_once_after_a_401(store: Store) -> None:
    responses.post(TOKEN_URL, json=GOOD)
    responses.get(PEOPLE_URL, status=401)
    people = responses.get(PEOPLE_URL, json=[])
    door = Door()
    auth = BearerAuth(door, VENDOR, Account(CONFIG, store, APP))
    with door.session(VENDOR, "https://acme.example.com", "toy:1", auth) as session:
        assert session.send(READ, "/people/7").json() == []
    assert people.calls[0].request.headers["Authorization"] == "Bearer new-access"


@responses.activate
def test_takes_the_newer_token_of_another_worker_after_a_401(store: Store) -> None:
    auth = bearer(store)
    auth.headers()
    store.stored = replace(store.stored, access_token="theirs")
    assert auth.renew() is True
    assert auth.headers() == {"Authorization": "Bearer theirs"}
