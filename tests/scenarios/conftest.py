"""The stage of every scenario: a small connected company in the sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from config import clock
from tests import payroll_company
from tests.company import Company, forbidden_calls
from tests.conftest import Sandbox
from tests.payroll_company import PayrollCompany

PEOPLE = 30


@pytest.fixture
def company(sandbox: Sandbox, transactional_db: None, settings: Settings) -> Iterator[Company]:
    """Northwind with thirty people, connected and mapped, nothing synced yet."""
    settings.SANDBOX_URL = sandbox.url
    settings.PUBLIC_URL = "https://connector.example"
    yield Company(sandbox, PEOPLE)
    clock.follow("")
    assert forbidden_calls(sandbox) == []


@pytest.fixture
def harbor(
    sandbox: Sandbox, transactional_db: None, settings: Settings
) -> Iterator[PayrollCompany]:
    """Harbor & Pine with thirty people, connected and mapped, nothing synced yet."""
    settings.SANDBOX_URL = sandbox.url
    settings.PUBLIC_URL = "https://connector.example"
    yield PayrollCompany(sandbox, PEOPLE)
    clock.follow("")
    assert payroll_company.forbidden_calls(sandbox) == []
