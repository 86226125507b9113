"""The account that the case tests speak with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.connectors.sandbox.bamboohr.account import Account, Receiver, receiving


@pytest.fixture
def account(sandbox: Any) -> Iterator[Account]:
    """Northwind, without a credential."""
    account = Account(sandbox)
    with account.session:
        yield account


@pytest.fixture
def admin(account: Account) -> Account:
    """Northwind with the HR administrator's API key."""
    return account.as_user()


@pytest.fixture
def receiver(sandbox: Any) -> Iterator[Receiver]:
    """A webhook endpoint at https://connector.example."""
    with receiving(sandbox) as receiver:
        yield receiver
