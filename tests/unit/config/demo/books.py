"""What both stand-ins know, as little as the demo's judges need; every name is made up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from config.demo.expectations import INSTANCE, TENANT, LedgerDecisions

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
START_ON = "2026-11-10"
PAYROLL_ID = "0d6f0a52-1c7e-4b0b-9a55-2f5f3f0f8a01"
REFERENCE = f"GUSTO {PAYROLL_ID} r1"
DECISIONS = LedgerDecisions(
    accounts={
        "earning:*": "Wages",
        "earning:Overtime": "Overtime",
        "employer_tax:*": "Taxes",
        "contribution:*": "Benefits",
        "reimbursement:*": "Travel",
        "benefit:*": "Benefits Payable",
        "deduction:*": "Garnishments",
        "total:*": "Clearing",
        "total:owners_draw": "Advances",
    },
    subaccounts={"Advisory": "Advice", "*": "Default"},
    subaccount="Default",
)
ACCOUNTS = {
    "100": "Wages",
    "110": "Overtime",
    "120": "Taxes",
    "130": "Benefits",
    "140": "Travel",
    "200": "Benefits Payable",
    "210": "Garnishments",
    "300": "Clearing",
    "310": "Advances",
}
SUBACCOUNTS = {"00": "Default", "01": "Advice"}
LINES = (
    ("100", "01", "3846.15", "0"),
    ("100", "01", "500.00", "0"),
    ("100", "00", "2052.00", "0"),
    ("110", "00", "171.00", "0"),
    ("100", "00", "228.00", "0"),
    ("120", "01", "418.58", "0"),
    ("120", "00", "287.99", "0"),
    ("130", "01", "610.38", "0"),
    ("130", "00", "240.00", "0"),
    ("140", "01", "86.40", "0"),
    ("200", "00", "0", "1247.69"),
    ("210", "00", "0", "25.00"),
    ("300", "00", "0", "2880.04"),
    ("300", "00", "0", "1726.86"),
    ("300", "00", "0", "2324.51"),
    ("300", "00", "0", "86.40"),
    ("300", "00", "0", "150.00"),
)
"""The journal of the payroll of two that Gusto's dossier balances by hand: 8440.50 a side."""


def acumatica(*journals: Any, employees: Any = None) -> Any:
    """The finance side with these batches and employees."""
    tenant = {
        "accounts": {code: {"Description": text} for code, text in ACCOUNTS.items()},
        "subaccounts": {code: {"Description": text} for code, text in SUBACCOUNTS.items()},
        "departments": {"FIN": {"Description": "Finance"}},
        "employees": employees or {},
        "journals": {str(number): row for number, row in enumerate(journals)},
    }
    return {"instances": {INSTANCE: {"tenants": {TENANT: tenant}}}}


def journal(**changes: Any) -> Any:
    """The batch that shall stand for ``payroll``; ``lines`` are account, subaccount, amounts."""
    lines = changes.pop("lines", LINES)
    details = [
        {"Account": account, "Subaccount": place, "DebitAmount": debit, "CreditAmount": credit}
        for account, place, debit, credit in lines
    ]
    return {
        "Description": REFERENCE,
        "Status": "Posted",
        "TransactionDate": "2026-11-13",
        "BranchID": "HEADOFFICE",
        "Details": details,
    } | changes


def gusto(*payrolls: Any, employees: Any = None) -> Any:
    """The payroll side with these payrolls and people."""
    company = {
        "slug": "harbor-pine-consulting-llc",
        "payrolls": {row["uuid"]: row for row in payrolls},
        "employees": {row["uuid"]: row for row in employees or ()},
    }
    return {"companies": {"6f0c": company}}


def payroll(**changes: Any) -> Any:
    """The dossier's payroll of two: benefits, a garnishment, child support, a paper check."""
    return {
        "uuid": PAYROLL_ID,
        "external": False,
        "processed": True,
        "check_date": "2026-11-13",
        "payroll_deadline": "2026-11-12T00:00:00Z",
        "company_taxes": [],
        "totals": totals(
            gross_pay="6797.15",
            net_pay_debit="2880.04",
            check_amount="1726.86",
            employer_taxes="706.57",
            tax_debit="2324.51",
            benefits="850.38",
            child_support_debit="150.00",
            reimbursements="86.40",
            reimbursement_debit="86.40",
        ),
        "employee_compensations": {"b8a0": DANA, "41c9": LEE},
    } | changes


def totals(**amounts: str) -> dict[str, str]:
    """A payroll's totals, those that are not named zero."""
    names = (
        *("gross_pay", "employer_taxes", "benefits", "reimbursements", "owners_draw"),
        *("net_pay_debit", "check_amount", "tax_debit", "reimbursement_debit"),
        *("child_support_debit", "employee_cash_tips", "deferred_payroll_taxes"),
    )
    return dict.fromkeys(names, "0.00") | amounts


def pay(department: str | None, **lines: Any) -> Any:
    """One employee's lines; those that are not named are none."""
    none: dict[str, Any] = {
        name: [] for name in ("earnings", "taxes", "benefits", "deductions", "reimbursements")
    }
    return {"excluded": False, "department": department} | none | lines


def named(*lines: tuple[str, str]) -> list[Any]:
    """Earnings by name and amount."""
    return [{"name": name, "amount": amount} for name, amount in lines]


def taxes(*lines: tuple[str, str]) -> list[Any]:
    """The employer's taxes, and one of the employee's, which is no cost."""
    own = {"name": "Federal Income Tax", "employer": False, "amount": "198.05"}
    return [own, *({"name": n, "employer": True, "amount": amount} for n, amount in lines)]


def benefit(name: str, employee: str, company: str) -> Any:
    """What both pay for one benefit."""
    return {"name": name, "employee_deduction": employee, "company_contribution": company}


DANA = pay(
    "Advisory",
    earnings=named(("Regular Hours", "3846.15"), ("Bonus", "500.00")),
    taxes=taxes(
        ("Social Security", "269.46"),
        ("Medicare", "63.02"),
        ("FUTA", "12.60"),
        ("CA SUI", "71.40"),
        ("CA ETT", "2.10"),
    ),
    benefits=[benefit("Medical", "120.00", "480.00"), benefit("401(k)", "217.31", "130.38")],
    reimbursements=[{"amount": "86.40"}],
)
LEE = pay(
    None,
    earnings=named(("Regular Hours", "2052.00"), ("Overtime", "171.00"), ("Vacation", "228.00")),
    taxes=taxes(
        ("Social Security", "151.96"),
        ("Medicare", "35.54"),
        ("FUTA", "14.71"),
        ("CA SUI", "83.33"),
        ("CA ETT", "2.45"),
    ),
    benefits=[benefit("Medical", "60.00", "240.00")],
    deductions=[
        {"name": "Child support - CS-204417", "amount": "150.00", "child_support": True},
        {"name": "Company loan", "amount": "25.00", "child_support": False},
    ],
)
