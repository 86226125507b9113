"""Previews that are kept: drawn up, approved, and posted exactly as approved or not at all."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from django.contrib.auth.models import User

from audit.models import SyncRun
from config import clock
from integrations.engine.preview import Line, preview
from integrations.engine.run import LegRun
from integrations.flow import Leg
from integrations.models import Integration, Plan

VALID_FOR = timedelta(days=3)
SHOWN_COUNT = 20
"""So many records are named when a plan is stopped; the rest are counted."""


class PlanError(Exception):
    """The plan cannot be approved or posted; the message says why and what to do."""


def keep(integration: Integration, leg: Leg, asked_by: User | None) -> Plan:
    """Draw up a preview of everything and store it."""
    lines = list(preview(integration, leg))
    content = _content(lines)
    return Plan.objects.create(
        integration=integration,
        leg=leg.name,
        lines=content,
        counts=dict(Counter(str(line.outcome) for line in lines)),
        digest=_digest(content),
        mapping_digest=_mappings(integration),
        drawn_up_on=integration.tenant.today(),
        asked_by=asked_by,
        expires_at=clock.now() + VALID_FOR,
    )


def approve(plan: Plan, by: User) -> None:
    """Approve a plan in somebody's name, once.

    Raises:
        PlanError: it is not waiting for approval any more.
    """
    approved = Plan.objects.filter(
        pk=plan.pk, state=Plan.State.DRAWN_UP, expires_at__gt=clock.now()
    ).update(state=Plan.State.APPROVED, approved_by=by, approved_at=clock.now())
    if not approved:
        raise PlanError("The plan is spent or expired: draw up a new one.")


def refuse(plan: Plan, by: User, reason: str) -> None:
    """Say in somebody's name that the plan is not to be posted, once.

    Raises:
        PlanError: it is posted, or no longer waits for anybody.
    """
    refused = Plan.objects.filter(
        pk=plan.pk, state__in=(Plan.State.DRAWN_UP, Plan.State.APPROVED)
    ).update(state=Plan.State.REFUSED, refused_by=by, refusal=reason)
    if not refused:
        raise PlanError("The plan is spent: there is nothing left to refuse.")


def post(plan: Plan, leg: Leg) -> SyncRun | None:
    """Draw the plan up afresh and, only if it is byte-equal, do what it says.

    Answers the run; None where something changed, which the plan then names.

    Raises:
        PlanError: it is not approved, or it was posted or stopped before.
    """
    taken = Plan.objects.filter(
        pk=plan.pk, state=Plan.State.APPROVED, expires_at__gt=clock.now()
    ).update(state=Plan.State.POSTED)
    if not taken:
        raise PlanError("Only an approved plan can be posted, once: approve it, or draw up anew.")
    integration = plan.integration
    lines = list(preview(integration, leg))
    if changes := _changes(plan, lines):
        Plan.objects.filter(pk=plan.pk).update(state=Plan.State.STOPPED, stopped_by=changes)
        return None
    approved = {line.source_id: line.digest for line in lines}
    run = LegRun(integration, leg, SyncRun.Trigger.MANUAL, approved=approved)
    Plan.objects.filter(pk=plan.pk).update(run_key=run.run.key)
    return run.read_all(everything=True)


def _changes(plan: Plan, lines: Sequence[Line]) -> list[str]:
    """What is no longer as it was approved, in sentences."""
    content = _content(lines)
    if _digest(content) == plan.digest:
        return []
    sentences = []
    if _mappings(plan.integration) != plan.mapping_digest:
        sentences.append("The mappings were changed.")
    before = {line["source_id"]: line for line in plan.lines}
    after = {str(line["source_id"]): line for line in content}
    known = sorted(before.keys() | after.keys())
    changed = [key for key in known if before.get(key) != after.get(key)]
    sentences += [f"Record {key} would be written otherwise." for key in changed[:SHOWN_COUNT]]
    if len(changed) > SHOWN_COUNT:
        sentences.append(f"{len(changed) - SHOWN_COUNT} more records likewise.")
    return sentences


def _content(lines: Sequence[Line]) -> list[dict[str, object]]:
    """What is kept; the digests cover also what the lines do not show, such as pay."""
    content = ({**line.as_json(), "digest": line.digest} for line in lines)
    return sorted(content, key=lambda line: str(line["source_id"]))


def _mappings(integration: Integration) -> str:
    rows = integration.mappings.order_by("kind", "source_key").values_list(
        "kind", "source_key", "state", "target"
    )
    return _digest([list(row) for row in rows])


def _digest(content: object) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
