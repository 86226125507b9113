"""Case 3: OAuth, from the consent page to the end of a chain of refresh tokens."""

from __future__ import annotations

import base64
import hashlib
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.unit.connectors.sandbox.acumatica.conftest import (
    CLIENT_ID,
    EMPLOYEE,
    REDIRECT_URI,
    Erp,
    bearer,
)

AUTHORIZE = "/identity/connect/authorize"
VERIFIER = "v" * 64
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)
DAY_SECONDS = 86_400


class ConsentPage(HTMLParser):
    """The form of the consent page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.decisions: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = named["action"]
        elif tag == "input":
            self.fields[named["name"]] = named["value"]
        elif tag == "button":
            self.decisions.append(named["value"])


def ask(erp: Erp, **fields: str) -> requests.Response:
    """Open the authorize URL."""
    asked = {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": REDIRECT_URI,
        "scope": "api offline_access",
        "state": "s 1",
        **fields,
    }
    return requests.get(f"{erp.base}{AUTHORIZE}", params=asked, allow_redirects=False, timeout=30)


def decide(page: requests.Response, decision: str) -> dict[str, list[str]]:
    """Answer the consent page; the query of the redirect."""
    form = ConsentPage(page.text)
    posted = requests.post(
        form.action, data={**form.fields, "decision": decision}, allow_redirects=False, timeout=30
    )
    assert posted.status_code == 302
    # The public origin of the redirect URI stands for a loopback one (--reach).
    assert urlsplit(posted.headers["Location"]).path == urlsplit(REDIRECT_URI).path
    return parse_qs(urlsplit(posted.headers["Location"]).query)


def code_for(erp: Erp, **fields: str) -> str:
    """A code, agreed to by itself."""
    erp.sandbox.switch("acumatica", "auto_consent", "on")
    location = ask(erp, **fields).headers["Location"]
    return parse_qs(urlsplit(location).query)["code"][0]


def exchange(erp: Erp, code: str, **fields: str) -> requests.Response:
    """Exchange a code."""
    known = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
    return erp.token(**{**known, **fields})


def refresh(erp: Erp, refresh_token: str) -> requests.Response:
    """Use a refresh token."""
    return erp.token(grant_type="refresh_token", refresh_token=refresh_token)


def test_tells_its_endpoints(stranger: Erp) -> None:
    found = stranger.get("/identity/.well-known/openid-configuration").json()
    base = "https://northwind.acumatica.com/identity"
    assert found["issuer"] == base
    assert found["authorization_endpoint"] == f"{base}/connect/authorize"
    assert found["token_endpoint"] == f"{base}/connect/token"
    assert found["grant_types_supported"] == ["authorization_code", "password", "refresh_token"]


def test_asks_the_user_to_allow_or_deny(stranger: Erp) -> None:
    page = ask(stranger)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert ConsentPage(page.text).decisions == ["allow", "deny"]
    allowed = decide(page, "allow")
    assert allowed["state"] == ["s 1"]
    assert allowed["scope"] == ["api offline_access"]
    assert exchange(stranger, allowed["code"][0]).status_code == 200
    assert decide(ask(stranger), "deny") == {"error": ["access_denied"], "state": ["s 1"]}


def test_answers_tokens_as_the_vendor_prints_them(stranger: Erp) -> None:
    answer = exchange(stranger, code_for(stranger))
    body = answer.json()
    assert sorted(body) == ["access_token", "expires_in", "refresh_token", "scope", "token_type"]
    assert (body["expires_in"], body["token_type"]) == (3600, "Bearer")
    assert body["scope"] == "api offline_access"
    assert stranger.get(EMPLOYEE, headers=bearer(body)).status_code == 200


def test_leaves_the_scope_out_where_the_switch_says_so(stranger: Erp) -> None:
    stranger.sandbox.switch("acumatica", "token_scope", "omitted")
    assert "scope" not in stranger.password_token().json()


@pytest.mark.case("acumatica", "3a")
def test_case_03_exchanges_a_challenged_code_only_with_its_verifier(stranger: Erp) -> None:
    challenged = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    code = code_for(stranger, **challenged)
    for wrong in ({}, {"code_verifier": "w" * 64}):
        refused = exchange(stranger, code, **wrong)
        assert (refused.status_code, refused.json()) == (400, {"error": "invalid_grant"})
    assert exchange(stranger, code, code_verifier=VERIFIER).status_code == 200


@pytest.mark.case("acumatica", "3b")
def test_case_03_refuses_another_redirect_uri(stranger: Erp) -> None:
    refused = ask(stranger, redirect_uri="https://elsewhere.example/callback/")
    assert refused.status_code == 400
    assert "Location" not in refused.headers
    code = code_for(stranger)
    unlike = exchange(stranger, code, redirect_uri=REDIRECT_URI.rstrip("/"))
    assert (unlike.status_code, unlike.json()) == (400, {"error": "invalid_grant"})
    assert exchange(stranger, code).status_code == 200


def test_takes_the_redirect_uris_that_the_customer_registers(stranger: Erp) -> None:
    uri = "https://elsewhere.example/callback/"
    stranger.control("apps", CLIENT_ID, redirect_uris=[uri])
    stranger.sandbox.switch("acumatica", "auto_consent", "on")
    assert ask(stranger, redirect_uri=uri).headers["Location"].startswith(uri)


@pytest.mark.case("acumatica", "3c")
def test_case_03_takes_a_code_once(stranger: Erp) -> None:
    code = code_for(stranger)
    assert exchange(stranger, code).status_code == 200
    again = exchange(stranger, code)
    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})


@pytest.mark.case("acumatica", "3d")
def test_case_03_refuses_a_wrong_password(stranger: Erp) -> None:
    refused = stranger.password_token(password="guessed")
    assert refused.status_code == 400
    assert refused.json() == {
        "error": "invalid_grant",
        "error_description": "invalid_username_or_password",
    }
    assert stranger.password_token().status_code == 200


@pytest.mark.case("acumatica", "3e")
def test_case_03_takes_a_refresh_token_once(stranger: Erp) -> None:
    first = stranger.password_token().json()["refresh_token"]
    second = refresh(stranger, first)
    assert second.status_code == 200
    assert second.json()["refresh_token"] != first
    refused = refresh(stranger, first)
    assert (refused.status_code, refused.json()) == (400, {"error": "invalid_grant"})
    assert refresh(stranger, second.json()["refresh_token"]).status_code == 200


@pytest.mark.parametrize(
    ("style", "status", "kind"),
    [("400_html", 400, "text/html; charset=utf-8"), ("401_empty", 401, None)],
)
def test_answers_a_dead_refresh_token_as_the_switch_says(
    stranger: Erp, style: str, status: int, kind: str | None
) -> None:
    stranger.sandbox.switch("acumatica", "dead_refresh_token", style)
    refused = refresh(stranger, "never issued")
    assert (refused.status_code, refused.headers.get("Content-Type")) == (status, kind)


@pytest.mark.case("acumatica", "3f")
def test_case_03_ends_an_access_token_after_3600_seconds(erp: Erp) -> None:
    erp.sandbox.advance(3590)
    assert erp.get(EMPLOYEE).status_code == 200
    erp.sandbox.advance(11)
    assert erp.get(EMPLOYEE).status_code == 401


@pytest.mark.case("acumatica", "3g")
def test_case_03_ends_a_chain_of_refresh_tokens_after_30_days(stranger: Erp) -> None:
    token = stranger.password_token().json()["refresh_token"]
    stranger.sandbox.advance(29 * DAY_SECONDS)
    answer = refresh(stranger, token)
    assert answer.status_code == 200
    stranger.sandbox.advance(DAY_SECONDS)
    refused = refresh(stranger, answer.json()["refresh_token"])
    assert (refused.status_code, refused.json()) == (400, {"error": "invalid_grant"})


@pytest.mark.case("acumatica", "3g")
def test_case_03_prolongs_the_chain_where_the_customer_chose_sliding_expiration(
    stranger: Erp,
) -> None:
    stranger.control("apps", CLIENT_ID, sliding_days=10)
    token = stranger.password_token().json()["refresh_token"]
    for _ in range(5):
        stranger.sandbox.advance(9 * DAY_SECONDS)
        token = refresh(stranger, token).json()["refresh_token"]
    stranger.sandbox.advance(11 * DAY_SECONDS)
    assert refresh(stranger, token).status_code == 400


@pytest.mark.case("acumatica", "3h")
def test_case_03_gives_no_refresh_token_without_offline_access(stranger: Erp) -> None:
    assert "refresh_token" not in stranger.password_token("api").json()
    assert "refresh_token" in stranger.password_token("api offline_access").json()


def test_gives_an_id_token_and_a_user_for_openid(stranger: Erp) -> None:
    tokens = stranger.password_token("api openid profile email").json()
    assert tokens["id_token"].count(".") == 2
    user = stranger.get("/identity/connect/userinfo", headers=bearer(tokens)).json()
    assert user == {
        "sub": "apiuser@Northwind",
        "preferred_username": "apiuser",
        "email": "apiuser@northwind.example",
    }
    assert "id_token" not in stranger.password_token("api").json()


@pytest.mark.case("acumatica", "3i")
def test_case_03_knows_an_app_in_its_own_tenant_only(stranger: Erp) -> None:
    for suffix in ("Training", "Elsewhere"):
        refused = stranger.password_token(client_id=CLIENT_ID.replace("Northwind", suffix))
        assert (refused.status_code, refused.json()) == (400, {"error": "invalid_client"})
    assert stranger.password_token().status_code == 200


def test_refuses_a_wrong_client_secret(stranger: Erp) -> None:
    refused = stranger.password_token(client_secret="guessed")
    assert (refused.status_code, refused.json()) == (400, {"error": "invalid_client"})


@pytest.mark.case("acumatica", "3j")
def test_case_03_has_no_client_credentials(stranger: Erp) -> None:
    refused = stranger.token(grant_type="client_credentials", scope="api")
    assert (refused.status_code, refused.json()) == (400, {"error": "unauthorized_client"})
    wrong = stranger.token(grant_type="client_credentials", scope="api", client_secret="guessed")
    assert (wrong.status_code, wrong.json()) == (400, {"error": "invalid_client"})


def test_revokes_a_token_and_leaves_the_session(erp: Erp) -> None:
    assert erp.get(EMPLOYEE).status_code == 200
    token = erp.headers["Authorization"].removeprefix("Bearer ")
    form = {"token": token, "client_id": CLIENT_ID, "client_secret": "sandbox-secret-acumatica"}
    assert erp.send("POST", "/identity/connect/revocation", form=form).status_code == 200
    assert erp.get(EMPLOYEE).status_code == 401
    assert len(erp.tenant()["sessions"]) == 1
