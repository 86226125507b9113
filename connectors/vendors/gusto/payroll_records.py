"""What is read of a payroll, as frozen values: all of it is pay, benefit lines are health."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from connectors.values import ABSENT, Absent
from connectors.vendor import Privacy
from connectors.vendors.gusto.records import ERROR_READS

Amount = Decimal | Absent
CASH_TIPS: Final = "Cash Tips"
REIMBURSEMENT: Final = "Reimbursement"
"""In older versions the one sum of an employee's reimbursements, among his fixed pay."""


class Kind(StrEnum):
    """Which list a payroll stands in."""

    REGULAR = "regular"
    OFF_CYCLE = "off_cycle"
    EXTERNAL = "external"
    """Paid by a former provider: history, never posted."""


@dataclass(frozen=True, slots=True)
class Earning:
    """One line of pay. ``amount`` is ABSENT for time off in versions that do not price it."""

    name: str
    job_id: str
    """Empty for time off."""
    is_time_off: bool
    amount: Amount = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tax:
    """One tax; the same name stands for the employee's and the employer's part."""

    name: str
    is_employer: bool
    amount: Decimal = field(repr=False)


@dataclass(frozen=True, slots=True)
class Benefit:
    """One benefit of one employee. An imputed one raises the taxes and pays nothing."""

    name: str
    deduction: Decimal = field(repr=False)
    contribution: Decimal = field(repr=False)
    is_imputed: bool = False


@dataclass(frozen=True, slots=True)
class Deduction:
    """One deduction after taxes; its name is written by people and may hold a case number."""

    name: str = field(repr=False)
    amount: Decimal = field(repr=False)


@dataclass(frozen=True, slots=True)
class Paycheck:
    """What one payroll pays one employee."""

    employee_id: str
    payment_method: str | None
    gross_pay: Decimal = field(repr=False)
    net_pay: Decimal = field(repr=False)
    check_amount: Decimal = field(repr=False)
    """Net pay and reimbursements together, however they are paid."""
    earnings: tuple[Earning, ...] = field(repr=False)
    taxes: tuple[Tax, ...] = field(repr=False)
    benefits: tuple[Benefit, ...] = field(repr=False)
    deductions: tuple[Deduction, ...] = field(repr=False)
    reimbursements: tuple[Decimal, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Totals:
    """Gusto's own sums of a payroll; ABSENT where it does not tell one.

    ``check_amount`` is only what is paid by paper check, other than an employee's field of that
    name. ``benefits`` are the company's contributions.
    """

    gross_pay: Amount = ABSENT
    net_pay: Amount = ABSENT
    net_pay_debit: Amount = ABSENT
    check_amount: Amount = ABSENT
    employee_taxes: Amount = ABSENT
    employer_taxes: Amount = ABSENT
    tax_debit: Amount = ABSENT
    benefits: Amount = ABSENT
    employee_benefits_deductions: Amount = ABSENT
    other_deductions: Amount = ABSENT
    child_support_debit: Amount = ABSENT
    reimbursements: Amount = ABSENT
    reimbursement_debit: Amount = ABSENT
    company_debit: Amount = ABSENT
    employee_bonuses: Amount = ABSENT
    employee_commissions: Amount = ABSENT
    employee_cash_tips: Amount = ABSENT
    employee_paycheck_tips: Amount = ABSENT
    additional_earnings: Amount = ABSENT
    owners_draw: Amount = ABSENT
    imputed_pay: Amount = ABSENT
    deferred_payroll_taxes: Amount = ABSENT
    others: tuple[tuple[str, Decimal], ...] = ()
    """Sums that nobody documents: one that is not zero must be looked at."""

    def stated(self) -> Iterator[tuple[str, Decimal]]:
        """All sums that Gusto tells, by its own names."""
        for name in TOTALS:
            amount = getattr(self, name)
            if isinstance(amount, Decimal):
                yield name, amount
        yield from self.others


TOTALS: Final = tuple(one.name for one in fields(Totals) if one.name != "others")


@dataclass(frozen=True, slots=True)
class Payroll:
    """One payroll. A row of the list has no paychecks: ``is_whole`` says which of the two it is.

    ``is_processed`` is not final: until ``deadline_at`` it may be cancelled and run again under
    the same id, with other amounts; the check date may move later still.
    """

    id: str
    kind: Kind
    off_cycle_reason: str
    """``Reversal``, ``Bonus`` …; empty for a regular one. An open list."""
    is_processed: bool
    has_failed: bool
    is_cancellable: bool | Absent
    check_on: date
    period_from: date | None
    period_to: date | None
    processed_on: date | None
    calculated_at: str
    deadline_at: datetime | None
    debit_on: date | None
    """When the bank is debited, at Gusto's own word; None where it does not tell."""
    reversed_by: tuple[str, ...] = ()
    totals: Totals | None = field(default=None, repr=False)
    company_taxes: tuple[Tax, ...] = field(default=(), repr=False)
    paychecks: tuple[Paycheck, ...] = field(default=(), repr=False)
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class PayrollPage:
    """One page of a payroll: its head and some of its paychecks."""

    payroll: Payroll
    version: str
    paychecks: tuple[Paycheck, ...]
    row_count: int
    """With employees who are not paid this time."""
    page_count: int | None
    total_count: int | None


@dataclass(frozen=True, slots=True)
class PayrollRow:
    """One row of the list; ``version`` is ours, since Gusto gives a payroll none."""

    payroll: Payroll
    version: str


HEAD_NAMES: Final = (
    "uuid",
    "payroll_uuid",
    "company_uuid",
    "off_cycle",
    "off_cycle_reason",
    "external",
    "processed",
    "processed_date",
    "calculated_at",
    "check_date",
    "payroll_deadline",
    "start_date",
    "end_date",
    "cancellable",
    "expected_debit_time",
    "current_debit_date",
    "reversal_payroll_uuids",
    "status",
)
PAYROLL_READS: Final[Mapping[str, Privacy]] = MappingProxyType(
    {
        **ERROR_READS,
        **dict.fromkeys(HEAD_NAMES, Privacy.PLAIN),
        # What stands below is as private as they are: its names are left unnamed here, since
        # ``name`` and ``amount`` stand in all of them.
        "totals": Privacy.PAY,
        "company_taxes": Privacy.PAY,
        "employee_compensations": Privacy.PAY,
        "benefits": Privacy.HEALTH,
    }
)
PAYROLL_FIELDS: Final[Mapping[str, Privacy]] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "id",
                "kind",
                "off_cycle_reason",
                "is_processed",
                "has_failed",
                "is_cancellable",
                "check_on",
                "period_from",
                "period_to",
                "processed_on",
                "calculated_at",
                "deadline_at",
                "debit_on",
                "reversed_by",
                "is_whole",
            ),
            Privacy.PLAIN,
        ),
        "totals": Privacy.PAY,
        "company_taxes": Privacy.PAY,
        "paychecks": Privacy.PAY,
        "benefits": Privacy.HEALTH,
    }
)
"""The same classes by our own names, for what is told of a payroll as read."""
