"""Instants and days: kept as ISO text that sorts by time, printed in the instance's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

ZONE = timezone(timedelta(hours=-5))
"""The zone of every instance here; the dossier's samples show this offset."""
TICKS_AT_EPOCH = 621355968000000000
TICKS_PER_SECOND = 10_000_000


def kept(instant: datetime) -> str:
    """As rows keep an instant: UTC, six digits, so that texts compare as instants do."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def kept_now(instant: datetime) -> str:
    """The same, cut to the millisecond that the database keeps."""
    return kept(instant.replace(microsecond=instant.microsecond // 1000 * 1000))


def read_instant(text: str) -> str:
    """Read a client's instant; one without an offset is meant in the instance's zone.

    Raises:
        ValueError: it is none.
    """
    instant = datetime.fromisoformat(text)
    return kept(instant if instant.tzinfo is not None else instant.replace(tzinfo=ZONE))


def read_day(text: str) -> str:
    """Read a client's calendar day, with or without a time, which is dropped.

    Raises:
        ValueError: it is none.
    """
    return datetime.fromisoformat(text).date().isoformat()


@lru_cache(maxsize=4096)
def shown_instant(text: str) -> str:
    """As the API prints an instant: ``2026-02-11T10:47:41.17-05:00``."""
    instant = datetime.fromisoformat(text).astimezone(ZONE)
    whole = instant.strftime("%Y-%m-%dT%H:%M:%S")
    fraction = f".{instant.microsecond:06d}".rstrip("0") if instant.microsecond else ""
    return f"{whole}{fraction}-05:00"


def shown_day(text: str) -> str:
    """As the API prints a calendar day: midnight."""
    return f"{text}T00:00:00+00:00"


def day_as_instant(text: str) -> str:
    """A kept day as it compares with instants."""
    return f"{text}T00:00:00.000000+00:00"


def ticks(instant: datetime) -> int:
    """.NET ticks, UTC."""
    since = instant - datetime(1970, 1, 1, tzinfo=UTC)
    microseconds = since // timedelta(microseconds=1)
    return TICKS_AT_EPOCH + microseconds * (TICKS_PER_SECOND // 1_000_000)


def today(instant: datetime) -> date:
    """The calendar day at the instance."""
    return instant.astimezone(ZONE).date()
