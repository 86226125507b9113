"""What a PUT's body says, taken out of its wrapping; a body against the contract is a 400."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from connectors.sandbox.standin import JSON
from connectors.sandbox.vendors.acumatica.answers import RefusedError, bad_request
from connectors.sandbox.vendors.acumatica.contract.fields import Details, Field, Part, Shape
from connectors.sandbox.vendors.acumatica.contract.kinds import read_value

Switch = Callable[[str], str]
IGNORED = ("rowNumber", "error", "files", "_links", "_workflowActions")
CUSTOM_TYPES = {
    f"Custom{kind}Field"
    for kind in (
        "String",
        "Boolean",
        "DateTime",
        "Decimal",
        "Double",
        "Int",
        "Long",
        "Short",
        "Byte",
        "Guid",
    )
}


@dataclass(slots=True)
class Sent:
    """The fields that a client sent for a record, a part or a row; None clears a field."""

    values: dict[str, JSON] = field(default_factory=dict)
    parts: dict[str, Sent] = field(default_factory=dict)
    details: dict[str, list[Sent]] = field(default_factory=dict)
    customs: dict[str, JSON] = field(default_factory=dict)
    id: str = ""
    note: str | None = None
    is_deleted: bool = False
    names: list[str] = field(default_factory=list)
    """Every member of the contract that the body names, also those that are not stored."""
    row: dict[str, JSON] | None = None
    """The row that it was applied to."""


class Reader:
    """Reads bodies; ``switch`` and ``takes_bare_values`` say how."""

    def __init__(self, switch: Switch, *, takes_bare_values: bool) -> None:
        self._takes_bare_values = takes_bare_values
        self._empty_clears = switch("empty_object_in_put") == "clears"
        self._clears = switch("clears_a_field")
        self._refuses_unknown = switch("unknown_field_in_body") == "refused"

    def read(self, raw: bytes, shape: Shape, name: str = "entity") -> Sent:
        """Read a whole body.

        Raises:
            RefusedError: 400: no JSON object, or not as the contract says.
        """
        try:
            body = json.loads(raw, parse_float=Decimal)
        except ValueError as error:
            raise RefusedError(bad_request(name, f"Unexpected character: {error}.")) from error
        return self.read_record(body, shape, name)

    def read_record(self, body: JSON, shape: Shape, where: str) -> Sent:
        """Read one record, part or row.

        Raises:
            RefusedError: 400: not as the contract says.
        """
        if not isinstance(body, dict):
            raise RefusedError(
                bad_request(where, f"Error converting value to type '{shape.type_name}'.")
            )
        sent = Sent()
        for name, value in body.items():
            place = f"{where}.{name}"
            member = shape.members.get(name)
            if isinstance(member, Field):
                self._read_field(sent, member, value, place)
            elif isinstance(member, Part):
                if value is not None:
                    sent.parts[name] = self.read_record(value, member.shape, place)
            elif isinstance(member, Details):
                self._read_rows(sent, member, value, place)
            elif self._read_system(sent, name, value, place):
                continue
            elif self._refuses_unknown:
                text = f"Could not find member '{name}' on '{shape.type_name}'."
                raise RefusedError(bad_request(place, text))
            else:
                continue
            sent.names.append(name)
        return sent

    def _read_field(self, sent: Sent, field: Field, value: JSON, where: str) -> None:
        if value is None:
            return
        if isinstance(value, dict):
            if "value" not in value:
                if self._empty_clears:
                    sent.values[field.name] = None
                return
            value = value["value"]
            clears = self._clears
            if (value is None and clears == "empty_text") or (value == "" and clears == "null"):
                return
        elif not self._takes_bare_values:
            shown = json.dumps(value, default=str)
            text = f"Error converting value {shown} to type '{field.kind}Value'."
            raise RefusedError(bad_request(where, text))
        try:
            sent.values[field.name] = read_value(field, value)
        except ValueError as error:
            raise RefusedError(bad_request(f"{where}.value", str(error))) from error

    def _read_rows(self, sent: Sent, details: Details, value: JSON, where: str) -> None:
        if value is None:
            return
        if not isinstance(value, list):
            raise RefusedError(
                bad_request(where, f"A list of '{details.shape.type_name}' was expected.")
            )
        sent.details[details.name] = [
            self.read_record(row, details.shape, f"{where}[{position}]")
            for position, row in enumerate(value)
        ]

    def _read_system(self, sent: Sent, name: str, value: JSON, where: str) -> bool:
        if name == "id":
            if value is not None and not isinstance(value, str):
                raise RefusedError(
                    bad_request(where, "Error converting value to type 'System.Guid'.")
                )
            sent.id = (value or "").lower()
        elif name == "delete":
            sent.is_deleted = value is True
        elif name == "note":
            sent.note = value.get("value") if isinstance(value, dict) else value
        elif name == "custom":
            self._read_customs(sent, value or {}, where)
        else:
            return name in IGNORED
        return True

    def _read_customs(self, sent: Sent, views: JSON, where: str) -> None:
        if not isinstance(views, dict) or not all(isinstance(row, dict) for row in views.values()):
            raise RefusedError(bad_request(where, "Custom fields stand under their view and name."))
        for view, fields in views.items():
            for name, value in fields.items():
                if not isinstance(value, dict) or value.get("type") not in CUSTOM_TYPES:
                    raise RefusedError(
                        bad_request(f"{where}.{view}.{name}", "Required property 'type' not found.")
                    )
                if "value" in value:
                    sent.customs[f"{view}.{name}"] = value["value"]
