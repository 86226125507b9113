"""Counts what changes within a day, so that a mistake at the source does not empty the target."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from audit.models import Entry
from audit.outcomes import Outcome
from config import clock
from integrations import reasons, registry
from integrations.flow import Step
from integrations.models import Integration, Record
from integrations.reasons import Reason

WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Limit:
    """How many changes of one kind pass by themselves: so many, or this share of what is linked."""

    kind: str
    outcome: Outcome
    free_count: int
    share_percent: int


DEACTIVATIONS = Limit("deactivation", Outcome.DEACTIVATED, 5, 5)
CHANGES = Limit("change", Outcome.UPDATED, 5, 30)


def refusal(integration: Integration, record: Record, steps: tuple[Step, ...]) -> Reason | None:
    """Why the steps may not be taken without a person: the day's limit of their kind is reached."""
    for limit in (DEACTIVATIONS, CHANGES):
        if not any(step.outcome == limit.outcome and not step.completes for step in steps):
            continue
        if record.cleared_for == limit.kind:
            continue
        if _is_reached(integration, record.leg, limit):
            return reasons.AVALANCHE.because(
                kind=limit.kind, percent=str(limit.share_percent), hours="24"
            )
    return None


def _is_reached(integration: Integration, leg: str, limit: Limit) -> bool:
    """Whether the next one would be more than both the free count and the share."""
    free_count = int(integration.options.get(f"{limit.kind}_limit_count", limit.free_count))
    share = int(integration.options.get(f"{limit.kind}_limit_percent", limit.share_percent))
    changes = Entry.objects.filter(
        integration_id=integration.pk,
        leg=leg,
        outcome=limit.outcome,
        at__gt=clock.now() - WITHIN,
    )
    for step in registry.flow(integration.flow).leg(leg).steps:
        if step.completes:
            changes = changes.exclude(steps=[step.name])
    next_count = 1 + changes.count()
    if next_count <= free_count:
        return False
    linked_count = (
        Record.objects.filter(integration=integration, leg=leg).exclude(target_id="").count()
    )
    return next_count * 100 > share * linked_count
