"""The general ledger report of one payroll: balanced, pure, split as it was asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from connectors.sandbox.vendors.gusto.company import Payroll, Row
from connectors.sandbox.vendors.gusto.money import BY_CHECK, ZERO, Earning, Pay, Tax, summed
from connectors.sandbox.vendors.gusto.printing import mixed

AGGREGATIONS = ("default", "job", "department", "integration")
INTEGRATIONS = ("xero", "qbo")
BASIC = {
    "default": ("Account Type", "Account Description", "Debit", "Credit"),
    "job": ("Account Type", "Account Description", "Job", "Debit", "Credit"),
    "department": ("Department", "Account Type", "Account Description", "Debit", "Credit"),
    "integration": ("Account Type", "Account Description", "Account Number", "Debit", "Credit"),
}
"""The columns by aggregation; only that of a job is on record, the others' order is inferred."""
DETAILED = ("Account Type", "Account Description", "Debit", "Credit")
WAGES = {
    "Regular Hours": ("RegularWages", "Regular Wages"),
    "Holiday Hours": ("HolidayWages", "Holiday Wages"),
    "Overtime": ("OvertimeWages", "Overtime Wages"),
    "Vacation Hours": ("VacationWages", "Vacation Wages"),
    "Sick Hours": ("SickWages", "Sick Wages"),
}
UNKNOWN_TYPE = "PayrollSuspense"


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement: a debit if positive, a credit if negative; ``who`` it concerns, if anybody."""

    account_type: str
    description: str
    amount: Decimal
    is_debit: bool
    job: str = ""
    department: str = ""
    who: str = ""


def entries(payroll: Payroll) -> list[Entry]:
    """Every movement of a payroll."""
    paid = [pay for pay in payroll.pays.values() if not pay.is_excluded]
    found = [entry for pay in paid for entry in of_employee(pay)]
    found += [tax_entry(tax) for tax in payroll.company_taxes]
    deposited = [pay for pay in paid if pay.method != BY_CHECK]
    taxes = summed(tax.amount for pay in paid for tax in pay.taxes)
    taxes += summed(tax.amount for tax in payroll.company_taxes) - payroll.deferred
    support = summed(
        part.amount for pay in paid for part in pay.deductions if part.is_child_support
    )
    debits = (
        ("DebitNetPay", "Debit net pay", summed(pay.net for pay in deposited)),
        ("DebitTax", "Debit tax", taxes),
        ("DebitReimbursement", "Debit reimbursements", summed(p.reimbursed for p in deposited)),
        ("DebitChildSupport", "Debit child support", support),
    )
    owed = ("DeferredTaxes", "Deferred payroll taxes", payroll.deferred)
    found += [Entry(kind, said, amount, is_debit=False) for kind, said, amount in (*debits, owed)]
    return [entry for entry in found if entry.amount]


def of_employee(pay: Pay) -> list[Entry]:
    """What one employee's pay moves, beside what is debited in one sum."""
    place = {"job": pay.job_title, "department": pay.department or ""}
    who = f"{pay.first_name} {pay.last_name}"
    found = [wage_entry(part, pay, who) for part in pay.earnings]
    found += [tax_entry(tax, **place) for tax in pay.taxes if tax.is_employer]
    for part in pay.benefits:
        both = part.employee + part.company
        found += [
            Entry(
                "BenefitCompanyContribution",
                f"{part.name} - company contribution",
                part.company,
                is_debit=True,
                who=who,
                **place,
            ),
            Entry("BenefitLiability", f"{part.name} - liability", both, is_debit=False, who=who),
        ]
    found += [
        Entry("Reimbursement", "Reimbursements", part.amount, is_debit=True, who=who, **place)
        for part in pay.reimbursements
    ]
    found += [
        Entry("Garnishment", part.name, part.amount, is_debit=False, who=who)
        for part in pay.deductions
        if not part.is_child_support
    ]
    if pay.cash_tips:
        found.append(Entry("CashTips", "Cash tips", pay.cash_tips, is_debit=False, who=who))
    if pay.method == BY_CHECK:
        found.append(
            Entry("EmployeePaymentCheck", f"Check for {who}", pay.check, is_debit=False, who="")
        )
    return found


def wage_entry(part: Earning, pay: Pay, who: str) -> Entry:
    """An earning, in its own job."""
    kind, said = WAGES.get(part.name, (part.name.replace(" ", "").replace("'", ""), part.name))
    return Entry(
        kind,
        said,
        part.amount,
        is_debit=True,
        job=part.job_title,
        department=pay.department or "",
        who=who,
    )


def tax_entry(tax: Tax, job: str = "", department: str = "") -> Entry:
    """An employer's tax; its rows name nobody."""
    said = f"{tax.name} - employer tax"
    return Entry("EmployerTax", said, tax.amount, is_debit=True, job=job, department=department)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the report."""

    account_type: str
    description: str
    amount: Decimal
    is_debit: bool
    split: str = ""

    def turned(self) -> Line:
        """The same on the other side, with the other sign."""
        return replace(self, amount=-self.amount, is_debit=not self.is_debit)


@dataclass(frozen=True, slots=True)
class Ledger:
    """How the report is to be written."""

    payroll: Payroll
    company_name: str
    aggregation: str
    negatives: str = "signed"
    """``signed`` leaves a negative amount in its column, ``swapped`` moves it to the other."""
    unknown_type: bool = False
    ignores_aggregation: bool = False

    def body(self) -> Row:
        """The JSON that the report's address holds."""
        found = entries(self.payroll)
        name = "Off-cycle" if self.payroll.is_off_cycle else "Regular"
        check_date = self.payroll.check_date.isoformat()
        return {
            "company_name": self.company_name,
            "ledger_description": f"Ledger for {name} Payroll, check date {check_date}",
            "check_date": check_date,
            "data": [
                self._section("Basic", self._basic(found), self._basic_headers()),
                self._section("Detailed", self._detailed(found), DETAILED),
            ],
        }

    def _basic_headers(self) -> tuple[str, ...]:
        return BASIC["default" if self.ignores_aggregation else self.aggregation]

    def _split(self, entry: Entry) -> str:
        """What the split column says: only expenses are split."""
        if not entry.is_debit:
            return ""
        if self.aggregation == "integration":
            return str(6000 + sum(map(ord, entry.account_type)) % 900)
        return entry.job if self.aggregation == "job" else entry.department

    def _basic(self, found: list[Entry]) -> list[Line]:
        sums: dict[tuple[str, str, str, bool], Decimal] = {}
        is_split = self.aggregation != "default" and not self.ignores_aggregation
        for entry in found:
            split = self._split(entry) if is_split else ""
            key = (entry.account_type, f"{entry.description} ", split, entry.is_debit)
            sums[key] = sums.get(key, ZERO) + entry.amount
        return [
            Line(kind, said, amount, is_debit, split)
            for (kind, said, split, is_debit), amount in sums.items()
        ]

    def _detailed(self, found: list[Entry]) -> list[Line]:
        return [
            Line(
                entry.account_type,
                f"{entry.description} for {entry.who}" if entry.who else entry.description,
                entry.amount,
                entry.is_debit,
            )
            for entry in found
        ]

    def _section(self, name: str, lines: list[Line], headers: tuple[str, ...]) -> Row:
        if self.negatives == "swapped":
            lines = [line.turned() if line.amount < 0 else line for line in lines]
        ends = {
            "Account Type": None,
            "Account Description": "Totals",
            "Debit": f"{summed(line.amount for line in lines if line.is_debit):.2f}",
            "Credit": f"{summed(line.amount for line in lines if not line.is_debit):.2f}",
        }
        return {
            "data_type": name,
            "headers": list(headers),
            "rows": [self._row(line, headers) for line in lines],
            "totals": [ends.get(header, "") for header in headers],
        }

    def _row(self, line: Line, headers: tuple[str, ...]) -> list[str | None]:
        is_hidden = self.unknown_type and line.account_type == "DebitTax"
        amount = mixed(line.amount)
        cells = {
            "Account Type": UNKNOWN_TYPE if is_hidden else line.account_type,
            "Account Description": line.description,
            "Debit": amount if line.is_debit else None,
            "Credit": None if line.is_debit else amount,
        }
        return [cells.get(header, line.split) for header in headers]
