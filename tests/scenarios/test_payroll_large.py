"""More than 500 lines go in parts: on hold, verified, taken off hold, released."""

from __future__ import annotations

import pytest

from tests import posting_company
from tests.conftest import Sandbox
from tests.posting_company import PostingCompany
from tests.reckoning import lines_of, total, totals_of
from tests.staging import Stage

PEOPLE = 84
PARTS = 500


def scattered(sandbox: Sandbox) -> PostingCompany:
    """A company in which nearly everybody has a department of his own."""
    books = PostingCompany(sandbox, PEOPLE, split_by="department")
    books.choose(start_date=books.day(10))
    for number, person_id in enumerate(books.people()):
        title = f"Team {number:02}"
        books.add_department(title)
        books.change(person_id, department=title)
    books.read_lists_again()
    for number in range(PEOPLE):
        key = (f"Team {number:02}",)
        books.decide("department_subaccount", key, {"subaccount": "160000"})
    return books


@pytest.fixture
def many(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> PostingCompany:
    """It on the stage."""
    return posting_company.staged(stage, monkeypatch, "scattered books", scattered)


def puts(books: PostingCompany) -> int:
    """How often journals were written to."""
    return books.ledger_writes().count("PUT JournalTransaction")


def test_enters_more_than_500_lines_in_parts_and_releases_them_whole(many: PostingCompany) -> None:
    payroll_id = many.pay(employees=many.payable(), check_date=many.day(10))
    many.look()
    journal = many.journal(payroll_id)
    assert len(journal["Details"]) > PARTS
    assert journal["Status"] == "Posted"
    debit, credit = totals_of(journal)
    assert debit == credit
    assert puts(many) == 3
    statuses = [one["status"] for one in journal["history"]]
    assert statuses[:2] == ["On Hold", "On Hold"]
    assert statuses[-1] == "Posted"


def test_goes_on_with_the_second_part_where_its_answer_was_lost(many: PostingCompany) -> None:
    path = {"vendor": "acumatica", "method": "PUT", "path": "/JournalTransaction$"}
    many.sandbox.fault(**path, skip=1, action="drop_after")
    payroll_id = many.pay(employees=many.payable(), check_date=many.day(10))
    many.look()
    assert many.standing(payroll_id) == ["r1 On Hold"]
    many.wait_out()
    journal = many.journal(payroll_id)
    assert journal["Status"] == "Posted"
    rows = [(line["Account"], line["TransactionDescription"]) for line in journal["Details"]]
    assert len(rows) == len(set(rows))
    assert total(lines_of(journal), "debit") == total(lines_of(journal), "credit")
