"""The vendors' vocabularies as last read, and what a tenant's source values mean at the target."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.db import models

from config import clock
from connectors.redaction import printable
from integrations.models.base import TenantModel
from integrations.models.connecting import Connection
from integrations.models.installing import Integration


class Term(TenantModel):
    """One value of a vocabulary at one connection."""

    tenant_path = "connection__tenant"

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="terms")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    parent = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    seen_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("connection", "kind", "title")
        constraints = (
            models.UniqueConstraint(fields=("connection", "kind", "key"), name="one_term_per_key"),
        )

    def __str__(self) -> str:
        text = f"{self.title} ({self.key})" if self.title != self.key else self.title
        return printable(text)


class Mapping(TenantModel):
    """What one source key of one kind means at the target, as a person confirmed it."""

    tenant_path = "integration__tenant"

    class State(models.TextChoices):
        UNMAPPED = "unmapped"
        SUGGESTED = "suggested"
        CONFIRMED = "confirmed"
        IGNORED = "ignored"

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="mappings")
    kind = models.CharField(max_length=40)
    source_key = models.CharField(
        max_length=400, help_text='The parts of the key as a JSON list, like ["Finance"].'
    )
    target = models.JSONField(
        default=dict, blank=True, help_text="The declared parts of the target value, by name."
    )
    state = models.CharField(max_length=12, choices=State, default=State.UNMAPPED)
    ground = models.CharField(
        max_length=200, blank=True, help_text="Why this target was suggested."
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    confirmed_by = models.ForeignKey(
        get_user_model(), null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ("integration", "kind", "source_key")
        constraints = (
            models.UniqueConstraint(
                fields=("integration", "kind", "source_key"), name="one_mapping_per_source_key"
            ),
        )

    def __str__(self) -> str:
        return printable(f"{self.kind} {self.source_key}")
