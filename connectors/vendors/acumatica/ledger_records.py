"""Accounts, subaccounts, ledgers and financial periods as read from Acumatica."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from connectors.exchange import Answer
from connectors.shapes import Shape
from connectors.vendors.acumatica.records import Term
from connectors.vendors.acumatica.wrapped import custom, day, field_text, flag

CONTROL_VIEW: Final = "AccountRecords"
ACCOUNT_CUSTOM: Final = f"{CONTROL_VIEW}.ControlAccountModule,{CONTROL_VIEW}.AllowManualEntry"
ACCOUNT_FIELDS: Final = (
    "AccountCD",
    "Description",
    "Type",
    "Active",
    "CurrencyID",
    "RequireUnits",
    "CashAccount",
    "AccountGroup",
)
SUBACCOUNT_FIELDS: Final = ("SubaccountCD", "Description", "Active")
LEDGER_FIELDS: Final = (
    "LedgerID",
    "Description",
    "Type",
    "Currency",
    "Branches/BranchID",
    "Branches/BranchName",
    "Branches/Active",
)
PERIOD_FIELDS: Final = (
    "FinancialYear",
    "Details/FinancialPeriodID",
    "Details/StartDate",
    "Details/EndDate",
    "Details/Status",
    "Details/AdjustmentPeriod",
    "Details/ClosedInAP",
)


class Module(StrEnum):
    """A part of the ERP whose documents can be posted to a period."""

    GL = "GL"
    AP = "AP"


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the chart. Texts are empty where the account has none."""

    code: str
    title: str
    type: str
    is_active: bool
    control_module: str
    """The module whose documents alone post to it; empty for an ordinary account."""
    allows_manual_entry: bool
    currency: str
    """The one currency that it is kept in; empty: any."""
    requires_units: bool
    is_cash: bool
    account_group: str
    """The group by which projects count it."""


@dataclass(frozen=True, slots=True)
class Subaccount:
    """One subaccount; its segments stand side by side, without separators."""

    code: str
    title: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    """One ledger and the branches that keep their books in it."""

    code: str
    title: str
    type: str
    currency: str
    branches: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """One financial period, as "022026", with its first and last day."""

    id: str
    starts_on: date
    ends_on: date
    status: str
    closed_in: frozenset[Module]
    """The modules in which it is closed while its status still says Open."""
    is_adjustment: bool

    def is_open(self, module: Module) -> bool:
        """Whether documents of this module may be posted to it; an unknown status is not open."""
        return self.status == "Open" and module not in self.closed_in


def parse_accounts(answer: Answer) -> tuple[Account, ...]:
    """A list read with both custom fields."""
    shape = Shape(answer)
    return tuple(_account(shape, row) for row in shape.rows(answer.json(), "the accounts"))


def parse_subaccounts(answer: Answer) -> tuple[Subaccount, ...]:
    """A list read."""
    shape = Shape(answer)
    return tuple(
        Subaccount(
            shape.name(field_text(shape, row, "SubaccountCD"), "SubaccountCD"),
            _text(shape, row, "Description"),
            flag(shape, row, "Active"),
        )
        for row in shape.rows(answer.json(), "the subaccounts")
    )


def parse_ledgers(answer: Answer) -> tuple[Ledger, ...]:
    """A list read with branches."""
    shape = Shape(answer)
    return tuple(
        Ledger(
            shape.name(field_text(shape, row, "LedgerID"), "LedgerID"),
            _text(shape, row, "Description"),
            _text(shape, row, "Type"),
            _text(shape, row, "Currency"),
            tuple(
                Term(
                    shape.name(field_text(shape, branch, "BranchID"), "BranchID"),
                    _text(shape, branch, "BranchName"),
                    flag(shape, branch, "Active"),
                )
                for branch in shape.rows(row.get("Branches"), "Branches")
            ),
        )
        for row in shape.rows(answer.json(), "the ledgers")
    )


def parse_periods(answer: Answer) -> tuple[Period, ...]:
    """All years with their periods; as the instance gives them."""
    shape = Shape(answer)
    return tuple(
        _period(shape, row)
        for year in shape.rows(answer.json(), "the financial years")
        for row in shape.rows(year.get("Details"), "Details")
    )


def period_id(text: str) -> str:
    """A period as it is compared: forms print it with a hyphen."""
    return text.replace("-", "")


def _account(shape: Shape, row: Mapping[str, object]) -> Account:
    control = custom(shape, row, CONTROL_VIEW)
    return Account(
        code=shape.name(field_text(shape, row, "AccountCD"), "AccountCD"),
        title=_text(shape, row, "Description"),
        type=_text(shape, row, "Type"),
        is_active=flag(shape, row, "Active"),
        control_module=_text(shape, control, "ControlAccountModule"),
        allows_manual_entry="AllowManualEntry" in control
        and flag(shape, control, "AllowManualEntry"),
        currency=_text(shape, row, "CurrencyID"),
        requires_units=flag(shape, row, "RequireUnits"),
        is_cash=flag(shape, row, "CashAccount"),
        account_group=_text(shape, row, "AccountGroup"),
    )


def _period(shape: Shape, row: Mapping[str, object]) -> Period:
    starts_on, ends_on = (_day(shape, row, name) for name in ("StartDate", "EndDate"))
    return Period(
        id=period_id(shape.name(field_text(shape, row, "FinancialPeriodID"), "FinancialPeriodID")),
        starts_on=starts_on,
        ends_on=ends_on,
        status=_text(shape, row, "Status"),
        closed_in=frozenset({Module.AP} if flag(shape, row, "ClosedInAP") else ()),
        is_adjustment=flag(shape, row, "AdjustmentPeriod"),
    )


def _day(shape: Shape, row: Mapping[str, object], name: str) -> date:
    found = day(shape, row, name)
    if isinstance(found, date):
        return found
    raise shape.broken(name, "a date", found)


def _text(shape: Shape, row: Mapping[str, object], name: str) -> str:
    found = field_text(shape, row, name)
    return found if isinstance(found, str) else ""
