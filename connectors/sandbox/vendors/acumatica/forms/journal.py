"""The form Journal Transactions (GL301000): defaults, totals, numbering, release, reversal."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from connectors.sandbox.standin import JSON
from connectors.sandbox.vendors.acumatica import fiscal_calendar, moments
from connectors.sandbox.vendors.acumatica.forms import journal_checks
from connectors.sandbox.vendors.acumatica.forms.form import Change, Form
from connectors.sandbox.vendors.acumatica.forms.journal_checks import NON_PROJECT, RELEASED
from connectors.sandbox.vendors.acumatica.rows import Row

CENT = Decimal("0.01")
DEBIT_TOTAL = "BatchModule.CuryDebitTotal"
CREDIT_TOTAL = "BatchModule.CuryCreditTotal"


class JournalForm(Form):
    """Journals: "GL" batches."""

    def fill(self, change: Change) -> None:
        """Fill in what the client left out; derive status, names and totals."""
        row = change.row
        if row["Status"] in RELEASED:
            return
        if change.before is None:
            _fill_header(change)
        if "PostPeriod" in change.sent.values:
            row["PostPeriod"] = fiscal_calendar.as_kept(row["PostPeriod"])
        elif change.before is None or row["TransactionDate"] != change.before["TransactionDate"]:
            period = fiscal_calendar.period_of(change.tenant, row["TransactionDate"] or "")
            row["PostPeriod"] = None if period is None else period["FinancialPeriodID"]
        row["Status"] = _status(change)
        _fill_lines(change)
        totals = row.setdefault("custom", {})
        totals[DEBIT_TOTAL] = str(journal_checks.total(row, "DebitAmount"))
        totals[CREDIT_TOTAL] = str(journal_checks.total(row, "CreditAmount"))

    def check(self, change: Change) -> None:
        """Refuse what the form refuses."""
        journal_checks.check(change)

    def number(self, change: Change) -> None:
        """Give the next batch number of the module, whatever the client made up."""
        tenant = change.tenant
        tenant.last_batch_number += 1
        change.row["BatchNbr"] = f"GL{tenant.last_batch_number:08d}"

    def act(self, change: Change, action: str, parameters: dict[str, JSON]) -> None:
        """Refuse to begin a release that cannot be: only a balanced batch has the button."""
        status = change.before["Status"] if change.before is not None else None
        if status != "Balanced" and not change.vendor.is_soft("17f"):
            change.refuse((), f"The Release action is not available for a batch that is {status}.")

    def work(self, change: Change, action: str) -> None:
        """Release: the period is looked at again, and the batch is posted or waits for it."""
        journal_checks.check_period(change)
        posts = change.vendor.switch("post_on_release") == "at_once"
        change.row["Status"] = "Posted" if posts or change.vendor.is_soft("16c") else "Unposted"
        change.row["Hold"] = False

    def works_on_later(self, change: Change) -> bool:
        """Whether posting follows a moment after the release."""
        is_unposted = change.row["Status"] == "Unposted"
        return is_unposted and change.vendor.switch("post_on_release") == "a_moment_later"

    def work_on(self, row: Row) -> None:
        """Post what was released."""
        if row["Status"] == "Unposted":
            row["Status"] = "Posted"

    def removal_refusal(self, change: Change) -> str:
        """Why the batch cannot be deleted; empty where it can."""
        if change.row["Status"] in RELEASED and not change.vendor.is_soft("16d"):
            return "The batch has been released and cannot be deleted."
        return ""


def _status(change: Change) -> str:
    """The status of a batch that is not released; on hold it loses the approval that it had."""
    row = change.row
    if row["Hold"]:
        row["approval"] = None
        return "On Hold"
    if change.vendor.switch("journal_approval") == "off":
        return "Balanced"
    verdict: str | None = row.get("approval")
    return verdict or "Pending Approval"


def _fill_header(change: Change) -> None:
    row, sent, tenant = change.row, change.sent.values, change.tenant
    row["Module"] = row["Module"] or "GL"
    row["BranchID"] = row["BranchID"] or change.headers.get("px-cbapibranch") or tenant.main_branch
    ledgers = tenant.tables["ledgers"].rows
    row["LedgerID"] = row["LedgerID"] or next(iter(ledgers))
    ledger = ledgers.get(row["LedgerID"])
    row["CurrencyID"] = row["CurrencyID"] or (ledger and ledger["Currency"])
    if not row["TransactionDate"]:
        business_day = change.headers.get("px-cbapibusinessdate", "").replace("/", "-")
        row["TransactionDate"] = business_day or moments.today(change.now).isoformat()
    row["CreatedDateTime"] = moments.kept_now(change.now)
    if "Hold" not in sent and not change.vendor.is_soft("16b"):
        row["Hold"] = change.vendor.switch("hold_batches_on_entry") == "yes"
    if change.vendor.is_soft("16e"):
        row["Description"] = None


def _fill_lines(change: Change) -> None:
    vendor, tenant, row = change.vendor, change.tenant, change.row
    copies = vendor.switch("journal_subaccount") == "copied" and not vendor.is_soft("16h")
    has_subaccounts = vendor.switch("subaccounts") == "on"
    projects = vendor.switch("projects")
    rounds = vendor.switch("over_precise_amounts") == "rounded"
    above: Row = {}
    for line in row["Details"]:
        account = tenant.tables["accounts"].rows.get(line["Account"], {})
        line["Description"] = account.get("Description")
        line["BranchID"] = line["BranchID"] or row["BranchID"]
        for name in ("DebitAmount", "CreditAmount"):
            line[name] = _rounded(line[name] or "0", rounds=rounds)
        if not has_subaccounts:
            line["Subaccount"] = None
        elif line["Subaccount"] is None and above and copies:
            line["Subaccount"] = above["Subaccount"]
        elif line["Subaccount"] is None and not above and account.get("UseDefaultSubaccount"):
            line["Subaccount"] = tenant.default_subaccount
        if projects == "off":
            line["Project"] = None
        elif projects == "defaulted":
            line["Project"] = line["Project"] or NON_PROJECT
        above = line


def _rounded(text: str, *, rounds: bool) -> str:
    if not rounds:
        return text
    return str(Decimal(text).quantize(CENT, ROUND_HALF_UP))
