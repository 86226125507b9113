"""The authorization code flow: what is asked, and what of an answer is believed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
import responses

from connectors.auth import authorize_url, exchange_code, refresh
from connectors.errors import (
    ConfigurationError,
    ConnectorError,
    ContractError,
    CredentialError,
    Effect,
    RateLimitError,
    RetryableError,
)
from connectors.oauth import fetch_app_tokens
from connectors.transport import Door
from connectors.vendor import Account, GrantStore, OAuth, OAuthApp, Scope, Tokens, Vendor
from tests.clocks import StoppedClock
from tests.unit.connectors.servers import toy_vendor

CONFIG = {"host": "acme.example.com"}
APP = OAuthApp("app@Tenant", "s3cret&=")
REDIRECT = "https://connector.example/connect/callback/toy/"
TOKEN_URL = "https://acme.example.com/token.php"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
GOOD = {
    "access_token": "new-access",
    "refresh_token": "new-refresh",
    "expires_in": 3600,
    "token_type": "Bearer",
    "scope": "openid employee",
    "companyDomain": "acme",
    "id_token": "eyJ.x.y",
}

OAUTH = OAuth(
    scopes=(Scope("openid", ""), Scope("employee:job", "")),
    authorize_url=lambda config: f"https://{config['host']}/authorize.php",
    token_url=lambda config: f"https://{config['host']}/token.php",
    authorize_params={"request": "authorize"},
    token_params={"request": "token"},
    facts=("companyDomain",),
)


class NoStore:
    """Holds nothing: the functions here must not ask it."""

    def secrets(self) -> Mapping[str, str]:
        raise AssertionError

    def tokens(self) -> Tokens:
        raise AssertionError

    def renew(self, spent: Tokens, refresh: Callable[[Tokens], Tokens]) -> Tokens:
        raise AssertionError


STORE: GrantStore = NoStore()
ACCOUNT = Account(CONFIG, STORE, APP, REDIRECT)
OLD = Tokens("old-access", "old-refresh", scopes=("a",), facts={"companyDomain": "acme", "x": "y"})


def vendor(**changes: object) -> Vendor:
    return toy_vendor(oauth=replace(OAUTH, **changes))  # type: ignore[arg-type]  # OAuth's fields


def exchanged() -> Tokens:
    return exchange_code(Door(), vendor(), CONFIG, APP, REDIRECT, "c0de", VERIFIER)


def refreshed() -> Tokens:
    return refresh(Door(), vendor(), ACCOUNT, OLD)


def sent_form() -> dict[str, str]:
    body = responses.calls[0].request.body
    assert isinstance(body, bytes)
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


class TestAppTokens:
    @responses.activate
    def test_asks_in_the_apps_own_name_by_the_vendors_word_for_it(self) -> None:
        responses.post(TOKEN_URL, json={"access_token": "own", "refresh_token": None})
        tokens = fetch_app_tokens(Door(), vendor(), CONFIG, APP, "system_access")
        assert (tokens.access_token, tokens.refresh_token) == ("own", "")
        assert sent_form() == {
            "grant_type": "system_access",
            "client_id": "app@Tenant",
            "client_secret": "s3cret&=",
        }

    @responses.activate
    def test_says_that_the_app_may_not(self) -> None:
        responses.post(TOKEN_URL, json={"error": "unauthorized_client"}, status=400)
        with pytest.raises(ConfigurationError, match="refuses our app"):
            fetch_app_tokens(Door(), vendor(), CONFIG, APP)


class TestAuthorizeUrl:
    def test_asks_for_consent_with_state_and_challenge(self) -> None:
        url = authorize_url(vendor(), CONFIG, APP, REDIRECT, "st4te", VERIFIER)
        parts = urlsplit(url)
        assert (
            f"{parts.scheme}://{parts.netloc}{parts.path}"
            == "https://acme.example.com/authorize.php"
        )
        assert parse_qs(parts.query, strict_parsing=True) == {
            "response_type": ["code"],
            "client_id": ["app@Tenant"],
            "redirect_uri": [REDIRECT],
            "scope": ["openid employee:job"],
            "state": ["st4te"],
            "request": ["authorize"],
            # RFC 7636, appendix B
            "code_challenge": ["E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"],
            "code_challenge_method": ["S256"],
        }

    def test_separates_scopes_by_a_literal_plus(self) -> None:
        url = authorize_url(vendor(), CONFIG, APP, REDIRECT, "st4te", VERIFIER)
        assert "scope=openid+employee%3Ajob&" in url

    def test_sends_no_challenge_where_the_vendor_knows_none(self) -> None:
        url = authorize_url(vendor(pkce=False), CONFIG, APP, REDIRECT, "st4te", VERIFIER)
        assert "code_challenge" not in url

    def test_needs_a_declaration(self) -> None:
        with pytest.raises(ValueError, match=r"^toy declares no OAuth\.$"):
            authorize_url(toy_vendor(), CONFIG, APP, REDIRECT, "st4te", VERIFIER)


class TestExchange:
    @responses.activate
    def test_sends_code_and_app_in_the_body(self, stopped_clock: StoppedClock) -> None:
        responses.post(TOKEN_URL, json=GOOD)
        tokens = exchanged()
        request = responses.calls[0].request
        assert request.url == f"{TOKEN_URL}?request=token"
        assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
        assert "Authorization" not in request.headers
        assert sent_form() == {
            "grant_type": "authorization_code",
            "code": "c0de",
            "redirect_uri": REDIRECT,
            "client_id": "app@Tenant",
            "client_secret": "s3cret&=",
            "code_verifier": VERIFIER,
        }
        assert tokens == Tokens(
            "new-access",
            "new-refresh",
            stopped_clock.now() + timedelta(hours=1),
            ("openid", "employee"),
            {"companyDomain": "acme"},
        )

    @responses.activate
    def test_does_without_refresh_token_scope_and_end(self) -> None:
        responses.post(TOKEN_URL, json={"access_token": "new-access", "refresh_token": None})
        assert exchanged() == Tokens("new-access")

    @pytest.mark.parametrize("expires_in", [3600, "3600"], ids=["number", "text"])
    @responses.activate
    def test_takes_a_lifetime_as_number_or_text(
        self, expires_in: object, stopped_clock: StoppedClock
    ) -> None:
        responses.post(TOKEN_URL, json={**GOOD, "expires_in": expires_in})
        assert exchanged().expires_at == stopped_clock.now() + timedelta(hours=1)

    @pytest.mark.parametrize(
        "change",
        [
            {"access_token": None},
            {"access_token": ""},
            {"access_token": 7},
            {"access_token": "two words"},
            {"access_token": "a\r\nX-Evil: 1"},
            {"access_token": "a" * 20_000},
            {"refresh_token": ["x"]},
            {"refresh_token": "b\n"},
            {"token_type": "mac"},
            {"expires_in": -1},
            {"expires_in": 0},
            {"expires_in": 1e3},
            {"expires_in": "soon"},
            {"expires_in": True},
            {"expires_in": 10**12},
        ],
    )
    @responses.activate
    def test_believes_no_senseless_tokens(self, change: dict[str, object]) -> None:
        responses.post(TOKEN_URL, json={**GOOD, **change})
        with pytest.raises(ContractError) as caught:
            exchanged()
        assert caught.value.effect is Effect.UNKNOWN
        _assert_tells_nothing(caught.value)

    @pytest.mark.parametrize(
        "body",
        [
            "",
            "<html>new-access</html>",
            "null",
            "[]",
            '"new-access"',
            '{"access_token": "new-access"',
        ],
    )
    @responses.activate
    def test_believes_no_other_body(self, body: str) -> None:
        responses.post(TOKEN_URL, body=body)
        with pytest.raises(ContractError) as caught:
            exchanged()
        _assert_tells_nothing(caught.value)


REFUSALS = [
    (
        400,
        {"error": "invalid_grant", "error_description": "old-refresh"},
        CredentialError,
        Effect.NONE,
    ),
    (200, {"error": "invalid_grant"}, CredentialError, Effect.NONE),
    (200, {**GOOD, "error": "invalid_grant"}, CredentialError, Effect.NONE),
    (400, {"message": "old-refresh s3cret"}, CredentialError, Effect.NONE),
    (400, "<html>old-refresh</html>", CredentialError, Effect.NONE),
    (403, "", CredentialError, Effect.NONE),
    (400, {"error": "invalid_request"}, CredentialError, Effect.NONE),
    (401, {"error": "invalid_client"}, ConfigurationError, Effect.NONE),
    (400, {"error": "unauthorized_client"}, ConfigurationError, Effect.NONE),
    (400, {"error": "invalid_scope"}, ConfigurationError, Effect.NONE),
    (404, "<html>", ConfigurationError, Effect.NONE),
    (429, "", RateLimitError, Effect.NONE),
    (408, "", RetryableError, Effect.UNKNOWN),
    (500, {"error": "invalid_grant"}, RetryableError, Effect.UNKNOWN),
    (503, "", RetryableError, Effect.UNKNOWN),
    (302, "", ContractError, Effect.UNKNOWN),
]


class TestRefresh:
    @responses.activate
    def test_sends_the_refresh_token_in_the_body(self) -> None:
        responses.post(TOKEN_URL, json=GOOD)
        assert refreshed().refresh_token == "new-refresh"
        assert sent_form() == {
            "grant_type": "refresh_token",
            "refresh_token": "old-refresh",
            "client_id": "app@Tenant",
            "client_secret": "s3cret&=",
        }

    @responses.activate
    def test_sends_the_redirect_address_where_the_vendor_wants_it(self) -> None:
        responses.post(TOKEN_URL, json=GOOD)
        refresh(Door(), vendor(redirect_uri_in_refresh=True), ACCOUNT, OLD)
        assert sent_form()["redirect_uri"] == REDIRECT

    @responses.activate
    def test_keeps_what_the_answer_leaves_out(self) -> None:
        responses.post(TOKEN_URL, json={"access_token": "new-access"})
        assert refreshed() == replace(OLD, access_token="new-access")

    @pytest.mark.parametrize(("status", "body", "error", "effect"), REFUSALS)
    @responses.activate
    def test_sorts_refusals(
        self, status: int, body: object, error: type[ConnectorError], effect: Effect
    ) -> None:
        if isinstance(body, str):
            responses.post(TOKEN_URL, status=status, body=body)
        else:
            responses.post(TOKEN_URL, status=status, json=body)
        with pytest.raises(ConnectorError) as caught:
            refreshed()
        assert type(caught.value) is error
        assert caught.value.effect is effect
        assert (caught.value.vendor, caught.value.operation, caught.value.status) == (
            "toy",
            "fetch_tokens",
            status,
        )
        _assert_tells_nothing(caught.value)
        assert len(responses.calls) == 1

    @responses.activate
    def test_hands_on_when_to_come_back(self) -> None:
        responses.post(TOKEN_URL, status=503, headers={"Retry-After": "11"})
        with pytest.raises(RetryableError) as caught:
            refreshed()
        assert caught.value.retry_after_seconds == 11.0

    @pytest.mark.parametrize("account", [ACCOUNT, replace(ACCOUNT, app=None)])
    @responses.activate
    def test_asks_for_a_new_consent_when_there_is_nothing_to_refresh_with(
        self, account: Account
    ) -> None:
        tokens = OLD if account.app is None else replace(OLD, refresh_token="")
        with pytest.raises(CredentialError, match="connect it again"):
            refresh(Door(), vendor(), account, tokens)
        assert len(responses.calls) == 0

    @responses.activate
    def test_is_allowed_to_every_flow(self) -> None:
        responses.post(TOKEN_URL, json=GOOD)
        refresh(Door(allowed=frozenset()), vendor(), ACCOUNT, OLD)
        assert len(responses.calls) == 1


def _assert_tells_nothing(error: ConnectorError) -> None:
    told = f"{error!r} {error.summary} {error.detail} {error.__cause__!r} {error.__context__!r}"
    for secret in ("old-refresh", "new-access", "new-refresh", "s3cret", "c0de", VERIFIER):
        assert secret not in told
