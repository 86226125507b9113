"""What an error means for the record it struck: tried again, held, or the whole run stopped."""

from __future__ import annotations

import logging
import random
import secrets
from datetime import datetime, timedelta

from audit.outcomes import Outcome
from config import clock
from connectors import registry as vendors
from connectors.errors import (
    ConfigurationError,
    ConnectorError,
    ContractError,
    CredentialError,
    RateLimitError,
    RecordError,
    RetryableError,
)
from integrations import reasons, stopping
from integrations.budgets import is_paused
from integrations.engine.outcomes import Result
from integrations.models import Connection, Integration, Record, Write

log = logging.getLogger(__name__)

MAX_TRIES = 8
"""After so many tries in a row a record is held for a person."""
FIRST_WAIT_SECONDS = 30.0
LONGEST_WAIT_SECONDS = 6 * 3600.0
LONGEST_WHILE_AWAY = timedelta(minutes=10)
"""What waits for a vendor that is away goes on soon after it is back."""


class RunStoppedError(Exception):
    """No further record can pass now; ``error`` says why."""

    def __init__(self, error: ConnectorError) -> None:
        super().__init__(error.summary)
        self.error = error


def after_error(record: Record, error: ConnectorError, look_again_at: datetime | None) -> Result:
    """The result for a record whose work ended in ``error``.

    ``look_again_at`` is there where the outcome of a call is not known.
    """
    if look_again_at is not None:
        return being_verified(look_again_at)
    if isinstance(error, RecordError):
        return held(reasons.REFUSED.because(answer=error.summary))
    if isinstance(error, ContractError):
        return held(reasons.NOT_UNDERSTOOD.because(answer=error.summary, excerpt=error.detail))
    if isinstance(error, CredentialError):
        title = vendors.vendor(error.vendor).title if error.vendor else "The vendor"
        return _later(record, reasons.NEEDS_REAUTH.because(vendor=title, answer=error.summary))
    if isinstance(error, ConfigurationError):
        return _later(record, reasons.MISCONFIGURED.because(answer=error.summary))
    return _tried_again(record, error)


def held(*why: reasons.Reason) -> Result:
    """A person must act."""
    return Result(Record.State.HELD, Outcome.HELD, reasons=why)


def being_verified(until: datetime) -> Result:
    """The outcome of a call is not known; looked at again then."""
    reason = reasons.BEING_VERIFIED.because(until=f"{until:%Y-%m-%d %H:%M} UTC")
    return Result(Record.State.WRITING, Outcome.WAITING, reasons=(reason,), due_at=until)


def defect(record: Record, open_write: Write | None) -> Result:
    """Our own mistake: the traceback goes to the log, its number to the record."""
    error_id = secrets.token_hex(6)
    log.exception("defect %s at record %s", error_id, record.pk)
    reason = reasons.DEFECT.because(error_id=error_id)
    tries = record.tries + 1
    if open_write is not None:
        return Result(
            Record.State.WRITING,
            Outcome.FAILED,
            reasons=(reason,),
            due_at=open_write.settled_at,
            tries=tries,
            error_id=error_id,
        )
    if tries >= MAX_TRIES:
        return Result(
            Record.State.HELD, Outcome.HELD, reasons=(reason,), tries=tries, error_id=error_id
        )
    return Result(
        Record.State.FAILED,
        Outcome.FAILED,
        reasons=(reason,),
        due_at=clock.now() + wait_after(tries),
        tries=tries,
        error_id=error_id,
    )


def stops_the_run(error: ConnectorError) -> bool:
    """Whether the next record would fail for the same reason."""
    return isinstance(error, CredentialError | ConfigurationError | RateLimitError)


def tell(integration: Integration, error: ConnectorError) -> None:
    """Note on the connection or the integration that a person must act; once, not per record."""
    if isinstance(error, CredentialError):
        ends = (integration.source_id, integration.target_id)
        same = Connection.objects.filter(pk__in=ends, vendor=error.vendor)
        stopping.need_consent(same, error.summary)
    elif isinstance(error, ConfigurationError):
        Integration.objects.filter(pk=integration.pk, status=Integration.Status.ON).update(
            status=Integration.Status.PAUSED, status_reason=error.summary, alerted_at=None
        )


def wait_after(tries: int) -> timedelta:
    """Twice as long after each try, with jitter so that many do not return at once."""
    seconds = min(FIRST_WAIT_SECONDS * 2 ** max(tries - 1, 0), LONGEST_WAIT_SECONDS)
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))


def _tried_again(record: Record, error: ConnectorError) -> Result:
    is_throttled = isinstance(error, RateLimitError)
    tries = record.tries if is_throttled else record.tries + 1
    is_away = not is_throttled and _is_away(record, error)
    if is_away:
        # An outage is no fault of the record that found it: it is not given up for it.
        tries = min(tries, MAX_TRIES - 1)
    elif tries >= MAX_TRIES:
        return held(reasons.GAVE_UP.because(tries=str(tries), answer=error.summary))
    result = _later(record, reasons.WILL_RETRY.because(answer=error.summary))
    result.tries = tries
    result.memo = error.memo if isinstance(error, RetryableError) else ""
    asked = error.retry_after_seconds if isinstance(error, RetryableError) else None
    wait = timedelta(seconds=asked) if asked is not None else wait_after(max(tries, 1))
    if is_away:
        wait = min(wait, LONGEST_WHILE_AWAY)
    result.due_at = clock.now() + wait
    return result


def _is_away(record: Record, error: ConnectorError) -> bool:
    """Whether the vendor answers nobody: its budget is paused for it by now."""
    ends = (record.integration.source, record.integration.target)
    return any(is_paused(end) for end in ends if end.vendor == error.vendor)


def _later(record: Record, reason: reasons.Reason) -> Result:
    """Still due: the work is taken up again once a person or time has mended the cause."""
    return Result(
        Record.State.FAILED,
        Outcome.FAILED,
        reasons=(reason,),
        due_at=clock.now(),
        tries=record.tries,
    )
