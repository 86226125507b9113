"""What the vendors let us do: counted in Redis for all workers, pauses kept in rows."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from config import clock
from connectors import registry as vendors
from connectors.pacing import Pacer, budget_redis
from integrations.models import Budget, Connection

REASON_LENGTH = 300


class DatabasePauses:
    """Pauses as rows, where every worker sees them (``connectors.pacing.Pauses``)."""

    def paused_until(self, scope: str) -> datetime | None:
        """Until when the budget is paused; None where it never was."""
        return Budget.objects.filter(scope=scope).values_list("paused_until", flat=True).first()

    def pause(self, scope: str, until: datetime, reason: str) -> None:
        """Pause the budget; of two pauses the later end counts."""
        row = Budget.objects.filter(scope=scope)
        longer = row.filter(Q(paused_until__lt=until))
        if longer.update(paused_until=until, reason=reason[:REASON_LENGTH]) or row.exists():
            return
        try:
            with transaction.atomic():
                Budget.objects.create(
                    scope=scope, paused_until=until, reason=reason[:REASON_LENGTH]
                )
        except IntegrityError:
            # Another worker was told at the same moment and made the row first.
            longer.update(paused_until=until, reason=reason[:REASON_LENGTH])


def is_paused(connection: Connection) -> bool:
    """Whether nobody calls this account now: the vendor asked for a pause, or is away."""
    vendor = vendors.vendor(connection.vendor)
    scope = vendor.budget_of(connection.config, connection.account_id)
    until = DatabasePauses().paused_until(scope)
    return until is not None and until > clock.now()


def pacer() -> Pacer:
    """The one pacer of this process; the embedded Redis runs before it is asked."""
    if settings.EMBEDDED_REDIS is not None:
        settings.EMBEDDED_REDIS.start()
    return pacer_at(settings.REDIS_URLS.redis)


@cache
def pacer_at(url: str) -> Pacer:
    """The pacer that counts in this Redis, made once."""
    return Pacer(
        budget_redis(url),
        DatabasePauses(),
        fresh_install=_never_called,
    )


def _never_called() -> bool:
    """Whether no account was ever asked anything, so that no call can be under way unseen."""
    return not Connection.objects.filter(checked_at__isnull=False).exists()
