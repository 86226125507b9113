"""Deletes what the trail keeps for a time only; the entries and their digests stay."""

from __future__ import annotations

from datetime import datetime

from audit.models import Body, Opening
from audit.opening import opened

BATCH_COUNT = 500


def delete_bodies(tenant_id: int, before: datetime) -> int:
    """Delete a tenant's bodies older than ``before``, with their salts; answers how many.

    Safe to stop and to run twice: each batch is a transaction of its own.
    """
    deleted_count = 0
    # Bodies are written in the order of time: behind a batch without an old one are only newer.
    rows = Body.objects.filter(tenant_id=tenant_id).order_by("pk").values_list("pk", "at")
    while ids := [pk for pk, at in rows[:BATCH_COUNT] if at < before]:
        with opened(Opening.Purpose.RETENTION):
            deleted_count += Body.objects.filter(pk__in=ids).delete()[0]
    return deleted_count
