"""Proves once a day that what is written can be found again."""

from __future__ import annotations

from datetime import timedelta
from threading import Lock

from config import clock
from integrations.models import HighWaterMark

VALID_FOR = timedelta(days=1)


class Proof:
    """Whether the look-up of one leg was seen to work; shared by a run's threads."""

    def __init__(self, mark: HighWaterMark) -> None:
        self._mark_id = mark.pk
        self._proven_at = mark.proven_at
        self._lock = Lock()

    @property
    def is_given(self) -> bool:
        """Whether a look-up has ever found what had just been created."""
        return self._proven_at is not None

    def is_due(self) -> bool:
        """Whether the next creation is to be looked for."""
        with self._lock:
            return self._proven_at is None or self._proven_at + VALID_FOR < clock.now()

    def note(self) -> None:
        """A look-up has found it."""
        with self._lock:
            self._proven_at = clock.now()
        HighWaterMark.objects.filter(pk=self._mark_id).update(proven_at=self._proven_at)
