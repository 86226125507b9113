"""Somebody who may do everything in the admin, and the toy vendors."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.contract.toy.office import office
from tests.factories import make_user

__all__ = ["office"]


@pytest.fixture
def operator(db: None) -> User:
    """Somebody of the staff who may do everything."""
    return make_user()


@pytest.fixture
def browser(client: Client, operator: User) -> Client:
    """A browser in which the operator is signed in."""
    client.force_login(operator)
    return client
