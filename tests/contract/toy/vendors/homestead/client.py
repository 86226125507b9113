"""Speaks with one house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from connectors.transport import Answer, Session
from connectors.vendor import Identity, Operation

READ_ME: Final = Operation("read_me", "GET", "/me")


class Client:
    """Speaks with one house."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def me(self) -> Identity:
        """Whose house it is."""
        answer = self.send(READ_ME, "/me").json()
        return Identity(answer["company"], answer["title"], answer["user"])

    def send(
        self,
        operation: Operation,
        path: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        json: Mapping[str, str] | None = None,
    ) -> Answer:
        """Make one call."""
        return self._session.send(operation, path, query=query, json=json)

    def close(self) -> None:
        """Let the line go."""
        self._session.close()
