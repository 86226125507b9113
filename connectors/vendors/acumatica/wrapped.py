"""Values in Acumatica's wrapping: absent, empty (``{}``) and set stay apart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from connectors import numbers
from connectors.shapes import Shape
from connectors.values import ABSENT, Absent

Text = str | Absent | None
Day = date | Absent | None
Money = Decimal | Absent

CENT: Final = Decimal("0.01")


def field_text(shape: Shape, row: Mapping[str, object], name: str) -> Text:
    """A text field: ABSENT where it is not there, None where it is ``{}``; padding is cut off."""
    value = _value(shape, row, name)
    if value is ABSENT or value is None:
        return value
    text = shape.text(value, name)
    return None if text is None else text.strip()


def flag(shape: Shape, row: Mapping[str, object], name: str) -> bool:
    """A Boolean; an empty one is false."""
    value = _value(shape, row, name)
    if isinstance(value, bool) or value is None:
        return value is True
    raise shape.broken(name, "true or false", value)


def day(shape: Shape, row: Mapping[str, object], name: str) -> Day:
    """The calendar day as written: a date-only field is midnight in whatever offset."""
    text = field_text(shape, row, name)
    if text is ABSENT or not text:
        return ABSENT if text is ABSENT else None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise shape.broken(name, "a date", text) from error


def instant(shape: Shape, row: Mapping[str, object], name: str) -> datetime | Absent | None:
    """An instant with the instance's offset."""
    text = field_text(shape, row, name)
    if text is ABSENT or not text:
        return ABSENT if text is ABSENT else None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise shape.broken(name, "a time", text) from error
    if found.tzinfo is None:
        raise shape.broken(name, "a time with its offset", text)
    return found


def part(shape: Shape, row: Mapping[str, object], name: str) -> Mapping[str, object]:
    """A linked entity: a nested object, there only where it was expanded."""
    found = row.get(name)
    return {} if found is None else shape.mapping(found, name)


def _value(shape: Shape, row: Mapping[str, object], name: str) -> object:
    if name not in row:
        return ABSENT
    return shape.mapping(row[name], name).get("value")


def amount(shape: Shape, row: Mapping[str, object], name: str) -> Money:
    """An amount of money as its digits; an empty one is nothing, which is 0.00."""
    value = _value(shape, row, name)
    return ABSENT if value is ABSENT else _money(shape, value, name)


def custom(shape: Shape, row: Mapping[str, object], view: str) -> Mapping[str, object]:
    """The fields of one view that were asked for by ``$custom``; each is wrapped like others."""
    views = row.get("custom")
    found = None if views is None else shape.mapping(views, "custom").get(view)
    return {} if found is None else shape.mapping(found, view)


def _money(shape: Shape, value: object, name: str) -> Decimal:
    if value is None or value == "":
        return Decimal("0.00")
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise shape.broken(name, "an amount", value)
    try:
        found = numbers.parse_decimal(value) if isinstance(value, str) else Decimal(value)
    except numbers.Unreadable as error:
        raise shape.broken(name, "an amount", value) from error
    rounded = found.quantize(CENT)
    return rounded if rounded == found else found
