"""How far money documents have come at the target, in words; which are written and not released."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import Q, QuerySet

from config import clock
from connectors.redaction import printable
from integrations.models import Document, Record

Status = Document.Status
WORDS: Final = {
    Status.SAVED: "written, not released",
    Status.WAITS: "written, waits for approval there",
    Status.RELEASED: "released",
    Status.VOIDED: "voided",
    Status.REMOVED: "removed",
}
UNRELEASED: Final = (Status.SAVED, Status.WAITS)
PAST_DUE: Final = timedelta(days=1)
"""So long after its day a document that is not released yet asks for somebody."""


def unreleased(rows: QuerySet[Document]) -> QuerySet[Document]:
    """Those of ``rows`` that stand at the target and are not released there."""
    return rows.filter(status__in=UNRELEASED)


def overdue() -> Q:
    """The condition of those that were to be released more than a day ago.

    The day is the one that the record waits for; where it waits for none, the one on which the
    document was written. Tenants' days begin apart: with a whole day more none is late too early.
    """
    late_at = clock.now() - PAST_DUE
    return Q(status__in=UNRELEASED) & (
        Q(record__waits_until__lt=late_at.date())
        | Q(record__waits_until__isnull=True, created_at__lt=late_at)
    )


def stands(document: Document) -> str:
    """How far it has come; what is not released says since when it stands there."""
    status = Status(document.status)
    if status not in UNRELEASED:
        return WORDS[status]
    return f"{WORDS[status]}, since {document.created_at:%Y-%m-%d %H:%M} UTC"


def lines(record: Record) -> list[str]:
    """A sentence on each document of the record; none of them tells an amount."""
    return [printable(_line(one)) for one in record.documents.order_by("pk")]


def as_json(record: Record) -> list[dict[str, str]]:
    """The documents of the record for machines, without their totals."""
    rows = record.documents.select_related("reverses").order_by("pk")
    return [
        {
            "number": one.number,
            "kind": one.kind,
            "reference": one.reference,
            "target_id": one.target_id,
            "dated_on": one.dated_on.isoformat(),
            "status": one.status,
            "since": one.created_at.isoformat(),
            "reverses": one.reverses.number if one.reverses is not None else "",
        }
        for one in rows
    ]


def _line(document: Document) -> str:
    there = f" ({document.target_id})" if document.target_id else ""
    return (
        f"Document {document.number}, {document.reference}{there} of {document.dated_on}: "
        f"{stands(document)}."
    )
