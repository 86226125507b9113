"""Takes up one delivery: proves it and stores it; what it means is found out later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import connection as database
from django.db.models import F

from config import clock
from connectors import registry as vendors
from connectors import signatures
from connectors.errors import ContractError
from connectors.signatures import Proof
from connectors.vendor import Delivery as Arrived
from connectors.vendor import Webhooks
from integrations.models import Delivery, Refused
from integrations.webhooks import secrets
from integrations.webhooks.secrets import Prover

STALE_AFTER = timedelta(hours=48)
"""A delivery that was signed so long ago tells nothing that a poll has not found."""
PATIENCE_SECONDS = 3
"""How long SQLite is waited for here: the vendor sends again what was not taken up."""


class Intake(StrEnum):
    """What became of a delivery."""

    STORED = "stored"
    STALE = "stale"
    UNKNOWN = "unknown"
    """Nobody has this address."""
    FORGED = "forged"
    """A signature was computed and differs, or there is none."""
    CANDIDATE = "candidate"
    """It brought a secret for a subscription that waits for one; whether it is the one is asked."""


def take_up(vendor: str, url_key: str, arrived: Arrived) -> Intake:
    """Store a delivery that is proved; the row is committed when this returns ``STORED``.

    The key is one of ours by its MAC.

    Raises:
        NoSecretError: there is nothing to prove it with yet.
        SealedError: the secrets cannot be read.
        DatabaseError: the database does not answer or is locked.
    """
    declared = vendors.vendors().get(vendor)
    webhooks = None if declared is None else declared.webhooks
    prover = secrets.remembered(url_key)
    is_read = prover is None
    with impatient():
        prover = prover or secrets.read(url_key)
        if webhooks is None or prover is None or prover.vendor != vendor:
            return Intake.UNKNOWN
        if not prover.secrets and _has_brought_secret(prover, webhooks, arrived):
            return Intake.CANDIDATE
        proof = signatures.prove(webhooks, arrived, prover.secrets)
        if proof is not Proof.VALID and not is_read:
            # The secret may have been replaced since it was remembered.
            prover = secrets.read(url_key)
            if prover is None:
                return Intake.UNKNOWN
            proof = signatures.prove(webhooks, arrived, prover.secrets)
        now = clock.now()
        if proof is not Proof.VALID:
            _count(prover, Refused.Why.FORGED, now)
            return Intake.FORGED
        age = signatures.age(webhooks, arrived, now)
        if age is not None and age > STALE_AFTER:
            _count(prover, Refused.Why.STALE, now)
            return Intake.STALE
        _store(prover, webhooks, arrived, now, None if age is None else now - age)
        return Intake.STORED


def _has_brought_secret(prover: Prover, webhooks: Webhooks, arrived: Arrived) -> bool:
    """Whether an unproved delivery is the handshake of a subscription that waits for it."""
    try:
        secret = webhooks.posted_secret(arrived)
    except ContractError:
        return False
    return bool(secret) and secrets.keep_candidate(prover.subscription_id, secret)


@contextmanager
def impatient() -> Iterator[None]:
    """Wait for a locked SQLite no longer than a vendor would."""
    if database.vendor != "sqlite":
        yield
        return
    _be_patient_for(PATIENCE_SECONDS)
    try:
        yield
    finally:
        _be_patient_for(database.settings_dict["OPTIONS"]["timeout"])


def _be_patient_for(seconds: float) -> None:
    with database.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {seconds * 1000:.0f}")


def _store(
    prover: Prover,
    webhooks: Webhooks,
    arrived: Arrived,
    now: datetime,
    signed_at: datetime | None,
) -> None:
    kept = {name: arrived.headers[name] for name in webhooks.headers if name in arrived.headers}
    Delivery(
        subscription_id=prover.subscription_id,
        headers=kept,
        query=[list(pair) for pair in arrived.query],
        # The only code that gives back every byte.
        body=arrived.body.decode("latin-1"),
        signed_at=signed_at,
        received_at=now,
    ).save(force_insert=True)


def _count(prover: Prover, why: Refused.Why, now: datetime) -> None:
    """One more in this minute."""
    minute = {
        "subscription_id": prover.subscription_id,
        "minute_at": now.replace(second=0, microsecond=0),
        "why": why,
    }
    counted = Refused.objects.filter(**minute)
    if counted.update(count=F("count") + 1):
        return
    Refused.objects.bulk_create([Refused(**minute)], ignore_conflicts=True)
    counted.update(count=F("count") + 1)
