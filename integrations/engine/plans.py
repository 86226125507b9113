"""Previews that are kept: drawn up, approved, and posted exactly as approved or not at all."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from threading import Event

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from audit.models import SyncRun
from config import clock
from integrations import reasons
from integrations.engine import marks, rows, sheets
from integrations.engine.preview import Line, beside, preview
from integrations.engine.run import LegRun, Report
from integrations.flow import Leg
from integrations.models import Integration, Plan, Record

VALID_FOR = timedelta(days=3)
SHOWN_COUNT = 20
"""So many records are named when a plan is stopped; the rest are counted."""


class PlanError(Exception):
    """The plan cannot be approved or posted; the message says why and what to do."""


def keep(
    integration: Integration, leg: Leg, asked_by: User | None, from_on: date | None = None
) -> Plan:
    """Draw up a preview of everything, or of what changed since a day, and store it.

    Raises:
        PlanError: the leg cannot be read from a day on.
    """
    lines = list(preview(integration, leg, since=since(integration, leg, from_on)))
    content = _content(lines)
    return Plan.objects.create(
        integration=integration,
        leg=leg.name,
        lines=content,
        private=sheets.private_text({line.source_id: line.sheets for line in lines}),
        checks=list(beside(integration, leg, lines)),
        counts=dict(Counter(str(line.outcome) for line in lines)),
        digest=_digest(content),
        mapping_digest=_mappings(integration),
        drawn_up_on=integration.tenant.today(),
        from_on=from_on,
        asked_by=asked_by,
        expires_at=clock.now() + VALID_FOR,
    )


def offer(integration: Integration, leg: Leg) -> Plan | None:
    """Draw up what waits for an approval, where no preview that still waits has all of it."""
    ids = _asking(integration, leg)
    if not ids or any(
        ids <= _written_by(plan) for plan in _waiting(integration, leg, from_on=None)
    ):
        return None
    return keep(integration, leg, None)


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


POSTED_WITHIN = timedelta(minutes=10)
"""Longer than it takes to draw a preview up afresh; a worker that takes longer has died."""
LEFT_AFTER = timedelta(minutes=2)
"""So long after its approval nobody has been told of a plan, or whoever was is gone."""


def take(plan: Plan) -> bool:
    """Have this worker post it; False where another one does."""
    now = clock.now()
    free = Plan.objects.filter(pk=plan.pk, posting_until__lte=now)
    return bool(free.update(posting_until=now + POSTED_WITHIN))


def put_off(plan: Plan) -> None:
    """Let it be posted by another try soon: this one could not begin."""
    Plan.objects.filter(pk=plan.pk).update(posting_until=clock.now() + LEFT_AFTER)


def left_lying() -> list[int]:
    """The approved plans that nobody is posting, though somebody should have been told."""
    now = clock.now()
    rows = Plan.objects.filter(
        state=Plan.State.APPROVED,
        expires_at__gt=now,
        approved_at__lte=now - LEFT_AFTER,
        posting_until__lte=now,
        integration__status=Integration.Status.ON,
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))


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


def post(
    plan: Plan, leg: Leg, *, report: Report | None = None, stop: Event | None = None
) -> SyncRun | None:
    """Draw the plan up afresh and, only if it is byte-equal, do what it says.

    What is approved is noted on each record in the commit that spends the plan: whoever works the
    record, now or after a crash, does exactly that or holds it. A leg's first plan opens the leg.
    Answers the run; None where something changed, which the plan then names.

    Raises:
        PlanError: it is not approved, or it was posted or stopped before.
    """
    postable = _postable(plan)
    if not postable.exists():
        raise PlanError("Only an approved plan can be posted, once: approve it, or draw up anew.")
    integration = plan.integration
    mark = since(integration, leg, plan.from_on)
    lines = list(preview(integration, leg, since=mark))
    if changes := _changes(plan, lines):
        postable.update(state=Plan.State.STOPPED, stopped_by=changes)
        return None
    with transaction.atomic():
        if not postable.update(state=Plan.State.POSTED):
            raise PlanError("The plan was posted meanwhile.")
        rows.let_pass(
            integration, leg.name, {line.source_id: line.digest for line in lines if line.steps}
        )
        marks.open_leg(integration, leg.name)
    trigger = SyncRun.Trigger.BACKFILL if plan.from_on else SyncRun.Trigger.MANUAL
    run = LegRun(integration, leg, trigger, only_approved=True, report=report, stop=stop)
    Plan.objects.filter(pk=plan.pk).update(run_key=run.run.key)
    return run.read_again(mark) if mark else run.read_all(everything=True)


def first_of(integration: Integration, leg: Leg) -> Plan:
    """The preview that opens the leg once it is approved; drawn up where none waits."""
    return waiting_or_new(integration, leg, None)


def waiting_or_new(integration: Integration, leg: Leg, from_on: date | None) -> Plan:
    """The preview that waits to be approved or posted, an approved one first; else a new one."""
    newest = _waiting(integration, leg, from_on=from_on).first()
    return newest or keep(integration, leg, None, from_on)


def is_refused(integration: Integration, leg: Leg) -> bool:
    """Whether somebody refused the leg's latest preview: only a person asks for another one.

    What has come to wait for an approval since then was refused by nobody.
    """
    plans = Plan.objects.filter(integration=integration, leg=leg.name)
    latest = plans.order_by("-drawn_up_at", "-pk").first()
    if latest is None or latest.state != Plan.State.REFUSED:
        return False
    return _asking(integration, leg) <= _written_by(latest)


def _asking(integration: Integration, leg: Leg) -> set[str]:
    """The source ids of what waits for an approved preview, whatever else it is held for."""
    asking = Record.objects.filter(
        integration=integration,
        leg=leg.name,
        state=Record.State.HELD,
        problems__code=reasons.AWAITS_APPROVAL.code,
        problems__closed_at__isnull=True,
    )
    return set(asking.values_list("source_id", flat=True))


def _written_by(plan: Plan) -> set[str]:
    """The source ids of the lines that would write something."""
    return {line["source_id"] for line in plan.lines if line["steps"]}


def _waiting(integration: Integration, leg: Leg, *, from_on: date | None) -> QuerySet[Plan]:
    """Previews to be approved or posted, approved ones first, then the newest."""
    return Plan.objects.filter(
        integration=integration,
        leg=leg.name,
        from_on=from_on,
        state__in=(Plan.State.APPROVED, Plan.State.DRAWN_UP),
        expires_at__gt=clock.now(),
    ).order_by("state", "-drawn_up_at")


def is_ready(plan: Plan) -> bool:
    """Whether it may be posted: it is approved, or there is nothing in it to approve."""
    return plan.state == Plan.State.APPROVED or not _writes(plan)


def _postable(plan: Plan) -> QuerySet[Plan]:
    """The plan itself, while it may be posted: approved, or without a line to approve."""
    states = [Plan.State.APPROVED] if _writes(plan) else [Plan.State.APPROVED, Plan.State.DRAWN_UP]
    return Plan.objects.filter(pk=plan.pk, state__in=states, expires_at__gt=clock.now())


def _writes(plan: Plan) -> bool:
    return any(line["steps"] for line in plan.lines)


def since(integration: Integration, leg: Leg, from_on: date | None) -> str:
    """The mark at which that day began at the tenant; empty reads everything."""
    if from_on is None:
        return ""
    if leg.mark_at is None:
        raise PlanError(f"{leg.title}: each run reads all of it, so leave the day out.")
    return leg.mark_at(integration.tenant.starts_at(from_on))


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
