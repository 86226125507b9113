"""Compares both sides of each integration once a night: finds what notices missed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q

from config import clock
from connectors.errors import ConnectorError
from integrations import wake
from integrations.engine import failures, marks
from integrations.engine.reconcile import reconcile
from integrations.engine.run import legs
from integrations.models import Connection, Integration, Tenant

log = logging.getLogger(__name__)

NIGHT_BEGINS = timedelta(hours=1)
"""After the tenant's midnight."""
SPREAD_MINUTES = 240
"""The comparisons of one time zone begin within so many minutes."""


def due_ids() -> Iterator[int]:
    """The integrations that run and were not compared since their night began."""
    running = Integration.objects.filter(
        status=Integration.Status.ON,
        source__status=Connection.Status.ACTIVE,
        target__status=Connection.Status.ACTIVE,
    ).select_related("tenant")
    for integration in running.order_by("reconciled_at", "pk"):
        if _last_compared_at(integration) < begins_at(integration.tenant, integration.pk):
            yield integration.pk


def take(integration: Integration) -> bool:
    """Whether this worker compares it tonight; of two that ask one is told so."""
    begins = begins_at(integration.tenant, integration.pk)
    if _last_compared_at(integration) >= begins:
        return False
    due = Q(reconciled_at__isnull=True) | Q(reconciled_at__lt=begins)
    return bool(
        Integration.objects.filter(due, pk=integration.pk).update(reconciled_at=clock.now())
    )


def begins_at(tenant: Tenant, number: int) -> datetime:
    """The latest instant at which a night's comparison of this integration was due."""
    into_the_night = timedelta(minutes=number * 7 % SPREAD_MINUTES)
    today = tenant.today()
    begins = tenant.starts_at(today) + NIGHT_BEGINS + into_the_night
    if begins <= clock.now():
        return begins
    return tenant.starts_at(today - timedelta(days=1)) + NIGHT_BEGINS + into_the_night


def compare(integration: Integration) -> None:
    """Compare each leg; what was missed is made due, and its worker woken."""
    for leg in legs(integration):
        if not marks.is_open(integration, leg.name):
            continue
        try:
            reconcile(integration, leg)
        except ConnectorError as error:
            failures.tell(integration, error)
            log.warning("comparison of integration %s: %s", integration.pk, error.summary)
            return
    wake.drain(integration.target_id)


def _last_compared_at(integration: Integration) -> datetime:
    return integration.reconciled_at or integration.created_at
