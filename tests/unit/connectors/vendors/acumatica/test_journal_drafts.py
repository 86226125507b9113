"""What of a journal is missing at Acumatica, what stands there too, and what is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import numbers
from connectors.values import ABSENT
from connectors.vendors.acumatica.accounts import masked
from connectors.vendors.acumatica.employee_drafts import Difference
from connectors.vendors.acumatica.journal_bodies import addition, creation
from connectors.vendors.acumatica.journal_drafts import (
    JournalDraft,
    JournalLine,
    foreign_rows,
    header_differences,
    is_as_drafted,
    is_correctable,
    is_marked,
    line_reference,
    missing_lines,
    reversed_draft,
)
from connectors.vendors.acumatica.journal_records import Journal, JournalKey, JournalRow

REFERENCE = "GUSTO 7e2c1f0a r1"
WAGES = JournalLine("60100", Decimal("100.10"), subaccount="110000", description="Wages")
TAXES = JournalLine("21500", credit=Decimal("40.05"), subaccount="000000")
NET_PAY = JournalLine("10250", credit=Decimal("60.05"), subaccount="000000")
DRAFT = JournalDraft(
    reference=REFERENCE,
    line_reference=line_reference(REFERENCE),
    date_on=date(2026, 2, 15),
    period="022026",
    branch="HEADOFFICE",
    ledger="ACTUAL",
    currency="USD",
    lines=(WAGES, TAXES, NET_PAY),
)


def as_row(line: JournalLine, number: int = 1, **more: Any) -> JournalRow:
    values = {
        "row_id": f"row {number}",
        "line_number": number,
        "branch": line.branch or "HEADOFFICE",
        "account": line.account,
        "subaccount": line.subaccount,
        "debit": line.debit,
        "credit": line.credit,
        "description": line.memo,
        "reference": DRAFT.line_reference,
        "project": line.project,
    }
    return JournalRow(**{**values, **more})


def journal(*rows: JournalRow, **more: Any) -> Journal:
    values = {
        "key": JournalKey("GL", "GL00000001"),
        "status": "Balanced",
        "is_on_hold": False,
        "reference": REFERENCE,
        "note": None,
        "date_on": DRAFT.date_on,
        "period": DRAFT.period,
        "branch": DRAFT.branch,
        "ledger": DRAFT.ledger,
        "currency": DRAFT.currency,
        "debit_total": DRAFT.total,
        "credit_total": DRAFT.total,
        "lines": rows or tuple(map(as_row, DRAFT.lines)),
        "created_at": None,
        "modified_at": None,
    }
    return Journal(**{**values, **more})


def test_marks_each_line_with_fifteen_characters_of_the_reference() -> None:
    assert line_reference(REFERENCE) == "GQZPSMASSCZ2IQ6"
    assert line_reference(REFERENCE.replace("r1", "r2")) != "GQZPSMASSCZ2IQ6"


def test_sends_amounts_as_digits_and_only_what_is_said() -> None:
    body = numbers.parse(numbers.write(creation(DRAFT)))
    assert body["Hold"] == {"value": False}
    assert body["TransactionDate"] == {"value": "2026-02-15T00:00:00"}
    assert body["PostPeriod"] == {"value": "022026"}
    assert body["Description"] == {"value": REFERENCE}
    assert "note" not in body
    assert body["Details"][0] == {
        "BranchID": {"value": "HEADOFFICE"},
        "Account": {"value": "60100"},
        "Subaccount": {"value": "110000"},
        "ReferenceNbr": {"value": DRAFT.line_reference},
        "TransactionDescription": {"value": "Wages"},
        "DebitAmount": {"value": Decimal("100.10")},
    }
    assert b'"CreditAmount":{"value":40.05}' in numbers.write(creation(DRAFT))
    assert b'"DebitAmount":{"value":100.10}' in numbers.write(creation(DRAFT))


def test_sends_five_hundred_lines_and_the_whole_total_on_hold() -> None:
    many = replace(
        DRAFT,
        lines=(
            *(JournalLine("60100", Decimal("0.01")) for _ in range(501)),
            JournalLine("10250", credit=Decimal("5.01")),
        ),
    )
    body: Any = creation(many)
    assert (body["Hold"], len(body["Details"])) == ({"value": True}, 500)
    control = body["custom"]["BatchModule"]["CuryControlTotal"]
    assert control == {"type": "CustomDecimalField", "value": Decimal("5.01")}
    assert not DRAFT.is_parted
    assert many.is_parted


def test_finds_the_draft_in_the_journal_in_whatever_order() -> None:
    rows = [as_row(line, number) for number, line in enumerate(reversed(DRAFT.lines), 1)]
    there = journal(*rows)
    assert is_as_drafted(there, DRAFT)
    assert is_marked(there, DRAFT.line_reference)
    assert missing_lines(there, DRAFT) == ()
    assert foreign_rows(there, DRAFT) == ()


def test_counts_lines_that_are_alike() -> None:
    twice = replace(DRAFT, lines=(TAXES, TAXES, JournalLine("60100", Decimal("80.10"))))
    there = journal(as_row(TAXES), as_row(TAXES, 2), as_row(TAXES, 3))
    assert missing_lines(there, twice) == (twice.lines[2],)
    assert foreign_rows(there, twice) == (as_row(TAXES, 3),)
    assert missing_lines(journal(as_row(TAXES)), twice) == twice.lines[1:]
    body: Any = addition(journal(as_row(TAXES)), twice)
    assert [line["Account"]["value"] for line in body["Details"]] == ["21500", "60100"]
    assert (body["Module"], body["BatchNbr"]) == ({"value": "GL"}, {"value": "GL00000001"})


@pytest.mark.parametrize(
    "change",
    [
        {"account": "60200"},
        {"subaccount": "120000"},
        {"debit": Decimal("100.11")},
        {"description": "Wages of somebody"},
        {"branch": "WEST"},
    ],
)
def test_sees_each_change_of_a_line(change: dict[str, Any]) -> None:
    changed = as_row(WAGES, 1, **change)
    there = journal(changed, as_row(TAXES, 2), as_row(NET_PAY, 3))
    assert not is_as_drafted(there, DRAFT)
    assert missing_lines(there, DRAFT) == (WAGES,)
    assert foreign_rows(there, DRAFT) == (changed,)


def test_compares_projects_only_where_the_draft_says_them() -> None:
    defaulted = journal(*(as_row(line, project="X") for line in DRAFT.lines))
    assert is_as_drafted(defaulted, DRAFT)
    said = replace(DRAFT, lines=tuple(replace(line, project="X") for line in DRAFT.lines))
    assert is_as_drafted(defaulted, said)
    assert not is_as_drafted(journal(), said)


@pytest.mark.parametrize(
    ("name", "found", "shown"),
    [
        ("reference", "edited", "edited"),
        ("date_on", date(2026, 2, 16), "2026-02-16"),
        ("period", "032026", "032026"),
        ("branch", "WEST", "WEST"),
        ("ledger", None, None),
        ("currency", ABSENT, None),
    ],
)
def test_sees_each_change_of_the_header(name: str, found: Any, shown: str | None) -> None:
    there = journal(**{name: found})
    (difference,) = header_differences(there, DRAFT)
    assert difference == Difference(name, shown, str(getattr(DRAFT, name)))
    assert not is_as_drafted(there, DRAFT)


def test_trusts_no_total_that_differs() -> None:
    assert not is_as_drafted(journal(debit_total=Decimal("100.11")), DRAFT)
    assert not is_as_drafted(journal(credit_total=Decimal("100.11")), DRAFT)
    assert is_as_drafted(journal(debit_total=ABSENT, credit_total=ABSENT), DRAFT)


def test_owns_only_what_carries_the_mark_on_every_line() -> None:
    assert not is_marked(journal(as_row(WAGES), as_row(TAXES, reference="")), DRAFT.line_reference)
    assert not is_marked(journal(lines=()), DRAFT.line_reference)
    with pytest.raises(ValueError, match="without its lines"):
        is_marked(journal(lines=ABSENT), DRAFT.line_reference)


def test_cuts_a_description_as_the_form_does() -> None:
    long = replace(WAGES, description=f" {'w' * 255} and more ")
    assert long.memo == "w" * 255
    assert len(replace(WAGES, description="w" * 300).memo) == 256


def test_takes_a_journal_back_with_its_sides_swapped() -> None:
    back = reversed_draft(
        DRAFT, reference="GUSTO 7e2c1f0a v1", date_on=date(2026, 3, 1), period="032026"
    )
    assert [(line.account, line.debit, line.credit) for line in back.lines] == [
        ("60100", Decimal("0.00"), Decimal("100.10")),
        ("21500", Decimal("40.05"), Decimal("0.00")),
        ("10250", Decimal("60.05"), Decimal("0.00")),
    ]
    assert back.line_reference == line_reference("GUSTO 7e2c1f0a v1")
    assert back.total == DRAFT.total


@pytest.mark.parametrize(
    "amounts",
    [("0", "0"), ("5", "5"), ("-5", "0"), ("0", "-5"), ("0.005", "0")],
)
def test_makes_no_line_with_two_sides_or_none(amounts: tuple[str, str]) -> None:
    debit, credit = map(Decimal, amounts)
    with pytest.raises(ValueError, match="journal line"):
        JournalLine("60100", debit, credit)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"lines": (WAGES, TAXES)}, "debits equal its credits"),
        ({"lines": ()}, "has lines"),
        ({"line_reference": "G" * 16}, "at most 15"),
        ({"line_reference": ""}, "at most 15"),
        ({"reference": ""}, "reference"),
        ({"reference": " r1"}, "blanks"),
    ],
)
def test_makes_no_journal_that_cannot_be(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        replace(DRAFT, **change)


@given(st.lists(st.integers(min_value=1, max_value=10**9), min_size=1, max_size=30))
def test_loses_and_adds_no_cent_on_the_way(cents: list[int]) -> None:
    amounts = [Decimal(cent) / 100 for cent in cents]
    lines = tuple(JournalLine("60100", amount) for amount in amounts)
    draft = replace(DRAFT, lines=(*lines, JournalLine("10250", credit=sum(amounts, Decimal()))))
    body = numbers.parse(numbers.write(creation(draft)))
    sent = [Decimal(line.get("DebitAmount", {"value": 0})["value"]) for line in body["Details"]]
    assert sum(sent) == Decimal(sum(cents)) / 100 == draft.total


def test_fills_the_open_places_of_a_mask() -> None:
    assert masked("???000", "110") == "110000"
    assert masked("0?0?", "12") == "0102"
    for mask, value in (("???000", "11"), ("000000", ""), ("???000", "1100")):
        with pytest.raises(ValueError, match="characters"):
            masked(mask, value)


def test_knows_what_one_call_can_correct() -> None:
    """A row is deleted and another one added: 250 lines of another account are 500 changes."""

    def of(count: int, account: str) -> tuple[JournalLine, ...]:
        lines = tuple(replace(WAGES, account=account, debit=Decimal(n)) for n in range(1, count))
        total = sum((line.debit for line in lines), Decimal(0))
        return (*lines, replace(NET_PAY, account=account, credit=total))

    def stands(count: int) -> Journal:
        return journal(*(as_row(line, n) for n, line in enumerate(of(count, "60100"))))

    assert is_correctable(stands(250), replace(DRAFT, lines=of(250, "60200")))
    assert not is_correctable(stands(251), replace(DRAFT, lines=of(250, "60200")))
    assert is_correctable(stands(900), replace(DRAFT, lines=of(900, "60100")))
