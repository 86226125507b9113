"""How a journal shall be, and where that differs from Acumatica; pure."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from connectors.values import ABSENT
from connectors.vendors.acumatica.employee_drafts import Difference
from connectors.vendors.acumatica.journal_records import Journal, JournalRow
from connectors.vendors.acumatica.wrapped import CENT

NON_PROJECT: Final = "X"
"""The usual non-project code. Which one a tenant has cannot be read: it is an option."""
PART_LINES: Final = 500
"""The most lines that go in one call."""
LINE_REFERENCE_LENGTH: Final = 15
MEMO_LENGTH: Final = 256
NOTHING: Final = Decimal("0.00")

RowKey = tuple[str, str, str, Decimal, Decimal, str, str]


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line: a debit or a credit, positive, in whole cents.

    ``subaccount`` is empty where the feature is off, ``project`` where Projects is; ``branch`` is
    the journal's unless it says otherwise.
    """

    account: str
    debit: Decimal = NOTHING
    credit: Decimal = NOTHING
    subaccount: str = ""
    description: str = ""
    project: str = ""
    branch: str = ""

    def __post_init__(self) -> None:
        amounts = (self.debit, self.credit)
        if min(amounts) != 0 or max(amounts) <= 0:
            raise ValueError("A journal line has one amount above zero, a debit or a credit.")
        if any(amount != amount.quantize(CENT) for amount in amounts):
            raise ValueError("A journal line's amount is in whole cents.")

    @property
    def memo(self) -> str:
        """The description as the vendor keeps it."""
        return self.description.strip()[:MEMO_LENGTH].strip()


@dataclass(frozen=True, slots=True)
class JournalDraft:
    """A journal as it shall be: balanced, in one branch's ledger and currency, on one day.

    ``reference`` is the header's description, whole, by which it is found; ``line_reference``
    stands on every line, by which it is recognised; ``description`` is for people and goes into
    the record's note.
    """

    reference: str
    line_reference: str
    date_on: date
    period: str
    branch: str
    ledger: str
    currency: str
    lines: tuple[JournalLine, ...]
    description: str = ""

    def __post_init__(self) -> None:
        if not 0 < len(self.line_reference) <= LINE_REFERENCE_LENGTH:
            raise ValueError(f"A line reference has at most {LINE_REFERENCE_LENGTH} characters.")
        if not self.reference or self.reference != self.reference.strip():
            raise ValueError("A journal's reference is not empty and has no blanks around it.")
        if not self.lines or _sum(self.lines, "debit") != _sum(self.lines, "credit"):
            raise ValueError("A journal has lines, and its debits equal its credits.")

    @property
    def total(self) -> Decimal:
        """The sum of the debits, which is that of the credits."""
        return _sum(self.lines, "debit")

    @property
    def is_parted(self) -> bool:
        """Whether it goes in several calls: it stands on hold until its last line is there."""
        return len(self.lines) > PART_LINES


def line_reference(reference: str) -> str:
    """Our own mark on every line of the journal with this reference: 15 characters."""
    digest = hashlib.sha256(reference.encode()).digest()
    return "G" + base64.b32encode(digest).decode()[: LINE_REFERENCE_LENGTH - 1]


def reversed_draft(
    draft: JournalDraft, *, reference: str, date_on: date, period: str, description: str = ""
) -> JournalDraft:
    """The journal that takes a released one back: the same lines with their sides swapped."""
    lines = tuple(replace(line, debit=line.credit, credit=line.debit) for line in draft.lines)
    return replace(
        draft,
        reference=reference,
        line_reference=line_reference(reference),
        date_on=date_on,
        period=period,
        lines=lines,
        description=description,
    )


def missing_lines(journal: Journal, draft: JournalDraft) -> tuple[JournalLine, ...]:
    """The lines that the journal lacks, in the draft's order; equal lines are counted.

    Raises:
        ValueError: the journal was read without its lines.
    """
    there = Counter(_row_key(draft)(row) for row in rows_of(journal))
    key = _line_key(draft)
    missing = []
    for line in draft.lines:
        if there[key(line)] > 0:
            there[key(line)] -= 1
        else:
            missing.append(line)
    return tuple(missing)


def foreign_rows(journal: Journal, draft: JournalDraft) -> tuple[JournalRow, ...]:
    """The journal's rows that the draft does not have: somebody's, or written twice.

    Raises:
        ValueError: the journal was read without its lines.
    """
    wanted = Counter(map(_line_key(draft), draft.lines))
    key = _row_key(draft)
    foreign = []
    for row in rows_of(journal):
        if wanted[key(row)] > 0:
            wanted[key(row)] -= 1
        else:
            foreign.append(row)
    return tuple(foreign)


def header_differences(journal: Journal, draft: JournalDraft) -> tuple[Difference, ...]:
    """Where the header stands otherwise than it shall."""
    pairs = (
        ("reference", journal.reference, draft.reference),
        ("date_on", journal.date_on, draft.date_on),
        ("period", journal.period, draft.period),
        ("branch", journal.branch, draft.branch),
        ("ledger", journal.ledger, draft.ledger),
        ("currency", journal.currency, draft.currency),
    )
    return tuple(
        Difference(name, None if found in (None, ABSENT) else str(found), str(wanted))
        for name, found, wanted in pairs
        if found != wanted
    )


def is_as_drafted(journal: Journal, draft: JournalDraft) -> bool:
    """Whether the journal is the draft: header, each line, and both totals."""
    totals = [total for total in (journal.debit_total, journal.credit_total) if total is not ABSENT]
    rows = rows_of(journal)
    totals += [_sum(rows, "debit"), _sum(rows, "credit")]
    return (
        not header_differences(journal, draft)
        and not missing_lines(journal, draft)
        and not foreign_rows(journal, draft)
        and all(total == draft.total for total in totals)
    )


def is_marked(journal: Journal, mark: str) -> bool:
    """Whether every line carries this line reference; a journal without lines has no mark.

    Raises:
        ValueError: the journal was read without its lines.
    """
    rows = rows_of(journal)
    return bool(rows) and all(row.reference == mark for row in rows)


def is_correctable(journal: Journal, draft: JournalDraft) -> bool:
    """Whether one call can make the journal the draft; else it is deleted and entered anew.

    Raises:
        ValueError: the journal was read without its lines.
    """
    rows = rows_of(journal)
    marked = tuple(row for row in rows if row.reference == draft.line_reference)
    ours = replace(journal, lines=marked)
    gone = len(rows) - len(marked) + len(foreign_rows(ours, draft))
    return gone + len(missing_lines(ours, draft)) <= PART_LINES


def _sum(lines: Sequence[JournalLine | JournalRow], side: str) -> Decimal:
    return sum((getattr(line, side) for line in lines), NOTHING)


def rows_of(journal: Journal) -> tuple[JournalRow, ...]:
    """The journal's lines.

    Raises:
        ValueError: it was read without them.
    """
    if journal.lines is ABSENT:
        raise ValueError("The journal was read without its lines.")
    return journal.lines


def _has_projects(draft: JournalDraft) -> bool:
    """Whether the draft says projects; else the form gives its own, which is no difference."""
    return any(line.project for line in draft.lines)


def _line_key(draft: JournalDraft) -> Callable[[JournalLine], RowKey]:
    has_projects = _has_projects(draft)

    def key(line: JournalLine) -> RowKey:
        return (
            line.branch or draft.branch,
            line.account,
            line.subaccount,
            line.debit,
            line.credit,
            line.memo,
            line.project if has_projects else "",
        )

    return key


def _row_key(draft: JournalDraft) -> Callable[[JournalRow], RowKey]:
    has_projects = _has_projects(draft)

    def key(row: JournalRow) -> RowKey:
        return (
            row.branch,
            row.account,
            row.subaccount,
            row.debit,
            row.credit,
            row.description,
            row.project if has_projects else "",
        )

    return key
