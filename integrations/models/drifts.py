"""Where the target differs from what was written there, and which differences are accepted."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.db import models

from config import clock
from integrations.models.base import TenantModel
from integrations.models.working import Record


class Drift(TenantModel):
    """One field of one record that somebody changed at the target; gone once both sides agree.

    Accepted, it is quiet until a side changes: then its digest is another one.
    """

    tenant_path = "record__integration__tenant"

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="drifts")
    field = models.CharField(max_length=60)
    found = models.TextField(blank=True, help_text="As everybody may see it.")
    wanted = models.TextField(blank=True, help_text="As everybody may see it.")
    digest = models.CharField(max_length=64, help_text="Of both values as they are; keyed.")
    seen_at = models.DateTimeField(default=clock.now)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        get_user_model(), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.TextField(blank=True, help_text="Why it may stay so.")

    class Meta:
        ordering = ("record", "field")
        constraints = (
            models.UniqueConstraint(fields=("record", "field"), name="one_drift_per_field"),
        )

    def __str__(self) -> str:
        return f"{self.record} {self.field}"
