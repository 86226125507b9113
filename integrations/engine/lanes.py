"""Steps that the target cannot do side by side: one at a time per connection, over all workers."""

from __future__ import annotations

import secrets
import time
from collections import defaultdict
from datetime import timedelta
from threading import Lock

from config import clock
from connectors.errors import RetryableError
from integrations.models import Connection, Lane
from integrations.timing import EPOCH

PATIENCE_SECONDS = 10.0
"""How long a step waits for its lane; then its record is tried again later."""
KEPT_SECONDS = 5.0
"""How long one worker keeps a lane over several calls before others get their turn."""
MARGIN_SECONDS = 10.0
GLANCE_SECONDS = 0.02

_in_process: dict[tuple[int, str], Lock] = defaultdict(Lock)


class Lanes:
    """The lane that one thread keeps; taken before a call, given back when its records are done."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._name = ""
        self._token = ""
        self._give_back_at = 0.0

    def take(self, name: str, deadline_seconds: float) -> None:
        """Have the lane for one call; no name, nothing to have.

        Raises:
            RetryableError: others have had it for too long; nothing was sent.
        """
        if self._name and (name != self._name or time.monotonic() > self._give_back_at):
            self.give_back()
        if not name or name == self._name:
            return
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        # Threads of one process queue here, so that they do not ask the database in turns.
        if not _in_process[self._connection.pk, name].acquire(timeout=PATIENCE_SECONDS):
            raise self._busy(name)
        self._name = name
        self._give_back_at = time.monotonic() + KEPT_SECONDS
        while not self._leased(deadline_seconds):
            if time.monotonic() > give_up_at:
                self.give_back()
                raise self._busy(name)
            time.sleep(GLANCE_SECONDS)

    def give_back(self) -> None:
        """Let others have the lane; nothing to do where none is kept."""
        if not self._name:
            return
        name, token, self._name, self._token = self._name, self._token, "", ""
        if token:
            Lane.objects.filter(connection=self._connection, name=name, lease_token=token).update(
                lease_token="", lease_until=EPOCH
            )
        _in_process[self._connection.pk, name].release()

    def _leased(self, deadline_seconds: float) -> bool:
        """Take the lease, long enough for the last call that may begin while it is kept."""
        now = clock.now()
        token = secrets.token_hex(16)
        taken = Lane.objects.filter(
            connection=self._connection, name=self._name, lease_until__lt=now
        ).update(
            lease_token=token,
            lease_until=now + timedelta(seconds=KEPT_SECONDS + deadline_seconds + MARGIN_SECONDS),
        )
        if taken:
            self._token = token
            return True
        Lane.objects.get_or_create(connection=self._connection, name=self._name)
        return False

    def _busy(self, name: str) -> RetryableError:
        error = RetryableError(
            f"{self._connection} takes one {name} at a time, and others are at it; "
            "it is tried again.",
            vendor=self._connection.vendor,
        )
        error.retry_after_seconds = PATIENCE_SECONDS
        return error
