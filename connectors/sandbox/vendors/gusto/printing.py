"""Prints a payroll as one API version shows it: money as text or numbers, of mixed scale."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from connectors.sandbox.standin import JSON
from connectors.sandbox.vendors.gusto.company import Company, Payroll, Row, day_text, second_text
from connectors.sandbox.vendors.gusto.money import (
    ZERO,
    Benefit,
    Conventions,
    Earning,
    Pay,
    Tax,
    negated,
)
from connectors.sandbox.vendors.gusto.versions import Version

OFF_CYCLE_ONLY = {
    "withholding_pay_period": "Every other week",
    "skip_regular_deductions": True,
    "fixed_withholding_rate": True,
}


@dataclass(frozen=True, slots=True)
class Printer:
    """One version, and which of the disputed ways are in force."""

    version: Version
    conventions: Conventions
    lines_are_text: bool = True
    """Whether 2026-06-15 writes line amounts as text, as its changelog says."""
    payroll_taxes_are_text: bool = False
    time_off_amount: str = "text"
    reversal_signs: str = "negated"

    def money(self, amount: Decimal) -> JSON:
        """Gross, net and check of an employee, by version."""
        return mixed(amount) if self.version.has_text_money else float(amount)

    def line(self, amount: Decimal) -> JSON:
        """The amount of a tax, a benefit or a deduction."""
        is_text = self.version.has_text_money and self.lines_are_text
        return mixed(amount) if is_text else float(amount)

    def signed(self, payroll: Payroll) -> Payroll:
        """The payroll with the signs in which a reversal is written."""
        if payroll.reverses is None or self.reversal_signs == "negated":
            return payroll
        return replace(payroll, pays={uuid: negated(pay) for uuid, pay in payroll.pays.items()})

    def totals(self, payroll: Payroll) -> Row:
        """All totals, always text with two places."""
        shown = self.signed(payroll).totals(self.conventions)
        return {name: f"{amount:.2f}" for name, amount in shown.items()}

    def compensation(self, pay: Pay, *, parts: frozenset[str], is_processed: bool) -> Row:
        """One employee in a payroll, with the parts asked for."""
        row: Row = {
            "employee_uuid": pay.employee_uuid,
            "first_name": pay.first_name,
            "last_name": pay.last_name,
            "preferred_first_name": None,
            "excluded": pay.is_excluded,
            "payment_method": pay.method,
            "memo": None,
            "gross_pay": None if pay.is_excluded else self.money(pay.gross),
            "net_pay": None if pay.is_excluded else self.money(pay.net),
            "check_amount": None if pay.is_excluded else self.money(pay.check),
            "hourly_compensations": [
                hourly_row(part, pay) for part in pay.earnings if part.kind == "hourly"
            ],
            "fixed_compensations": self.fixed(pay),
            "paid_time_off": self.time_off(pay, is_processed=is_processed),
        }
        if self.version.has_reimbursements:
            row["reimbursements"] = [
                {"amount": f"{part.amount:.2f}", "description": part.description}
                for part in pay.reimbursements
            ]
        if "taxes" in parts:
            row["taxes"] = [
                {"name": tax.name, "employer": tax.is_employer, "amount": self.line(tax.amount)}
                for tax in pay.taxes
            ]
        if "benefits" in parts:
            row["benefits"] = [
                self.benefit(part)
                for part in pay.benefits
                if "health" in parts or not part.is_health
            ]
        if "deductions" in parts:
            row["deductions"] = [
                {"name": part.name, "amount": self.line(part.amount)} for part in pay.deductions
            ]
        return row

    def benefit(self, part: Benefit) -> Row:
        """One benefit of one employee."""
        return {
            "name": part.name,
            "employee_deduction": self.line(part.employee),
            "company_contribution": self.line(part.company),
            "imputed": part.is_imputed,
        }

    def fixed(self, pay: Pay) -> list[Row]:
        """Fixed amounts; older versions have reimbursements among them, in one sum."""
        rows = [
            {"name": part.name, "amount": f"{part.amount:.2f}", "job_uuid": part.job_uuid}
            for part in pay.earnings
            if part.kind == "fixed"
        ]
        if not self.version.has_reimbursements and pay.reimbursements:
            job = pay.earnings[0].job_uuid if pay.earnings else ""
            rows.append(
                {"name": "Reimbursement", "amount": f"{pay.reimbursed:.2f}", "job_uuid": job}
            )
        return rows

    def time_off(self, pay: Pay, *, is_processed: bool) -> list[Row]:
        """Paid time off; vacation is listed also where none was taken."""
        taken = [part for part in pay.earnings if part.kind == "time off"]
        if not any(part.name == "Vacation Hours" for part in taken) and not pay.is_excluded:
            taken = [Earning("Vacation Hours", ZERO, "time off", "", ""), *taken]
        rows = []
        for part in taken:
            row: Row = {"name": part.name, "hours": f"{part.hours:.1f}"}
            if self.version.has_time_off_amounts and is_processed:
                if self.time_off_amount == "text":
                    row["amount"] = mixed(part.amount)
                elif self.time_off_amount == "null":
                    row["amount"] = None
            rows.append(row)
        return rows

    def payroll_taxes(self, payroll: Payroll) -> list[Row]:
        """All taxes of the payroll, summed by name and payer."""
        sums: dict[tuple[str, bool], Decimal] = {}
        for pay in self.signed(payroll).pays.values():
            for tax in pay.taxes:
                key = (tax.name, tax.is_employer)
                sums[key] = sums.get(key, ZERO) + tax.amount
        is_text = self.payroll_taxes_are_text and self.version.has_text_money
        return [
            {"name": name, "employer": employer, "amount": mixed(sum_) if is_text else float(sum_)}
            for (name, employer), sum_ in sums.items()
        ]


def mixed(amount: Decimal) -> str:
    """``512.4``, ``150.0``, ``63.02``: no needless digit but one, as the vendor's numbers print."""
    text = f"{amount:.2f}"
    return text.removesuffix("0") if text.endswith("0") else text


def hourly_row(part: Earning, pay: Pay) -> Row:
    """Hours in a job; whole amounts that hours divide evenly come without any decimals."""
    is_whole = part.amount == part.amount.to_integral_value()
    return {
        "name": part.name,
        "hours": f"{part.hours:.3f}",
        "amount": f"{part.amount:.0f}" if is_whole else mixed(part.amount),
        "job_uuid": part.job_uuid,
        "compensation_multiplier": part.multiplier,
        "flsa_status": pay.flsa_status,
    }


def tax_row(tax: Tax) -> Row:
    """A company-level tax."""
    return {"name": tax.name, "employer": tax.is_employer, "amount": f"{tax.amount:.2f}"}


def frame_row(company: Company, payroll: Payroll, version: Version, *, is_processed: bool) -> Row:
    """What list and single read have in common, without anything that ``include`` adds."""
    row: Row = {
        "uuid": payroll.uuid,
        "payroll_uuid": payroll.uuid,
        "company_uuid": company.uuid,
        "off_cycle": payroll.is_off_cycle,
        "external": payroll.is_external,
        "auto_payroll" if version.has_auto_payroll else "auto_pilot": False,
        "processed": is_processed,
        "processed_date": day_text(payroll.processed_on) if is_processed else None,
        "calculated_at": None
        if payroll.calculated_at is None
        else second_text(payroll.calculated_at),
        "created_at": second_text(payroll.created_at),
        "check_date": payroll.check_date.isoformat(),
        "payroll_deadline": second_text(payroll.deadline_at),
        "pay_period": {
            "start_date": day_text(payroll.start_date),
            "end_date": day_text(payroll.end_date),
            "pay_schedule_uuid": payroll.schedule_uuid,
        },
        "partner_owned_disbursement": None,
    }
    if payroll.is_off_cycle:
        row["off_cycle_reason"] = payroll.off_cycle_reason
        row["final_termination_payroll"] = payroll.is_final
        row.update(OFF_CYCLE_ONLY)
    if payroll.moved is not None:
        row["payment_speed_changed"] = payroll.moved
    return row
