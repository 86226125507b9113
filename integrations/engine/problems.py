"""Ties a record to the causes that stop it; a cause that stops nobody any more closes by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from config import clock
from integrations.models import Integration, Problem, Record
from integrations.reasons import Reason

SUBJECT_LENGTH = 300
_LINKS = Record.problems.through


def tie(integration: Integration, record: Record, reasons: Iterable[Reason]) -> None:
    """Make the record's open problems exactly those of its reasons; inside the caller's commit."""
    causes = {(reason.code, subject(record, reason)): reason for reason in reasons}
    wanted = {_open(integration, key, reason).pk for key, reason in causes.items()}
    links = _LINKS.objects.filter(record_id=record.pk)
    tied = set(links.values_list("problem_id", flat=True))
    if gone := tied - wanted:
        links.filter(problem_id__in=gone).delete()
        close_empty(gone)
    _LINKS.objects.bulk_create(
        (_LINKS(record_id=record.pk, problem_id=pk) for pk in wanted - tied),
        ignore_conflicts=True,
    )


def report(integration: Integration, reason: Reason, about: str) -> Problem:
    """Open a problem that stops no record; the same one as long as it stands."""
    return _open(integration, (reason.code, about[:SUBJECT_LENGTH]), reason)


def gather(integration: Integration, reason: Reason, record_ids: Collection[int]) -> None:
    """Make exactly these records the list of one problem; without any it closes by itself."""
    about = reason.subject[:SUBJECT_LENGTH]
    standing = Problem.objects.filter(
        integration=integration, code=reason.code, subject=about, closed_at__isnull=True
    ).first()
    if standing is None and not record_ids:
        return
    problem = standing or _open(integration, (reason.code, about), reason)
    links = _LINKS.objects.filter(problem_id=problem.pk)
    tied = set(links.values_list("record_id", flat=True))
    links.filter(record_id__in=tied - set(record_ids)).delete()
    _LINKS.objects.bulk_create(
        (_LINKS(record_id=pk, problem_id=problem.pk) for pk in set(record_ids) - tied),
        ignore_conflicts=True,
    )
    if record_ids:
        Problem.objects.filter(pk=problem.pk).update(sentence=reason.sentence)
    else:
        close_empty([problem.pk])


def subject(record: Record, reason: Reason) -> str:
    """What the cause is about: a value that others share, or this record alone."""
    return (reason.subject or f"{record.leg}:{record.source_id}")[:SUBJECT_LENGTH]


def close_empty(problem_ids: Iterable[int]) -> int:
    """Close those of the problems that stop no record any more; answers how many."""
    stops_somebody = Exists(_LINKS.objects.filter(problem_id=OuterRef("pk")))
    return (
        Problem.objects.filter(pk__in=list(problem_ids), closed_at__isnull=True)
        .exclude(stops_somebody)
        .update(closed_at=clock.now(), ending=Problem.Ending.ITSELF)
    )


def _open(integration: Integration, key: tuple[str, str], reason: Reason) -> Problem:
    """The open problem of this cause; made where there is none."""
    code, about = key
    found = Problem.objects.filter(
        integration=integration, code=code, subject=about, closed_at__isnull=True
    )
    if (problem := found.first()) is not None:
        return problem
    try:
        with transaction.atomic():
            return Problem.objects.create(
                integration=integration,
                code=code,
                reason_class=reason.reason_class,
                subject=about,
                sentence=reason.sentence,
                remedy=reason.remedy,
            )
    except IntegrityError:
        # Another worker met the same cause at the same moment.
        return found.get()
