"""Whose expense is whose: not split at all, by department or by job, exact to the cent; pure.

Only the expense side is split. Departments are those of that payroll: by Gusto's ledger report
where it splits, else those that were in force on its check date as far as they were seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from connectors.vendors.gusto.arithmetic import NOTHING
from connectors.vendors.gusto.ledger import Ledger, LedgerLine
from connectors.vendors.gusto.payroll_records import Payroll
from integrations.choosing import Option
from integrations.flow import Lookups
from integrations.flows.gusto_to_acumatica.components import ALL_OTHERS, Component, Part
from integrations.flows.gusto_to_acumatica.report import Reading, read_report

DEFAULT_PLACE: Final = ALL_OTHERS
"""Where those belong who have no department, and what is nobody's."""
UNSPLIT: Final = ""
FEW: Final = 3
"""Of fewer people than that a line tells what each of them earns."""


class SplitBy(StrEnum):
    """What the expense is split by; the value is the choice as people see it."""

    NOTHING = "not at all"
    DEPARTMENT = "department"
    JOB = "job"


SPLIT_BY: Final = Option(
    "split_by",
    "Split the expense",
    "Not at all, by department, or by job. What is owed and what the bank moves is never split.",
    SplitBy.NOTHING,
    choices=tuple(SplitBy),
)


@dataclass(frozen=True, slots=True)
class Split:
    """How one payroll is to be split, and by what is known of that day."""

    by: SplitBy = SplitBy.NOTHING
    places: Mapping[str, str] = field(default_factory=dict)
    """By employee id the department (by job id or employee id the job) in force on the check date;
    who is not named has none."""
    report: Ledger | None = field(default=None, repr=False)

    @property
    def is_by_report(self) -> bool:
        """Whether the report says whose expense is whose."""
        return self.report is not None and any(_place(self.by, one) for one in self.report.lines)

    def place_of(self, part: Part) -> str:
        """Where a part belongs by what was in force."""
        if self.by is SplitBy.JOB and part.job_id in self.places:
            return self.places[part.job_id] or DEFAULT_PLACE
        return self.places.get(part.employee_id) or DEFAULT_PLACE


@dataclass(frozen=True, slots=True)
class Share:
    """What of one component belongs to one place; the whole of it where it is not split."""

    component: Component
    place: str
    amount: Decimal = field(repr=False)


def split_by(lookups: Lookups) -> SplitBy:
    """What a person chose."""
    return SplitBy(lookups.option(SPLIT_BY.name))


def shares_of(parts: Sequence[Part], split: Split) -> tuple[Share, ...]:
    """All shares that are not zero, in a journal's order; each component's add up to its parts."""
    reading = read_report(parts, split.report) if split.report and split.is_by_report else None
    found: dict[Component, dict[str, Decimal]] = {}
    for part in parts:
        sums = found.setdefault(part.component, {})
        is_split = part.component.is_expense and split.by is not SplitBy.NOTHING
        place = split.place_of(part) if is_split else UNSPLIT
        sums[place] = sums.get(place, NOTHING) + part.amount
    if reading is not None and split.by is not SplitBy.NOTHING:
        for component in [one for one in found if one.is_expense]:
            found[component] = _by_report(component, found[component], reading, split.by)
    return tuple(
        Share(component, place, amount)
        for component in sorted(found, key=lambda one: one.place)
        for place, amount in sorted(found[component].items())
        if amount
    )


def allocate(total: Decimal, weights: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The total in proportion to the weights, in whole cents by the largest remainder.

    The parts add up to the total exactly; of equal remainders the first name's gets the cent.
    Weights that add up to nothing leave all of it to the default.
    """
    whole = sum(weights.values(), NOTHING)
    if not whole:
        return {DEFAULT_PLACE: total}
    cents = int(total.scaleb(2))
    exact = {name: Fraction(weight) * cents / Fraction(whole) for name, weight in weights.items()}
    given = {name: amount.__floor__() for name, amount in exact.items()}
    by_remainder = sorted(exact, key=lambda name: (given[name] - exact[name], name))
    for name in by_remainder[: cents - sum(given.values())]:
        given[name] += 1
    return {name: Decimal(amount).scaleb(-2) for name, amount in given.items()}


def places_of_few(payroll: Payroll, split: Split, places: Sequence[str]) -> tuple[str, ...]:
    """Those of these departments in which fewer than three people are paid, if that was seen."""
    if not split.places:
        return ()
    paid = Counter(
        split.places.get(check.employee_id) or DEFAULT_PLACE for check in payroll.paychecks
    )
    named = {place for place in places if place not in (UNSPLIT, DEFAULT_PLACE)}
    return tuple(sorted(place for place in named if paid[place] < FEW))


def count_without_place(payroll: Payroll, split: Split) -> int:
    """How many people are paid of whom no department was seen."""
    return sum(not split.places.get(check.employee_id) for check in payroll.paychecks)


def _by_report(
    component: Component, sums: Mapping[str, Decimal], reading: Reading, by: SplitBy
) -> dict[str, Decimal]:
    rows = reading.rows_of(component)
    weights: dict[str, Decimal] = {}
    for row in rows:
        place = _place(by, row.line) or DEFAULT_PLACE
        weights[place] = weights.get(place, NOTHING) + row.amount
    return allocate(sum(sums.values(), NOTHING), weights)


def _place(by: SplitBy, line: LedgerLine) -> str:
    return {SplitBy.DEPARTMENT: line.department, SplitBy.JOB: line.job}.get(by, "")
