"""The licence's queue: delays from half of the requests per minute on, and few may wait."""

from __future__ import annotations

from datetime import datetime, timedelta

from connectors.sandbox.standin import Answer, StandIn
from connectors.sandbox.vendors.acumatica.answers import TEXT_TYPE, RefusedError
from connectors.sandbox.vendors.acumatica.instance import Instance

MINUTE = timedelta(seconds=60)
LONGEST_WAIT_SECONDS = 600.0
LONGEST_QUEUE = 20


def admit(vendor: StandIn, instance: Instance, now: datetime) -> float:
    """Queue one request; how many seconds its answer takes.

    Raises:
        RefusedError: 429: too many wait already, or the wait would be too long. Not counted.
    """
    licence = instance.licence
    if not licence.requests_per_minute and not licence.max_concurrent_requests:
        return 0.0
    wait_seconds = 0.0
    instance.queued_until = [at for at in instance.queued_until if at > now]
    if licence.requests_per_minute and not vendor.is_soft("18a"):
        wait_seconds = _delay_seconds(instance, now)
    if licence.max_concurrent_requests:
        instance.busy_until = sorted(at for at in instance.busy_until if at > now)
        surplus = len(instance.busy_until) - licence.max_concurrent_requests
        if surplus >= 0:
            free_at = instance.busy_until[surplus]
            wait_seconds = max(wait_seconds, (free_at - now).total_seconds())
    is_crowded = wait_seconds > 0 and len(instance.queued_until) >= LONGEST_QUEUE
    if (is_crowded or wait_seconds > LONGEST_WAIT_SECONDS) and not vendor.is_soft("18b"):
        raise RefusedError(too_many(vendor))
    begins_at = now + timedelta(seconds=wait_seconds)
    if wait_seconds:
        instance.queued_until.append(begins_at)
    if licence.requests_per_minute:
        instance.processed_at.append(begins_at)
    if licence.max_concurrent_requests:
        instance.busy_until.append(begins_at + timedelta(seconds=licence.request_seconds))
    return wait_seconds + licence.request_seconds


def _delay_seconds(instance: Instance, now: datetime) -> float:
    """The vendor's formula: the rest of the oldest request's minute over what the limit leaves."""
    processed_at = instance.processed_at
    while processed_at and processed_at[0] <= now - MINUTE:
        processed_at.popleft()
    limit = instance.licence.requests_per_minute
    done = len(processed_at) - len(instance.queued_until)
    if done * 2 < limit:
        return 0.0
    rest_seconds = (min(processed_at) + MINUTE - now).total_seconds()
    return rest_seconds / max(limit - done, 1)


def too_many(vendor: StandIn) -> Answer:
    """429 as the throttle says it."""
    headers = dict(TEXT_TYPE)
    if vendor.switch("throttle_retry_after") == "present":
        headers["Retry-After"] = "60"
    return Answer(429, headers, b"The custom error module does not recognize this error.")
