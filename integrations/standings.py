"""Where other records of an integration stand: what a record that points to them must know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from integrations.models import Record


@dataclass(frozen=True, slots=True)
class Standing:
    """One record as others see it; both are empty where nothing is known of it."""

    target_id: str = ""
    points_to: str = ""
    """The source id of the record of its leg that it points to itself."""


NOWHERE = Standing()
Stands = Callable[[str, str], Standing]
"""Answers for a leg and a source id."""


Comes = Callable[[str, str], str | None]
"""Answers for a leg and a title."""


def nowhere(leg: str, source_id: str) -> Standing:
    """For lookups without records behind them."""
    return NOWHERE


def nothing_comes(leg: str, title: str) -> str | None:
    """For lookups without records behind them."""
    return None


class Standings:
    """The records of one integration, each asked for once as soon as it stands at the target."""

    def __init__(self, integration_id: int) -> None:
        self._integration_id = integration_id
        self._known: dict[tuple[str, str], Standing] = {}
        self._owners: dict[tuple[str, str], str] = {}
        self._coming: dict[tuple[str, str], str | None] = {}

    def __call__(self, leg: str, source_id: str) -> Standing:
        """Where this record stands now."""
        key = (leg, source_id)
        if (known := self._known.get(key)) is not None:
            return known
        row = (
            Record.objects.filter(integration_id=self._integration_id, leg=leg, source_id=source_id)
            .values_list("target_id", "points_to")
            .first()
        )
        standing = NOWHERE if row is None else Standing(*row)
        if standing.target_id:
            self._known[key] = standing
        return standing

    def note(self, leg: str, source_id: str, standing: Standing) -> None:
        """Where a record has come to stand, though its row may not say so yet."""
        self._known[leg, source_id] = standing
        self._owners[leg, standing.target_id] = source_id

    def owner_of(self, leg: str, target_id: str) -> str | None:
        """The source id of the record that was noted to stand there."""
        return self._owners.get((leg, target_id))

    def coming(self, leg: str, title: str) -> str | None:
        """The source id of the leg's record of this title that is still to be written."""
        key = (leg, title)
        if key not in self._coming:
            rows = Record.objects.filter(
                integration_id=self._integration_id, leg=leg, title=title, target_id=""
            ).exclude(state__in=(Record.State.FILTERED, Record.State.IGNORED))
            self._coming[key] = rows.order_by("pk").values_list("source_id", flat=True).first()
        return self._coming[key]
