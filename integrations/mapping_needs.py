"""How many records wait for each row of the mapping table, in one query for many rows."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from integrations.mapping import key_parts
from integrations.models import Mapping, Problem

UNDECIDED = (Mapping.State.UNMAPPED, Mapping.State.SUGGESTED)
ROWS_COUNT = 10_000
"""So many rows are narrowed down to at most; nobody reads more."""


def subject_of(kind: str, source_key: str) -> str:
    """How the problem names the value that has no counterpart."""
    return f"{kind}:{' / '.join(key_parts(source_key))}"


def waiting_counts(rows: Iterable[Mapping]) -> dict[int, int]:
    """The records that an open problem about the row's value stops, by row."""
    subjects = {row.pk: (row.integration_id, subject_of(row.kind, row.source_key)) for row in rows}
    if not subjects:
        return {}
    about = _stopping().filter(
        integration__in={integration_id for integration_id, _ in subjects.values()},
        subject__in={subject for _, subject in subjects.values()},
    )
    counted = about.values_list("integration_id", "subject")
    counts = {
        (integration_id, subject): count
        for integration_id, subject, count in counted.annotate(Count("records", distinct=True))
    }
    return {pk: counts.get(subject, 0) for pk, subject in subjects.items()}


def awaited(rows: QuerySet[Mapping]) -> QuerySet[Mapping]:
    """Those of ``rows`` that nobody has decided on and for which records wait."""
    subjects = set(_stopping().values_list("integration_id", "subject"))
    undecided = rows.filter(
        state__in=UNDECIDED, integration__in={integration_id for integration_id, _ in subjects}
    )
    # The key is JSON, the subject is text: which belong together is found here, not by the query.
    keys = undecided.order_by("pk").values_list("pk", "integration_id", "kind", "source_key")
    found = [
        pk
        for pk, integration_id, kind, source_key in keys.iterator()
        if (integration_id, subject_of(kind, source_key)) in subjects
    ]
    return rows.filter(pk__in=found[:ROWS_COUNT])


def _stopping() -> QuerySet[Problem]:
    """The open problems that stop somebody."""
    return Problem.objects.filter(Q(closed_at__isnull=True), records__isnull=False).order_by()
