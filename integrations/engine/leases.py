"""Who may work a record: an owner token and an expiry, taken and kept by one conditional UPDATE."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from config import clock
from integrations.models import Record
from integrations.timing import EPOCH


class LeaseLostError(Exception):
    """Somebody else works the record now; whatever was found out here is theirs to find."""


def claim(record_ids: Sequence[int], seconds: float | None = None) -> list[Record]:
    """Take those of the records that nobody holds, in one statement.

    Answers them as they stand after the taking, in the order asked for: ``lease_token`` is this
    worker's.
    """
    now = clock.now()
    token = secrets.token_hex(16)
    until = now + timedelta(seconds=seconds or settings.LEASE_SECONDS)
    taken = Record.objects.filter(pk__in=record_ids, lease_until__lt=now).update(
        lease_token=token, lease_until=until
    )
    if not taken:
        return []
    rows = Record.objects.filter(pk__in=record_ids, lease_token=token)
    places = {pk: place for place, pk in enumerate(record_ids)}
    return sorted(rows, key=lambda row: places[row.pk])


def keep(record: Record, until: datetime) -> None:
    """Hold the record at least until then.

    Raises:
        LeaseLostError: it is no longer ours.
    """
    if record.lease_until >= until:
        return
    kept = Record.objects.filter(pk=record.pk, lease_token=record.lease_token).update(
        lease_until=until
    )
    if not kept:
        raise LeaseLostError(f"record {record.pk}")
    record.lease_until = until


def give_back(records: Sequence[Record]) -> None:
    """Let go of records that were not worked; they stay as due as they were."""
    for record in records:
        Record.objects.filter(pk=record.pk, lease_token=record.lease_token).update(
            lease_token="", lease_until=EPOCH
        )
