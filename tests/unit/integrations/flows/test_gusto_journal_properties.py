"""No payroll and no mapping gives an unbalanced journal, or one with a line nobody can explain."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.sandbox.vendors.gusto.company import Payroll as SandboxPayroll
from connectors.sandbox.vendors.gusto.money import (
    BY_CHECK,
    BY_DEPOSIT,
    Benefit,
    Deduction,
    Earning,
    Pay,
    Reimbursement,
    Tax,
    negated,
)
from connectors.vendors.gusto.payroll_records import Payroll
from integrations.flow import Filtered, Held
from integrations.flows.gusto_to_acumatica.coding import keys_of
from integrations.flows.gusto_to_acumatica.components import Component, Part, Side, parts_of
from integrations.flows.gusto_to_acumatica.journal import Drawn, journal_for_payroll
from integrations.flows.gusto_to_acumatica.split import Split, SplitBy, shares_of
from tests.unit.integrations.flows.gusto_payrolls import (
    DEFAULTS,
    DEPARTMENTS,
    FRAME,
    OWN_ROWS,
    payroll,
    report,
    table,
)

NOTHING = Decimal("0.00")
POSITIVE = st.integers(0, 2_000_000).map(lambda cents: Decimal(cents).scaleb(-2))
SIGNED = st.integers(-2_000_000, 2_000_000).map(lambda cents: Decimal(cents).scaleb(-2))
EARNINGS = st.sampled_from(
    ["Regular Hours", "Overtime", "Bonus", "Cash Tips", "Owner's Draw", "Vacation Hours", "Café ☕"]
)
TAXES = st.sampled_from(["FUTA", "Social Security", "CA ETT"])
BENEFITS = st.sampled_from(["Medical Insurance", "401(k)"])
SUPPORT, OTHERS = ["Child support - CS-1", "child support 22"], ["Company loan", "Levy 7", "77"]


def pays_of(amounts: st.SearchStrategy[Decimal]) -> st.SearchStrategy[list[Pay]]:
    """A few people, each with anything that a paycheck can have."""
    earning = st.builds(
        Earning,
        EARNINGS,
        amounts,
        st.sampled_from(["hourly", "fixed", "time off"]),
        st.just("job"),
        st.just("Consultant"),
    )
    deduction = st.one_of(
        st.builds(Deduction, st.sampled_from(SUPPORT), amounts, st.just(True)),
        st.builds(Deduction, st.sampled_from(OTHERS), amounts, st.just(False)),
    )
    pay = st.builds(
        Pay,
        st.just(""),
        st.just("Dana"),
        st.just("Okafor"),
        st.sampled_from([BY_CHECK, BY_DEPOSIT]),
        department=st.sampled_from([None, "Advisory", "Research", "Finance"]),
        earnings=st.lists(earning, max_size=4).map(tuple),
        taxes=st.lists(st.builds(Tax, TAXES, st.booleans(), amounts), max_size=4).map(tuple),
        benefits=st.lists(st.builds(Benefit, BENEFITS, amounts, amounts), max_size=2).map(tuple),
        deductions=st.lists(deduction, max_size=3).map(tuple),
        reimbursements=st.lists(
            st.builds(Reimbursement, amounts, st.just("Mileage")), max_size=2
        ).map(tuple),
    )
    return st.lists(pay, max_size=5).map(
        lambda people: [replace(one, employee_uuid=f"p{n}") for n, one in enumerate(people)]
    )


COMPANY_TAXES = st.lists(st.builds(Tax, TAXES, st.just(True), SIGNED), max_size=2)
ROWS = {
    **DEFAULTS,
    **OWN_ROWS,
    ("earning:Bonus",): ("60300", "000000"),
    ("earning:Regular Hours", "Research"): ("60150", "120001"),
    ("employer_tax:*", "Advisory"): ("60550", "110001"),
    ("total:tax_debit",): ("10200", "000000"),
    ("deduction:Levy",): ("21850", "000000"),
}
MAPPINGS = st.one_of(st.just(set[tuple[str, ...]]()), st.sets(st.sampled_from(sorted(ROWS)))).map(
    lambda left_out: {key: row for key, row in ROWS.items() if key not in left_out}
)
PLACES = st.one_of(st.just(set[str]()), st.sets(st.sampled_from(sorted(DEPARTMENTS)))).map(
    lambda left_out: {key: row for key, row in DEPARTMENTS.items() if key not in left_out}
)
SPLITS = st.sampled_from([SplitBy.NOTHING, SplitBy.DEPARTMENT])


def split_of(people: list[Pay], by: SplitBy) -> Split:
    return Split(by, {pay.employee_uuid: pay.department or "" for pay in people})


def summed(parts: tuple[Part, ...]) -> dict[Component, Decimal]:
    found: dict[Component, Decimal] = {}
    for part in parts:
        found[part.component] = found.get(part.component, NOTHING) + part.amount
    return found


def explain(one: Payroll, journal: Drawn) -> None:
    """Each line stands for one component in one place, and all of them for the payroll."""
    draft, lines = journal.draft, journal.lines
    assert sum(line.debit for line in draft.lines) == sum(line.credit for line in draft.lines)
    assert len(draft.lines) == len(lines) == len({(line.component, line.place) for line in lines})
    told: dict[Component, Decimal] = {}
    for drafted, line in zip(draft.lines, lines, strict=True):
        amount = drafted.debit - drafted.credit
        assert abs(amount) == abs(line.amount) > 0
        assert amount == (line.amount if line.component.side is Side.DEBIT else -line.amount)
        assert (drafted.account, drafted.subaccount) == (line.account, line.subaccount)
        assert line.account == line.uses[0].target["account"]
        assert line.uses[0].source_key in keys_of(line.component, line.place)
        assert line.place == "" or line.component.is_expense
        told[line.component] = told.get(line.component, NOTHING) + line.amount
    sums = summed(parts_of(one, ["Child support"]))
    assert told == {component: sums[component] for component in told}
    assert {component for component, amount in sums.items() if amount} <= set(told)


def costs(one: Payroll) -> Decimal:
    """What the payroll costs by Gusto's own totals."""
    totals = one.totals
    assert totals is not None
    amounts = (totals.gross_pay, totals.employer_taxes, totals.benefits, totals.reimbursements)
    return sum((amount for amount in amounts if isinstance(amount, Decimal)), NOTHING)


def credited(one: Payroll, journal: Drawn) -> Decimal:
    """What the bank moves by Gusto's own total, by the lines."""
    names = ("net_pay_debit", "tax_debit", "reimbursement_debit", "child_support_debit")
    return sum((line.amount for line in journal.lines if line.component.name in names), NOTHING)


@settings(deadline=None)
@given(pays_of(SIGNED), COMPANY_TAXES, MAPPINGS, PLACES, SPLITS)
def test_is_balanced_and_explained_or_held_with_all_that_is_missing(
    people: list[Pay],
    taxes: list[Tax],
    rows: dict[tuple[str, ...], tuple[str, str]],
    places: dict[str, str],
    by: SplitBy,
) -> None:
    one, split, lookups = payroll(people, taxes), split_of(people, by), table(rows, places)
    decision = journal_for_payroll(one, lookups, FRAME, split)
    shares = shares_of(parts_of(one, ["Child support"]), split)
    lacking = {
        ("pay_component", (share.component.key,))
        for share in shares
        if lookups.find("pay_component", *keys_of(share.component, share.place)) is None
    }
    if isinstance(decision, Drawn):
        assert lacking == set()
        explain(one, decision)
        totals = one.totals
        assert totals is not None
        assert credited(one, decision) == totals.company_debit
    elif isinstance(decision, Held):
        unmapped = {row for row in decision.missing if row[0] == "pay_component"}
        is_odd = any(reason.code != "unmapped" for reason in decision.reasons)
        assert is_odd or (unmapped == lacking and decision.missing)
    else:
        assert isinstance(decision, Filtered)
        assert shares == ()


@settings(deadline=None)
@given(pays_of(POSITIVE), SPLITS)
def test_debits_and_credits_exactly_the_payroll_s_own_totals(
    people: list[Pay], by: SplitBy
) -> None:
    one = payroll(people)
    decision = journal_for_payroll(one, table(), FRAME, split_of(people, by))
    if isinstance(decision, Drawn):
        net = one.totals.net_pay if one.totals else NOTHING
        explain(one, decision)
        # A net pay below zero changes sides and makes both sums larger by as much.
        if isinstance(net, Decimal) and all(check.net_pay >= 0 for check in one.paychecks):
            assert decision.draft.total == costs(one)
    else:
        assert isinstance(decision, Filtered)
        assert costs(one) == 0


@settings(deadline=None)
@given(pays_of(POSITIVE), SPLITS)
def test_takes_a_payroll_back_to_the_cent_when_all_of_it_is_reversed(
    people: list[Pay], by: SplitBy
) -> None:
    split = split_of(people, by)
    posted = journal_for_payroll(payroll(people), table(), FRAME, split)
    taken = journal_for_payroll(payroll([negated(pay) for pay in people]), table(), FRAME, split)
    if isinstance(posted, Drawn) and isinstance(taken, Drawn):
        lines = Counter[tuple[str, str, str]]()
        for journal in (posted, taken):
            for line in journal.draft.lines:
                key = (line.account, line.subaccount, line.description)
                lines[key] += int((line.debit - line.credit).scaleb(2))
        assert set(lines.values()) == {0}
    else:
        assert isinstance(posted, Filtered)
        assert isinstance(taken, Filtered)


@settings(deadline=None)
@given(pays_of(POSITIVE), st.sampled_from(["signed", "swapped"]), st.booleans())
def test_is_split_by_the_report_as_by_what_was_in_force(
    people: list[Pay], negatives: str, is_reversal: bool
) -> None:
    paid = [negated(pay) for pay in people] if is_reversal else people
    source = SandboxPayroll(
        uuid="p",
        fixture="p",
        check_date=date(2026, 11, 13),
        deadline_at=datetime(2026, 11, 12, tzinfo=UTC),
        created_at=datetime(2026, 11, 1, tzinfo=UTC),
        start_date=None,
        end_date=None,
        schedule_uuid=None,
        pays={pay.employee_uuid: pay for pay in paid},
    )
    one, seen = payroll(paid), split_of(paid, SplitBy.DEPARTMENT)
    told = replace(seen, report=report(source, negatives=negatives))
    by_seen, by_told = (journal_for_payroll(one, table(), FRAME, way) for way in (seen, told))
    if isinstance(by_seen, Drawn):
        assert isinstance(by_told, Drawn), by_told
        assert by_told.draft == by_seen.draft
    else:
        assert isinstance(by_told, Filtered)
