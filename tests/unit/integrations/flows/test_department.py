"""Deciding what an Acumatica department shall look like for one option of BambooHR's list."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from connectors.vendor import SourceRecord
from connectors.vendors.acumatica.records import Term
from connectors.vendors.bamboohr.records import ListOption
from integrations.flow import Draft, Filtered, MappingUse, MatchKey
from integrations.flows.bamboohr_to_acumatica import FLOW
from integrations.flows.bamboohr_to_acumatica.department import (
    code_of,
    creates_departments,
    to_department,
)
from integrations.mapping import Table
from integrations.standings import NOWHERE, Standing

TODAY = date(2026, 3, 2)
ABLE = frozenset({"can_create_departments"})
USE = MappingUse(1, "department", ("Legal",), {"department": "LAW"}, 1)


def table(
    *,
    abilities: frozenset[str] = ABLE,
    uses: tuple[MappingUse, ...] = (),
    ignored: frozenset[tuple[str, tuple[str, ...]]] = frozenset(),
    target_id: str = "",
    create: str = "yes",
) -> Table:
    declared = {option.name: option.default for option in FLOW.options}
    return Table(
        "northwind",
        {(use.kind, use.source_key): use for use in uses},
        ignored,
        declared | {"create_departments": create},
        lambda leg, source_id: Standing(target_id) if target_id else NOWHERE,
        abilities=abilities,
    )


def option(name: str = "Legal", *, is_archived: bool = False) -> SourceRecord:
    return SourceRecord("18251", name, ListOption("18251", name, is_archived))


def rule(record: SourceRecord, lookups: Table) -> str:
    decision = to_department(record, lookups, TODAY)
    assert isinstance(decision, Filtered)
    return decision.rule.code


def test_draws_up_a_department_under_a_code_made_of_its_name() -> None:
    drawn = to_department(option(" Legal "), table(), TODAY)
    assert isinstance(drawn, Draft)
    assert drawn.value == Term("LEGAL", "Legal")
    assert drawn.reference == "LEGAL:legal"
    assert drawn.keys == (
        MatchKey("reference", "LEGAL:legal"),
        MatchKey("description", "legal"),
    )
    assert drawn.name == "legal"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Finance", "FINANCE"),
        ("R&D", "RD"),
        ("Crédit", "CREDIT"),
        ("Legal & Compliance", "LEGALCJO3L"),
        ("legal  &  COMPLIANCE", "LEGALCJO3L"),
        ("Legal & Contracts", "LEGALCJIXK"),
        ("営業部", "WIBB"),
    ],
)
def test_makes_the_same_code_of_the_same_name(name: str, code: str) -> None:
    assert code_of(name) == code


@pytest.mark.parametrize(
    ("lookups", "code"),
    [
        (table(create="no"), "departments_not_created"),
        (table(abilities=frozenset()), "departments_not_created"),
        (table(uses=(USE,)), "department_mapped"),
        (table(ignored=frozenset({("department", ("Legal",))})), "department_ignored"),
    ],
    ids=["not wanted", "not able", "mapped", "ignored"],
)
def test_creates_none_where_it_is_not_for_us_to_do(lookups: Table, code: str) -> None:
    assert rule(option(), lookups) == code


def test_creates_none_for_an_archived_option() -> None:
    assert rule(option(is_archived=True), table()) == "department_archived"


def test_keeps_what_stands_there_whatever_is_decided_later() -> None:
    for lookups in (table(target_id="LEGAL", uses=(USE,)), table(target_id="LEGAL", create="no")):
        drawn = to_department(option(), lookups, TODAY)
        assert isinstance(drawn, Draft)


def test_needs_both_the_will_and_the_ability() -> None:
    assert creates_departments(table())
    assert not creates_departments(table(create="no"))
    assert not creates_departments(replace(table(), abilities=frozenset({"projects"})))
