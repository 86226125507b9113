"""The callers that the case tests speak with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.connectors.sandbox.gusto.caller import DEMO_HOST, PEOPLE, Caller
from tests.unit.connectors.sandbox.gusto.hooks import Receiver, receiving


@pytest.fixture
def stranger(sandbox: Any) -> Iterator[Caller]:
    """Gusto's production host, without a token; a company small enough for a quick look."""
    sandbox.reset(people=PEOPLE)
    caller = Caller(sandbox)
    with caller.session:
        yield caller


@pytest.fixture
def harbor(stranger: Caller) -> Caller:
    """The same with a token for the first company."""
    return stranger.as_company()


@pytest.fixture
def app(stranger: Caller) -> Caller:
    """The same with a token of the app itself."""
    return stranger.as_app()


@pytest.fixture
def demo(sandbox: Any) -> Iterator[Caller]:
    """Gusto's demo host, without a token."""
    caller = Caller(sandbox, DEMO_HOST)
    with caller.session:
        yield caller


@pytest.fixture
def receiver(sandbox: Any) -> Iterator[Receiver]:
    """A webhook endpoint at https://connector.example."""
    with receiving(sandbox) as receiver:
        yield receiver
