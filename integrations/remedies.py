"""What a person can do about a record: link, unlink, create as new, never, accept, wish."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from config import clock
from integrations import actions, papers, reasons, registry, wake
from integrations.engine import problems, waiting
from integrations.flow import Wish
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
    waiting.wake(record.integration, [waiting.Stand(record, Record.State.IGNORED)])


def carry_after_all(record: Record) -> None:
    """Take back ``never``.

    Raises:
        RemedyError: nobody has said so, or it was taken back.
    """
    ignored = _of(record).filter(state=Record.State.IGNORED)
    if not _ask(ignored, state=Record.State.QUEUED):
        raise RemedyError("It is carried already.")
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


def accept_difference(record: Record, digests: Collection[str], by: User, reason: str) -> int:
    """Let differences at the target stay, quietly until a side changes; answers how many fields.

    ``digests`` name the differences as the person saw them.

    Raises:
        RemedyError: one of them is another one now, or gone.
    """
    with transaction.atomic():
        accepted = record.drifts.filter(digest__in=digests, accepted_at__isnull=True).update(
            accepted_at=clock.now(), accepted_by=by, reason=reason
        )
        if not accepted or accepted != len(set(digests)):
            transaction.set_rollback(True)
            raise RemedyError("The difference is another one by now: look at it again.")
        if not record.drifts.filter(accepted_at__isnull=True).exists():
            _quiet(record, by, reason)
    return accepted


def wishes_of(record: Record) -> Sequence[Wish]:
    """What a person may want of the record's documents as they stand; nothing of an ignored one."""
    if record.state == Record.State.IGNORED:
        return ()
    declared = _leg_wishes(record)
    if not declared:
        return ()
    known = papers.of_record(record.integration_id, record.leg, record.source_id)
    return tuple(one for one in declared if one.is_offered(known))


def wished(record: Record) -> Wish | None:
    """What a person wants of its documents; None: what the integration does by itself."""
    return next((one for one in _leg_wishes(record) if one.name == record.wish), None)


def wish(record: Record, name: str, by: User) -> None:
    """Have the record's documents brought to what a person wants, until it is dropped.

    Raises:
        RemedyError: the leg knows no such wish, or it makes no sense for the documents now.
    """
    chosen = next((one for one in wishes_of(record) if one.name == name), None)
    if chosen is None:
        raise RemedyError("That makes no sense for its documents as they stand now: look again.")
    with transaction.atomic():
        _ask(_of(record), wish=name)
        actions.note(by, "record.wish", record, sentence=chosen.title, details={"wish": name})
    wake.drain(record.integration.target_id)


def drop_wish(record: Record) -> None:
    """Let the integration do with the record's documents what it does by itself.

    Raises:
        RemedyError: nobody wants anything else.
    """
    if not _ask(_of(record).exclude(wish=""), wish=""):
        raise RemedyError("Nobody wants anything else of its documents.")
    wake.drain(record.integration.target_id)


def release(problem: Problem, by: User) -> int:
    """Let everything pass that the problem stops, as a whole; answers how many records go on.

    Raises:
        RemedyError: it is none that is released as a whole, or it is closed.
    """
    _refuse_unless_whole(problem)
    kind = problem.subject.partition(":")[2]
    with transaction.atomic():
        _close(problem, Problem.Ending.RELEASED, by)
        ids = list(problem.records.values_list("pk", flat=True))
        asked = _ask(Record.objects.filter(pk__in=ids), cleared_for=kind)
    wake.drain(problem.integration.target_id)
    return asked


def refuse(problem: Problem, by: User) -> int:
    """Carry none of what the problem stops, as a whole; answers how many records stay as they are.

    They stay held until they change at the source or a person tries them again.

    Raises:
        RemedyError: it is none that is refused as a whole, or it is closed.
    """
    _refuse_unless_whole(problem)
    with transaction.atomic():
        _close(problem, Problem.Ending.REFUSED, by)
        records = list(problem.records.select_related("integration"))
        for record in records:
            refused = reasons.CHANGE_REFUSED.because(**_stopped_by(record))
            _of(record).update(reasons=[refused.as_json()], handled=F("wanted"), due_at=None)
            problems.tie(record.integration, record, [refused])
    return len(records)


def _stopped_by(record: Record) -> dict[str, str]:
    """What is known of the change that was too much: it stays refused while it is the same."""
    for reason in record.reasons:
        if reason["code"] == reasons.AVALANCHE.code:
            return dict(reason["facts"])
    return {}


def is_decided_as_whole(problem: Problem) -> bool:
    """Whether a person lets all of its records pass, or none."""
    return problem.code == reasons.AVALANCHE.code


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
    if record.drifts.filter(accepted_at__isnull=True).exists():
        offered.append("accept_difference")
    if record.wish or wishes_of(record):
        offered.append("documents")
    if record.target_id:
        offered.append("unlink")
    return [*offered, "never"]


def _leg_wishes(record: Record) -> Sequence[Wish]:
    return registry.flow(record.integration.flow).leg(record.leg).wishes


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


def _close(problem: Problem, ending: Problem.Ending, by: User, reason: str = "") -> None:
    """Close the problem in somebody's name, once."""
    closed = Problem.objects.filter(pk=problem.pk, closed_at__isnull=True).update(
        closed_at=clock.now(), ending=ending, closed_by=by, ending_reason=reason
    )
    if not closed:
        raise RemedyError("The problem is closed already.")


def _refuse_unless_whole(problem: Problem) -> None:
    if not is_decided_as_whole(problem):
        raise RemedyError("Its records are decided on one by one, on their own pages.")


def _quiet(record: Record, by: User, reason: str) -> None:
    """Nothing that differs is left to tell of the record."""
    about = problems.subject(record, reasons.DRIFT.because(name="", fields=""))
    standing = Problem.objects.filter(
        integration_id=record.integration_id, code=reasons.DRIFT.code, subject=about
    )
    standing.filter(closed_at__isnull=True).update(
        closed_at=clock.now(), ending=Problem.Ending.PERSON, closed_by=by, ending_reason=reason
    )
    left = [one for one in record.reasons if one["code"] != reasons.DRIFT.code]
    # Whoever works the record just now says more than this, and knows of the acceptance.
    _of(record).filter(lease_token="").update(reasons=left)
