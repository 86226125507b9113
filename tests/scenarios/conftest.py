"""The stage of every scenario: a small connected company in the sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from config import clock
from tests import payroll_company, posting_company
from tests.company import Company, forbidden_calls
from tests.conftest import Sandbox
from tests.payroll_company import PayrollCompany
from tests.posting_company import PostingCompany

PEOPLE = 30
FEW_PEOPLE = 12
"""So few have only ordinary payrolls; with more there is one of every kind."""


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


@pytest.fixture
def books(
    sandbox: Sandbox,
    transactional_db: None,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[PostingCompany]:
    """Harbor & Pine with twelve people, whose payrolls are posted from today on: none yet."""
    settings.SANDBOX_URL = sandbox.url
    settings.PUBLIC_URL = "https://connector.example"
    company = PostingCompany(sandbox, FEW_PEOPLE)
    company.clear_what_is_ahead()
    company.pass_time_instead_of_waiting(monkeypatch)
    yield company
    clock.follow("")
    assert posting_company.forbidden_calls(sandbox) == []


@pytest.fixture
def full_books(
    sandbox: Sandbox,
    transactional_db: None,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[PostingCompany]:
    """The same with thirty people and a payroll of every kind in the weeks before today."""
    settings.SANDBOX_URL = sandbox.url
    settings.PUBLIC_URL = "https://connector.example"
    company = PostingCompany(sandbox, PEOPLE)
    company.pass_time_instead_of_waiting(monkeypatch)
    yield company
    clock.follow("")
    assert posting_company.forbidden_calls(sandbox) == []
