"""The target's records read in bulk once per run, so that a first sync asks no question twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from threading import Lock

from integrations.flow import Draft, Finding, Found
from integrations.matching import choose


class Index:
    """All records of the target, read in bulk once per run; shared by the run's threads."""

    def __init__(self, read_at: datetime, records: Iterable[Found]) -> None:
        self.read_at = read_at
        self._by_id: dict[str, Found] = {}
        self._by_key: dict[object, set[str]] = defaultdict(set)
        self._lock = Lock()
        for record in records:
            self.note(record)

    def note(self, record: Found) -> None:
        """Remember a record as it stands now, in place of what was known of it."""
        with self._lock:
            before = self._by_id.get(record.target_id)
            if before is not None:
                for key in self._keys(before):
                    self._by_key[key].discard(before.target_id)
            self._by_id[record.target_id] = record
            for key in self._keys(record):
                self._by_key[key].add(record.target_id)

    def find(self, draft: Draft, target_id: str) -> Finding:
        """As a leg's ``find``, without a call."""
        wanted: list[object] = [*draft.keys, ("name", draft.name)]
        with self._lock:
            ids = {target_id} if target_id else set[str]()
            for key in wanted:
                ids |= self._by_key.get(key, set())
            candidates = [self._by_id[one] for one in sorted(ids) if one in self._by_id]
        return choose(draft, target_id, candidates)

    @staticmethod
    def _keys(record: Found) -> list[object]:
        return [*record.keys, ("name", record.name)]
