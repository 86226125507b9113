"""Where a read of numbered pages goes on: by the vendor's own count, else until a short page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from connectors.vendors.gusto.client import PAGE_ROWS


@dataclass(frozen=True, slots=True)
class Numbered:
    """One page; the first is 1."""

    page: int = 1

    @property
    def key(self) -> str:
        """Its number."""
        return str(self.page)

    def after(self, row_count: int, page_count: int | None) -> Self | None:
        """The next page's place; None after the last."""
        has_more = row_count >= PAGE_ROWS if page_count is None else self.page < page_count
        return replace(self, page=self.page + 1) if has_more else None
