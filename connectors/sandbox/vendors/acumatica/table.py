"""A table: rows by key and by id, with indexes for the filters that clients look people up by."""

from __future__ import annotations

from datetime import datetime

from connectors.sandbox.standin import JSON
from connectors.sandbox.vendors.acumatica.rows import Row, at, key_of


class Table:
    """The rows of one kind. A stored row is never changed: it is replaced."""

    def __init__(self, keys: tuple[str, ...], indexed: tuple[str, ...] = ()) -> None:
        self.keys = keys
        self.rows: dict[str, Row] = {}
        self._keys_by_id: dict[str, str] = {}
        self._indexes: dict[str, dict[JSON, dict[str, None]]] = {path: {} for path in indexed}
        self._ordered: list[Row] | None = None
        self._unfound: dict[str, tuple[datetime, Row | None]] = {}

    def by_id(self, row_id: str) -> Row | None:
        """The row with this id."""
        key = self._keys_by_id.get(row_id)
        return None if key is None else self.rows[key]

    def store(self, row: Row, *, found_from: datetime | None = None) -> None:
        """Add the row, or replace the one with its id.

        Until ``found_from`` lists and filters show what was there before.
        """
        key = key_of(row, self.keys)
        old_key = self._keys_by_id.get(row["id"])
        before = None if old_key is None else self.rows[old_key]
        if old_key is not None and before is not None:
            self._unindex(old_key, before)
            if old_key != key:
                del self.rows[old_key]
        if found_from is not None:
            self._unfound[key] = (found_from, before)
        self.rows[key] = row
        self._keys_by_id[row["id"]] = key
        for path, index in self._indexes.items():
            index.setdefault(at(row, path), {})[key] = None
        self._ordered = None

    def remove(self, key: str) -> Row:
        """Delete a row.

        Raises:
            KeyError: there is none.
        """
        row = self.rows.pop(key)
        del self._keys_by_id[row["id"]]
        self._unindex(key, row)
        self._unfound.pop(key, None)
        self._ordered = None
        return row

    def _unindex(self, key: str, row: Row) -> None:
        for path, index in self._indexes.items():
            value = at(row, path)
            keys = index[value]
            del keys[key]
            if not keys:
                del index[value]

    def listed(self, now: datetime) -> list[Row]:
        """Every row that lists show, in the order of the keys."""
        if self._ordered is None:
            self._ordered = [self.rows[key] for key in sorted(self.rows)]
        if not self._lags(now):
            return self._ordered
        shown: list[Row] = []
        for row in self._ordered:
            unfound = self._unfound.get(key_of(row, self.keys))
            found = row if unfound is None else unfound[1]
            if found is not None:
                shown.append(found)
        return shown

    def equal(self, path: str, value: JSON, now: datetime) -> list[Row] | None:
        """The rows with this value at this path; None: not indexed, look at each."""
        if self._lags(now):
            return None
        if path == self.keys[0] and len(self.keys) == 1:
            row = self.rows.get(value)
            return [] if row is None else [row]
        index = self._indexes.get(path)
        if index is None:
            return None
        return [self.rows[key] for key in sorted(index.get(value, ()))]

    def _lags(self, now: datetime) -> bool:
        if not self._unfound:
            return False
        self._unfound = {key: lag for key, lag in self._unfound.items() if lag[0] > now}
        return bool(self._unfound)
