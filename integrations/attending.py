"""What people do about a problem beside mending it: take it on, write about it, close it."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import QuerySet

from config import clock
from integrations import reasons
from integrations.models import Comment, Problem, Record
from integrations.remedies import RemedyError


def records_about(problem: Problem) -> QuerySet[Record]:
    """The records that it stops; one that stops none may be about one all the same."""
    if problem.records.exists():
        return problem.records.order_by("pk")
    leg, _, source_id = problem.subject.partition(":")
    return Record.objects.filter(
        integration=problem.integration_id, leg=leg, source_id=source_id
    ).order_by("pk")


def assign(problem: Problem, to: User | None) -> None:
    """Say who looks after it; None: nobody.

    Raises:
        RemedyError: it is closed.
    """
    if not Problem.objects.filter(pk=problem.pk, closed_at__isnull=True).update(assignee=to):
        raise RemedyError("It is closed: there is nothing left to look after.")


def comment(problem: Problem, by: User, text: str) -> None:
    """Write something beside it; closed ones too, for whoever meets the cause again."""
    Comment.objects.create(problem=problem, author=by, text=text)


def close(problem: Problem, by: User, reason: str) -> None:
    """Close what stops nobody any more, in somebody's name.

    Raises:
        RemedyError: records are still stopped by it, it is closed, or it would come back.
    """
    stopped_count = problem.records.count()
    if stopped_count:
        raise RemedyError(
            f"It still stops {stopped_count} records: mend the cause, or say for each of them "
            "what shall become of it. Then it closes by itself."
        )
    if problem.code == reasons.DRIFT.code:
        raise RemedyError(
            "The next comparison would find the difference again: accept it, or restore it."
        )
    closed = Problem.objects.filter(pk=problem.pk, closed_at__isnull=True).update(
        closed_at=clock.now(), closed_by=by, ending=Problem.Ending.PERSON, ending_reason=reason
    )
    if not closed:
        raise RemedyError("It is closed already.")
