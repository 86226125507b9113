"""On which day a payroll belongs in the ledger, and which payrolls are carried at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from connectors.vendors.gusto.payroll_records import Kind
from integrations.flow import Filtered, Held, Waiting
from integrations.flows.gusto_to_acumatica.dates import (
    clean_day,
    entry_day,
    is_on_or_after_start,
)
from integrations.flows.gusto_to_acumatica.payroll_scope import out_of_scope
from tests.unit.integrations.flows.gusto_payrolls import payroll, table
from tests.unit.integrations.flows.test_gusto_payroll_kinds import DANA

PAID = payroll([DANA])


@pytest.mark.parametrize(
    ("chosen", "day"),
    [
        ("check date", date(2026, 11, 13)),
        ("end of pay period", date(2026, 11, 8)),
        ("debit date", date(2026, 11, 12)),
    ],
)
def test_dates_a_payroll_by_the_chosen_day(chosen: str, day: date) -> None:
    dated = entry_day(PAID, table(entry_date=chosen))
    assert (dated.on, dated.remark) == (day, None)


@pytest.mark.parametrize(
    ("chosen", "without", "code"),
    [
        ("end of pay period", {"period_from": None, "period_to": None}, "payroll_without_period"),
        ("debit date", {"debit_on": None}, "payroll_without_debit_date"),
    ],
)
def test_takes_the_check_date_where_there_is_no_such_day_and_says_so(
    chosen: str, without: dict[str, None], code: str
) -> None:
    one = replace(PAID, **without)  # type: ignore[arg-type]  # days that are not there
    dated = entry_day(one, table(entry_date=chosen))
    assert dated.on == date(2026, 11, 13)
    assert dated.remark is not None
    assert dated.remark.code == code


def test_carries_a_payroll_of_the_start_date_itself_by_its_day_in_the_ledger() -> None:
    assert is_on_or_after_start(PAID, table(start_date="2026-11-13")) is True
    assert is_on_or_after_start(PAID, table(start_date="2026-11-14")) is False
    by_period = table(start_date="2026-11-13", entry_date="end of pay period")
    assert is_on_or_after_start(PAID, by_period) is False
    assert is_on_or_after_start(PAID, table(start_date="")) is None


def test_filters_a_payroll_from_before_the_start() -> None:
    decision = out_of_scope(PAID, table(start_date="2026-11-14"))
    assert isinstance(decision, Filtered)
    assert decision.rule.sentence == (
        "The payroll belongs on 2026-11-13, before the start date 2026-11-14."
    )


def test_lets_a_payroll_of_the_start_date_itself_in() -> None:
    assert out_of_scope(PAID, table(start_date="2026-11-13")) is None


def test_posts_nothing_while_no_start_date_is_chosen() -> None:
    decision = out_of_scope(PAID, table(start_date=""))
    assert isinstance(decision, Held)
    assert [reason.code for reason in decision.reasons] == ["no_start_date"]


def test_waits_until_gusto_has_processed_the_payroll() -> None:
    decision = out_of_scope(replace(PAID, is_processed=False), table())
    assert isinstance(decision, Waiting)
    assert decision.reason.code == "payroll_not_processed"


def test_holds_a_payroll_that_gusto_could_not_process() -> None:
    decision = out_of_scope(replace(PAID, is_processed=False, has_failed=True), table())
    assert isinstance(decision, Held)
    assert [reason.code for reason in decision.reasons] == ["payroll_processing_failed"]


def test_never_posts_an_external_payroll_in_whatever_state() -> None:
    decision = out_of_scope(replace(PAID, kind=Kind.EXTERNAL, is_processed=False), table())
    assert isinstance(decision, Filtered)
    assert decision.rule.code == "payroll_external"


def test_carries_a_regular_and_an_off_cycle_payroll() -> None:
    assert out_of_scope(PAID, table()) is None
    assert out_of_scope(replace(PAID, kind=Kind.OFF_CYCLE), table()) is None


def test_takes_a_start_date_as_a_day_alone() -> None:
    assert clean_day(" 2026-01-31 ") == "2026-01-31"
    assert clean_day("") == ""
    with pytest.raises(ValueError, match="write a day like 2026-01-31"):
        clean_day("31.01.2026")
