"""Payrolls that do not add up, or are not what somebody said: held with what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from integrations.models import Record
from tests.posting_company import PostingCompany

PAYROLL = {"vendor": "gusto", "method": "GET", "action": "status", "status": 200}


def held(books: PostingCompany, payroll_id: str) -> list[str]:
    """Why nothing was posted of a payroll."""
    assert books.journals_of(payroll_id) == []
    assert books.state(payroll_id) == Record.State.HELD
    return books.why(payroll_id)


def retold(books: PostingCompany, payroll_id: str, **changes: Any) -> None:
    """From now on Gusto tells the payroll with these parts otherwise."""
    body = {**books.as_told(payroll_id), **changes}
    path = f"/payrolls/{payroll_id}$"
    headers = {"X-Total-Pages": "1", "X-Total-Count": str(len(body["employee_compensations"]))}
    books.sandbox.fault(**PAYROLL, path=path, body=body, headers=headers, times=None)


def test_holds_totals_that_are_off_by_a_cent(full_books: PostingCompany) -> None:
    payroll_id = full_books.fixture("n")
    full_books.choose(start_date=full_books.day(-12))
    full_books.look()
    assert set(held(full_books, payroll_id)) == {"payroll_disagrees"}
    assert len(full_books.journals()) > 3


def test_holds_lines_that_do_not_make_the_totals(books: PostingCompany) -> None:
    payroll_id = books.pay()
    told = books.as_told(payroll_id)
    totals = {**told["totals"], "gross_pay": "1.00"}
    retold(books, payroll_id, totals=totals)
    books.look()
    assert "payroll_disagrees" in held(books, payroll_id)


def test_holds_a_payroll_of_which_one_person_is_missing(books: PostingCompany) -> None:
    payroll_id = books.pay()
    told = books.as_told(payroll_id)
    retold(books, payroll_id, employee_compensations=told["employee_compensations"][1:])
    books.look()
    assert "payroll_disagrees" in held(books, payroll_id)


def test_tells_the_two_values_where_pay_may_be_seen_and_nowhere_else(
    books: PostingCompany,
) -> None:
    payroll_id = books.pay()
    told = books.as_told(payroll_id)
    true, wrong = told["totals"]["employer_taxes"], "77777.77"
    retold(books, payroll_id, totals={**told["totals"], "employer_taxes": wrong})
    books.look()
    assert held(books, payroll_id)
    assert wrong not in books.said(payroll_id)
    assert true not in books.said(payroll_id)
    private = " ".join(books.private_parts(payroll_id))
    assert wrong in private
    assert true in private


def test_holds_a_sum_that_nobody_documents(books: PostingCompany) -> None:
    payroll_id = books.pay()
    told = books.as_told(payroll_id)
    retold(books, payroll_id, totals={**told["totals"], "hardship_fund": "12.00"})
    books.look()
    assert held(books, payroll_id) == ["payroll_total_unknown"]
    assert "hardship_fund" in books.said(payroll_id)


@pytest.mark.parametrize("amount", [1234.565, "1234.565", "12,50", "NaN", True, {}], ids=repr)
def test_holds_an_amount_that_is_none(books: PostingCompany, amount: object) -> None:
    payroll_id = books.pay()
    told = books.as_told(payroll_id)
    retold(books, payroll_id, totals={**told["totals"], "gross_pay": amount})
    books.look()
    assert held(books, payroll_id) == ["not_understood"]


def test_takes_a_number_for_the_amount_that_it_is(books: PostingCompany) -> None:
    """Versions differ in whether money is text: what counts is that it is whole cents."""
    payroll_id = books.pay()
    told = books.as_told(payroll_id)
    totals = {name: float(amount) for name, amount in told["totals"].items()}
    retold(books, payroll_id, totals=totals)
    books.look()
    assert books.standing(payroll_id) == ["r1 Posted"]


@pytest.mark.parametrize(
    ("switch", "value"),
    [
        ("other_deductions", "without"),
        ("paper_checks", "with reimbursements"),
        ("company_taxes", "apart"),
        ("reversal_uuids", "absent"),
        ("line_amounts_2026", "number"),
        ("payroll_taxes_2026", "text"),
        ("time_off_amount", "null"),
        ("time_off_amount", "absent"),
        ("ledger_negatives", "swapped"),
    ],
)
def test_posts_or_holds_every_kind_by_either_reading_of_the_sources(
    full_books: PostingCompany, switch: str, value: str
) -> None:
    """Whatever Gusto turns out to do, no batch is wrong: it is right, or there is none."""
    full_books.sandbox.switch("gusto", switch, value)
    full_books.choose(start_date=full_books.day(-12))
    full_books.look()
    is_priced = switch != "time_off_amount"
    assert full_books.wrong_batches(prices_time_off=is_priced) == []


def test_posts_nothing_on_an_event_that_is_not_true(books: PostingCompany) -> None:
    payroll_id = books.pay(process=False)
    books.look()
    fired = {
        "event_type": "payroll.processed",
        "entity_type": "Payroll",
        "entity_uuid": payroll_id,
        "resource_uuid": books.company_id,
    }
    books.sandbox.control("PUT", "gusto/events/new", fired)
    books.look()
    assert books.journals() == []
    assert books.state(payroll_id) == Record.State.WAITING
    assert books.why(payroll_id) == ["payroll_not_processed"]


def test_posts_a_payroll_that_reads_show_only_a_minute_after_the_event(
    books: PostingCompany,
) -> None:
    books.look()
    books.sandbox.switch("gusto", "processed_visible", "late")
    payroll_id = books.pay()
    books.look()
    assert books.journals() == []
    books.wait_out()
    books.look()
    assert books.standing(payroll_id) == ["r1 Posted"]


def test_holds_a_payroll_that_gusto_could_not_process(books: PostingCompany) -> None:
    payroll_id = books.pay(process=False)
    told = books.as_told(payroll_id)
    request = {"status": "processing_failed", "errors": []}
    retold(books, payroll_id, processing_request={**(told["processing_request"] or {}), **request})
    books.change_payroll(payroll_id, fail=True)
    books.look()
    books.drain()
    assert books.journals() == []


def test_reads_a_payroll_again_that_changed_between_two_pages(books: PostingCompany) -> None:
    payroll_id = books.pay()
    told = books.as_told(payroll_id)
    people = told["employee_compensations"]
    for page, part in ((1, people[:1]), (2, people[:1])):
        headers = {"X-Total-Pages": "2", "X-Total-Count": "2", "X-Page": str(page)}
        body = {**told, "employee_compensations": part}
        fault = {**PAYROLL, "path": f"/payrolls/{payroll_id}$", "body": body}
        books.sandbox.fault(**fault, headers=headers, times=1)
    books.look()
    assert books.journals() == []
    books.wait_out(2)
    assert books.standing(payroll_id) == ["r1 Posted"]
