"""What a refused journal means for the operator: by the field that is named, then by its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_LINE: Final = re.compile(r"Details\[(\d+)\]\.(\w+)")


@dataclass(frozen=True, slots=True)
class _Row:
    """A refusal that is known: the field's name, a word of the text, and what to do."""

    field: str
    """Empty: whatever the place."""
    word: str
    sentence: str


_TABLE: Final = (
    _Row("PostPeriod", "inactive", "its financial period is not yet active: activate the period"),
    _Row("PostPeriod", "closed", "its financial period is closed: open it, or post on another day"),
    _Row("PostPeriod", "locked", "its financial period is locked: post on another day"),
    _Row("PostPeriod", "not defined", "its day lies outside the financial calendar: extend it"),
    _Row("", "financial period is inactive", "its financial period is not yet active: activate it"),
    _Row("", "financial period is closed", "its financial period is closed: post on another day"),
    _Row("Account", "inactive", "an account is inactive: activate it, or map to another one"),
    _Row("Account", "cannot be found", "an account does not exist: map to another one"),
    _Row("Account", "control account", "an account takes no manual lines: map to another one"),
    _Row("Account", "net income", "YTD Net Income takes no journal lines: map to another account"),
    _Row("Account", "denominated", "an account is kept in another currency: map to another one"),
    _Row("Subaccount", "inactive", "a subaccount is inactive: activate it, or map to another one"),
    _Row("Subaccount", "cannot be found", "a subaccount does not exist: map to another one"),
    _Row("Subaccount", "empty", "a line has no subaccount: map one, or set a default"),
    _Row("Project", "empty", "each line must have a project: set the non-project code"),
    _Row("Project", "cannot be found", "the project does not exist: correct the non-project code"),
    _Row("UOM", "", "an account asks for units: map to another one"),
    _Row("BranchID", "", "the branch is inactive or keeps no books in this ledger"),
    _Row("LedgerID", "", "there is no such ledger"),
    _Row("CurrencyID", "", "the ledger is kept in another currency"),
    _Row("", "out of balance", "its debits do not equal its credits"),
    _Row("", "not balanced", "its debits do not equal its credits"),
    _Row("", "control total", "its total is not the control total"),
    _Row("", "has been released", "it is released already: reverse it instead"),
    _Row("", "on hold", "it is on hold: take it off hold first"),
)


def sentence_of(fields: Sequence[tuple[str, str]]) -> str:
    """Why a journal was refused and what to do; empty where no row of the table fits.

    ``fields`` are places and texts as ``faults.field_errors`` finds them. Where several are known
    the first is told; the rest stand beside it in the error's own fields.
    """
    for path, text in fields:
        for row in _TABLE:
            name = path.rpartition(".")[2]
            if row.field in ("", name) and row.word in text.lower():
                return f"{row.sentence}{_place(path)}"
    return ""


def _place(path: str) -> str:
    found = _LINE.match(path)
    return "" if found is None else f" (line {int(found[1]) + 1})"
