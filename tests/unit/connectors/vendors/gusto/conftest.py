"""A Gusto company whose answers a test writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from connectors.transport import Door
from connectors.vendor import Account, OAuthApp, Tokens
from connectors.vendors import gusto
from connectors.vendors.gusto.client import Client
from tests.grants import MemoryGrant
from tests.unit.connectors.vendors.payloads import payload

HOST = "https://api.gusto.com"
COMPANY = "6f0c1d3e-2b6a-4c55-9d0e-5b1f7a9c2e10"
OWN = f"/v1/companies/{COMPANY}"
APP = OAuthApp("app-1", "app-secret")
APP_TOKEN = {"access_token": "app-access", "token_type": "Bearer", "expires_in": 7200}


class Vendor:
    """Answers by path; ``calls`` are the requests that came, in order."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self._mock = mock

    def answers(self, method: str, path: str, answer: Any = None, **more: Any) -> None:
        """Answer the next call of this path: JSON, or nothing but a status and headers."""
        if answer is not None:
            more["json"] = answer
        self._mock.add(method, path if "://" in path else f"{HOST}{path}", **more)

    def lets_the_app_in(self) -> None:
        """Answer the app's call for a token of its own."""
        self.answers("POST", "/oauth/token", APP_TOKEN)

    @property
    def calls(self) -> list[str]:
        """Method and path of what was asked, in order."""
        return [
            f"{call.request.method} {urlsplit(call.request.url or '').path}"
            for call in self._mock.calls
        ]

    @property
    def sent(self) -> list[Any]:
        """The requests themselves."""
        return [call.request for call in self._mock.calls]

    def query(self, place: int) -> dict[str, str]:
        """What one request asked for, by name."""
        asked = parse_qs(urlsplit(self.sent[place].url).query, keep_blank_values=True)
        return {name: values[0] for name, values in asked.items()}


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    """Refuses every call that the test did not foresee, and misses those that did not come."""
    with responses.RequestsMock() as mock:
        yield Vendor(mock)


@pytest.fixture
def client() -> Iterator[Client]:
    """A client of a connected company."""
    opened = open_client()
    yield opened
    opened.close()


def open_client(account_id: str = COMPANY, tokens: Tokens | None = None) -> Client:
    """A client of the company, or of one that is only being connected."""
    grant = MemoryGrant(tokens or Tokens("access-1", "refresh-1"))
    account = Account({"environment": "production"}, grant, APP, account_id=account_id)
    opened: Client = gusto.VENDOR.open(Door(sleep=lambda seconds: None), account)
    return opened


def body(name: str) -> Any:
    """A kept body of Gusto's."""
    return payload("gusto", name)


def refusal(category: str, key: str = "request") -> dict[str, object]:
    """The body of a refusal."""
    return {"errors": [{"error_key": key, "category": category, "message": "m"}]}


def counted(page_count: int, total_count: int) -> dict[str, str]:
    """The headers of a page."""
    return {"X-Total-Pages": str(page_count), "X-Total-Count": str(total_count)}
