"""On which day a payroll stands in the ledger, and which payrolls are carried at all; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from connectors.vendors.gusto.payroll_records import Payroll
from integrations.choosing import Option
from integrations.flow import Lookups
from integrations.flows.gusto_to_acumatica.reasons_payrolls import NO_DEBIT_DATE, NO_PERIOD
from integrations.reasons import Reason


class EntryDate(StrEnum):
    """Which of a payroll's days is its day in the ledger; the value is the choice as seen."""

    CHECK = "check date"
    PERIOD_END = "end of pay period"
    DEBIT = "debit date"


ENTRY_DATE: Final = Option(
    "entry_date",
    "Date of the journal",
    "The check date, the end of the pay period, or the day on which the bank is debited. A payroll "
    "that has no such day takes the check date.",
    EntryDate.CHECK,
    choices=tuple(EntryDate),
)


def clean_day(text: str) -> str:
    """A day as 2026-01-31, or nothing."""
    stripped = text.strip()
    if not stripped:
        return ""
    try:
        return date.fromisoformat(stripped).isoformat()
    except ValueError as error:
        raise ValueError("write a day like 2026-01-31") from error


START_DATE: Final = Option(
    "start_date",
    "Start date",
    "Payrolls whose day in the ledger is before it are never posted: they are in the books "
    "already. Nothing is posted until it is chosen.",
    "",
    clean=clean_day,
)


@dataclass(frozen=True, slots=True)
class EntryDay:
    """A payroll's day; ``remark`` says where the check date stands in for the chosen one."""

    on: date
    remark: Reason | None = None


def chosen_date(lookups: Lookups) -> EntryDate:
    """Which of the days a person chose."""
    return EntryDate(lookups.option(ENTRY_DATE.name))


def entry_day(payroll: Payroll, lookups: Lookups) -> EntryDay:
    """The day on which the payroll belongs in the ledger, whether its period is open or not."""
    return day_by(payroll, chosen_date(lookups))


def day_by(payroll: Payroll, chosen: EntryDate) -> EntryDay:
    """The payroll's day by one of the choices."""
    if chosen is EntryDate.PERIOD_END:
        if payroll.period_to is None:
            return EntryDay(payroll.check_on, NO_PERIOD.because())
        return EntryDay(payroll.period_to)
    if chosen is EntryDate.DEBIT:
        if payroll.debit_on is None:
            return EntryDay(payroll.check_on, NO_DEBIT_DATE.because())
        return EntryDay(payroll.debit_on)
    return EntryDay(payroll.check_on)


def start_on(lookups: Lookups) -> date | None:
    """The first day that is carried; None where nobody has chosen one."""
    text = lookups.option(START_DATE.name)
    return date.fromisoformat(text) if text else None


def is_on_or_after_start(payroll: Payroll, lookups: Lookups) -> bool | None:
    """Whether the payroll's day is on or after the start date; None where there is none."""
    start = start_on(lookups)
    return None if start is None else entry_day(payroll, lookups).on >= start
