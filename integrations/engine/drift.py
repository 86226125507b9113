"""Remembers where the target differs from what was written, and what of it a person accepted."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence

from django.utils.crypto import salted_hmac

from config import clock
from integrations.flow import Difference
from integrations.models import Drift, Integration, Record


def digest(difference: Difference) -> str:
    """What both sides say, so that a change of either is seen.

    Keyed, since it may cover pay, whose few digits a bare digest would give away.
    """
    text = json.dumps([difference.field, difference.found, difference.wanted], ensure_ascii=False)
    return salted_hmac("drift", text, algorithm="sha256").hexdigest()


def unaccepted(record: Record, differences: Iterable[Difference]) -> list[Difference]:
    """Those that nobody has accepted as they are now."""
    seen = list(differences)
    if not seen:
        return []
    accepted = set(record.drifts.filter(accepted_at__isnull=False).values_list("field", "digest"))
    return [one for one in seen if (one.field, digest(one)) not in accepted]


def accepted_fields(record: Record) -> frozenset[str]:
    """The fields that may stay as they are at the target."""
    return frozenset(
        record.drifts.filter(accepted_at__isnull=False).values_list("field", flat=True)
    )


def note(
    record: Record, differences: Sequence[Difference], compared: Collection[str] | None = None
) -> None:
    """Make the record's drifts exactly these, as far as its fields were ``compared``; None is all.

    What was accepted stays so while both sides say what they said then.
    """
    known = {row.field: row for row in record.drifts.all()}
    differing = {one.field: one for one in differences}
    gone = [
        row.pk
        for field, row in known.items()
        if field not in differing and (compared is None or field in compared)
    ]
    if gone:
        Drift.objects.filter(pk__in=gone).delete()
    for field, one in differing.items():
        said = digest(one)
        if field in known and known[field].digest == said:
            continue
        found, wanted = one.shown
        Drift.objects.update_or_create(
            record=record,
            field=field,
            defaults={
                "found": found,
                "wanted": wanted,
                "digest": said,
                "seen_at": clock.now(),
                "accepted_at": None,
                "accepted_by": None,
                "reason": "",
            },
        )


def forget(integration: Integration, leg: str, source_ids: Collection[str]) -> None:
    """Both sides of these records agree again."""
    rows = Drift.objects.filter(record__integration=integration, record__leg=leg)
    # Few rows: only what differs has one.
    agreeing = [
        pk
        for pk, source_id in rows.values_list("pk", "record__source_id")
        if source_id in source_ids
    ]
    if agreeing:
        Drift.objects.filter(pk__in=agreeing).delete()
