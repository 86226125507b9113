"""The contract's value types: reading what clients send, printing what rows keep."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from uuid import UUID

from connectors.sandbox.standin import JSON
from connectors.sandbox.vendors.acumatica import moments
from connectors.sandbox.vendors.acumatica.contract.fields import Field

Printer = Callable[[JSON], JSON]
WHOLE = re.compile(r"[+-]?\d+")
INTEGERS = ("Int", "Short", "Long", "Byte")
NUMBERS = (*INTEGERS, "Decimal", "Double")


def read_value(field: Field, value: JSON) -> JSON:
    """A value as rows keep it; money as the text of its digits.

    Raises:
        ValueError: it is not of the field's type.
    """
    if value is None or value == "":
        return None
    if field.kind == "Boolean":
        return _read_flag(value)
    if field.kind in INTEGERS:
        return _read_whole(value)
    if field.kind in NUMBERS:
        return _read_number(value)
    if not isinstance(value, str):
        if isinstance(value, (dict, list)):
            raise ValueError("A text was expected.")
        return str(value)
    if field.kind == "DateTime":
        return moments.read_day(value) if field.is_day else moments.read_instant(value)
    if field.kind == "Guid":
        return str(UUID(value))
    return value.rstrip(" ") if field.pads_to else value


def _read_flag(value: JSON) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise ValueError("A Boolean was expected.")


def _read_whole(value: JSON) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and WHOLE.fullmatch(value):
        return int(value)
    raise ValueError("An integer was expected.")


def _read_number(value: JSON) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, str)):
        raise ValueError("A number was expected.")
    try:
        return str(Decimal(value))
    except InvalidOperation as error:
        raise ValueError("A number was expected.") from error


def printer(field: Field) -> Printer | None:
    """How a kept value is printed; None: as it is kept."""
    if field.kind == "DateTime":
        return moments.shown_day if field.is_day else moments.shown_instant
    if field.kind in ("Decimal", "Double"):
        return float
    return None


def edm_type(field: Field) -> str:
    """The type as ``$filter`` knows it."""
    if field.kind in NUMBERS:
        return "number"
    if field.kind == "DateTime":
        return "day" if field.is_day else "instant"
    return {"Boolean": "flag", "Guid": "guid"}.get(field.kind, "text")
