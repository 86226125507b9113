"""What keeps a payroll from being entered, and on which account, subaccount and project it goes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.sandbox.vendors.gusto.money import Deduction, totals
from connectors.values import ABSENT
from connectors.vendors.gusto.payroll_records import Payroll, Totals
from integrations.flow import Held
from integrations.flows.gusto_to_acumatica.checks import broken
from integrations.flows.gusto_to_acumatica.journal import journal_for_payroll
from integrations.flows.gusto_to_acumatica.split import Split, SplitBy
from tests.unit.integrations.flows.gusto_payrolls import (
    DEFAULTS,
    FRAME,
    departments,
    drawn,
    fixture,
    payroll,
    payroll_of,
    shown,
    table,
)
from tests.unit.integrations.flows.test_gusto_payroll_kinds import (
    DANA,
    ON_DEPOSIT,
    PLANS,
    WITHHELD,
    earned,
    held,
)

BY_DEPARTMENT = Split(SplitBy.DEPARTMENT, {"dana": "Advisory", "lee": "Research"})


def stated(one: Payroll, **amounts: str) -> Payroll:
    """The payroll with other totals."""
    values = {name: Decimal(amount) for name, amount in amounts.items()}
    return replace(one, totals=replace(one.totals or Totals(), others=(), **values))


def coding(one: Payroll, lookups: object, split: Split | None = None) -> list[tuple[str, ...]]:
    """Account and subaccount of the lines, by what they say."""
    journal = drawn(one, lookups, split)  # type: ignore[arg-type]
    return [
        (line.description.rsplit(", ", 1)[0], line.account, line.subaccount)
        for line in journal.draft.lines
    ]


def test_names_all_that_is_missing_at_once() -> None:
    one = payroll([replace(DANA, benefits=PLANS[1:2])])
    assert held(one, rows={}).missing == (
        ("pay_component", ("earning:Regular Hours",)),
        ("pay_component", ("employer_tax:FUTA",)),
        ("pay_component", ("employer_tax:Social Security",)),
        ("pay_component", ("contribution:401(k)",)),
        ("pay_component", ("benefit:401(k)",)),
        ("pay_component", ("total:net_pay_debit",)),
        ("pay_component", ("total:tax_debit",)),
    )


def test_asks_for_no_row_of_what_is_zero() -> None:
    lines = coding(payroll([DANA]), table())
    assert len(lines) == 5
    assert not [said for said, *_ in lines if "check" in said or "Child" in said]


def test_takes_the_row_of_the_component_before_the_default_of_its_section() -> None:
    rows = {**DEFAULTS, ("employer_tax:FUTA",): ("60510", "000100")}
    lines = coding(payroll([DANA]), table(rows))
    assert ("FUTA, employer tax", "60510", "000100") in lines
    assert ("Social Security, employer tax", "60500", "000000") in lines


def test_gives_each_bank_movement_its_own_account_where_rows_say_so() -> None:
    rows = {**DEFAULTS, ("total:tax_debit",): ("10200", "000000")}
    assert coding(payroll([DANA]), table(rows))[-2:] == [
        ("Net pay by direct deposit", "10250", "000000"),
        ("Taxes debited", "10200", "000000"),
    ]


def test_splits_the_expense_by_department_and_nothing_that_is_owed() -> None:
    assert coding(payroll([DANA, ON_DEPOSIT]), table(), BY_DEPARTMENT) == [
        ("Overtime, Research", "60100", "120000"),
        ("Regular Hours, Advisory", "60100", "110000"),
        ("Regular Hours, Research", "60100", "120000"),
        ("Vacation Hours, Research", "60100", "120000"),
        ("FUTA, employer tax, Advisory", "60500", "110000"),
        ("Social Security, employer tax, Advisory", "60500", "110000"),
        ("Social Security, employer tax, Research", "60500", "120000"),
        ("Net pay by direct deposit", "10250", "000000"),
        ("Taxes debited", "10250", "000000"),
    ]


def test_takes_an_exception_for_one_component_in_one_department_whole() -> None:
    rows = {
        **DEFAULTS,
        ("earning:Overtime", "Research"): ("60200", "999000"),
        ("employer_tax:*", "Advisory"): ("60550", "888000"),
    }
    lines = coding(payroll([DANA, ON_DEPOSIT]), table(rows), BY_DEPARTMENT)
    assert ("Overtime, Research", "60200", "999000") in lines
    assert ("FUTA, employer tax, Advisory", "60550", "888000") in lines
    assert ("Social Security, employer tax, Research", "60500", "120000") in lines


def test_puts_a_component_s_own_row_before_an_exception_of_its_section() -> None:
    rows = {
        **DEFAULTS,
        ("employer_tax:FUTA",): ("60510", "000000"),
        ("employer_tax:*", "Advisory"): ("60550", "888000"),
    }
    lines = coding(payroll([DANA]), table(rows), BY_DEPARTMENT)
    assert ("FUTA, employer tax, Advisory", "60510", "110000") in lines


def test_fills_the_mask_with_the_department_s_segment() -> None:
    places = {"Advisory": "110", "Research": "120"}
    lookups = table(places=places, subaccount_mask="???000")
    assert ("Overtime, Research", "60100", "120000") in coding(
        payroll([DANA, ON_DEPOSIT]), lookups, BY_DEPARTMENT
    )
    rows = {**DEFAULTS, ("earning:*",): ("60100", "???001")}
    lookups = table(rows, places=places, subaccount_mask="???000")
    assert ("Overtime, Research", "60100", "120001") in coding(
        payroll([DANA, ON_DEPOSIT]), lookups, BY_DEPARTMENT
    )


def test_holds_a_segment_that_does_not_fit_the_mask() -> None:
    lookups = table(places={"Advisory": "1100"}, subaccount_mask="???000")
    decision = journal_for_payroll(payroll([DANA]), lookups, FRAME, BY_DEPARTMENT)
    assert isinstance(decision, Held)
    assert [reason.sentence for reason in decision.reasons] == [
        "The value 1100 of Advisory does not fit the subaccount mask ???000."
    ]


def test_holds_a_mask_on_a_line_that_is_not_split() -> None:
    rows = {**DEFAULTS, ("total:*",): ("10250", "???000")}
    assert [reason.code for reason in held(payroll([DANA]), rows=rows).reasons] == [
        "subaccount_open"
    ]


def test_holds_a_department_that_has_no_subaccount_yet() -> None:
    lookups = table(places={"Advisory": "110000"})
    decision = journal_for_payroll(payroll([DANA, ON_DEPOSIT]), lookups, FRAME, BY_DEPARTMENT)
    assert isinstance(decision, Held)
    assert decision.missing == (("department_subaccount", ("Research",)),)
    assert len(decision.reasons) == 1


def test_sends_a_department_that_is_not_carried_to_the_default() -> None:
    lookups = table(
        places={"*": "000000", "Advisory": "110000"},
        ignored=[("department_subaccount", ("Research",))],
    )
    assert ("Overtime, Research", "60100", "000000") in coding(
        payroll([DANA, ON_DEPOSIT]), lookups, BY_DEPARTMENT
    )


def test_leaves_subaccounts_empty_where_the_feature_is_off() -> None:
    lines = coding(payroll([DANA]), table(places={}, abilities=()), BY_DEPARTMENT)
    assert {subaccount for *_, subaccount in lines} == {""}


def test_carries_the_non_project_code_on_every_line_where_projects_is_on() -> None:
    lookups = table(abilities=("subaccounts", "projects"))
    assert {line.project for line in drawn(payroll([DANA]), lookups).draft.lines} == {"X"}
    assert {line.project for line in drawn(payroll([DANA])).draft.lines} == {""}


def test_holds_every_payroll_while_the_project_code_is_missing() -> None:
    lookups = table(abilities=("projects",), non_project_code="")
    decision = journal_for_payroll(payroll([DANA]), lookups, FRAME)
    assert isinstance(decision, Held)
    assert [reason.code for reason in decision.reasons] == ["no_project_code"]


def test_holds_an_amount_of_a_component_that_is_marked_as_not_carried() -> None:
    rows = {key: row for key, row in DEFAULTS.items() if key != ("employer_tax:*",)}
    rows["employer_tax:Social Security",] = ("60500", "000000")
    ignored = [("pay_component", ("employer_tax:FUTA",))]
    decision = held(payroll([DANA]), rows=rows, ignored=ignored)
    assert [reason.code for reason in decision.reasons] == ["component_ignored"]


def test_holds_an_amount_that_nobody_documents() -> None:
    one = payroll([DANA])
    odd = replace(one.totals or Totals(), others=(("surcharge", Decimal("1.00")),))
    assert [r.code for r in held(replace(one, totals=odd)).reasons] == ["payroll_total_unknown"]
    none = replace(one.totals or Totals(), others=(("surcharge", Decimal("0.00")),))
    assert drawn(replace(one, totals=none)).draft == drawn(one).draft


def test_holds_a_payroll_that_has_no_totals() -> None:
    decision = held(replace(payroll([DANA]), totals=None))
    assert [r.facts["rule"] for r in decision.reasons] == ["the payroll has no totals"]


def test_refuses_to_draw_up_a_payroll_of_which_a_page_is_missing() -> None:
    with pytest.raises(ValueError, match="read it with all its pages"):
        journal_for_payroll(replace(payroll([DANA]), is_whole=False), table(), FRAME)


def test_counts_the_people_whose_own_figures_disagree_and_names_none() -> None:
    one = payroll([DANA, ON_DEPOSIT])
    checks = tuple(replace(check, check_amount=check.check_amount + 1) for check in one.paychecks)
    decision = held(replace(one, paychecks=checks))
    assert [reason.sentence for reason in decision.reasons] == [
        "For 2 of the people paid this should be so and is not: "
        "the check is net pay and reimbursements."
    ]


def test_enters_deferred_taxes_as_owed_where_they_are_what_the_debit_lacks() -> None:
    one = payroll([DANA])
    deferred = stated(
        one, deferred_payroll_taxes="238.46", tax_debit="763.46", company_debit="3858.75"
    )
    assert held(deferred).missing == (("pay_component", ("total:deferred_payroll_taxes",)),)
    rows = {**DEFAULTS, ("total:deferred_payroll_taxes",): ("21500", "000000")}
    assert shown(drawn(deferred, table(rows)))[-3:] == [
        ("21500", "", "238.46", "Deferred payroll taxes"),
        ("10250", "", "3095.29", "Net pay by direct deposit"),
        ("10250", "", "763.46", "Taxes debited"),
    ]


def test_holds_deferred_taxes_that_the_debit_does_not_lack() -> None:
    one = stated(payroll([DANA]), deferred_payroll_taxes="238.46")
    wrong = broken(one, Split(), table())
    assert [(one.rule, str(one.stated), str(one.reckoned)) for one in wrong][:1] == [
        (
            "what is deferred is what the tax debit lacks of the taxes of both sides",
            "238.46",
            "0.00",
        )
    ]
    assert isinstance(journal_for_payroll(one, table(), FRAME), Held)


def test_holds_child_support_that_is_not_called_so() -> None:
    other = (replace(WITHHELD[0], name="Family order 12"),)
    one = payroll([replace(DANA, deductions=other)])
    assert [reason.facts["rule"] for reason in held(one).reasons][:1] == [
        "child support is debited as it was withheld under its names"
    ]
    lookups = table(child_support_names="Child support, family order")
    assert ("10250", "", "150.00", "Child support debited") in shown(drawn(one, lookups))


def test_owes_child_support_itself_where_gusto_does_not_remit_it() -> None:
    own = (Deduction("Child support - CS-204417", Decimal("150.00")),)
    lines = shown(drawn(payroll([replace(DANA, deductions=own)])))
    assert ("21800", "", "150.00", "Child support") in lines
    assert "Child support debited" not in [said for *_, said in lines]


def test_never_names_a_person_or_a_case_in_a_line() -> None:
    telling = (
        Deduction("Garnishment - Dana Okafor, case 12-3456", Decimal("10.00")),
        Deduction("Levy for Dana Okafor", Decimal("5.00")),
        Deduction("77-1234", Decimal("1.00")),
    )
    journal = drawn(payroll([replace(DANA, deductions=telling)]))
    said = " ".join(line.description for line in journal.draft.lines)
    assert "Garnishment, " in said
    assert "Levy, " in said
    assert "Deduction, " in said
    assert not [word for word in ("Dana", "Okafor", "3456", "1234") if word in said]


def test_shows_invisible_characters_of_a_name_as_escapes() -> None:
    odd = replace(DANA, earnings=(earned("Bon\u202eus\n", "10.00"),), taxes=())
    (line, *_) = drawn(payroll([odd])).draft.lines
    assert line.description == "Bon\\u202eus, 2026-10-26 to 2026-11-08"


def test_shows_the_period_after_the_longest_name() -> None:
    odd = replace(DANA, earnings=(earned("B" * 400, "10.00"),), taxes=())
    one = replace(BY_DEPARTMENT, places={"dana": "D" * 400})
    lookups = table(places={"D" * 400: "110000"})
    (line, *_) = drawn(payroll([odd]), lookups, one).draft.lines
    assert line.description.endswith("…, 2026-10-26 to 2026-11-08")
    assert len(line.description) < 256


def test_enters_benefits_that_the_connection_may_not_see_as_one_sum_and_says_so() -> None:
    seen = payroll([replace(DANA, benefits=PLANS[1:2])])
    whole = payroll([replace(DANA, benefits=PLANS)])
    hidden = replace(
        whole,
        paychecks=tuple(
            replace(check, benefits=own.benefits)
            for check, own in zip(whole.paychecks, seen.paychecks, strict=True)
        ),
    )
    journal = drawn(hidden)
    title = "Benefits that the connection may not see"
    assert ("60600", "498.42", "", f"{title}, company's contribution") in shown(journal)
    assert ("21600", "", "618.42", f"{title}, liability") in shown(journal)
    assert journal.draft.total == drawn(whole).draft.total
    assert [remark.code for remark in journal.remarks] == ["benefits_hidden"]


def test_enters_time_off_without_a_price_on_a_row_of_its_own() -> None:
    one = payroll([ON_DEPOSIT])
    (check,) = one.paychecks
    unpriced = tuple(
        replace(line, amount=ABSENT) if line.is_time_off else line for line in check.earnings
    )
    old = replace(one, paychecks=(replace(check, earnings=unpriced),))
    assert held(old, rows=DEFAULTS).missing == (("pay_component", ("total:unnamed_earnings",)),)
    assert ("60400", "228.00", "", "Time off that is not priced") in shown(drawn(old))


def test_holds_earnings_that_are_more_than_gross_pay() -> None:
    one = payroll([ON_DEPOSIT])
    (check,) = one.paychecks
    more = (*check.earnings, replace(check.earnings[0], name="Bonus", amount=Decimal("1.00")))
    wrong = broken(replace(one, paychecks=(replace(check, earnings=more),)), Split(), table())
    assert [(one.rule, str(one.stated), str(one.reckoned)) for one in wrong] == [
        ("the earnings are no more than gross pay", "2451.00", "2452.00")
    ]


def test_holds_an_owners_draw_that_no_line_shows() -> None:
    one = stated(payroll([DANA]), owners_draw="3000.00")
    assert [reason.facts["rule"] for reason in held(one).reasons] == [
        "the owner's draw is that of the lines called so"
    ]


def test_takes_what_gross_pay_has_beyond_its_lines_for_the_draw_where_both_are_the_same() -> None:
    unlisted = replace(DANA, earnings=(*DANA.earnings, earned("Owners Draw", "3000.00")))
    one = payroll([unlisted], totals={**totals([unlisted]), "owners_draw": Decimal("3000.00")})
    (check,) = one.paychecks
    bare = replace(one, paychecks=(replace(check, earnings=check.earnings[:1]),))
    assert shown(drawn(bare)) == shown(drawn(one))
    assert ("33100", "3000.00", "", "Owner's draw") in shown(drawn(bare))


def test_holds_reimbursements_of_which_neither_debit_nor_checks_tell() -> None:
    one = payroll([DANA])
    (check,) = one.paychecks
    paid_back = replace(
        one,
        paychecks=(
            replace(
                check,
                reimbursements=(Decimal("9.00"),),
                check_amount=check.check_amount + 9,
            ),
        ),
    )
    wrong = broken(stated(paid_back, reimbursements="9.00"), Split(), table())
    assert [one.rule for one in wrong][:1] == [
        "reimbursements that are not debited are those paid by check"
    ]


def test_copies_every_mapping_row_that_had_a_part_in_it_once() -> None:
    journal = drawn(payroll([DANA, ON_DEPOSIT]), split=BY_DEPARTMENT)
    assert sorted((use.kind, use.source_key) for use in journal.mappings) == [
        ("department_subaccount", ("Advisory",)),
        ("department_subaccount", ("Research",)),
        ("pay_component", ("earning:*",)),
        ("pay_component", ("employer_tax:*",)),
        ("pay_component", ("total:*",)),
    ]


def test_is_the_same_whichever_way_the_people_are_listed() -> None:
    one = payroll_of("b")
    turned = replace(one, paychecks=one.paychecks[::-1])
    split = Split(SplitBy.DEPARTMENT, departments(fixture("b")))
    assert drawn(one, split=split).draft == drawn(turned, split=split).draft
