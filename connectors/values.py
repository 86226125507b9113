"""Values that vendors' records share: absent, null and empty are three things."""

from __future__ import annotations

from enum import Enum
from typing import Final, Literal


class Absent(Enum):
    """The type of ``ABSENT``, so that a type checker can tell it from every other value."""

    ABSENT = "absent"

    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> Literal[False]:
        raise TypeError("ABSENT is neither true nor false: compare with `is ABSENT`.")


ABSENT: Final = Absent.ABSENT
"""The field was not readable or not sent; it is neither compared nor written."""
