"""What is sent to Acumatica to enter, complete or correct a journal; pure."""

from __future__ import annotations

from dataclasses import replace

from connectors.vendors.acumatica.journal_drafts import (
    PART_LINES,
    JournalDraft,
    JournalLine,
    foreign_rows,
    missing_lines,
    rows_of,
)
from connectors.vendors.acumatica.journal_records import Journal, JournalKey
from connectors.vendors.acumatica.wrapped import CENT

Body = dict[str, object]


def creation(draft: JournalDraft) -> Body:
    """The body that inserts a journal; one that goes in parts is on hold until it is whole."""
    return {
        "Module": wrapped("GL"),
        **_header(draft),
        "Hold": wrapped(draft.is_parted),
        "Details": [_line(line, draft) for line in draft.lines[:PART_LINES]],
    }


def addition(journal: Journal, draft: JournalDraft) -> Body:
    """The body that appends what is missing, at most one part of it.

    Raises:
        ValueError: nothing is missing, or the journal was read without its lines.
    """
    missing = missing_lines(journal, draft)
    if not missing:
        raise ValueError("The journal has all its lines.")
    lines = [_line(line, draft) for line in missing[:PART_LINES]]
    return {**named(journal.key), "Details": lines}


def correction(journal: Journal, draft: JournalDraft) -> Body:
    """The body that makes a journal the draft: its header, without foreign rows, with what lacks.

    A row without the draft's line reference is replaced, whatever else it says.

    Raises:
        ValueError: there are more changes than one call takes, or the lines were not read.
    """
    marked = tuple(row for row in rows_of(journal) if row.reference == draft.line_reference)
    others = tuple(row for row in rows_of(journal) if row.reference != draft.line_reference)
    ours = replace(journal, lines=marked)
    gone = (*others, *foreign_rows(ours, draft))
    added = missing_lines(ours, draft)
    if len(gone) + len(added) > PART_LINES:
        raise ValueError("A journal with so many changes is deleted and entered anew.")
    rows: list[Body] = [{"id": row.row_id, "delete": True} for row in gone]
    return {
        **named(journal.key),
        **_header(draft),
        "Details": [*rows, *(_line(line, draft) for line in added)],
    }


def holding(key: JournalKey, *, is_on_hold: bool) -> Body:
    """The body that puts a journal on hold or takes it off."""
    return {**named(key), "Hold": wrapped(is_on_hold)}


def named(key: JournalKey) -> Body:
    """The key fields of a journal."""
    return {"Module": wrapped(key.module), "BatchNbr": wrapped(key.batch)}


def wrapped(value: object) -> Body:
    """A value in the vendor's wrapping."""
    return {"value": value}


def _header(draft: JournalDraft) -> Body:
    header: Body = {
        "LedgerID": wrapped(draft.ledger),
        "BranchID": wrapped(draft.branch),
        "CurrencyID": wrapped(draft.currency),
        "TransactionDate": wrapped(f"{draft.date_on.isoformat()}T00:00:00"),
        "PostPeriod": wrapped(draft.period),
        "Description": wrapped(draft.reference),
    }
    if draft.description:
        header["note"] = wrapped(draft.description)
    # Asked for where control totals are on; elsewhere the form fills in the same.
    total = {"type": "CustomDecimalField", "value": draft.total}
    return {**header, "custom": {"BatchModule": {"CuryControlTotal": total}}}


def _line(line: JournalLine, draft: JournalDraft) -> Body:
    side, amount = ("DebitAmount", line.debit) if line.debit else ("CreditAmount", line.credit)
    texts = {
        "BranchID": line.branch or draft.branch,
        "Account": line.account,
        "Subaccount": line.subaccount,
        "ReferenceNbr": draft.line_reference,
        "TransactionDescription": line.memo,
        "Project": line.project,
    }
    body: Body = {name: wrapped(text) for name, text in texts.items() if text}
    return {**body, side: wrapped(amount.quantize(CENT))}
