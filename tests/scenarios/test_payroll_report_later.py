"""A ledger report that Gusto takes its time to make: looked for again, never asked for twice."""

from __future__ import annotations

import pytest

from connectors.transport import Session
from integrations.engine import plans
from integrations.models import Record
from tests.posting_company import PostingCompany


def test_looks_for_a_report_again_instead_of_asking_twice(
    books: PostingCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Session, "wait", lambda session, seconds: None)
    payroll_id = books.pay()
    books.look()
    assert books.state(payroll_id) == Record.State.FAILED
    assert "report" in books.said(payroll_id)
    assert books.ledger_writes() == []
    assert books.paid(payroll_id).memo
    books.advance(seconds=60)
    books.drain()
    assert books.paid(payroll_id).memo == ""
    books.wait_out()
    assert books.standing(payroll_id) == ["r1 Posted"]
    assert books.calls("gusto").count("POST general_ledger") == 1


def test_previews_a_payroll_whose_report_takes_a_while(
    books: PostingCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first look comes too early; a preview stays with the report that it has asked for."""
    looks = iter([0.0] * 6)
    monkeypatch.setattr(
        Session, "wait", lambda session, seconds: books.advance(seconds=next(looks, seconds))
    )
    payroll_id = books.pay()
    plan = plans.keep(books.fresh(), books.payroll_leg, None)
    assert books.line_of(plan, payroll_id)["steps"] == ["enter", "release"]
    assert books.calls("gusto").count("POST general_ledger") == 1
