"""How a payroll shall stand in Acumatica's ledger, and every way in which it does not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from config.demo.expectations.acumatica import BRANCH, Row

NOTHING = Decimal("0.00")
RELEASED = ("Posted", "Unposted")

Account = tuple[str, str]
"""An account and its subaccount, by their codes."""


@dataclass(frozen=True, slots=True)
class Batch:
    """How one payroll shall stand: ``sums`` is None where no batch may stand for it."""

    reference: str
    why: str
    date_on: str = ""
    total: Decimal = NOTHING
    """Of its debits, and of its credits."""
    cost: Decimal = NOTHING
    """What the payroll's own totals say that it costs the company."""
    sums: Mapping[Account, Decimal] | None = None
    """Debits less credits."""
    expenses: frozenset[str] = field(default=frozenset())
    """The accounts that bear the cost."""


def journal_faults(wanted: Sequence[Batch], now: Row) -> list[str]:
    """Every way in which the ledger is not as it shall be; one sentence each."""
    found: dict[str, list[Row]] = {}
    for journal in now.values():
        found.setdefault(str(journal["Description"]), []).append(journal)
    sentences = []
    for one in wanted:
        sentences += _faults_of_one(one, found.pop(one.reference, []))
    return sentences + [f"A batch stands there as {key}, for nothing." for key in found]


def _faults_of_one(one: Batch, found: Sequence[Row]) -> list[str]:
    if one.sums is None:
        return [f"{one.reference} ({one.why}) must not stand there."] if found else []
    if len(found) != 1:
        return [f"{one.reference} ({one.why}) stands there {len(found)} times."]
    (journal,) = found
    is_released = journal["Status"] in RELEASED
    sums, debits, credits = _sums_of(journal)
    costs = sum_of(amount for (account, _), amount in sums.items() if account in one.expenses)
    stands = {
        "date": (journal["TransactionDate"], one.date_on),
        "branch": (journal["BranchID"], BRANCH),
        "debits": (debits, one.total),
        "credits": (credits, one.total),
        "costs": (costs, one.cost),
        "released": (is_released, is_released if one.why == "either" else one.why == "released"),
    }
    for account in {*sums, *one.sums}:
        shown = " / ".join(account)
        stands[shown] = (sums.get(account, NOTHING), one.sums.get(account, NOTHING))
    return [
        f"{one.reference}: {name} is {is_so} and shall be {shall}."
        for name, (is_so, shall) in stands.items()
        if is_so != shall
    ]


def _sums_of(journal: Row) -> tuple[dict[Account, Decimal], Decimal, Decimal]:
    """Debits less credits by account and subaccount, all debits, all credits."""
    sums: dict[Account, Decimal] = defaultdict(lambda: NOTHING)
    debits = credits = NOTHING
    for line in journal["Details"]:
        debit, credit = Decimal(line["DebitAmount"]), Decimal(line["CreditAmount"])
        sums[line["Account"], line["Subaccount"]] += debit - credit
        debits, credits = debits + debit, credits + credit
    return sums, debits, credits


def sum_of(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, NOTHING)
