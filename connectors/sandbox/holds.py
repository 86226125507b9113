"""Requests held by a fault until somebody says what shall become of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from connectors.sandbox.journal import Row

RELEASES = ("never", "now", "later")


@dataclass(slots=True)
class Held:
    """One held request. ``later`` works it without a caller; None once it has been worked."""

    row: Row
    released: asyncio.Future[str]
    work_later: Callable[[], object] | None


class Holds:
    """All held requests, by their number in the journal.

    A request held at ``received`` is released as: ``now``, worked, and answered if the caller still
    waits; ``never``, its connection closed with nothing done; ``later``, its connection closed and
    the request kept, to be released once more as ``now`` or ``never``. One held at ``applied`` has
    been worked: ``now`` answers, ``never`` closes the connection.
    """

    def __init__(self) -> None:
        self._rows: dict[int, Held] = {}

    def clear(self) -> None:
        """Let every caller go with nothing done."""
        for held in self._rows.values():
            if not held.released.done():
                held.released.set_result("never")
        self._rows = {}

    async def wait(self, row: Row, held_at: str, work_later: Callable[[], object] | None) -> str:
        """Hold this request; how it was released."""
        row.held = held_at
        held = Held(row, asyncio.get_running_loop().create_future(), work_later)
        self._rows[row.n] = held
        return await held.released

    def release(self, apply: str, vendor: str, n: int | None) -> list[int]:
        """Release one request, those of one vendor, or all; the numbers of those released.

        Raises:
            ValueError: there is no such request, or it cannot be released so.
        """
        if apply not in RELEASES:
            raise ValueError(f"apply is one of: {', '.join(RELEASES)}.")
        chosen = [
            held
            for held in self._rows.values()
            if (n is None or held.row.n == n) and vendor in ("", held.row.vendor)
        ]
        if not chosen:
            raise ValueError("No such request is held: GET /_control/held lists them.")
        if apply == "later" and any(held.row.held == "applied" for held in chosen):
            raise ValueError(
                "A request held at 'applied' has been worked: release it now or never."
            )
        for held in chosen:
            self._release(held, apply)
        return [held.row.n for held in chosen]

    def _release(self, held: Held, apply: str) -> None:
        if not held.released.done():
            held.released.set_result(apply)
            if apply == "later":
                return
        elif apply == "later":
            raise ValueError(f"Request {held.row.n} was already put off: release it now or never.")
        elif apply == "now" and held.work_later is not None:
            held.work_later()
        del self._rows[held.row.n]

    def as_json(self) -> list[dict[str, object]]:
        """What is held, as the control API shows it."""
        return [
            {**held.row.as_json(), "put_off": held.released.done()} for held in self._rows.values()
        ]
