"""What the counting pass saw at the target, so that the writing pass asks nothing twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from integrations.flow import Finding
from integrations.models import Record


@dataclass(frozen=True, slots=True)
class Glance:
    """What a look for one record found, and when it began."""

    finding: Finding
    at: datetime


class Glances:
    """Each is good for one use: whoever comes back to the record looks again."""

    def __init__(self) -> None:
        self._by_record: dict[int, Glance] = {}
        self._lock = Lock()

    def keep(self, record: Record, glance: Glance) -> None:
        """Remember what was seen for this record."""
        with self._lock:
            self._by_record[record.pk] = glance

    def take(self, record: Record) -> Glance | None:
        """What was seen for this record since it was last worked; None where nothing was."""
        with self._lock:
            glance = self._by_record.pop(record.pk, None)
        is_older = glance is not None and record.read_at is not None and record.read_at > glance.at
        return None if is_older else glance

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._by_record.clear()
