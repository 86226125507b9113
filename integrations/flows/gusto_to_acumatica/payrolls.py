"""The leg ``payrolls``: each processed payroll becomes one balanced, released journal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from connectors.values import ABSENT, Absent
from connectors.vendor import SourceRecord
from connectors.vendors.gusto import payrolls as gusto
from connectors.vendors.gusto.payroll_records import Payroll
from integrations.choosing import Option
from integrations.flow import Decision, Draft, Filtered, Held, Leg, Lookups, MatchKey, Waiting
from integrations.flows.gusto_to_acumatica import reading
from integrations.flows.gusto_to_acumatica.approval import (
    DELETE,
    LEG,
    RELEASE_NOW,
    WISHES,
    asks,
)
from integrations.flows.gusto_to_acumatica.changes import (
    Change,
    Remedy,
    compare,
    snapshot_of,
)
from integrations.flows.gusto_to_acumatica.dates import entry_day
from integrations.flows.gusto_to_acumatica.documents import beside, papers, sheets, standing
from integrations.flows.gusto_to_acumatica.finding import find_books
from integrations.flows.gusto_to_acumatica.ground import (
    PAYROLL_BRANCH,
    Ground,
    Place,
    first_open_place,
    flaws_of,
    is_open_on,
    ledger_of,
    place_on,
    read_ground,
)
from integrations.flows.gusto_to_acumatica.journal import Drawn, Frame, journal_for_payroll
from integrations.flows.gusto_to_acumatica.journal_steps import STEPS
from integrations.flows.gusto_to_acumatica.payroll_scope import out_of_scope
from integrations.flows.gusto_to_acumatica.posting import (
    Posting,
    Rest,
    Reversal,
    Stack,
    snapshot_from,
    source_text,
    stack_of,
)
from integrations.flows.gusto_to_acumatica.reading import Told, payroll_of, told_of
from integrations.flows.gusto_to_acumatica.reasons_ledger import (
    CONTRACTORS_NOT_CARRIED,
    NO_REPORT,
    NOT_THERE,
    PAYROLL_DELETED,
    PERIOD_CLOSED,
    REPORT_AGREES,
)
from integrations.flows.gusto_to_acumatica.references import Reference, header_text
from integrations.flows.gusto_to_acumatica.split import Split, SplitBy, split_by
from integrations.matching import REFERENCE
from integrations.reasons import Reason

WHEN_FINAL, AT_ONCE, NEVER = "when final", "at once", "never"
RELEASE: Final = Option(
    "release",
    "When a journal is released",
    "When Gusto can no longer cancel the payroll; at once; or never, and a person releases it at "
    "Acumatica.",
    WHEN_FINAL,
    choices=(WHEN_FINAL, AT_ONCE, NEVER),
)
A_DAY: Final = timedelta(days=1)
PACIFIC: Final = ZoneInfo("America/Los_Angeles")
"""Gusto's deadlines are at 16:00 there."""
REPORT_ABILITY: Final = "ledger_report"
REPORT_FACTS: Final = {
    SplitBy.NOTHING: "report",
    SplitBy.DEPARTMENT: "report_by_department",
    SplitBy.JOB: "report_by_job",
}
PLACE_FACTS: Final = {SplitBy.DEPARTMENT: reading.DEPARTMENTS, SplitBy.JOB: reading.JOBS}
CHECKED: Final = (
    "All pages of the payroll were read, and they add up to Gusto's totals.",
    "Every component has an account that is active and takes manual lines in this currency.",
)
"""What holds of every journal that is drawn up: else the payroll is held."""


def to_posting(record: SourceRecord, lookups: Lookups, today: date) -> Decision:
    """Decide what shall stand in the ledger for one payroll; today is a day at the tenant."""
    if reading.is_payment(record):
        return Filtered(CONTRACTORS_NOT_CARRIED.because())
    stack = stack_of(lookups.papers(LEG, record.id))
    payroll = payroll_of(record)
    if not stack.stands or stack.paper is None or not stack.paper.drawn_from:
        return _not_standing(record, payroll, stack, lookups, today)
    return _standing_still(record, payroll, stack, lookups, today)


def _not_standing(
    record: SourceRecord, payroll: Payroll | None, stack: Stack, lookups: Lookups, today: date
) -> Decision:
    """No journal counts for the payroll; one may still come of a call nobody knows the end of."""
    is_wanted_gone = stack.was_removed and lookups.wish(LEG, record.id) == DELETE.name
    outside = _outside(payroll, lookups)
    if payroll is not None and outside is None and not is_wanted_gone:
        return _entry(record, payroll, stack, lookups, today)
    if is_wanted_gone or stack.was_removed or lookups.is_unclear(LEG, record.id):
        rest = Rest.WANTED_GONE if is_wanted_gone else _rest_of(payroll)
        return _none(record, stack, rest)
    if outside is None:
        raise TypeError("A payroll in scope is entered.")
    return outside


def _outside(payroll: Payroll | None, lookups: Lookups) -> Filtered | Held | Waiting | None:
    if payroll is None:
        return Filtered(PAYROLL_DELETED.because())
    return out_of_scope(payroll, lookups)


def _rest_of(payroll: Payroll | None) -> Rest:
    if payroll is None:
        return Rest.DELETED
    return Rest.FAILED if payroll.has_failed else Rest.CANCELLED


def _none(record: SourceRecord, stack: Stack, rest: Rest) -> Draft:
    """No journal shall stand; one that does and is not released goes."""
    paper = stack.paper
    posting = Posting(
        payroll_id=record.id,
        reference=str(stack.reference(record.id)),
        source=rest,
        journal=None,
        is_anew=stack.is_over,
        written_as="" if paper is None else paper.written_as,
        rest=rest,
    )
    return _draft(posting)


def _standing_still(
    record: SourceRecord, payroll: Payroll | None, stack: Stack, lookups: Lookups, today: date
) -> Decision:
    """A journal stands: left as it is, corrected, deleted or taken back."""
    if stack.paper is None:
        raise TypeError("Only what stands is compared.")
    is_released = stack.is_released
    if not is_released and lookups.wish(LEG, record.id) == DELETE.name:
        return _none(record, stack, Rest.WANTED_GONE)
    change = compare(snapshot_from(stack.paper), payroll, is_released=is_released)
    if change.remedy is Remedy.REMOVE:
        return _none(record, stack, _rest_of(payroll))
    if change.remedy in (Remedy.REVERSE, Remedy.REVERSE_AND_POST):
        return _reversal(record, payroll, stack, change, lookups, today)
    if payroll is None:
        raise TypeError("A deleted payroll is no longer as it was.")
    if change.remedy is Remedy.CORRECT:
        return _entry(record, payroll, stack, lookups, today, is_correction=True)
    return _as_it_stands(payroll, stack, lookups, today)


def _as_it_stands(payroll: Payroll, stack: Stack, lookups: Lookups, today: date) -> Decision:
    """Gusto changed nothing: all that may be left is the release."""
    if stack.paper is None:
        raise TypeError("Only what stands is released.")
    release_on = _release_on(payroll, lookups, today)
    is_due = release_on is not None and release_on <= today
    if is_due and not stack.is_released and not is_open_on(lookups.ground(), stack.paper.dated_on):
        return Held((_closed(stack.paper.dated_on),))
    posting = Posting(
        payroll_id=payroll.id,
        reference=stack.paper.reference,
        source=stack.paper.drawn_from,
        sort=stack.paper.sort,
        is_released=stack.is_released or is_due,
        release_on=None if stack.is_released else release_on,
        written_as=stack.paper.written_as,
        rests_on=stack.paper.rests_on,
    )
    return _draft(posting)


def _closed(day: date) -> Reason:
    return PERIOD_CLOSED.because(day=day.isoformat(), period="a period that was closed meanwhile")


def _release_on(payroll: Payroll, lookups: Lookups, today: date) -> date | None:
    """The first day on which the journal is released; None: a person does it."""
    chosen = lookups.option(RELEASE.name)
    if lookups.wish(LEG, payroll.id) == RELEASE_NOW.name or chosen == AT_ONCE:
        return today
    if chosen == NEVER:
        return None
    if payroll.is_cancellable is False:
        return today
    # Two days cover every time zone; where Gusto says so itself it is final before.
    deadline = payroll.check_on
    if payroll.deadline_at is not None:
        deadline = payroll.deadline_at.astimezone(PACIFIC).date()
    final_on = deadline + 2 * A_DAY
    return today if today >= final_on else min(max(today, deadline) + A_DAY, final_on)


def _entry(
    record: SourceRecord,
    payroll: Payroll,
    stack: Stack,
    lookups: Lookups,
    today: date,
    *,
    is_correction: bool = False,
) -> Decision:
    """The journal that shall stand, or why it cannot be drawn up."""
    day = entry_day(payroll, lookups).on
    place = place_on(lookups.ground(), day, lookups)
    order = _Order(record, payroll, stack.reference(record.id), day, stack, is_correction)
    return _posting(order, place, lookups, today)


def _reversal(
    record: SourceRecord,
    payroll: Payroll | None,
    stack: Stack,
    change: Change,
    lookups: Lookups,
    today: date,
) -> Decision:
    """A released journal is taken back on the first open day, and posted anew where it shall."""
    if stack.paper is None:
        raise TypeError("Only what stands is taken back.")
    ground: Ground = lookups.ground()
    back_on = first_open_place(ground, stack.paper.dated_on)
    if isinstance(back_on, Reason):
        return Held((back_on,))
    posted = Reference(record.id, int(stack.paper.number))
    text = "Payroll" if payroll is None else header_text(payroll)
    reversal = Reversal(
        of=stack.paper.reference,
        reference=str(posted.reversal),
        date_on=back_on.on,
        period=back_on.period,
        text=f"Reversal: {text}",
    )
    if change.remedy is Remedy.REVERSE or payroll is None:
        return _draft(
            Posting(
                payroll_id=record.id,
                reference=str(posted),
                source=_rest_of(payroll),
                journal=None,
                reversal=reversal,
                changes=change.kinds,
                days=(change.posted.on, change.on),
                rest=_rest_of(payroll),
            )
        )
    order = _Order(record, payroll, posted.next, change.on, stack)
    decision = _posting(order, first_open_place(ground, change.on), lookups, today)
    if not isinstance(decision, Draft):
        return decision
    value: Posting = decision.value
    days = (change.posted.on, change.on)
    return _draft(replace(value, reversal=reversal, changes=change.kinds, days=days), decision)


@dataclass(frozen=True, slots=True)
class _Order:
    """Which journal is to be drawn up."""

    record: SourceRecord
    payroll: Payroll
    reference: Reference
    day: date
    stack: Stack
    is_correction: bool = False


def _posting(order: _Order, place: Place | Reason, lookups: Lookups, today: date) -> Decision:
    ground: Ground = lookups.ground()
    ledger = ledger_of(ground, lookups)
    if isinstance(ledger, Reason) or isinstance(place, Reason):
        return Held(tuple(one for one in (ledger, place) if isinstance(one, Reason)))
    known = _known(order, lookups, today)
    if lacking := _lacking(order.record, lookups):
        return _draft(known.without(lacking))
    frame = Frame(
        reference=order.reference,
        date_on=place.on,
        period=place.period,
        branch=lookups.option(PAYROLL_BRANCH.name),
        ledger=ledger.code,
        currency=ledger.currency,
        belongs_on=None if place.on == order.day else order.day,
    )
    told = told_of(order.record) or Told(order.payroll)
    drawn = journal_for_payroll(order.payroll, lookups, frame, _split(told, lookups))
    if not isinstance(drawn, Drawn):
        return drawn
    if flaws := flaws_of(drawn.draft, ground):
        return Held(flaws)
    return _drawn_up(known, drawn, told, place)


def _known(order: _Order, lookups: Lookups, today: date) -> Posting:
    """What is decided of the posting before its journal is drawn up."""
    payroll, paper = order.payroll, order.stack.paper
    release_on = _release_on(payroll, lookups, today)
    return Posting(
        payroll_id=payroll.id,
        reference=str(order.reference),
        source=source_text(snapshot_of(payroll, lookups)),
        sort=f"{payroll.kind} {payroll.off_cycle_reason}".strip(),
        is_anew=order.stack.is_over,
        is_correction=order.is_correction,
        is_released=release_on is not None and release_on <= today,
        release_on=release_on,
        written_as=paper.written_as if order.is_correction and paper is not None else "",
    )


def _lacking(record: SourceRecord, lookups: Lookups) -> tuple[str, ...]:
    """What has still to be read beside the payroll: the report where granted, who works where."""
    told, by = told_of(record), split_by(lookups)
    lacking = []
    if lookups.source_can(REPORT_ABILITY) and (told is None or told.report is ABSENT):
        lacking.append(REPORT_FACTS[by])
    if by in PLACE_FACTS and (told is None or told.places is ABSENT):
        lacking.append(PLACE_FACTS[by])
    return tuple(lacking)


def _split(told: Told, lookups: Lookups) -> Split:
    report = None if isinstance(told.report, Absent) else told.report
    places = {} if isinstance(told.places, Absent) else dict(told.places)
    return Split(split_by(lookups), places, report)


def _drawn_up(known: Posting, drawn: Drawn, told: Told, place: Place) -> Draft:
    rests_on = tuple(f"{use.mapping_id}/{use.version}" for use in drawn.mappings)
    agrees = NO_REPORT if isinstance(told.report, Absent) else REPORT_AGREES
    checks = (*CHECKED, f"Period {place.period} is open in the general ledger.", agrees)
    posting = replace(known, journal=drawn.draft, rests_on=rests_on, checks=checks)
    more = () if place.remark is None else (place.remark,)
    return replace(_draft(posting), mappings=drawn.mappings, remarks=(*drawn.remarks, *more))


def _draft(posting: Posting, like: Draft | None = None) -> Draft:
    """The posting as a draft, with the remarks and mappings of one that was drawn up before."""
    return Draft(
        posting,
        posting.reference,
        keys=tuple(MatchKey(REFERENCE, reference) for reference in posting.references),
        mappings=() if like is None else like.mappings,
        remarks=() if like is None else like.remarks,
    )


PAYROLLS: Final = Leg(
    LEG,
    title="Payrolls become journals",
    read=reading.read_payrolls,
    read_some=reading.read_some,
    map=to_posting,
    find=find_books,
    find_all=None,
    steps=STEPS,
    complete=reading.complete,
    unneeded=NOT_THERE,
    reads=reading.READS,
    notices=("payroll",),
    mark_at=gusto.mark_at,
    ground=read_ground,
    papers=papers,
    asks=asks,
    standing=standing,
    sheets=sheets,
    beside=beside,
    wishes=WISHES,
    is_windowed=True,
    urgency=0,
)
