"""The generated chart of accounts and subaccounts of a company, and its few projects."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from connectors.sandbox.standin import JSON
from connectors.sandbox.vendors.acumatica import fiscal_calendar, moments
from connectors.sandbox.vendors.acumatica.contract.endpoints import DECLARED
from connectors.sandbox.vendors.acumatica.contract.general_ledger import (
    CONTROL_MODULE,
    MANUAL_ENTRY,
)
from connectors.sandbox.vendors.acumatica.instance import Tenant
from connectors.sandbox.vendors.acumatica.rows import Row, blank

YTD_NET_INCOME = "33000"
INACTIVE_ACCOUNT, INACTIVE_SUBACCOUNT = "69990", "990000"
UNITS_ACCOUNT = "61900"
EURO_ACCOUNT = "10300"
DEFAULT_SUBACCOUNT = "000000"

ACCOUNTS = {
    "Asset": {
        "10100": "Petty Cash",
        "10200": "Company Checking Account",
        "10200BC": "BILL Clearing Account",
        "10250": "Payroll Clearing Account",
        "10300": "Euro Checking Account",
        "11000": "Accounts Receivable",
        "12000": "Inventory",
        "13000": "Employee Advances",
        "14000": "Prepaid Expenses",
    },
    "Liability": {
        "20000": "Accounts Payable",
        "20500": "Accrued Expenses",
        "21000": "Wages Payable",
        "21500": "Payroll Taxes Payable",
        "21600": "Health Insurance Payable",
        "21700": "Retirement Plan Payable",
        "21800": "Garnishments Payable",
        "21900": "Tips Payable",
        "22000": "Reimbursements Payable",
        "30000": "Common Stock",
        "32000": "Retained Earnings",
        YTD_NET_INCOME: "YTD Net Income",
    },
    "Income": {"40000": "Sales Revenue", "49000": "Other Income"},
    "Expense": {
        "60100": "Salaries and Wages",
        "60200": "Overtime",
        "60300": "Bonuses and Commissions",
        "60400": "Paid Time Off",
        "60500": "Employer Payroll Taxes",
        "60600": "Employer Health Contributions",
        "60700": "Employer Retirement Contributions",
        "61000": "Travel and Reimbursements",
        "61900": "Contract Labor by the Hour",
        "62000": "Office Expense",
        "62100": "Software Subscriptions",
        "62200": "Rent",
        "62300": "Utilities",
        "62400": "Professional Fees",
        "62500": "Advertising",
        "69000": "Rounding",
        INACTIVE_ACCOUNT: "Discontinued Operations",
    },
}
CASH_ACCOUNTS = ("10100", "10200", "10200BC", "10300")
CONTROL_ACCOUNTS = {"11000": "AR", "12000": "IN", "20000": "AP"}
LABOR_ACCOUNTS = ("60100", "60200", "60300", "60400")
SUBACCOUNTS = {
    DEFAULT_SUBACCOUNT: "Default",
    "100000": "Finance",
    "110000": "Engineering",
    "110001": "Engineering - West",
    "120000": "Sales",
    "120001": "Sales - West",
    "130000": "Marketing",
    "140000": "People",
    "150000": "Customer Support",
    "160000": "Operations",
    "170000": "Warehouse",
    "180000": "Administration",
    "190000": "Field Services",
    INACTIVE_SUBACCOUNT: "Closed Department",
}
PROJECTS = {"NORTHPORT": "Northport Warehouse Fit-Out", "PORTAL": "Customer Portal"}


def furnish(tenant: Tenant, dice: random.Random, now: datetime) -> None:
    """Give a tenant accounts, subaccounts, projects and the financial calendar."""
    begun_at = now - timedelta(days=30)
    tenant.ytd_net_income_account = YTD_NET_INCOME
    tenant.default_subaccount = DEFAULT_SUBACCOUNT
    for kind, accounts in ACCOUNTS.items():
        for code, text in accounts.items():
            _add_account(tenant, dice, begun_at, kind, code, text)
    for number, (code, text) in enumerate(SUBACCOUNTS.items(), start=401):
        values: Row = {"SubaccountCD": code, "SubaccountID": number, "Description": text}
        _add(tenant, "Subaccount", dice, {**values, "Active": code != INACTIVE_SUBACCOUNT})
    for code, text in PROJECTS.items():
        project: Row = {"ProjectID": code, "Description": text, "Status": "Active"}
        _add(tenant, "Project", dice, project)
    fiscal_calendar.furnish(tenant, dice, now)


def _add_account(
    tenant: Tenant, dice: random.Random, begun_at: datetime, kind: str, code: str, text: str
) -> None:
    number = len(tenant.tables["accounts"].rows) + 1201
    values: Row = {
        "AccountCD": code,
        "AccountID": number,
        "Description": text,
        "Type": kind,
        "Active": code != INACTIVE_ACCOUNT,
        "CashAccount": code in CASH_ACCOUNTS,
        "CurrencyID": "EUR" if code == EURO_ACCOUNT else None,
        "RequireUnits": code == UNITS_ACCOUNT,
        "AccountGroup": "LABOR" if code in LABOR_ACCOUNTS else None,
        "PostOption": "Detail",
        "UseDefaultSubaccount": kind != "Expense",
        "CreatedDateTime": moments.kept_now(begun_at),
        "LastModifiedDateTime": moments.kept_now(begun_at),
        "custom": {
            CONTROL_MODULE: CONTROL_ACCOUNTS.get(code),
            MANUAL_ENTRY: code not in CONTROL_ACCOUNTS,
        },
    }
    _add(tenant, "Account", dice, values)


def _add(tenant: Tenant, name: str, dice: random.Random, values: dict[str, JSON]) -> None:
    entity = DECLARED[name]
    tenant.tables[entity.table].store({**blank(entity.shape, dice), **values})
