"""What journals of payrolls stand on at Acumatica: its calendar, ledgers, accounts; judged pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from connectors.vendors.acumatica.accounts import (
    Account,
    Ledger,
    Subaccount,
    account_flaws,
    list_accounts,
    list_ledgers,
    list_subaccounts,
)
from connectors.vendors.acumatica.client import Client
from connectors.vendors.acumatica.journal_drafts import JournalDraft
from connectors.vendors.acumatica.periods import (
    Module,
    Period,
    first_open_day,
    list_periods,
    period_on,
)
from integrations.choosing import Option
from integrations.flow import Lookups
from integrations.flows.gusto_to_acumatica.reasons_ledger import (
    ACCOUNT_UNKNOWN,
    ACCOUNT_UNUSABLE,
    BRANCH_UNKNOWN,
    DATED_LATER,
    LEDGER_CURRENCY,
    LEDGER_UNKNOWN,
    NO_BRANCH,
    NO_OPEN_PERIOD,
    PERIOD_CLOSED,
    SUBACCOUNT_MISSING,
    SUBACCOUNT_UNUSABLE,
)
from integrations.reasons import Reason

CURRENCY: Final = "USD"
"""Gusto pays in no other."""
ACTUAL: Final = "Actual"
"""The type of a ledger that real amounts are posted to."""
HOLD, FIRST_OPEN = "hold", "first open day"

PAYROLL_BRANCH: Final = Option(
    "payroll_branch",
    "Branch of the journals",
    "The branch at Acumatica that this Gusto company is. Nothing is posted until it is chosen.",
    "",
    clean=str.strip,
)
PAYROLL_LEDGER: Final = Option(
    "payroll_ledger",
    "Ledger of the journals",
    "Empty: the one actual ledger in which the branch keeps its books.",
    "",
    clean=str.strip,
)
CLOSED_PERIOD: Final = Option(
    "closed_period",
    "Where the period is closed",
    "Hold the payroll, or post it on the first open day with its true date in the description.",
    HOLD,
    choices=(HOLD, FIRST_OPEN),
)
GROUND_OPTIONS: Final = (PAYROLL_BRANCH, PAYROLL_LEDGER, CLOSED_PERIOD)


@dataclass(frozen=True, slots=True)
class Ground:
    """The calendar, the ledgers and the chart of accounts as they are in this run."""

    periods: Sequence[Period]
    ledgers: Sequence[Ledger]
    accounts: Mapping[str, Account]
    subaccounts: Mapping[str, Subaccount] | None
    """None where the feature is off."""


@dataclass(frozen=True, slots=True)
class Place:
    """The day in the ledger, its period, and whether the true day was closed."""

    on: date
    period: str
    remark: Reason | None = None


def read_ground(client: Client) -> Ground:
    """Read all of it."""
    subaccounts = list_subaccounts(client)
    return Ground(
        list_periods(client),
        list_ledgers(client),
        {account.code: account for account in list_accounts(client)},
        None if subaccounts is None else {row.code: row for row in subaccounts},
    )


def ledger_of(ground: Ground, lookups: Lookups) -> Ledger | Reason:
    """The ledger of the chosen branch, or why there is none."""
    branch = lookups.option(PAYROLL_BRANCH.name)
    if not branch:
        return NO_BRANCH.because()
    own = [one for one in ground.ledgers if branch in {term.code for term in one.branches}]
    if not own:
        return BRANCH_UNKNOWN.because(branch=branch)
    chosen = lookups.option(PAYROLL_LEDGER.name)
    fitting = [one for one in own if (one.code == chosen if chosen else one.type == ACTUAL)]
    if len(fitting) != 1:
        known = ", ".join(sorted(one.code for one in own))
        return LEDGER_UNKNOWN.because(ledger=chosen or "(none chosen)", branch=branch, known=known)
    if fitting[0].currency != CURRENCY:
        return LEDGER_CURRENCY.because(ledger=fitting[0].code, currency=fitting[0].currency)
    return fitting[0]


def place_on(ground: Ground, day: date, lookups: Lookups) -> Place | Reason:
    """Where a payroll of this day is posted, by the choice for closed periods."""
    period = period_on(ground.periods, day)
    if period is not None and period.is_open(Module.GL):
        return Place(day, period.id)
    if lookups.option(CLOSED_PERIOD.name) == FIRST_OPEN:
        return first_open_place(ground, day)
    name = "no period" if period is None else f"period {period.id}, which is {period.status}"
    return PERIOD_CLOSED.because(day=day.isoformat(), period=name)


def first_open_place(ground: Ground, day: date) -> Place | Reason:
    """The first day on which the ledger is open, not before this one."""
    opened = first_open_day(ground.periods, Module.GL, day)
    period = None if opened is None else period_on(ground.periods, opened)
    if opened is None or period is None:
        return NO_OPEN_PERIOD.because(day=day.isoformat())
    if opened == day:
        return Place(day, period.id)
    remark = DATED_LATER.because(day=day.isoformat(), posted=opened.isoformat())
    return Place(opened, period.id, remark)


def is_open_on(ground: Ground, day: date) -> bool:
    """Whether journals of this day may be posted."""
    period = period_on(ground.periods, day)
    return period is not None and period.is_open(Module.GL)


def flaws_of(draft: JournalDraft, ground: Ground) -> tuple[Reason, ...]:
    """What keeps the journal's accounts and subaccounts from being used, each once."""
    found = (*_account_flaws(draft, ground), *_subaccount_flaws(draft, ground))
    return tuple({one.sentence: one for one in found}.values())


def _account_flaws(draft: JournalDraft, ground: Ground) -> Iterator[Reason]:
    for code in dict.fromkeys(line.account for line in draft.lines):
        account = ground.accounts.get(code)
        if account is None:
            yield ACCOUNT_UNKNOWN.because(account=code)
            continue
        for flaw in account_flaws(account, draft.currency):
            yield ACCOUNT_UNUSABLE.because(account=code, flaw=flaw.sentence)


def _subaccount_flaws(draft: JournalDraft, ground: Ground) -> Iterator[Reason]:
    if ground.subaccounts is None:
        return
    for line in draft.lines:
        if not line.subaccount:
            yield SUBACCOUNT_MISSING.because(account=line.account)
            continue
        row = ground.subaccounts.get(line.subaccount)
        if row is None or not row.is_active:
            flaw = "is not there" if row is None else "is inactive"
            yield SUBACCOUNT_UNUSABLE.because(subaccount=line.subaccount, flaw=flaw)
