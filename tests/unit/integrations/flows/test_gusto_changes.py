"""What becomes of a journal when Gusto cancels its payroll, or runs it again otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from connectors.vendors.gusto.payroll_records import Payroll
from integrations.flows.gusto_to_acumatica.changes import (
    ChangeKind,
    Remedy,
    compare,
    fingerprint_of,
    snapshot_of,
)
from integrations.flows.gusto_to_acumatica.references import Reference
from tests.unit.integrations.flows.gusto_payrolls import ID, payroll, table
from tests.unit.integrations.flows.test_gusto_payroll_kinds import (
    DANA,
    LEE,
    WITHHELD,
    earned,
)

REFERENCE = Reference(ID)
PAID = payroll([DANA, LEE])
POSTED = snapshot_of(PAID, table())
RAISED = payroll([replace(DANA, earnings=(*DANA.earnings, earned("Bonus", "10.00"))), LEE])
MOVED = replace(PAID, check_on=PAID.check_on + timedelta(days=3))
CANCELLED = replace(PAID, is_processed=False)


def test_leaves_an_unchanged_payroll_alone() -> None:
    for is_released in (False, True):
        change = compare(POSTED, PAID, is_released=is_released)
        assert (change.kinds, change.remedy) == ((), Remedy.NOTHING)
        assert change.reasons(REFERENCE) == ()


@pytest.mark.parametrize(
    ("now", "kinds"),
    [
        (RAISED, (ChangeKind.AMOUNTS,)),
        (MOVED, (ChangeKind.DATE,)),
        (replace(RAISED, check_on=MOVED.check_on), (ChangeKind.AMOUNTS, ChangeKind.DATE)),
    ],
)
def test_corrects_what_is_not_released_and_asks_a_person_about_what_is(
    now: Payroll, kinds: tuple[ChangeKind, ...]
) -> None:
    before = compare(POSTED, now, is_released=False)
    assert (before.kinds, before.remedy, before.reasons(REFERENCE)) == (kinds, Remedy.CORRECT, ())
    after = compare(POSTED, now, is_released=True)
    assert (after.kinds, after.remedy) == (kinds, Remedy.REVERSE_AND_POST)
    assert len(after.reasons(REFERENCE)) == len(kinds)


def test_tells_both_sums_apart_from_the_reason() -> None:
    change = compare(POSTED, RAISED, is_released=True)
    assert (change.posted.total, change.total_now) == (Decimal("6700.17"), Decimal("6710.17"))
    (reason,) = change.reasons(REFERENCE)
    assert reason.sentence == (
        "The payroll has other amounts than when its journal "
        "GUSTO 0d6f0a52-1c7e-4b0b-9a55-2f5f3f0f8a01 r1 was released."
    )
    assert reason.remedy == "Compare both sums, then choose: reverse and post anew."
    assert "67" not in f"{reason.as_json()}".replace(ID, "")
    assert "6700" not in repr(change)


def test_names_both_days_when_the_check_date_moved() -> None:
    (reason,) = compare(POSTED, MOVED, is_released=True).reasons(REFERENCE)
    assert reason.sentence == (
        "The payroll moved from 2026-11-13 to 2026-11-16 after its journal "
        "GUSTO 0d6f0a52-1c7e-4b0b-9a55-2f5f3f0f8a01 r1 was released."
    )


@pytest.mark.parametrize("now", [None, CANCELLED, payroll([])])
def test_removes_the_journal_of_a_cancelled_payroll_and_reverses_a_released_one_on_a_word(
    now: Payroll | None,
) -> None:
    before = compare(POSTED, now, is_released=False)
    assert (before.kinds, before.remedy) == ((ChangeKind.CANCELLED,), Remedy.REMOVE)
    after = compare(POSTED, now, is_released=True)
    assert (after.remedy, after.total_now) == (Remedy.REVERSE, Decimal("0.00"))
    assert [reason.code for reason in after.reasons(REFERENCE)] == ["payroll_cancelled_later"]


def test_knows_a_cancelled_payroll_by_its_row_in_the_list() -> None:
    row = replace(CANCELLED, totals=None, paychecks=(), is_whole=False)
    assert compare(POSTED, row, is_released=False).remedy is Remedy.REMOVE


def test_compares_a_processed_payroll_only_as_a_whole() -> None:
    row = replace(PAID, paychecks=(), is_whole=False)
    with pytest.raises(ValueError, match="read it with all its pages"):
        compare(POSTED, row, is_released=True)


def test_does_not_take_a_changed_option_for_a_changed_payroll() -> None:
    by_period = snapshot_of(PAID, table(entry_date="end of pay period"))
    assert by_period.on == date(2026, 11, 8)
    assert compare(by_period, PAID, is_released=True).remedy is Remedy.NOTHING
    assert compare(by_period, MOVED, is_released=True).remedy is Remedy.NOTHING
    withheld = payroll([replace(DANA, deductions=WITHHELD)])
    posted = snapshot_of(withheld, table(child_support_names="Child support"))
    later = snapshot_of(withheld, table(child_support_names="alimony"))
    assert posted == later


def test_notices_what_moved_between_two_components_of_the_same_total() -> None:
    renamed = replace(DANA, earnings=(earned("Overtime", "3846.15"),))
    change = compare(snapshot_of(payroll([DANA]), table()), payroll([renamed]), is_released=False)
    assert change.kinds == (ChangeKind.AMOUNTS,)
    assert change.posted.total == change.total_now


def test_does_not_depend_on_the_order_of_people() -> None:
    assert fingerprint_of(payroll([DANA, LEE])) == fingerprint_of(payroll([LEE, DANA]))


def test_reversed_payrolls_have_a_sum_below_zero() -> None:
    turned = replace(DANA, earnings=(earned("Regular Hours", "-100.00"),), taxes=())
    assert snapshot_of(payroll([turned]), table()).total == Decimal("-100.00")
