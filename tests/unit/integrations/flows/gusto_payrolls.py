"""Payrolls as Gusto's stand-in reckons them, and the mapping tables of a payroll accountant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache

from connectors import numbers
from connectors.exchange import Answer
from connectors.sandbox.vendors.gusto import ledger as stand_in
from connectors.sandbox.vendors.gusto import money
from connectors.sandbox.vendors.gusto.company import Company
from connectors.sandbox.vendors.gusto.company import Payroll as SandboxPayroll
from connectors.sandbox.vendors.gusto.founding import PRODUCTION, found
from connectors.vendors.gusto.ledger import Ledger, parse_ledger
from connectors.vendors.gusto.operations import DOWNLOAD_REPORT
from connectors.vendors.gusto.payroll_records import (
    Benefit,
    Deduction,
    Earning,
    Kind,
    Paycheck,
    Payroll,
    Tax,
    Totals,
)
from integrations.flow import MappingUse
from integrations.flows.gusto_to_acumatica.journal import Drawn, Frame, journal_for_payroll
from integrations.flows.gusto_to_acumatica.payroll_choices import PAYROLL_OPTIONS
from integrations.flows.gusto_to_acumatica.references import Reference
from integrations.flows.gusto_to_acumatica.split import Split
from integrations.mapping import Table

NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)
SEED, PEOPLE = 7, 60
ID = "0d6f0a52-1c7e-4b0b-9a55-2f5f3f0f8a01"
Row = tuple[str, str]
Rows = Mapping[tuple[str, ...], Row]

DEFAULTS: Rows = {
    ("earning:*",): ("60100", "000000"),
    ("employer_tax:*",): ("60500", "000000"),
    ("contribution:*",): ("60600", "000000"),
    ("reimbursement:*",): ("61000", "000000"),
    ("benefit:*",): ("21600", "000000"),
    ("deduction:*",): ("21800", "000000"),
    ("total:*",): ("10250", "000000"),
}
"""One row for each section: every bank movement goes through the clearing account."""
OWN_ROWS: Rows = {
    ("total:employee_cash_tips",): ("21900", "000000"),
    ("total:owners_draw",): ("33100", "000000"),
    ("total:unnamed_earnings",): ("60400", "000000"),
}
DEPARTMENTS = {
    "*": "000000",
    "Advisory": "110000",
    "Research": "120000",
    "Finance": "130000",
    "Operations": "140000",
    "Client Services": "150000",
    "People": "160000",
}
FRAME = Frame(
    reference=Reference(ID),
    date_on=date(2026, 11, 13),
    period="112026",
    branch="HEADOFFICE",
    ledger="ACTUAL",
    currency="USD",
)


@cache
def company() -> Company:
    """A company with a payroll of every kind."""
    return found(PRODUCTION[0], SEED, PEOPLE, NOW, lambda case: False)


def fixture(letter: str) -> SandboxPayroll:
    """The stand-in's payroll of one letter of the dossier's case 15."""
    return next(one for one in company().payrolls.values() if one.fixture == letter)


def payroll_of(letter: str) -> Payroll:
    """The same as the connector reads it, whole."""
    one = fixture(letter)
    regular = Kind.OFF_CYCLE if one.is_off_cycle else Kind.REGULAR
    shown = one.totals(money.USUAL)
    return payroll(
        one.pays.values(),
        one.company_taxes,
        shown,
        id=one.uuid,
        kind=Kind.EXTERNAL if one.is_external else regular,
        off_cycle_reason=one.off_cycle_reason or "",
        check_on=one.check_date,
        period_from=one.start_date,
        period_to=one.end_date,
    )


def payroll(
    pays: Iterable[money.Pay],
    company_taxes: Iterable[money.Tax] = (),
    totals: Mapping[str, Decimal] | None = None,
    **head: object,
) -> Payroll:
    """A payroll of these people, with the totals that follow from them."""
    paid = [pay for pay in pays if not pay.is_excluded]
    taxes = list(company_taxes)
    told = dict(money.totals(paid, taxes) if totals is None else totals)
    known = {one.name for one in fields(Totals)}
    values: dict[str, object] = {
        "id": ID,
        "kind": Kind.REGULAR,
        "off_cycle_reason": "",
        "is_processed": True,
        "has_failed": False,
        "is_cancellable": False,
        "check_on": date(2026, 11, 13),
        "period_from": date(2026, 10, 26),
        "period_to": date(2026, 11, 8),
        "processed_on": date(2026, 11, 10),
        "calculated_at": "2026-11-10T18:02:11Z",
        "deadline_at": None,
        "debit_on": date(2026, 11, 12),
        **head,
    }
    return Payroll(
        **values,  # type: ignore[arg-type]  # the head is told by name in each test
        totals=Totals(
            others=(), **{name: amount for name, amount in told.items() if name in known}
        ),
        company_taxes=tuple(map(_tax, taxes)),
        paychecks=tuple(map(paycheck, paid)),
        is_whole=True,
    )


def paycheck(pay: money.Pay) -> Paycheck:
    """One employee's pay as the connector reads it."""
    return Paycheck(
        employee_id=pay.employee_uuid,
        payment_method=pay.method,
        gross_pay=pay.gross,
        net_pay=pay.net,
        check_amount=pay.check,
        earnings=tuple(
            Earning(one.name, one.job_uuid, one.kind == "time off", one.amount)
            for one in pay.earnings
        ),
        taxes=tuple(map(_tax, pay.taxes)),
        benefits=tuple(
            Benefit(one.name, one.employee, one.company, one.is_imputed) for one in pay.benefits
        ),
        deductions=tuple(Deduction(one.name, one.amount) for one in pay.deductions),
        reimbursements=tuple(one.amount for one in pay.reimbursements),
    )


def report(one: SandboxPayroll, aggregation: str = "department", **switches: str) -> Ledger:
    """Gusto's ledger report of a payroll, as it reads."""
    body = stand_in.Ledger(one, "Harbor & Pine", aggregation, **switches).body()  # type: ignore[arg-type]
    return parse_ledger(Answer(200, {}, numbers.write(body), "", "gusto", DOWNLOAD_REPORT))


def departments(one: SandboxPayroll) -> dict[str, str]:
    """Who was in which department on that day."""
    return {pay.employee_uuid: pay.department or "" for pay in one.pays.values()}


def table(
    rows: Rows | None = None,
    places: Mapping[str, str] | None = None,
    abilities: Iterable[str] = ("subaccounts",),
    ignored: Iterable[tuple[str, tuple[str, ...]]] = (),
    **options: str,
) -> Table:
    """The mapping rows of a tenant; without a word, a default for each section."""
    chosen = {**DEFAULTS, **OWN_ROWS} if rows is None else rows
    targets = {
        ("pay_component", key): {"account": account, "subaccount": subaccount}
        for key, (account, subaccount) in chosen.items()
    }
    for kind in ("department_subaccount", "job_subaccount"):
        for title, subaccount in (DEPARTMENTS if places is None else places).items():
            targets[kind, (title,)] = {"subaccount": subaccount}
    uses = {
        (kind, key): MappingUse(number, kind, key, target, 1)
        for number, ((kind, key), target) in enumerate(targets.items(), start=1)
    }
    declared = {option.name: option.default for option in PAYROLL_OPTIONS}
    return Table(
        "harbor",
        uses,
        frozenset(ignored),
        {**declared, "start_date": "2026-01-01", **options},
        abilities=frozenset(abilities),
    )


def drawn(one: Payroll, lookups: Table | None = None, split: Split | None = None) -> Drawn:
    """The journal of a payroll that can be posted."""
    decision = journal_for_payroll(one, lookups or table(), FRAME, split)
    assert isinstance(decision, Drawn), decision
    return decision


def shown(journal: Drawn) -> list[tuple[str, str, str, str]]:
    """Account, debit, credit and what the line is about, as a ledger prints it."""
    return [
        (
            line.account,
            f"{line.debit:.2f}" if line.debit else "",
            f"{line.credit:.2f}" if line.credit else "",
            line.description.rsplit(", ", 1)[0],
        )
        for line in journal.draft.lines
    ]


def _tax(tax: money.Tax) -> Tax:
    return Tax(tax.name, tax.is_employer, tax.amount)
