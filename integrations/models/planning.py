"""What people decide before anything is written: pairs of a match review, kept previews."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.db import models

from audit.sealed_text import SealedTextField
from config import clock
from connectors.redaction import printable
from integrations.models.base import TenantModel
from integrations.models.installing import Integration
from integrations.timing import EPOCH


class Match(TenantModel):
    """One pair of a match review: a source record beside the target record that it may be."""

    tenant_path = "integration__tenant"

    class Ground(models.TextChoices):
        REFERENCE = "reference", "our reference"
        EMAIL = "email", "the same e-mail"
        OTHER_REFERENCE = "held_there", "the same e-mail, another's reference"
        NAME = "name", "the same name only"
        SEVERAL = "several", "several candidates"
        SOURCE_ONLY = "source_only", "only at the source"
        TARGET_ONLY = "target_only", "only at the target"

    class Decision(models.TextChoices):
        OPEN = "open", "not decided"
        LINK = "link", "the same: link"
        CREATE = "create", "somebody else: create as new"
        NEVER = "never", "never carry"
        LEAVE = "leave", "leave alone"

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="matches")
    leg = models.CharField(max_length=40)
    source_id = models.CharField(max_length=200, blank=True)
    source_title = models.CharField(max_length=300, blank=True)
    target_id = models.CharField(max_length=200, blank=True)
    target_title = models.CharField(max_length=300, blank=True)
    ground = models.CharField(max_length=12, choices=Ground)
    decision = models.CharField(max_length=8, choices=Decision, default=Decision.OPEN)
    decided_by = models.ForeignKey(
        get_user_model(), null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, editable=False)
    drawn_up_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name_plural = "matches"
        ordering = ("integration", "leg", "ground", "source_title", "target_title")
        constraints = (
            models.UniqueConstraint(
                fields=("integration", "leg", "source_id", "target_id"), name="one_row_per_pair"
            ),
        )

    def __str__(self) -> str:
        return printable(f"{self.source_title or '—'} / {self.target_title or '—'}")


class Plan(TenantModel):
    """A preview kept: never changed, used once, posted only if drawn up afresh it is byte-equal."""

    tenant_path = "integration__tenant"

    class State(models.TextChoices):
        DRAWN_UP = "drawn_up", "drawn up, waits for approval"
        APPROVED = "approved"
        POSTED = "posted"
        STOPPED = "stopped", "stopped: something changed"
        REFUSED = "refused"
        EXPIRED = "expired"

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="plans")
    leg = models.CharField(max_length=40)
    lines = models.JSONField(default=list, editable=False)
    private = SealedTextField(
        default="",
        editable=False,
        help_text="The amounts on the sheets of its lines, by source id; the lines have none.",
    )
    counts = models.JSONField(default=dict, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    mapping_digest = models.CharField(max_length=64, editable=False)
    drawn_up_on = models.DateField(editable=False)
    from_on = models.DateField(
        null=True, editable=False, help_text="A backfill's first day; empty: everything."
    )
    checks = models.JSONField(default=list, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.DRAWN_UP, editable=False)
    stopped_by = models.JSONField(default=list, editable=False)
    asked_by = models.ForeignKey(
        get_user_model(), null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    approved_by = models.ForeignKey(
        get_user_model(), null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    refused_by = models.ForeignKey(
        get_user_model(), null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    refusal = models.TextField(blank=True, editable=False)
    drawn_up_at = models.DateTimeField(default=clock.now, editable=False)
    approved_at = models.DateTimeField(null=True, editable=False)
    expires_at = models.DateTimeField(editable=False)
    run_key = models.UUIDField(null=True, editable=False)
    posting_until = models.DateTimeField(
        default=EPOCH, editable=False, help_text="Until then a worker is posting it."
    )

    class Meta:
        ordering = ("-drawn_up_at",)

    def __str__(self) -> str:
        return f"{self.integration} {self.leg} {self.drawn_up_at:%Y-%m-%d %H:%M}"
