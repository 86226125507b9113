"""What a person did, or was refused."""

from __future__ import annotations

from django.db import models

from config import clock


class Action(models.Model):
    """Append-only; who, what and on which row, by ids and names as they were."""

    tenant_path = "tenant_id"

    class Outcome(models.TextChoices):
        DONE = "done"
        REFUSED = "refused"
        FAILED = "failed", "failed: our defect"

    tenant_id = models.BigIntegerField(null=True, help_text="Empty: the installation's.")
    person_id = models.BigIntegerField(null=True, help_text="Empty: somebody at the command line.")
    person_name = models.CharField(max_length=200)
    what = models.CharField(max_length=80)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.DONE)
    sentence = models.TextField(blank=True)
    model = models.CharField(max_length=80, blank=True)
    row_id = models.CharField(max_length=40, blank=True)
    row_title = models.CharField(max_length=300, blank=True)
    details = models.JSONField(default=dict)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("-pk",)
        indexes = (
            models.Index(fields=("tenant_id", "-id"), name="action_by_tenant"),
            models.Index(fields=("model", "row_id", "-id"), name="action_by_row"),
        )

    def __str__(self) -> str:
        return f"{self.what} {self.row_title}".strip()
