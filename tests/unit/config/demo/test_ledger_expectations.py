"""The demo's judge of payrolls: reckons by hand's figures, and notices every planted fault."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from config.demo.expectations import Batch, expected_batches, journal_faults, journals_of
from tests.unit.config.demo import books


def judged(payroll: Any, *journals: Any) -> list[str]:
    """What the judge says of a ledger with these batches."""
    acumatica = books.acumatica(*journals)
    return journal_faults([wanted(payroll)], journals_of(acumatica))


def wanted(payroll: Any) -> Batch:
    """What shall stand for a payroll."""
    (found,) = expected_batches(
        books.gusto(payroll), books.acumatica(), books.DECISIONS, books.START_ON, books.NOW
    )
    return found


def test_reckons_the_payroll_that_was_balanced_by_hand() -> None:
    batch = wanted(books.payroll())
    assert (batch.why, batch.total, batch.cost) == (
        "released",
        Decimal("8440.50"),
        Decimal("8440.50"),
    )
    assert judged(books.payroll(), books.journal()) == []


def without_a_cent(number: int, side: int) -> Any:
    """The lines, one of which has a cent less."""
    lines = [list(line) for line in books.LINES]
    lines[number][side] = str(Decimal(lines[number][side]) - Decimal("0.01"))
    return lines


def moved(number: int, **to: str) -> Any:
    """The lines, one of which stands elsewhere."""
    lines = [list(line) for line in books.LINES]
    lines[number][0] = to.get("account", lines[number][0])
    lines[number][1] = to.get("subaccount", lines[number][1])
    return lines


@pytest.mark.parametrize(
    ("journals", "said"),
    [
        ([], "stands there 0 times"),
        ([books.journal(), books.journal()], "stands there 2 times"),
        ([books.journal(Status="Balanced")], "released is False and shall be True"),
        ([books.journal(TransactionDate="2026-11-14")], "date is 2026-11-14"),
        ([books.journal(BranchID="WEST")], "branch is WEST"),
        ([books.journal(lines=without_a_cent(0, 2))], "debits is 8440.49"),
        ([books.journal(lines=without_a_cent(14, 3))], "credits is 8440.49"),
        ([books.journal(lines=moved(3, account="100"))], "110 / 00 is 0.00 and shall be 171.00"),
        ([books.journal(lines=moved(5, subaccount="00"))], "120 / 01 is 0.00 and shall be 418.58"),
        ([books.journal(lines=moved(9, account="300"))], "costs is 8354.10"),
        (
            [books.journal(), books.journal(Description=f"{books.REFERENCE[:-1]}2")],
            "r2, for nothing",
        ),
        ([books.journal(), books.journal(Description=None)], "as None, for nothing"),
    ],
)
def test_notices_each_planted_fault(journals: list[Any], said: str) -> None:
    found = judged(books.payroll(), *journals)
    assert found
    assert said in " ".join(found)


@pytest.mark.parametrize(
    ("payroll", "why"),
    [
        (books.payroll(external=True), "external"),
        (books.payroll(processed=False), "not processed"),
        (books.payroll(check_date="2026-11-09"), "before the start"),
        (books.payroll(totals=books.totals(), employee_compensations={}), "of nothing"),
    ],
)
def test_wants_no_batch_for_what_is_not_posted(payroll: Any, why: str) -> None:
    assert judged(payroll) == []
    assert judged(payroll, books.journal()) == [f"{books.REFERENCE} ({why}) must not stand there."]


@pytest.mark.parametrize(
    ("deadline", "entered", "released"),
    [
        ("2026-11-18T00:00:00Z", False, True),
        ("2026-11-19T23:00:00Z", True, True),
        ("2026-11-20T23:00:00Z", True, False),
    ],
)
def test_wants_a_release_once_gusto_can_no_longer_cancel(
    deadline: str, entered: bool, released: bool
) -> None:
    payroll = books.payroll(payroll_deadline=deadline)
    assert (not judged(payroll, books.journal(Status="Balanced"))) == entered
    assert (not judged(payroll, books.journal(Status="Posted"))) == released


def test_puts_sums_below_zero_on_the_other_side() -> None:
    payroll = books.payroll(
        totals=books.totals(employer_taxes="40.25", tax_debit="40.25"),
        employee_compensations={},
        company_taxes=books.named(("CA SUI", "41.17"), ("CA ETT", "-0.92")),
    )
    batch = wanted(payroll)
    assert (batch.total, batch.cost) == (Decimal("41.17"), Decimal("40.25"))
    lines = (
        ("120", "00", "41.17", "0"),
        ("120", "00", "0", "0.92"),
        ("300", "00", "0", "40.25"),
    )
    assert judged(payroll, books.journal(lines=lines)) == []


def test_leaves_out_whoever_is_not_paid() -> None:
    left_out = books.pay("Advisory", earnings=books.named(("Regular Hours", "99.00")))
    paid = books.payroll()["employee_compensations"]
    with_him = {**paid, "77aa": left_out | {"excluded": True}}
    assert wanted(books.payroll(employee_compensations=with_him)).total == Decimal("8440.50")


def test_takes_an_owners_draw_for_no_cost() -> None:
    owner = books.pay(None, earnings=books.named(("Owner's Draw", "3000.00")))
    payroll = books.payroll(
        totals=books.totals(gross_pay="3000.00", owners_draw="3000.00", net_pay_debit="3000.00"),
        employee_compensations={"77aa": owner},
    )
    lines = (("310", "00", "3000.00", "0"), ("300", "00", "0", "3000.00"))
    assert wanted(payroll).cost == Decimal("0.00")
    assert judged(payroll, books.journal(lines=lines)) == []
