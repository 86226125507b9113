"""What stops records, as people see it: one cause, one row, however many records it stops."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q

from config import clock
from connectors.redaction import printable
from integrations.models.base import TenantModel
from integrations.models.installing import Integration


class Problem(TenantModel):
    """One cause that stops records of one integration; open once at a time."""

    tenant_path = "integration__tenant"

    class Ending(models.TextChoices):
        ITSELF = "itself", "by itself: nothing is stopped by it any more"
        RELEASED = "released", "released by a person"
        REFUSED = "refused", "refused by a person"
        PERSON = "person", "closed by a person"

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="problems")
    code = models.CharField(max_length=60)
    reason_class = models.CharField(max_length=20)
    subject = models.CharField(
        max_length=300, help_text="What the cause is about, like department:Finance."
    )
    sentence = models.TextField()
    remedy = models.TextField(blank=True)
    assignee = models.ForeignKey(
        get_user_model(), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    opened_at = models.DateTimeField(default=clock.now, editable=False)
    alerted_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    ending = models.CharField(max_length=10, choices=Ending, blank=True, editable=False)
    ending_reason = models.TextField(blank=True, editable=False)
    closed_by = models.ForeignKey(
        get_user_model(), null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("-opened_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("integration", "code", "subject"),
                condition=Q(closed_at__isnull=True),
                name="one_open_problem_per_cause",
            ),
        )

    def __str__(self) -> str:
        return printable(self.sentence or f"{self.code} {self.subject}")


class Comment(TenantModel):
    """What a person wrote about a problem."""

    tenant_path = "problem__integration__tenant"

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        get_user_model(), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.TextField()
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.problem} {self.at:%Y-%m-%d %H:%M}"
