"""The customer company that owns everything else, and who may see what is its own."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from config import clock
from integrations.models.base import TenantModel

SHORTEST_KEPT_DAYS = 30


def validate_time_zone(name: str) -> None:
    """Refuse what is no time zone, with an example of one."""
    if name not in available_timezones():
        raise ValidationError(f"{name!r} is no time zone: write one like America/Denver.")


class Tenant(TenantModel):
    """A customer company; owns connections, integrations and what hangs on them."""

    tenant_path = "id"

    name = models.CharField(max_length=200, unique=True)
    time_zone = models.CharField(
        max_length=64,
        default="UTC",
        validators=[validate_time_zone],
        help_text="A day ends at its midnight here, for example America/Denver.",
    )
    bodies_kept_days = models.PositiveIntegerField(
        default=400,
        validators=(MinValueValidator(SHORTEST_KEPT_DAYS),),
        help_text="How long the trail keeps what was read and sent; its entries stay.",
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def starts_at(self, day: date) -> datetime:
        """The instant at which a calendar day begins at the tenant."""
        return datetime.combine(day, time.min, tzinfo=ZoneInfo(self.time_zone))

    def today(self) -> date:
        """The calendar day that it is at the tenant now."""
        return clock.now().astimezone(ZoneInfo(self.time_zone)).date()


class Membership(TenantModel):
    """What a person is at one tenant, or at all of them; superusers need none."""

    tenant_path = "tenant"

    class Role(models.TextChoices):
        ADMINISTRATOR = "administrator"
        OPERATOR = "operator"
        APPROVER = "approver"
        AUDITOR = "auditor", "auditor: sees and changes nothing"

    CHANGING = (Role.ADMINISTRATOR, Role.OPERATOR)
    APPROVING = (Role.ADMINISTRATOR, Role.APPROVER)

    user = models.ForeignKey(get_user_model(), on_delete=models.CASCADE, related_name="memberships")
    tenant = models.ForeignKey(
        Tenant,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="memberships",
        help_text="Empty: all tenants, and what belongs to the installation.",
    )
    role = models.CharField(max_length=13, choices=Role)

    class Meta:
        ordering = ("user", "tenant")
        constraints = (
            models.UniqueConstraint(fields=("user", "tenant"), name="one_role_per_tenant"),
            models.UniqueConstraint(
                fields=("user",), condition=Q(tenant__isnull=True), name="one_role_for_all_tenants"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
