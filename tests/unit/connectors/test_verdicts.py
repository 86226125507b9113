"""One table from status and code to what must be done next, closed by default."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from connectors.verdicts import COMMON, GOOD, Verdict, Verdicts, retry_after_seconds
from tests.clocks import StoppedClock
from tests.unit.connectors.servers import READ, WRITE

TABLE = Verdicts(
    "Toy",
    {
        **COMMON,
        401: Verdict(CredentialError, "no longer accepts the connection."),
        403: Verdict(ConfigurationError, "does not allow this."),
        404: GOOD,
        422: Verdict(RecordError, "refused the record."),
        (200, "E1"): Verdict(RecordError, "refused it with a smile.", Effect.NONE),
        (500, "SETUP"): Verdict(ConfigurationError, "is not set up.", Effect.NONE),
        (500, "ODD"): Verdict(RecordError, "failed in an odd way."),
        500: Verdict(RetryableError, "failed."),
    },
    code_of=lambda answer: answer.headers.get("x-code", ""),
)


def answer(status: int, body: bytes = b"{}", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, body, "https://acme.example.com/x", "toy")


@pytest.mark.parametrize("status", [200, 201, 204, 404])
def test_lets_good_answers_pass(status: int) -> None:
    TABLE.judge(WRITE, answer(status))


@pytest.mark.parametrize(
    ("status", "code", "error", "effect"),
    [
        (429, "", RateLimitError, Effect.NONE),
        (503, "", RetryableError, Effect.UNKNOWN),
        (401, "", CredentialError, Effect.NONE),
        (403, "", ConfigurationError, Effect.NONE),
        (422, "", RecordError, Effect.NONE),
        (200, "E1", RecordError, Effect.NONE),
        (500, "", RetryableError, Effect.UNKNOWN),
        (500, "OTHER", RetryableError, Effect.UNKNOWN),
        (500, "SETUP", ConfigurationError, Effect.NONE),
        (500, "ODD", RecordError, Effect.UNKNOWN),
        (400, "", ContractError, Effect.UNKNOWN),
        (418, "SETUP", ContractError, Effect.UNKNOWN),
        (302, "", ContractError, Effect.UNKNOWN),
        (101, "", ContractError, Effect.UNKNOWN),
    ],
)
def test_sorts_by_code_then_status_and_closes_by_default(
    status: int, code: str, error: type[ConnectorError], effect: Effect
) -> None:
    with pytest.raises(ConnectorError) as caught:
        TABLE.judge(WRITE, answer(status, x_code=code))
    assert type(caught.value) is error
    assert caught.value.effect is effect
    with pytest.raises(error) as caught:
        TABLE.judge(READ, answer(status, x_code=code))
    assert caught.value.effect is Effect.NONE


def test_says_of_an_unlisted_answer_what_it_was() -> None:
    with pytest.raises(ContractError) as caught:
        TABLE.judge(READ, answer(418, b'{"token": "abc"}', x_request_id="r-1"))
    error = caught.value
    assert str(error) == "Toy answered read_person with status 418, which is not documented for it."
    assert (error.status, error.request_id, error.detail) == (418, "r-1", '{"token":"<text 3>"}')


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("7", 7.0),
        (" 120 ", 120.0),
        ("99999999999999999999", 3_600.0),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("\u0661", None),
        ("Mon, 02 Mar 2026 09:00:30 GMT", 30.0),
        ("Monday, 02-Mar-26 09:00:30 GMT", 30.0),
        ("Mon, 02 Mar 2026 08:00:00 GMT", 0.0),
        ("Tue, 03 Mar 2026 09:00:00 GMT", 3_600.0),
        ("Mon, 99 Mar 2026 09:00:30 GMT", None),
    ],
)
def test_reads_when_to_come_back(
    text: str, seconds: float | None, stopped_clock: StoppedClock
) -> None:
    assert stopped_clock.now() == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert retry_after_seconds(answer(503, retry_after=text)) == seconds


def test_measures_a_date_by_the_vendors_own_clock(stopped_clock: StoppedClock) -> None:
    stopped_clock.advance(hours=5)
    late = answer(
        503, retry_after="Mon, 02 Mar 2026 09:00:30 GMT", date="Mon, 02 Mar 2026 09:00:10 GMT"
    )
    assert retry_after_seconds(late) == 20.0


def test_hands_on_when_to_come_back() -> None:
    with pytest.raises(RateLimitError) as caught:
        TABLE.judge(READ, answer(429, retry_after="9"))
    assert caught.value.retry_after_seconds == 9.0


@given(st.text(max_size=60))
def test_takes_any_text_for_a_date(text: str) -> None:
    seconds = retry_after_seconds(answer(503, retry_after=text))
    assert seconds is None or 0 <= seconds <= 3_600
