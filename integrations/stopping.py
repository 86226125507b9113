"""Notes that a vendor no longer lets us in: once, however many records or calls it stopped."""

from __future__ import annotations

from django.db.models import QuerySet

from integrations.models import Connection


def need_consent(connections: QuerySet[Connection], sentence: str) -> int:
    """Let these connections wait for a new consent; those that do already are left alone.

    ``sentence`` is the vendor's refusal in words. Answers how many were noted; people are told of
    them by the next alerts.
    """
    return connections.filter(status=Connection.Status.ACTIVE).update(
        status=Connection.Status.NEEDS_REAUTH, status_reason=sentence, alerted_at=None
    )
