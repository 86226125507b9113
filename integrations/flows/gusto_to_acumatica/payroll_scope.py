"""Which payrolls are posted at all, each rule by its name; pure."""

from __future__ import annotations

from connectors.vendors.gusto.payroll_records import Kind, Payroll
from integrations.flow import Filtered, Held, Lookups, Waiting
from integrations.flows.gusto_to_acumatica.dates import entry_day, start_on
from integrations.flows.gusto_to_acumatica.reasons_payrolls import (
    BEFORE_START,
    EXTERNAL,
    NO_START_DATE,
    NOT_PROCESSED,
    PROCESSING_FAILED,
)


def out_of_scope(payroll: Payroll, lookups: Lookups) -> Filtered | Held | Waiting | None:
    """Why the payroll is not posted, or not yet; None where it is to be posted.

    A row of the list is enough to tell.
    """
    if payroll.kind is Kind.EXTERNAL:
        return Filtered(EXTERNAL.because())
    start = start_on(lookups)
    if start is None:
        return Held((NO_START_DATE.because(),))
    day = entry_day(payroll, lookups).on
    if day < start:
        return Filtered(BEFORE_START.because(day=day.isoformat(), start=start.isoformat()))
    if payroll.is_processed:
        return None
    if payroll.has_failed:
        return Held((PROCESSING_FAILED.because(),))
    return Waiting(NOT_PROCESSED.because())
