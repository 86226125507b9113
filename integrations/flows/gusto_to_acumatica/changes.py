"""What to do when a payroll is no longer as it was when its journal was written; pure.

Only what Gusto changed counts: a mapping, an option or a department that changed later leaves a
journal as it is. Both sums are pay: they stand in no reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.utils.crypto import salted_hmac

from connectors.vendors.gusto.arithmetic import NOTHING
from connectors.vendors.gusto.payroll_records import Payroll, Totals
from integrations.flow import Lookups
from integrations.flows.gusto_to_acumatica.components import Part, cost_of, parts_of
from integrations.flows.gusto_to_acumatica.dates import EntryDate, chosen_date, day_by
from integrations.flows.gusto_to_acumatica.reasons_payrolls import (
    AMOUNTS_CHANGED_LATER,
    CANCELLED_LATER,
    DATE_CHANGED_LATER,
)
from integrations.flows.gusto_to_acumatica.references import Reference
from integrations.reasons import Reason


class ChangeKind(StrEnum):
    """What Gusto changed."""

    CANCELLED = "cancelled"
    AMOUNTS = "amounts"
    DATE = "date"


class Remedy(StrEnum):
    """What becomes of the journal."""

    NOTHING = "nothing"
    CORRECT = "correct"
    """Not released: it is made what it shall be now."""
    REMOVE = "remove"
    """Not released: it is deleted."""
    REVERSE = "reverse"
    """Released: a person decides that it is taken back."""
    REVERSE_AND_POST = "reverse and post anew"
    """Released: a person decides that it is taken back and a new one is posted."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A payroll as its journal was drawn up; kept with the document."""

    total: Decimal = field(repr=False)
    """What the payroll costs by its own totals; below zero in a reversal."""
    on: date
    dated_by: EntryDate
    fingerprint: str
    """Of its id and all its sums; tells none of them."""


@dataclass(frozen=True, slots=True)
class Change:
    """How a payroll differs from its journal, and what to do about it."""

    kinds: tuple[ChangeKind, ...]
    remedy: Remedy
    posted: Snapshot
    total_now: Decimal = field(repr=False)
    """Zero where nothing is to stand in the ledger any more."""
    on: date
    """The day it belongs on now, by the choice of then."""

    def reasons(self, reference: Reference) -> tuple[Reason, ...]:
        """Why a released journal waits for a person; none where nothing is to be decided."""
        if self.remedy not in (Remedy.REVERSE, Remedy.REVERSE_AND_POST):
            return ()
        facts = {
            "reference": str(reference),
            "posted": self.posted.on.isoformat(),
            "now": self.on.isoformat(),
        }
        return tuple(_REASONS[kind].because(**facts) for kind in self.kinds)


_REASONS = {
    ChangeKind.CANCELLED: CANCELLED_LATER,
    ChangeKind.AMOUNTS: AMOUNTS_CHANGED_LATER,
    ChangeKind.DATE: DATE_CHANGED_LATER,
}


def snapshot_of(payroll: Payroll, lookups: Lookups) -> Snapshot:
    """What is kept of a payroll when its journal is drawn up.

    Raises:
        ValueError: the payroll was not read whole.
    """
    dated_by = chosen_date(lookups)
    on = day_by(payroll, dated_by).on
    return Snapshot(cost_of(payroll.totals or Totals()), on, dated_by, fingerprint_of(payroll))


def fingerprint_of(payroll: Payroll) -> str:
    """Equal where each component and each of Gusto's totals has the same sum.

    Raises:
        ValueError: the payroll was not read whole.
    """
    if not payroll.is_whole:
        raise ValueError("A payroll is compared only as a whole: read it with all its pages.")
    sums: dict[str, Decimal] = {}
    for part in _parts(payroll):
        sums[part.component.key] = sums.get(part.component.key, NOTHING) + part.amount
    totals = sorted((payroll.totals or Totals()).stated())
    told = [
        payroll.id,
        sorted((key, f"{amount:.2f}") for key, amount in sums.items() if amount),
        [(name, f"{amount:.2f}") for name, amount in totals if amount],
    ]
    # Keyed, since it covers pay, whose few digits a bare digest would give away.
    return salted_hmac("payroll", json.dumps(told), algorithm="sha256").hexdigest()


def compare(posted: Snapshot, now: Payroll | None, *, is_released: bool) -> Change:
    """What Gusto changed since the journal was written; None: the payroll was deleted.

    Raises:
        ValueError: the payroll was not read whole.
    """
    if now is None or not now.is_processed or _is_of_nothing(now):
        remedy = Remedy.REVERSE if is_released else Remedy.REMOVE
        return Change((ChangeKind.CANCELLED,), remedy, posted, NOTHING, posted.on)
    on = day_by(now, posted.dated_by).on
    kinds = tuple(_kinds(posted, now, on))
    remedy = Remedy.REVERSE_AND_POST if is_released else Remedy.CORRECT
    total = cost_of(now.totals or Totals())
    return Change(kinds, remedy if kinds else Remedy.NOTHING, posted, total, on)


def _is_of_nothing(payroll: Payroll) -> bool:
    return payroll.is_whole and not any(part.amount for part in _parts(payroll))


def _kinds(posted: Snapshot, now: Payroll, on: date) -> Iterator[ChangeKind]:
    if fingerprint_of(now) != posted.fingerprint:
        yield ChangeKind.AMOUNTS
    if on != posted.on:
        yield ChangeKind.DATE


def _parts(payroll: Payroll) -> tuple[Part, ...]:
    """By no names of child support, so that an option that changes changes no payroll."""
    return parts_of(payroll, ())
