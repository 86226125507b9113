"""What stands at both vendors and in our database, made comparable; read from outside alone.

Nothing of the product is imported here or in what compares: a judge that shares the product's code
shares its mistakes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from tests.crash.databases import Row
from tests.crash.documents import (
    all_journals,
    batch_numbers,
    instants_of,
    read_documents,
    replaced,
)
from tests.crash.lane import Lane
from tests.crash.scenario import Scenario

JOURNAL = "JournalTransaction"
ASKED = ("token", "/reports/")
"""In the paths of calls that change nothing though they are no reads."""
CREATES = "create"
"""How a step is told that must happen once; what changes something may be repeated once."""
EFFECTIVE = ("done", "adopted")
OPEN = ("sent", "unclear")
TOLD_BY = ("taken_up", "repeated")
"""What a delivery came to whose notices were worked."""
LOGS = (
    *("audit_body", "audit_entry", "audit_syncrun"),
    *("integrations_delivery", "integrations_write"),
)
"""Tables of what happened: more happens after a cut, so that rules decide instead of equality."""
VOLATILE: Mapping[str, frozenset[str]] = {
    "": frozenset({"id", "lease_token", "lease_until", "seen_at", "moved_at", "read_at"}),
    "integrations_grant": frozenset({"sealed", "generation", "sealed_at", "refresh_started_at"}),
    "integrations_connection": frozenset({"woken_at", "checked_at"}),
    # Of how it was read last: by its id, from a list, or with its history.
    "integrations_record": frozenset({"digest"}),
    # Counted by each poll that comes long after the first one.
    "integrations_subscription": frozenset({"untold_count"}),
    "integrations_plan": frozenset({"run_key"}),
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
    scenario = lane.scenario
    states = {slug: lane.control("GET", f"{slug}/state") for slug in vendors_of(scenario)}
    names = {**instants, **batch_numbers(states)}
    return State(
        documents=read_documents(states),
        rows={name: plain_rows(name, rows, names) for name, rows in compared.items()},
        effects=read_effects(
            added(lane, tables, "integrations_write"), sources, scenario.creations
        ),
        told=read_told(added(lane, tables, "audit_entry"), scenario.creations),
        applied=read_applied(lane.journal(), entered_since(lane, states)),
        open=(
            *read_open(tables, sources, lane.now()),
            *read_lost(tables["integrations_delivery"], lane.attempts()),
        ),
    )


def vendors_of(scenario: Scenario) -> tuple[str, str]:
    """Both vendors of a story, the target first."""
    return scenario.target, scenario.source


def added(lane: Lane, tables: Mapping[str, Sequence[Row]], name: str) -> list[Row]:
    """The rows of a table that the story added."""
    return [row for row in tables[name] if row["id"] > lane.begun_after[name]]


def plain_rows(
    table: str, rows: Sequence[Row], names: Mapping[str, str] = MappingProxyType({})
) -> tuple[str, ...]:
    """A table's rows without what differs from run to run.

    Of our own instants only whether there is one; a vendor's, which are texts, and its numbers are
    told as in ``names``. What was asked for of a record and what was handled count up with each
    look at it: only that both are equal is compared.
    """
    left_out = VOLATILE[""] | VOLATILE.get(table, frozenset())
    told = []
    for row in rows:
        kept = {name: value for name, value in row.items() if name not in left_out}
        if {"wanted", "handled"} <= set(kept):
            kept["asked_for"] = kept.pop("wanted") - kept.pop("handled")
        kept = {
            name: "an instant" if isinstance(value, datetime) else replaced(value, names)
            for name, value in kept.items()
        }
        told.append(json.dumps(kept, sort_keys=True, default=str))
    return tuple(sorted(told))


def read_effects(
    writes: Sequence[Row], sources: Mapping[int, str], creations: frozenset[str]
) -> dict[str, int]:
    """The calls that took effect, by record and step."""
    return dict(
        Counter(
            told_step(sources[row["record_id"]], row["step"], creations)
            for row in writes
            if row["outcome"] in EFFECTIVE
        )
    )


def read_told(entries: Sequence[Row], creations: frozenset[str]) -> dict[str, int]:
    """The steps of which the trail tells, by record."""
    return dict(
        Counter(
            told_step(row["source_id"], step, creations) for row in entries for step in row["steps"]
        )
    )


def told_step(source_id: str, step: str, creations: frozenset[str]) -> str:
    """A step of a record; whether it creates shows at its end."""
    is_told_so = step not in creations or step == CREATES
    return f"{source_id} {step}" if is_told_so else f"{source_id} {step}, a {CREATES}"


def entered_since(lane: Lane, states: Mapping[str, Any]) -> int:
    """How many journals were entered at the target since the story began."""
    before, now = lane.target_before, states[lane.scenario.target]
    return len(all_journals(now)) - len(all_journals(before))


def read_applied(journal: Sequence[Mapping[str, Any]], entered: int) -> dict[str, int]:
    """The changing calls that took effect, by kind.

    What creates an employee is told by its filter. What enters a journal looks like what changes
    one: so many of those calls are creations as journals have come to stand there.
    """
    counted: Counter[str] = Counter()
    for row in journal:
        if not changes_something(row) or not row["applied"] or (row["status"] or 200) >= 300:
            continue
        is_creation = "filter" in row["query"]
        counted[CREATES if is_creation else f"{row['method']} {row['path']}"] += 1
    for kind in [kind for kind in counted if kind.endswith(f"/{JOURNAL}")]:
        counted[kind] -= entered
        counted[CREATES] += entered
    return dict(+counted)


def changes_something(row: Mapping[str, Any]) -> bool:
    """Whether a call was one that changes a vendor's record: no sign-in, no report asked for."""
    return row["method"] != "GET" and not any(part in row["path"] for part in ASKED)


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
    left += [f"waiting: delivery {row['id']}" for row in waiting(tables["integrations_delivery"])]
    return left


def read_lost(deliveries: Sequence[Row], attempts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Deliveries that a vendor was told are taken up and that came to nothing."""
    lost = [
        f"delivery {row['id']} came to nothing: {row['outcome']} {row['remark']}"
        for row in deliveries
        if row["outcome"] and row["outcome"] not in TOLD_BY
    ]
    answered_count = sum(is_answered(attempt) for attempt in attempts)
    if not answered_count <= len(deliveries) <= len(attempts):
        lost.append(
            f"of {len(attempts)} deliveries {answered_count} were answered "
            f"and {len(deliveries)} are stored"
        )
    return lost


def is_answered(attempt: Mapping[str, Any]) -> bool:
    """Whether a vendor takes a notice for delivered by this."""
    return attempt["status"] is not None and 200 <= attempt["status"] < 300


def waiting(deliveries: Sequence[Row]) -> list[Row]:
    """The deliveries whose notices are no rows yet."""
    return [row for row in deliveries if row["handled_at"] is None]


def due(records: Sequence[Row]) -> list[Row]:
    """The records that want work, now or later; who waits for a day wants none."""
    return [row for row in records if row["due_at"] is not None and row["waits_until"] is None]
