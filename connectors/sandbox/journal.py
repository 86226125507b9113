"""The journal of requests: what reached which vendor, when, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors.sandbox.clock import iso
from connectors.sandbox.standin import JSON, Request


@dataclass(slots=True)
class Row:
    """One request; ``status`` stays None when the caller got no answer."""

    n: int
    vendor: str
    host: str
    method: str
    path: str
    query: str
    started_at: datetime
    ended_at: datetime | None = None
    status: int | None = None
    fault: str = ""
    held: str = ""
    """Where the request is held just now: ``received``, ``applied`` or not at all."""
    was_applied: bool = False
    """The stand-in has worked it, whatever the caller saw."""

    def as_json(self) -> dict[str, JSON]:
        """The row as the control API shows it."""
        return {
            "n": self.n,
            "vendor": self.vendor,
            "host": self.host,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "status": self.status,
            "started": iso(self.started_at),
            "ended": None if self.ended_at is None else iso(self.ended_at),
            "in_flight": self.ended_at is None,
            "fault": self.fault,
            "held": self.held,
            "applied": self.was_applied,
        }


class Journal:
    """All requests since the last reset, in the order they arrived."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._in_flight: dict[tuple[str, str], int] = {}

    def clear(self) -> None:
        """Forget everything; requests still under way count no longer."""
        self.rows = []
        self._in_flight = {}

    def open(self, vendor: str, request: Request, at: datetime) -> Row:
        """Note a request that has just arrived."""
        host = request.host
        row = Row(len(self.rows) + 1, vendor, host, request.method, request.path, request.query, at)
        self.rows.append(row)
        self._in_flight[vendor, host] = self._in_flight.get((vendor, host), 0) + 1
        return row

    def close(self, row: Row, status: int | None, at: datetime) -> None:
        """Note how it ended."""
        row.status = status
        row.ended_at = at
        row.held = ""
        if row.n <= len(self.rows) and self.rows[row.n - 1] is row:
            self._in_flight[row.vendor, row.host] -= 1

    def in_flight(self, vendor: str, host: str) -> int:
        """How many requests to this host are under way."""
        return self._in_flight.get((vendor, host), 0)
