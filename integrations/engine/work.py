"""Works one record inside its lease: resolve, read, plan, take the steps, commit."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from audit import trail
from audit.models import SyncRun
from audit.outcomes import Outcome
from config import clock
from connectors.errors import ConfigurationError, ConnectorError, ContractError, Effect
from connectors.transport import Exchange
from connectors.vendor import Operation
from integrations import reasons
from integrations.engine import (
    bodies,
    failures,
    leases,
    outcomes,
    plan,
    reading,
    results,
    waiting,
    writes,
)
from integrations.engine.fingerprints import fingerprint, merged
from integrations.engine.lanes import Lanes
from integrations.engine.leases import LeaseLostError
from integrations.engine.outcomes import Ending, Result
from integrations.engine.plan import Desk, Plan
from integrations.engine.reading import Job, Read
from integrations.flow import Draft, Found, Held, Step, Waiting
from integrations.models import Record, Write
from integrations.reasons import Reason
from integrations.standings import Standing

log = logging.getLogger(__name__)

STANDING = (Record.State.SYNCED, Record.State.WAITING)
"""States in which the target says what the draft says."""

KEPT_BACK_SECONDS = 0.8
"""So long an outcome may wait for others, if the next record takes no longer than the last one."""


MOST_PARTS = 100
"""So many calls at most bring one document there whole."""


class CircleError(Exception):
    """Another record came to point back at this one meanwhile; nothing was sent."""


@dataclass(slots=True)
class Bench:
    """One thread's place of work: its clients, and what they said for the record in hand."""

    desk: Desk
    run: SyncRun
    source: Any
    target: Any
    lanes: Lanes
    kept_back_seconds: float = KEPT_BACK_SECONDS
    exchanges: list[Exchange] = field(default_factory=list)
    record: Record | None = None
    read: Read | None = None
    open_write: Write | None = None
    done: writes.Done | None = None
    """A call that was answered; stored with the next commit of the record."""
    endings: list[Ending] = field(default_factory=list)
    """What became of the records before the one in hand, not stored yet."""
    ended_at: float = 0.0
    """When the first of them came to its end, by the process's own clock."""
    last_seconds: float = 0.0
    """How long the last record took."""
    looked_for_circle: bool = False
    stands: tuple[Found, Draft] | None = None
    """What the last call that was answered left at the target, and by which draft."""
    took: list[Write] = field(default_factory=list)
    """The calls that took effect and that no entry has told of, a dead worker's first."""

    def close(self) -> None:
        """Give the lane and the clients' HTTP connections back."""
        self.lanes.give_back()
        self.source.close()
        self.target.close()

    def note_exchange(self, exchange: Exchange) -> None:
        """Keep what was sent and answered for the entry of the record in hand."""
        if self.record is not None:
            self.exchanges.append(exchange)

    def may_begin(self, operation: Operation, deadline_seconds: float) -> None:
        """Let a call begin only while the record's lease outlives it.

        Raises:
            LeaseLostError: the record is no longer ours.
        """
        if self.record is not None:
            leases.keep(self.record, clock.now() + timedelta(seconds=deadline_seconds + 5))

    def work(self, record: Record, job: Job, pending: Sequence[Write] = ()) -> None:
        """Work one claimed record to its end, which the next ``store`` tells.

        Raises:
            RunStoppedError: the next record would fare the same.
        """
        began_at = time.monotonic()
        self.record, self.open_write, self.done, self.exchanges = record, None, None, []
        self.read, self.stands, self.looked_for_circle = None, None, False
        self.took = [write for write in pending if write.outcome in Write.EFFECTIVE]
        open_writes = [write for write in pending if write.outcome in Write.OPEN]
        noted = record.wanted
        stop: ConnectorError | None = None
        try:
            result = self._result(record, job, open_writes)
        except LeaseLostError:
            log.info("record %s was taken over", record.pk)
            return
        except ConnectorError as error:
            result = failures.after_error(record, error, self._look_again_at())
            self._note_half_done(result)
            if failures.stops_the_run(error):
                stop = error
        except Exception:  # noqa: BLE001  # a defect must not take the run down with it
            result = failures.defect(record, self.open_write)
        if result.title is None and self.read is not None:
            result.title = self.read.snapshot.title or record.title
        result.took = tuple(self.took)
        result.counted_as = results.counted_as(self.desk, record, self.took)
        result.bodies += self._bodies()
        self.record = None
        now = time.monotonic()
        self.last_seconds = now - began_at
        if not self.endings:
            self.ended_at = now
        replay_of_id = self.desk.replay_of_id
        self.endings.append(Ending(record, noted, result, self.done, replay_of_id))
        self.done = None
        if stop is not None:
            failures.tell(self.desk.integration, stop)
            raise failures.RunStoppedError(stop) from stop

    @property
    def is_to_store(self) -> bool:
        """Whether what has come to its end must not wait for the next record."""
        next_at = time.monotonic() + self.last_seconds
        return bool(self.endings) and next_at > self.ended_at + self.kept_back_seconds

    def store(self) -> list[Outcome]:
        """Commit what became of the records worked so far; answers the outcomes of those stored."""
        endings, self.endings = self.endings, []
        if not endings:
            return []
        stored = outcomes.commit(self.desk.integration, self.run, endings)
        return [ending.result.outcome for ending in stored]

    def _result(self, record: Record, job: Job, open_writes: list[Write]) -> Result:
        if record.state == Record.State.IGNORED:
            return Result(Record.State.IGNORED, Outcome.IGNORED)
        if until := writes.wait_before_looking(record, self.desk.leg, open_writes):
            return failures.being_verified(until)
        self.read = read = reading.fresh(
            self.desk, self.source, record, job, must_read=bool(open_writes)
        )
        decision = plan.decide(self.desk, read.snapshot, record)
        if not isinstance(decision, Draft):
            return results.without_draft(self.desk, record, read, decision, open_writes)
        is_replay = self.desk.replay_of_id is not None
        if not open_writes and not is_replay and plan.is_written(self.desk.leg, record, decision):
            return results.as_written(self.desk, record, read, decision, self.took)
        try:
            return self._match_and_write(record, read, decision, open_writes)
        except CircleError:
            self.desk = plan.looking_again(self.desk)
            return self._result(record, replace(job, read=read), [])

    def _match_and_write(
        self, record: Record, read: Read, draft: Draft, open_writes: list[Write]
    ) -> Result:
        is_judged_whole = bool(open_writes) and self.desk.leg.papers is not None
        if is_judged_whole and (missing := plan.lacking(self.desk.leg.steps, draft)):
            # What was sent of a document is judged by all that was to be sent.
            self.read = read = self._completed(record, read, missing)
            decision = plan.decide(self.desk, read.snapshot, record)
            if not isinstance(decision, Draft):
                return results.without_draft(self.desk, record, read, decision, open_writes)
            draft = decision
        if open_writes:
            draft = replace(draft, sent_at=min(write.sent_at for write in open_writes))
        finding = plan.locate(
            self.desk, self.target, record, draft, afresh=bool(open_writes or self.took)
        )
        read_back_at: datetime | None = None
        for write in open_writes:
            verdict = writes.verify(
                self.desk.leg, write, draft, finding, is_proven=self._is_proven()
            )
            if verdict.is_blind:
                return results.of_decision(
                    self.desk, record, read, Held((reasons.LOOKUP_UNPROVEN.because(),))
                )
            if verdict.wait_until is not None:
                return failures.being_verified(verdict.wait_until)
            read_back_at = verdict.read_back_at or read_back_at
            if write.outcome in Write.EFFECTIVE:
                self.took.append(write)
        if open_writes:
            record.refresh_from_db(fields=["target_id"])
        match = plan.settle_match(self.desk, record, draft, finding)
        if isinstance(match, Held | Waiting):
            return results.of_decision(self.desk, record, read, match)
        if not open_writes:
            draft = plan.with_drift_left(self.desk, record, draft)
        drawn = plan.draw_up(self.desk, record, draft, match)
        if missing := plan.lacking(drawn.steps, draft):
            self.read = read = self._completed(record, read, missing)
            decision = plan.decide(self.desk, read.snapshot, record)
            if not isinstance(decision, Draft):
                return results.of_decision(self.desk, record, read, decision)
            if not open_writes:
                decision = plan.with_drift_left(self.desk, record, decision)
            drawn = plan.draw_up(self.desk, record, decision, match)
            if still := plan.lacking(drawn.steps, decision):
                return results.of_decision(self.desk, record, read, plan.unreadable(still))
        if (stopped := self._stopped(record, drawn)) is not None:
            result = results.of_decision(self.desk, record, read, stopped)
            result.bodies += bodies.of_private_differences(drawn.differences())
            return result
        result = self._take_steps(record, read, drawn)
        if read_back_at is not None and result.state in STANDING:
            result.due_at, result.fingerprint = read_back_at, {}
        return result

    def _completed(self, record: Record, read: Read, missing: frozenset[str]) -> Read:
        """The record with facts that its read did not tell."""
        whole = reading.completed(self.desk, self.source, read.snapshot, missing, record.memo)
        return replace(read, snapshot=whole)

    def _stopped(self, record: Record, drawn: Plan) -> Held | None:
        """Why the steps may not be taken although they are needed; ties the record before them."""
        changes = plan.changed_since_approval(self.desk, record, drawn, self.took)
        if changes is not None:
            return Held((changes,))
        if waits := self._waits_for_approval(record, drawn):
            return Held(waits)
        if self.desk.day is not None and not record.approved:
            change = plan.line_digest(drawn)
            refusal = self.desk.day.refusal(record, drawn.steps, change)
            if refusal is not None:
                return Held((refusal,))
        if drawn.found is not None and not record.target_id:
            return self._tied(record, drawn.found)
        return None

    def _waits_for_approval(self, record: Record, drawn: Plan) -> tuple[Reason, ...]:
        """Why the steps may be taken only by an approved preview, and there is none."""
        asks = self.desk.leg.asks
        if asks is None or record.approved or self.took or not drawn.steps or drawn.draft is None:
            return ()
        return tuple(asks(drawn.found, drawn.draft, self.desk.lookups))

    def _tied(self, record: Record, found: Found) -> Held | None:
        """Tie the record to what was found before anything is written there."""
        try:
            with transaction.atomic():
                Record.objects.filter(pk=record.pk, lease_token=record.lease_token).update(
                    target_id=found.target_id
                )
        except IntegrityError:
            # Another record of this leg was tied to it in the meantime.
            taken = reasons.TARGET_TAKEN.because(target=found.target_id, owner="another one")
            return Held((taken,))
        return None

    def _is_proven(self) -> bool:
        return self.desk.proof is not None and self.desk.proof.is_given

    def _prove(self, draft: Draft, after: Found) -> None:
        """Look once a day for what was just created.

        Raises:
            ConfigurationError: it cannot be seen; nothing more may be written.
        """
        proof = self.desk.proof
        if proof is None or not proof.is_due():
            return
        finding = self.desk.leg.find(self.target, draft, "")
        if isinstance(finding, Found) and finding.target_id == after.target_id:
            proof.note()
            return
        blind = reasons.BLIND.because(target=after.target_id, reference=draft.reference)
        raise ConfigurationError(blind.sentence, vendor=self.desk.integration.target.vendor)

    def _take_steps(self, record: Record, read: Read, drawn: Plan) -> Result:
        draft, found = drawn.decision, drawn.found
        if not isinstance(draft, Draft):
            raise TypeError("Steps are taken for drafts only.")
        if found is None and not drawn.steps:
            return results.unneeded(self.desk, record, read)
        differences = drawn.differences()
        for step in self.desk.leg.steps:
            if found is not None and step.reads_back and self.took and step.needed(found, draft):
                found = self._read_back(draft, found)
            if not step.needed(found, draft):
                continue
            objection = _objection(step, found, draft)
            if found is not None and objection is not None:
                return results.objected(self.desk, record, read, draft, found, objection)
            found = self._take(record, step, found, draft)
            for _ in range(MOST_PARTS if step.parts_left is not None else 0):
                if not step.needed(found, draft):
                    break
                found = self._take(record, step, found, draft)
        if found is None or any(step.needed(found, draft) for step in self.desk.leg.steps):
            return results.not_taken(self.desk, record, read, found, draft)
        if self.desk.index is not None:
            self.desk.index.note(found)
        is_link = drawn.is_link and not record.target_id
        result = results.as_written(self.desk, record, read, draft, self.took, is_link=is_link)
        results.look_at_standing(self.desk, draft, found, result)
        result.differences = differences
        results.add_target(self.desk, record, read, draft, found, result)
        return result

    def _read_back(self, draft: Draft, found: Found) -> Found:
        """The target record as it stands, whatever the last call was answered.

        Raises:
            ContractError: what was just written is not there.
        """
        self._store_done()
        finding = self.desk.leg.find(self.target, draft, found.target_id)
        if isinstance(finding, Found) and finding.target_id == found.target_id:
            return finding
        vendor = self.desk.integration.target.vendor
        raise ContractError(f"{found.target_id}, just written, cannot be read back.", vendor=vendor)

    def _take(self, record: Record, step: Step, found: Found | None, draft: Draft) -> Found:
        """One changing call: its row first, then the call, then what is known of it."""
        self._store_done()
        self.lanes.take(step.lane, step.operation.deadline_seconds)
        write = writes.announce(record, self.run.key, step, draft, found)
        self.open_write = write
        self._refuse_circle(record, step, draft, write)
        try:
            after = step.do(self.target, found, draft)
        except ConnectorError as error:
            self._close_refused(write, error)
            raise
        # Stored in the commit that ends the record, or before the next call of it.
        self.done = writes.Done(write, after.target_id)
        self.open_write = None
        self.took.append(write)
        self.stands = after, draft
        standing = Standing(after.target_id, draft.points_to)
        self.desk.lookups.note(self.desk.leg.name, record.source_id, standing)
        if step.creates:
            self._prove(draft, after)
        return after

    def _refuse_circle(self, record: Record, step: Step, draft: Draft, write: Write) -> None:
        """Look once, before the call, whether whom the record points to has come to point back.

        Raises:
            CircleError: so it is; the record is to be decided anew, with both in sight.
        """
        has_moved = bool(draft.points_to) and draft.points_to != record.points_to
        if step.creates or not has_moved or self.looked_for_circle:
            return
        self.looked_for_circle = True
        if waiting.closes_circle(record, draft.points_to):
            writes.close(write, Write.Outcome.REFUSED, remark="Not sent: it closed a circle.")
            self.open_write = None
            raise CircleError

    def _note_half_done(self, result: Result) -> None:
        """Say which documents stand there though the work did not come to its end.

        The record is named by the one that stands for it from now on, as its documents are.
        """
        if self.record is None or self.stands is None or self.desk.leg.papers is None:
            return
        found, draft = self.stands
        result.papers, result.target_id = tuple(self.desk.leg.papers(found, draft)), found.target_id
        if self.desk.leg.standing is not None:
            # Only while it is synced does such a leg go by it: what is left is done all the same.
            result.fingerprint = merged(self.record.fingerprint, fingerprint(draft))

    def _look_again_at(self) -> datetime | None:
        if self.open_write is None:
            return None
        return writes.look_again_at(self.desk.leg, self.open_write)

    def _store_done(self) -> None:
        """Commit what the last call brought, where nothing else has yet."""
        if self.done is not None:
            done, self.done = self.done, None
            writes.close(done.write, Write.Outcome.DONE, done.target_id)

    def _close_refused(self, write: Write, error: ConnectorError) -> None:
        if error.effect is Effect.NONE:
            writes.close(write, Write.Outcome.REFUSED, remark=error.summary)
            self.open_write = None
        else:
            writes.close(write, Write.Outcome.UNCLEAR, remark=error.summary)

    def _bodies(self) -> list[trail.BodyText]:
        """What was read and said for the record in hand."""
        read = self.read
        of_read = [bodies.of_read(self.desk.leg, read.snapshot, read.at)] if read else []
        return [*of_read, *(bodies.of_exchange(exchange) for exchange in self.exchanges)]


def _objection(step: Step, found: Found | None, draft: Draft) -> Reason | None:
    if found is None or step.objection is None:
        return None
    return step.objection(found, draft)
