"""The toy vendors and their flow, added by path as third parties add theirs."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.contract.toy.house import House
from tests.contract.toy.office import Office, office

__all__ = ["office"]


@pytest.fixture
def house(office: Office, client: Client, transactional_db: None) -> House:
    """Two connected toy vendors; nothing is read or mapped yet."""
    return House(office, client)
