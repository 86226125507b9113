"""One subscription in one worker's hands: every commit about it carries the lease's token."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from django.db import transaction
from django.db.models import QuerySet

from config import clock
from connectors.vendor import Operation
from integrations.engine.leases import LeaseLostError
from integrations.models import Subscription
from integrations.timing import EPOCH

LEASE = timedelta(minutes=5)
MARGIN_SECONDS = 5.0
"""By so much the lease outlives the call that it is kept for."""


@dataclass(slots=True)
class Held:
    """The row as this worker knows it."""

    row: Subscription

    @classmethod
    def take(cls, row: Subscription) -> Self | None:
        """The row in our hands, as it stands now; None where somebody else has it."""
        now = clock.now()
        token = secrets.token_hex(16)
        taken = (
            Subscription.objects.filter(pk=row.pk, lease_until__lt=now)
            .exclude(state=Subscription.State.CLOSED)
            .update(lease_token=token, lease_until=now + LEASE)
        )
        if not taken:
            return None
        return cls(Subscription.objects.get(pk=row.pk, lease_token=token))

    def store(self, **columns: object) -> None:
        """Commit what became of it.

        Raises:
            LeaseLostError: it is no longer ours; nothing is stored.
        """
        with transaction.atomic(durable=True):
            if not self._mine().update(**columns):
                raise LeaseLostError(f"subscription {self.row.pk}")
        for name, value in columns.items():
            setattr(self.row, name, value)

    def replace(self, reason: str) -> None:
        """Close the row and hold a new one, with keys of its own, in its place.

        Raises:
            LeaseLostError: it is no longer ours; nothing is stored.
        """
        former = self.row
        row = Subscription(
            tenant_id=former.tenant_id,
            vendor=former.vendor,
            connection_id=former.connection_id,
            app_id=former.app_id,
            state_reason=reason,
            due_at=clock.now(),
            lease_token=former.lease_token,
            lease_until=clock.now() + LEASE,
        )
        with transaction.atomic(durable=True):
            closed = self._mine().update(
                state=Subscription.State.CLOSED,
                state_reason=reason,
                due_at=None,
                lease_token="",
                lease_until=EPOCH,
            )
            if not closed:
                raise LeaseLostError(f"subscription {former.pk}")
            row.save(force_insert=True)
        self.row = row

    def may_begin(self, operation: Operation, deadline_seconds: float) -> None:
        """Let a call begin only while the lease outlives it.

        Raises:
            LeaseLostError: the row is no longer ours.
        """
        until = clock.now() + timedelta(seconds=deadline_seconds + MARGIN_SECONDS)
        if self.row.lease_until < until:
            self.store(lease_until=until)

    def give_back(self) -> None:
        """Let go of it; what somebody else has taken over is left alone."""
        self._mine().update(lease_token="", lease_until=EPOCH)

    def _mine(self) -> QuerySet[Subscription]:
        return Subscription.objects.filter(pk=self.row.pk, lease_token=self.row.lease_token)
