"""What Gusto's answers mean, and what must not be taken for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

import pytest

from config import clock
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
from connectors.vendors.gusto import operations
from connectors.vendors.gusto.refusals import category_of, judge
from tests.unit.connectors.vendors.gusto.conftest import refusal

PERSON = operations.READ_PERSON
PEOPLE = operations.LIST_PEOPLE
PAYROLL = operations.READ_PAYROLL
ASK = operations.REQUEST_LEDGER
LINK = operations.DOWNLOAD_REPORT
FEED = operations.READ_EVENTS
HANG = operations.CREATE_WEBHOOK
PROVE = operations.VERIFY_WEBHOOK
TAKE = operations.DELETE_WEBHOOK
NESTED = {
    "errors": [
        {
            "error_key": "rows",
            "category": "nested_errors",
            "metadata": {"row": 1},
            "errors": [{"error_key": "amount", "category": "invalid_attribute_value"}],
        }
    ]
}
OLD_VERSION = {"name": "Invalid X-Gusto-API-Version Header", "message": "m"}


def answer(
    operation: Operation,
    status: int,
    body: object = None,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body else b""
    return Answer(status, headers, raw, "https://api.gusto.com", "gusto", operation)


@pytest.mark.parametrize(
    ("operation", "status", "body"),
    [
        (PERSON, 200, {}),
        (PERSON, 404, refusal("not_found")),
        (PAYROLL, 404, refusal("not_found")),
        (FEED, 403, refusal("missing_oauth_scopes")),
        (FEED, 422, refusal("invalid_attribute_value", "starting_after_uuid")),
        (operations.READ_BENEFITS, 403, refusal("missing_oauth_scopes")),
        (HANG, 201, {}),
        (PROVE, 422, refusal("invalid_attribute_value", "base")),
        (PROVE, 404, refusal("not_found")),
        (TAKE, 204, None),
        (TAKE, 404, refusal("not_found")),
        (LINK, 200, {}),
    ],
)
def test_lets_the_client_read(operation: Operation, status: int, body: object) -> None:
    judge(operation, answer(operation, status, body))


@pytest.mark.parametrize(
    ("operation", "status", "body", "error", "effect"),
    [
        (PERSON, 400, None, ContractError, Effect.NONE),
        (PERSON, 401, refusal("invalid_token"), CredentialError, Effect.NONE),
        (PERSON, 401, None, CredentialError, Effect.NONE),
        (PERSON, 403, refusal("missing_oauth_scopes"), ConfigurationError, Effect.NONE),
        (PERSON, 403, None, ConfigurationError, Effect.NONE),
        (PERSON, 404, refusal("missing_permissions"), ConfigurationError, Effect.NONE),
        (PERSON, 404, refusal("deprecated_endpoint"), ConfigurationError, Effect.NONE),
        # Nobody is gone by a page of some gateway, nor by a company that is not shown.
        (PERSON, 404, None, ContractError, Effect.NONE),
        (PERSON, 404, b"<html>not_found</html>", ContractError, Effect.NONE),
        (PERSON, 404, {"error": "not_found"}, ContractError, Effect.NONE),
        (PERSON, 404, {"errors": ["not_found"]}, ContractError, Effect.NONE),
        (PERSON, 410, refusal("not_found"), ContractError, Effect.NONE),
        (PEOPLE, 404, refusal("not_found"), ConfigurationError, Effect.NONE),
        (PERSON, 406, refusal("invalid_api_version"), ConfigurationError, Effect.NONE),
        (PERSON, 406, OLD_VERSION, ConfigurationError, Effect.NONE),
        (PERSON, 409, refusal("invalid_resource_version", "base"), RetryableError, Effect.NONE),
        (PERSON, 422, refusal("invalid_parameter", "start_date"), ContractError, Effect.NONE),
        (PERSON, 422, refusal("missing_parameter"), ContractError, Effect.NONE),
        (PERSON, 422, refusal("invalid_request_error"), ContractError, Effect.NONE),
        (PERSON, 422, refusal("something_new"), ContractError, Effect.NONE),
        (PERSON, 422, None, ContractError, Effect.NONE),
        (PERSON, 429, None, RateLimitError, Effect.NONE),
        (PERSON, 429, b"slow down", RateLimitError, Effect.NONE),
        (PERSON, 429, refusal("rate_limit_exceeded"), RateLimitError, Effect.NONE),
        (PERSON, 500, refusal("internal_error"), RetryableError, Effect.NONE),
        (PERSON, 502, b"<html>", RetryableError, Effect.NONE),
        (PERSON, 503, None, RetryableError, Effect.NONE),
        (PERSON, 504, None, RetryableError, Effect.NONE),
        (PERSON, 204, None, ContractError, Effect.NONE),
        (PERSON, 302, None, ContractError, Effect.NONE),
        (ASK, 404, refusal("not_found"), RecordError, Effect.NONE),
        (ASK, 422, refusal("invalid_attribute_value", "aggregation"), RecordError, Effect.NONE),
        (ASK, 422, NESTED, RecordError, Effect.NONE),
        (ASK, 422, refusal("invalid_operation", "base"), RecordError, Effect.NONE),
        (ASK, 422, refusal("payroll_blocker", "base"), RecordError, Effect.NONE),
        (ASK, 422, refusal("duplicate_operation"), RetryableError, Effect.NONE),
        (ASK, 422, refusal("invalid_application_setup"), ConfigurationError, Effect.NONE),
        (ASK, 422, refusal("something_new"), ContractError, Effect.UNKNOWN),
        (ASK, 429, None, RateLimitError, Effect.NONE),
        (ASK, 500, refusal("internal_error"), RetryableError, Effect.UNKNOWN),
        (ASK, 502, None, RetryableError, Effect.UNKNOWN),
        (ASK, 201, {}, ContractError, Effect.UNKNOWN),
        (operations.READ_BENEFITS, 403, None, ConfigurationError, Effect.NONE),
        (operations.READ_REPORT, 404, refusal("not_found"), RetryableError, Effect.NONE),
        (LINK, 403, b"<Error><Code>AccessDenied</Code></Error>", RetryableError, Effect.NONE),
        (LINK, 404, b"<Error/>", RetryableError, Effect.NONE),
        (LINK, 400, b"<Error/>", ContractError, Effect.NONE),
        # The place that is lost is the feed's own; no other 422 is.
        (FEED, 422, refusal("not_found", "resource_uuid"), ConfigurationError, Effect.NONE),
        (FEED, 422, refusal("invalid_attribute_value", "limit"), RecordError, Effect.NONE),
        (FEED, 404, refusal("not_found"), ConfigurationError, Effect.NONE),
        (PEOPLE, 422, refusal("x", "starting_after_uuid"), ContractError, Effect.NONE),
        (HANG, 422, refusal("invalid_attribute_value", "url"), ConfigurationError, Effect.NONE),
        (HANG, 422, refusal("invalid_attribute_value", "types"), RecordError, Effect.NONE),
        # The app's own token is no company's consent.
        (HANG, 401, refusal("invalid_token"), ConfigurationError, Effect.NONE),
        (FEED, 401, None, ConfigurationError, Effect.NONE),
        (HANG, 403, refusal("missing_oauth_scopes"), ConfigurationError, Effect.NONE),
        (HANG, 200, {}, ContractError, Effect.UNKNOWN),
        (PROVE, 422, refusal("invalid_operation", "base"), RecordError, Effect.NONE),
        (PROVE, 500, None, RetryableError, Effect.UNKNOWN),
        (TAKE, 200, None, ContractError, Effect.UNKNOWN),
    ],
)
def test_says_what_must_be_done_next(
    operation: Operation,
    status: int,
    body: object,
    error: type[ConnectorError],
    effect: Effect,
) -> None:
    with pytest.raises(ConnectorError) as caught:
        judge(operation, answer(operation, status, body))
    assert type(caught.value) is error
    assert caught.value.effect is effect
    assert caught.value.status == status


def test_finds_the_outermost_category_and_decides_nothing_by_a_message() -> None:
    assert category_of(answer(PERSON, 422, NESTED)) == "nested_errors"
    assert category_of(answer(PERSON, 404, {"errors": [{"message": "not_found"}]})) == ""
    deep: dict[str, object] = refusal("not_found")
    for _ in range(30):
        deep = {"errors": [deep]}
    assert category_of(answer(PERSON, 404, deep)) == ""


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "86400"}, 3600.0),
        ({"X-RateLimit-Reset": "soon"}, None),
        ({"X-RateLimit-Reset": "2026-11-21T10:00:00"}, None),
        ({"X-RateLimit-Reset": "2020-01-01T00:00:00Z"}, 0.0),
        ({"X-RateLimit-Reset": "2999-01-01T00:00:00Z"}, 3600.0),
        ({"Retry-After": "7", "X-RateLimit-Reset": "2999-01-01T00:00:00Z"}, 7.0),
        ({}, None),
    ],
)
def test_waits_as_long_as_gusto_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    with pytest.raises(RateLimitError) as caught:
        judge(PERSON, answer(PERSON, 429, headers=headers))
    assert caught.value.retry_after_seconds == seconds


def test_waits_until_the_window_is_new() -> None:
    reset_at = clock.now() + timedelta(seconds=40)
    with pytest.raises(RateLimitError) as caught:
        judge(PERSON, answer(PERSON, 429, headers={"X-RateLimit-Reset": reset_at.isoformat()}))
    assert caught.value.retry_after_seconds is not None
    assert 30 < caught.value.retry_after_seconds <= 40
