"""Makes due whose field waited for another record, once that one stands or points elsewhere."""

from __future__ import annotations

from django.db.models import F, QuerySet

from config import clock
from integrations.flow import ANY_RECORD
from integrations.models import Record


def wake(record: Record, target_id: str, points_to: str | None) -> None:
    """Ask for those again that waited for this record; inside the commit that ends its work.

    A record that stood there before and points where it pointed has kept nobody waiting.
    """
    moved = points_to is not None and points_to != record.points_to
    arrived = bool(target_id) and record.state != Record.State.SYNCED
    for_whom = [record.source_id] * arrived + [ANY_RECORD] * moved
    if for_whom:
        _of_leg(record).filter(waits_for__in=for_whom).exclude(pk=record.pk).update(
            wanted=F("wanted") + 1, due_at=clock.now()
        )


def ask_again_if_there(record: Record, waits_for: str) -> None:
    """Leave the record due when whom it waits for came to stand while it was worked.

    After the commit: whoever commits second of the two sees the other.
    """
    if _of_leg(record).filter(source_id=waits_for).exclude(target_id="").exists():
        Record.objects.filter(pk=record.pk).update(wanted=F("wanted") + 1, due_at=clock.now())


def _of_leg(record: Record) -> QuerySet[Record]:
    return Record.objects.filter(integration_id=record.integration_id, leg=record.leg)
