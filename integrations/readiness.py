"""Whether this installation can work: database, Redis, and a beat that is heard."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from redis.exceptions import RedisError

from config import clock
from connectors.pacing import budget_redis
from integrations.models import Routine
from integrations.routines import SWEEP

SILENT_AFTER = timedelta(seconds=90)
"""A beat that has not swept for so long is not heard."""


def readiness() -> dict[str, str]:
    """What keeps each part from working, in words; empty where it works."""
    database = _database()
    return {
        "database": database,
        "redis": _redis(),
        "sweep": _sweep() if not database else "It cannot be known without the database.",
    }


def swept_ago() -> timedelta | None:
    """How long ago due work was last looked for; None where it never was."""
    done_at = Routine.objects.filter(name=SWEEP.name).values_list("done_at", flat=True).first()
    return None if done_at is None else clock.now() - done_at


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "It does not answer."
    return ""


def _redis() -> str:
    try:
        with budget_redis(settings.REDIS_URLS.redis) as redis:
            redis.ping()
    except (RedisError, OSError):
        return "It does not answer: no vendor is called until it does."
    return ""


def _sweep() -> str:
    ago = swept_ago()
    if ago is None:
        return "Due work was never looked for: start beat and a worker."
    if ago > SILENT_AFTER:
        return f"Due work was last looked for {int(ago.total_seconds())} s ago: is beat running?"
    return ""
