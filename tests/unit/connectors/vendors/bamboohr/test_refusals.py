"""What BambooHR's answers mean, and what must not be taken for it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pytest

from connectors.errors import (
    ConfigurationError,
    ConnectorError,
    ContractError,
    CredentialError,
    Effect,
    RateLimitError,
    RecordError,
    RetryableError,
)
from connectors.exchange import Answer
from connectors.vendor import Operation
from connectors.vendors.bamboohr import operations
from connectors.vendors.bamboohr.refusals import judge

BAD_PAGE = b'{"error":{"code":"BadPage","message":"m"}}'
BAD_REQUEST = b'{"error":{"code":"BadRequest","message":"m"}}'
PERSON = operations.READ_PERSON
PEOPLE = operations.LIST_PEOPLE
PUT = operations.CHANGE_LIST
HOOK = operations.READ_WEBHOOK
HANG = operations.CREATE_WEBHOOK
TAKE = operations.DELETE_WEBHOOK
FOREIGN = b'{"errors":{"error":"You do not have access to webhook ID: 6"}}'
DENIED = b'{"errors":[{"error":"e","monitorFields":[{"id":2,"name":"lastName"}]}]}'


def answer(
    operation: Operation,
    status: int,
    body: bytes = b"",
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Answer:
    return Answer(status, headers, body, "https://northwind.bamboohr.com", "bamboohr", operation)


@pytest.mark.parametrize(
    ("operation", "status", "body"),
    [
        (PERSON, 200, b"{}"),
        (PERSON, 404, b""),
        (PEOPLE, 400, BAD_PAGE),
        (PUT, 409, b""),
        (operations.READ_COMPANY, 403, b""),
        (HOOK, 403, FOREIGN),
        (HOOK, 404, b""),
        (HANG, 201, b"{}"),
        (HANG, 403, DENIED),
        (TAKE, 200, b"Web hook has been deleted."),
        (TAKE, 403, FOREIGN),
        (TAKE, 404, b""),
    ],
)
def test_lets_the_client_read(operation: Operation, status: int, body: bytes) -> None:
    judge(operation, answer(operation, status, body))


@pytest.mark.parametrize(
    ("operation", "status", "body", "error", "effect"),
    [
        (PERSON, 401, b"", CredentialError, Effect.NONE),
        (PERSON, 403, b"", RecordError, Effect.NONE),
        (PERSON, 429, b"", RateLimitError, Effect.NONE),
        (PERSON, 500, b"", RetryableError, Effect.NONE),
        (PERSON, 502, b"", RetryableError, Effect.NONE),
        (PERSON, 503, b"", RateLimitError, Effect.NONE),
        (PERSON, 504, b"", RetryableError, Effect.NONE),
        (PERSON, 598, b"", RetryableError, Effect.NONE),
        (PERSON, 400, b"", ContractError, Effect.NONE),
        (PERSON, 406, b"", ContractError, Effect.NONE),
        (PERSON, 302, b"", ContractError, Effect.NONE),
        (PERSON, 204, b"", ContractError, Effect.NONE),
        (PEOPLE, 400, BAD_REQUEST, ContractError, Effect.NONE),
        (PEOPLE, 400, b"<html>BadPage</html>", ContractError, Effect.NONE),
        (PEOPLE, 404, b"", ContractError, Effect.NONE),
        (PEOPLE, 403, b"", ConfigurationError, Effect.NONE),
        (operations.READ_CHANGES, 403, b"", ConfigurationError, Effect.NONE),
        (operations.READ_ROLES, 404, b"", RecordError, Effect.NONE),
        (operations.READ_LISTS, 404, b"", ContractError, Effect.NONE),
        (PUT, 400, b"", RecordError, Effect.NONE),
        (PUT, 401, b"", CredentialError, Effect.NONE),
        (PUT, 403, b"", ConfigurationError, Effect.NONE),
        (PUT, 404, b"", RecordError, Effect.NONE),
        (PUT, 429, b"", RateLimitError, Effect.NONE),
        (PUT, 500, b"", RetryableError, Effect.UNKNOWN),
        (PUT, 502, b"", RetryableError, Effect.UNKNOWN),
        (PUT, 503, b"", RetryableError, Effect.UNKNOWN),
        (PUT, 418, b"", ContractError, Effect.UNKNOWN),
        (PUT, 302, b"", ContractError, Effect.UNKNOWN),
        (HOOK, 403, b"", ConfigurationError, Effect.NONE),
        (HOOK, 401, FOREIGN, CredentialError, Effect.NONE),
        (operations.LIST_WEBHOOKS, 403, FOREIGN, ConfigurationError, Effect.NONE),
        (operations.LIST_WEBHOOKS, 404, b"", ContractError, Effect.NONE),
        (HANG, 200, b"{}", ContractError, Effect.UNKNOWN),
        (HANG, 400, b"", ConfigurationError, Effect.NONE),
        (HANG, 403, b"", ConfigurationError, Effect.NONE),
        (HANG, 403, FOREIGN, ConfigurationError, Effect.NONE),
        (HANG, 500, b"", RetryableError, Effect.UNKNOWN),
        (HANG, 503, b"", RetryableError, Effect.UNKNOWN),
        (TAKE, 201, b"", ContractError, Effect.UNKNOWN),
        (TAKE, 403, b"", ConfigurationError, Effect.NONE),
        (TAKE, 503, b"", RetryableError, Effect.UNKNOWN),
    ],
)
def test_says_what_must_be_done_next(
    operation: Operation,
    status: int,
    body: bytes,
    error: type[ConnectorError],
    effect: Effect,
) -> None:
    with pytest.raises(ConnectorError) as caught:
        judge(operation, answer(operation, status, body))
    assert type(caught.value) is error
    assert caught.value.effect is effect
    assert caught.value.status == status


def test_does_not_take_an_unavailable_vendor_for_a_harmless_refusal_of_a_write() -> None:
    with pytest.raises(RetryableError) as caught:
        judge(PUT, answer(PUT, 503))
    assert not isinstance(caught.value, RateLimitError)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        (
            {
                "Retry-After": "Mon, 02 Mar 2026 09:01:30 GMT",
                "Date": "Mon, 02 Mar 2026 09:00:00 GMT",
            },
            90.0,
        ),
        ({"Retry-After": "86400"}, 3600.0),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
def test_waits_as_long_as_bamboohr_asks_for(
    status: int, headers: dict[str, str], seconds: float | None
) -> None:
    with pytest.raises(RateLimitError) as caught:
        judge(PERSON, answer(PERSON, status, headers=headers))
    assert caught.value.retry_after_seconds == seconds


@pytest.mark.parametrize(
    "header", ["X-BambooHR-Error-Message", "X-BambooHR-Error-Messsage", "X-BambooHR-Message"]
)
def test_keeps_the_sentence_of_any_spelling_of_the_header(header: str) -> None:
    with pytest.raises(CredentialError) as caught:
        judge(PERSON, answer(PERSON, 401, headers={header: "API key not provided or invalid"}))
    assert caught.value.detail == "API key not provided or invalid"
    assert "API key not" not in caught.value.summary
