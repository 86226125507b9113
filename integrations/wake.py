"""Wakes workers; where the broker is away, the sweep finds what is due."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import current_app
from django.db.models import Q
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from config import clock
from integrations.models import Connection

log = logging.getLogger(__name__)

FORGOTTEN_AFTER = timedelta(seconds=60)
"""A worker that took up a message and is silent for so long is taken for dead."""


def poll(integration_id: int, everything: bool = False) -> bool:
    """Have the sources of one integration read; False where the broker is away."""
    return _send("bulk", "integrations.poll", integration_id, everything)


def vocabularies(integration_id: int) -> bool:
    """Have the lists of one integration read; False where the broker is away."""
    return _send("bulk", "integrations.read_vocabularies", integration_id)


def review(integration_id: int) -> bool:
    """Have both sides of one integration laid side by side; False where the broker is away."""
    return _send("bulk", "integrations.draw_up_review", integration_id)


def keep_plan(integration_id: int, user_id: int | None) -> bool:
    """Have a preview of one integration drawn up and kept; False where the broker is away."""
    return _send("bulk", "integrations.keep_plan", integration_id, user_id)


def post_plan(plan_id: int) -> bool:
    """Have an approved plan posted; False where the broker is away."""
    return _send("bulk", "integrations.post_plan", plan_id)


def reconcile(integration_id: int) -> bool:
    """Have both sides of one integration compared; False where the broker is away."""
    return _send("bulk", "integrations.reconcile", integration_id)


def replay(entry_id: int) -> bool:
    """Have one entry run again; False where the broker is away."""
    return _send("soon", "integrations.replay_entry", entry_id)


def drain(connection_id: int) -> bool:
    """Say that one target has work; at most one such message is under way."""
    now = clock.now()
    is_first = (
        Connection.objects.filter(pk=connection_id)
        .filter(Q(woken_at__isnull=True) | Q(woken_at__lt=now - FORGOTTEN_AFTER))
        .update(woken_at=now)
    )
    if not is_first:
        return True
    if _send("soon", "integrations.drain", connection_id):
        return True
    note_done(connection_id)
    return False


def deliveries() -> bool:
    """Have the deliveries that wait split into notices; False where the broker is away."""
    return _send("soon", "integrations.take_up_deliveries")


def mend_subscription(connection_id: int) -> bool:
    """Have the webhook subscription of one connection looked after; False: the broker is away."""
    return _send("soon", "integrations.mend_subscription", connection_id)


def sweep() -> bool:
    """Have everything that is due looked for; False where the broker is away."""
    return _send("soon", "integrations.sweep")


def note_done(connection_id: int) -> None:
    """The work that the message asked for has ended: what is due from now on needs another one."""
    Connection.objects.filter(pk=connection_id).update(woken_at=None)


def _send(queue: str, task: str, *arguments: object) -> bool:
    try:
        current_app.send_task(task, args=arguments, queue=queue)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("broker away, %s is left to the sweep: %s", task, type(error).__name__)
        return False
    return True
