"""An installed flow between two connections of one tenant."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F

from config import clock
from integrations import registry
from integrations.choosing import ON, is_link_only, lead_name, lead_of
from integrations.flow import Leg
from integrations.models.base import TenantModel
from integrations.models.connecting import Connection
from integrations.models.tenancy import Tenant

SHORTEST_POLL_MINUTES = 5
NOT_CHOSEN = (
    "{other} carries the same kind of record ({kind}) to {account}: choose under “{option}” "
    "whether this integration leads or is link only."
)
SECOND_LEADER = (
    "{other} leads already, and only one integration writes each {kind} at {account}: choose "
    "“link only” under “{option}” here, or make {other} link only first."
)


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
        if not problems and (overlap := self.refused_overlap()):
            problems[NON_FIELD_ERRORS] = overlap
        if problems:
            raise ValidationError(problems)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a leg that from now on leads, or no longer does, takes nothing for written.

        Whoever comes to lead writes nothing before somebody has approved a first preview anew.
        """
        with transaction.atomic():
            turned = self._turned(kwargs.get("update_fields"))
            super().save(*args, **kwargs)
            for leg in turned:
                self.records.filter(leg=leg.name).update(fingerprint={})
                if is_link_only(self.options, leg.name):
                    self.ties.filter(kind=leg.writes).update(leads=[])
                else:
                    self.high_water_marks.filter(leg=leg.name).update(opened_at=None)

    def overlapping(self, leg: Leg) -> list[tuple[Integration, Leg]]:
        """The integrations of other flows that are on, and their legs, which are there for the same
        kind of record at the same account: a tenant has one open connection to each.

        Two accounts at one vendor are two companies, with people of their own.
        """
        if not leg.writes:
            return []
        others = Integration.objects.filter(target=self.target_id, status=Integration.Status.ON)
        return [
            (other, theirs)
            for other in others.exclude(flow=self.flow)
            for theirs in registry.flow(other.flow).legs
            if theirs.writes == leg.writes
        ]

    def refused_overlap(self, *, begins: bool = False) -> str:
        """Why it may not write beside another integration, and what to choose; empty: it may.

        Two never lead: inside a transaction whoever asks this of the same tenant waits for its end.
        A leg that neither runs nor ``begins`` to is only asked about what was chosen for it.
        """
        if self.status == Integration.Status.CLOSED:
            return ""
        for leg in registry.flow(self.flow).legs:
            is_chosen = lead_name(leg.name) in self.options
            counts = begins or is_chosen or self.status == Integration.Status.ON
            if leg.writes and counts and self._leads(leg):
                Tenant.objects.filter(pk=self.tenant_id).update(name=F("name"))
                for other, theirs in self.overlapping(leg):
                    if other._leads(theirs):
                        sentence = SECOND_LEADER if is_chosen else NOT_CHOSEN
                        return self._said(sentence, leg, other)
        return ""

    def _said(self, sentence: str, leg: Leg, other: Integration) -> str:
        option = lead_of(leg.name, leg.title).title
        return sentence.format(other=other, kind=leg.writes, account=self.target, option=option)

    def _leads(self, leg: Leg) -> bool:
        """Whether the leg writes: nobody has switched it off or made it link only."""
        options: Mapping[str, str] = self.options
        return options.get(leg.switch.name, ON) == ON and not is_link_only(options, leg.name)

    def _turned(self, update_fields: Collection[str] | None) -> list[Leg]:
        """The legs that lead otherwise than the stored row says."""
        led = [leg for leg in registry.flow(self.flow).legs if leg.writes]
        if not led or (update_fields is not None and "options" not in update_fields):
            return []
        rows = Integration.objects.filter(pk=self.pk)
        before = rows.values_list("options", flat=True).first()
        if before is None:
            return []
        return [
            leg
            for leg in led
            if is_link_only(before, leg.name) != is_link_only(self.options, leg.name)
        ]
