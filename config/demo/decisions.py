"""What the operator of the demo decides: which name at Gusto is which one at Acumatica."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from config.demo.expectations import LedgerDecisions, PayrollDecisions, Row, codes_by_title

COUNTERPARTS = {"Field Operations": "FIELD", "Brand": "MARKETING"}
"""Departments whose counterpart bears another name: mapped after the first sync, and in the day."""
DEFAULT_DEPARTMENT = "ADMIN"
"""Of people at Gusto who have none."""
PAYROLL_DEPARTMENTS = {
    "Advisory": "Customer Support",
    "Client Services": "Sales",
    "Research": "Engineering",
}
"""Departments at Gusto whose counterpart bears another name."""
DEFAULT_SUBACCOUNT = "Default"
"""Of all that is not split by department."""
ACCOUNTS = {
    "earning:*": "Salaries and Wages",
    "earning:Overtime": "Overtime",
    "earning:Bonus": "Bonuses and Commissions",
    "earning:Vacation Hours": "Paid Time Off",
    "earning:Sick Hours": "Paid Time Off",
    "employer_tax:*": "Employer Payroll Taxes",
    "contribution:*": "Employer Health Contributions",
    "contribution:401(k)": "Employer Retirement Contributions",
    "reimbursement:*": "Travel and Reimbursements",
    "benefit:*": "Health Insurance Payable",
    "benefit:401(k)": "Retirement Plan Payable",
    "deduction:*": "Garnishments Payable",
    "total:*": "Payroll Clearing Account",
    "total:check_amount": "Wages Payable",
    "total:tax_debit": "Payroll Taxes Payable",
    "total:employee_cash_tips": "Tips Payable",
    "total:owners_draw": "Employee Advances",
    "total:deferred_payroll_taxes": "Accrued Expenses",
}
SUBACCOUNTS = {
    "Advisory": "Customer Support",
    "Client Services": "Sales",
    "Finance": "Finance",
    "Operations": "Operations",
    "People": "People",
    "Research": "Engineering",
    "*": DEFAULT_SUBACCOUNT,
}
PAYROLL_PEOPLE = PayrollDecisions(PAYROLL_DEPARTMENTS)
LEDGER = LedgerDecisions(ACCOUNTS, SUBACCOUNTS, DEFAULT_SUBACCOUNT)


def people_table(acumatica: Row) -> str:
    """The departments of Gusto's people as a CSV, with the codes that Acumatica's lists have."""
    places = codes_by_title(acumatica, "departments")
    return _table(
        ("department", source, places[title]) for source, title in PAYROLL_DEPARTMENTS.items()
    )


def ledger_table(acumatica: Row) -> str:
    """The accounts of pay components and the subaccounts of departments as a CSV."""
    accounts = codes_by_title(acumatica, "accounts")
    subaccounts = codes_by_title(acumatica, "subaccounts")
    default = subaccounts[DEFAULT_SUBACCOUNT]
    rows = [
        ("pay_component", component, f"{accounts[title]} / {default}")
        for component, title in ACCOUNTS.items()
    ]
    rows += [
        ("department_subaccount", department, subaccounts[title])
        for department, title in SUBACCOUNTS.items()
    ]
    return _table(iter(rows))


def _table(rows: Iterator[tuple[str, str, str]]) -> str:
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow(("kind", "source", "target"))
    writer.writerows(rows)
    return written.getvalue()
