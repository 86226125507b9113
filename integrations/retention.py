"""Deletes what is kept no longer: bodies of the trail, old deliveries, spent attempts."""

from __future__ import annotations

import logging
from datetime import timedelta

from audit.retention import delete_bodies
from config import clock
from integrations.models import ConnectSession, Delivery, Refused, Tenant

log = logging.getLogger(__name__)

DELIVERIES_KEPT = timedelta(days=90)
"""So long a repeat of a numbered event is recognised (``reliability.md`` §6)."""
ATTEMPTS_KEPT = timedelta(days=30)
BATCH_COUNT = 500


def retain() -> None:
    """Delete what is older than it is kept; safe to stop and to run twice."""
    now = clock.now()
    bodies_count = sum(
        delete_bodies(tenant.pk, now - timedelta(days=tenant.bodies_kept_days))
        for tenant in Tenant.objects.all()
    )
    deliveries = Delivery.objects.filter(handled_at__lt=now - DELIVERIES_KEPT).order_by("pk")
    deliveries_count = 0
    while ids := list(deliveries.values_list("pk", flat=True)[:BATCH_COUNT]):
        deliveries_count += Delivery.objects.filter(pk__in=ids).delete()[0]
    Refused.objects.filter(minute_at__lt=now - DELIVERIES_KEPT).delete()
    ConnectSession.objects.filter(expires_at__lt=now - ATTEMPTS_KEPT).delete()
    log.info("deleted %s bodies and %s deliveries", bodies_count, deliveries_count)
