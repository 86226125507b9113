"""What of a body may be seen."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from connectors.redaction import JSON, describe, excerpt, mark, printable, redact
from connectors.vendor import Privacy

FIELDS = {
    "id": Privacy.PLAIN,
    "status": Privacy.PLAIN,
    "tags": Privacy.PLAIN,
    "name": Privacy.PERSON,
    "address": Privacy.PERSON,
    "city": Privacy.PLAIN,
    "salary": Privacy.PAY,
    "leave": Privacy.HEALTH,
    "error": Privacy.PLAIN,
}


def test_keeps_plain_fields_and_marks_private_ones() -> None:
    body: JSON = {
        "id": 7,
        "status": "Active",
        "name": "Ann",
        "salary": Decimal("5100.50"),
        "leave": True,
    }
    redacted = redact(body, FIELDS)
    assert redacted.shown == {
        "id": 7,
        "status": "Active",
        "name": "<person: text>",
        "salary": "<pay: number>",
        "leave": "<health: boolean>",
    }
    assert redacted.pay == {"/salary": Decimal("5100.50")}
    assert redacted.health == {"/leave": True}
    assert "5100" not in repr(redacted)


def test_describes_what_is_not_declared() -> None:
    body: JSON = {
        "iban": "XX12",
        "count": 12,
        "share": Decimal("0.5"),
        "is_new": False,
        "none": None,
        "inner": {},
        "list": [],
    }
    assert redact(body, FIELDS).shown == {
        "iban": "<text 4>",
        "count": "<number>",
        "share": "<number>",
        "is_new": "<boolean>",
        "none": None,
        "inner": {},
        "list": [],
    }


def test_knows_a_field_anywhere_in_the_body() -> None:
    body: JSON = [{"data": {"rows": [{"id": "1", "key": "k"}]}}]
    assert redact(body, FIELDS).shown == [{"data": {"rows": [{"id": "1", "key": "<text 1>"}]}}]


def test_keeps_the_parts_of_a_private_field_private() -> None:
    body: JSON = {
        "address": {"street": "Elm 1", "city": "Utrecht"},
        "salary": [{"rate": 1}, 2],
        "leave": {"days": {"n": 3}},
    }
    redacted = redact(body, FIELDS)
    assert redacted.shown == {
        "address": {"street": "<person: text>", "city": "Utrecht"},
        "salary": [{"rate": "<pay: number>"}, "<pay: number>"],
        "leave": {"days": {"n": "<health: number>"}},
    }
    assert redacted.pay == {"/salary/0/rate": 1, "/salary/1": 2}
    assert redacted.health == {"/leave/days/n": 3}


def test_opens_of_a_plain_field_only_its_own_value() -> None:
    body: JSON = {
        "status": {"value": "Active", "note": "x", "inner": {"value": "y"}},
        "tags": ["a", "b"],
        "name": {"value": "Ann", "error": "bad"},
    }
    assert redact(body, FIELDS).shown == {
        "status": {"value": "Active", "note": "<text 1>", "inner": {"value": "<text 1>"}},
        "tags": ["a", "b"],
        "name": {"value": "<person: text>", "error": "bad"},
    }


def test_masks_keys_that_are_values() -> None:
    body: JSON = {
        "ann@x.example": {"id": 1},
        "117": 2,
        "page[limit]": 3,
        "cf_2b": 4,
        "sk_live_51H8xq2eZvKYlo2C": 5,
        "a b": 6,
        "c d": 7,
    }
    assert redact(body, FIELDS).shown == {
        "<key 13>": {"id": 1},
        "117": "<number>",
        "page[limit]": "<number>",
        "cf_2b": "<number>",
        "<key 24>": "<number>",
        "<key 3>": "<number>",
        "<key 3> 6": "<number>",
    }


def test_points_to_private_values_by_json_pointer() -> None:
    assert redact({"a/b~c": 1}, {"a/b~c": Privacy.PAY}).pay == {"/a~1b~0c": 1}


def test_looks_at_a_bounded_part_of_a_large_body() -> None:
    rows = [{"id": number} for number in range(100_000)]
    started = time.monotonic()
    shown = redact({"rows": rows, "total": 1}, FIELDS, max_value_count=8).shown
    assert time.monotonic() - started < 0.5
    assert shown == {"rows": [{"id": 0}, {"id": 1}, {"id": 2}, "<99997 more>"], "<more>": 1}


def test_cuts_excerpts_at_five_hundred_characters() -> None:
    text = excerpt({"error": "x" * 2_000, "name": "Ann"}, FIELDS)
    assert len(text) == 500
    assert text.startswith('{"error":"xxx')
    assert text.endswith("…")


def test_shows_control_and_bidirectional_characters_as_escapes() -> None:
    assert printable("a\x00b\u202ec\u200bd\nä") == "a\\u0000b\\u202ec\\u200bd\\u000aä"
    assert excerpt({"error": "a\u202eb\x07"}, FIELDS) == '{"error":"a\\u202eb\\u0007"}'


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        (b"", "", "no content type, 0 bytes"),
        (
            b"<html><head><title>\n API Login Limit </title></head><body>ann@x.example</body>",
            "text/html; charset=utf-8",
            "text/html, 78 bytes, a page titled 'API Login Limit'",
        ),
        (
            b"<title>Welcome ann@x.example 4f9a77</title>",
            "text/html",
            "text/html, 43 bytes, a page titled 'Welcome ••• •••'",
        ),
        (b'<?xml version="1.0"?><employee id="7">Ann</employee>', "text/xml", "text/xml, 52 bytes"),
        (b'{"access_token": "abc", ', "application/json", "application/json, 24 bytes"),
        (
            b"The custom error module does not recognize this error.",
            "text/plain",
            "text/plain, 54 bytes: The custom error module does not recognize this error.",
        ),
        (b"token=9f8e7d; user ann@x.example", "text/plain", "text/plain, 32 bytes: ••• user •••"),
        (
            b"can't find (blue-horse), sorry.",
            "text/plain",
            "text/plain, 31 bytes: can't find ••• sorry.",
        ),
        (b'"correcthorse"', "application/json", "application/json, 14 bytes"),
        (b"\xff\xfe\x00", "image/png\x1b[2J", "image/png\\u001b[2J, 3 bytes: •••"),
    ],
)
def test_describes_other_bodies_without_quoting_values(
    body: bytes, content_type: str, text: str
) -> None:
    assert describe(body, content_type) == text


@pytest.mark.parametrize(
    "body", [b"<title" + b" " * 5_000_000, b"<title>" * 700_000, b"a" * 5_000_000, b"(" * 100_000]
)
def test_describes_hostile_bodies_in_bounded_time(body: bytes) -> None:
    started = time.monotonic()
    assert len(describe(body, "text/html" * 1_000)) <= 500
    assert time.monotonic() - started < 0.5


def test_quotes_nothing_where_it_may_not() -> None:
    page = b"<title>correct horse</title>"
    assert describe(page, "text/html", may_quote=False) == "text/html, 28 bytes"
    assert describe(b"correct horse", "text/plain", may_quote=False) == "text/plain, 13 bytes"


def test_tells_nothing_of_the_size_of_private_values() -> None:
    assert mark("12345678", Privacy.PAY) == mark("1", Privacy.PAY) == "<pay: text>"
    assert mark(Decimal("99999"), Privacy.PAY) == "<pay: number>"
    assert mark(99999) == "<number>"
    assert mark(None, Privacy.HEALTH) is None
