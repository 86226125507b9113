"""One execution of one leg."""

from __future__ import annotations

import uuid

from django.db import models

from config import clock


class SyncRun(models.Model):
    """Counters and progress while it runs, frozen when it ends."""

    tenant_path = "tenant_id"

    class Trigger(models.TextChoices):
        WEBHOOK = "webhook"
        SCHEDULE = "schedule"
        RECONCILE = "reconcile"
        MANUAL = "manual"
        REPLAY = "replay"
        BACKFILL = "backfill"

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        INTERRUPTED = "interrupted"
        FAILED = "failed"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tenant_id = models.BigIntegerField()
    tenant_name = models.CharField(max_length=200)
    integration_id = models.BigIntegerField()
    integration_title = models.CharField(max_length=200)
    flow = models.CharField(max_length=80)
    leg = models.CharField(max_length=40)
    trigger = models.CharField(max_length=12, choices=Trigger)
    state = models.CharField(max_length=12, choices=State, default=State.RUNNING)
    state_reason = models.TextField(blank=True)
    seen_count = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    started_at = models.DateTimeField(default=clock.now)
    alive_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-started_at",)
        indexes = (
            models.Index(fields=("integration_id", "leg", "-started_at")),
            models.Index(fields=("tenant_id", "-id"), name="run_by_tenant"),
            models.Index(fields=("started_at",), name="run_by_start"),
        )

    def __str__(self) -> str:
        return f"{self.integration_title} {self.leg} {self.started_at:%Y-%m-%d %H:%M:%S}"
