"""What shall stand in Acumatica's ledger for one payroll, and what stands there; pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final

from django.utils.crypto import salted_hmac

from connectors.values import ABSENT, Absent
from connectors.vendors.acumatica.journal_drafts import (
    JournalDraft,
    JournalLine,
    line_reference,
    reversed_draft,
)
from connectors.vendors.acumatica.journal_records import Journal, JournalRow
from integrations.flow import IS_ASIDE, Paper, PaperStatus
from integrations.flows.gusto_to_acumatica.changes import ChangeKind, Snapshot
from integrations.flows.gusto_to_acumatica.dates import EntryDate
from integrations.flows.gusto_to_acumatica.references import Reference

KIND: Final = "journal"
"""What a payroll's documents are."""


ASIDE: Final = {IS_ASIDE: True}
FACTS: Final = ("report", "report_by_department", "report_by_job", "departments", "jobs")
"""Fields of ``Posting`` that stand for what is read beside a payroll."""


class Rest(StrEnum):
    """Why no journal stands for a payroll."""

    CANCELLED = "cancelled"
    FAILED = "failed"
    DELETED = "deleted"
    WANTED_GONE = "wanted gone"
    """A person wants it deleted, however it stands."""


@dataclass(frozen=True, slots=True)
class Reversal:
    """A released journal that is to be taken back: its lines with their sides swapped."""

    of: str
    """The reference of the journal that is taken back."""
    reference: str
    date_on: date
    period: str
    text: str
    """What people read of it."""


@dataclass(frozen=True, slots=True)
class Posting:
    """What shall stand for one payroll. ABSENT is what is not decided, or stays as it stands."""

    payroll_id: str
    reference: str
    """Of the journal that stands, or shall stand, for the payroll."""
    source: str
    """``source_text`` of the payroll that it is drawn up from."""
    sort: str = field(default="", metadata=ASIDE)
    """What its total is compared with: the last one of this sort."""
    journal: JournalDraft | Absent | None = field(default=ABSENT, repr=False)
    """None: none shall stand."""
    reversal: Reversal | None = field(default=None, metadata=ASIDE)
    is_anew: bool = field(default=False, metadata=ASIDE)
    """What stood for the payroll before was deleted or taken back: the next one is looked for by
    its reference."""
    is_correction: bool = field(default=False, metadata=ASIDE)
    """The journal stands there, not released, and shall be another one."""
    is_released: bool = False
    release_on: date | None = field(default=None, metadata=ASIDE)
    """The first day on which it is released; None: a person releases it."""
    written_as: str = field(default="", metadata=ASIDE)
    """``seal`` of the journal as it was last written; empty where it never was."""
    report: bool | Absent = field(default=False, metadata=ASIDE)
    """ABSENT: Gusto's report has still to be read; likewise the four below."""
    report_by_department: bool | Absent = field(default=False, metadata=ASIDE)
    report_by_job: bool | Absent = field(default=False, metadata=ASIDE)
    departments: bool | Absent = field(default=False, metadata=ASIDE)
    jobs: bool | Absent = field(default=False, metadata=ASIDE)
    rests_on: tuple[str, ...] = field(default=(), metadata=ASIDE)
    checks: tuple[str, ...] = field(default=(), metadata=ASIDE)
    changes: tuple[ChangeKind, ...] = field(default=(), metadata=ASIDE)
    """What Gusto changed since the journal that stands was written."""
    days: tuple[date, ...] = field(default=(), metadata=ASIDE)
    """Beside ``changes``: the payroll's day as it was and as it is now."""
    rest: Rest | None = field(default=None, metadata=ASIDE)
    """Why no journal shall stand."""

    @property
    def is_provisional(self) -> bool:
        """Whether it is drawn up once more has been read beside the payroll."""
        return any(getattr(self, name) is ABSENT for name in FACTS)

    def without(self, facts: Collection[str]) -> Posting:
        """The same, to be drawn up once these are read."""

        def told(name: str) -> bool | Absent:
            return ABSENT if name in facts else False

        return replace(
            self,
            report=told("report"),
            report_by_department=told("report_by_department"),
            report_by_job=told("report_by_job"),
            departments=told("departments"),
            jobs=told("jobs"),
        )

    @property
    def draft(self) -> JournalDraft | None:
        """The journal that shall stand, where one is drawn up."""
        return self.journal if isinstance(self.journal, JournalDraft) else None

    @property
    def removes(self) -> bool:
        """Whether a journal that is not released shall go."""
        return self.journal is None and self.reversal is None

    @property
    def references(self) -> tuple[str, ...]:
        """Of all journals that it speaks of, the one that shall stand first."""
        if self.reversal is None:
            return (self.reference,)
        mine = () if self.journal is None else (self.reference,)
        return (*mine, self.reversal.reference, self.reversal.of)


@dataclass(frozen=True, slots=True)
class Books:
    """What stands in the ledger for one payroll."""

    journal: Journal | None = None
    """By the reference of the posting."""
    posted: Journal | None = None
    """The one that is taken back."""
    reversal: Journal | None = None

    @property
    def all(self) -> tuple[Journal, ...]:
        """What there is, the one that stands for the payroll first."""
        there = (self.journal, self.reversal, self.posted)
        return tuple(journal for journal in there if journal is not None)


@dataclass(frozen=True, slots=True)
class Stack:
    """The documents of one payroll, as they were last seen."""

    paper: Paper | None = None
    """The latest journal that is no reversal."""
    reversal: Paper | None = None
    """Its reversal."""

    @property
    def stands(self) -> bool:
        """Whether a journal counts, or will once it is released."""
        return self.paper is not None and self.paper.status in (
            PaperStatus.SAVED,
            PaperStatus.WAITS,
            PaperStatus.RELEASED,
        )

    @property
    def is_released(self) -> bool:
        """Whether it can only be reversed."""
        return self.paper is not None and self.paper.status is PaperStatus.RELEASED

    @property
    def is_over(self) -> bool:
        """Whether the latest journal counts no more."""
        return self.paper is not None and not self.stands

    @property
    def was_removed(self) -> bool:
        """Whether the latest journal was deleted before it was released."""
        return self.paper is not None and self.paper.status is PaperStatus.REMOVED

    def reference(self, payroll_id: str) -> Reference:
        """That of the journal that stands, or of the next one: a deleted one's is used again."""
        if self.paper is None:
            return Reference(payroll_id)
        written = Reference(payroll_id, int(self.paper.number))
        return written.next if self.paper.status is PaperStatus.VOIDED else written


def stack_of(papers: Sequence[Paper]) -> Stack:
    """The latest journal and what takes it back."""
    journals = [paper for paper in papers if not paper.reverses]
    if not journals:
        return Stack()
    latest = max(journals, key=lambda paper: int(paper.number))
    taken_back = [paper for paper in papers if paper.reverses == latest.number]
    return Stack(latest, taken_back[-1] if taken_back else None)


def source_text(snapshot: Snapshot) -> str:
    """What is kept of the payroll with its document; tells no amounts."""
    return f"{snapshot.on.isoformat()} {snapshot.dated_by.name} {snapshot.fingerprint}"


def snapshot_from(paper: Paper) -> Snapshot:
    """The payroll as it was when the document was drawn up.

    Raises:
        ValueError: the document does not say.
    """
    on, dated_by, fingerprint = paper.drawn_from.split(" ")
    return Snapshot(paper.total, date.fromisoformat(on), EntryDate[dated_by], fingerprint)


def reversal_of(journal: Journal, reversal: Reversal) -> JournalDraft:
    """The journal that takes a released one back, drawn up from its lines as they stand.

    Raises:
        ValueError: it was read without its lines, or tells no ledger, branch or currency.
    """
    if journal.lines is ABSENT or not isinstance(journal.date_on, date):
        raise ValueError("Only a journal that was read whole is taken back.")
    branch, ledger, currency = map(_told, (journal.branch, journal.ledger, journal.currency))
    draft = JournalDraft(
        reference=reversal.of,
        line_reference=line_reference(reversal.of),
        date_on=journal.date_on,
        period=journal.period,
        branch=branch,
        ledger=ledger,
        currency=currency,
        lines=tuple(_line(row, branch) for row in journal.lines),
    )
    return reversed_draft(
        draft,
        reference=reversal.reference,
        date_on=reversal.date_on,
        period=reversal.period,
        description=reversal.text,
    )


def seal(journal: Journal) -> str:
    """A keyed fingerprint of a journal's head and lines: another one, and somebody changed it.

    Raises:
        ValueError: it was read without its lines.
    """
    if journal.lines is ABSENT:
        raise ValueError("A journal is sealed with its lines.")
    head = (
        journal.reference,
        journal.date_on,
        journal.period,
        journal.branch,
        journal.ledger,
        journal.currency,
    )
    rows = sorted(
        [
            row.branch,
            row.account,
            row.subaccount,
            f"{row.debit:.2f}",
            f"{row.credit:.2f}",
            row.description,
            row.reference,
            row.project,
        ]
        for row in journal.lines
    )
    text = json.dumps([[str(one) for one in head], rows], ensure_ascii=False)
    return salted_hmac("journal", text, algorithm="sha256").hexdigest()


def _line(row: JournalRow, branch: str) -> JournalLine:
    return JournalLine(
        row.account,
        debit=row.debit,
        credit=row.credit,
        subaccount=row.subaccount,
        description=row.description,
        project=row.project,
        branch="" if row.branch == branch else row.branch,
    )


def _told(text: object) -> str:
    if not isinstance(text, str) or not text:
        raise ValueError("The journal does not tell its branch, ledger and currency.")
    return text
