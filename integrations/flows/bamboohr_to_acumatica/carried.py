"""One value on its way from a person to an employee; pure."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.values import ABSENT, Absent
from integrations.flow import Awaited, MappingUse
from integrations.reasons import Reason

Text = str | None | Absent


@dataclass(frozen=True, slots=True)
class Carried:
    """One value as it is carried, the mapping row that said so, or why it cannot be."""

    value: Text = ABSENT
    use: MappingUse | None = None
    problem: Reason | None = None
    missing: tuple[str, tuple[str, ...]] | None = None
    """The mapping row that a person must fill: kind and source key."""
    is_default: bool = False
    """From the options, since neither source nor mapping says anything."""
    points_to: str = ""
    """``Draft.points_to``."""
    waits_for: Awaited | None = None
    """``Draft.waits_for``."""
