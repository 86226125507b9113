"""How far a leg's source is handled: the vendor's own text, moved forward by compare-and-set."""

from __future__ import annotations

from django.db.models import F

from config import clock
from integrations.models import HighWaterMark, Integration


def read_mark(integration: Integration, leg: str) -> HighWaterMark:
    """The mark of this leg; a new one says that nothing was read yet."""
    mark, _ = HighWaterMark.objects.get_or_create(integration=integration, leg=leg)
    return mark


def move(mark: HighWaterMark, value: str) -> bool:
    """Set the mark unless somebody else moved or reset it since it was read."""
    if not value or value == mark.value:
        return True
    moved = HighWaterMark.objects.filter(
        pk=mark.pk, value=mark.value, generation=mark.generation
    ).update(value=value, moved_at=clock.now())
    if moved:
        mark.value = value
    return bool(moved)


def open_leg(integration: Integration, leg: str) -> None:
    """Let the leg write from now on: what its first preview shows was approved."""
    read_mark(integration, leg)
    HighWaterMark.objects.filter(integration=integration, leg=leg, opened_at__isnull=True).update(
        opened_at=clock.now()
    )


def is_open(integration: Integration, leg: str) -> bool:
    """Whether the leg may write."""
    rows = HighWaterMark.objects.filter(integration=integration, leg=leg)
    return rows.filter(opened_at__isnull=False).exists()


def reset(integration: Integration, leg: str) -> None:
    """Have the next run read everything; a run under way can no longer move the mark."""
    HighWaterMark.objects.filter(integration=integration, leg=leg).update(
        value="", generation=F("generation") + 1
    )
