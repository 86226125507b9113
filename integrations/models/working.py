"""Where each source record stands, and each changing call made for it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from config import clock
from integrations.models.base import TenantModel
from integrations.models.connecting import Connection
from integrations.models.installing import Integration
from integrations.models.problems import Problem
from integrations.timing import EPOCH


class Record(TenantModel):
    """Where one source record stands in one leg. ``due_at`` alone drives the work."""

    tenant_path = "integration__tenant"

    class State(models.TextChoices):
        QUEUED = "queued"
        WRITING = "writing", "outcome being verified"
        SYNCED = "synced"
        FILTERED = "filtered"
        WAITING = "waiting"
        HELD = "held"
        FAILED = "failed"
        IGNORED = "ignored"

    integration = models.ForeignKey(Integration, on_delete=models.PROTECT, related_name="records")
    leg = models.CharField(max_length=40)
    source_id = models.CharField(max_length=200)
    title = models.CharField(max_length=300, blank=True)
    target_id = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    reasons = models.JSONField(default=list, blank=True)
    waits_until = models.DateField(null=True, blank=True)
    points_to = models.CharField(
        max_length=200, blank=True, help_text="The source id of the record that it points to."
    )
    waits_for = models.CharField(
        max_length=250, blank=True, help_text="The leg and source id of what it waits for."
    )
    source_version = models.CharField(max_length=100, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    fingerprint = models.JSONField(default=dict, blank=True)
    wanted = models.PositiveIntegerField(default=0)
    handled = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    noticed_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When a webhook last told of it."
    )
    urgency = models.PositiveSmallIntegerField(
        default=3, help_text="0 money, 1 leavers, 2 hires, 3 changes."
    )
    tries = models.PositiveSmallIntegerField(default=0)
    problems = models.ManyToManyField(Problem, related_name="records", editable=False)
    is_somebody_else = models.BooleanField(
        default=False, help_text="A person said that the namesake at the target is somebody else."
    )
    cleared_for = models.CharField(
        max_length=20, blank=True, help_text="A kind of change that a person has let pass."
    )
    approved = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="Digest of the change that was approved in a preview; no other one is made.",
    )
    wish = models.CharField(
        max_length=40,
        blank=True,
        editable=False,
        help_text="What a person wants of its documents that the flow would not do by itself.",
    )
    memo = models.CharField(
        max_length=200,
        blank=True,
        editable=False,
        help_text="What was begun for it at the source and is gone on with at the next try.",
    )
    lease_token = models.CharField(max_length=32, blank=True, editable=False)
    lease_until = models.DateTimeField(default=EPOCH, editable=False)
    seen_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("integration", "leg", "source_id"), name="one_record_per_source_record"
            ),
            models.UniqueConstraint(
                fields=("integration", "leg", "target_id"),
                condition=~Q(target_id=""),
                name="one_record_per_target_record",
            ),
        )
        indexes = (
            models.Index(
                fields=("integration", "leg", "urgency", "due_at"),
                condition=Q(due_at__isnull=False),
                name="record_due",
            ),
            models.Index(fields=("integration", "state"), name="record_by_state"),
            models.Index(
                fields=("integration", "leg", "waits_for"),
                condition=~Q(waits_for=""),
                name="record_waits_for",
            ),
            models.Index(
                fields=("integration", "leg", "points_to"),
                condition=~Q(points_to=""),
                name="record_points_to",
            ),
        )
        permissions = (("see_future", "Can see people's changes that lie ahead"),)

    def __str__(self) -> str:
        return f"{self.leg} {self.source_id}"


class Write(TenantModel):
    """One changing call of one change, committed before it is sent."""

    tenant_path = "record__integration__tenant"

    class Outcome(models.TextChoices):
        SENT = "sent"
        DONE = "done"
        REFUSED = "refused", "refused: certainly without effect"
        UNCLEAR = "unclear", "unclear: may have had its effect"
        ADOPTED = "adopted", "found at the target afterwards"
        ABANDONED = "abandoned", "abandoned by a person"

    OPEN = (Outcome.SENT, Outcome.UNCLEAR)
    EFFECTIVE = (Outcome.DONE, Outcome.ADOPTED)

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="writes")
    run_key = models.UUIDField()
    step = models.CharField(max_length=40)
    reference = models.CharField(max_length=200)
    revision = models.PositiveIntegerField(default=1)
    fingerprint = models.JSONField(default=dict)
    attempt = models.PositiveSmallIntegerField(default=1)
    sent_at = models.DateTimeField()
    settled_at = models.DateTimeField(
        help_text="Before this instant the vendor may still act, so nobody looks."
    )
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.SENT)
    target_id = models.CharField(max_length=200, blank=True)
    missed_at = models.DateTimeField(
        null=True, help_text="When a look-up first did not find it at the target."
    )
    parts_left = models.PositiveIntegerField(
        null=True, help_text="Of what goes there in parts, how many lacked before this call."
    )
    answered_at = models.DateTimeField(null=True)
    remark = models.TextField(blank=True)
    is_told = models.BooleanField(
        default=False, help_text="An entry of the trail tells of its effect."
    )

    class Meta:
        ordering = ("sent_at", "pk")
        indexes = (
            models.Index(
                fields=("record",),
                condition=Q(is_told=False, outcome__in=("sent", "unclear", "done", "adopted")),
                name="write_pending",
            ),
        )

    def __str__(self) -> str:
        return f"{self.step} {self.reference}"


class Lane(TenantModel):
    """Steps that run one at a time at one connection, over all workers: one form of the target."""

    tenant_path = "connection__tenant"

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="lanes")
    name = models.CharField(max_length=40)
    lease_token = models.CharField(max_length=32, blank=True, editable=False)
    lease_until = models.DateTimeField(default=EPOCH, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("connection", "name"), name="one_row_per_lane"),
        )

    def __str__(self) -> str:
        return f"{self.connection} {self.name}"


class HighWaterMark(TenantModel):
    """How far one leg's source is handled: text of the vendor's, moved forward only by runs."""

    tenant_path = "integration__tenant"

    integration = models.ForeignKey(
        Integration, on_delete=models.CASCADE, related_name="high_water_marks"
    )
    leg = models.CharField(max_length=40)
    value = models.CharField(max_length=300, blank=True)
    generation = models.PositiveIntegerField(default=1)
    moved_at = models.DateTimeField(null=True)
    polled_at = models.DateTimeField(
        null=True, help_text="When a scheduled poll of this leg last began."
    )
    opened_at = models.DateTimeField(
        null=True, help_text="When the leg's first preview was posted; before, nothing is written."
    )
    proven_at = models.DateTimeField(
        null=True, help_text="When a look-up last found what had just been created."
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("integration", "leg"), name="one_mark_per_leg"),
        )

    def __str__(self) -> str:
        return f"{self.leg}: {self.value}"
