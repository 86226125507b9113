"""Safeties taken out on purpose, in a story's process alone: each must be noticed by the proof."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.signals import request_finished
from django.db.models import F

from connectors.transport import Session
from connectors.vendor import Operation, Tokens
from connectors.vendors.acumatica import journal_bodies, journal_drafts, journals
from integrations.engine import leases, marks, outcomes, plan, writes
from integrations.engine.leases import LeaseLostError
from integrations.engine.outcomes import Ending
from integrations.engine.run import LegRun
from integrations.engine.writes import Done
from integrations.flow import Draft, Finding, Found
from integrations.flows.shared import employees
from integrations.grants import DatabaseGrantStore, write_tokens
from integrations.models import Grant, Record, Write
from integrations.webhooks import intake
from tests.crash.scenario import DELIVERY, EMPLOYEES, PAYROLL, REVERSAL

FOR_EVER_SECONDS = 300_000_000.0
EVERY_STORY = (EMPLOYEES.name, PAYROLL.name, REVERSAL.name)
"""All in which a worker is disturbed."""


@dataclass(frozen=True, slots=True)
class Plant:
    """One safety taken out; ``put_in`` changes this process for good."""

    sentence: str
    likely: str
    """A pattern for the labels of the disturbances that are tried first, the last of them before
    the others; all the rest follows."""
    put_in: Callable[[], None]
    shown_by: tuple[str, ...] = (EMPLOYEES.name,)
    """The stories that notice its loss; a suite takes it out in the first of them."""


def exchange(owner: object, name: str, planted: Callable[..., Any]) -> Callable[..., Any]:
    """Put a function in the place of one that must be there; answers that one."""
    former: Callable[..., Any] = getattr(owner, name)
    setattr(owner, name, planted)
    return former


def write_after_the_send() -> None:
    def announce(*arguments: Any) -> Write:
        write: Write = former(*arguments)
        Write.objects.filter(pk=write.pk).delete()
        return write

    def close(write: Write, *arguments: Any, **named: Any) -> None:
        commit_at_last(write)
        former_close(write, *arguments, **named)

    def store_done(answered: Sequence[Done]) -> None:
        for done in answered:
            commit_at_last(done.write)
        former_store_done(answered)

    def commit_at_last(write: Write) -> None:
        if not Write.objects.filter(pk=write.pk).exists():
            write.save(force_insert=True)

    former = exchange(writes, "announce", announce)
    former_close = exchange(writes, "close", close)
    former_store_done = exchange(writes, "store_done", store_done)


def look_up_skipped() -> None:
    def locate(*arguments: Any, afresh: bool, **named: Any) -> Finding:
        return None if afresh else former(*arguments, afresh=afresh, **named)

    former = exchange(plan, "locate", locate)


def look_up_by_prefix() -> None:
    def choose(draft: Draft, found: list[Found]) -> Found | None:
        return next((one for one in found if begins_with(one, draft.reference)), None)

    after_doubt(choose)
    exchange(writes, "_carries", begins_with)


def begins_with(found: Found, reference: str) -> bool:
    return any(key.value.startswith(reference) for key in found.keys)


def first_hit_adopted() -> None:
    after_doubt(lambda draft, found: found[0] if found else None)
    exchange(writes, "_carries", lambda found, reference: True)


def after_doubt(choose: Callable[[Draft, list[Found]], Found | None]) -> None:
    """Choose so among what a look-up after an unclear call brings; elsewhere as ever."""
    is_after_doubt = False

    def planted(draft: Draft, target_id: str, candidates: Iterable[Found]) -> Finding:
        found = list(candidates)
        chosen = choose(draft, found) if is_after_doubt else None
        return former_choose(draft, target_id, found) if chosen is None else chosen

    def locate(*arguments: Any, afresh: bool, **named: Any) -> Finding:
        nonlocal is_after_doubt
        is_after_doubt = afresh
        try:
            finding: Finding = former_locate(*arguments, afresh=afresh, **named)
            return finding
        finally:
            is_after_doubt = False

    former_choose = exchange(employees, "choose", planted)
    former_locate = exchange(plan, "locate", locate)


def settle_zero() -> None:
    settings.SETTLE_SECONDS = 0


def one_look_up() -> None:
    exchange(writes, "LOOKS_APART", timedelta(0))  # type: ignore[arg-type]  # no function


def fence_ignored() -> None:
    def announce(record: Record, *arguments: Any) -> Write:
        try:
            write: Write = former(record, *arguments)
        except LeaseLostError:
            Record.objects.filter(pk=record.pk).update(lease_token=record.lease_token)
            write = former(record, *arguments)
        return write

    former = exchange(writes, "announce", announce)
    exchange(leases, "keep", lambda record, until: None)


def lease_for_ever() -> None:
    def claim(record_ids: Sequence[int], seconds: float | None = None) -> list[Record]:
        claimed: list[Record] = former(record_ids, FOR_EVER_SECONDS)
        return claimed

    former = exchange(leases, "claim", claim)


def mark_before_the_page() -> None:
    def page(self: LegRun, read: Any, *arguments: Any, **named: Any) -> None:
        marks.move(marks.read_mark(self.integration, self.leg.name), read.mark)
        former(self, read, *arguments, **named)

    former = exchange(LegRun, "_page", page)


def notice_dropped() -> None:
    def commit(integration: Any, run: Any, endings: Sequence[Ending]) -> list[Ending]:
        wanted = dict(Record.objects.values_list("pk", "wanted"))
        endings = [replace(ending, noted=wanted[ending.record.pk]) for ending in endings]
        stored: list[Ending] = former(integration, run, endings)
        return stored

    former = exchange(outcomes, "commit", commit)


def token_before_saved() -> None:
    kept: list[Callable[[], object]] = []

    def store(self: DatabaseGrantStore, fresh: Tokens, generation: int) -> Tokens:
        kept.append(lambda: former(self, fresh, generation))
        return fresh

    def attempted(self: Session, call: Any) -> Any:
        try:
            return former_attempted(self, call)
        finally:
            if call.operation.name != "fetch_tokens":
                while kept:
                    kept.pop()()

    former = exchange(DatabaseGrantStore, "_store", store)
    former_attempted = exchange(Session, "_attempted", attempted)


def old_pair_over_new() -> None:
    def store(self: DatabaseGrantStore, fresh: Tokens, generation: int) -> Tokens:
        grant = self._row()
        write_tokens(grant, fresh, kept=grant.unseal())
        Grant.objects.filter(pk=grant.pk).update(
            sealed=grant.sealed,
            sealed_at=grant.sealed_at,
            expires_at=grant.expires_at,
            generation=F("generation") + 1,
            needs_consent=False,
        )
        return fresh

    exchange(DatabaseGrantStore, "_store", store)


def write_repeated() -> None:
    def may_repeat(self: Session, operation: Operation, attempt: Any) -> bool:
        repeats: bool = former(self, replace(operation, writes=False), attempt)
        return repeats

    former = exchange(Session, "_may_repeat", may_repeat)


def release_skipped_on_adoption() -> None:
    is_adopted = False

    def close(write: Write, outcome: Write.Outcome, *arguments: Any, **named: Any) -> None:
        nonlocal is_adopted
        is_adopted = is_adopted or outcome == Write.Outcome.ADOPTED
        former_close(write, outcome, *arguments, **named)

    def release_journal(client: Any, journal: journals.Journal) -> journals.Journal:
        if is_adopted:
            return replace(journal, status="Posted")
        released: journals.Journal = former_release(client, journal)
        return released

    former_close = exchange(writes, "close", close)
    former_release = exchange(journals, "release_journal", release_journal)


def lines_sent_again() -> None:
    sent_count: Counter[str] = Counter()

    def addition(journal: Any, draft: Any) -> Any:
        body = former(journal, draft)
        sent_count[draft.reference] += 1
        # Which part is next is known to this process alone: nobody looks at what stands there.
        start = sent_count[draft.reference] * journal_drafts.PART_LINES
        part = draft.lines[start : start + journal_drafts.PART_LINES]
        return body | {"Details": [former_line(line, draft) for line in part]}

    former = exchange(journal_bodies, "addition", addition)
    former_line = vars(journal_bodies)["_line"]


def delivery_answered_before_its_commit() -> None:
    put_off: list[Callable[[], object]] = []

    def store(*arguments: Any) -> None:
        put_off.append(lambda: former(*arguments))

    def store_at_last(**_: object) -> None:
        while put_off:
            put_off.pop()()

    former = exchange(intake, "_store", store)
    request_finished.connect(store_at_last, weak=False)


PLANTS: dict[str, Plant] = {
    "write after the send": Plant(
        "the row of a call is committed after the call",
        r"cut .* after PUT",
        write_after_the_send,
        EVERY_STORY,
    ),
    "look-up skipped": Plant(
        "what an unclear call left is not looked for",
        r"cut .* after PUT",
        look_up_skipped,
        EVERY_STORY,
    ),
    "look-up by prefix": Plant(
        "a reference is compared by its beginning", r"cut .* before PUT", look_up_by_prefix
    ),
    "first hit adopted": Plant(
        "whatever a look-up brings is taken for ours", r"cut .* before PUT", first_hit_adopted
    ),
    "settle 0": Plant(
        "nobody waits until a vendor is done",
        r"hold .* PUT .*, applied after the restarted worker looked",
        settle_zero,
        EVERY_STORY,
    ),
    "one look-up": Plant(
        "one look-up decides instead of two",
        r"hold .* PUT .*, applied between its two look-ups",
        one_look_up,
        EVERY_STORY,
    ),
    "fence ignored": Plant("a lost lease stops nobody", r"stop .* after GET", fence_ignored),
    "lease for ever": Plant(
        "a lease never ends",
        r"cut .* after UPDATE integrations_record",
        lease_for_ever,
        EVERY_STORY,
    ),
    "mark before the page": Plant(
        "the mark moves before its page is stored",
        r"cut .* after UPDATE integrations_highwatermark",
        mark_before_the_page,
    ),
    "notice dropped": Plant(
        "what is asked for during the work counts as done", r"notice .* PUT", notice_dropped
    ),
    "token before saved": Plant(
        "a new access is used before it is stored",
        r"cut .* before GET .*/(Employee|employees)/",
        token_before_saved,
    ),
    "old pair over new": Plant(
        "a pair is stored whatever stands there", r"stop .* after POST", old_pair_over_new
    ),
    "write repeated": Plant(
        "the transport repeats a write of unknown effect",
        r"hold .* PUT .*, applied, answer lost, worker alive",
        write_repeated,
        EVERY_STORY,
    ),
    "release skipped on adoption": Plant(
        "what is found there after a doubt counts as done",
        r"hold .* PUT .*/JournalTransaction, applied, answer lost$",
        release_skipped_on_adoption,
        (PAYROLL.name, REVERSAL.name),
    ),
    "lines sent again": Plant(
        "the next part of a journal is sent without a look at what stands there",
        r"cut .* after PUT .*/JournalTransaction",
        lines_sent_again,
        (PAYROLL.name,),
    ),
    "delivery answered before its commit": Plant(
        "a delivery is answered before its row is committed",
        r"cut .* after answer",
        delivery_answered_before_its_commit,
        (DELIVERY.name,),
    ),
}
