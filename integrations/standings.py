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


def nowhere(leg: str, source_id: str) -> Standing:
    """For lookups without records behind them."""
    return NOWHERE


class Standings:
    """The records of one integration, each asked for once as soon as it stands at the target."""

    def __init__(self, integration_id: int) -> None:
        self._integration_id = integration_id
        self._known: dict[tuple[str, str], Standing] = {}

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
