"""The two journals that a payroll may need, its own and the one that takes another back.

What is true of either stands here once: how it shall be, how far it has come, who writes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from connectors.vendors.acumatica import journals as acumatica
from connectors.vendors.acumatica.client import Client
from connectors.vendors.acumatica.journals import (
    Journal,
    JournalDraft,
    foreign_rows,
    is_as_drafted,
    missing_lines,
)
from integrations.flow import Draft, Found
from integrations.flows.gusto_to_acumatica.finding import found_of
from integrations.flows.gusto_to_acumatica.posting import Books, Posting, reversal_of

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


@dataclass(frozen=True, slots=True)
class Slot:
    """One of both journals."""

    prefix: str
    """Before the names of what is told of it."""
    standing: Callable[[Books], Journal | None]
    wanted: Callable[[Found | None, Draft], JournalDraft | None]
    put: Callable[[Books, Journal | None], Books]

    def journal(self, found: Found | None) -> Journal | None:
        """The journal as it stands."""
        return self.standing(books_of(found))

    def after(self, found: Found | None, draft: Draft, journal: Journal | None) -> Found:
        """The books with the journal as a step left it, by the name that they had."""
        name = "" if found is None else found.target_id
        return found_of(self.put(books_of(found), journal), draft.value, name)

    def lines_left(self, found: Found | None, draft: Draft) -> int:
        """How many lines are still missing there."""
        journal, wanted = self.journal(found), self.wanted(found, draft)
        return 0 if journal is None or wanted is None else len(missing_lines(journal, wanted))

    def is_in_part(self, found: Found | None, draft: Draft) -> bool:
        """Whether it was begun, on hold, and lacks lines; a person's are not ours to add to."""
        journal, wanted = self.journal(found), self.wanted(found, draft)
        if journal is None or wanted is None or not is_open(journal):
            return False
        if foreign_rows(journal, wanted):
            return False
        return journal.is_on_hold and bool(missing_lines(journal, wanted))

    def is_held_by_us(self, found: Found | None, draft: Draft) -> bool:
        """Whether all parts are there and the hold that it was begun with is still on."""
        journal, wanted = self.journal(found), self.wanted(found, draft)
        if journal is None or wanted is None or not is_open(journal):
            return False
        return wanted.is_parted and journal.is_on_hold and is_as_drafted(journal, wanted)

    def create(self, client: Client, found: Found | None, draft: Draft) -> Found:
        """Enter it: whole, or its first part on hold."""
        wanted = self._drawn_up(found, draft)
        return self.after(found, draft, acumatica.create_journal(client, wanted))

    def complete(self, client: Client, found: Found | None, draft: Draft) -> Found:
        """Append the next part of it."""
        wanted, journal = self._drawn_up(found, draft), self._there(found)
        return self.after(found, draft, acumatica.add_lines(client, journal, wanted))

    def correct(self, client: Client, found: Found | None, draft: Draft) -> Found:
        """Make it what it shall be now."""
        wanted, journal = self._drawn_up(found, draft), self._there(found)
        return self.after(found, draft, acumatica.correct_journal(client, journal, wanted))

    def unhold(self, client: Client, found: Found | None, draft: Draft) -> Found:
        """Take it off hold."""
        return self.after(found, draft, acumatica.take_off_hold(client, self._there(found)))

    def release(self, client: Client, found: Found | None, draft: Draft) -> Found:
        """Release it."""
        return self.after(found, draft, acumatica.release_journal(client, self._there(found)))

    def remove(self, client: Client, found: Found | None, draft: Draft) -> Found:
        """Delete it."""
        acumatica.delete_journal(client, self._there(found))
        return self.after(found, draft, None)

    def _drawn_up(self, found: Found | None, draft: Draft) -> JournalDraft:
        wanted = self.wanted(found, draft)
        if wanted is None:
            raise TypeError("A journal is written only once it is drawn up.")
        return wanted

    def _there(self, found: Found | None) -> Journal:
        journal = self.journal(found)
        if journal is None:
            raise TypeError("Only a journal that stands there is changed.")
        return journal


OWN: Final = Slot(
    "",
    lambda books: books.journal,
    journal_draft,
    lambda books, journal: replace(books, journal=journal),
)
BACK: Final = Slot(
    "reversal ",
    lambda books: books.reversal,
    reversal_draft,
    lambda books, journal: replace(books, reversal=journal),
)
