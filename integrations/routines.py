"""The installation's own recurring work: what there is, how often, and by one worker at a time."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from config import clock
from integrations.models import Routine
from integrations.timing import EPOCH

MUCH_TOO_EARLY = 0.5
"""The part of its rhythm after which a routine that was done may be done again."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """One routine: the task that does it and how often beat asks for it."""

    name: str
    task: str
    every: timedelta
    lease: timedelta
    """Longer than it takes: a worker that was killed keeps the others out for so long."""
    queue: str = "bulk"
    is_spaced: bool = True
    """Done once per rhythm, whoever asks how often."""


SWEEP = Rhythm(
    "sweep",
    "integrations.sweep",
    every=timedelta(seconds=settings.SWEEP_SECONDS),
    lease=timedelta(minutes=1),
    queue="soon",
    is_spaced=False,
)
REFRESH = Rhythm(
    "refresh",
    "integrations.refresh_grants",
    every=timedelta(minutes=1),
    lease=timedelta(minutes=10),
)
ALERTS = Rhythm(
    "alerts",
    "integrations.send_alerts",
    every=timedelta(minutes=1),
    lease=timedelta(minutes=10),
)
NIGHT = Rhythm(
    "night",
    "integrations.begin_nightly",
    every=timedelta(minutes=10),
    lease=timedelta(minutes=10),
)
RETENTION = Rhythm(
    "retention",
    "integrations.retain",
    every=timedelta(days=1),
    lease=timedelta(hours=2),
)
SCHEDULE = Rhythm(
    "schedule",
    "integrations.keep_schedule",
    every=timedelta(hours=1),
    lease=timedelta(minutes=10),
)
RHYTHMS = (SWEEP, REFRESH, ALERTS, NIGHT, RETENTION, SCHEDULE)


@contextmanager
def turn(rhythm: Rhythm) -> Iterator[bool]:
    """Whether this worker is to do the routine now; while it does, nobody else is.

    A routine that raised counts as not done.
    """
    Routine.objects.get_or_create(name=rhythm.name)
    now = clock.now()
    token = secrets.token_hex(16)
    free = Routine.objects.filter(name=rhythm.name, lease_until__lt=now)
    if rhythm.is_spaced:
        early = now - rhythm.every * MUCH_TOO_EARLY
        free = free.filter(Q(done_at__isnull=True) | Q(done_at__lt=early))
    if not free.update(lease_token=token, lease_until=now + rhythm.lease, begun_at=now):
        yield False
        return
    mine = Routine.objects.filter(name=rhythm.name, lease_token=token)
    try:
        yield True
    except BaseException:
        mine.update(lease_token="", lease_until=EPOCH)
        raise
    mine.update(lease_token="", lease_until=EPOCH, done_at=clock.now())
