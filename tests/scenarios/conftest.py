"""The companies of every scenario, small and connected."""

from __future__ import annotations

import pytest

from tests import payroll_company, posting_company
from tests.company import Company, forbidden_calls
from tests.payroll_company import PayrollCompany
from tests.posting_company import PostingCompany
from tests.staging import Stage, stage

__all__ = ["stage"]

PEOPLE = 30
"""With so many there is a payroll of every kind in the weeks before today."""


@pytest.fixture
def company(stage: Stage) -> Company:
    """Northwind with thirty people, connected and mapped, nothing synced yet."""
    return stage.company("company", lambda sandbox: Company(sandbox, PEOPLE), forbidden_calls)


@pytest.fixture
def harbor(stage: Stage) -> PayrollCompany:
    """Harbor & Pine with thirty people, connected and mapped, nothing synced yet."""
    return stage.company(
        "harbor", lambda sandbox: PayrollCompany(sandbox, PEOPLE), payroll_company.forbidden_calls
    )


@pytest.fixture
def books(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> PostingCompany:
    """Harbor & Pine with twelve people, whose payrolls are posted from today on: none yet."""
    return posting_company.few(stage, monkeypatch)


@pytest.fixture
def full_books(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> PostingCompany:
    """The same with thirty people and a payroll of every kind."""
    return posting_company.staged(
        stage, monkeypatch, "full books", lambda sandbox: PostingCompany(sandbox, PEOPLE)
    )
