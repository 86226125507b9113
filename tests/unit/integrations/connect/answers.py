"""What the test client answers, as far as these tests look at it."""

from __future__ import annotations

from typing import Protocol


class Answer(Protocol):
    """One response."""

    @property
    def status_code(self) -> int: ...

    @property
    def content(self) -> bytes: ...

    def __getitem__(self, header: str) -> str: ...
