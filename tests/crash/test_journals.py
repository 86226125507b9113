"""The comparison of two states sees everything that can be wrong with a journal."""

from __future__ import annotations

from typing import Any

import pytest

from tests.crash.comparison import differences
from tests.crash.documents import batch_numbers, read_documents
from tests.crash.state import (
    State,
    changes_something,
    plain_rows,
    read_applied,
    read_effects,
    read_told,
)

REFERENCE = "GUSTO 8f1b6a52-77f0-4c61-8a05-3f2f0e6f1a11 r1"
CREATIONS = frozenset({"enter", "reverse"})
PUT = "/entity/Default/24.200.001/JournalTransaction"


def line(number: int, **changed: Any) -> dict[str, Any]:
    """A line of a journal."""
    row = {
        "id": f"0b1d3a52-77f0-4c61-8a05-3f2f0e6f1a{number:02}",
        "LineNbr": number,
        "Account": "60100",
        "Subaccount": "000000",
        "DebitAmount": "1200.00" if number == 1 else "0.00",
        "CreditAmount": "0.00" if number == 1 else "1200.00",
        "ReferenceNbr": "GPBD5UICG2DFCM7",
        "TransactionDescription": "Regular Hours, 2026-02-23 to 2026-03-01",
    }
    return row | changed


def journal(**changed: Any) -> dict[str, Any]:
    """One of Acumatica's, as its state shows it."""
    row = {
        "id": "9f000000-0000-4000-8000-000000000001",
        "Module": "GL",
        "BatchNbr": "GL00000002",
        "Description": REFERENCE,
        "Status": "Posted",
        "Hold": False,
        "PostPeriod": "032026",
        "TransactionDate": "2026-03-27",
        "CreatedDateTime": "2026-03-03T11:00:01.5",
        "Details": [line(1), line(2)],
        "history": [
            {"at": "2026-03-03T11:00:01.5", "deed": "created", "by": "us", "status": "Balanced"},
            {"at": "2026-03-03T11:00:04.5", "deed": "release", "by": "us", "status": "Posted"},
        ],
    }
    return row | changed


def at_acumatica(
    *journals: dict[str, Any], removed: tuple[dict[str, Any], ...] = ()
) -> dict[str, Any]:
    """What the vendor shows with these journals, and with those that were deleted."""
    tenant = {
        "employees": {},
        "journals": {f"GL|{row['BatchNbr']}": row for row in journals},
        "removed": {str(place): {"row": row} for place, row in enumerate(removed, start=1)},
        "operations": {"1": {"state": "done"}},
    }
    return {"instances": {"host": {"tenants": {"Northwind": tenant}}}}


def state(*journals: dict[str, Any], **gone: tuple[dict[str, Any], ...]) -> State:
    """A state of which nothing is compared but the target's documents."""
    documents = read_documents({"acumatica": at_acumatica(*journals, **gone)})
    return State(documents, rows={}, effects={}, told={}, applied={})


def test_finds_nothing_where_a_journal_has_another_number() -> None:
    other = journal(BatchNbr="GL00000007", id="9f000000-0000-4000-8000-000000000009")
    assert differences(state(journal()), state(other)) == []


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a journal less", state()),
        ("a journal twice", state(journal(), journal(BatchNbr="GL00000003"))),
        ("a journal that was deleted", state(journal(), removed=(journal(BatchNbr="GL00000003"),))),
        ("a line less", state(journal(Details=[line(1)]))),
        ("a line twice", state(journal(Details=[line(1), line(2), line(2)]))),
        ("lines in another order", state(journal(Details=[line(2), line(1)]))),
        ("one cent", state(journal(Details=[line(1, DebitAmount="1200.01"), line(2)]))),
        ("sides swapped", state(journal(Details=[line(1, DebitAmount="0.00"), line(2)]))),
        ("another account", state(journal(Details=[line(1, Account="60200"), line(2)]))),
        ("another mark", state(journal(Details=[line(1, ReferenceNbr="G"), line(2)]))),
        ("another reference", state(journal(Description=f"{REFERENCE}0"))),
        ("not released", state(journal(Status="Balanced"))),
        ("on hold", state(journal(Hold=True))),
        ("another period", state(journal(PostPeriod="042026"))),
        ("another day", state(journal(TransactionDate="2026-03-28"))),
        (
            "changed in between",
            state(journal(history=[*journal()["history"], {"deed": "changed"}])),
        ),
    ],
)
def test_finds_a_journal_that_differs(name: str, found: State) -> None:
    assert differences(state(journal()), found) != [], name


def test_tells_our_rows_by_the_reference_of_their_journal() -> None:
    def told(number: str) -> tuple[str, ...]:
        names = batch_numbers({"acumatica": at_acumatica(journal(BatchNbr=number))})
        return plain_rows("integrations_document", [{"target_id": f"GL/{number}"}], names)

    assert told("GL00000002") == told("GL00000009")
    assert REFERENCE in told("GL00000002")[0]


@pytest.mark.parametrize(("field", "differs"), [("release_on", False), ("journal", True)])
def test_lets_a_later_look_know_a_payroll_otherwise(field: str, differs: bool) -> None:
    def seen(digest: str) -> State:
        fields = {"journal": "a1", "release_on": "b2"} | {field: digest}
        rows = plain_rows("integrations_record", [{"fingerprint": {"fields": fields}}])
        return State({}, {"integrations_record": rows}, effects={}, told={}, applied={})

    assert bool(differences(seen("c3"), seen("d4"))) is differs


def test_takes_so_many_calls_for_creations_as_journals_came_to_stand_there() -> None:
    calls = [
        {"method": "PUT", "path": PUT, "query": "", "applied": True, "status": 200},
        {"method": "PUT", "path": PUT, "query": "", "applied": True, "status": None},
        {"method": "PUT", "path": PUT, "query": "", "applied": False, "status": None},
        {"method": "PUT", "path": PUT, "query": "", "applied": True, "status": 422},
        {"method": "POST", "path": f"{PUT}/Release", "query": "", "applied": True, "status": 202},
        {"method": "GET", "path": PUT, "query": "", "applied": True, "status": 200},
    ]
    assert read_applied(calls, 1) == {f"PUT {PUT}": 1, "create": 1, f"POST {PUT}/Release": 1}


def test_takes_no_report_and_no_sign_in_for_a_change() -> None:
    asked = ("/v1/payrolls/8f1b/reports/general_ledger", "/oauth/token")
    assert not any(changes_something({"method": "POST", "path": path}) for path in asked)
    assert changes_something({"method": "PUT", "path": PUT})


def test_tells_steps_that_create_from_others() -> None:
    writes = [
        {"record_id": 3, "step": step, "outcome": "done"}
        for step in ("reverse", "enter", "release")
    ]
    entries = [{"source_id": "p", "steps": ["reverse", "enter", "release"]}]
    assert read_effects(writes, {3: "p"}, CREATIONS) == read_told(entries, CREATIONS)
    assert set(read_told(entries, CREATIONS)) == {
        "p reverse, a create",
        "p enter, a create",
        "p release",
    }
