"""What a payroll's journals are called at Acumatica, and what their lines say; pure.

References rest on facts of Gusto's alone, so that a restored backup finds what was written. No
text names a person or a case number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from connectors.redaction import printable
from connectors.vendors.acumatica.journal_drafts import MEMO_LENGTH
from connectors.vendors.gusto.payroll_records import Kind, Payroll
from integrations.flows.gusto_to_acumatica.components import Component
from integrations.flows.gusto_to_acumatica.split import DEFAULT_PLACE, UNSPLIT

NAME_LENGTH: Final = 90
"""The most of a name that a line shows, so that the period is always seen."""
_WRITTEN: Final = re.compile(r"GUSTO (\S+) ([rv])([1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class Reference:
    """The reference of one journal: ``GUSTO <payroll> r1``; of its reversal ``… v1``."""

    payroll_id: str
    number: int = 1
    is_reversal: bool = False

    def __str__(self) -> str:
        return f"GUSTO {self.payroll_id} {'v' if self.is_reversal else 'r'}{self.number}"

    @classmethod
    def parse(cls, text: str) -> Reference | None:
        """The reference that is the whole text; None where it is none of ours."""
        written = _WRITTEN.fullmatch(text)
        if written is None:
            return None
        return cls(written[1], int(written[3]), is_reversal=written[2] == "v")

    @property
    def reversal(self) -> Reference:
        """That of the journal which takes this one back."""
        return replace(self, is_reversal=True)

    @property
    def next(self) -> Reference:
        """That of the journal which is posted anew."""
        return replace(self, number=self.number + 1, is_reversal=False)


def line_text(component: Component, place: str, payroll: Payroll) -> str:
    """What a line says: component, department and period."""
    said = [_name(component.title)]
    if place == DEFAULT_PLACE:
        said.append("not assigned")
    elif place != UNSPLIT:
        said.append(_name(place))
    said.append(period_text(payroll))
    return ", ".join(said)[:MEMO_LENGTH]


def header_text(payroll: Payroll) -> str:
    """What people read of the journal as a whole."""
    kind = "Payroll" if payroll.kind is Kind.REGULAR else payroll.off_cycle_reason or "Off-cycle"
    paid_on = f"paid on {payroll.check_on.isoformat()}"
    return f"{_name(kind)} {paid_on}, {period_text(payroll)}"


def period_text(payroll: Payroll) -> str:
    """The days that are paid for; where there are none, the check date."""
    if payroll.period_from is None or payroll.period_to is None:
        return f"check of {payroll.check_on.isoformat()}"
    return f"{payroll.period_from.isoformat()} to {payroll.period_to.isoformat()}"


def _name(text: str) -> str:
    """A name as people wrote it, on one line, nothing of it invisible."""
    shown = printable(text.strip())
    return shown if len(shown) <= NAME_LENGTH else shown[: NAME_LENGTH - 1] + "…"
