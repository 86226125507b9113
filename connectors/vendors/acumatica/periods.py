"""The financial calendar: which period a day falls in, and where documents may be posted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from connectors.vendors.acumatica.client import Client
from connectors.vendors.acumatica.ledger_records import Module, Period

__all__ = ["Module", "Period", "first_open_day", "in_order", "list_periods", "period_on"]


def list_periods(client: Client) -> tuple[Period, ...]:
    """The periods of all years in order, read at once."""
    return in_order(client.books.list_periods())


def in_order(periods: Sequence[Period]) -> tuple[Period, ...]:
    """Periods by their first day, each with its true last day.

    Some forms show as a period's end the day on which the next one begins.
    """
    ordered = sorted(periods, key=lambda period: (period.starts_on, period.is_adjustment))
    ordinary = [period for period in ordered if not period.is_adjustment]
    shows_day_after = any(one.ends_on == after.starts_on for one, after in pairwise(ordinary))
    if not shows_day_after:
        return tuple(ordered)
    a_day = timedelta(days=1)
    return tuple(
        period if period.is_adjustment else replace(period, ends_on=period.ends_on - a_day)
        for period in ordered
    )


def period_on(periods: Sequence[Period], day: date) -> Period | None:
    """The period in which a day falls, never an adjustment period; None: the calendar ends."""
    for period in periods:
        if not period.is_adjustment and period.starts_on <= day <= period.ends_on:
            return period
    return None


def first_open_day(periods: Sequence[Period], module: Module, day: date) -> date | None:
    """The first day, not before this one, on which the module may post; None: there is none."""
    days = (
        max(day, period.starts_on)
        for period in periods
        if period.ends_on >= day and period.is_open(module) and not period.is_adjustment
    )
    return min(days, default=None)
