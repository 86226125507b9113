"""The companies of every fault, small and connected."""

from __future__ import annotations

import pytest

from tests import posting_company
from tests.company import Company, forbidden_calls
from tests.posting_company import PostingCompany
from tests.staging import Stage, stage

__all__ = ["stage"]

PEOPLE = 30


@pytest.fixture
def company(stage: Stage) -> Company:
    """Northwind with thirty people, connected and mapped, nothing synced yet."""
    return stage.company("company", lambda sandbox: Company(sandbox, PEOPLE), forbidden_calls)


def carry(company: Company) -> None:
    """Have everybody stand at Acumatica."""
    company.sync()


@pytest.fixture
def synced(stage: Stage, company: Company) -> Company:
    """The company after its first sync."""
    stage.later(company, carry)
    return company


@pytest.fixture
def books(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> PostingCompany:
    """Harbor & Pine with twelve people, whose payrolls are posted from today on: none yet."""
    return posting_company.few(stage, monkeypatch)
