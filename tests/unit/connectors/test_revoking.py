"""Giving tokens back: what is sent, and what of the answer may be tried again."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
import responses

from connectors.auth import revoke
from connectors.errors import ConfigurationError, ConnectorError, CredentialError, RetryableError
from connectors.transport import Door
from connectors.vendor import OAuth, OAuthApp, Scope, Tokens
from tests.unit.connectors.servers import toy_vendor

CONFIG = {"host": "acme.example.com"}
APP = OAuthApp("app@Tenant", "s3cret&=")
URL = "https://acme.example.com/revocation"
PAIR = Tokens("old-access", "old-refresh")
OAUTH = OAuth(
    scopes=(Scope("openid", ""),),
    authorize_url=lambda config: f"https://{config['host']}/authorize",
    token_url=lambda config: f"https://{config['host']}/token",
    revoke_url=lambda config: f"https://{config['host']}/revocation",
)


def revoked(tokens: Tokens = PAIR, oauth: OAuth = OAUTH) -> bool:
    return revoke(Door(), toy_vendor(oauth=oauth), CONFIG, APP, tokens)


def sent() -> list[dict[str, str]]:
    bodies = [call.request.body for call in responses.calls]
    return [dict(parse_qsl(body.decode())) for body in bodies if isinstance(body, bytes)]


@responses.activate
def test_gives_back_the_refresh_token_first() -> None:
    responses.post(URL, status=200)

    assert revoked()

    app = {"client_id": "app@Tenant", "client_secret": "s3cret&="}
    assert sent() == [{"token": "old-refresh", **app}, {"token": "old-access", **app}]
    assert responses.calls[0].request.url == URL


@responses.activate
def test_gives_back_only_what_there_is() -> None:
    responses.post(URL, status=200)

    assert revoked(Tokens("only-access"))

    assert [form["token"] for form in sent()] == ["only-access"]


@responses.activate
def test_sends_nothing_where_the_vendor_has_no_place_for_it() -> None:
    oauth = OAuth(OAUTH.scopes, OAUTH.authorize_url, OAUTH.token_url)

    assert not revoked(oauth=oauth)

    assert len(responses.calls) == 0


@responses.activate
@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (503, {}, RetryableError),
        (429, {}, RetryableError),
        (400, {"error": "invalid_client"}, ConfigurationError),
        (404, {}, ConfigurationError),
        (400, {"error": "invalid_request"}, CredentialError),
    ],
)
def test_says_what_a_refusal_means(
    status: int, body: dict[str, str], expected: type[ConnectorError]
) -> None:
    responses.post(URL, status=status, json=body)

    with pytest.raises(expected) as raised:
        revoked()

    assert "old-refresh" not in f"{raised.value!r} {raised.value.detail}"
    assert raised.value.operation == "revoke_token"
