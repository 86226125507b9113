"""Works one record inside its lease: resolve, read, plan, take the steps, commit."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from audit import trail
from audit.models import Body, SyncRun
from audit.outcomes import Outcome
from config import clock
from connectors.errors import ConfigurationError, ConnectorError, Effect, RetryableError
from connectors.transport import Exchange
from connectors.vendor import Operation, SourceRecord
from integrations import reasons
from integrations.engine import avalanche, bodies, failures, leases, outcomes, plan, writes
from integrations.engine.fingerprints import (
    fingerprint,
    merged,
    same_as_written,
    snapshot_digest,
)
from integrations.engine.lanes import Lanes
from integrations.engine.leases import LeaseLostError
from integrations.engine.outcomes import Result
from integrations.engine.plan import Desk, Plan
from integrations.flow import (
    RESTORES_DRIFT,
    Decision,
    Draft,
    Filtered,
    Found,
    Held,
    Step,
    Waiting,
)
from integrations.models import Record, Write
from integrations.reasons import Reason

log = logging.getLogger(__name__)

STRENGTH = (
    Outcome.CREATED,
    Outcome.POSTED,
    Outcome.REVERSED,
    Outcome.REACTIVATED,
    Outcome.DEACTIVATED,
    Outcome.UPDATED,
    Outcome.NOTED,
    Outcome.LINKED,
    Outcome.UNCHANGED,
)
"""Which outcome names a record that took several steps: the first of these."""


@dataclass(frozen=True, slots=True)
class Read:
    """A record as read, and when its read began."""

    snapshot: SourceRecord
    at: datetime


@dataclass(frozen=True, slots=True)
class Job:
    """One record to work, with its snapshot or only the version that a feed hinted at."""

    record_id: int
    read: Read | None = None
    hinted_version: str = ""


@dataclass(slots=True)
class Bench:
    """One thread's place of work: its clients, and what they said for the record in hand."""

    desk: Desk
    run: SyncRun
    source: Any
    target: Any
    lanes: Lanes
    exchanges: list[Exchange] = field(default_factory=list)
    record: Record | None = None
    read: Read | None = None
    hinted_version: str = ""
    open_write: Write | None = None
    done: tuple[Write, str] | None = None
    """A call that was answered, and its target id; stored with the next commit of the record."""
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

    def work(self, record: Record, job: Job, pending: Sequence[Write] = ()) -> Outcome | None:
        """Work one claimed record to its end; None where somebody else has taken it over.

        Raises:
            RunStoppedError: it was stored why, and the next record would fare the same.
        """
        self.record, self.open_write, self.done, self.exchanges = record, None, None, []
        self.read = None
        self.took = [write for write in pending if write.outcome in Write.EFFECTIVE]
        open_writes = [write for write in pending if write.outcome in Write.OPEN]
        self.hinted_version = job.hinted_version
        noted = record.wanted
        stop: ConnectorError | None = None
        try:
            result = self._result(record, job.read, open_writes)
        except LeaseLostError:
            log.info("record %s was taken over", record.pk)
            return None
        except ConnectorError as error:
            result = failures.after_error(record, error, self._look_again_at())
            if failures.stops_the_run(error):
                stop = error
        except Exception:  # noqa: BLE001  # a defect must not take the run down with it
            result = failures.defect(record, self.open_write)
        result.took = tuple(self.took)
        result.bodies += self._bodies()
        self.record = None
        try:
            replay_of_id = self.desk.replay_of_id
            outcomes.commit(
                self.desk.integration, self.run, record, noted, result, self.done, replay_of_id
            )
            self.done = None
        except LeaseLostError:
            self._store_done()
            log.info("record %s was taken over before its outcome was stored", record.pk)
            return None
        if stop is not None:
            failures.tell(self.desk.integration, stop)
            raise failures.RunStoppedError(stop, result.outcome) from stop
        return result.outcome

    def _result(self, record: Record, read: Read | None, open_writes: list[Write]) -> Result:
        if record.state == Record.State.IGNORED:
            return Result(Record.State.IGNORED, Outcome.IGNORED)
        if until := writes.wait_before_looking(record, self.desk.leg, open_writes):
            return failures.being_verified(until)
        self.read = read = self._fresh(record, read, must_read=bool(open_writes))
        decision = plan.decide(self.desk, read.snapshot)
        if not isinstance(decision, Draft):
            return self._without_draft(record, read, decision, open_writes)
        is_replay = self.desk.replay_of_id is not None
        if not open_writes and not is_replay and plan.is_written(record, decision):
            outcome = self._strongest(is_link=False)
            return self._ended(record, read, Plan(decision, decision), outcome)
        return self._match_and_write(record, read, decision, open_writes)

    def _match_and_write(
        self, record: Record, read: Read, draft: Draft, open_writes: list[Write]
    ) -> Result:
        finding = plan.locate(self.desk, self.target, record, draft, afresh=bool(open_writes))
        read_back_at: datetime | None = None
        for write in open_writes:
            verdict = writes.verify(
                self.desk.leg, write, draft, finding, is_proven=self._is_proven()
            )
            if verdict.is_blind:
                return self._decided(record, read, Held((reasons.LOOKUP_UNPROVEN.because(),)))
            if verdict.wait_until is not None:
                return failures.being_verified(verdict.wait_until)
            read_back_at = verdict.read_back_at or read_back_at
            if write.outcome in Write.EFFECTIVE:
                self.took.append(write)
        if open_writes:
            record.refresh_from_db(fields=["target_id"])
        match = plan.settle_match(self.desk, record, finding)
        if isinstance(match, Held):
            return self._decided(record, read, match)
        if not open_writes:
            draft = self._with_drift_left(record, draft)
        drawn = plan.draw_up(self.desk, record, draft, match)
        if missing := plan.lacking(drawn.steps, draft):
            self.read = read = replace(read, snapshot=self._completed(read.snapshot, missing))
            decision = plan.decide(self.desk, read.snapshot)
            if not isinstance(decision, Draft):
                return self._decided(record, read, decision)
            if not open_writes:
                decision = self._with_drift_left(record, decision)
            drawn = plan.draw_up(self.desk, record, decision, match)
            if still := plan.lacking(drawn.steps, decision):
                return self._decided(record, read, plan.unreadable(still))
        if (stopped := self._stopped(record, drawn)) is not None:
            return self._decided(record, read, stopped)
        result = self._take_steps(record, read, drawn)
        if read_back_at is not None and result.state == Record.State.SYNCED:
            result.due_at, result.fingerprint = read_back_at, {}
        return result

    def _with_drift_left(self, record: Record, draft: Draft) -> Draft:
        """The draft without what would undo a change made at the target, unless that is wanted.

        A replay and an approved plan were asked for by a person who wants just that.
        """
        desk = self.desk
        if desk.leg.drift is None or desk.approved is not None or desk.replay_of_id is not None:
            return draft
        if desk.lookups.option(RESTORES_DRIFT.name) == "yes":
            return draft
        return replace(draft, as_written=same_as_written(record.fingerprint, fingerprint(draft)))

    def _drift(self, record: Record, found: Found | None, draft: Draft) -> tuple[Reason, ...]:
        """What somebody changed at the target and what is left as it is there."""
        if self.desk.leg.drift is None or found is None or not draft.as_written:
            return ()
        fields = sorted({one.field for one in self.desk.leg.drift(found, draft)})
        if not fields:
            return ()
        title = record.title or record.source_id
        return (reasons.DRIFT.because(name=title, fields=", ".join(fields)),)

    def _stopped(self, record: Record, drawn: Plan) -> Held | None:
        """Why the steps may not be taken although they are needed; ties the record before them."""
        changes = plan.changed_since_approval(self.desk, record, drawn)
        if changes is not None:
            return Held((changes,))
        refusal = avalanche.refusal(self.desk.integration, record, drawn.steps)
        if refusal is not None:
            return Held((refusal,))
        if drawn.found is not None and not record.target_id:
            return self._tied(record, drawn.found)
        return None

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
            return self._unneeded(record, read)
        differences = drawn.differences()
        for step in self.desk.leg.steps:
            if step.needed(found, draft):
                found = self._take(record, step, found, draft)
        if found is None or any(step.needed(found, draft) for step in self.desk.leg.steps):
            return self._not_taken(record, read, found, draft)
        if self.desk.index is not None:
            self.desk.index.note(found)
        outcome = self._strongest(is_link=drawn.is_link and not record.target_id)
        result = self._ended(record, read, drawn, outcome)
        result.target_id = found.target_id
        result.differences = differences
        result.reasons = (*result.reasons, *self._drift(record, found, draft))
        return result

    def _take(self, record: Record, step: Step, found: Found | None, draft: Draft) -> Found:
        """One changing call: its row first, then the call, then what is known of it."""
        self._store_done()
        self.lanes.take(step.lane, step.operation.deadline_seconds)
        write = writes.announce(record, self.run.key, step, draft)
        self.open_write = write
        try:
            after = step.do(self.target, found, draft)
        except ConnectorError as error:
            self._close_refused(write, error)
            raise
        # Stored in the commit that ends the record, or before the next call of it.
        self.done, self.open_write = (write, after.target_id), None
        self.took.append(write)
        if step.creates:
            self._prove(draft, after)
        return after

    def _look_again_at(self) -> datetime | None:
        if self.open_write is None:
            return None
        return writes.look_again_at(self.desk.leg, self.open_write)

    def _store_done(self) -> None:
        """Commit what the last call brought, where nothing else has yet."""
        if self.done is not None:
            write, target_id = self.done
            self.done = None
            writes.close(write, Write.Outcome.DONE, target_id)

    def _close_refused(self, write: Write, error: ConnectorError) -> None:
        if error.effect is Effect.NONE:
            writes.close(write, Write.Outcome.REFUSED, remark=error.summary)
            self.open_write = None
        else:
            writes.close(write, Write.Outcome.UNCLEAR, remark=error.summary)

    def _fresh(self, record: Record, read: Read | None, *, must_read: bool) -> Read:
        """The record as it is now: a snapshot older than what was last handled is read again."""
        is_older = read is not None and record.read_at is not None and read.at < record.read_at
        if read is not None and not is_older and not must_read:
            return read
        began_at = clock.now()
        answered = self.desk.leg.read_some(self.source, [record.source_id])
        for snapshot in answered:
            if snapshot.id == record.source_id:
                return Read(snapshot, began_at)
        raise RetryableError(
            "The source did not answer for this record, neither with it nor that it is gone.",
            vendor=self.desk.integration.source.vendor,
        )

    def _completed(self, snapshot: SourceRecord, missing: frozenset[str]) -> SourceRecord:
        complete = self.desk.leg.complete
        if complete is None:
            raise TypeError(f"Leg {self.desk.leg.name} cannot read {', '.join(sorted(missing))}.")
        return complete(self.source, snapshot, missing)

    def _without_draft(
        self, record: Record, read: Read, decision: Decision, open_writes: list[Write]
    ) -> Result:
        result = self._decided(record, read, decision)
        if open_writes:
            unresolved = reasons.BEING_VERIFIED.because(until="the record can be looked for again")
            result.state, result.outcome = Record.State.HELD, Outcome.HELD
            result.reasons = (*result.reasons, unresolved)
        return result

    def _decided(self, record: Record, read: Read, decision: Decision) -> Result:
        """The result of a decision that is no draft."""
        if isinstance(decision, Waiting):
            result = Result(Record.State.WAITING, Outcome.WAITING, reasons=(decision.reason,))
            result.waits_until = decision.until
            result.due_at = self._start_of(decision)
        elif isinstance(decision, Filtered):
            result = Result(Record.State.FILTERED, Outcome.FILTERED, reasons=(decision.rule,))
            result.mappings = decision.mappings
        elif isinstance(decision, Held):
            result = Result(Record.State.HELD, Outcome.HELD, reasons=decision.reasons)
            result.missing = decision.missing
        else:
            raise TypeError("A draft is no decision against writing.")
        return self._as_read(record, read, result)

    def _start_of(self, decision: Waiting) -> datetime:
        tenant = self.desk.integration.tenant
        return tenant.starts_at(decision.until)

    def _unneeded(self, record: Record, read: Read) -> Result:
        rule = self.desk.leg.unneeded
        if rule is None:
            raise TypeError(f"Leg {self.desk.leg.name} neither writes nor filters this record.")
        result = Result(Record.State.FILTERED, Outcome.FILTERED, reasons=(rule.because(),))
        return self._as_read(record, read, result)

    def _not_taken(self, record: Record, read: Read, found: Found | None, draft: Draft) -> Result:
        still = [
            difference.field
            for step in self.desk.leg.steps
            if step.needed(found, draft)
            for difference in step.differences(found, draft)
        ]
        reason = reasons.NOT_TAKEN.because(fields=", ".join(sorted(set(still))) or "everything")
        result = Result(Record.State.HELD, Outcome.HELD, reasons=(reason,))
        return self._as_read(record, read, result)

    def _ended(self, record: Record, read: Read, drawn: Plan, outcome: Outcome) -> Result:
        draft = drawn.decision
        if not isinstance(draft, Draft):
            raise TypeError("Only a draft ends as written.")
        result = Result(Record.State.SYNCED, outcome, reasons=draft.remarks)
        result.mappings = draft.mappings
        result.points_to, result.waits_for = draft.points_to, draft.waits_for
        result.fingerprint = merged(record.fingerprint, fingerprint(draft))
        steps = [write.step for write in self.took]
        result.bodies.append(
            trail.BodyText(Body.Kind.DRAWN_UP, {"reference": draft.reference, "steps": steps})
        )
        return self._as_read(record, read, result)

    def _as_read(self, record: Record, read: Read, result: Result) -> Result:
        snapshot = read.snapshot
        result.title = snapshot.title or record.title
        result.source_version = snapshot.version or self.hinted_version or record.source_version
        result.read_at = read.at
        result.digest = "" if snapshot.is_gone else snapshot_digest(snapshot.value)
        return result

    def _strongest(self, *, is_link: bool) -> Outcome:
        took = {write.step for write in self.took}
        came_about = {step.outcome for step in self.desk.leg.steps if step.name in took}
        came_about.add(Outcome.LINKED if is_link else Outcome.UNCHANGED)
        return next(outcome for outcome in STRENGTH if outcome in came_about)

    def _bodies(self) -> list[trail.BodyText]:
        """What was read and said for the record in hand."""
        read = self.read
        of_read = [bodies.of_read(self.desk.leg, read.snapshot, read.at)] if read else []
        return [*of_read, *(bodies.of_exchange(exchange) for exchange in self.exchanges)]
