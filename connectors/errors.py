"""What a vendor's refusal means, sorted by what must be done next.

ConnectorError             what happened, to which record, what to do
├── RetryableError         network, 5xx, 503            -> tried again later
│   └── RateLimitError     429, concurrency             -> same, and the budget learns
├── CredentialError        refused, revoked             -> connection needs_reauth, people told
├── ConfigurationError     wrong URL, endpoint version  -> integration paused, operator told
├── RecordError            this record refused          -> record held, run goes on
└── ContractError          answer not as documented     -> record held, redacted answer kept

Anything else that is raised is a defect of ours. No other module defines an error that crosses an
app, but ``MappingError`` in ``integrations/mapping.py``.
"""

from __future__ import annotations

from enum import StrEnum


class Effect(StrEnum):
    """What a call did at the vendor, as far as its answer proves it."""

    NONE = "none"
    DONE = "done"
    UNKNOWN = "unknown"


class ConnectorError(Exception):
    """A call that did not end as it should.

    ``summary`` is for operators: what happened, to which record, what to do; it never holds a
    secret, a query or a body. ``detail`` is the redacted excerpt of the vendor's answer.
    """

    def __init__(
        self,
        summary: str,
        *,
        vendor: str = "",
        operation: str = "",
        status: int | None = None,
        request_id: str = "",
        effect: Effect = Effect.NONE,
        detail: str = "",
    ) -> None:
        super().__init__(summary)
        self.summary = summary
        self.vendor = vendor
        self.operation = operation
        self.status = status
        self.request_id = request_id
        self.effect = effect
        self.detail = detail


class RetryableError(ConnectorError):
    """Network, 5xx, 503: it may work later, after ``retry_after_seconds`` if the vendor said so."""

    retry_after_seconds: float | None = None
    memo: str = ""
    """What was begun for this record at the source, for the next try to go on with."""


class RateLimitError(RetryableError):
    """The vendor asks for fewer calls; never has an effect."""


class CredentialError(ConnectorError):
    """The vendor no longer accepts the grant; only a person can renew it."""


class ConfigurationError(ConnectorError):
    """Wrong address, endpoint version or right; no record can pass until a person mends it."""


class RecordError(ConnectorError):
    """The vendor refused this one record; ``fields`` says which parts and why."""

    fields: tuple[tuple[str, str], ...] = ()


class ContractError(ConnectorError):
    """The answer is not as documented; nothing may be concluded from it."""
