"""What a person can do about a held record: link, unlink, create as new, never, let pass."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from config import clock
from integrations import reasons, wake
from integrations.engine import problems
from integrations.models import Problem, Record, Write


class RemedyError(Exception):
    """The remedy cannot be applied now; the message says why and what to do."""


def link(record: Record, target_id: str) -> None:
    """Say which target record it is; it is brought up to date by itself.

    Raises:
        RemedyError: no target id, or another record of the leg is tied to it.
    """
    target_id = target_id.strip()
    if not target_id:
        raise RemedyError("Which record at the target is it? Enter its id.")
    try:
        with transaction.atomic():
            _ask(_of(record), target_id=target_id, fingerprint={}, is_somebody_else=False)
    except IntegrityError as error:
        raise RemedyError(f"{target_id} is linked to another record: unlink that first.") from error
    wake.drain(record.integration.target_id)


def unlink(record: Record) -> None:
    """Forget the target record; whom the record means is looked for anew.

    Raises:
        RemedyError: the outcome of a call for it is not known yet.
    """
    if record.writes.filter(outcome__in=Write.OPEN).exists():
        raise RemedyError("The outcome of the last call is still being verified: try again later.")
    _ask(_of(record), target_id="", fingerprint={})
    wake.drain(record.integration.target_id)


def create_as_new(record: Record) -> None:
    """Say that the namesake at the target is somebody else."""
    _ask(_of(record), is_somebody_else=True)
    wake.drain(record.integration.target_id)


def never(record: Record) -> None:
    """Never carry the record; what was written stays as it is."""
    _end(_of(record), Record.State.IGNORED)


def carry_after_all(record: Record) -> None:
    """Take back ``never``."""
    _ask(_of(record), state=Record.State.QUEUED)
    wake.drain(record.integration.target_id)


def send_again(record: Record) -> None:
    """Say that what was sent is not at the target.

    Raises:
        RemedyError: nothing is open, or it has not settled yet.
    """
    open_writes = record.writes.filter(outcome__in=Write.OPEN)
    if not open_writes.exists():
        raise RemedyError("No call for this record is open.")
    if open_writes.filter(settled_at__gt=clock.now()).exists():
        raise RemedyError("The target may still act on the last call: try again later.")
    with transaction.atomic():
        open_writes.update(
            outcome=Write.Outcome.ABANDONED,
            answered_at=clock.now(),
            remark="A person said that it is not there.",
        )
        _ask(_of(record))
    wake.drain(record.integration.target_id)


def release(problem: Problem, by: User) -> int:
    """Let everything pass that the problem stops, as a whole; answers how many records go on."""
    kind = problem.subject.partition(":")[2]
    with transaction.atomic():
        if not _close(problem, Problem.Ending.RELEASED, by):
            return 0
        ids = list(problem.records.values_list("pk", flat=True))
        asked = _ask(Record.objects.filter(pk__in=ids), cleared_for=kind)
    wake.drain(problem.integration.target_id)
    return asked


def refuse(problem: Problem, by: User) -> int:
    """Carry none of what the problem stops, as a whole; answers how many records stay as they are.

    They stay held until they change at the source or a person tries them again.
    """
    refused = reasons.CHANGE_REFUSED.because()
    with transaction.atomic():
        if not _close(problem, Problem.Ending.REFUSED, by):
            return 0
        records = list(problem.records.select_related("integration"))
        for record in records:
            _of(record).update(reasons=[refused.as_json()], handled=F("wanted"), due_at=None)
            problems.tie(record.integration, record, [refused])
    return len(records)


def remedies_of(record: Record) -> Sequence[str]:
    """The names of the remedies that make sense for the record as it stands."""
    codes = {reason["code"] for reason in record.reasons}
    offered: list[str] = []
    if record.state == Record.State.IGNORED:
        return ["carry_after_all"]
    if codes & {"several_candidates", "possibly_the_same", "target_gone", "lookup_unproven"}:
        offered.append("link")
    if "possibly_the_same" in codes:
        offered.append("create_as_new")
    if "lookup_unproven" in codes:
        offered.append("send_again")
    if record.target_id:
        offered.append("unlink")
    return [*offered, "never"]


def _of(record: Record) -> QuerySet[Record]:
    return Record.objects.filter(pk=record.pk)


def _ask(records: QuerySet[Record], **columns: object) -> int:
    """Change what a person decided and have the records worked."""
    return records.update(wanted=F("wanted") + 1, due_at=clock.now(), tries=0, **columns)


def _end(records: QuerySet[Record], state: Record.State) -> None:
    with transaction.atomic():
        for record in records.select_related("integration"):
            problems.tie(record.integration, record, ())
        records.update(state=state, reasons=[], due_at=None, handled=F("wanted"))


def _close(problem: Problem, ending: Problem.Ending, by: User) -> bool:
    """Close the problem in somebody's name, once."""
    return bool(
        Problem.objects.filter(pk=problem.pk, closed_at__isnull=True).update(
            closed_at=clock.now(), ending=ending, closed_by=by
        )
    )
