"""The steps by which a payroll's journal comes to stand: take back, delete, enter, release."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from audit.outcomes import Outcome
from connectors.vendor import Privacy
from connectors.vendors.acumatica import ledger_operations as operations
from connectors.vendors.acumatica.journals import (
    Journal,
    JournalDraft,
    is_as_drafted,
    is_correctable,
)
from integrations.flow import Difference, Draft, Found, Step
from integrations.flows.gusto_to_acumatica.posting import (
    FACTS,
    Books,
    Posting,
    Rest,
    Reversal,
    seal,
)
from integrations.flows.gusto_to_acumatica.reasons_ledger import CHANGED_THERE, RELEASED_MEANWHILE
from integrations.flows.gusto_to_acumatica.slots import BACK, OWN, Slot, books_of, is_open
from integrations.reasons import Reason

LANE: Final = "JournalTransaction"


def _is_way_free(books: Books, posting: Posting) -> bool:
    """Whether nothing that must be taken back before is stuck at the target."""
    if posting.reversal is None:
        return True
    reversal = books.reversal
    is_on_its_way = reversal is None or reversal.is_released or is_open(reversal)
    return books.posted is not None and is_on_its_way


def _reverse_needed(found: Found | None, draft: Draft) -> bool:
    books = books_of(found)
    is_wanted = draft.value.reversal is not None and books.posted is not None
    return is_wanted and books.reversal is None


def _enter_needed(found: Found | None, draft: Draft) -> bool:
    posting: Posting = draft.value
    books = books_of(found)
    is_wanted = posting.is_provisional or posting.draft is not None
    is_lacking = books.journal is None or _is_too_different(books.journal, posting)
    return is_wanted and is_lacking and _is_way_free(books, posting)


def _remove_needed(found: Found | None, draft: Draft) -> bool:
    posting: Posting = draft.value
    journal = books_of(found).journal
    if journal is None or journal.is_released:
        return posting.removes and journal is not None
    return posting.removes or _is_too_different(journal, posting)


def _is_too_different(journal: Journal, posting: Posting) -> bool:
    """Whether one call cannot make it what it shall be: it is deleted and entered anew."""
    if not posting.is_correction or posting.draft is None or journal.is_released:
        return False
    return not is_correctable(journal, posting.draft)


def _correct_needed(found: Found | None, draft: Draft) -> bool:
    posting: Posting = draft.value
    journal = books_of(found).journal
    if journal is None or posting.draft is None or not posting.is_correction:
        return False
    if journal.is_released or _is_too_different(journal, posting):
        return False
    return not is_as_drafted(journal, posting.draft)


def _complete_needed(found: Found | None, draft: Draft) -> bool:
    posting: Posting = draft.value
    if posting.is_provisional:
        return OWN.journal(found) is not None
    return OWN.is_in_part(found, draft)


def _release_needed(found: Found | None, draft: Draft) -> bool:
    posting: Posting = draft.value
    if not posting.is_released or posting.is_provisional or posting.removes:
        return False
    return is_open(books_of(found).journal) or _enter_needed(found, draft)


def _release_reversal_needed(found: Found | None, draft: Draft) -> bool:
    if draft.value.reversal is None:
        return False
    return is_open(books_of(found).reversal) or _reverse_needed(found, draft)


def _is_as_approved(found: Found, draft: Draft) -> Reason | None:
    """What stands there is compared with what was approved, or with what was last written."""
    posting: Posting = draft.value
    journal = books_of(found).journal
    if journal is None:
        return None
    if posting.draft is not None:
        is_same = is_as_drafted(journal, posting.draft)
    else:
        is_same = seal(journal) == posting.written_as
    return None if is_same and not journal.is_on_hold else _changed(journal)


def _is_reversal_as_approved(found: Found, draft: Draft) -> Reason | None:
    wanted, reversal = BACK.wanted(found, draft), BACK.journal(found)
    if wanted is None or reversal is None:
        return None
    is_same = is_as_drafted(reversal, wanted) and not reversal.is_on_hold
    return None if is_same else _changed(reversal)


def _is_as_written(found: Found, draft: Draft) -> Reason | None:
    """A person's change is not overwritten, and what is released is not deleted."""
    posting: Posting = draft.value
    journal = books_of(found).journal
    if journal is None:
        return None
    if journal.is_released:
        return RELEASED_MEANWHILE.because(journal=str(journal.key))
    if not posting.written_as or posting.rest is Rest.WANTED_GONE:
        return None
    return None if seal(journal) == posting.written_as else _changed(journal)


def _changed(journal: Journal) -> Reason:
    return CHANGED_THERE.because(journal=str(journal.key))


def written(slot: Slot) -> Callable[[Found | None, Draft], list[Difference]]:
    """The differences of a step that writes a journal: its head, and each line as pay."""

    def differences(found: Found | None, draft: Draft) -> list[Difference]:
        wanted = slot.wanted(found, draft)
        return [] if wanted is None else _written(wanted, slot.prefix)

    return differences


def _written(wanted: JournalDraft, prefix: str) -> list[Difference]:
    head = (
        ("reference", wanted.reference),
        ("date", wanted.date_on.isoformat()),
        ("period", wanted.period),
        ("branch", wanted.branch),
        ("ledger", wanted.ledger),
        ("currency", wanted.currency),
    )
    lines = [
        Difference(f"{prefix}line {number:03}", "", text, privacy=Privacy.PAY)
        for number, text in enumerate(_line_texts(wanted), start=1)
    ]
    return [
        *(Difference(f"{prefix}{name}", "", value) for name, value in head),
        Difference(f"{prefix}total", "", str(wanted.total), privacy=Privacy.PAY),
        *lines,
    ]


def _line_texts(wanted: JournalDraft) -> Sequence[str]:
    return [
        f"{line.account} {line.subaccount} debit {line.debit} credit {line.credit} "
        f"{line.project} {line.memo}"
        for line in wanted.lines
    ]


def said(name: str, before: str, after: str) -> Callable[[Found | None, Draft], list[Difference]]:
    """The one difference of a step that changes a journal's standing."""
    return lambda found, draft: [Difference(name, before, after)]


def _reversal_reference(draft: Draft) -> str:
    reversal: Reversal = draft.value.reversal
    return reversal.reference


STEPS: Final = (
    Step(
        "reverse",
        Outcome.REVERSED,
        _reverse_needed,
        BACK.create,
        written(BACK),
        operations.CREATE_JOURNAL,
        creates=True,
        reference=_reversal_reference,
        lane=LANE,
    ),
    Step(
        "complete_reversal",
        Outcome.REVERSED,
        BACK.is_in_part,
        BACK.complete,
        said("reversal lines", "in part", "all"),
        operations.ADD_JOURNAL_LINES,
        appends=True,
        parts_left=BACK.lines_left,
        reference=_reversal_reference,
        lane=LANE,
    ),
    Step(
        "unhold_reversal",
        Outcome.REVERSED,
        BACK.is_held_by_us,
        BACK.unhold,
        said("reversal hold", "on hold", "off hold"),
        operations.TAKE_JOURNAL_OFF_HOLD,
        reference=_reversal_reference,
        lane=LANE,
    ),
    Step(
        "release_reversal",
        Outcome.REVERSED,
        _release_reversal_needed,
        BACK.release,
        said("reversal released", "no", "yes"),
        operations.RELEASE_JOURNAL,
        appends=True,
        reads_back=True,
        objection=_is_reversal_as_approved,
        reference=_reversal_reference,
        lane=LANE,
    ),
    Step(
        "remove",
        Outcome.REVERSED,
        _remove_needed,
        OWN.remove,
        said("journal", "written, not released", "deleted"),
        operations.DELETE_JOURNAL,
        objection=_is_as_written,
        lane=LANE,
    ),
    Step(
        "enter",
        Outcome.CREATED,
        _enter_needed,
        OWN.create,
        written(OWN),
        operations.CREATE_JOURNAL,
        creates=True,
        requires=FACTS,
        lane=LANE,
    ),
    Step(
        "complete",
        Outcome.CREATED,
        _complete_needed,
        OWN.complete,
        said("lines", "in part", "all"),
        operations.ADD_JOURNAL_LINES,
        appends=True,
        parts_left=OWN.lines_left,
        requires=FACTS,
        lane=LANE,
    ),
    Step(
        "unhold",
        Outcome.CREATED,
        OWN.is_held_by_us,
        OWN.unhold,
        said("hold", "on hold", "off hold"),
        operations.TAKE_JOURNAL_OFF_HOLD,
        lane=LANE,
    ),
    Step(
        "correct",
        Outcome.UPDATED,
        _correct_needed,
        OWN.correct,
        written(OWN),
        operations.CORRECT_JOURNAL,
        objection=_is_as_written,
        lane=LANE,
    ),
    Step(
        "release",
        Outcome.POSTED,
        _release_needed,
        OWN.release,
        said("released", "no", "yes"),
        operations.RELEASE_JOURNAL,
        appends=True,
        reads_back=True,
        objection=_is_as_approved,
        lane=LANE,
    ),
)
