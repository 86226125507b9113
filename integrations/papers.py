"""The money documents that were made for records: what is known of each, kept with its record."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from config import clock
from integrations.flow import Paper, PaperStatus
from integrations.models import Document, Integration, Record


def store(integration: Integration, record: Record, papers: Sequence[Paper]) -> None:
    """Note how the record's documents stand at the target; inside the commit that ends its work.

    A reversal comes after what it reverses.
    """
    target = integration.target
    for paper in papers:
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
                "drawn_from": paper.drawn_from,
                "reverses": reversed_by_it.first() if paper.reverses else None,
                "changed_at": clock.now(),
            },
        )


def of_record(integration_id: int, leg: str, source_id: str) -> tuple[Paper, ...]:
    """The record's documents as they were last seen, in the order in which they were made."""
    rows = Document.objects.select_related("reverses").filter(
        record__integration=integration_id, record__leg=leg, record__source_id=source_id
    )
    return tuple(
        Paper(
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
        )
        for row in rows.order_by("pk")
    )
