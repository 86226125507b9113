"""What our records became at the target: money documents, and records that several flows hold."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q

from config import clock
from integrations.models.base import TenantModel
from integrations.models.connecting import Connection, vendor_choices
from integrations.models.installing import Integration
from integrations.models.working import Record


class Document(TenantModel):
    """One money document that was made for a record; it belongs to that record alone."""

    tenant_path = "record__integration__tenant"

    class Status(models.TextChoices):
        SAVED = "saved", "saved, not released"
        WAITS = "waits", "waits for approval there"
        RELEASED = "released"
        VOIDED = "voided"
        REMOVED = "removed"

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="documents")
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="documents")
    vendor = models.CharField(max_length=40, choices=vendor_choices)
    account_id = models.CharField(
        max_length=250, help_text="The target account as its vendor names it, whoever connected it."
    )
    number = models.CharField(max_length=8, help_text="1, its reversal R1, the next one 2.")
    kind = models.CharField(max_length=40)
    reference = models.CharField(max_length=200)
    target_id = models.CharField(max_length=200, blank=True)
    total_digits = models.CharField(max_length=40, help_text="The total as digits.")
    currency = models.CharField(max_length=3)
    dated_on = models.DateField()
    status = models.CharField(max_length=8, choices=Status, default=Status.SAVED)
    reverses = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
    )
    drawn_from = models.CharField(
        max_length=128, blank=True, help_text="The source's side as drawn up; tells no amounts."
    )
    written_as = models.CharField(
        max_length=64, blank=True, help_text="Keyed fingerprint of what was sent."
    )
    sort = models.CharField(
        max_length=80, blank=True, help_text="It is compared with the last one of its sort."
    )
    rests_on = models.JSONField(default=list, help_text="Mapping rows, each as id/version.")
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("record", "pk")
        constraints = (
            models.UniqueConstraint(fields=("record", "number"), name="one_document_per_number"),
            models.UniqueConstraint(
                fields=("vendor", "account_id", "kind", "reference"),
                name="one_document_per_reference",
            ),
            models.UniqueConstraint(
                fields=("vendor", "account_id", "kind", "target_id"),
                condition=~Q(target_id=""),
                name="one_document_per_target_document",
            ),
        )
        indexes = (
            models.Index(
                fields=("connection", "changed_at"),
                condition=Q(status__in=("saved", "waits")),
                name="document_unreleased",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.target_id or self.reference}"

    @property
    def total(self) -> Decimal:
        """The total in the document's currency; text in the row, since SQLite's decimals float."""
        return Decimal(self.total_digits)


class Tie(TenantModel):
    """One integration's hold on a target record that several may hold."""

    tenant_path = "integration__tenant"

    integration = models.ForeignKey(Integration, on_delete=models.PROTECT, related_name="ties")
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="ties")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="ties")
    kind = models.CharField(max_length=40)
    target_id = models.CharField(max_length=200)
    leads = models.JSONField(default=list, help_text="The fields that this integration writes.")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("connection", "kind", "target_id")
        constraints = (
            models.UniqueConstraint(
                fields=("integration", "connection", "kind", "target_id"),
                name="one_tie_per_integration",
            ),
        )
        indexes = (models.Index(fields=("connection", "kind", "target_id"), name="tie_by_target"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.target_id}"
