"""How payroll journals are referred to, and what there is to map and to choose for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.vendor import TermValue
from connectors.vendors.acumatica.journal_drafts import line_reference
from integrations.flows.gusto_to_acumatica.coding import clean_mask
from integrations.flows.gusto_to_acumatica.payroll_choices import (
    PAYROLL_MAPPINGS,
    PAYROLL_OPTIONS,
    component_terms,
    place_terms,
)
from integrations.flows.gusto_to_acumatica.reasons_payrolls import PAYROLL_REASONS
from integrations.flows.gusto_to_acumatica.references import Reference
from integrations.flows.gusto_to_acumatica.split import SplitBy
from tests.unit.integrations.flows.gusto_payrolls import ID, drawn, payroll
from tests.unit.integrations.flows.test_gusto_payroll_kinds import DANA, PLANS, WITHHELD


def test_refers_to_a_journal_its_reversal_and_the_next_one() -> None:
    first = Reference(ID)
    assert str(first) == f"GUSTO {ID} r1"
    assert str(first.reversal) == f"GUSTO {ID} v1"
    assert str(first.reversal.next) == str(first.next) == f"GUSTO {ID} r2"
    assert len(line_reference(str(first))) == 15


@pytest.mark.parametrize("reference", [Reference(ID), Reference(ID, 12, is_reversal=True)])
def test_reads_its_own_references(reference: Reference) -> None:
    assert Reference.parse(str(reference)) == reference


@pytest.mark.parametrize(
    "text",
    ["", f"GUSTO {ID}", f"GUSTO {ID} r0", f"GUSTO {ID} r1 ", f"gusto {ID} r1", f"x GUSTO {ID} r1"],
)
def test_takes_nothing_else_for_a_reference(text: str) -> None:
    assert Reference.parse(text) is None


def test_makes_two_rows_of_a_benefit_and_none_of_an_employee_s_tax() -> None:
    listed = (
        TermValue("benefit:401(k)", "401(k) (benefits)"),
        TermValue("earning:Bonus", "Bonus (earnings)", is_active=False),
        TermValue("employee_tax:FICA", "FICA (employee taxes)"),
        TermValue("total:hidden_benefits", "Benefits that the connection may not see"),
    )
    terms = {term.key: term for term in component_terms(listed)}
    assert [key for key in terms if key.endswith("401(k)")] == [
        "contribution:401(k)",
        "benefit:401(k)",
    ]
    assert terms["earning:Bonus"].is_active is False
    assert "employee_tax:FICA" not in terms
    assert "total:hidden_benefits" not in terms


def test_offers_a_default_for_each_section_and_a_row_for_each_bank_movement() -> None:
    keys = [term.key for term in component_terms(())]
    assert [key for key in keys if key.endswith(":*")] == [
        "earning:*",
        "employer_tax:*",
        "contribution:*",
        "reimbursement:*",
        "benefit:*",
        "deduction:*",
        "total:*",
    ]
    assert [key for key in keys if key.startswith("total:")][:-1] == [
        "total:net_pay_debit",
        "total:check_amount",
        "total:tax_debit",
        "total:reimbursement_debit",
        "total:reimbursements_by_check",
        "total:child_support_debit",
        "total:unnamed_earnings",
        "total:owners_draw",
        "total:deferred_payroll_taxes",
        "total:employee_cash_tips",
    ]


def test_offers_a_row_for_whatever_a_journal_asks() -> None:
    journal = drawn(payroll([replace(DANA, benefits=PLANS, deductions=WITHHELD)]))
    listed = (
        TermValue("benefit:401(k)", ""),
        TermValue("benefit:Medical Insurance", ""),
        TermValue("benefit:Group Term Life", ""),
        TermValue("deduction:Company loan", ""),
        TermValue("earning:Regular Hours", ""),
        TermValue("employer_tax:FUTA", ""),
        TermValue("employer_tax:Social Security", ""),
    )
    offered = {term.key for term in component_terms(listed)}
    assert {line.component.key for line in journal.lines} <= offered


def test_offers_the_departments_and_the_default_of_those_without_one() -> None:
    terms = place_terms(["Advisory", "Advisory"], SplitBy.DEPARTMENT)
    assert [(term.key, term.title) for term in terms] == [
        ("Advisory", "Advisory"),
        ("*", "No department: people without one, and the company's own taxes"),
    ]


def test_takes_a_mask_with_an_open_place_or_none() -> None:
    assert clean_mask(" ???000 ") == "???000"
    assert clean_mask("") == ""
    with pytest.raises(ValueError, match="for each place that is filled in"):
        clean_mask("110000")


def test_declares_each_choice_and_each_reason_once() -> None:
    for names in (
        [option.name for option in PAYROLL_OPTIONS],
        [kind.kind for kind in PAYROLL_MAPPINGS],
        [reason.code for reason in PAYROLL_REASONS],
    ):
        assert len(names) == len(set(names))
    for option in PAYROLL_OPTIONS:
        assert not option.choices or option.default in option.choices
        assert option.clean is None or option.clean(option.default) == option.default


def test_names_the_row_that_stands_in_for_each_component() -> None:
    """What the page of an integration calls complete rests on it."""
    listed = [TermValue("earning:Bonus", "Bonus"), TermValue("benefit:401(k)", "401(k)")]
    terms = {term.key: term for term in component_terms(listed)}
    assert terms["earning:Bonus"].parent == "earning:*"
    assert terms["contribution:401(k)"].parent == "contribution:*"
    assert terms["total:owners_draw"].parent == ""
    assert all(term.parent in ("", *terms) for term in terms.values())
