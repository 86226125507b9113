"""What of a payroll's journal a person sees before it is posted, and when that is asked for; pure.

Which postings are looked at is an option; whatever it says, a released journal is taken back only
after approval, and so is a payroll posted of more than twice the largest of the last six.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from connectors.vendors.acumatica.journals import JournalDraft
from integrations.choosing import Option
from integrations.flow import Draft, Found, Lookups, Paper, PaperStatus, Wish
from integrations.flows.gusto_to_acumatica.changes import ChangeKind
from integrations.flows.gusto_to_acumatica.posting import Posting
from integrations.flows.gusto_to_acumatica.reasons_payrolls import (
    AMOUNTS_CHANGED_LATER,
    CANCELLED_LATER,
    DATE_CHANGED_LATER,
)
from integrations.flows.gusto_to_acumatica.slots import books_of
from integrations.reasons import AWAITS_APPROVAL, Reason

EVERY, UNUSUAL, NONE = "every", "first and unusual", "none"
APPROVAL: Final = Option(
    "approval",
    "Which payrolls are approved before they are posted",
    "Every one; the first ones and unusual ones: a new component or account, a total more than "
    "20 % off the last of its kind, a mapping changed since, a correction; or none. A released "
    "journal is taken back only after approval, whatever is chosen here.",
    UNUSUAL,
    choices=(EVERY, UNUSUAL, NONE),
)
OFF_PERCENT: Final = 20
"""So far off the last one of its kind a total is unusual."""
LARGEST_OF: Final = 6
"""A total more than twice the largest of so many waits for approval in any case."""
LEG: Final = "payrolls"
_CHANGES: Final = {
    ChangeKind.CANCELLED: CANCELLED_LATER,
    ChangeKind.AMOUNTS: AMOUNTS_CHANGED_LATER,
    ChangeKind.DATE: DATE_CHANGED_LATER,
}

RELEASE_NOW: Final = Wish(
    "release",
    "Release now",
    "The journal is released at Acumatica at once. Should Gusto cancel the payroll after that, it "
    "can only be reversed.",
    lambda papers: _is_unreleased(papers),
)
DELETE: Final = Wish(
    "delete",
    "Delete it",
    "The journal is deleted at Acumatica, and nothing stands for the payroll until somebody says "
    "so.",
    lambda papers: _is_unreleased(papers),
)
WISHES: Final = (RELEASE_NOW, DELETE)


def _is_unreleased(papers: Sequence[Paper]) -> bool:
    return any(paper.status in (PaperStatus.SAVED, PaperStatus.WAITS) for paper in papers)


def asks(found: Found | None, draft: Draft, lookups: Lookups) -> Sequence[Reason]:
    """Why the journal waits for an approved preview; nothing where it may be posted unseen."""
    posting: Posting = draft.value
    books = books_of(found)
    if posting.reversal is not None:
        why = "a released journal is taken back."
        return (*_changed(posting), AWAITS_APPROVAL.because(why=why))
    is_new = posting.draft is not None and books.journal is None
    if posting.draft is None or not (is_new or posting.is_correction):
        return ()
    whys = tuple(_unusual(posting, posting.draft, lookups))
    return (AWAITS_APPROVAL.because(why=" ".join(whys)),) if whys else ()


def _changed(posting: Posting) -> Iterator[Reason]:
    if posting.reversal is None:
        return
    posted, now = (day.isoformat() for day in posting.days)
    for kind in posting.changes:
        yield _CHANGES[ChangeKind(kind)].because(
            reference=posting.reversal.of, posted=posted, now=now
        )


def _unusual(posting: Posting, wanted: JournalDraft, lookups: Lookups) -> Iterator[str]:
    chosen = lookups.option(APPROVAL.name)
    earlier = [one for one in lookups.earlier(LEG, posting.payroll_id) if not one.reverses]
    largest = max((one.total for one in earlier[:LARGEST_OF]), default=None)
    if largest is not None and wanted.total > 2 * largest:
        yield "its total is more than twice the largest of the last ones."
    if earlier and wanted.date_on < min(one.dated_on for one in earlier):
        yield "it is older than all that were posted before."
    if chosen == EVERY:
        yield "every payroll is looked at."
    if chosen != UNUSUAL:
        return
    if not earlier:
        yield "it is the first one."
        return
    yield from _rests_on_else(posting, earlier)
    alike = next((one for one in earlier if one.sort == posting.sort), None)
    if alike is None:
        yield f"it is the first one of its kind ({posting.sort})."
    elif abs(wanted.total - alike.total) * 100 > OFF_PERCENT * alike.total:
        yield f"its total is more than {OFF_PERCENT} % off the last one of its kind."
    if posting.is_correction:
        yield "a journal that stands there is corrected."


def _rests_on_else(posting: Posting, earlier: Sequence[Paper]) -> Iterator[str]:
    versions: dict[str, str] = {}
    for paper in reversed(earlier):
        versions |= dict(row.split("/") for row in paper.rests_on)
    rows = dict(row.split("/") for row in posting.rests_on)
    if any(row not in versions for row in rows):
        yield "it has a component or an account that no payroll before it had."
    if any(versions.get(row, version) != version for row, version in rows.items()):
        yield "a mapping was changed since."
