"""Single conditions of a ``$filter``: operands, literals, and the tests they make of rows."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from connectors.sandbox.standin import JSON
from connectors.sandbox.vendors.acumatica import moments
from connectors.sandbox.vendors.acumatica.contract.fields import Field
from connectors.sandbox.vendors.acumatica.contract.kinds import edm_type
from connectors.sandbox.vendors.acumatica.filter_tokens import FilterError
from connectors.sandbox.vendors.acumatica.rows import Row

Test = Callable[[Row], bool]
Get = Callable[[Row], JSON]
Compare = Callable[[JSON, JSON], bool]
COMPARE: Mapping[str, Compare] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
EDM = {
    "text": "Edm.String",
    "number": "Edm.Decimal",
    "flag": "Edm.Boolean",
    "instant": "Edm.DateTimeOffset",
    "day": "Edm.DateTimeOffset",
    "guid": "Edm.Guid",
}
OPERATOR_KINDS = {
    "eq": "Equal",
    "ne": "NotEqual",
    "gt": "GreaterThan",
    "ge": "GreaterThanOrEqual",
    "lt": "LessThan",
    "le": "LessThanOrEqual",
}
KEY_NOT_FOUND = "System.Collections.Generic.KeyNotFoundException"


class NonsenseLiteralError(FilterError):
    """A typed literal that is none, such as a date whose ``+`` became a space."""


@dataclass(frozen=True, slots=True)
class Operand:
    """One side of a comparison: a field (``get``) or a literal (``value``)."""

    edm: str
    get: Get | None = None
    value: JSON = None
    path: str = ""
    is_padded: bool = False

    @property
    def view(self) -> str:
        """The part that the field stands in; empty: the record itself."""
        return self.path.rpartition("/")[0]


def unknown_field() -> FilterError:
    """A field that the contract does not have."""
    return FilterError("The given key was not present in the dictionary.", KEY_NOT_FOUND)


def incompatible(left: Operand, right: Operand, sign: str) -> FilterError:
    """A comparison of two types that do not compare."""
    return FilterError(
        "A binary operator with incompatible types was detected. Found operand types"
        f" '{EDM[left.edm]}' and '{EDM[right.edm]}' for operator kind '{OPERATOR_KINDS[sign]}'."
    )


def typed_literal(text: str) -> Operand:
    """A literal such as ``datetimeoffset'…'``, ``date'…'`` or ``guid'…'``.

    Raises:
        NonsenseLiteralError: what stands in the quotes is none.
    """
    kind, _, quoted = text.partition("'")
    value = quoted[:-1]
    if kind == "guid":
        return Operand("guid", value=value.lower())
    if kind == "date":
        return Operand("day", value=instant_of(value + "T00:00:00+00:00"))
    return Operand("instant", value=instant_of(value))


def instant_of(text: str) -> str:
    """An instant as rows keep it.

    Raises:
        NonsenseLiteralError: it is none.
    """
    try:
        return moments.read_instant(text)
    except ValueError as error:
        raise NonsenseLiteralError(
            f"Unrecognized 'Edm.DateTimeOffset' literal '{text}'."
        ) from error


def unquoted(edm: str, text: str) -> JSON:
    """A quoted Boolean or number, taken for what it means: the softened case."""
    if edm == "flag":
        return text.lower() == "true"
    return Decimal(text) if text.replace(".", "", 1).lstrip("-").isdigit() else None


def getter(names: list[str], field: Field) -> Get:
    """How the value at a path is got, in a form that compares."""
    edm = edm_type(field)
    plain = _plain_getter(names)
    if edm == "day":
        return lambda row: _mapped(plain(row), moments.day_as_instant)
    if edm == "number":
        return lambda row: _mapped(plain(row), Decimal)
    return plain


def _plain_getter(names: list[str]) -> Get:
    if len(names) == 1:
        return operator.methodcaller("get", names[0])
    first, last = names[0], names[-1]
    if len(names) == 2:
        return lambda row: row.get(first, {}).get(last)
    middle = names[1]
    return lambda row: row.get(first, {}).get(middle, {}).get(last)


def _mapped(value: JSON, change: Callable[[JSON], JSON]) -> JSON:
    return None if value is None else change(value)


def null_test(get: Get, *, wants_null: bool) -> Test:
    """Whether a field is empty, or is not."""
    return lambda row: (get(row) in (None, "")) is wants_null


def compare_test(get: Get, sign: str, value: JSON) -> Test:
    """Whether a field compares so with a value; an empty one is neither more nor less."""
    compare = COMPARE[sign]
    if sign == "eq":
        return lambda row: bool(get(row) == value)
    if sign == "ne":
        return lambda row: bool(get(row) != value)

    def test(row: Row) -> bool:
        found = get(row)
        return found is not None and compare(found, value)

    return test


def text_test(name: str, get: Get, part: str) -> Test:
    """Whether a text begins with, ends with or contains a part."""

    def test(row: Row) -> bool:
        found = get(row) or ""
        if name == "startswith":
            return bool(found.startswith(part))
        if name == "endswith":
            return bool(found.endswith(part))
        return part in found

    return test
