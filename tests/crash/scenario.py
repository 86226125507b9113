"""What the stories are about: each flow's own beginning, and what of its end may differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Opening(StrEnum):
    """How a story begins; but for a delivery's, its second message is the poll that beat sends."""

    SWEEP = "sweep"
    """It finds what a notice made due."""
    POST = "post"
    """A preview was approved."""
    DELIVERY = "delivery"
    """The source delivers a notice; nothing is polled, so that a lost one is a lost change."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One story: of which flow, what happens in it, and from where it begins."""

    name: str
    flow: str
    title: str
    people: int
    creations: frozenset[str]
    """The steps that make a document: each exactly once. What changes one may be repeated once."""
    opening: Opening = Opening.SWEEP
    second_change: tuple[str, Mapping[str, object]] | None = None
    """What changes the told record again at the source: path of its control API, and body. None:
    what that leads to depends on the instant."""
    part_lines: int = 0
    """So many lines go in one call; 0: as the product says."""
    is_cut_throughout: bool = False
    """A suite cuts it at every mark too."""

    @property
    def full_title(self) -> str:
        """With its flow, as in the file of marks."""
        return f"{self.flow} {self.title}"

    @property
    def source(self) -> str:
        """The vendor that is read."""
        return self.flow.partition("_to_")[0]

    @property
    def target(self) -> str:
        """The vendor that is written to."""
        return self.flow.partition("_to_")[2]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the stage says of the company that it prepared."""

    integration: int
    told: str
    """The source id of the record of which a notice tells."""
    plan: int = 0
    """The preview that was approved, where one was."""


EMPLOYEES = Scenario(
    name="employees",
    flow="bamboohr_to_acumatica",
    title="employees: a hire, a change, a termination",
    people=14,
    creations=frozenset({"create"}),
    second_change=(
        "bamboohr/employees/{told}",
        {"workEmail": "second.change@northwind.example"},
    ),
)
PAYROLL = Scenario(
    name="payroll",
    flow="gusto_to_acumatica",
    title="payrolls: one entered in parts, read back and released",
    people=6,
    creations=frozenset({"enter", "reverse"}),
    part_lines=6,
    is_cut_throughout=True,
)
REVERSAL = Scenario(
    name="reversal",
    flow="gusto_to_acumatica",
    title="payrolls: one released and run again, reversed and entered anew once approved",
    people=6,
    creations=frozenset({"enter", "reverse"}),
    opening=Opening.POST,
    is_cut_throughout=True,
)
DELIVERY = Scenario(
    name="delivery",
    flow="bamboohr_to_acumatica",
    title="employees: a change, told by a delivery alone",
    people=6,
    creations=frozenset({"create"}),
    opening=Opening.DELIVERY,
    is_cut_throughout=True,
)
SCENARIOS = {scenario.name: scenario for scenario in (EMPLOYEES, PAYROLL, REVERSAL, DELIVERY)}
