"""Reads the parts of an answer; what is not as documented becomes a ContractError."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connectors.errors import ContractError
from connectors.exchange import Answer
from connectors.values import Absent


@dataclass(frozen=True, slots=True)
class Shape:
    """One answer under examination. ``what`` names the part, as the vendor spells it."""

    answer: Answer

    def mapping(self, value: object, what: str) -> Mapping[str, object]:
        """``value`` as a JSON object."""
        if not isinstance(value, Mapping):
            raise self.broken(what, "an object", value)
        return value

    def rows(self, value: object, what: str) -> Sequence[Mapping[str, object]]:
        """``value`` as an array of JSON objects."""
        return tuple(self.mapping(row, f"a row of {what}") for row in self.array(value, what))

    def array(self, value: object, what: str) -> Sequence[object]:
        """``value`` as a JSON array."""
        if not isinstance(value, list):
            raise self.broken(what, "an array", value)
        return value

    def text(self, value: object, what: str) -> str | None:
        """``value`` as a text or null."""
        if value is None or isinstance(value, str):
            return value
        raise self.broken(what, "a text", value)

    def name(self, value: object, what: str) -> str:
        """``value`` as a text that is not empty, or a whole number written as one."""
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) and value.strip():
            return value.strip()
        raise self.broken(what, "a name or number", value)

    def broken(self, what: str, expected: str, value: object) -> ContractError:
        """The error to raise for a part that is not as documented.

        It says what ``value`` is instead, never what it says.
        """
        error = self.answer.contract_error(f"{what} should be {expected} and is {_kind(value)}")
        error.detail = self.answer.excerpt()
        return error


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case Absent():
            return "missing"
        case bool():
            return "a boolean"
        case str():
            return f"a text of {len(value)} characters"
        case list() | tuple():
            return f"an array of {len(value)}"
        case Mapping():
            return f"an object of {len(value)}"
        case _:
            return "a number"
