"""Reads the chart of accounts, subaccounts and ledgers, and says which accounts may be used."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import partial
from typing import Final

from connectors.paging import Offset, walk
from connectors.vendor import TermValue
from connectors.vendors.acumatica.books import BOOK_PAGE_ROWS
from connectors.vendors.acumatica.client import Client
from connectors.vendors.acumatica.ledger_records import Account, Ledger, Subaccount

__all__ = [
    "Account",
    "AccountFlaw",
    "Ledger",
    "Subaccount",
    "account_flaws",
    "list_accounts",
    "list_ledgers",
    "list_subaccounts",
    "masked",
    "read_accounts",
    "read_subaccounts",
]

OPEN_PLACE: Final = "?"
"""Stands in a mask for each character that a value fills."""


class AccountFlaw(StrEnum):
    """Why a journal may not use an account."""

    INACTIVE = "inactive"
    CONTROL = "control"
    OTHER_CURRENCY = "other currency"
    NEEDS_UNITS = "needs units"

    @property
    def sentence(self) -> str:
        """The flaw in words; completes "Account 20000 …"."""
        return _SENTENCES[self]


_SENTENCES: Final = {
    AccountFlaw.INACTIVE: "is inactive: activate it or choose another one.",
    AccountFlaw.CONTROL: "is a control account, which takes no manual lines: choose another one, "
    "or allow manual entry on Chart of Accounts (GL202500).",
    AccountFlaw.OTHER_CURRENCY: "is kept in another currency: choose another one.",
    AccountFlaw.NEEDS_UNITS: "asks for units on every line: choose another one.",
}


def list_accounts(client: Client) -> tuple[Account, ...]:
    """The whole chart of accounts, inactive ones too."""
    pages = walk(Offset(BOOK_PAGE_ROWS), partial(_accounts_page, client))
    return tuple({account.code: account for page in pages for account in page}.values())


def list_subaccounts(client: Client) -> tuple[Subaccount, ...] | None:
    """All subaccounts; None where the feature is off: then journals have none."""
    first = client.books.list_subaccounts(0)
    if first is None:
        return None
    found = {row.code: row for row in first}
    place = Offset(BOOK_PAGE_ROWS).after(len(first))
    if place is not None:
        for page in walk(place, partial(_subaccounts_page, client)):
            found.update((row.code, row) for row in page)
    return tuple(found.values())


def list_ledgers(client: Client) -> tuple[Ledger, ...]:
    """All ledgers with currency and branches."""
    return client.books.list_ledgers()


def read_accounts(client: Client) -> tuple[TermValue, ...]:
    """The accounts as a vocabulary."""
    return tuple(TermValue(row.code, row.title, row.is_active) for row in list_accounts(client))


def read_subaccounts(client: Client) -> tuple[TermValue, ...]:
    """The subaccounts as a vocabulary; none where the feature is off."""
    rows = list_subaccounts(client) or ()
    return tuple(TermValue(row.code, row.title, row.is_active) for row in rows)


def account_flaws(account: Account, currency: str) -> tuple[AccountFlaw, ...]:
    """What keeps a journal in this currency from using the account."""
    is_control = bool(account.control_module) and not account.allows_manual_entry
    flaws = {
        AccountFlaw.INACTIVE: not account.is_active,
        AccountFlaw.CONTROL: is_control,
        AccountFlaw.OTHER_CURRENCY: account.currency not in ("", currency),
        AccountFlaw.NEEDS_UNITS: account.requires_units,
    }
    return tuple(flaw for flaw, is_there in flaws.items() if is_there)


def masked(mask: str, value: str) -> str:
    """The subaccount that a mask and a segment's value make: ``???000`` and ``110``: ``110000``.

    Raises:
        ValueError: the value has not as many characters as the mask leaves open.
    """
    open_count = mask.count(OPEN_PLACE)
    if not open_count or len(value) != open_count:
        raise ValueError(f"The value must have {open_count} characters to fill the mask {mask}.")
    characters = iter(value)
    return "".join(next(characters) if place == OPEN_PLACE else place for place in mask)


def _accounts_page(client: Client, place: Offset) -> tuple[Sequence[Account], Offset | None]:
    page = client.books.list_accounts(place.skip)
    return page, place.after(len(page))


def _subaccounts_page(client: Client, place: Offset) -> tuple[Sequence[Subaccount], Offset | None]:
    page = client.books.list_subaccounts(place.skip) or ()
    return page, place.after(len(page))
