"""JSON by our own number rules."""

from __future__ import annotations

import contextlib
import json
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.numbers import Unreadable, parse, parse_decimal, write


def refusal(body: bytes) -> str:
    """What the reader says of a body; it must be quick and carry nothing of it."""
    started = time.monotonic()
    with pytest.raises(Unreadable) as caught:
        parse(body)
    assert time.monotonic() - started < 2
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    return str(caught.value)


def test_reads_fractions_as_decimals_and_whole_numbers_as_ints() -> None:
    parsed = parse(b'{"pay": 1234.50, "count": -3, "rate": 1e3, "none": null}')
    assert parsed == {"pay": Decimal("1234.50"), "count": -3, "rate": Decimal("1E+3"), "none": None}
    assert str(parsed["pay"]) == "1234.50"
    assert type(parsed["count"]) is int


def test_lets_the_last_of_equal_keys_count() -> None:
    assert parse(b'{"a": 1, "a": 2}') == {"a": 2}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12345678901234567890", 12345678901234567890),
        ("-12345678901234567890", -12345678901234567890),
        ("0.1234567890", Decimal("0.1234567890")),
        ("1e15", Decimal("1E+15")),
        ("1E-10", Decimal("1E-10")),
    ],
)
def test_reads_numbers_up_to_the_limits(text: str, value: object) -> None:
    assert parse(text.encode()) == value


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("123456789012345678901", "a number has more than 20 digits"),
        ("1.23456789012345678901", "a number has more than 20 digits"),
        ("12345678901234567.8901", "a number has more than 20 digits"),
        ("1e16", "a number's exponent is outside -10 to 15"),
        ("1e-11", "a number's exponent is outside -10 to 15"),
        ("1e3000000", "a number is not written as one, or is longer than any amount"),
        ("1" * 1_000_000, "a number has more than 20 digits"),
        ("0." + "1" * 1_000_000, "a number is not written as one, or is longer than any amount"),
        ("NaN", "NaN is not a JSON number"),
        ("Infinity", "Infinity is not a JSON number"),
        ("-Infinity", "-Infinity is not a JSON number"),
    ],
)
def test_refuses_numbers_beyond_the_limits(text: str, sentence: str) -> None:
    assert refusal(b'{"pay": ' + text.encode() + b"}") == sentence


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "1_000",
        "1,000",
        "\u0661\u0662",
        "0x10",
        ".5",
        "5.",
        "1e",
        "+1",
        "--1",
        "1e99999",
        "sNaN",
    ],
)
def test_refuses_text_that_is_no_plain_decimal(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_decimal(text)


def test_reads_a_decimal_from_a_text_field() -> None:
    assert parse_decimal("-0012.340") == Decimal("-12.340")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "the answer is empty"),
        (b" \r\n\t ", "the answer is empty"),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "the answer is an HTML page"),
        (b"\n<HTML><title>x</title>", "the answer is an HTML page"),
        (b'<?xml version="1.0"?><employee id="7"/>', "the answer is XML"),
        (b"\xef\xbb\xbf{}", "the answer starts with a byte order mark"),
        (b'{"name": "J\xf6rg"}', "the answer is not UTF-8 (byte 11)"),
        (b'{"name": "Ann", "na', "the answer breaks off after 19 characters"),
        (b'{"rows": [1, 2', "the answer breaks off after 14 characters"),
        (b'{"a": 1} trailing', "the answer is not JSON from character 9 on"),
        (b"{'a': 1}", "the answer is not JSON from character 1 on"),
        (b'{"name": "\\ud800"}', "the answer holds characters that no text may hold"),
        (b'{"name": "\\u0000"}', "the answer holds characters that no text may hold"),
    ],
)
def test_says_what_a_body_is_that_is_no_json(body: bytes, sentence: str) -> None:
    assert refusal(body) == sentence


def test_reads_whole_surrogate_pairs_and_escaped_backslashes() -> None:
    assert parse(b'["\\ud83d\\ude00", "\\\\ud800", "\\\\\\u0041"]') == [
        "\U0001f600",
        "\\ud800",
        "\\A",
    ]


def test_reads_forty_levels() -> None:
    deep = b"[" * 40 + b"]" * 40
    assert parse(b"[" + b",".join([deep[1:-1]] * 3) + b"]") == [json.loads(deep[1:-1])] * 3


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 41 + b"]" * 41,
        b"[" * 1_000_000,
        b'{"a":' * 41 + b"1" + b"}" * 41,
        b'[{"a":' * 21 + b"1" + b"}]" * 21,
        b'["' + b"[" * 50 + b'",' + b"[" * 40 + b"]" * 40 + b"]",
        b"[" + b"[]," * 1_000_000 + b"[" * 40 + b"]" * 40 + b"]",
    ],
)
def test_refuses_what_is_nested_deeper(body: bytes) -> None:
    assert refusal(body) == "the answer is nested more than 40 levels deep"


def test_does_not_count_brackets_inside_texts() -> None:
    assert parse(b'["' + b"[{" * 500 + b'", "\\"[[["]') == ["[{" * 500, '"[[[']


@pytest.mark.parametrize(
    "body",
    [
        b'["' + b'\\"' * 2_000_000,
        b"[" * 41 + b'"' + b"\\" * 2_000_001,
        b'{"a":"' * 500_000,
        b"[[]" * 500_000,
        b"]" * 2_000_000,
        b"[" * 42 + b'"' * 1_000_001,
    ],
)
def test_refuses_hostile_bodies_in_bounded_time(body: bytes) -> None:
    refusal(body)


def test_writes_decimals_as_plain_digits() -> None:
    body = {
        "a": Decimal("1E+3"),
        "b": Decimal("0.10"),
        "c": Decimal("0E-10"),
        "d": [1, True, None, "ä"],
    }
    assert write(body) == '{"a":1000,"b":0.10,"c":0.0000000000,"d":[1,true,null,"ä"]}'.encode()


@pytest.mark.parametrize("value", [0.1, {"a": [0.0]}, {1: 2}, {"a": object()}, {"a": {1, 2}}])
def test_refuses_to_write_floats_and_values_without_a_form(value: object) -> None:
    with pytest.raises(TypeError):
        write(value)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e3000000", "1e16", "123456789012345678901"])
def test_refuses_to_write_what_it_would_not_read(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        write({"a": Decimal(text)})


amounts = st.decimals(
    allow_nan=False, allow_infinity=False, places=2, min_value=-(10**15), max_value=10**15
)
trees = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**19), 10**19)
    | amounts
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc"), inner, max_size=4),
    max_leaves=20,
)


@given(trees)
def test_reads_back_what_it_wrote(tree: object) -> None:
    assert parse(write(tree)) == tree


@given(st.binary(max_size=200))
def test_never_fails_otherwise_than_by_saying_so(body: bytes) -> None:
    with contextlib.suppress(Unreadable):
        parse(body)
