"""The answer as clients read it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connectors.errors import ContractError, Effect
from connectors.exchange import Answer, cookies_of
from connectors.vendor import Operation, Privacy

READ = Operation(
    "read_person", "GET", "/people/{id}", reads={"message": Privacy.PLAIN, "name": Privacy.PERSON}
)
WRITE = Operation("save_person", "PUT", "/people/{id}", writes=True)


def given(
    body: bytes, status: int = 200, operation: Operation | None = READ, **headers: str
) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(
        status, named, body, "https://acme.example.com/people/7?key=k3y", "toy", operation
    )


def test_reads_json_once() -> None:
    answer = given(b'{"pay": 1.50}')
    assert answer.json() == {"pay": Decimal("1.50")}
    assert answer.json() is answer.json()


def test_reads_a_null_body() -> None:
    assert given(b"null").json() is None


@pytest.mark.parametrize(
    ("operation", "effect"), [(READ, Effect.NONE), (WRITE, Effect.UNKNOWN), (None, Effect.NONE)]
)
def test_calls_an_unreadable_body_a_broken_contract(
    operation: Operation | None, effect: Effect
) -> None:
    answer = given(
        b"<html><title>Log in</title>",
        operation=operation,
        content_type="text/html",
        x_request_id="r-1",
    )
    with pytest.raises(ContractError) as caught:
        answer.json()
    error = caught.value
    name = "the call" if operation is None else operation.name
    assert (
        str(error)
        == f"The answer to {name} is not as documented: the answer is an HTML page (status 200)."
    )
    assert error.detail == "text/html, 27 bytes, a page titled 'Log in'"
    assert (error.vendor, error.status, error.request_id, error.effect) == (
        "toy",
        200,
        "r-1",
        effect,
    )
    assert error.__context__ is None
    assert error.__cause__ is None


def test_finds_headers_in_any_case() -> None:
    assert given(b"", retry_after="7").headers["Retry-After"] == "7"


def test_shows_neither_headers_nor_body_nor_query() -> None:
    assert repr(given(b"secret", authorization="s3")) == "Answer(status=200, vendor='toy')"


def test_quotes_only_what_the_operation_declares() -> None:
    assert given(b'{"message": "Bad", "name": "Ann", "token": "abc"}').excerpt() == (
        '{"message":"Bad","name":"<person: text>","token":"<text 3>"}'
    )
    assert given(b"Gateway 10.1.1.7 down", content_type="text/plain").excerpt() == (
        "text/plain, 21 bytes: Gateway ••• down"
    )


@pytest.mark.parametrize(
    ("status", "is_success"),
    [(199, False), (200, True), (204, True), (299, True), (302, False), (404, False)],
)
def test_is_a_success_below_three_hundred_only(status: int, is_success: bool) -> None:
    assert given(b"", status).is_success is is_success


def test_takes_the_request_id_from_whichever_header_has_one() -> None:
    assert given(b"", request_id="a\x1bb").request_id == "a\\u001bb"
    assert given(b"").request_id == ""


def test_reads_cookies_and_leaves_out_what_is_none() -> None:
    headers = [
        ("Set-Cookie", "a=1; Path=/"),
        ("set-cookie", 'b="2 3"'),
        ("Set-Cookie", "\x00;=;"),
        ("X", "c=4"),
    ]
    assert cookies_of(headers) == {"a": "1", "b": "2 3"}
