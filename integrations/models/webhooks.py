"""Webhook subscriptions at vendors, and the deliveries that came by them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import models
from django.db.models import Q

from audit.sealed_text import SealedTextField
from config import clock
from integrations.models.base import TenantModel
from integrations.models.connecting import Connection, OAuthApp, Sealed, vendor_choices
from integrations.models.tenancy import Tenant
from integrations.timing import EPOCH
from integrations.webhooks.keys import new_url_key

CURRENT = "current"
FORMER = "former"
CANDIDATE = "candidate"
"""With a number behind it: a secret that was posted and that the vendor has not confirmed."""
MOST_CANDIDATES = 5


class Subscription(Sealed):
    """One webhook subscription; committed with its keys before the vendor is asked for it.

    The sealed secrets are ``current``, ``former`` while it is rotated, and the candidates that
    were posted to it while it is pending.
    """

    tenant_path = "tenant"

    class State(models.TextChoices):
        PENDING = "pending", "asked for, not proven yet"
        ACTIVE = "active"
        BROKEN = "broken", "the vendor no longer sends"
        CLOSED = "closed"

    tenant = models.ForeignKey(
        Tenant, null=True, blank=True, on_delete=models.PROTECT, related_name="subscriptions"
    )
    vendor = models.CharField(max_length=40, choices=vendor_choices)
    connection = models.ForeignKey(
        Connection, null=True, blank=True, on_delete=models.PROTECT, related_name="subscriptions"
    )
    app = models.ForeignKey(
        OAuthApp, null=True, blank=True, on_delete=models.PROTECT, related_name="subscriptions"
    )
    url_key = models.CharField(max_length=64, default=new_url_key, unique=True)
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True)
    vendor_id = models.CharField(
        max_length=200, blank=True, help_text="What the vendor calls it; stored with its secret."
    )
    former_until = models.DateTimeField(null=True, help_text="Until then two secrets are valid.")
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    state_reason = models.TextField(blank=True)
    asked_at = models.DateTimeField(
        null=True, help_text="When the vendor was asked for it; whether it heard is not known yet."
    )
    checked_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, help_text="When it is looked after next.")
    tries = models.PositiveSmallIntegerField(default=0)
    compared_at = models.DateTimeField(
        null=True, help_text="When a poll first looked for what no webhook told."
    )
    untold_count = models.PositiveIntegerField(
        default=0, help_text="Changes that polling found and no webhook told."
    )
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(default=EPOCH)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("vendor", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(connection__isnull=False, app__isnull=True)
                | Q(connection__isnull=True, app__isnull=False),
                name="subscription_of_a_connection_or_an_app",
            ),
            models.UniqueConstraint(
                fields=("connection",),
                condition=~Q(state="closed"),
                name="one_open_subscription_per_connection",
            ),
            models.UniqueConstraint(
                fields=("app",),
                condition=~Q(state="closed"),
                name="one_open_subscription_per_app",
            ),
        )
        indexes = (
            models.Index(
                fields=("due_at",),
                condition=Q(due_at__isnull=False),
                name="subscription_due",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_vendor_display()} {self.vendor_id or 'pending'}"

    def secrets(self, at: datetime) -> tuple[str, ...]:
        """What proves a delivery at this instant: two while one is being replaced.

        Raises:
            SealedError: they cannot be read with our keys.
        """
        stored = self.unseal()
        is_replaced = self.former_until is not None and at < self.former_until
        names = (CURRENT, FORMER) if is_replaced else (CURRENT,)
        return tuple(secret for name in names if (secret := stored.get(name)))

    def candidates(self) -> tuple[str, ...]:
        """The secrets that were posted, the oldest first.

        Raises:
            SealedError: they cannot be read with our keys.
        """
        stored = self.unseal()
        names = sorted(name for name in stored if name.startswith(CANDIDATE))
        return tuple(stored[name] for name in names)

    def seal_candidates(self, posted: Sequence[str]) -> None:
        """Put the latest of these posted secrets into the row; the caller saves it."""
        kept = posted[-MOST_CANDIDATES:]
        self.seal({f"{CANDIDATE}-{place}": secret for place, secret in enumerate(kept)})


class Delivery(TenantModel):
    """One verified POST, committed before it was answered; kept so that a repeat is recognised."""

    tenant_path = "subscription__tenant"

    class Outcome(models.TextChoices):
        TAKEN_UP = "taken_up", "its records are worked"
        REPEATED = "repeated", "was taken up before"
        NOT_LISTENED_TO = "not_listened_to", "tells of nothing that is listened to"
        UNREADABLE = "unreadable", "is not as the vendor documents it"
        DEFECT = "defect", "met a mistake of ours"

    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, related_name="deliveries"
    )
    event_id = models.CharField(
        max_length=200, blank=True, help_text="Makes a repeat recognisable, where there is one."
    )
    headers = models.JSONField(default=dict)
    query = models.JSONField(default=list)
    body = SealedTextField(default="", help_text="Emptied once its notices are rows.")
    notices = models.JSONField(
        default=list, help_text="Kind and id of each change that it told of, in its order."
    )
    signed_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(default=clock.now)
    handled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(default=EPOCH)
    remark = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("subscription", "event_id"),
                condition=~Q(event_id=""),
                name="one_delivery_per_event",
            ),
        )
        indexes = (
            models.Index(
                fields=("received_at",),
                condition=Q(handled_at__isnull=True),
                name="delivery_not_handled",
            ),
        )

    def __str__(self) -> str:
        return f"{self.subscription} {self.received_at:%Y-%m-%d %H:%M:%S}"


class Refused(TenantModel):
    """How many POSTs of one minute were not taken up; they are counted, never stored."""

    tenant_path = "subscription__tenant"

    class Why(models.TextChoices):
        FORGED = "forged", "its signature was wrong or missing"
        STALE = "stale", "it was signed too long ago"

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="refused")
    minute_at = models.DateTimeField()
    why = models.CharField(max_length=6, choices=Why)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "refused"
        constraints = (
            models.UniqueConstraint(
                fields=("subscription", "minute_at", "why"), name="one_count_per_minute"
            ),
        )

    def __str__(self) -> str:
        return f"{self.subscription} {self.minute_at:%Y-%m-%d %H:%M} {self.why} {self.count}"
