"""Beat for many integrations: django-celery-beat's, without its work per row and tick.

The library compares its whole table before each message it sends, asks the database whether the
table changed each time, and saves row by row. With 10,000 rows due at once the last would be sent
minutes late (``make bench PART=beat``).
"""

from __future__ import annotations

import logging
import time

from celery.beat import ScheduleEntry
from django.db import DatabaseError, InterfaceError, close_old_connections
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler

from integrations.schedule import keep_all

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""How often the database is asked whether the table changed."""
BATCH_COUNT = 500


class Scheduler(DatabaseScheduler):  # type: ignore[misc]  # it ships no types
    """Sends what is due; its table is read when it changed and kept in few statements."""

    _heap_invalidated: bool = False
    _look_at_seconds: float = 0.0

    def setup_schedule(self) -> None:
        """Begin with what the integrations say, not with an empty table."""
        keep_all()
        # Or a change between the first read and the first look would be missed.
        self._last_timestamp = self.Changes.last_change()
        super().setup_schedule()

    def schedule_changed(self) -> bool:
        """Whether somebody changed the table; asked at most once a second."""
        now = time.monotonic()
        if now < self._look_at_seconds:
            return False
        self._look_at_seconds = now + LOOK_SECONDS
        return bool(super().schedule_changed())

    def schedules_equal(self, *schedules: object) -> bool:
        """Whether the order of what is due still holds: it does until the table was read anew."""
        is_read_anew, self._heap_invalidated = self._heap_invalidated, False
        return not is_read_anew

    def reserve(self, entry: ScheduleEntry) -> ScheduleEntry:
        """The entry as it is after it was sent: it stays so when the order is made anew."""
        sent: ScheduleEntry = super().reserve(entry)
        self._schedule[sent.name] = sent
        return sent

    def sync(self) -> None:
        """Keep when each entry was last sent; what cannot be kept now is kept next time."""
        names = list(self._dirty)
        entries = [self._schedule[name].model for name in names if name in self._schedule]
        try:
            close_old_connections()
            PeriodicTask.objects.bulk_update(
                entries, ["last_run_at", "total_run_count"], batch_size=BATCH_COUNT
            )
        except (DatabaseError, InterfaceError) as error:
            log.warning("beat's table was not kept: %s", type(error).__name__)
            return
        self._dirty.difference_update(names)
