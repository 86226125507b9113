"""A source record as a run has it in hand: from a page, or read afresh inside its lease."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from config import clock
from connectors.errors import ConnectorError, RetryableError
from connectors.vendor import SourceRecord
from integrations.engine.fingerprints import digest_of
from integrations.engine.plan import Desk
from integrations.models import Record

TOGETHER_FROM_COUNT = 2
"""From so many records on, those in hand are read in one go."""


@dataclass(frozen=True, slots=True)
class Read:
    """A record as read, and when its read began."""

    snapshot: SourceRecord
    at: datetime
    digest: str
    """Of the snapshot as it was read, without what was read for it afterwards."""
    hinted_version: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """One record to work, with its snapshot or only the version that a feed hinted at."""

    record_id: int
    read: Read | None = None
    hinted_version: str = ""


def fresh(desk: Desk, source: object, record: Record, job: Job, *, must_read: bool) -> Read:
    """The record as it is now: a snapshot older than what was last handled is read again.

    Raises:
        RetryableError: the source answered neither with it nor that it is gone.
    """
    read = job.read
    is_older = read is not None and record.read_at is not None and read.at < record.read_at
    if read is not None and not is_older and not must_read:
        return read
    began_at = clock.now()
    answered = desk.leg.read_some(source, [record.source_id])
    for snapshot in answered:
        if snapshot.id == record.source_id:
            return Read(snapshot, began_at, digest_of(snapshot), job.hinted_version)
    raise RetryableError(
        "The source did not answer for this record, neither with it nor that it is gone.",
        vendor=desk.integration.source.vendor,
    )


def together(
    desk: Desk, source: object, records: Sequence[Record], jobs: Mapping[int, Job]
) -> dict[int, Job]:
    """The jobs, with snapshots where several records are read in one go inside their leases.

    Whoever is not in the answer is read alone when his turn comes, and what keeps all of them from
    being read is met again there, and told for each.
    """
    unread = {
        record.source_id: record.pk
        for record in records
        if jobs[record.pk].read is None and record.state != Record.State.IGNORED
    }
    if len(unread) < TOGETHER_FROM_COUNT:
        return dict(jobs)
    began_at = clock.now()
    try:
        answered = desk.leg.read_some(source, list(unread))
    except ConnectorError:
        return dict(jobs)
    read = dict(jobs)
    for snapshot in answered:
        if (record_id := unread.get(snapshot.id)) is not None:
            job = jobs[record_id]
            taken = Read(snapshot, began_at, digest_of(snapshot), job.hinted_version)
            read[record_id] = replace(job, read=taken)
    return read


def completed(
    desk: Desk, source: object, snapshot: SourceRecord, missing: frozenset[str], memo: str
) -> SourceRecord:
    """The record with facts that its read did not tell and a step requires.

    ``memo`` is what an earlier try that could not end left behind.
    """
    complete = desk.leg.complete
    if complete is None:
        raise TypeError(f"Leg {desk.leg.name} cannot read {', '.join(sorted(missing))}.")
    return complete(source, replace(snapshot, memo=memo), missing)
