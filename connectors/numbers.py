"""JSON by our own number rules: decimals stay digits, nonsense is refused in bounded time."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import simplejson

MAX_DIGIT_COUNT = 20
MIN_EXPONENT = -10
MAX_EXPONENT = 15
MAX_DEPTH = 40

# Longer texts are refused before anything is computed from them: int(Decimal("1e3000000")) took
# 212 seconds.
_MAX_NUMBER_LENGTH = 64
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,4})?", re.ASCII)
# Possessive, and an unterminated string ends with the body: linear whatever the body holds.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.|\\\Z)*+(?:"|\Z)', re.DOTALL)
_ONE_KIND = bytes.maketrans(b"{}", b"[]")
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_ESCAPED_PAIR = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_ESCAPED_HALF = re.compile(rb"\\u(?:[dD][89a-fA-F][0-9a-fA-F]{2}|0000)")


class Unreadable(ValueError):  # noqa: N818  # reads as what it says where it is caught
    """A text that is no JSON or no number by these rules; the message quotes nothing of it."""


def parse_decimal(text: str) -> Decimal:
    """Read one decimal number, as JSON or a vendor's string field carries it.

    Raises:
        Unreadable: not ASCII digits, more than 20 of them, or an exponent outside -10…15.
    """
    if len(text) > _MAX_NUMBER_LENGTH or _DECIMAL.fullmatch(text) is None:
        raise Unreadable("a number is not written as one, or is longer than any amount")
    number = Decimal(text)
    _, digits, exponent = number.as_tuple()
    if len(digits) > MAX_DIGIT_COUNT:
        raise Unreadable(f"a number has more than {MAX_DIGIT_COUNT} digits")
    if not isinstance(exponent, int) or not MIN_EXPONENT <= exponent <= MAX_EXPONENT:
        raise Unreadable(f"a number's exponent is outside {MIN_EXPONENT} to {MAX_EXPONENT}")
    return number


def _parse_int(text: str) -> int:
    if len(text) > MAX_DIGIT_COUNT and len(text.lstrip("-")) > MAX_DIGIT_COUNT:
        raise Unreadable(f"a number has more than {MAX_DIGIT_COUNT} digits")
    return int(text)


def _refuse_constant(text: str) -> None:
    raise Unreadable(f"{text} is not a JSON number")


_DECODER = json.JSONDecoder(
    parse_float=parse_decimal, parse_int=_parse_int, parse_constant=_refuse_constant
)


def parse(body: bytes) -> Any:
    """Read a JSON body: ``Decimal`` for fractions, ``int`` else; of equal keys the last counts.

    Raises:
        Unreadable: says what the body is instead, without quoting it.
    """
    text = _text_of(body)
    if _is_deeper_than(body, MAX_DEPTH):
        raise Unreadable(f"the answer is nested more than {MAX_DEPTH} levels deep")
    if b"\\u" in body and _has_broken_escapes(body):
        raise Unreadable("the answer holds characters that no text may hold")
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        flaw = _flaw(error, len(text))
    except RecursionError:
        flaw = f"the answer is nested more than {MAX_DEPTH} levels deep"
    # Raised out here so that it carries no context: a JSONDecodeError keeps the whole document.
    raise Unreadable(flaw)


def write(value: object) -> bytes:
    """Write a JSON body: decimals as plain digits, never floats.

    Raises:
        TypeError: a float, or a value that has no JSON form.
        ValueError: a decimal that is not finite or beyond the rules of reading.
    """
    return simplejson.dumps(
        _as_digits(value), ensure_ascii=False, allow_nan=False, separators=(",", ":")
    ).encode()


def _as_digits(value: object) -> object:
    if isinstance(value, float):
        raise TypeError("A float was about to be sent: money and quantities are Decimal.")
    if isinstance(value, Decimal):
        return simplejson.RawJSON(format(parse_decimal(str(value)), "f"))
    if isinstance(value, Mapping):
        return {_as_key(key): _as_digits(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_as_digits(part) for part in value]
    return value


def _as_key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"A JSON object's key must be text, not {type(key).__name__}.")
    return key


def _text_of(body: bytes) -> str:
    start = body[:256].lstrip().lower()
    if not start:
        raise Unreadable("the answer is empty")
    if start.startswith(b"<"):
        is_page = start.startswith(b"<!doctype html") or b"<html" in start
        raise Unreadable("the answer is an HTML page" if is_page else "the answer is XML")
    if start.startswith(b"\xef\xbb\xbf"):
        raise Unreadable("the answer starts with a byte order mark")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        flaw = f"the answer is not UTF-8 (byte {error.start})"
    raise Unreadable(flaw)


def _is_deeper_than(body: bytes, depth: int) -> bool:
    """Whether brackets nest deeper, found without recursion and in linear time."""
    if body.count(b"[") + body.count(b"{") <= depth:
        return False
    brackets = _STRING.sub(b"", body).translate(_ONE_KIND, _NOT_BRACKETS)
    for _ in range(depth):
        # One round takes away the innermost level.
        shorter = brackets.replace(b"[]", b"")
        if len(shorter) == len(brackets):
            break
        brackets = shorter
    return b"[]" in brackets or brackets.count(b"[") > depth


def _has_broken_escapes(body: bytes) -> bool:
    """Half a surrogate pair, or a NUL: no database takes either."""
    return _ESCAPED_HALF.search(_ESCAPED_PAIR.sub(b"", body.replace(rb"\\", b""))) is not None


def _flaw(error: json.JSONDecodeError, length: int) -> str:
    if error.pos >= length or error.msg.startswith("Unterminated string"):
        return f"the answer breaks off after {length} characters"
    return f"the answer is not JSON from character {error.pos} on"
