"""One value on its way from a person to an employee: as mapped, by default or not at all; pure."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.values import ABSENT, Absent
from integrations.flow import Awaited, Lookups, MappingUse
from integrations.flows.shared.reasons import NO_DEFAULT
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


def mapped_or_default(
    lookups: Lookups, kind: str, values: tuple[Text, ...], option: str
) -> Carried:
    """By the first of the values that is mapped; one that is not shown might have been it."""
    keys: list[tuple[str, ...]] = []
    for value in values:
        if value is ABSENT and lookups.is_used(kind):
            return Carried()
        if isinstance(value, str) and value:
            keys.append((value,))
            if (use := lookups.find(kind, (value,))) is not None:
                return Carried(use.target[kind], use)
    if default := lookups.option(option):
        return Carried(default, is_default=True)
    value = keys[0][0] if keys else "(empty)"
    what = kind.replace("_", " ")
    problem = NO_DEFAULT.because(what=what, mapping=kind, option=option, value=value)
    return Carried(problem=problem, missing=(kind, keys[0]) if keys else None)
