"""Signed deliveries of BambooHR, as the vendor's documentation has them."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime

from django.test import Client

from config import clock
from integrations.models import Subscription

SECRET = "5f0c2a9e7d3b4186a1c4e8f0927b6d35"


def told(person_id: str = "117", event: str = "employee.updated") -> bytes:
    """The body of one event."""
    return json.dumps(
        {"type": event, "data": {"companyId": "48213", "employeeId": person_id}},
        separators=(",", ":"),
    ).encode()


def signed(body: bytes, secret: str = SECRET, at: datetime | None = None) -> dict[str, str]:
    """Its headers."""
    timestamp = str(int((at or clock.now()).timestamp()))
    digest = hmac.new(secret.encode(), body + timestamp.encode(), hashlib.sha256)
    return {"X-BambooHR-Timestamp": timestamp, "X-BambooHR-Signature": digest.hexdigest()}


def path_of(subscription: Subscription) -> str:
    """Where its deliveries arrive."""
    return f"/webhooks/{subscription.vendor}/{subscription.url_key}/"


def post(
    subscription: Subscription,
    body: bytes | None = None,
    *,
    headers: dict[str, str] | None = None,
    path: str = "",
) -> int:
    """Post as the vendor does; the status of the answer."""
    sent = told() if body is None else body
    answer = Client(enforce_csrf_checks=True).post(
        path or path_of(subscription),
        sent,
        content_type="application/json",
        headers=signed(sent) if headers is None else headers,
    )
    assert answer.content == b""
    return answer.status_code
