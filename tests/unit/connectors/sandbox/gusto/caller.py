"""Raw HTTP to Gusto's stand-in, as one token; imports nothing of ours."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

CLIENT_ID, CLIENT_SECRET = "ml-connector-sandbox", "sandbox-secret-gusto"
DEMO_APP = ("ml-connector-demo", "sandbox-secret-gusto-demo")
REDIRECT_URI = "https://connector.example/connect/callback/gusto/"
HOOK = "https://connector.example/webhooks/gusto/7c1e"
HOST, DEMO_HOST = "api.gusto.com", "api.gusto-demo.com"
HARBOR = "6f0c1d3e-2b6a-4c55-9d0e-5b1f7a9c2e10"
CINDER = "a41d8be2-70c9-4f0b-8e3d-96c2f5d71b44"
NEWEST = "2026-06-15"
VERSION = "X-Gusto-API-Version"
SECONDS = 20
PEOPLE = 42
"""So many people have somebody of every kind among them."""


class Caller:
    """One caller of one of Gusto's hosts; without a token unless told."""

    def __init__(self, sandbox: Any, host: str = HOST) -> None:
        self.sandbox = sandbox
        self.host = host
        self.base = f"{sandbox.url}/gusto/{host}"
        self.session = requests.Session()
        self.session.trust_env = False
        self.token = ""
        self.version: str | None = NEWEST
        self.app = (CLIENT_ID, CLIENT_SECRET) if host == HOST else DEMO_APP

    def state(self) -> Any:
        """Everything the environment knows."""
        state = self.sandbox.state("gusto")
        return state if self.host == HOST else state["demo"]

    def company(self, uuid: str = HARBOR) -> Any:
        """What judges see of a company."""
        return self.state()["companies"][uuid]

    def payroll(self, fixture: str) -> Any:
        """The generated payroll of this letter, as judges see it."""
        payrolls = self.company()["payrolls"].values()
        return next(row for row in payrolls if row["fixture"] == fixture)

    def with_token(self, token: str) -> Caller:
        """The same host with this token."""
        other = Caller(self.sandbox, self.host)
        other.session = self.session
        other.token = token
        other.version = self.version
        other.app = self.app
        return other

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        """One request; a path without a slash at its start is below ``/v1/``."""
        headers = {"Accept": "application/json", **options.pop("headers", {})}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if self.version is not None:
            headers.setdefault(VERSION, self.version)
        url = f"{self.base}{path}" if path.startswith("/") else f"{self.base}/v1/{path}"
        return self.session.request(
            method, url, headers=headers, timeout=SECONDS, allow_redirects=False, **options
        )

    def get(self, path: str, **query: Any) -> requests.Response:
        """GET."""
        return self.send("GET", path, params=query)

    def own(self, path: str = "", **query: Any) -> requests.Response:
        """GET below the first company."""
        return self.get(f"companies/{HARBOR}{path}", **query)

    def read(self, path: str = "", **query: Any) -> Any:
        """The same, which must succeed."""
        answer = self.own(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def authorize(self, **changed: str) -> requests.Response:
        """The consent page."""
        return self.send("GET", "/oauth/authorize", params={**self.asked(), **changed})

    def asked(self) -> dict[str, str]:
        """What the browser is sent with."""
        return {
            "client_id": self.app[0],
            "redirect_uri": REDIRECT_URI,
            "response_type": "code",
            "state": "st-1",
        }

    def decide(
        self, decision: str = "connect", company: str = HARBOR, **changed: str
    ) -> requests.Response:
        """Press a button on the consent page."""
        return self.send(
            "POST",
            "/oauth/authorize",
            params={**self.asked(), **changed},
            data={"decision": decision, "company": company},
        )

    def code(self, company: str = HARBOR) -> str:
        """A fresh authorization code."""
        answer = self.decide(company=company)
        assert answer.status_code == 302, answer.text
        return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]

    def ask_token(self, **fields: str) -> requests.Response:
        """Ask the token endpoint with the app's credentials."""
        sent = {"client_id": self.app[0], "client_secret": self.app[1], **fields}
        return self.send("POST", "/oauth/token", json=sent)

    def exchange(self, code: str, **fields: str) -> requests.Response:
        """Exchange a code."""
        asked = {"grant_type": "authorization_code", "redirect_uri": REDIRECT_URI, "code": code}
        return self.ask_token(**{**asked, **fields})

    def refresh(self, refresh_token: str) -> requests.Response:
        """Refresh."""
        return self.ask_token(grant_type="refresh_token", refresh_token=refresh_token)

    def connect(self, company: str = HARBOR) -> Any:
        """Consent and exchange; the token answer."""
        answer = self.exchange(self.code(company))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def as_company(self, company: str = HARBOR) -> Caller:
        """The same host with a token for one company."""
        return self.with_token(self.connect(company)["access_token"])

    def as_app(self) -> Caller:
        """The same host with a token of the app itself."""
        answer = self.ask_token(grant_type="system_access")
        assert answer.status_code == 200, answer.text
        return self.with_token(answer.json()["access_token"])

    def person_does(self, kind: str, key: str, **body: Any) -> Any:
        """Let a person at Gusto change a record."""
        return self.sandbox.control("PUT", f"gusto/{kind}/{key}", body)

    def switch(self, name: str, value: str) -> None:
        """Choose one of a disputed behaviour's values."""
        self.sandbox.switch("gusto", name, value)


def assert_refused(
    answer: requests.Response, status: int, category: str, key: str = "request"
) -> None:
    """One error of the documented form."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    (error,) = answer.json()["errors"]
    assert (error["error_key"], error["category"]) == (key, category)
    assert error["message"]


def assert_grant_refused(answer: requests.Response, status: int, error: str) -> None:
    """A refusal of the OAuth endpoints, which has another form."""
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"error", "error_description"}
    assert answer.json()["error"] == error
