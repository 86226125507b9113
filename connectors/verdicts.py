"""One vendor's table from status and code to what must be done next, closed by default."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import Final, TypeAlias

from config import clock
from connectors import redaction
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

MAX_RETRY_AFTER_SECONDS: Final = 3_600.0
"""A vendor that asks for more is asked again after an hour."""

Key: TypeAlias = int | tuple[int, str]
"""A status, or a status with the vendor's own code."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one answer means. ``error`` None: it is a good answer, which the client reads."""

    error: type[ConnectorError] | None
    summary: str = ""
    """A plain sentence: what happened and what to do. Never holds anything of the answer."""
    effect: Effect | None = None
    """What a write did; None: nothing for a refusal below 500 or a throttle, else unknown."""


GOOD: Final = Verdict(None)

COMMON: Final[Mapping[Key, Verdict]] = MappingProxyType(
    {
        429: Verdict(RateLimitError, "asks for fewer calls; tried again later."),
        502: Verdict(RetryableError, "is not reachable behind its gateway; tried again later."),
        503: Verdict(RetryableError, "is not available now; tried again later."),
        504: Verdict(RetryableError, "did not answer its own gateway; tried again later."),
    }
)
"""What these statuses mean at every vendor that does not say otherwise."""

_REFUSALS: Final = (CredentialError, ConfigurationError, RecordError)


def no_code(answer: Answer) -> str:
    """For a vendor whose answers carry no code beside the status."""
    return ""


def no_words(answer: Answer) -> str:
    """For a vendor that says why only in the body, which ``Answer.excerpt`` shows."""
    return ""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """A vendor's table: ``verdicts.judge`` is its ``Vendor.judge``.

    A row with a code goes before the row of its status alone; 200 to 299 is good unless a row
    says otherwise.
    """

    title: str
    """The vendor's, as a sentence begins with it."""
    table: Mapping[Key, Verdict]
    code_of: Callable[[Answer], str] = no_code
    """The vendor's own code in this answer; empty where there is none. Must not raise."""
    words_of: Callable[[Answer], str] = no_words
    """What the vendor says for people outside the body; empty where it says nothing there."""

    def judge(self, operation: Operation, answer: Answer) -> None:
        """Return for a good answer.

        Raises:
            ConnectorError: what the table says, a ContractError where it says nothing.
        """
        verdict = self.verdict(answer)
        if verdict is None:
            raise self._unlisted(operation, answer)
        if verdict.error is not None:
            raise self.error(verdict, operation, answer)

    def verdict(self, answer: Answer) -> Verdict | None:
        """The row for this answer; None where the table has none."""
        code = self.code_of(answer)
        found = self.table.get((answer.status, code)) if code else None
        if found is None:
            found = self.table.get(answer.status)
        return GOOD if found is None and answer.is_success else found

    def error(self, verdict: Verdict, operation: Operation, answer: Answer) -> ConnectorError:
        """The error of a row, with what the answer says of itself."""
        if verdict.error is None:
            raise ValueError("This verdict is no error.")
        error = verdict.error(
            f"{self.title} {verdict.summary}",
            operation=operation.name,
            status=answer.status,
            request_id=answer.request_id,
            effect=_effect(verdict, verdict.error, operation, answer.status),
            detail=self._detail(answer),
        )
        if isinstance(error, RetryableError):
            error.retry_after_seconds = retry_after_seconds(answer)
        return error

    def _unlisted(self, operation: Operation, answer: Answer) -> ContractError:
        return ContractError(
            f"{self.title} answered {operation.name} with status {answer.status}, "
            "which is not documented for it.",
            operation=operation.name,
            status=answer.status,
            request_id=answer.request_id,
            effect=Effect.UNKNOWN if operation.writes else Effect.NONE,
            detail=self._detail(answer),
        )

    def _detail(self, answer: Answer) -> str:
        words = redaction.printable(self.words_of(answer))[: redaction.EXCERPT_LENGTH]
        return words or answer.excerpt()


def retry_after_seconds(answer: Answer) -> float | None:
    """How long the vendor wants to be left alone: from seconds or a date, at most an hour.

    A date is measured against the answer's own ``Date`` where it has one: the vendor's clock may
    differ from ours.
    """
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), MAX_RETRY_AFTER_SECONDS)
    until = _instant(text)
    if until is None:
        return None
    now = _instant(answer.headers.get("date", ""))
    seconds = until - (clock.now().timestamp() if now is None else now)
    return min(max(seconds, 0.0), MAX_RETRY_AFTER_SECONDS)


def _instant(text: str) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()


def _effect(
    verdict: Verdict, error: type[ConnectorError], operation: Operation, status: int
) -> Effect:
    """A listed refusal did nothing; a 5xx, an unreadable answer and the like may have done all."""
    if not operation.writes:
        return Effect.NONE
    if verdict.effect is not None:
        return verdict.effect
    is_refusal = issubclass(error, _REFUSALS) and status < 500
    return Effect.NONE if is_refusal or issubclass(error, RateLimitError) else Effect.UNKNOWN
