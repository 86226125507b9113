"""``$filter``: OData v3 as the vendor reads it, with its traps; v4 for the OData services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from connectors.sandbox.standin import JSON
from connectors.sandbox.vendors.acumatica.comparisons import (
    COMPARE,
    Operand,
    Test,
    compare_test,
    getter,
    incompatible,
    instant_of,
    null_test,
    text_test,
    typed_literal,
    unknown_field,
    unquoted,
)
from connectors.sandbox.vendors.acumatica.contract.fields import Custom, Details, Field, Part, Shape
from connectors.sandbox.vendors.acumatica.contract.kinds import edm_type
from connectors.sandbox.vendors.acumatica.filter_tokens import END, FilterError, Word, words_of

FUNCTIONS = ("substringof", "startswith", "endswith")
V4_FUNCTIONS = ("contains", "startswith", "endswith")


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter made ready: ``test`` a row; ``equal`` are values it must have by path."""

    test: Test
    equal: Mapping[str, JSON] = field(default_factory=dict)
    views: frozenset[str] = frozenset()
    """The parts whose fields it compares; the record itself is ``""``."""
    joins_views: bool = False
    """Whether an ``and`` joins conditions on several views."""


@dataclass(frozen=True, slots=True)
class Strictness:
    """Which traps are set; each is a case of its own."""

    refuses_functions: bool = True
    true_finds_nothing: bool = True
    refuses_unknown: bool = True
    refuses_details: bool = True
    refuses_quoted: bool = True
    gt_leaves_out: bool = True
    is_v4: bool = False


def parse(
    text: str, shape: Shape, customs: Mapping[str, Custom], strictness: Strictness
) -> Condition:
    """Make a filter ready for rows of this shape.

    Raises:
        FilterError: the vendor would answer 500, for the reason it would give.
    """
    parser = Parser(words_of(text), shape, customs, strictness)
    condition = parser.either()
    if parser.word is not END:
        raise FilterError(f"Syntax error at '{parser.word.text}' in '{text}'.")
    return condition


class Parser:
    """A recursive descent over the words."""

    def __init__(
        self,
        words: list[Word],
        shape: Shape,
        customs: Mapping[str, Custom],
        strictness: Strictness,
    ) -> None:
        self._words = words
        self._at = 0
        self._shape = shape
        self._customs = customs
        self._strict = strictness

    @property
    def word(self) -> Word:
        """The word to be read next."""
        return self._words[self._at] if self._at < len(self._words) else END

    def _take(self) -> Word:
        word = self.word
        self._at += 1
        return word

    def _expect(self, sign: str) -> None:
        word = self._take()
        if word.text != sign:
            raise FilterError(f"Syntax error: '{sign}' expected at '{word.text}'.")

    def either(self) -> Condition:
        """Conditions joined by ``or``."""
        left = self._both()
        while self.word.text == "or":
            self._take()
            right = self._both()
            left = Condition(
                _any_of(left.test, right.test),
                views=left.views | right.views,
                joins_views=left.joins_views or right.joins_views,
            )
        return left

    def _both(self) -> Condition:
        left = self._one()
        while self.word.text == "and":
            self._take()
            right = self._one()
            left = Condition(
                _all_of(left.test, right.test),
                {**left.equal, **right.equal},
                left.views | right.views,
                left.joins_views or right.joins_views or left.views != right.views,
            )
        return left

    def _one(self) -> Condition:
        if self.word.text == "not":
            self._take()
            if self._strict.refuses_functions and not self._strict.is_v4:
                raise FilterError("The 'not' operator is not supported in $filter.")
            inner = self._one()
            return Condition(lambda row: not inner.test(row), views=inner.views)
        if self.word.text == "(":
            self._take()
            inner = self.either()
            self._expect(")")
            return inner
        following = self._words[self._at + 1 : self._at + 2]
        is_called = self.word.kind == "name" and following and following[0].text == "("
        if is_called and not self.word.text.startswith("cf."):
            return self._function()
        return self._comparison()

    def _function(self) -> Condition:
        name = self._take().text
        known = V4_FUNCTIONS if self._strict.is_v4 else FUNCTIONS
        if name not in known and self._strict.refuses_functions:
            raise FilterError(
                f"An unknown function with name '{name}' was found. This may also be a function"
                " import or a key lookup on a navigation property, which is not allowed."
            )
        self._expect("(")
        first = self._operand()
        self._expect(",")
        second = self._operand()
        self._expect(")")
        if name == "substringof":
            first, second = second, first
        views = frozenset({first.view})
        if first.get is None or first.edm != "text" or second.edm != "text":
            raise FilterError(f"No function signature for the function with name '{name}' matches.")
        test = text_test(name, first.get, second.value)
        if self.word.text not in COMPARE:
            return Condition(test, views=views)
        wants = self._take().text == "eq"
        truth = self._take().text == "true"
        if self._strict.true_finds_nothing and not self._strict.is_v4:
            return Condition(lambda row: False, views=views)
        return Condition(lambda row: test(row) == (wants == truth), views=views)

    def _comparison(self) -> Condition:
        left = self._operand()
        word = self._take()
        if word.text not in COMPARE:
            raise FilterError(f"Syntax error: an operator was expected at '{word.text}'.")
        right = self._operand()
        sign = word.text
        if left.get is None and right.get is not None:
            left, right = right, left
            sign = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}.get(sign, sign)
        if left.get is None or right.get is not None:
            raise FilterError("A field must be compared with a literal.")
        views = frozenset({left.view})
        if right.edm == "null":
            return Condition(null_test(left.get, wants_null=sign == "eq"), views=views)
        value = self._comparable(left, right, sign)
        if sign == "gt" and not self._strict.gt_leaves_out:
            sign = "ge"
        equal = {left.path: value} if sign == "eq" else {}
        return Condition(compare_test(left.get, sign, value), equal, views)

    def _comparable(self, left: Operand, right: Operand, sign: str) -> JSON:
        kinds = {left.edm, right.edm}
        if kinds <= {"instant", "day"}:
            return right.value
        if self._strict.is_v4 and kinds == {"instant", "text"}:
            return instant_of(right.value)
        if left.edm != right.edm:
            is_quoted = right.edm == "text" and left.edm in ("flag", "number")
            if is_quoted and not self._strict.refuses_quoted:
                return unquoted(left.edm, right.value)
            raise incompatible(left, right, sign)
        return right.value.rstrip(" ") if left.is_padded else right.value

    def _operand(self) -> Operand:
        word = self._take()
        if word.kind == "text":
            return Operand("text", value=word.text[1:-1].replace("''", "'"))
        if word.kind == "typed":
            return typed_literal(word.text)
        if word.kind == "instant" and self._strict.is_v4:
            return Operand("instant", value=instant_of(word.text))
        if word.kind == "number":
            return Operand("number", value=Decimal(word.text.rstrip("MmDdFfLl")))
        if word.text in ("true", "false"):
            return Operand("flag", value=word.text == "true")
        if word.text == "null":
            return Operand("null")
        if word.kind != "name":
            raise FilterError(f"Syntax error at '{word.text}'.")
        if word.text.startswith("cf."):
            return self._custom(word.text)
        return self._field(word.text)

    def _custom(self, name: str) -> Operand:
        for expected in ("(", "f", "="):
            self._expect(expected)
        path = self._take().text[1:-1]
        self._expect(")")
        custom = self._customs.get(path)
        if custom is None or f"cf.{custom.kind}" != name:
            raise unknown_field()
        declared = Field(custom.name, custom.kind)
        return Operand(edm_type(declared), lambda row: row.get("custom", {}).get(path), path=name)

    def _field(self, path: str) -> Operand:
        shape, names = self._shape, path.split("/")
        for name in names[:-1]:
            part = shape.members.get(name)
            if isinstance(part, Details):
                return self._beside(path, name)
            if not isinstance(part, Part):
                raise unknown_field()
            shape = part.shape
        member = shape.members.get(names[-1])
        if isinstance(member, Details):
            return self._beside(path, names[-1])
        if isinstance(member, Field):
            get = getter(names, member)
            return Operand(edm_type(member), get, path=path, is_padded=member.pads_to > 0)
        if member is None and not self._strict.refuses_unknown:
            return Operand("text", lambda row: None, path=path)
        raise unknown_field()

    def _beside(self, path: str, name: str) -> Operand:
        """A path into a child collection, which is no single value."""
        if self._strict.refuses_details:
            raise FilterError(
                f"The parent value for a property access of a property '{path.rpartition('/')[2]}'"
                " is not a single value. Property access can only be applied to a single value."
            )
        return Operand("text", lambda row: None, path=name)


def _any_of(left: Test, right: Test) -> Test:
    return lambda row: left(row) or right(row)


def _all_of(left: Test, right: Test) -> Test:
    return lambda row: left(row) and right(row)
