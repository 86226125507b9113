"""What a vendor's stand-in offers to the server, and what the server offers to it.

A stand-in is plain synchronous code: the server calls ``handle`` for one request at a time, so
what it changes, it changes at once. Waiting, faults, lost answers and the journal are the server's.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from connectors.sandbox.world import World

JSON = Any
"""A JSON value; the stand-ins' rows are kept in the vendors' own shapes."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it would have reached the vendor's host."""

    method: str
    host: str
    path: str
    """Decoded once, starting with a slash."""
    query: str
    """Raw, without the question mark."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    raw_path: str = ""
    """As sent, percent-escapes kept."""

    def params(self) -> list[tuple[str, str]]:
        """Query parameters in order; a bare ``+`` is a space, as on the vendors' servers."""
        return parse_qsl(self.query, keep_blank_values=True)

    def form(self) -> list[tuple[str, str]]:
        """The fields of a form body, in order."""
        return parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)


@dataclass(slots=True)
class Answer:
    """What the vendor would have answered."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay_seconds: float = 0.0
    """How long the vendor would have kept the caller waiting before it worked (throttling)."""
    to_browser: bool = False
    """A redirect of a browser: the server swaps a public origin for its loopback (``--reach``)."""
    more_headers: list[tuple[str, str]] = field(default_factory=list)
    """Headers of which there are several with one name (``Set-Cookie``)."""


@dataclass(frozen=True, slots=True)
class Switch:
    """A behaviour that the sources dispute: one of ``values``, the first by default."""

    sentence: str
    values: tuple[str, ...]


class TakenError(ValueError):
    """The control API's change clashes with another record; answered as 409."""


class StandIn(ABC):
    """One vendor. ``cases`` are the strictnesses that ``/_control/soften`` turns off, by number."""

    slug: str
    cases: Mapping[str, str]
    switches: Mapping[str, Switch]
    fault_case: str = ""
    """The case that says that planted faults strike; softened, they do not. Empty: none does."""

    def __init__(self, world: World) -> None:
        self.world = world

    @abstractmethod
    def reset(self, seed: int, people: int) -> None:
        """Start anew with generated companies; the same seed gives the same companies."""

    @abstractmethod
    def handle(self, request: Request) -> Answer:
        """Do what the vendor would do and answer as it would."""

    @abstractmethod
    def state(self) -> dict[str, JSON]:
        """Everything the vendor knows, for judges: kind -> id -> row, and what the case needs."""

    @abstractmethod
    def put(self, kind: str, key: str, body: dict[str, JSON]) -> JSON:
        """Create or change a record as a person at the vendor would; webhooks fire.

        Raises:
            ValueError: the kind or a field is unknown; says which ones there are.
        """

    @abstractmethod
    def delete(self, kind: str, key: str) -> None:
        """Delete a record as a person at the vendor would; webhooks fire.

        Raises:
            KeyError: no such record.
        """

    def tick(self) -> None:  # noqa: B027  most have nothing that becomes due
        """The clock has moved: let what has become due take effect."""

    def is_soft(self, case: str) -> bool:
        """Whether this strictness was turned off by ``/_control/soften``."""
        return self.world.is_soft(self.slug, case)

    def switch(self, name: str) -> str:
        """The value in force of a disputed behaviour."""
        return self.world.switch(self.slug, name)
