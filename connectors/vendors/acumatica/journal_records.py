"""Journals of the general ledger as read from Acumatica."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Self

from connectors.exchange import Answer
from connectors.shapes import Shape
from connectors.values import ABSENT, Absent
from connectors.vendor import Privacy
from connectors.vendors.acumatica.ledger_records import period_id
from connectors.vendors.acumatica.wrapped import (
    Day,
    Money,
    Text,
    amount,
    custom,
    day,
    field_text,
    flag,
    instant,
)

BALANCED: Final = "Balanced"
PENDING_APPROVAL: Final = "Pending Approval"
REJECTED: Final = "Rejected"
RELEASED: Final = ("Posted", "Unposted")
TOTALS_VIEW: Final = "BatchModule"
DEBIT_TOTAL, CREDIT_TOTAL = "CuryDebitTotal", "CuryCreditTotal"
TOTALS: Final = f"{TOTALS_VIEW}.{DEBIT_TOTAL},{TOTALS_VIEW}.{CREDIT_TOTAL}"

HEADER_FIELDS: Final = (
    "Module",
    "BatchNbr",
    "Status",
    "Hold",
    "Description",
    "TransactionDate",
    "PostPeriod",
    "BranchID",
    "LedgerID",
    "CurrencyID",
    "CreatedDateTime",
    "LastModifiedDateTime",
)
LINE_FIELDS: Final = (
    "LineNbr",
    "BranchID",
    "Account",
    "Subaccount",
    "DebitAmount",
    "CreditAmount",
    "TransactionDescription",
    "ReferenceNbr",
    "Project",
)
HEADER_SELECT: Final = ",".join(HEADER_FIELDS)
JOURNAL_SELECT: Final = ",".join((*HEADER_FIELDS, *(f"Details/{name}" for name in LINE_FIELDS)))

AMOUNT_FIELDS: Final = (
    "DebitAmount",
    "CreditAmount",
    DEBIT_TOTAL,
    CREDIT_TOTAL,
    "CuryControlTotal",
)
JOURNAL_READS: Final[Mapping[str, Privacy]] = MappingProxyType(
    {
        **dict.fromkeys((*HEADER_FIELDS, *LINE_FIELDS, "note", "id"), Privacy.PLAIN),
        **dict.fromkeys(AMOUNT_FIELDS, Privacy.PAY),
    }
)
"""A payroll's amounts by component and department are pay."""
CANDIDATE_READS: Final[Mapping[str, Privacy]] = MappingProxyType(
    {
        **JOURNAL_READS,
        **dict.fromkeys(("Description", "TransactionDescription", "note"), Privacy.PERSON),
    }
)
"""Journals that are not ours may say anything."""


@dataclass(frozen=True, slots=True)
class JournalKey:
    """What names a journal for good: its module and its batch number."""

    module: str
    batch: str

    def __str__(self) -> str:
        return f"{self.module}/{self.batch}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key that was written as ``GL/GL00001234``.

        Raises:
            ValueError: it was not.
        """
        module, _, batch = text.partition("/")
        if not module or not batch:
            raise ValueError("A journal is named by its module and its batch number.")
        return cls(module, batch)


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One line of a journal. ``row_id`` holds for one session: never kept."""

    row_id: str
    line_number: int
    branch: str
    account: str
    subaccount: str
    debit: Decimal
    credit: Decimal
    description: str
    reference: str
    project: str


@dataclass(frozen=True, slots=True)
class Journal:
    """One journal; ``lines`` and totals are ABSENT where a list read did not show them."""

    key: JournalKey
    status: str
    is_on_hold: bool
    reference: Text
    """The header's description: our own reference, or whatever stands there."""
    note: Text
    date_on: Day
    period: str
    branch: Text
    ledger: Text
    currency: Text
    debit_total: Money
    credit_total: Money
    lines: tuple[JournalRow, ...] | Absent
    created_at: datetime | Absent | None
    modified_at: datetime | Absent | None

    @property
    def is_released(self) -> bool:
        """Whether it counts: it can no longer be changed or deleted, only reversed."""
        return self.status in RELEASED

    @property
    def waits_for_approval(self) -> bool:
        """Whether a person at the instance must approve it before it can be released."""
        return self.status == PENDING_APPROVAL

    @property
    def is_rejected(self) -> bool:
        """Whether that person refused it."""
        return self.status == REJECTED

    @property
    def is_releasable(self) -> bool:
        """Whether a release can begin."""
        return self.status == BALANCED and not self.is_on_hold


def parse_journal(answer: Answer) -> Journal:
    """One journal as a read or a write answers it."""
    shape = Shape(answer)
    return _journal(shape, shape.mapping(answer.json(), "the journal"))


def parse_journals(answer: Answer) -> tuple[Journal, ...]:
    """A list read."""
    shape = Shape(answer)
    return tuple(_journal(shape, row) for row in shape.rows(answer.json(), "the journals"))


def _journal(shape: Shape, row: Mapping[str, object]) -> Journal:
    totals = custom(shape, row, TOTALS_VIEW)
    return Journal(
        key=JournalKey(
            shape.name(field_text(shape, row, "Module"), "Module"),
            shape.name(field_text(shape, row, "BatchNbr"), "BatchNbr"),
        ),
        status=shape.name(field_text(shape, row, "Status"), "Status"),
        is_on_hold=flag(shape, row, "Hold"),
        reference=field_text(shape, row, "Description"),
        note=field_text(shape, row, "note"),
        date_on=day(shape, row, "TransactionDate"),
        period=period_id(shape.name(field_text(shape, row, "PostPeriod"), "PostPeriod")),
        branch=field_text(shape, row, "BranchID"),
        ledger=field_text(shape, row, "LedgerID"),
        currency=field_text(shape, row, "CurrencyID"),
        debit_total=amount(shape, totals, DEBIT_TOTAL),
        credit_total=amount(shape, totals, CREDIT_TOTAL),
        lines=_lines(shape, row),
        created_at=instant(shape, row, "CreatedDateTime"),
        modified_at=instant(shape, row, "LastModifiedDateTime"),
    )


def _lines(shape: Shape, row: Mapping[str, object]) -> tuple[JournalRow, ...] | Absent:
    if "Details" not in row:
        return ABSENT
    return tuple(_line(shape, line) for line in shape.rows(row["Details"], "Details"))


def _line(shape: Shape, row: Mapping[str, object]) -> JournalRow:
    number = shape.mapping(row.get("LineNbr"), "LineNbr").get("value")
    if isinstance(number, bool) or not isinstance(number, int):
        raise shape.broken("LineNbr", "a whole number", number)
    return JournalRow(
        row_id=shape.name(row.get("id"), "id of a line"),
        line_number=number,
        branch=_text(shape, row, "BranchID"),
        account=shape.name(field_text(shape, row, "Account"), "Account"),
        subaccount=_text(shape, row, "Subaccount"),
        debit=_amount(shape, row, "DebitAmount"),
        credit=_amount(shape, row, "CreditAmount"),
        description=_text(shape, row, "TransactionDescription"),
        reference=_text(shape, row, "ReferenceNbr"),
        project=_text(shape, row, "Project"),
    )


def _amount(shape: Shape, row: Mapping[str, object], name: str) -> Decimal:
    found = amount(shape, row, name)
    if isinstance(found, Decimal):
        return found
    raise shape.broken(name, "an amount", found)


def _text(shape: Shape, row: Mapping[str, object], name: str) -> str:
    found = field_text(shape, row, name)
    return found if isinstance(found, str) else ""
