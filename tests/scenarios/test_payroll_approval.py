"""Who looks at a payroll before it is posted: everybody's, the first and unusual ones, nobody's."""

from __future__ import annotations

import pytest

from integrations.models import Plan, Record
from tests.posting_company import PostingCompany
from tests.staging import Stage


def approve_the_first(books: PostingCompany) -> None:
    """Have one payroll seen and approved."""
    books.choose(approval="first and unusual")
    first = books.bonus("500.00")
    books.look()
    assert books.why(first) == ["awaits_approval"]
    assert books.approve() is not None
    assert books.standing(first) == ["r1 Posted"]


@pytest.fixture
def usual(stage: Stage, books: PostingCompany) -> PostingCompany:
    """One payroll was seen and approved; from now on only what is unusual is."""
    stage.later(books, approve_the_first)
    return books


def asked(books: PostingCompany, payroll_id: str) -> str:
    """Why somebody has to look first."""
    books.look()
    assert books.journals_of(payroll_id) == []
    assert books.why(payroll_id)[0] == "awaits_approval"
    return books.said(payroll_id)


def test_asks_for_each_payroll_where_that_was_chosen(books: PostingCompany) -> None:
    books.choose(approval="every")
    for _ in range(2):
        payroll_id = books.bonus()
        asked(books, payroll_id)
        assert books.approve() is not None
        assert books.standing(payroll_id) == ["r1 Posted"]


def test_asks_for_none_where_that_was_chosen(books: PostingCompany) -> None:
    payroll_id = books.bonus()
    books.look()
    assert books.standing(payroll_id) == ["r1 Posted"]
    assert not Plan.objects.filter(leg="payrolls").exists()


def test_posts_what_is_like_the_last_one_unseen(usual: PostingCompany) -> None:
    payroll_id = usual.bonus("520.00", check_date=usual.day(8))
    usual.look()
    assert usual.standing(payroll_id) == ["r1 Posted"]


def test_asks_for_the_first_of_another_sort(usual: PostingCompany) -> None:
    asked(usual, usual.pay())


def test_asks_for_a_component_that_was_never_posted(usual: PostingCompany) -> None:
    payroll_id = usual.bonus()
    deduction = {"name": "Parking permit", "amount": "35.00"}
    usual.change_payroll(payroll_id, deduction=deduction)
    asked(usual, payroll_id)


@pytest.mark.parametrize("amount", ["650.00", "350.00"])
def test_asks_for_a_total_more_than_a_fifth_off_the_last_one(
    usual: PostingCompany, amount: str
) -> None:
    asked(usual, usual.bonus(amount))


def test_asks_where_a_mapping_changed_since(usual: PostingCompany) -> None:
    usual.book("earning:*", "60300")
    asked(usual, usual.bonus())


def test_asks_for_a_correction(usual: PostingCompany) -> None:
    payroll_id = usual.pay(off_cycle_reason="Correction", earning="Correction Payment")
    asked(usual, payroll_id)


def test_asks_for_a_reversal_of_gusto_s(usual: PostingCompany) -> None:
    original = usual.bonus("500.00")
    usual.look()
    assert usual.standing(original) == ["r1 Posted"]
    asked(usual, usual.reverse(original))


def test_asks_for_a_correction_of_what_it_had_entered(usual: PostingCompany) -> None:
    usual.choose(release="when final")
    payroll_id = usual.bonus("500.00", check_date=usual.day(10))
    usual.look()
    assert usual.standing(payroll_id) == ["r1 Balanced"]
    usual.run_again(payroll_id, "1.1")
    usual.look()
    assert usual.state(payroll_id) == Record.State.HELD
    assert "awaits_approval" in usual.why(payroll_id)


def test_asks_where_none_was_chosen_for_more_than_twice_the_largest_of_late(
    books: PostingCompany,
) -> None:
    for number in range(3):
        books.bonus("500.00", check_date=books.day(6 + number))
    books.look()
    assert len(books.journals()) == 3
    large = books.bonus("1100.00")
    asked(books, large)
    assert books.approve() is not None
    assert books.standing(large) == ["r1 Posted"]


def test_shows_each_line_both_totals_and_the_checks(books: PostingCompany) -> None:
    books.choose(approval="every")
    payroll_id = books.pay()
    books.look()
    (sheet,) = books.sheets(books.preview(), payroll_id)
    books.approve()
    journal = books.journal(payroll_id)
    assert len(sheet["lines"]) == len(journal["Details"])
    assert {line["account"] for line in sheet["lines"]} == {
        row["Account"] for row in journal["Details"]
    }
    assert sheet["checks"]


def test_posts_nothing_else_than_what_was_approved(books: PostingCompany) -> None:
    books.choose(approval="every")
    payroll_id = books.pay()
    books.look()
    plan = books.preview()
    books.run_again(payroll_id, "1.1")
    assert books.approve(plan) is None
    assert books.journals() == []


@pytest.mark.parametrize(
    "changed",
    [{"release": "never"}, {"payroll_branch": "EAST"}, {"entry_date": "debit date"}],
    ids=["release", "branch", "date"],
)
def test_approves_date_period_and_release_with_the_lines(
    books: PostingCompany, changed: dict[str, str]
) -> None:
    books.choose(approval="every", start_date=books.today())
    books.pay()
    books.look()
    plan = books.preview()
    books.choose(**changed)
    assert books.approve(plan) is None
    assert books.journals() == []


def test_posts_nothing_that_was_refused(books: PostingCompany) -> None:
    books.choose(approval="every")
    payroll_id = books.pay()
    books.look()
    books.refuse(books.preview(), "The office runs it once more.")
    books.look()
    books.pass_days(1)
    assert books.journals() == []
    assert books.state(payroll_id) == Record.State.HELD


def test_releases_a_day_later_what_was_approved_before(books: PostingCompany) -> None:
    books.choose(approval="every", release="when final")
    payroll_id = books.pay()
    books.look()
    assert books.approve() is not None
    assert books.standing(payroll_id) == ["r1 Balanced"]
    books.make_final(payroll_id)
    assert books.standing(payroll_id) == ["r1 Posted"]


def test_writes_nothing_of_a_leg_whose_first_preview_nobody_saw(books: PostingCompany) -> None:
    books.close_legs()
    payroll_id = books.pay()
    books.look()
    assert books.journals() == []
    books.approve()
    assert books.standing(payroll_id) == ["r1 Posted"]
