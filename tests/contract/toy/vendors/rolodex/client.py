"""Speaks with one company's rolodex."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from connectors.transport import Answer, Session
from connectors.vendor import Capabilities, Identity, Operation

READ_ME: Final = Operation("read_me", "GET", "/me")
READ_ABILITIES: Final = Operation("read_abilities", "GET", "/abilities")


class Client:
    """Speaks with one company."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def me(self) -> Identity:
        """Who the credential belongs to."""
        answer = self.send(READ_ME, "/me").json()
        return Identity(answer["company"], answer["title"], answer["user"])

    def abilities(self) -> Capabilities:
        """What the account has."""
        answer = self.send(READ_ABILITIES, "/abilities").json()
        return Capabilities(answer["facts"], tuple(answer["warnings"]))

    def send(
        self,
        operation: Operation,
        path: str,
        query: Sequence[tuple[str, str]] = (),
        json: object = None,
    ) -> Answer:
        """Make one call."""
        return self._session.send(operation, path, query=query, json=json)

    def close(self) -> None:
        """Let the line go."""
        self._session.close()
