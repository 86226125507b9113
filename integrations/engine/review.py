"""The match review: all records of both sides laid side by side before the first write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F

from config import clock
from connectors.vendor import Page, SourceRecord
from integrations import mapping
from integrations.engine import ties
from integrations.engine.access import open_clients
from integrations.engine.grounds import Grounds, standing_on
from integrations.engine.index import Index
from integrations.engine.plan import Desk, decide
from integrations.flow import Draft, Found, Held, Leg, Lookalike, Several
from integrations.matching import reference_of_another
from integrations.models import Integration, Match, Record

BY_DEFAULT = {
    Match.Ground.REFERENCE: Match.Decision.LINK,
    Match.Ground.EMAIL: Match.Decision.LINK,
    Match.Ground.SOURCE_ONLY: Match.Decision.CREATE,
    Match.Ground.TARGET_ONLY: Match.Decision.LEAVE,
}
"""What confirming in bulk decides; a name alone, several candidates and what somebody else's
reference holds stay for a person."""
BY_KEY = {"reference": Match.Ground.REFERENCE, "email": Match.Ground.EMAIL}
"""What the keys of a draft prove; every other one is a name."""


def draw_up(integration: Integration, leg: Leg) -> int:
    """Read both sides and store each pair; decisions already made stay. Answers how many rows."""
    if leg.find_all is None:
        return 0
    clients = open_clients(integration, leg, _unheard, _always)
    try:
        began_at = clock.now()
        everybody = [found for part in leg.find_all(clients.target) for found in part]
        index = Index(began_at, everybody)
        desk = Desk(integration, leg, mapping.table(integration), integration.tenant.today(), index)
        desk = standing_on(desk, Grounds(leg), clients.target)
        rows = list(_pairs(desk, leg.read(clients.source, "")))
    finally:
        clients.source.close()
        clients.target.close()
    met = {row.target_id for row in rows}
    rows += [
        _row(desk, None, found, Match.Ground.TARGET_ONLY)
        for found in everybody
        if found.target_id not in met
    ]
    with transaction.atomic():
        of_leg = Match.objects.filter(integration=integration, leg=leg.name)
        of_leg.filter(decision=Match.Decision.OPEN).delete()
        Match.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def confirm(integration: Integration, by: User) -> int:
    """Decide all open pairs that need no closer look, and carry every decision out.

    Answers how many pairs stay open: they are held when their turn comes.
    """
    now = clock.now()
    with transaction.atomic():
        for ground, decision in BY_DEFAULT.items():
            Match.objects.filter(
                integration=integration, ground=ground, decision=Match.Decision.OPEN
            ).update(decision=decision, decided_by=by, decided_at=now)
        for match in integration.matches.exclude(decision=Match.Decision.OPEN):
            carry_out(match)
        Integration.objects.filter(pk=integration.pk).update(reviewed_at=now)
    return integration.matches.filter(decision=Match.Decision.OPEN).count()


def carry_out(match: Match) -> None:
    """Store on the record what was decided of its pair."""
    if not match.source_id:
        return
    record, _ = Record.objects.get_or_create(
        integration=match.integration,
        leg=match.leg,
        source_id=match.source_id,
        defaults={"title": match.source_title},
    )
    asked = Record.objects.filter(pk=record.pk)
    if match.decision == Match.Decision.LINK and not record.target_id:
        asked.update(target_id=match.target_id, wanted=F("wanted") + 1)
    elif match.decision == Match.Decision.NEVER:
        asked.update(state=Record.State.IGNORED)
    elif match.decision == Match.Decision.CREATE and match.ground == Match.Ground.NAME:
        asked.update(is_somebody_else=True)


def _pairs(desk: Desk, pages: Iterator[Page]) -> Iterator[Match]:
    for page in pages:
        for snapshot in page.records:
            decision = decide(desk, snapshot)
            if isinstance(decision, Draft):
                yield from _of_draft(desk, snapshot, decision)
            elif isinstance(decision, Held):
                yield _row(desk, snapshot, None, Match.Ground.SOURCE_ONLY)


def _of_draft(desk: Desk, snapshot: SourceRecord, draft: Draft) -> Sequence[Match]:
    if desk.index is None:
        raise TypeError("A review compares with the bulk read.")
    finding = desk.index.find(draft, "")
    if isinstance(finding, Found):
        shared = [key.kind for key in draft.keys if key in finding.keys]
        ground = BY_KEY.get(shared[0], Match.Ground.NAME) if shared else Match.Ground.NAME
        if reference_of_another(draft, finding) and not ties.follows(desk.leg, desk.lookups):
            ground = Match.Ground.OTHER_REFERENCE
        return [_row(desk, snapshot, finding, ground)]
    if isinstance(finding, Lookalike):
        return [_row(desk, snapshot, one, Match.Ground.NAME) for one in finding.candidates]
    if isinstance(finding, Several):
        return [_row(desk, snapshot, one, Match.Ground.SEVERAL) for one in finding.candidates]
    if not any(step.needed(None, draft) for step in desk.leg.steps):
        return []
    return [_row(desk, snapshot, None, Match.Ground.SOURCE_ONLY)]


def _row(
    desk: Desk, snapshot: SourceRecord | None, found: Found | None, ground: Match.Ground
) -> Match:
    return Match(
        integration=desk.integration,
        leg=desk.leg.name,
        source_id=snapshot.id if snapshot is not None else "",
        source_title=snapshot.title if snapshot is not None else "",
        target_id=found.target_id if found is not None else "",
        target_title=found.title if found is not None else "",
        ground=ground,
    )


def _unheard(exchange: object) -> None:
    """A review leaves no trail: it changes nothing."""


def _always(operation: object, deadline_seconds: float) -> None:
    """A review holds no lease."""
