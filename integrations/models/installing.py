"""An installed flow between two connections of one tenant."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from config import clock
from integrations import registry
from integrations.models.base import TenantModel
from integrations.models.connecting import Connection
from integrations.models.tenancy import Tenant

SHORTEST_POLL_MINUTES = 5


def flow_choices() -> list[tuple[str, str]]:
    """The flows that are installed; a function, so that a new one makes no migration."""
    return [(slug, flow.title) for slug, flow in registry.flows().items()]


class Integration(TenantModel):
    """A tenant's installed flow: two connections and its switches."""

    tenant_path = "tenant"

    class Status(models.TextChoices):
        DRAFT = "draft"
        ON = "on"
        PAUSED = "paused"
        CLOSED = "closed"

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="integrations")
    flow = models.CharField(max_length=80, choices=flow_choices)
    title = models.CharField(max_length=200)
    source = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="+")
    options = models.JSONField(default=dict, blank=True)
    filters = models.JSONField(default=dict, blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT)
    status_reason = models.TextField(blank=True, editable=False)
    alerted_at = models.DateTimeField(null=True, editable=False)
    poll_minutes = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=(MinValueValidator(SHORTEST_POLL_MINUTES), MaxValueValidator(24 * 60)),
        help_text="How often its sources are read, 5 to 1440; empty: as the flow says.",
    )
    reconciled_at = models.DateTimeField(null=True, editable=False)
    reviewed_at = models.DateTimeField(
        null=True, editable=False, help_text="When the match review was confirmed."
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ("tenant", "title")
        constraints = (
            models.UniqueConstraint(
                fields=("flow", "source", "target"),
                condition=~models.Q(status="closed"),
                name="one_open_integration_per_flow_and_pair",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse connections of another tenant or vendor, and unknown options."""
        if not self.flow or None in (self.tenant_id, self.source_id, self.target_id):
            return  # what is missing says so for itself
        flow = registry.flow(self.flow)
        problems: dict[str, str] = {}
        for side, connection in (("source", self.source), ("target", self.target)):
            vendor = getattr(flow, side)
            if connection.tenant_id != self.tenant_id:
                problems[side] = "This connection belongs to another tenant."
            elif connection.vendor != vendor:
                problems[side] = f"{flow.title} needs a connection to {vendor} here."
        known = {option.name for option in flow.choices}
        if unknown := set(self.options) - known:
            problems["options"] = (
                f"Unknown: {', '.join(sorted(unknown))}. There are: {', '.join(sorted(known))}."
            )
        if problems:
            raise ValidationError(problems)
