"""What a person chooses when installing a flow: options, filters, and who decides over a field."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from integrations.flow import Lookups


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that a person chooses when installing the flow."""

    name: str
    title: str
    help: str
    default: str
    choices: tuple[str, ...] = ()
    """Empty: any text that ``clean`` accepts."""
    clean: Callable[[str], str] | None = None


class FieldRule(StrEnum):
    """Who has the say over one field of the target."""

    OURS = "ours"
    """The source has: a change there is carried, one at the target is reported."""
    AT_CREATION = "only at creation"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Policy:
    """The rule for one field of the draft, chosen like an option."""

    field: str
    title: str
    default: FieldRule = FieldRule.OURS
    choices: tuple[FieldRule, ...] = tuple(FieldRule)

    @property
    def option_name(self) -> str:
        """The option that holds the choice."""
        return f"policy_{self.field}"

    def rule(self, lookups: Lookups) -> FieldRule:
        """The rule in force."""
        return FieldRule(lookups.option(self.option_name))

    def as_option(self) -> Option:
        """How a person chooses it."""
        return Option(
            self.option_name,
            f"{self.title}: who decides",
            "Ours: follows the source. Only at creation: left alone later. Never: not written.",
            self.default,
            tuple(self.choices),
        )


ON, OFF = "on", "off"


def switch_of(leg: str, title: str) -> Option:
    """The option that switches one leg off; its records then stand still as they are."""
    return Option(
        f"leg_{leg}",
        f"Carry: {title}",
        "On: this part runs. Off: nothing of it is read or written, and nothing is forgotten.",
        ON,
        choices=(ON, OFF),
    )


LEADS, LINK_ONLY = "leads", "link only"


def lead_name(leg: str) -> str:
    """The option that says whether the leg leads or is link only."""
    return f"{leg}_leads"


def lead_of(leg: str, title: str) -> Option:
    """The option of a leg that declares what it writes: of several such one leads."""
    return Option(
        lead_name(leg),
        f"Who leads: {title}",
        "Leads: this integration writes. Link only: another integration writes the same records; "
        "this one looks for them, ties them to its own, and writes nothing.",
        LEADS,
        choices=(LEADS, LINK_ONLY),
    )


def is_link_only(options: Mapping[str, str], leg: str) -> bool:
    """Whether a person chose that the leg writes nothing."""
    return options.get(lead_name(leg), LEADS) == LINK_ONLY


NOTHING = "none"
"""What a person writes to choose an empty list instead of the default."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A list of source values that decides who is in scope, chosen like an option."""

    name: str
    title: str
    help: str
    default: tuple[str, ...] = ()

    def chosen(self, lookups: Lookups) -> tuple[str, ...]:
        """The values in force."""
        return _listed(lookups.option(self.name))

    def as_option(self) -> Option:
        """How a person chooses them."""
        text = ", ".join(self.default) if self.default else NOTHING
        return Option(self.name, self.title, self.help, text, clean=_cleaned)


def _listed(text: str) -> tuple[str, ...]:
    """The values between commas; a value that has a comma itself stands in double quotes."""
    if text.strip().casefold() == NOTHING:
        return ()
    values = next(csv.reader([text.strip()], skipinitialspace=True), [])
    return tuple(value.strip() for value in values if value.strip())


def _cleaned(text: str) -> str:
    quoted = (f'"{value}"' if "," in value else value for value in _listed(text))
    return ", ".join(quoted) or NOTHING


RESTORES_DRIFT = Option(
    "restore_drift",
    "Restore what was changed at the target",
    "No: a change made at the target is reported and stays. Yes: it is undone when the record is "
    "worked again.",
    "no",
    choices=("no", "yes"),
)
"""For flows with policies."""
