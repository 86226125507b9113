"""The generated financial calendar, and the period that a day or a typed text means."""

from __future__ import annotations

import random
import re
from calendar import monthrange
from datetime import date, datetime
from typing import TYPE_CHECKING

from connectors.sandbox.standin import JSON
from connectors.sandbox.vendors.acumatica import moments
from connectors.sandbox.vendors.acumatica.contract.general_ledger import FINANCIAL_PERIOD
from connectors.sandbox.vendors.acumatica.rows import Row, blank

if TYPE_CHECKING:
    from connectors.sandbox.vendors.acumatica.instance import Tenant

OPEN_MONTHS = range(-6, 3)
"""Months around the present one in which anybody may post."""
LOCKED_MONTH = -8
AP_CLOSED_MONTH = -6
"""Open in the general ledger, closed for bills and payments."""
TYPED = re.compile(r"(0[1-9]|1[0-3])-?(\d{4})")


def furnish(tenant: Tenant, dice: random.Random, now: datetime) -> None:
    """Give a tenant the calendar of last year, this year and the next."""
    today = moments.today(now)
    for year in (today.year - 1, today.year, today.year + 1):
        periods = [_period(year, month, today, dice) for month in range(1, 13)]
        if year < today.year:
            periods.append(_adjustment(year, dice))
        row = blank(FINANCIAL_PERIOD.shape, dice)
        row |= {
            "FinancialYear": str(year),
            "StartDate": f"{year}-01-01",
            "NbrOfPeriods": len(periods),
            "CreatedDateTime": moments.kept_now(now),
            "LastModifiedDateTime": moments.kept_now(now),
            "Details": periods,
        }
        tenant.tables["financial_periods"].store(row)


def _period(year: int, month: int, today: date, dice: random.Random) -> Row:
    days = monthrange(year, month)[1]
    distance = (year - today.year) * 12 + month - today.month
    status = _status(distance)
    row = {
        **blank(FINANCIAL_PERIOD.shape.mapped_details[0].shape, dice),
        "FinancialPeriodID": f"{month:02d}{year}",
        "PeriodNbr": f"{month:02d}",
        "Description": date(year, month, 1).strftime("%B"),
        "StartDate": f"{year}-{month:02d}-01",
        "EndDate": f"{year}-{month:02d}-{days:02d}",
        "LengthInDays": days,
        "Status": status,
    }
    is_closed = status in ("Closed", "Locked")
    for module in ("AP", "AR", "CA", "FA", "IN"):
        row[f"ClosedIn{module}"] = is_closed
    row["ClosedInAP"] = is_closed or distance == AP_CLOSED_MONTH
    return row


def _status(distance: int) -> str:
    if distance in OPEN_MONTHS:
        return "Open"
    if distance > 0:
        return "Inactive"
    return "Locked" if distance == LOCKED_MONTH else "Closed"


def _adjustment(year: int, dice: random.Random) -> Row:
    """The thirteenth period: on the last day of the year, which December has too."""
    return {
        **blank(FINANCIAL_PERIOD.shape.mapped_details[0].shape, dice),
        "FinancialPeriodID": f"13{year}",
        "PeriodNbr": "13",
        "Description": "Adjustment Period",
        "StartDate": f"{year}-12-31",
        "EndDate": f"{year}-12-31",
        "LengthInDays": 1,
        "AdjustmentPeriod": True,
        "Status": "Closed",
    }


def as_kept(typed: JSON) -> JSON:
    """``022026`` for what a client wrote, also ``02-2026``; anything else as it is."""
    match = TYPED.fullmatch(typed) if isinstance(typed, str) else None
    return typed if match is None else match[1] + match[2]


def period_of(tenant: Tenant, day: str) -> Row | None:
    """The period in which a day falls; never an adjustment period."""
    for year in tenant.tables["financial_periods"].rows.values():
        for row in year["Details"]:
            if not row["AdjustmentPeriod"] and row["StartDate"] <= day <= row["EndDate"]:
                found: Row = row
                return found
    return None


def period_named(tenant: Tenant, period_id: JSON) -> Row | None:
    """The period of this id."""
    for year in tenant.tables["financial_periods"].rows.values():
        for row in year["Details"]:
            if row["FinancialPeriodID"] == period_id:
                found: Row = row
                return found
    return None
