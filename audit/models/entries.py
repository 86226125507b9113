"""One record whose decision, state or target changed in a run, with what was read and sent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from audit.models.runs import SyncRun
from audit.outcomes import Outcome
from audit.sealed_text import SealedTextField
from config import clock


class Entry(models.Model):
    """Append-only; everything as it was at that moment."""

    tenant_path = "tenant_id"

    run = models.ForeignKey(SyncRun, on_delete=models.PROTECT, related_name="entries")
    tenant_id = models.BigIntegerField()
    integration_id = models.BigIntegerField()
    flow = models.CharField(max_length=80)
    leg = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    source_id = models.CharField(max_length=200)
    target_id = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=300, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome)
    reasons = models.JSONField(default=list)
    mappings = models.JSONField(default=list)
    differences = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    body_digests = models.JSONField(default=list)
    counted_as = models.CharField(
        max_length=20,
        blank=True,
        help_text="The kind of change that it counts as against the day's limit; empty: none, or "
        "a person had approved it.",
    )
    error_id = models.CharField(max_length=32, blank=True)
    replay_of = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="replays"
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "entries"
        ordering = ("-at", "-pk")
        indexes = (
            models.Index(fields=("integration_id", "leg", "source_id", "-at")),
            models.Index(fields=("record_id", "-at")),
            models.Index(fields=("tenant_id", "-id"), name="entry_by_tenant"),
            models.Index(fields=("outcome", "-id"), name="entry_by_outcome"),
            models.Index(fields=("leg", "-id"), name="entry_by_leg"),
            models.Index(fields=("error_id",), condition=~Q(error_id=""), name="entry_with_error"),
            models.Index(
                fields=("integration_id", "leg", "counted_as", "-at"),
                condition=~Q(counted_as=""),
                name="entry_counted",
            ),
        )

    def __str__(self) -> str:
        return f"{self.outcome} {self.leg} {self.source_id}"


class Body(models.Model):
    """What was read, drawn up, sent or answered; may be deleted while its entry stands."""

    tenant_path = "tenant_id"

    class Kind(models.TextChoices):
        READ = "read"
        DRAWN_UP = "drawn_up", "drawn up"
        EXCHANGE = "exchange"

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="bodies")
    tenant_id = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    operation = models.CharField(max_length=60, blank=True)
    content = models.JSONField(default=dict)
    private = SealedTextField(default="")
    salt = models.CharField(max_length=32)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "bodies"
        ordering = ("pk",)
        permissions = (("see_pay", "Can see pay and health"),)
        indexes = (models.Index(fields=("tenant_id", "-id"), name="body_by_tenant"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.operation}"
