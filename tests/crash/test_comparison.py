"""The comparison of two states sees every kind of difference, and nothing where there is none."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.crash.comparison import differences
from tests.crash.databases import commit_frames
from tests.crash.documents import instants_of, plain_document, read_documents
from tests.crash.proof import too_few
from tests.crash.state import State, plain_rows, read_open

LOOKED_AT = (
    *("integrations_delivery", "integrations_record", "integrations_write"),
    *("audit_entry", "audit_syncrun"),
)
"""The tables that may tell of what is not at an end."""
CREATED, CHANGED = "2026-03-03T11:00:01.5", "2026-03-03T12:00:00.25"


def employee(**changed: Any) -> dict[str, Any]:
    """One of Acumatica's, as its state shows it."""
    row = {
        "id": "0b1d3a52-77f0-4c61-8a05-3f2f0e6f1a11",
        "EmployeeID": "EP00000014",
        "CreatedDateTime": CREATED,
        "LastModifiedDateTime": CHANGED,
        "Salary": "1200.00",
        "ContactInfo": {"LastName": "Quist"},
        "EmployeeSettings": {"EmployeeRefNbr": "BHR-northwind-115"},
        "EmploymentHistory": [{"PositionID": "SALES", "StartDate": "2026-03-03"}],
    }
    return row | changed


def documents(*employees: dict[str, Any]) -> dict[str, str]:
    """What is compared of a vendor with these employees."""
    tenant = {"employees": {row["EmployeeID"]: row for row in employees}, "sessions": {"1": {}}}
    tenants = {"instances": {"host": {"tenants": {"Northwind": tenant}}}}
    return read_documents({"acumatica": tenants, "bamboohr": {"companies": {}}})


def record(**changed: Any) -> dict[str, Any]:
    """A row of ours."""
    row = {
        "id": 3,
        "source_id": "115",
        "state": "synced",
        "wanted": 2,
        "handled": 2,
        "due_at": None,
        "waits_until": None,
        "lease_until": datetime(1970, 1, 1, tzinfo=UTC),
        "fingerprint": {"version": 1, "fields": {"email": "a1", "position": "b2"}},
    }
    return row | changed


def state(**changed: Any) -> State:
    """The state of a small quiet run."""
    quiet = State(
        documents=documents(employee()),
        rows={"integrations_record": plain_rows("integrations_record", [record()])},
        effects={"115 create": 1, "115 update": 1},
        told={"115 create": 1, "115 update": 1},
        applied={"create": 1, "PUT /Employee": 1},
    )
    return replace(quiet, **changed)


def rows(*records: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Our rows as they are compared."""
    return {"integrations_record": plain_rows("integrations_record", records)}


def test_finds_nothing_where_all_is_the_same() -> None:
    assert differences(state(), state()) == []


def test_finds_nothing_where_generated_values_and_times_differ() -> None:
    later = employee(
        id="9f000000-0000-4000-8000-000000000001",
        EmployeeID="EP00000099",
        CreatedDateTime="2026-03-03T15:00:00.1",
        LastModifiedDateTime="2026-03-03T15:00:09",
    )
    again = record(id=9, wanted=5, handled=5)
    assert differences(state(), state(documents=documents(later), rows=rows(again))) == []


@pytest.mark.parametrize(
    ("name", "employees"),
    [
        ("one document more", [employee(), employee(EmployeeID="EP00000015")]),
        ("one document less", []),
        ("a history row twice", [employee(EmploymentHistory=employee()["EmploymentHistory"] * 2)]),
        ("one cent", [employee(Salary="1200.01")]),
        ("one text", [employee(ContactInfo={"LastName": "Quist "})]),
        ("one field empty", [employee(ContactInfo={"LastName": None})]),
        (
            "one day",
            [employee(EmploymentHistory=[{"PositionID": "SALES", "StartDate": "2026-03-04"}])],
        ),
        (
            "times in another order",
            [employee(CreatedDateTime=CHANGED, LastModifiedDateTime=CREATED)],
        ),
        (
            "another reference",
            [employee(EmployeeSettings={"EmployeeRefNbr": "BHR-northwind-1150"})],
        ),
    ],
)
def test_finds_a_document_that_differs(name: str, employees: list[dict[str, Any]]) -> None:
    assert differences(state(), state(documents=documents(*employees))) != [], name


@pytest.mark.parametrize(
    ("name", "records"),
    [
        ("a row more", [record(), record(source_id="116")]),
        ("a row less", []),
        ("another state", [record(state="held")]),
        ("something asked for", [record(wanted=3)]),
        ("due", [record(due_at=datetime(2026, 3, 3, tzinfo=UTC))]),
        ("another fingerprint", [record(fingerprint={"version": 1, "fields": {"email": "zz"}})]),
    ],
)
def test_finds_a_row_that_differs(name: str, records: list[dict[str, Any]]) -> None:
    assert differences(state(), state(rows=rows(*records))) != [], name


def test_finds_a_row_twice_in_the_place_of_another() -> None:
    other = record(source_id="116")
    before = state(rows=rows(record(), record(), other))
    assert differences(before, state(rows=rows(record(), other, other))) != []


def test_tells_the_times_of_a_vendor_by_their_order() -> None:
    def told(first: str, second: str) -> tuple[str, ...]:
        marks = [{"leg": "employees", "value": first}, {"leg": "departments", "value": second}]
        return plain_rows("integrations_highwatermark", marks, instants_of([first, second]))

    assert told(CREATED, CHANGED) == told(CREATED, "2026-03-03T12:00:01")
    assert told(CREATED, CHANGED) != told(CHANGED, CREATED)
    assert told(CREATED, CHANGED) != told(CHANGED, CHANGED)


def test_lets_a_record_know_less_of_what_it_wrote() -> None:
    less = record(fingerprint={"version": 1, "fields": {"email": "a1", "position": ""}})
    assert differences(state(), state(rows=rows(less))) == []


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("created twice", {"effects": {"115 create": 2, "115 update": 1}}),
        ("created by another's row", {"effects": {"115 update": 1}, "told": {"115 update": 1}}),
        ("created twice at the vendor", {"applied": {"create": 2, "PUT /Employee": 1}}),
        ("never changed", {"applied": {"create": 1}}),
        ("changed twice too often", {"applied": {"create": 1, "PUT /Employee": 3}}),
        (
            "changed without a row of ours",
            {"applied": {"create": 1, "PUT /Employee": 2}},
        ),
        ("not told", {"told": {"115 create": 1}}),
        ("told twice", {"told": {"115 create": 1, "115 update": 2}}),
        ("open", {"open": ("open write create of 115",)}),
    ],
)
def test_finds_effects_that_differ(name: str, changed: dict[str, Any]) -> None:
    assert differences(state(), state(**changed)) != [], name


def test_lets_a_change_be_repeated_once() -> None:
    twice = {"115 create": 1, "115 update": 2}
    again = state(effects=twice, told=twice, applied={"create": 1, "PUT /Employee": 2})
    assert differences(state(), again) == []


def test_says_what_differs() -> None:
    other = documents(employee(ContactInfo={"LastName": "Quisd"}))
    (sentence,) = differences(state(), state(documents=other))
    assert "BHR-northwind-115" in sentence
    assert '"LastName": "Quisd"' in sentence


def test_keeps_the_order_of_what_a_document_names_twice() -> None:
    one, two = "0b1d3a52-77f0-4c61-8a05-3f2f0e6f1a11", "9f000000-0000-4000-8000-000000000001"
    same = plain_document({"id": one, "of": one}, {})
    assert same == plain_document({"id": two, "of": two}, {})
    assert same != plain_document({"id": one, "of": two}, {})


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("integrations_write", {"record_id": 3, "step": "create", "outcome": "unclear"}),
        ("integrations_record", record(due_at=datetime(2026, 3, 4, tzinfo=UTC))),
        ("integrations_record", record(lease_until=datetime(2026, 3, 4, tzinfo=UTC))),
        (
            "audit_syncrun",
            {"id": 1, "state": "running", "ended_at": None, "seen_count": 0, "counts": {}},
        ),
        (
            "audit_syncrun",
            {"id": 1, "state": "done", "ended_at": 1, "seen_count": 2, "counts": {"created": 1}},
        ),
        ("audit_entry", {"source_id": "115", "error_id": "ab12"}),
        ("integrations_delivery", {"id": 7, "handled_at": None}),
    ],
)
def test_finds_what_is_not_at_an_end(table: str, row: dict[str, Any]) -> None:
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in LOOKED_AT}
    tables[table] = [row]
    now = datetime(2026, 3, 3, tzinfo=UTC)
    assert len(read_open(tables, {3: "115"}, now)) == 1


def test_lets_a_record_wait_for_its_day() -> None:
    waiting = record(due_at=datetime(2026, 4, 8, tzinfo=UTC), waits_until="2026-04-08")
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in LOOKED_AT}
    tables["integrations_record"] = [waiting]
    assert read_open(tables, {3: "115"}, datetime(2026, 3, 3, tzinfo=UTC)) == []


def test_counts_the_commits_of_a_wal(tmp_path: Path) -> None:
    file = tmp_path / "some.sqlite3"
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE kept (text TEXT)")
    before = commit_frames(tmp_path / "some.sqlite3-wal")
    connection.execute("INSERT INTO kept VALUES ('alone')")
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO kept VALUES (?)", [("x" * 3_000,)] * 20)
    connection.execute("COMMIT")
    connection.execute("UPDATE kept SET text = 'nothing' WHERE text = 'nowhere'")
    assert commit_frames(tmp_path / "some.sqlite3-wal") - before == 2
    connection.close()


@pytest.mark.parametrize(("found", "is_fewer"), [(90, False), (89, True)])
def test_says_where_a_tenth_fewer_marks_are_tried(found: int, is_fewer: bool) -> None:
    assert bool(too_few({"marks": found, "calls": 15}, {"marks": 100, "calls": 15})) is is_fewer


def test_reads_a_row_as_json() -> None:
    (told,) = plain_rows("integrations_record", [record()])
    assert json.loads(told)["asked_for"] == 0
