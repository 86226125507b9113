"""The arithmetic of a payroll (dossier §3.6): pure and exact to the cent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
BONUS, COMMISSION = "Bonus", "Commission"
CASH_TIPS, PAYCHECK_TIPS = "Cash Tips", "Paycheck Tips"
OWNERS_DRAW = "Owner's Draw"
BY_CHECK, BY_DEPOSIT, HISTORICAL = "Check", "Direct Deposit", "Historical"


@dataclass(frozen=True, slots=True)
class Earning:
    """Money earned under one name in one job; ``kind`` is hourly, fixed or time off."""

    name: str
    amount: Decimal
    kind: str
    job_uuid: str
    job_title: str
    hours: Decimal = ZERO
    multiplier: float = 1.0


@dataclass(frozen=True, slots=True)
class Tax:
    """One tax, of the employee or of the employer."""

    name: str
    is_employer: bool
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Benefit:
    """What the employee and the company pay for one benefit."""

    name: str
    employee: Decimal
    company: Decimal
    is_imputed: bool = False
    is_health: bool = False


@dataclass(frozen=True, slots=True)
class Deduction:
    """What is withheld after taxes; child support is remitted by the vendor."""

    name: str
    amount: Decimal
    is_child_support: bool = False


@dataclass(frozen=True, slots=True)
class Reimbursement:
    """Money given back, which is no wage."""

    amount: Decimal
    description: str


@dataclass(frozen=True, slots=True)
class Pay:
    """One employee in one payroll, in the department of that day."""

    employee_uuid: str
    first_name: str
    last_name: str
    method: str
    department: str | None = None
    job_title: str = ""
    flsa_status: str = "Exempt"
    is_excluded: bool = False
    earnings: tuple[Earning, ...] = ()
    taxes: tuple[Tax, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    deductions: tuple[Deduction, ...] = ()
    reimbursements: tuple[Reimbursement, ...] = ()

    @property
    def gross(self) -> Decimal:
        """All earnings, cash tips included, imputed income not."""
        return summed(earning.amount for earning in self.earnings)

    @property
    def cash_tips(self) -> Decimal:
        """What the employee has in hand already."""
        return self.earned(CASH_TIPS)

    @property
    def employee_taxes(self) -> Decimal:
        """Taxes withheld."""
        return summed(tax.amount for tax in self.taxes if not tax.is_employer)

    @property
    def net(self) -> Decimal:
        """What is paid of the wages."""
        withheld = self.employee_taxes + summed(benefit.employee for benefit in self.benefits)
        withheld += summed(deduction.amount for deduction in self.deductions)
        return self.gross - withheld - self.cash_tips

    @property
    def reimbursed(self) -> Decimal:
        """All reimbursements."""
        return summed(part.amount for part in self.reimbursements)

    @property
    def check(self) -> Decimal:
        """What is paid out, reimbursements included."""
        return self.net + self.reimbursed

    def earned(self, name: str) -> Decimal:
        """What was earned under one name."""
        return summed(earning.amount for earning in self.earnings if earning.name == name)


@dataclass(frozen=True, slots=True)
class Conventions:
    """What the sources leave open about the totals (dossier §9)."""

    child_support_in_other_deductions: bool = True
    reimbursements_in_paper_checks: bool = False
    company_taxes_in_employer_taxes: bool = True


USUAL = Conventions()


def cents(amount: Decimal | int | str) -> Decimal:
    """Rounded to the cent, halves up."""
    return Decimal(amount).quantize(CENT, ROUND_HALF_UP)


def summed(amounts: Iterable[Decimal]) -> Decimal:
    """The sum, with two places also where there is nothing."""
    return sum(amounts, ZERO)


def totals(
    pays: Iterable[Pay], company_taxes: Iterable[Tax] = (), conventions: Conventions = USUAL
) -> dict[str, Decimal]:
    """The totals of a whole payroll."""
    paid = [pay for pay in pays if not pay.is_excluded]
    deposited = [pay for pay in paid if pay.method != BY_CHECK]
    on_paper = [pay for pay in paid if pay.method == BY_CHECK]
    company = summed(tax.amount for tax in company_taxes)
    of_employer = summed(tax.amount for pay in paid for tax in pay.taxes if tax.is_employer)
    of_employees = summed(pay.employee_taxes for pay in paid)
    tax_debit = of_employees + of_employer + company
    net_debit = summed(pay.net for pay in deposited)
    reimbursement_debit = summed(pay.reimbursed for pay in deposited)
    support = summed(d.amount for pay in paid for d in pay.deductions if d.is_child_support)
    if conventions.company_taxes_in_employer_taxes:
        of_employer += company
    amounts = {
        "gross_pay": summed(pay.gross for pay in paid),
        "net_pay": summed(pay.net for pay in paid),
        "net_pay_debit": net_debit,
        "check_amount": summed(
            pay.check if conventions.reimbursements_in_paper_checks else pay.net for pay in on_paper
        ),
        "employee_taxes": of_employees,
        "employer_taxes": of_employer,
        "tax_debit": tax_debit,
        "child_support_debit": support,
        "reimbursements": summed(pay.reimbursed for pay in paid),
        "reimbursement_debit": reimbursement_debit,
        "company_debit": net_debit + tax_debit + reimbursement_debit + support,
    }
    return {**amounts, **_by_kind(paid, support, conventions)}


def _by_kind(paid: list[Pay], support: Decimal, conventions: Conventions) -> dict[str, Decimal]:
    """The totals that sort benefits, deductions and earnings by their kind."""
    benefits = [benefit for pay in paid for benefit in pay.benefits]
    deducted = summed(part.amount for pay in paid for part in pay.deductions)
    if not conventions.child_support_in_other_deductions:
        deducted -= support
    named = (BONUS, COMMISSION, CASH_TIPS, PAYCHECK_TIPS, OWNERS_DRAW)
    bonus, commission, cash, paycheck, draw = (
        summed(pay.earned(name) for pay in paid) for name in named
    )
    other = summed(
        earning.amount
        for pay in paid
        for earning in pay.earnings
        if earning.kind == "fixed" and earning.name not in named
    )
    return {
        "benefits": summed(benefit.company for benefit in benefits),
        "employee_benefits_deductions": summed(benefit.employee for benefit in benefits),
        "other_deductions": deducted,
        "employee_bonuses": bonus,
        "employee_commissions": commission,
        "employee_cash_tips": cash,
        "employee_paycheck_tips": paycheck,
        "additional_earnings": other,
        "owners_draw": draw,
        "imputed_pay": summed(benefit.company for benefit in benefits if benefit.is_imputed),
        "deferred_payroll_taxes": ZERO,
    }


def gaps(shown: dict[str, Decimal], pays: Iterable[Pay]) -> dict[str, Decimal]:
    """By how much each identity of dossier §3.6 is missed; empty where all of them hold."""
    paid = [pay for pay in pays if not pay.is_excluded]
    deducted = summed(part.amount for pay in paid for part in pay.deductions)
    lines = totals(paid)
    expected = {
        "net_pay": shown["net_pay_debit"] + shown["check_amount"],
        "tax_debit": shown["employee_taxes"] + shown["employer_taxes"],
        "company_debit": shown["net_pay_debit"]
        + shown["tax_debit"]
        + shown["reimbursement_debit"]
        + shown["child_support_debit"],
        "gross_pay": shown["net_pay"]
        + shown["employee_taxes"]
        + shown["employee_benefits_deductions"]
        + shown["employee_cash_tips"]
        + deducted,
    }
    missed = {name: shown[name] - amount for name, amount in expected.items()}
    for name in ("gross_pay", "net_pay", "employee_taxes", "benefits", "reimbursements"):
        missed[f"lines of {name}"] = shown[name] - lines[name]
    return {name: gap for name, gap in missed.items() if gap != 0}


def negated(pay: Pay) -> Pay:
    """The same with every amount turned round, as a reversal has it."""
    return replace(
        pay,
        earnings=tuple(replace(part, amount=-part.amount) for part in pay.earnings),
        taxes=tuple(replace(part, amount=-part.amount) for part in pay.taxes),
        benefits=tuple(
            replace(part, employee=-part.employee, company=-part.company) for part in pay.benefits
        ),
        deductions=tuple(replace(part, amount=-part.amount) for part in pay.deductions),
        reimbursements=tuple(replace(part, amount=-part.amount) for part in pay.reimbursements),
    )
