"""Plain values, as the control API writes them, put onto rows."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.sandbox.standin import JSON, StandIn
from connectors.sandbox.vendors.acumatica.contract.fields import Details, Field, Part, Shape
from connectors.sandbox.vendors.acumatica.contract.kinds import read_value
from connectors.sandbox.vendors.acumatica.rows import Row, blank


def merge_plain(shape: Shape, row: Row, body: Mapping[str, JSON], vendor: StandIn) -> None:
    """Put plain values onto a row; a detail collection is replaced by what is given.

    Raises:
        ValueError: a name is unknown or a value is not of its type.
    """
    for name, value in body.items():
        member = shape.members.get(name)
        if name in ("note", "custom", "id"):
            row[name] = value
        elif isinstance(member, Field) and member.is_mapped:
            row[name] = read_value(member, value)
        elif isinstance(member, Part) and member.is_mapped and isinstance(value, dict):
            merge_plain(member.shape, row[name], value, vendor)
        elif isinstance(member, Details) and isinstance(value, list):
            row[name] = [_plain_line(member, line, at, vendor) for at, line in enumerate(value, 1)]
        else:
            known = [field.name for field in shape.mapped_fields]
            known += [holder.name for holder in shape.mapped_holders]
            raise ValueError(f"{shape.type_name} has no {name}. It has: {', '.join(known)}.")


def _plain_line(details: Details, body: JSON, number: int, vendor: StandIn) -> Row:
    line = blank(details.shape, vendor.world.random(vendor.slug))
    if details.line:
        line[details.line] = number
    merge_plain(details.shape, line, body, vendor)
    return line
