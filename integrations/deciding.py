"""Decides pairs of a match review for a person, one by one or many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from config import clock
from integrations import resuming
from integrations.engine import review
from integrations.models import Integration, Match, Record
from integrations.remedies import RemedyError

Decision, Ground = Match.Decision, Match.Ground
PAIRS = (Ground.REFERENCE, Ground.EMAIL, Ground.NAME, Ground.SEVERAL)
"""Rows with a record on both sides."""
FITTING: dict[str, Sequence[str]] = {
    Decision.LINK: PAIRS,
    Decision.LEAVE: (*PAIRS, Ground.TARGET_ONLY),
    Decision.CREATE: (Ground.NAME, Ground.SOURCE_ONLY),
    Decision.NEVER: (*PAIRS, Ground.SOURCE_ONLY),
}
"""For which pairs a decision makes sense; whoever carries our reference is never made anew."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of several pairs."""

    count: int
    refusals: tuple[str, ...]


def decide(matches: Sequence[Match], decision: Match.Decision, by: User) -> Decided:
    """Store one decision for each pair that it fits.

    Before the review is confirmed a decision can be replaced by another one and changes nothing
    yet; afterwards it is carried out at once, and the record's own page has what can still be done.
    """
    count, refusals = 0, []
    for match in matches:
        try:
            with transaction.atomic():
                _decide_one(match, decision, by)
        except RemedyError as error:
            refusals.append(str(error))
        else:
            count += 1
    return Decided(count, tuple(refusals))


def confirm_review(integration: Integration, by: User) -> int:
    """Confirm the match review once; answers how many pairs stay open.

    Raises:
        RemedyError: there is none to confirm, or it is confirmed.
    """
    if not integration.matches.exists():
        raise RemedyError("There is no match review yet: draw it up first.")
    if Integration.objects.filter(pk=integration.pk, reviewed_at__isnull=False).exists():
        raise RemedyError("The match review is confirmed already.")
    return review.confirm(integration, by)


def _decide_one(match: Match, decision: Match.Decision, by: User) -> None:
    if match.ground not in FITTING[decision]:
        raise RemedyError(
            f"{match}: {match.get_ground_display()}, so it cannot be decided as “{decision.label}”."
        )
    if decision == Decision.LINK:
        _refuse_second_link(match)
    is_reviewed = match.integration.reviewed_at is not None
    if is_reviewed and match.decision not in (Decision.OPEN, decision):
        raise RemedyError(
            f"{match} was decided before the review was confirmed: open the record to change it."
        )
    stored = Match.objects.filter(pk=match.pk, decision=match.decision).update(
        decision=decision, decided_by=by, decided_at=clock.now()
    )
    if not stored:
        raise RemedyError(f"{match} was decided by somebody else meanwhile: look at it again.")
    if is_reviewed:
        match.decision = decision
        review.carry_out(match)
        resuming.retry(
            Record.objects.filter(
                integration=match.integration, leg=match.leg, source_id=match.source_id
            )
        )


def _refuse_second_link(match: Match) -> None:
    """One source record is one target record: of several pairs one is linked."""
    linked = Match.objects.filter(
        integration=match.integration, leg=match.leg, decision=Decision.LINK
    ).exclude(pk=match.pk)
    for column, title in (("source_id", match.source_title), ("target_id", match.target_title)):
        other = linked.filter(**{column: getattr(match, column)}).first()
        if other is not None:
            raise RemedyError(f"{match}: {title} is to be linked as {other} already.")
