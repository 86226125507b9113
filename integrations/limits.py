"""How many changes of a kind pass within a day before a person must look at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from audit.outcomes import Outcome
from integrations.choosing import Option


def _whole_number(text: str) -> str:
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise ValueError("write a whole number from 0 to 999999")
    return str(int(text))


def _percent(text: str) -> str:
    if not text.isascii() or not text.isdigit() or int(text) > 100:
        raise ValueError("write a whole number from 0 to 100")
    return str(int(text))


@dataclass(frozen=True, slots=True)
class Limit:
    """How many changes of one kind pass by themselves: so many, or this share of what is linked."""

    kind: str
    title: str
    outcome: Outcome
    free_count: int
    share_percent: int

    @property
    def count_option(self) -> str:
        """The option that holds the chosen number."""
        return f"{self.kind}_limit_count"

    @property
    def percent_option(self) -> str:
        """The option that holds the chosen share."""
        return f"{self.kind}_limit_percent"

    def chosen(self, options: Mapping[str, str]) -> Limit:
        """The limit as an integration's options set it."""
        return replace(
            self,
            free_count=int(options.get(self.count_option, self.free_count)),
            share_percent=int(options.get(self.percent_option, self.share_percent)),
        )

    def as_options(self) -> tuple[Option, Option]:
        """How a person chooses it."""
        held = "What goes beyond that and the other limit waits for a person, as a whole."
        return (
            Option(
                self.count_option,
                f"{self.title} within a day",
                f"So many pass by themselves. {held}",
                str(self.free_count),
                clean=_whole_number,
            ),
            Option(
                self.percent_option,
                f"{self.title} within a day, in percent",
                f"This share of what is linked passes by itself. {held}",
                str(self.share_percent),
                clean=_percent,
            ),
        )


LIMITS = (
    Limit("deactivation", "Deactivations", Outcome.DEACTIVATED, 5, 5),
    Limit("change", "Changes", Outcome.UPDATED, 5, 30),
)
"""A record that takes steps of several kinds counts as the first of them."""

LIMIT_OPTIONS = tuple(option for limit in LIMITS for option in limit.as_options())
"""For flows whose people change and leave."""
