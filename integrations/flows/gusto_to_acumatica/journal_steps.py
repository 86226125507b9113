"""The steps by which a payroll's journal comes to stand: take back, delete, enter, release."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from audit.outcomes import Outcome
from connectors.vendor import Privacy
from connectors.vendors.acumatica import journals as acumatica
from connectors.vendors.acumatica import ledger_operations as operations
from connectors.vendors.acumatica.client import Client
from connectors.vendors.acumatica.journals import (
    Journal,
    JournalDraft,
    foreign_rows,
    is_as_drafted,
    is_correctable,
    missing_lines,
)
from integrations.flow import Difference, Draft, Found, Step
from integrations.flows.gusto_to_acumatica.finding import found_of
from integrations.flows.gusto_to_acumatica.posting import (
    FACTS,
    Books,
    Posting,
    Rest,
    Reversal,
    reversal_of,
    seal,
)
from integrations.flows.gusto_to_acumatica.reasons_ledger import CHANGED_THERE, RELEASED_MEANWHILE
from integrations.reasons import Reason

LANE: Final = "JournalTransaction"
NO_BOOKS: Final = Books()


def books_of(found: Found | None) -> Books:
    """What stands there; nothing where nothing was found."""
    books: Books = NO_BOOKS if found is None else found.value
    return books


def journal_draft(found: Found | None, draft: Draft) -> JournalDraft | None:
    """The journal that shall stand for the payroll, where it is drawn up."""
    posting: Posting = draft.value
    return posting.draft


def reversal_draft(found: Found | None, draft: Draft) -> JournalDraft | None:
    """The journal that takes back the one that stands."""
    posting: Posting = draft.value
    posted = books_of(found).posted
    if posting.reversal is None or posted is None:
        return None
    return reversal_of(posted, posting.reversal)


def is_open(journal: Journal | None) -> bool:
    """Whether a journal is there that can still be changed by us."""
    return journal is not None and not (
        journal.is_released or journal.waits_for_approval or journal.is_rejected
    )


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
    journal = books_of(found).journal
    if posting.is_provisional:
        return journal is not None
    return posting.draft is not None and _is_in_part(journal, posting.draft)


def _complete_reversal_needed(found: Found | None, draft: Draft) -> bool:
    wanted, reversal = reversal_draft(found, draft), books_of(found).reversal
    return wanted is not None and _is_in_part(reversal, wanted)


def _is_in_part(journal: Journal | None, wanted: JournalDraft) -> bool:
    """Whether it was begun, on hold, and lacks lines; a person's lines are not ours to add to."""
    if journal is None or not is_open(journal) or foreign_rows(journal, wanted):
        return False
    return journal.is_on_hold and bool(missing_lines(journal, wanted))


def _lines_left(found: Found | None, draft: Draft) -> int:
    posting: Posting = draft.value
    return _lines_missing(books_of(found).journal, posting.draft)


def _reversal_lines_left(found: Found | None, draft: Draft) -> int:
    return _lines_missing(books_of(found).reversal, reversal_draft(found, draft))


def _lines_missing(journal: Journal | None, wanted: JournalDraft | None) -> int:
    return 0 if journal is None or wanted is None else len(missing_lines(journal, wanted))


def _unhold_needed(found: Found | None, draft: Draft) -> bool:
    posting: Posting = draft.value
    journal = books_of(found).journal
    return posting.draft is not None and _is_held_by_us(journal, posting.draft)


def _unhold_reversal_needed(found: Found | None, draft: Draft) -> bool:
    wanted = reversal_draft(found, draft)
    return wanted is not None and _is_held_by_us(books_of(found).reversal, wanted)


def _is_held_by_us(journal: Journal | None, wanted: JournalDraft) -> bool:
    """Whether all parts are there and the hold that it was begun with is still on."""
    if journal is None or not is_open(journal) or not wanted.is_parted:
        return False
    return journal.is_on_hold and is_as_drafted(journal, wanted)


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
    wanted, reversal = reversal_draft(found, draft), books_of(found).reversal
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


def _after(found: Found | None, draft: Draft, books: Books) -> Found:
    """The books after a step, by the name they had while no journal stands."""
    return found_of(books, draft.value, "" if found is None else found.target_id)


def _reverse(client: Client, found: Found | None, draft: Draft) -> Found:
    wanted = _drawn(reversal_draft(found, draft))
    return _after(
        found, draft, replace(books_of(found), reversal=acumatica.create_journal(client, wanted))
    )


def _enter(client: Client, found: Found | None, draft: Draft) -> Found:
    entered = acumatica.create_journal(client, _drawn(journal_draft(found, draft)))
    return _after(found, draft, replace(books_of(found), journal=entered))


def _remove(client: Client, found: Found | None, draft: Draft) -> Found:
    acumatica.delete_journal(client, _there(books_of(found).journal))
    return _after(found, draft, replace(books_of(found), journal=None))


def _complete(client: Client, found: Found | None, draft: Draft) -> Found:
    journal = _there(books_of(found).journal)
    completed = acumatica.add_lines(client, journal, _drawn(journal_draft(found, draft)))
    return _after(found, draft, replace(books_of(found), journal=completed))


def _complete_reversal(client: Client, found: Found | None, draft: Draft) -> Found:
    reversal = _there(books_of(found).reversal)
    completed = acumatica.add_lines(client, reversal, _drawn(reversal_draft(found, draft)))
    return _after(found, draft, replace(books_of(found), reversal=completed))


def _correct(client: Client, found: Found | None, draft: Draft) -> Found:
    journal = _there(books_of(found).journal)
    corrected = acumatica.correct_journal(client, journal, _drawn(journal_draft(found, draft)))
    return _after(found, draft, replace(books_of(found), journal=corrected))


def _unhold(client: Client, found: Found | None, draft: Draft) -> Found:
    journal = acumatica.take_off_hold(client, _there(books_of(found).journal))
    return _after(found, draft, replace(books_of(found), journal=journal))


def _unhold_reversal(client: Client, found: Found | None, draft: Draft) -> Found:
    reversal = acumatica.take_off_hold(client, _there(books_of(found).reversal))
    return _after(found, draft, replace(books_of(found), reversal=reversal))


def _release(client: Client, found: Found | None, draft: Draft) -> Found:
    journal = acumatica.release_journal(client, _there(books_of(found).journal))
    return _after(found, draft, replace(books_of(found), journal=journal))


def _release_reversal(client: Client, found: Found | None, draft: Draft) -> Found:
    reversal = acumatica.release_journal(client, _there(books_of(found).reversal))
    return _after(found, draft, replace(books_of(found), reversal=reversal))


def _drawn(wanted: JournalDraft | None) -> JournalDraft:
    if wanted is None:
        raise TypeError("A journal is written only once it is drawn up.")
    return wanted


def _there(journal: Journal | None) -> Journal:
    if journal is None:
        raise TypeError("Only a journal that stands there is changed.")
    return journal


Drawing = Callable[[Found | None, Draft], JournalDraft | None]


def written(
    drawing: Drawing, prefix: str = ""
) -> Callable[[Found | None, Draft], list[Difference]]:
    """The differences of a step that writes a journal: its head, and each line as pay."""

    def differences(found: Found | None, draft: Draft) -> list[Difference]:
        wanted = drawing(found, draft)
        return [] if wanted is None else _written(wanted, prefix)

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
        _reverse,
        written(reversal_draft, "reversal "),
        operations.CREATE_JOURNAL,
        creates=True,
        reference=_reversal_reference,
        lane=LANE,
    ),
    Step(
        "complete_reversal",
        Outcome.REVERSED,
        _complete_reversal_needed,
        _complete_reversal,
        said("reversal lines", "in part", "all"),
        operations.ADD_JOURNAL_LINES,
        appends=True,
        parts_left=_reversal_lines_left,
        reference=_reversal_reference,
        lane=LANE,
    ),
    Step(
        "unhold_reversal",
        Outcome.REVERSED,
        _unhold_reversal_needed,
        _unhold_reversal,
        said("reversal hold", "on hold", "off hold"),
        operations.TAKE_JOURNAL_OFF_HOLD,
        reference=_reversal_reference,
        lane=LANE,
    ),
    Step(
        "release_reversal",
        Outcome.REVERSED,
        _release_reversal_needed,
        _release_reversal,
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
        _remove,
        said("journal", "written, not released", "deleted"),
        operations.DELETE_JOURNAL,
        objection=_is_as_written,
        lane=LANE,
    ),
    Step(
        "enter",
        Outcome.CREATED,
        _enter_needed,
        _enter,
        written(journal_draft),
        operations.CREATE_JOURNAL,
        creates=True,
        requires=FACTS,
        lane=LANE,
    ),
    Step(
        "complete",
        Outcome.CREATED,
        _complete_needed,
        _complete,
        said("lines", "in part", "all"),
        operations.ADD_JOURNAL_LINES,
        appends=True,
        parts_left=_lines_left,
        requires=FACTS,
        lane=LANE,
    ),
    Step(
        "unhold",
        Outcome.CREATED,
        _unhold_needed,
        _unhold,
        said("hold", "on hold", "off hold"),
        operations.TAKE_JOURNAL_OFF_HOLD,
        lane=LANE,
    ),
    Step(
        "correct",
        Outcome.UPDATED,
        _correct_needed,
        _correct,
        written(journal_draft),
        operations.CORRECT_JOURNAL,
        objection=_is_as_written,
        lane=LANE,
    ),
    Step(
        "release",
        Outcome.POSTED,
        _release_needed,
        _release,
        said("released", "no", "yes"),
        operations.RELEASE_JOURNAL,
        appends=True,
        reads_back=True,
        objection=_is_as_approved,
        lane=LANE,
    ),
)
