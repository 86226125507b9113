"""What must hold before a journal is drawn up: Gusto's identities, its report, and our own; pure.

Each broken rule is told with both values. They are pay: they belong where pay is encrypted, and
in no reason, list or message.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from connectors.vendor import Privacy
from connectors.vendors.gusto.arithmetic import (
    NOTHING,
    Disagreement,
    disagreements,
    sum_of,
)
from connectors.vendors.gusto.payroll_records import Payroll, Totals
from integrations.choosing import Option
from integrations.flow import Difference, Lookups
from integrations.flows.gusto_to_acumatica.components import (
    BY_CHECK,
    drawn,
    is_child_support,
    is_draw_unnamed,
    parts_of,
    told,
    unnamed,
)
from integrations.flows.gusto_to_acumatica.reasons_payrolls import (
    EMPLOYEES_DISAGREE,
    FIGURES_DISAGREE,
    REPORT_DISAGREES,
    UNKNOWN_TOTAL,
)
from integrations.flows.gusto_to_acumatica.report import report_disagreements
from integrations.flows.gusto_to_acumatica.split import Split
from integrations.reasons import Reason

SUPPORT_NAMES: Final = Option(
    "child_support_names",
    "Child support is called",
    "What deductions are called that Gusto remits as child support, separated by commas: all whose "
    "name contains one of these. Their sum must be the child support that Gusto debits.",
    "Child support",
)


def support_names(lookups: Lookups) -> tuple[str, ...]:
    """What deductions are called that Gusto remits as child support."""
    names = lookups.option(SUPPORT_NAMES.name).split(",")
    return tuple(name.strip() for name in names if name.strip())


def broken(payroll: Payroll, split: Split, lookups: Lookups) -> tuple[Disagreement, ...]:
    """Every rule that the payroll breaks, with both values; none where it may be posted.

    Raises:
        ValueError: the payroll was not read whole.
    """
    return (*_of_payroll(payroll, lookups), *_of_report(payroll, split, lookups))


def reasons_against(payroll: Payroll, split: Split, lookups: Lookups) -> tuple[Reason, ...]:
    """The same as reasons, without a value; and amounts that nobody knows."""
    own = _of_payroll(payroll, lookups)
    by_rule = Counter(one.rule for one in own if one.employee_id)
    others = (payroll.totals or Totals()).others
    return (
        *(FIGURES_DISAGREE.because(rule=one.rule) for one in own if not one.employee_id),
        *(EMPLOYEES_DISAGREE.because(count=str(n), rule=rule) for rule, n in by_rule.items()),
        *(UNKNOWN_TOTAL.because(total=name) for name, amount in others if amount),
        *(REPORT_DISAGREES.because(rule=one.rule) for one in _of_report(payroll, split, lookups)),
    )


def both_values(payroll: Payroll, split: Split, lookups: Lookups) -> tuple[Difference, ...]:
    """What disagrees, each with what Gusto states and what its figures come to: pay."""
    return tuple(
        Difference(
            f"{one.rule} {one.employee_id}".strip(),
            str(one.stated),
            str(one.reckoned),
            privacy=Privacy.PAY,
        )
        for one in broken(payroll, split, lookups)
    )


def _of_payroll(payroll: Payroll, lookups: Lookups) -> tuple[Disagreement, ...]:
    found = _identities(payroll)
    if payroll.totals is None:
        return found
    return (*found, *_own_rules(payroll, payroll.totals, support_names(lookups)))


def _of_report(payroll: Payroll, split: Split, lookups: Lookups) -> tuple[Disagreement, ...]:
    if split.report is None:
        return ()
    parts = parts_of(payroll, support_names(lookups))
    return tuple(report_disagreements(parts, split.report))


def _identities(payroll: Payroll) -> tuple[Disagreement, ...]:
    """The connector's rules; what is deferred is not debited, though it is an employer's tax."""
    totals = payroll.totals
    deferred = NOTHING if totals is None else told(totals.deferred_payroll_taxes)
    found = disagreements(payroll)
    if totals is None or not deferred:
        return found
    at_once = replace(
        totals,
        tax_debit=told(totals.tax_debit) + deferred,
        company_debit=told(totals.company_debit) + deferred,
    )
    if not disagreements(replace(payroll, totals=at_once)):
        return ()
    lacking = told(totals.employee_taxes) + told(totals.employer_taxes) - told(totals.tax_debit)
    rule = "what is deferred is what the tax debit lacks of the taxes of both sides"
    return found or (Disagreement(rule, deferred, lacking),)


def _own_rules(payroll: Payroll, totals: Totals, names: Sequence[str]) -> Iterator[Disagreement]:
    yield from _child_support(payroll, totals, names)
    yield from _draw(payroll, totals)
    yield from _reimbursements(payroll, totals)
    yield from _unnamed(payroll)


def _child_support(
    payroll: Payroll, totals: Totals, names: Sequence[str]
) -> Iterator[Disagreement]:
    """Where none is debited the company remits it itself: it is then a deduction like others."""
    debited = told(totals.child_support_debit)
    withheld = sum_of(
        line.amount
        for check in payroll.paychecks
        for line in check.deductions
        if is_child_support(line.name, names)
    )
    if debited not in (NOTHING, withheld):
        yield Disagreement(
            "child support is debited as it was withheld under its names", debited, withheld
        )


def _draw(payroll: Payroll, totals: Totals) -> Iterator[Disagreement]:
    """It is no wage, so it must be known which part of gross pay it is."""
    stated, lines = totals.owners_draw, drawn(payroll)
    if isinstance(stated, Decimal) and stated != lines and not is_draw_unnamed(payroll):
        yield Disagreement("the owner's draw is that of the lines called so", stated, lines)


def _reimbursements(payroll: Payroll, totals: Totals) -> Iterator[Disagreement]:
    rest = told(totals.reimbursements) - told(totals.reimbursement_debit)
    on_paper = sum_of(
        amount
        for check in payroll.paychecks
        if check.payment_method == BY_CHECK
        for amount in check.reimbursements
    )
    if rest not in (NOTHING, on_paper):
        rule = "reimbursements that are not debited are those paid by check"
        yield Disagreement(rule, rest, on_paper)


def _unnamed(payroll: Payroll) -> Iterator[Disagreement]:
    """Time off without a price can make gross pay larger than its lines, never smaller."""
    for check in payroll.paychecks:
        missing = unnamed(check)
        if missing * check.gross_pay < 0:
            rule = "the earnings are no more than gross pay"
            yield Disagreement(rule, check.gross_pay, check.gross_pay - missing, check.employee_id)
