"""A BambooHR account whose answers a test writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import responses

from connectors.transport import Door
from connectors.vendors import bamboohr
from connectors.vendors.bamboohr.client import Client
from tests.grants import account
from tests.unit.connectors.vendors.payloads import payload

HOST = "https://northwind.bamboohr.com"


class Vendor:
    """Answers by path; ``calls`` are the requests that came, in order."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self._mock = mock

    def answers(self, method: str, path: str, body: Any = None, **more: Any) -> None:
        """Answer the next call of this path: JSON, or nothing but a status and headers."""
        if body is not None:
            more["json"] = body
        self._mock.add(method, f"{HOST}{path}", **more)

    @property
    def calls(self) -> list[str]:
        """Method, path and query of what was asked, in order."""
        return [f"{call.request.method} {call.request.url}" for call in self._mock.calls]

    @property
    def sent(self) -> list[Any]:
        """The requests themselves."""
        return [call.request for call in self._mock.calls]


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    """Refuses every call that the test did not foresee, and misses those that did not come."""
    with responses.RequestsMock() as mock:
        yield Vendor(mock)


@pytest.fixture
def client() -> Iterator[Client]:
    """A client that came in by OAuth."""
    opened = open_client()
    yield opened
    opened.close()


def open_client(**more: Any) -> Client:
    """A client of the company northwind."""
    door = Door(sleep=lambda seconds: None)
    opened: Client = bamboohr.VENDOR.open(door, account({"company_domain": "northwind"}, **more))
    return opened


def body(name: str) -> Any:
    """A kept body of BambooHR's."""
    return payload("bamboohr", name)
