"""Puts what was sent onto a row: fields, parts, and detail rows by id, by key, or as new ones."""

from __future__ import annotations

import random
from dataclasses import dataclass

from connectors.sandbox.standin import JSON
from connectors.sandbox.vendors.acumatica.answers import RefusedError, bad_request
from connectors.sandbox.vendors.acumatica.contract.fields import (
    Custom,
    Details,
    Entity,
    Field,
    Shape,
)
from connectors.sandbox.vendors.acumatica.contract.kinds import read_value
from connectors.sandbox.vendors.acumatica.printing import Lens
from connectors.sandbox.vendors.acumatica.rows import Row, blank
from connectors.sandbox.vendors.acumatica.sent import Sent


@dataclass(frozen=True, slots=True)
class Merger:
    """Merges bodies into rows; the flags are the softened cases."""

    dice: random.Random
    lens: Lens
    appends: bool = True
    removes: bool = True
    finds_by_id: bool = True

    def merge(self, entity: Entity, row: Row, sent: Sent) -> None:
        """Put a whole body onto a row.

        Raises:
            RefusedError: 400: a custom value is not of its field's type.
        """
        self._merge(entity.shape, row, sent)
        for path, value in sent.customs.items():
            custom = entity.customs_by_path.get(path)
            if custom is not None:
                row.setdefault("custom", {})[path] = _custom_value(custom, value)

    def _merge(self, shape: Shape, row: Row, sent: Sent) -> None:
        sent.row = row
        if sent.note is not None:
            row["note"] = sent.note
        for field in shape.mapped_fields:
            if field.name in sent.values and not field.is_read_only:
                row[field.name] = sent.values[field.name]
        for part in shape.mapped_parts:
            if part.name in sent.parts:
                self._merge(part.shape, row[part.name], sent.parts[part.name])
        for details in shape.mapped_details:
            if details.is_written:
                for position, line in enumerate(sent.details.get(details.name, ())):
                    self._merge_line(details, row[details.name], line, position)

    def _merge_line(self, details: Details, lines: list[Row], sent: Sent, position: int) -> None:
        found = self._find(details, lines, sent)
        if found is None and not self.appends and position < len(lines):
            found = lines[position]
        if sent.is_deleted and self.removes:
            if found is not None:
                lines.remove(found)
            return
        if found is None:
            found = blank(details.shape, self.dice)
            if details.line:
                found[details.line] = 1 + max((line[details.line] for line in lines), default=0)
            lines.append(found)
        self._merge(details.shape, found, sent)

    def _find(self, details: Details, lines: list[Row], sent: Sent) -> Row | None:
        if sent.id:
            if not self.finds_by_id and not sent.is_deleted:
                return None
            own_id = self.lens.id_in(sent.id)
            return next((line for line in lines if line["id"] == own_id), None)
        if not details.keys or any(sent.values.get(name) is None for name in details.keys):
            return None
        for line in lines:
            if all(line[name] == sent.values[name] for name in details.keys):
                return line
        return None


def _custom_value(custom: Custom, value: JSON) -> JSON:
    try:
        return read_value(Field(custom.name, custom.kind), value)
    except ValueError as error:
        raise RefusedError(bad_request(f"entity.custom.{custom.path}", str(error))) from error
