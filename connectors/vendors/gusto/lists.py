"""What mappings choose from: departments, and the components that payrolls are made of.

Payroll lines name earnings, taxes, benefits and deductions by their text alone; Gusto lists no
taxes and deductions, so the rest is gathered from the payrolls of the last months.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from config import clock
from connectors.vendor import TermValue
from connectors.vendors.gusto.client import Client
from connectors.vendors.gusto.payroll_records import Payroll
from connectors.vendors.gusto.payrolls import list_payrolls, read_payroll

LOOKS_BACK: Final = timedelta(days=92)
MOST_PAYROLLS: Final = 12
"""So many of them are read whole, the latest first."""
_HAS_DIGIT: Final = re.compile(r"\S*[0-9]\S*")
_DANGLING: Final = re.compile(r"^\W+|\W+$")


class Section(StrEnum):
    """Which side of a payroll a component belongs to; each section can have a default."""

    EARNING = "earning"
    EMPLOYER_TAX = "employer_tax"
    EMPLOYEE_TAX = "employee_tax"
    BENEFIT = "benefit"
    DEDUCTION = "deduction"
    REIMBURSEMENT = "reimbursement"
    TOTAL = "total"


SECTION_TITLES: Final = {
    Section.EARNING: "Earnings",
    Section.EMPLOYER_TAX: "Employer taxes",
    Section.EMPLOYEE_TAX: "Employee taxes",
    Section.BENEFIT: "Benefits",
    Section.DEDUCTION: "Deductions",
    Section.REIMBURSEMENT: "Reimbursements",
    Section.TOTAL: "Amounts that only the totals tell",
}
ONLY_IN_TOTALS: Final = {
    "net_pay_debit": "Net pay by direct deposit",
    "check_amount": "Net pay by paper check",
    "tax_debit": "Taxes debited",
    "reimbursement_debit": "Reimbursements debited",
    "child_support_debit": "Child support debited",
    "employee_cash_tips": "Cash tips",
    "owners_draw": "Owner's draw",
    "deferred_payroll_taxes": "Deferred payroll taxes",
    "unnamed_earnings": "Time off that is not priced",
    "hidden_benefits": "Benefits that the connection may not see",
}
"""Amounts of a payroll that no named line carries, and what people call them."""


@dataclass(frozen=True, slots=True, order=True)
class Component:
    """One thing that a payroll is made of. The same tax name is two components, one a side."""

    section: Section
    name: str

    @property
    def key(self) -> str:
        """What a mapping stores."""
        return f"{self.section}:{self.name}"


def read_departments(client: Client) -> tuple[TermValue, ...]:
    """All departments by title, which is what people and the ledger report carry."""
    titles = dict.fromkeys(department.title for department in client.read_departments())
    return tuple(TermValue(title, title) for title in titles)


def read_components(client: Client) -> tuple[TermValue, ...]:
    """All that may stand in a payroll, by section and name; what has ended too.

    Reads the company, its earning types and benefits, and the payrolls of the last months.
    """
    company = client.read_company(client.company_id)
    types = client.read_earning_types()
    benefits = client.read_benefits()
    names = (*company.earnings, *company.time_off, *(one.name for one in types))
    found = dict.fromkeys(Component(Section.EARNING, name) for name in names)
    found |= dict.fromkeys(Component(Section.BENEFIT, one.name) for one in benefits)
    ended = {
        Component(section, one.name)
        for section, listed in ((Section.EARNING, types), (Section.BENEFIT, benefits))
        for one in listed
        if not one.is_active
    }
    for payroll in _recent_payrolls(client):
        found |= dict.fromkeys(components_of(payroll))
    found[Component(Section.REIMBURSEMENT, "Reimbursement")] = None
    return (
        *(
            TermValue(
                one.key,
                f"{one.name} ({SECTION_TITLES[one.section].lower()})",
                is_active=one not in ended,
                parent=one.section,
            )
            for one in sorted(found)
        ),
        *(
            TermValue(Component(Section.TOTAL, name).key, title, parent=Section.TOTAL)
            for name, title in ONLY_IN_TOTALS.items()
        ),
    )


def components_of(payroll: Payroll) -> Iterator[Component]:
    """The components of one payroll's lines, with repetitions."""
    for tax in payroll.company_taxes:
        yield Component(Section.EMPLOYER_TAX, tax.name)
    for check in payroll.paychecks:
        yield from (Component(Section.EARNING, line.name) for line in check.earnings)
        for tax in check.taxes:
            side = Section.EMPLOYER_TAX if tax.is_employer else Section.EMPLOYEE_TAX
            yield Component(side, tax.name)
        yield from (Component(Section.BENEFIT, line.name) for line in check.benefits)
        for line in check.deductions:
            yield Component(Section.DEDUCTION, public_name(line.name))


def public_name(name: str) -> str:
    """A deduction's name without what may be a case number: words with a digit are left out.

    People write these names; a mapping, a journal line and a log show only the rest.
    """
    kept = " ".join(_HAS_DIGIT.sub(" ", name).split())
    return _DANGLING.sub("", kept) or "Deduction"


def _recent_payrolls(client: Client) -> Iterator[Payroll]:
    today = clock.now().date()
    rows = [row for rows in list_payrolls(client, today - LOOKS_BACK, today) for row in rows]
    for row in rows[-MOST_PAYROLLS:]:
        record = read_payroll(client, row.payroll.id)
        if not record.is_gone:
            yield record.value
