"""One writer per field: of several integrations that hold a target record one leads, others link.

A leg that is link only decides like any other and looks for its records; what it shall be there is
the leader's to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import F

from config import clock
from connectors.values import ABSENT
from integrations import reasons, registry
from integrations.choosing import LINK_ONLY, is_link_only, lead_name
from integrations.engine.fingerprints import said
from integrations.flow import Draft, Leg, Lookups, Waiting
from integrations.models import Integration, Record, Tie

A_DAY = timedelta(days=1)


def follows(leg: Leg, lookups: Lookups) -> bool:
    """Whether the leg is link only: it ties what stands there, and writes nothing."""
    return bool(leg.writes) and lookups.option(lead_name(leg.name)) == LINK_ONLY


def whom_alone(draft: Draft) -> Draft:
    """The draft as it says whom it means, and nothing of how that one shall be: no step fits it."""
    nothing: dict[str, Any] = {one.name: ABSENT for one in fields(draft.value)}
    return Draft(replace(draft.value, **nothing), draft.reference, draft.keys, draft.name)


def until_it_stands(leg: Leg, draft: Draft, today: date) -> Waiting | None:
    """What a leg that is link only does with whom nobody has written yet; looks again each day.

    None where the leader would not write it either: it is needed no longer.
    """
    if not any(step.needed(None, draft) for step in leg.steps):
        return None
    return Waiting(reasons.LEADER_FIRST.because(), today + A_DAY)


def note(integration: Integration, worked: Sequence[Record]) -> None:
    """Keep the ties of records that stand at the target, and wake who waited for them to.

    Inside the commit that ends their work; ``worked`` are they as they were before it.
    """
    for leg in registry.flow(integration.flow).legs:
        before = {record.pk: record for record in worked if record.leg == leg.name}
        others = integration.overlapping(leg) if leg.writes and before else []
        if not others:
            continue
        standing = Record.objects.filter(pk__in=before).exclude(target_id="")
        rows = list(standing.select_related("integration__target"))
        for row in rows:
            _keep(row, leg)
        for other, theirs in others:
            _keep_missing(other, theirs, [row.target_id for row in rows])
            if not is_link_only(integration.options, leg.name):
                stood = Record.State.SYNCED
                _wake(other, theirs, [row.title for row in rows if before[row.pk].state != stood])


def _keep(row: Record, leg: Leg) -> None:
    """The one tie of a record, as it is now."""
    tie = _tie(row, leg)
    beside = Tie.objects.filter(
        integration=tie.integration, connection=tie.connection, kind=tie.kind
    )
    beside.filter(target_id=tie.target_id).exclude(record=row).delete()
    held = {"connection": tie.connection, "target_id": tie.target_id, "leads": tie.leads}
    beside.update_or_create(record=row, kind=tie.kind, integration=tie.integration, defaults=held)


def _keep_missing(other: Integration, leg: Leg, target_ids: Sequence[str]) -> None:
    """The ties of those records of another integration that stood there before anybody else came.

    Its own work keeps them as they are from then on.
    """
    rows = Record.objects.filter(integration=other, leg=leg.name, target_id__in=target_ids)
    ties = [_tie(row, leg) for row in rows.select_related("integration__target")]
    Tie.objects.bulk_create(ties, ignore_conflicts=True)


def _tie(row: Record, leg: Leg) -> Tie:
    """Of the fields that an integration has written it leads all, or none where it is link only."""
    integration = row.integration
    leads = [] if is_link_only(integration.options, leg.name) else sorted(said(row.fingerprint))
    return Tie(
        integration=integration,
        connection=integration.target,
        record=row,
        kind=leg.writes,
        target_id=row.target_id,
        leads=leads,
    )


def _wake(other: Integration, leg: Leg, titles: Sequence[str]) -> None:
    """Ask for those again who wait for somebody of the same name to stand there.

    A name links nobody: whoever is called otherwise is found when its day comes.
    """
    waiting = Record.objects.filter(
        integration=other,
        leg=leg.name,
        state=Record.State.WAITING,
        title__in=titles,
        reasons__0__code=reasons.LEADER_FIRST.code,
    )
    waiting.update(wanted=F("wanted") + 1, due_at=clock.now())
