"""What of a body may be seen: an allow-list by field, all else is shown as its type and length."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Final, TypeAlias

import simplejson

from connectors.vendor import Privacy

JSON: TypeAlias = "bool | int | Decimal | str | Sequence[JSON] | Mapping[str, JSON] | None"

EXCERPT_LENGTH: Final = 500
MAX_VALUE_COUNT: Final = 5_000
"""Values looked at in one body; a bulk read's rows are recorded one by one elsewhere."""

_EXCERPT_VALUE_COUNT: Final = 60
# What names a field; other keys are values (an e-mail address, a token) and are masked like them.
_FIELD_NAME = re.compile(
    r"[A-Za-z_$.:\[\]-]{1,64}[0-9]{0,3}(?:[A-Za-z_]{1,32}[0-9]{0,3})?|[0-9]{1,12}"
)
_PLAIN_WORD = re.compile(r"[\"'(]*[A-Za-z]{1,20}(?:'[a-z]{1,2})?[\"').,:;!?]*")
_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,300})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Redacted:
    """A body as it may be seen, and apart from it what only few may see.

    ``pay`` and ``health`` hold the marked values by their JSON pointer into ``shown``; whoever
    keeps them encrypts each by itself.
    """

    shown: JSON = None
    pay: Mapping[str, JSON] = field(default_factory=dict, repr=False)
    health: Mapping[str, JSON] = field(default_factory=dict, repr=False)


def redact(
    value: JSON, fields: Mapping[str, Privacy], *, max_value_count: int = MAX_VALUE_COUNT
) -> Redacted:
    """Keep plain fields, mark personal ones, set pay and health apart, describe the rest.

    A field is known by its name anywhere in the body. A private field's parts are as private as
    it is; a plain field's parts must be named themselves, but for a ``value`` it is wrapped in.
    """
    redactor = _Redactor(fields, max_value_count)
    shown = redactor.shown(value, None, "")
    return Redacted(shown, MappingProxyType(redactor.pay), MappingProxyType(redactor.health))


def excerpt(value: JSON, fields: Mapping[str, Privacy]) -> str:
    """One line of a redacted body for an error's ``detail``."""
    shown = redact(value, fields, max_value_count=_EXCERPT_VALUE_COUNT).shown
    return _cut(printable(simplejson.dumps(shown, ensure_ascii=False, separators=(",", ":"))))


def describe(body: bytes, content_type: str, *, may_quote: bool = True) -> str:
    """What a body is that is no JSON: kind, length, and plain words of a page's title or a text.

    Nothing that could be a token, an amount or an address is quoted, and nothing at all of an
    answer to a login, which may echo what was sent.
    """
    kind = printable(content_type.partition(";")[0].strip()[:60]) or "no content type"
    size = f"{kind}, {len(body)} bytes"
    if not may_quote:
        return size
    text = body[:4_000].decode("utf-8", "replace")
    start = text.lstrip("\ufeff \t\r\n")[:1]
    title = _TITLE.search(text)
    if title is not None:
        words = _masked(title.group(1))
        return _cut(f"{size}, a page titled {words!r}")
    if start in ("", "<", "{", "[", '"'):
        return size
    return _cut(f"{size}: {_masked(text[:EXCERPT_LENGTH])}")


def printable(text: str) -> str:
    """Text from outside with control, bidirectional and invisible characters shown as escapes."""
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def mark(value: JSON, privacy: Privacy | None = None) -> JSON:
    """What stands in a value's place: ``<pay: number>``, or type and length; null stays null."""
    if value is None:
        return None
    if isinstance(value, str):
        # The length of a private value could tell too much (a salary's digits).
        kind = "text" if privacy is not None else f"text {len(value)}"
    elif isinstance(value, bool):
        kind = "boolean"
    elif isinstance(value, int | Decimal):
        kind = "number"
    elif isinstance(value, Mapping):
        kind = f"object {len(value)}"
    else:
        kind = f"list {len(value)}"
    return f"<{kind}>" if privacy is None else f"<{privacy.value}: {kind}>"


class _Redactor:
    """One pass over one body; bodies are large, so what a name means is looked up once."""

    def __init__(self, fields: Mapping[str, Privacy], max_value_count: int) -> None:
        self.pay: dict[str, JSON] = {}
        self.health: dict[str, JSON] = {}
        self._fields = fields
        self._names: dict[str, str] = {}
        self._left_count = max_value_count

    def shown(self, value: JSON, privacy: Privacy | None, pointer: str) -> JSON:
        self._left_count -= 1
        if isinstance(value, str | int | Decimal) or value is None:
            return self._leaf(value, privacy, pointer)
        if isinstance(value, Mapping):
            return self._object(value, privacy, pointer)
        return self._list(value, privacy, pointer)

    def _leaf(self, value: JSON, privacy: Privacy | None, pointer: str) -> JSON:
        if privacy is Privacy.PLAIN:
            return value
        if privacy is Privacy.PAY:
            self.pay[pointer] = value
        elif privacy is Privacy.HEALTH:
            self.health[pointer] = value
        return mark(value, privacy)

    def _object(self, value: Mapping[str, JSON], privacy: Privacy | None, pointer: str) -> JSON:
        shown: dict[str, JSON] = {}
        # The parts of a plain field must be named themselves.
        inherited = None if privacy is Privacy.PLAIN else privacy
        for position, (key, part) in enumerate(value.items()):
            if self._left_count <= 0:
                shown["<more>"] = len(value) - position
                break
            name = self._names.get(key) or self._name(key)
            if name in shown:
                name = f"{name} {position}"
            own = self._fields.get(key, privacy if key == "value" else inherited)
            shown[name] = self.shown(part, own, f"{pointer}/{_escaped(name)}")
        return shown

    def _list(self, value: Sequence[JSON], privacy: Privacy | None, pointer: str) -> JSON:
        shown: list[JSON] = []
        for position, part in enumerate(value):
            if self._left_count <= 0:
                shown.append(f"<{len(value) - position} more>")
                break
            shown.append(self.shown(part, privacy, f"{pointer}/{position}"))
        return shown

    def _name(self, key: str) -> str:
        is_name = key in self._fields or _FIELD_NAME.fullmatch(key) is not None
        name = self._names[key] = key if is_name else f"<key {len(key)}>"
        return name


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1") if "~" in name or "/" in name else name


def _masked(text: str) -> str:
    """Words of letters stay; anything with a digit, a sign or a token's length is ``•••``."""
    words = (word if _PLAIN_WORD.fullmatch(word) is not None else "•••" for word in text.split())
    return " ".join(words)


def _cut(text: str) -> str:
    return text if len(text) <= EXCERPT_LENGTH else text[: EXCERPT_LENGTH - 1] + "…"
