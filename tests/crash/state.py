"""What stands at both vendors and in our database, made comparable; read from outside alone.

Nothing of the product is imported here or in what compares: a judge that shares the product's code
shares its mistakes.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from tests.crash.databases import Row
from tests.crash.lane import Lane

UNIQUE = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ](?!00:00:00)\d\d:\d\d:\d\d.*")
REFERENCE = "EmployeeRefNbr"
CREATES = "create"
"""The step that must happen once; what changes something by its id may be repeated once."""
EFFECTIVE = ("done", "adopted")
OPEN = ("sent", "unclear")
LOGS = ("audit_body", "audit_entry", "audit_syncrun", "integrations_write")
"""Tables of what happened: more happens after a cut, so that rules decide instead of equality."""
VOLATILE: Mapping[str, frozenset[str]] = {
    "": frozenset({"id", "lease_token", "lease_until", "seen_at", "moved_at", "read_at"}),
    "integrations_grant": frozenset({"sealed", "generation", "sealed_at", "refresh_started_at"}),
    "integrations_connection": frozenset({"woken_at", "checked_at"}),
    # Of how it was read last: by its id, from a list, or with its history.
    "integrations_record": frozenset({"digest"}),
    # Counted by each poll that comes long after the first one.
    "integrations_subscription": frozenset({"untold_count"}),
}
"""What differs from run to run and says nothing; "" is of every table."""
CONSENTED = ("audit_action", "integrations_connectsession")
"""Tables that a new consent adds to."""


@dataclass(frozen=True, slots=True)
class State:
    """Everything that is compared. Documents and rows are JSON texts, so that all of it counts."""

    documents: Mapping[str, str]
    """By vendor, kind and reference."""
    rows: Mapping[str, tuple[str, ...]]
    """By table."""
    effects: Mapping[str, int]
    """How often each step of each record took effect, by our rows."""
    told: Mapping[str, int]
    """How often the trail tells of each step of each record."""
    applied: Mapping[str, int]
    """How often each kind of changing call took effect, by the vendors' journal."""
    open: tuple[str, ...] = field(default=())
    """What ought to be at an end and is not."""


def read_state(lane: Lane) -> State:
    """Read all of it."""
    database = lane.database
    tables = {name: database.rows(f'SELECT * FROM "{name}"') for name in database.tables()}
    sources = {row["id"]: row["source_id"] for row in tables["integrations_record"]}
    compared = {name: rows for name, rows in tables.items() if name not in LOGS}
    instants = instants_of([list(row.values()) for rows in compared.values() for row in rows])
    return State(
        documents=read_documents(
            {slug: lane.control("GET", f"{slug}/state") for slug in ("acumatica", "bamboohr")}
        ),
        rows={name: plain_rows(name, rows, instants) for name, rows in compared.items()},
        effects=read_effects(tables["integrations_write"], sources),
        told=read_told(tables["audit_entry"]),
        applied=read_applied(lane.journal()),
        open=tuple(read_open(tables, sources, lane.now())),
    )


def read_documents(states: Mapping[str, Any]) -> dict[str, str]:
    """The documents at both vendors, by name."""
    documents: dict[str, str] = {}
    for host, instance in states["acumatica"]["instances"].items():
        for name, tenant in instance["tenants"].items():
            place = f"acumatica {host} {name}"
            numbers = numbers_of(tenant["employees"])
            for kind, rows in tenant.items():
                if kind in ("sessions", "grants"):
                    continue
                for key, row in rows.items():
                    told = numbers.get(key, key) if kind == "employees" else key
                    name_of_it = f"{place} {kind} {told}"
                    documents[distinct(documents, name_of_it)] = plain_document(row, numbers)
    for domain, company in states["bamboohr"]["companies"].items():
        for kind, rows in company.items():
            if kind == "grants":
                continue
            rows = rows if isinstance(rows, dict) else {"": rows}
            for key, row in rows.items():
                documents[f"bamboohr {domain} {kind} {key}"] = plain_document(row, {})
    return documents


def numbers_of(employees: Mapping[str, Any]) -> dict[str, str]:
    """Our own reference for each number that the vendor has given."""
    references = {key: row["EmployeeSettings"][REFERENCE] for key, row in employees.items()}
    return {key: reference for key, reference in references.items() if reference}


def distinct(known: Mapping[str, str], name: str) -> str:
    """The name, or with a number where another document has it."""
    count = 1
    told = name
    while told in known:
        count += 1
        told = f"{name} ({count})"
    return told


def plain_document(content: object, numbers: Mapping[str, str]) -> str:
    """A document whose generated values are replaced: ids by their order, times by theirs."""
    ids = {
        text: f"id {place}"
        for place, text in enumerate(
            dict.fromkeys(text for text in texts(content) if UNIQUE.fullmatch(text)), start=1
        )
    }
    names = {**instants_of(content), **ids, **numbers}
    return json.dumps(replaced(content, names), sort_keys=True, default=str)


def instants_of(content: object) -> dict[str, str]:
    """For each time that is told as a text, which it is by their order."""
    instants = sorted({text for text in texts(content) if INSTANT.fullmatch(text)})
    return {text: f"instant {place}" for place, text in enumerate(instants, start=1)}


def texts(content: object) -> list[str]:
    """Every text of a document, in order."""
    if isinstance(content, str):
        return [content]
    if isinstance(content, Mapping):
        return [text for key in sorted(content) for text in texts(content[key])]
    if isinstance(content, Sequence):
        return [text for part in content for text in texts(part)]
    return []


def replaced(content: object, names: Mapping[str, str]) -> object:
    """The same document with other words for some texts."""
    if isinstance(content, str):
        return names.get(content, content)
    if isinstance(content, Mapping):
        return {key: replaced(value, names) for key, value in content.items()}
    if isinstance(content, Sequence):
        return [replaced(part, names) for part in content]
    return content


def plain_rows(
    table: str, rows: Sequence[Row], instants: Mapping[str, str] = MappingProxyType({})
) -> tuple[str, ...]:
    """A table's rows without what differs from run to run.

    Of our own instants only whether there is one; a vendor's, which are texts, are told as in
    ``instants``. What was asked for of a record and what was handled count up with each look at it:
    only that both are equal is compared.
    """
    left_out = VOLATILE[""] | VOLATILE.get(table, frozenset())
    told = []
    for row in rows:
        kept = {name: value for name, value in row.items() if name not in left_out}
        if {"wanted", "handled"} <= set(kept):
            kept["asked_for"] = kept.pop("wanted") - kept.pop("handled")
        kept = {
            name: "an instant" if isinstance(value, datetime) else replaced(value, instants)
            for name, value in kept.items()
        }
        told.append(json.dumps(kept, sort_keys=True, default=str))
    return tuple(sorted(told))


def read_effects(writes: Sequence[Row], sources: Mapping[int, str]) -> dict[str, int]:
    """The calls that took effect, by record and step."""
    return dict(
        Counter(
            f"{sources[row['record_id']]} {row['step']}"
            for row in writes
            if row["outcome"] in EFFECTIVE
        )
    )


def read_told(entries: Sequence[Row]) -> dict[str, int]:
    """The steps of which the trail tells, by record."""
    return dict(Counter(f"{row['source_id']} {step}" for row in entries for step in row["steps"]))


def read_applied(journal: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The changing calls that took effect, by kind: what creates is told by its filter."""
    counted: Counter[str] = Counter()
    for row in journal:
        if not changes_something(row) or not row["applied"] or (row["status"] or 200) >= 300:
            continue
        is_creation = "filter" in row["query"]
        counted[CREATES if is_creation else f"{row['method']} {row['path']}"] += 1
    return dict(counted)


def changes_something(row: Mapping[str, Any]) -> bool:
    """Whether a call was one that changes a vendor's record."""
    return row["method"] != "GET" and "token" not in row["path"]


def read_open(
    tables: Mapping[str, Sequence[Row]], sources: Mapping[int, str], now: datetime
) -> list[str]:
    """What is not at an end: writes, leases, due records, runs; and defects of ours."""
    left = [
        f"open write {row['step']} of {sources[row['record_id']]}"
        for row in tables["integrations_write"]
        if row["outcome"] in OPEN
    ]
    for name, rows in tables.items():
        for row in rows:
            if row.get("lease_until") is not None and row["lease_until"] > now:
                left.append(f"lease of {name} {row['id']} until {row['lease_until']}")
    left += [
        f"run {row['id']} is {row['state']}"
        for row in tables["audit_syncrun"]
        if row["ended_at"] is None
    ]
    left += [
        f"run {row['id']} saw {row['seen_count']} and tells of {sum(row['counts'].values())}"
        for row in tables["audit_syncrun"]
        if row["state"] == "done" and sum(row["counts"].values()) != row["seen_count"]
    ]
    left += [
        f"defect {row['error_id']} at {row['source_id']}"
        for row in tables["audit_entry"]
        if row["error_id"]
    ]
    left += [f"due: {row['source_id']}" for row in due(tables["integrations_record"])]
    return left


def due(records: Sequence[Row]) -> list[Row]:
    """The records that want work, now or later; who waits for a day wants none."""
    return [row for row in records if row["due_at"] is not None and row["waits_until"] is None]
