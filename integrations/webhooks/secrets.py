"""What proves a subscription's deliveries, remembered for a minute by each process."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from config import clock
from integrations.models import Subscription

REMEMBERED_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Prover:
    """One open subscription as its deliveries need it; ``secrets`` are those valid now."""

    subscription_id: int
    vendor: str
    secrets: tuple[str, ...] = field(repr=False)
    read_at_seconds: float = field(default_factory=time.monotonic)

    @property
    def is_fresh(self) -> bool:
        """Whether it may still be relied on."""
        return time.monotonic() - self.read_at_seconds < REMEMBERED_SECONDS


_remembered: dict[str, Prover] = {}


def remembered(url_key: str) -> Prover | None:
    """Who has this key, without a query; None where that is not known now."""
    prover = _remembered.get(url_key)
    return prover if prover is not None and prover.is_fresh else None


def read(url_key: str) -> Prover | None:
    """Who has this key, from its row; None where there is no open subscription.

    Raises:
        SealedError: the secrets cannot be read with our keys.
    """
    _remembered.pop(url_key, None)
    row = (
        Subscription.objects.filter(url_key=url_key)
        .exclude(state=Subscription.State.CLOSED)
        .only("key", "sealed", "former_until", "vendor")
        .first()
    )
    if row is None:
        return None
    prover = Prover(row.pk, row.vendor, row.secrets(clock.now()))
    if prover.secrets:
        _remembered[url_key] = prover
    return prover


def keep_candidate(subscription_id: int, secret: str) -> bool:
    """Keep a secret that was posted to a subscription until the vendor confirms it.

    False where none is waited for any more: a confirmed secret is never replaced by a POST.

    Raises:
        SealedError: the secrets cannot be read with our keys.
    """
    while True:
        row = Subscription.objects.exclude(state=Subscription.State.CLOSED).get(pk=subscription_id)
        if row.secrets(clock.now()):
            return False
        known = row.candidates()
        if secret in known:
            return True
        # Nobody else's candidate or confirmation may be lost under this one.
        same = Subscription.objects.filter(pk=row.pk, sealed_at=row.sealed_at)
        row.seal_candidates([*known, secret])
        if same.update(sealed=row.sealed, sealed_at=row.sealed_at, due_at=clock.now()):
            return True
