"""Acumatica's accounts, periods and journals as frozen values."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from connectors.errors import ContractError, Effect
from connectors.values import ABSENT
from connectors.vendors.acumatica import ledger_operations as operations
from connectors.vendors.acumatica.journal_records import (
    Journal,
    JournalKey,
    JournalRow,
    parse_journal,
    parse_journals,
)
from connectors.vendors.acumatica.ledger_records import (
    Account,
    Module,
    parse_accounts,
    parse_periods,
    parse_subaccounts,
)
from connectors.vendors.acumatica.periods import first_open_day, in_order, period_on
from tests.unit.connectors.vendors.acumatica.answers import answer, body

BATCH = Journal(
    key=JournalKey("GL", "GL00001234"),
    status="Balanced",
    is_on_hold=False,
    reference="GUSTO 7e2c1f0a-52f1-4a9e-9b5c-0f6b6a1d2e3f r1",
    note="Payroll of February",
    date_on=date(2026, 2, 15),
    period="022026",
    branch="HEADOFFICE",
    ledger="ACTUAL",
    currency="USD",
    debit_total=Decimal("10000.00"),
    credit_total=Decimal("10000.00"),
    lines=(
        JournalRow(
            row_id="a1",
            line_number=1,
            branch="HEADOFFICE",
            account="60100",
            subaccount="110000",
            debit=Decimal("10000.00"),
            credit=Decimal("0.00"),
            description="Gross wages",
            reference="GABCDEFGHIJKLMN",
            project="X",
        ),
        JournalRow(
            row_id="a2",
            line_number=2,
            branch="HEADOFFICE",
            account="10250",
            subaccount="",
            debit=Decimal("0.00"),
            credit=Decimal("10000.00"),
            description="",
            reference="GABCDEFGHIJKLMN",
            project="",
        ),
    ),
    created_at=datetime(2026, 2, 15, 10, 47, 41, 170000, timezone(timedelta(hours=-5))),
    modified_at=None,
)


def read(content: Any) -> Journal:
    return parse_journal(answer(content, operation=operations.CREATE_JOURNAL))


def test_reads_a_journal_with_its_lines_and_totals() -> None:
    found = read(body("journal"))
    assert found == BATCH
    assert [str(row.credit) for row in found.lines or ()] == ["0.00", "10000.00"]
    assert (found.is_releasable, found.is_released) == (True, False)


def test_tells_what_a_list_did_not_show() -> None:
    row = {name: part for name, part in body("journal").items() if name != "Details"}
    (found,) = parse_journals(answer([{**row, "custom": {}}], operation=operations.FIND_JOURNALS))
    assert (found.lines, found.debit_total, found.credit_total) == (ABSENT, ABSENT, ABSENT)


@pytest.mark.parametrize(
    ("status", "is_on_hold", "is_releasable", "is_released"),
    [
        ("On Hold", True, False, False),
        ("Balanced", False, True, False),
        ("Balanced", True, False, False),
        ("Unposted", False, False, True),
        ("Posted", False, False, True),
        ("Void", False, False, False),
        ("Pending Approval", False, False, False),
    ],
)
def test_knows_which_journals_count(
    status: str, is_on_hold: bool, is_releasable: bool, is_released: bool
) -> None:
    content = {**body("journal"), "Status": {"value": status}, "Hold": {"value": is_on_hold}}
    found = read(content)
    assert (found.is_releasable, found.is_released) == (is_releasable, is_released)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BatchNbr", {}),
        ("Status", {}),
        ("PostPeriod", {}),
        ("Hold", {"value": "no"}),
        ("Details", {}),
        ("Details", [{"id": "a1", "LineNbr": {"value": "1"}}]),
        ("custom", {"BatchModule": {"CuryDebitTotal": {"value": "a lot"}}}),
        ("custom", []),
    ],
)
def test_takes_no_broken_journal(name: str, value: Any) -> None:
    with pytest.raises(ContractError) as caught:
        read({**body("journal"), name: value})
    assert caught.value.effect is Effect.UNKNOWN


@pytest.mark.parametrize("value", [True, "1e3", "ten", {"a": 1}])
def test_takes_nothing_else_for_an_amount(value: Any) -> None:
    content = body("journal")
    content["Details"][0]["DebitAmount"] = {"value": value}
    if value == "1e3":
        assert (read(content).lines or ())[0].debit == Decimal(1000)
    else:
        with pytest.raises(ContractError):
            read(content)


def test_keeps_a_fraction_of_a_cent_that_somebody_entered() -> None:
    content = body("journal")
    content["Details"][0]["DebitAmount"] = {"value": "0.005"}
    assert (read(content).lines or ())[0].debit == Decimal("0.005")


def test_writes_and_reads_the_key_of_a_journal() -> None:
    assert str(BATCH.key) == "GL/GL00001234"
    assert JournalKey.parse("GL/GL00001234") == BATCH.key
    for text in ("GL00001234", "/GL00001234", "GL/"):
        with pytest.raises(ValueError, match="module"):
            JournalKey.parse(text)


def test_reads_accounts_with_what_keeps_lines_away() -> None:
    payable, euro = parse_accounts(answer(body("accounts"), operation=operations.READ_ACCOUNTS))
    assert payable == Account(
        code="20000",
        title="Accounts Payable",
        type="Liability",
        is_active=True,
        control_module="AP",
        allows_manual_entry=False,
        currency="",
        requires_units=False,
        is_cash=False,
        account_group="",
    )
    assert (euro.currency, euro.is_cash, euro.control_module) == ("EUR", True, "")


def test_takes_no_subaccount_without_a_code() -> None:
    with pytest.raises(ContractError):
        parse_subaccounts(answer([{"SubaccountCD": {}}], operation=operations.READ_SUBACCOUNTS))


def test_reads_periods_in_order_whose_end_is_the_day_after() -> None:
    shown = parse_periods(answer(body("periods"), operation=operations.READ_PERIODS))
    january, february = in_order(shown)
    assert (january.id, january.starts_on, january.ends_on) == (
        "012026",
        date(2026, 1, 1),
        date(2026, 1, 31),
    )
    assert (february.id, february.ends_on) == ("022026", date(2026, 2, 28))
    assert (january.is_open(Module.GL), february.is_open(Module.GL)) == (False, True)
    assert not february.is_open(Module.AP)
    periods = (january, february)
    assert period_on(periods, date(2026, 2, 1)) == february
    assert period_on(periods, date(2026, 1, 31)) == january
    assert period_on(periods, date(2026, 3, 1)) is None
    assert first_open_day(periods, Module.GL, date(2026, 1, 15)) == date(2026, 2, 1)
    assert first_open_day(periods, Module.GL, date(2026, 2, 15)) == date(2026, 2, 15)
    assert first_open_day(periods, Module.AP, date(2026, 1, 15)) is None


def test_takes_no_period_without_its_days() -> None:
    content = body("periods")
    content[0]["Details"][0]["EndDate"] = {}
    with pytest.raises(ContractError):
        parse_periods(answer(content, operation=operations.READ_PERIODS))
