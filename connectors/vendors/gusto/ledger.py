"""Gusto's own general-ledger report of a payroll: asked for, looked for, fetched. Never waits.

It is the best independent check of a journal, and alone knows the departments of that day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from connectors.errors import RetryableError
from connectors.exchange import Answer
from connectors.shapes import Shape
from connectors.vendors.gusto.answers import day
from connectors.vendors.gusto.client import Client
from connectors.vendors.gusto.company import SLUG
from connectors.vendors.gusto.operations import READ_REPORT
from connectors.vendors.gusto.payroll_answers import NOTHING, amount

BASIC: Final = "Basic"
"""The part without a line per employee; the other one is not read."""
COLUMNS: Final[Mapping[str, str]] = {
    "Account Type": "account_type",
    "Account Description": "description",
    "Job": "job",
    "Department": "department",
    "Debit": "debit",
    "Credit": "credit",
}


class Aggregation(StrEnum):
    """How the report splits the expense."""

    DEFAULT = "default"
    DEPARTMENT = "department"
    JOB = "job"


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line. ``account_type`` is an open list; a check's description names its employee."""

    account_type: str
    description: str = field(repr=False)
    job: str
    department: str
    debit: Decimal = field(repr=False)
    credit: Decimal = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The report of one payroll, balanced or refused."""

    check_on: date
    lines: tuple[LedgerLine, ...] = field(repr=False)
    total: Decimal = field(repr=False)


def request_ledger(client: Client, payroll_id: str, aggregation: Aggregation) -> str:
    """Have the report made; answers what ``read_link`` asks for. Asked twice, it is made twice."""
    return client.request_ledger(payroll_id, aggregation)


def read_link(client: Client, request_id: str) -> str:
    """Where the report is; empty while it is being made. The link dies in about ten minutes.

    Raises:
        RetryableError: Gusto could not make it; it must be asked for anew.
    """
    report = client.read_report(request_id)
    if report.status == "failed":
        raise RetryableError(
            "Gusto could not make the general-ledger report; it is asked for anew later.",
            vendor=SLUG,
            operation=READ_REPORT.name,
        )
    return report.urls[0] if report.status == "succeeded" and report.urls else ""


def download_ledger(client: Client, url: str) -> Ledger:
    """The report behind a link.

    Raises:
        RetryableError: the link has ended.
        ContractError: it is no such report, or does not balance.
    """
    return parse_ledger(client.download_report(url))


def parse_ledger(answer: Answer) -> Ledger:
    """The basic part of the report, its columns found by their headings."""
    shape = Shape(answer)
    report = shape.mapping(answer.json(), "the report")
    check_on = day(shape, report.get("check_date"), "check_date")
    if check_on is None:
        raise shape.broken("check_date", "a date", None)
    parts = shape.rows(report.get("data"), "data")
    basic = next((part for part in parts if part.get("data_type") == BASIC), None)
    if basic is None:
        raise answer.contract_error("it has no basic part")
    columns = _columns(shape, basic)
    rows = [shape.array(row, "a row") for row in shape.array(basic.get("rows"), "rows")]
    lines = tuple(_line(shape, columns, row) for row in rows)
    debits = sum((line.debit for line in lines), NOTHING)
    credits = sum((line.credit for line in lines), NOTHING)
    stated = _line(shape, columns, shape.array(basic.get("totals"), "totals"), is_total=True)
    if not debits == credits == stated.debit == stated.credit:
        raise answer.contract_error("its lines do not add up to its totals")
    return Ledger(check_on, lines, debits)


def _columns(shape: Shape, part: Mapping[str, object]) -> Mapping[str, int]:
    headers = shape.array(part.get("headers"), "headers")
    found = {
        COLUMNS[name]: position
        for position, name in enumerate(headers)
        if isinstance(name, str) and name in COLUMNS
    }
    for needed in ("account_type", "debit", "credit"):
        if needed not in found:
            raise shape.broken("headers", f"with a column for {needed}", list(headers))
    return found


def _line(
    shape: Shape, columns: Mapping[str, int], row: Sequence[object], *, is_total: bool = False
) -> LedgerLine:
    def cell(name: str) -> object:
        position = columns.get(name, len(row))
        return row[position] if position < len(row) else None

    def text(name: str) -> str:
        return (shape.text(cell(name), name) or "").strip()

    def money(name: str) -> Decimal:
        value = cell(name)
        return NOTHING if value in (None, "") else amount(shape, value, name)

    return LedgerLine(
        account_type="" if is_total else shape.name(cell("account_type"), "account_type"),
        description=text("description"),
        job=text("job"),
        department=text("department"),
        debit=money("debit"),
        credit=money("credit"),
    )
