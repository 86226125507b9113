"""Accounts at the sandbox, connected as a customer would, and clients that speak with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from config import clock
from connectors.auth import authorize_url, browser_url, exchange_code
from connectors.exchange import Exchange
from connectors.transport import Door
from connectors.vendor import Account, OAuthApp, Tokens, Vendor
from connectors.vendors import acumatica, bamboohr
from connectors.vendors.acumatica.client import Client as AcumaticaClient
from connectors.vendors.bamboohr.client import Client as BambooClient
from tests.conftest import Sandbox
from tests.grants import MemoryGrant

CALLBACK = "https://connector.example/connect/callback"
VERIFIER = "v" * 64
STATE = "state-of-the-test"

BAMBOOHR = {"company_domain": "northwind"}
ACUMATICA = {
    "instance_url": "https://northwind.acumatica.com",
    "endpoint": "Default",
    "version": "24.200.001",
    "extension": "MLConnector/24.200.001",
}
ACUMATICA_APP = "88358B02-A48D-A50E-F710-39C1636C30F6@Northwind"


@dataclass
class Desk:
    """Where a test connects accounts and opens clients; sees every exchange."""

    sandbox: Sandbox
    exchanges: list[Exchange] = field(default_factory=list)

    def door(self, **more: Any) -> Door:
        """The one HTTP door, led to the sandbox."""
        return Door(
            sandbox_url=self.sandbox.url,
            on_exchange=self.exchanges.append,
            sleep=lambda seconds: None,
            **more,
        )

    def code(self, vendor: Vendor, config: Mapping[str, str], app: OAuthApp) -> str:
        """The code that a consent brings back through the browser."""
        self.sandbox.switch(vendor.slug, "auto_consent", "on")
        url = authorize_url(vendor, config, app, callback(vendor), STATE, VERIFIER)
        return self._landed(browser_url(url, self.sandbox.url, vendor.slug), vendor)

    def consent(self, vendor: Vendor, config: Mapping[str, str], app: OAuthApp) -> Tokens:
        """The tokens of a consent."""
        code = self.code(vendor, config, app)
        return exchange_code(self.door(), vendor, config, app, callback(vendor), code, VERIFIER)

    def account(
        self,
        vendor: Vendor,
        config: Mapping[str, str],
        *,
        app: OAuthApp | None = None,
        secrets: Mapping[str, str] | None = None,
    ) -> Account:
        """A connected account: by consent with an app, else by the secrets of a form."""
        tokens = None if app is None else self.consent(vendor, config, app)
        grant = MemoryGrant(tokens, secrets)
        return Account(dict(config), grant, app, callback(vendor))

    def advance(self, seconds: float) -> None:
        """Jump on the clock that the sandbox and the product share."""
        self.sandbox.advance(seconds)
        clock.refresh()

    def calls(self, slug: str) -> list[str]:
        """Method and path of what the sandbox was asked, in order."""
        return [f"{row['method']} {row['path']}" for row in self.sandbox.requests(slug)]

    def _landed(self, url: str, vendor: Vendor) -> str:
        with requests.Session() as browser:
            browser.trust_env = False
            for _ in range(5):
                answer = browser.get(url, allow_redirects=False, timeout=10)
                assert answer.status_code == 302, answer.text
                url = answer.headers["Location"]
                query = parse_qs(urlsplit(url).query)
                if "code" in query:
                    assert query["state"] == [STATE]
                    return query["code"][0]
                assert "error" not in query, url
        raise AssertionError(f"{vendor.slug} brought no code back.")


def callback(vendor: Vendor) -> str:
    """Where the sandbox's registered apps send a browser back to."""
    return f"{CALLBACK}/{vendor.slug}/"


@pytest.fixture
def desk(sandbox: Sandbox) -> Iterator[Desk]:
    """A desk at a fresh sandbox; the product's clock follows the sandbox's."""
    clock.follow(sandbox.url)
    yield Desk(sandbox)
    clock.follow("")


@pytest.fixture
def bamboohr_app() -> OAuthApp:
    """The app that the sandbox has registered at BambooHR."""
    return OAuthApp("ml-connector-sandbox", "sandbox-secret-bamboohr")


@pytest.fixture
def acumatica_app() -> OAuthApp:
    """The app that the sandbox has registered at Acumatica."""
    return OAuthApp(ACUMATICA_APP, "sandbox-secret-acumatica")


Open = Callable[..., Any]


@pytest.fixture
def open_bamboohr(desk: Desk, bamboohr_app: OAuthApp) -> Iterator[Open]:
    """Opens clients of BambooHR: by consent, or with an API key."""
    with ExitStack() as opened:

        def open_client(api_key: str = "", **door: Any) -> BambooClient:
            account = desk.account(
                bamboohr.VENDOR,
                BAMBOOHR,
                app=None if api_key else bamboohr_app,
                secrets={"api_key": api_key} if api_key else None,
            )
            client: BambooClient = bamboohr.VENDOR.open(desk.door(**door), account)
            opened.callback(client.close)
            return client

        yield open_client


@pytest.fixture
def open_acumatica(desk: Desk, acumatica_app: OAuthApp) -> Iterator[Open]:
    """Opens clients of Acumatica: by consent, or with a user's log-in."""
    with ExitStack() as opened:

        def open_client(password: str = "", **config: str) -> AcumaticaClient:
            account = desk.account(
                acumatica.VENDOR,
                {**ACUMATICA, **config},
                app=None if password else acumatica_app,
                secrets={"password": password} if password else None,
            )
            client: AcumaticaClient = acumatica.VENDOR.open(desk.door(), account)
            opened.callback(client.close)
            return client

        yield open_client
