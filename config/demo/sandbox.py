"""Speaks to the sandbox's control API: what the vendors know, what people do there, the clock."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import requests

PATIENCE_SECONDS = 60
SEEN_AFTER_SECONDS = 0.5
"""The product asks for the time a few times a second."""


class SandboxError(Exception):
    """The control API refused; the text is its own."""


class Sandbox:
    """The control side of a running sandbox."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.trust_env = False

    def state(self, vendor: str) -> Any:
        """Everything one vendor knows."""
        return self._call("GET", f"{vendor}/state")

    def put(self, vendor: str, kind: str, key: str, **fields: object) -> Any:
        """Create or change a record as a person at the vendor would."""
        return self._call("PUT", f"{vendor}/{kind}/{key}", fields)

    def now(self) -> datetime:
        """The instant it is for the vendors and the product."""
        return datetime.fromisoformat(self._call("GET", "clock")["now"])

    def switch(self, vendor: str, name: str, value: str) -> None:
        """Choose one of a disputed behaviour's values, or whether consents are given unasked."""
        self._call("POST", "switches", {"vendor": vendor, "switch": name, "value": value})

    def soften(self, vendor: str, case: str) -> None:
        """Turn one of a stand-in's strictnesses off."""
        self._call("POST", "soften", {"vendor": vendor, "case": case})

    def fault(self, vendor: str, method: str, path: str, **what: object) -> None:
        """Have one coming call to a vendor go wrong in this way."""
        self._call("POST", "faults", {"vendor": vendor, "method": method, "path": path, **what})

    def advance(self, seconds: float) -> None:
        """Move the clock that the product follows, and wait until every process has seen it."""
        self._call("POST", "clock", {"advance_seconds": seconds})
        time.sleep(SEEN_AFTER_SECONDS)

    def deliver(self, vendor: str) -> None:
        """Wait until everything that this vendor tells by webhooks has been posted."""
        self._call("POST", "webhooks", {"vendor": vendor, "action": "settle"})

    def writes(self, vendor: str) -> list[Any]:
        """The changing requests that one vendor has received so far, sign-in left out."""
        rows: list[Any] = self._call("GET", f"requests?vendor={vendor}")
        return [
            row
            for row in rows
            if row["method"] not in ("GET", "HEAD") and "token" not in row["path"]
        ]

    def _call(self, method: str, path: str, body: object = None) -> Any:
        answer = self._session.request(
            method, f"{self._url}/_control/{path}", json=body, timeout=PATIENCE_SECONDS
        )
        if answer.status_code != 200:
            raise SandboxError(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer.json()
