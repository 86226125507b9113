"""Parses payrolls: amounts from digits alone, as numbers in older versions and as texts since."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

import simplejson

from connectors import numbers
from connectors.exchange import Answer
from connectors.shapes import Shape
from connectors.values import ABSENT
from connectors.vendors.gusto.answers import day, header_count, truth
from connectors.vendors.gusto.payroll_records import (
    REIMBURSEMENT,
    TOTALS,
    Amount,
    Benefit,
    Deduction,
    Earning,
    Kind,
    Paycheck,
    Payroll,
    PayrollPage,
    PayrollRow,
    Tax,
    Totals,
)

CENT: Final = Decimal("0.01")
PACIFIC: Final = ZoneInfo("America/Los_Angeles")
"""Gusto's bank works by its days, however an instant is written."""
NOTHING: Final = Decimal("0.00")


def parse_payrolls(answer: Answer) -> tuple[PayrollRow, ...]:
    """One page of the list: heads alone, without paychecks."""
    shape = Shape(answer)
    rows = shape.rows(answer.json(), "the payrolls")
    return tuple(PayrollRow(_payroll(shape, row), _version(shape, row)) for row in rows)


def parse_payroll(answer: Answer, payroll_id: str) -> PayrollPage:
    """One page of one payroll; its totals are the whole payroll's on every page."""
    shape = Shape(answer)
    row = shape.mapping(answer.json(), "the payroll")
    payroll = _payroll(shape, row)
    if payroll.id != payroll_id:
        raise shape.broken("uuid", "the id that was asked for", payroll.id)
    people = shape.rows(row.get("employee_compensations") or [], "employee_compensations")
    return PayrollPage(
        payroll=payroll,
        version=_version(shape, row),
        paychecks=tuple(_paycheck(shape, one) for one in people if not _is_excluded(shape, one)),
        row_count=len(people),
        page_count=header_count(answer, "x-total-pages"),
        total_count=header_count(answer, "x-total-count"),
    )


def amount(shape: Shape, value: object, what: str) -> Decimal:
    """Money with two places, from a number or a text; exact to the cent or refused.

    Gusto mixes scales ("440.0", "384", "2.64") and, by version, kinds.
    """
    number: Decimal | None = None
    if isinstance(value, Decimal):
        number = value
    elif isinstance(value, int) and not isinstance(value, bool):
        number = Decimal(value)
    elif isinstance(value, str):
        try:
            number = numbers.parse_decimal(value)
        except numbers.Unreadable as error:
            raise shape.broken(what, "an amount", value) from error
    if number is None:
        raise shape.broken(what, "an amount", value)
    exact = number.quantize(CENT)
    if exact != number:
        raise shape.broken(what, "an amount in whole cents", value)
    return exact


def _payroll(shape: Shape, row: Mapping[str, object]) -> Payroll:
    period = shape.mapping(row.get("pay_period") or {}, "pay_period")
    meta = shape.mapping(row.get("payroll_status_meta") or {}, "payroll_status_meta")
    progress = shape.mapping(row.get("processing_request") or {}, "processing_request")
    check_on = day(shape, row.get("check_date"), "check_date")
    if check_on is None:
        raise shape.broken("check_date", "a date", None)
    taxes = shape.rows(row.get("company_taxes") or [], "company_taxes")
    uuid = row.get("uuid") or row.get("payroll_uuid")
    return Payroll(
        id=shape.name(uuid, "uuid"),
        kind=_kind(shape, row),
        off_cycle_reason=shape.text(row.get("off_cycle_reason"), "off_cycle_reason") or "",
        is_processed=truth(shape, row.get("processed"), "processed"),
        has_failed=progress.get("status") == "processing_failed",
        is_cancellable=truth(shape, meta["cancellable"], "cancellable")
        if "cancellable" in meta
        else ABSENT,
        check_on=check_on,
        period_from=day(shape, period.get("start_date"), "pay_period.start_date"),
        period_to=day(shape, period.get("end_date"), "pay_period.end_date"),
        processed_on=day(shape, row.get("processed_date"), "processed_date"),
        calculated_at=shape.text(row.get("calculated_at"), "calculated_at") or "",
        deadline_at=_instant(shape, row.get("payroll_deadline"), "payroll_deadline"),
        debit_on=_debit_day(shape, row, meta),
        reversed_by=_reversals(shape, row),
        totals=_totals(shape, row.get("totals")),
        company_taxes=tuple(_tax(shape, tax) for tax in taxes),
    )


def _kind(shape: Shape, row: Mapping[str, object]) -> Kind:
    if truth(shape, row.get("external", False), "external"):
        return Kind.EXTERNAL
    is_off_cycle = truth(shape, row.get("off_cycle", False), "off_cycle")
    return Kind.OFF_CYCLE if is_off_cycle else Kind.REGULAR


def _debit_day(shape: Shape, row: Mapping[str, object], meta: Mapping[str, object]) -> date | None:
    """Where a payment was slowed down, the day that took the first one's place."""
    moved = shape.mapping(row.get("payment_speed_changed") or {}, "payment_speed_changed")
    if moved.get("current_debit_date") is not None:
        return day(shape, moved["current_debit_date"], "current_debit_date")
    expected_at = _instant(shape, meta.get("expected_debit_time"), "expected_debit_time")
    return None if expected_at is None else expected_at.astimezone(PACIFIC).date()


def _reversals(shape: Shape, row: Mapping[str, object]) -> tuple[str, ...]:
    ids = shape.array(row.get("reversal_payroll_uuids") or [], "reversal_payroll_uuids")
    return tuple(shape.name(one, "a reversal's id") for one in ids)


def _instant(shape: Shape, value: object, what: str) -> datetime | None:
    text = shape.text(value, what)
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise shape.broken(what, "a time", text) from error
    if instant.tzinfo is None:
        raise shape.broken(what, "a time with its offset", text)
    return instant


def _totals(shape: Shape, value: object) -> Totals | None:
    if value is None:
        return None
    row = shape.mapping(value, "totals")
    told = {
        name: amount(shape, one, f"totals.{name}") for name, one in row.items() if one is not None
    }
    known: dict[str, Amount] = {name: told.get(name, ABSENT) for name in TOTALS}
    others = tuple((name, one) for name, one in sorted(told.items()) if name not in TOTALS)
    return Totals(**known, others=others)


def _is_excluded(shape: Shape, row: Mapping[str, object]) -> bool:
    return truth(shape, row.get("excluded", False), "excluded")


def _paycheck(shape: Shape, row: Mapping[str, object]) -> Paycheck:
    def rows(name: str) -> tuple[Mapping[str, object], ...]:
        return tuple(shape.rows(row.get(name) or [], name))

    fixed = rows("fixed_compensations")
    paid_back = [one for one in fixed if one.get("name") == REIMBURSEMENT]
    return Paycheck(
        employee_id=shape.name(row.get("employee_uuid"), "employee_uuid"),
        payment_method=shape.text(row.get("payment_method"), "payment_method"),
        gross_pay=_filled(shape, row.get("gross_pay"), "gross_pay"),
        net_pay=_filled(shape, row.get("net_pay"), "net_pay"),
        check_amount=_filled(shape, row.get("check_amount"), "check_amount"),
        earnings=(
            *(_earning(shape, one) for one in rows("hourly_compensations")),
            *(_earning(shape, one) for one in fixed if one.get("name") != REIMBURSEMENT),
            *(_earning(shape, one, is_time_off=True) for one in rows("paid_time_off")),
        ),
        taxes=tuple(_tax(shape, one) for one in rows("taxes")),
        benefits=tuple(_benefit(shape, one) for one in rows("benefits")),
        deductions=tuple(_deduction(shape, one) for one in rows("deductions")),
        reimbursements=tuple(
            amount(shape, one.get("amount"), "a reimbursement")
            for one in (*rows("reimbursements"), *paid_back)
        ),
    )


def _filled(shape: Shape, value: object, what: str) -> Decimal:
    """An amount; nothing where Gusto has not reckoned it."""
    return NOTHING if value is None else amount(shape, value, what)


def _earning(shape: Shape, row: Mapping[str, object], *, is_time_off: bool = False) -> Earning:
    """Older versions do not price time off: it is then part of gross pay under no name."""
    told = row.get("amount")
    return Earning(
        name=shape.name(row.get("name"), "an earning's name"),
        job_id=shape.text(row.get("job_uuid"), "job_uuid") or "",
        is_time_off=is_time_off,
        amount=ABSENT if told is None else amount(shape, told, "an earning's amount"),
    )


def _tax(shape: Shape, row: Mapping[str, object]) -> Tax:
    return Tax(
        name=shape.name(row.get("name"), "a tax's name"),
        is_employer=truth(shape, row.get("employer", True), "employer"),
        amount=amount(shape, row.get("amount"), "a tax's amount"),
    )


def _benefit(shape: Shape, row: Mapping[str, object]) -> Benefit:
    return Benefit(
        name=shape.name(row.get("name"), "a benefit's name"),
        deduction=_filled(shape, row.get("employee_deduction"), "a benefit's deduction"),
        contribution=_filled(shape, row.get("company_contribution"), "a contribution"),
        is_imputed=row.get("imputed") is True,
    )


def _deduction(shape: Shape, row: Mapping[str, object]) -> Deduction:
    return Deduction(
        name=shape.name(row.get("name"), "a deduction's name"),
        amount=amount(shape, row.get("amount"), "a deduction's amount"),
    )


def _version(shape: Shape, row: Mapping[str, object]) -> str:
    """A digest of what the list and the payroll itself both tell; Gusto has no version of it.

    Equal where nothing changed that a journal rests on. The totals of one that is not processed
    are in the payroll alone, so they do not count.
    """
    payroll = _payroll(shape, row)
    totals = payroll.totals if payroll.is_processed else None
    told = [
        payroll.id,
        payroll.is_processed,
        str(payroll.is_cancellable),
        payroll.check_on.isoformat(),
        str(payroll.processed_on),
        payroll.calculated_at,
        str(payroll.debit_on),
        [] if totals is None else sorted((name, str(one)) for name, one in totals.stated()),
    ]
    return hashlib.sha256(simplejson.dumps(told).encode()).hexdigest()[:24]
