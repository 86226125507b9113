"""When somebody comes and goes, by the days that a person chose; pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from connectors.values import Absent
from integrations.flow import Lookups, Waiting
from integrations.flows.shared.reasons import IN_GRACE, STARTS_LATER

ON_THE_DAY: Final = timedelta(0)
MOST_DAYS: Final = 365


def starts_later(hired_on: date | Absent | None, lookups: Lookups, today: date) -> Waiting | None:
    """Until when somebody is not to be created; None once he is, or where no day is known."""
    if not isinstance(hired_on, date):
        return None
    create_on = hired_on - timedelta(days=int(lookups.option("create_days_before")))
    if create_on <= today:
        return None
    return Waiting(STARTS_LATER.because(day=hired_on.isoformat()), create_on)


def in_grace(
    left_on: date | Absent | None,
    lookups: Lookups,
    today: date,
    ends_after: timedelta = ON_THE_DAY,
) -> Waiting | None:
    """Until when somebody who has left stays as he is.

    ``ends_after`` is how long after the last day the end comes where no grace was chosen.
    """
    grace = timedelta(days=int(lookups.option("leaver_grace_days")))
    if not grace or not isinstance(left_on, date):
        return None
    over_on = left_on + ends_after + grace
    if over_on <= today:
        return None
    return Waiting(IN_GRACE.because(day=left_on.isoformat()), over_on)


def clean_days(text: str) -> str:
    """A whole number of days from 0 to 365."""
    if not text.isascii() or not text.isdigit() or int(text) > MOST_DAYS:
        raise ValueError(f"write a whole number of days from 0 to {MOST_DAYS}")
    return text
