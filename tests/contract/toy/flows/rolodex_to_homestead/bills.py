"""The leg ``bills``: an allowance becomes a bill, which is released once it may be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from connectors.vendors.homestead import bills as homestead
from connectors.vendors.homestead.bills import Bill, BillDraft
from connectors.vendors.homestead.client import Client
from connectors.vendors.rolodex import cards as rolodex

from audit.outcomes import Outcome
from connectors.vendor import Privacy, SourceRecord
from integrations.choosing import Option
from integrations.flow import (
    Decision,
    Difference,
    Draft,
    Filtered,
    Finding,
    Found,
    Held,
    Leg,
    Lookups,
    MatchKey,
    Paper,
    PaperStatus,
    Sheet,
    SheetLine,
    Step,
    Waiting,
    Wish,
)
from integrations.matching import choose
from integrations.reasons import AWAITS_APPROVAL, Reason, ReasonClass, ReasonKind

BOOKS_CLOSED: Final = ReasonKind("books_closed", ReasonClass.RECORD, "The books are closed.")
NO_ALLOWANCE: Final = ReasonKind("no_allowance", ReasonClass.FILTER, "The card is torn up.")
RELEASED_LATER: Final = ReasonKind(
    "released_later", ReasonClass.WAIT, "The bill stands there and is released tomorrow."
)
CHANGED_THERE: Final = ReasonKind(
    "changed_there", ReasonClass.RECORD, "Bill {bill} was changed before it was released."
)
RELEASE_NOW: Final = Wish(
    "release",
    "Release now",
    "The bill is released at the house at once. Nobody can take that back.",
    lambda papers: any(one.status is PaperStatus.SAVED for one in papers),
)
EVERYTHING_ELSE: Final = "*"
NOTHING: Final = Decimal("0.00")
OPTIONS: Final = (
    Option("bills", "Bills", "Whether allowances become bills.", "no", ("no", "yes")),
    Option("release", "Release", "When a bill is released.", "at once", ("at once", "later")),
    Option("approval", "Approval", "Which bills are looked at.", "none", ("none", "every")),
)


def to_bill(record: SourceRecord, lookups: Lookups, today: date) -> Decision:
    """Decide on the bill of one card."""
    card = record.value
    if card is None:
        return Filtered(NO_ALLOWANCE.because())
    if lookups.ground().is_closed:
        return Held((BOOKS_CLOSED.because(),))
    reference = f"BILL-{lookups.source_account}-{card.id} r1"
    papers = lookups.papers("bills", record.id)
    dated_on = papers[0].dated_on if papers else today
    is_wished = lookups.wish("bills", record.id) == RELEASE_NOW.name
    is_later = lookups.option("release") == "later" and today <= dated_on and not is_wished
    coding = lookups.find("coding", (card.drawer,), (EVERYTHING_ELSE,))
    tomorrow = Waiting(RELEASED_LATER.because(), dated_on + timedelta(days=1))
    return Draft(
        BillDraft(reference, card.allowance, dated_on, is_released=not is_later),
        reference,
        (MatchKey("reference", reference),),
        ahead=tomorrow if is_later else None,
        mappings=() if coding is None else (coding,),
    )


def find_bill(client: Client, draft: Draft, target_id: str) -> Finding:
    """The bill that the draft means; by its id once it is tied."""
    if target_id:
        known = homestead.get_bill(client, target_id)
        return as_found(known) if known is not None else None
    return choose(draft, "", map(as_found, homestead.find_bills(client, draft.reference)))


def as_found(bill: Bill) -> Found:
    """A bill as the engine compares it."""
    return Found(bill.id, bill, (MatchKey("reference", bill.reference),), title=bill.reference)


def _papers(found: Found, draft: Draft) -> Sequence[Paper]:
    bill: Bill = found.value
    status = PaperStatus.RELEASED if bill.is_released else PaperStatus.SAVED
    return [Paper("1", "bill", bill.reference, bill.id, bill.total, "EUR", bill.dated_on, status)]


def _sheets(found: Found | None, draft: Draft) -> Sequence[Sheet]:
    """The one bill, until it stands there."""
    if found is not None:
        return ()
    bill: BillDraft = draft.value
    target = draft.mappings[0].target if draft.mappings else {"account": "6000"}
    when = "at once" if bill.is_released else "tomorrow"
    lines = (
        SheetLine(
            target["account"], target.get("subaccount", ""), "Allowance", bill.total, NOTHING
        ),
        SheetLine("2000", "", "Owed", NOTHING, bill.total),
    )
    facts = (("Date", bill.dated_on.isoformat()), ("Released", when))
    return [Sheet(f"Bill {bill.reference}", facts, lines, ("The books are open.",))]


def _asks(found: Found | None, draft: Draft, lookups: Lookups) -> Sequence[Reason]:
    if found is not None or lookups.option("approval") == "none":
        return ()
    return (AWAITS_APPROVAL.because(why="every bill is looked at."),)


def _is_to_release(found: Found | None, draft: Draft) -> bool:
    return draft.value.is_released and (found is None or not found.value.is_released)


def _changed(found: Found, draft: Draft) -> Reason | None:
    is_same = found.value.total == draft.value.total
    return None if is_same else CHANGED_THERE.because(bill=found.target_id)


def _release(client: Client, found: Found | None, draft: Draft) -> Found:
    if found is None:
        raise TypeError("Only what was entered is released.")
    return as_found(homestead.release_bill(client, found.target_id))


ENTER: Final = Step(
    "enter",
    Outcome.CREATED,
    lambda found, draft: found is None,
    lambda client, found, draft: as_found(homestead.enter_bill(client, draft.value)),
    lambda found, draft: [
        Difference("total", "", str(draft.value.total), privacy=Privacy.PAY),
        Difference("dated_on", "", draft.value.dated_on.isoformat()),
    ],
    homestead.ENTER_BILL,
    creates=True,
)
RELEASE: Final = Step(
    "release",
    Outcome.POSTED,
    _is_to_release,
    _release,
    lambda found, draft: [Difference("released", "no", "yes")],
    homestead.RELEASE_BILL,
    appends=True,
    reads_back=True,
    objection=_changed,
)
BILLS: Final = Leg(
    "bills",
    title="Allowances become bills",
    read=rolodex.read_cards,
    read_some=rolodex.read_some_cards,
    map=to_bill,
    find=find_bill,
    find_all=None,
    steps=(ENTER, RELEASE),
    reads=rolodex.CARD_READS,
    is_wanted=lambda lookups: lookups.option("bills") == "yes",
    ground=homestead.read_books,
    papers=_papers,
    asks=_asks,
    sheets=_sheets,
    wishes=(RELEASE_NOW,),
)
REASONS: Final = (BOOKS_CLOSED, NO_ALLOWANCE, RELEASED_LATER, CHANGED_THERE)
