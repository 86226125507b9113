"""Where a paged read goes on: pure values that know no HTTP, and the one loop over pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol, Self, TypeVar

from connectors.errors import ContractError

MAX_PAGE_COUNT: Final = 10_000
"""A read that does not end by then never will."""

T = TypeVar("T")


class Place(Protocol):
    """Where in a read a page begins; of two equal places only the first is read."""

    @property
    def key(self) -> str: ...


P = TypeVar("P", bound=Place)


@dataclass(frozen=True, slots=True)
class Offset:
    """Rows are skipped by number; a page shorter than asked for is the last.

    Rows that are added or removed meanwhile shift the rest: the caller freezes what it can
    (an upper bound of the time of change) and reads with an overlap.
    """

    size: int
    skip: int = 0

    @property
    def key(self) -> str:
        """The number of rows before this page."""
        return str(self.skip)

    def after(self, row_count: int) -> Self | None:
        """The next page's place; None after the last."""
        return None if row_count < self.size else replace(self, skip=self.skip + row_count)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The vendor names the next page; its cursor is opaque, empty for the first page."""

    cursor: str = ""

    @property
    def key(self) -> str:
        """The cursor itself."""
        return self.cursor

    def after(self, cursor: str | None) -> Self | None:
        """The next page's place; None where the vendor names none."""
        return replace(self, cursor=cursor) if cursor else None


def walk(first: P, read: Callable[[P], tuple[Sequence[T], P | None]]) -> Iterator[Sequence[T]]:
    """The pages from ``first`` on, each read when it is asked for.

    Raises:
        ContractError: the vendor leads back to a page already read, or never ends.
    """
    seen: set[str] = set()
    place: P | None = first
    while place is not None:
        if place.key in seen or len(seen) >= MAX_PAGE_COUNT:
            raise ContractError("A list's pages lead in a circle; what was read is not the whole.")
        seen.add(place.key)
        rows, place = read(place)
        yield rows
