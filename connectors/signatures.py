"""Proves that a webhook delivery comes from the vendor: the one place that compares signatures.

A vendor declares header, digest, encoding and the bytes that are signed (``vendor.Webhooks``);
whose secrets are valid now is the caller's knowledge.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from connectors.vendor import Delivery, Webhooks


class Proof(StrEnum):
    """What a signature says. Only ``VALID`` deliveries are stored."""

    VALID = "valid"
    MISSING = "missing"
    """No signature, or not what it covers."""
    DIFFERS = "differs"


class NoSecretError(Exception):
    """There is no secret to verify with; that is our side's failure, not the sender's."""


def prove(webhooks: Webhooks, delivery: Delivery, secrets: Sequence[str]) -> Proof:
    """Compare the delivery's signature with all that would be right, in constant time.

    ``secrets`` are those valid now, two while one is being replaced.

    Raises:
        NoSecretError: none is given, or an empty one; nothing may be concluded.
    """
    if not secrets or not all(secrets):
        raise NoSecretError("A subscription has no secret to verify its deliveries with.")
    given = delivery.headers.get(webhooks.header, "").strip()
    texts = webhooks.signed(delivery)
    if not given or not texts:
        return Proof.MISSING
    expected = [
        one for text in texts for secret in secrets for one in _expected(webhooks, text, secret)
    ]
    # All of them, so that the time taken does not tell which secret or text came close.
    matches = [hmac.compare_digest(given.encode(), one.encode()) for one in expected]
    return Proof.VALID if any(matches) else Proof.DIFFERS


def age(webhooks: Webhooks, delivery: Delivery, now: datetime) -> timedelta | None:
    """How long ago it was signed; None where the vendor does not sign a time.

    A vendor's clock ahead of ours gives a negative age.
    """
    signed_at = None if webhooks.signed_at is None else webhooks.signed_at(delivery)
    return None if signed_at is None else now - signed_at


def _expected(webhooks: Webhooks, text: bytes, secret: str) -> Sequence[str]:
    """The signature in each spelling that the vendor may use."""
    if webhooks.digest == "none":
        return (secret,)
    digest = hmac.digest(secret.encode(), text, webhooks.digest)
    spelled = {"hex": digest.hex(), "base64": base64.b64encode(digest).decode("ascii")}
    return [spelled[encoding] for encoding in (webhooks.encoding, *webhooks.other_encodings)]
