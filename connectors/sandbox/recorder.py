"""Writes every exchange and delivery to a file, for checks against the vendors' specifications."""

from __future__ import annotations

import json
from pathlib import Path

from connectors.sandbox.journal import Row
from connectors.sandbox.standin import JSON, Answer, Request


class Recorder:
    """One JSON object a line, written at once; bodies as text."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", buffering=1, encoding="utf-8")

    def exchange(self, row: Row, request: Request, answer: Answer, *, is_softened: bool) -> None:
        """A request that was answered; says whether the answer was the vendor's own."""
        types = {name.lower(): value for name, value in answer.headers.items()}
        self._write(
            {
                "vendor": row.vendor,
                "host": request.host,
                "method": request.method,
                "path": request.path,
                "query": request.query,
                "content_type": request.headers.get("content-type", ""),
                "body": request.body.decode("utf-8", "replace"),
                "status": answer.status,
                "answer_type": types.get("content-type", ""),
                "answer": answer.body.decode("utf-8", "replace"),
                "is_own": not row.fault and not is_softened,
            }
        )

    def delivery(self, vendor: str, content_type: str, body: bytes, *, is_softened: bool) -> None:
        """A webhook POST on its way."""
        self._write(
            {
                "vendor": vendor,
                "delivery": body.decode("utf-8", "replace"),
                "content_type": content_type,
                "is_own": not is_softened,
            }
        )

    def _write(self, line: dict[str, JSON]) -> None:
        self._file.write(json.dumps(line) + "\n")
