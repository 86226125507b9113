"""What the form Journal Transactions (GL301000) refuses when a batch is saved or released."""

from __future__ import annotations

from decimal import Decimal

from connectors.sandbox.standin import JSON
from connectors.sandbox.vendors.acumatica import fiscal_calendar
from connectors.sandbox.vendors.acumatica.contract.general_ledger import (
    CONTROL_MODULE,
    MANUAL_ENTRY,
)
from connectors.sandbox.vendors.acumatica.forms.form import Change, Path
from connectors.sandbox.vendors.acumatica.rows import Row

RELEASED = ("Unposted", "Posted")
NON_PROJECT = "X"
CONTROL_TOTAL = "BatchModule.CuryControlTotal"
TOLERANCE_WHEN_SOFT = Decimal("0.05")
UNBALANCED = "Batch is out of balance, please review."


def total(row: Row, name: str) -> Decimal:
    """The sum of one side of the lines."""
    return sum((Decimal(line[name] or 0) for line in row["Details"]), Decimal(0))


def check(change: Change) -> None:
    """Refuse what cannot be saved."""
    before, row, vendor = change.before, change.row, change.vendor
    if before is not None and before["Status"] in RELEASED:
        if row != before and not vendor.is_soft("16d"):
            change.refuse((), "The batch has been released and cannot be changed.")
        return
    if row["Module"] != "GL":
        change.refuse(("Module",), "Only batches of the module GL can be added on this form.")
    check_period(change)
    _check_places(change)
    old_lines = [] if before is None else before["Details"]
    for position, line in enumerate(row["Details"]):
        if line not in old_lines:
            _check_line(change, line, ("Details", position))
    if not row["Hold"]:
        _check_balance(change)


def check_period(change: Change) -> None:
    """Refuse a period that is not there or in which nobody may post."""
    row, vendor = change.row, change.vendor
    period_id = row["PostPeriod"]
    period = fiscal_calendar.period_named(change.tenant, period_id)
    if period is None:
        text = "The financial period for the specified date is not defined in the system."
        change.refuse(("PostPeriod",), text)
        return
    status = period["Status"]
    is_supervisor = vendor.switch("financial_supervisor") == "yes"
    if status == "Open" or (status == "Closed" and is_supervisor) or vendor.is_soft("9f"):
        return
    shown = f"{period_id[:2]}-{period_id[2:]}"
    change.refuse(("PostPeriod",), f"The {shown} financial period is {status.lower()}.")


def _check_places(change: Change) -> None:
    row, tenant = change.row, change.tenant
    ledger = tenant.tables["ledgers"].rows.get(row["LedgerID"])
    if ledger is None:
        return
    if row["CurrencyID"] != ledger["Currency"]:
        change.refuse(("CurrencyID",), "'Currency' cannot be found in the system.")
    active = {branch["BranchID"] for branch in ledger["Branches"] if branch["Active"]}
    known = tenant.tables["branches"].rows
    if row["BranchID"] in known and row["BranchID"] not in active:
        change.refuse(("BranchID",), "The branch is inactive or does not use this ledger.")


def _check_line(change: Change, line: Row, where: Path) -> None:
    vendor, tenant = change.vendor, change.tenant
    if not line["Account"]:
        change.refuse((*where, "Account"), "'Account' cannot be empty.")
    account = tenant.tables["accounts"].rows.get(line["Account"])
    if account is not None:
        _check_account(change, account, line, (*where, "Account"))
    if vendor.switch("subaccounts") == "on":
        _check_subaccount(change, line, (*where, "Subaccount"))
    needs_project = vendor.switch("projects") == "required" and not vendor.is_soft("9h")
    if needs_project and not line["Project"]:
        change.refuse((*where, "Project"), "'Project' cannot be empty.")
    known = tenant.tables["projects"].rows
    if line["Project"] and line["Project"] != NON_PROJECT and line["Project"] not in known:
        change.refuse((*where, "Project"), "'Project' cannot be found in the system.")
    debit, credit = Decimal(line["DebitAmount"]), Decimal(line["CreditAmount"])
    if debit and credit and not vendor.is_soft("16g"):
        text = "A line has either a debit amount or a credit amount."
        change.refuse((*where, "CreditAmount"), text)
    for name, amount in (("DebitAmount", debit), ("CreditAmount", credit)):
        if amount != amount.quantize(Decimal("0.01")):
            change.refuse((*where, name), "The amount has more than two decimal places.")


def _check_account(change: Change, account: Row, line: Row, where: Path) -> None:
    vendor, custom = change.vendor, account.get("custom", {})
    if not account["Active"] and not vendor.is_soft("9d"):
        change.refuse(where, f"Account {account['AccountCD']} is inactive.")
    if vendor.is_soft("9g"):
        return
    if account["AccountCD"] == change.tenant.ytd_net_income_account:
        change.refuse(where, "The YTD Net Income account cannot be used in a journal entry.")
    if custom.get(CONTROL_MODULE) and not custom.get(MANUAL_ENTRY):
        module = custom[CONTROL_MODULE]
        text = f"Account {account['AccountCD']} is a control account for {module};"
        change.refuse(where, f"{text} manual entry is not allowed.")
    currency: JSON = account["CurrencyID"]
    if currency and currency != change.row["CurrencyID"]:
        change.refuse(where, f"The account is denominated in {currency}.")
    if account["RequireUnits"] and not (line["UOM"] and line["Qty"]):
        change.refuse((*where[:-1], "UOM"), "'UOM' cannot be empty.")


def _check_subaccount(change: Change, line: Row, where: Path) -> None:
    if not line["Subaccount"]:
        change.refuse(where, "'Subaccount' cannot be empty.")
        return
    row = change.tenant.tables["subaccounts"].rows.get(line["Subaccount"])
    if row is not None and not row["Active"] and not change.vendor.is_soft("9d"):
        change.refuse(where, f"Subaccount {row['SubaccountCD']} is inactive.")


def _check_balance(change: Change) -> None:
    row, vendor = change.row, change.vendor
    debit, credit = total(row, "DebitAmount"), total(row, "CreditAmount")
    tolerance = TOLERANCE_WHEN_SOFT if vendor.is_soft("16a") else Decimal(0)
    if abs(debit - credit) > tolerance and not vendor.is_soft("9e"):
        change.refuse((), UNBALANCED)
    if vendor.switch("control_totals") == "on":
        control = Decimal(row["custom"].get(CONTROL_TOTAL) or 0)
        if control != debit:
            change.refuse((), "The control total does not equal the debit total of the batch.")
