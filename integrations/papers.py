"""The money documents that were made for records: what is known of each, kept with its record."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from config import clock
from integrations.flow import Paper, PaperStatus
from integrations.models import Document, Integration, Record, Write

LATEST_COUNT = 50
"""So many earlier documents tell what is usual."""


def store(integration: Integration, record: Record, papers: Sequence[Paper]) -> None:
    """Note how the record's documents stand at the target; inside the commit that ends its work.

    A reversal comes after what it reverses.
    """
    target = integration.target
    for paper in papers:
        if paper.status is PaperStatus.REMOVED:
            _note_removed(record, paper)
            continue
        # One that is entered anew under the number of a removed one is a new document.
        Document.objects.filter(
            record=record, number=paper.number, status=PaperStatus.REMOVED.value
        ).update(created_at=clock.now())
        reversed_by_it = Document.objects.filter(record=record, number=paper.reverses)
        Document.objects.update_or_create(
            record=record,
            number=paper.number,
            defaults={
                "connection": target,
                "vendor": target.vendor,
                "account_id": target.account_id,
                "kind": paper.kind,
                "reference": paper.reference,
                "target_id": paper.target_id,
                "total_digits": str(paper.total),
                "currency": paper.currency,
                "dated_on": paper.dated_on,
                "status": paper.status.value,
                "reverses": reversed_by_it.first() if paper.reverses else None,
                "changed_at": clock.now(),
                **_drawn_up(paper),
            },
        )


def _drawn_up(paper: Paper) -> dict[str, object]:
    """What is said of its drawing up; what is not said now stays as it was noted."""
    known = {
        "drawn_from": paper.drawn_from,
        "written_as": paper.written_as,
        "sort": paper.sort,
        "rests_on": list(paper.rests_on),
    }
    return {name: value for name, value in known.items() if value}


def _note_removed(record: Record, paper: Paper) -> None:
    """It is gone from the target; what is known of it stays."""
    Document.objects.filter(record=record, number=paper.number).exclude(
        status=PaperStatus.REMOVED
    ).update(
        # The next one of this number is drawn up from what is so then.
        drawn_from="",
        written_as="",
        status=PaperStatus.REMOVED.value,
        changed_at=clock.now(),
    )


def of_record(integration_id: int, leg: str, source_id: str) -> tuple[Paper, ...]:
    """The record's documents as they were last seen, in the order in which they were made."""
    rows = Document.objects.select_related("reverses").filter(
        record__integration=integration_id, record__leg=leg, record__source_id=source_id
    )
    return tuple(_paper(row) for row in rows.order_by("pk"))


def of_others(integration_id: int, leg: str, source_id: str) -> tuple[Paper, ...]:
    """The latest documents of the leg's other records, the newest first."""
    rows = (
        Document.objects.select_related("reverses")
        .filter(record__integration=integration_id, record__leg=leg)
        .exclude(record__source_id=source_id)
    )
    return tuple(_paper(row) for row in rows.order_by("-pk")[:LATEST_COUNT])


def is_unclear(integration_id: int, leg: str, source_id: str) -> bool:
    """Whether a call was sent for a record whose outcome is not known."""
    open_writes = Write.objects.filter(
        record__integration=integration_id,
        record__leg=leg,
        record__source_id=source_id,
        outcome__in=Write.OPEN,
    )
    return open_writes.exists()


def wish_of(integration_id: int, leg: str, source_id: str) -> str:
    """What a person wants of the record's documents; empty: nothing special."""
    rows = Record.objects.filter(integration=integration_id, leg=leg, source_id=source_id)
    return rows.values_list("wish", flat=True).first() or ""


def _paper(row: Document) -> Paper:
    return Paper(
        number=row.number,
        kind=row.kind,
        reference=row.reference,
        target_id=row.target_id,
        total=Decimal(row.total_digits),
        currency=row.currency,
        dated_on=row.dated_on,
        status=PaperStatus(row.status),
        drawn_from=row.drawn_from,
        reverses=row.reverses.number if row.reverses is not None else "",
        written_as=row.written_as,
        sort=row.sort,
        rests_on=tuple(row.rests_on),
    )
