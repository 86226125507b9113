"""Counts what a poll found and no webhook told: how far webhooks can be relied on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F

from config import clock
from integrations.engine.fingerprints import is_otherwise
from integrations.models import Connection, Delivery, Record, Subscription


@dataclass(frozen=True, slots=True)
class Poll:
    """One poll of what a subscription should have told."""

    subscription_id: int

    def count(self, before: Sequence[Record]) -> None:
        """Count those of these records that came to stand otherwise.

        ``before`` are their rows as they stood when nobody had asked for them.
        """
        of_subscription = Delivery.objects.filter(subscription=self.subscription_id)
        if not before or of_subscription.filter(handled_at__isnull=True).exists():
            return  # what waits may tell of just these
        now = Record.objects.in_bulk([row.pk for row in before])
        untold_count = sum(_is_changed(row, now[row.pk]) for row in before if row.pk in now)
        if untold_count:
            Subscription.objects.filter(pk=self.subscription_id).update(
                untold_count=F("untold_count") + untold_count
            )


def _is_changed(before: Record, now: Record) -> bool:
    """Whether its source said something new that matters; not, whether its work went well."""
    if now.state in (Record.State.QUEUED, Record.State.FAILED):
        return False
    return now.state != before.state or is_otherwise(before.fingerprint, now.fingerprint)


def begin(source: Connection) -> Poll | None:
    """A poll of this connection; None where no webhook tells of its changes.

    The first one after the subscription may find what came before it.
    """
    row = (
        Subscription.objects.filter(connection=source, state=Subscription.State.ACTIVE)
        .only("compared_at")
        .first()
    )
    if row is None:
        return None
    if row.compared_at is None:
        Subscription.objects.filter(pk=row.pk).update(compared_at=clock.now())
        return None
    return Poll(row.pk)
