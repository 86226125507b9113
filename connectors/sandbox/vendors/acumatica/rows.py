"""Rows: a record as the tenant keeps it, plain nested values with the ids of its parts."""

from __future__ import annotations

import random
from collections.abc import Iterator

from connectors.sandbox.standin import JSON
from connectors.sandbox.vendors.acumatica.contract.fields import Field, Shape

Row = dict[str, JSON]
EMPTY: Row = {}


def new_id(dice: random.Random) -> str:
    """A GUID."""
    digits = f"{dice.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def blank(shape: Shape, dice: random.Random) -> Row:
    """A new record, part or row of this shape, with nothing filled in."""
    row: Row = {"id": new_id(dice)}
    for field in shape.mapped_fields:
        row[field.name] = False if field.kind == "Boolean" else None
    for part in shape.mapped_parts:
        row[part.name] = blank(part.shape, dice)
    for details in shape.mapped_details:
        row[details.name] = []
    return row


def copied(value: JSON) -> JSON:
    """A deep copy of a row or of a part of one."""
    if isinstance(value, dict):
        return {name: copied(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [copied(inner) for inner in value]
    return value


def at(row: Row, path: str) -> JSON:
    """The value at ``A/B``; None where there is none."""
    value: JSON = row
    for name in path.split("/"):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def key_of(row: Row, keys: tuple[str, ...]) -> str:
    """The row's key as tables and URLs write it."""
    if len(keys) == 1:
        return str(row[keys[0]])
    return "|".join(str(row[name]) for name in keys)


def fields_of(
    shape: Shape, prefix: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Field]]:
    """Every mapped field of the record and its linked parts, with the path to what holds it."""
    for field in shape.mapped_fields:
        yield prefix, field
    for part in shape.mapped_parts:
        yield from fields_of(part.shape, (*prefix, part.name))
