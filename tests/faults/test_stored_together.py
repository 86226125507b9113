"""Outcomes that are stored together: one that cannot be stored does not take the others with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection

from audit.models import Entry, SyncRun
from integrations.engine.run import LegRun
from integrations.models import Record, Write
from tests.company import Company


class Meanwhile:
    """Does something once, just before the second call's own row is inserted."""

    def __init__(self, deed: Callable[[Record], object]) -> None:
        self._deed = deed
        self.entries_inserts_count = 0
        self.first: Record | None = None

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        self.entries_inserts_count += sql.startswith('INSERT INTO "audit_entry"')
        if sql.startswith('INSERT INTO "integrations_write"') and self.first is None:
            write = Write.objects.order_by("pk").select_related("record").first()
            if write is not None:
                self.first = write.record
                self._deed(write.record)
        return execute(sql, params, many, context)


def sync(company: Company, meanwhile: Meanwhile) -> SyncRun:
    """A first sync whose outcomes wait for the end of their chunk."""
    run = LegRun(
        company.fresh(),
        company.leg,
        SyncRun.Trigger.MANUAL,
        width=1,
        kept_back_seconds=float("inf"),
    )
    with connection.execute_wrapper(meanwhile):
        return run.read_all()


def test_tells_of_a_whole_chunk_in_one_statement(company: Company) -> None:
    meanwhile = Meanwhile(lambda record: None)
    run = sync(company, meanwhile)
    assert (run.state, meanwhile.entries_inserts_count) == (SyncRun.State.DONE, 2)
    assert Entry.objects.filter(run=run).count() == len(company.people())


def test_stores_of_a_record_taken_over_only_what_its_call_brought(company: Company) -> None:
    def take_over(record: Record) -> None:
        Record.objects.filter(pk=record.pk).update(lease_token="somebody else's")

    meanwhile = Meanwhile(take_over)
    run = sync(company, meanwhile)
    assert meanwhile.first is not None
    record = Record.objects.get(pk=meanwhile.first.pk)
    write = Write.objects.get(record=record)
    assert (record.state, record.lease_token) == (Record.State.QUEUED, "somebody else's")
    assert (write.outcome, write.is_told) == (Write.Outcome.DONE, False)
    assert (
        record.target_id == write.target_id == company.employee_of(record.source_id)["EmployeeID"]
    )
    assert not Entry.objects.filter(record_id=record.pk).exists()
    assert sum(run.counts.values()) == run.seen_count
    assert not Write.objects.exclude(pk=write.pk).exclude(is_told=True).exists()
    company.settle()
    assert company.faults() == []


def test_stores_the_others_where_one_target_was_taken_meanwhile(company: Company) -> None:
    def take_its_target(record: Record) -> None:
        employee = company.employee_of(record.source_id)
        Record.objects.create(
            integration=company.integration,
            leg=company.leg.name,
            source_id="other",
            target_id=employee["EmployeeID"],
        )

    meanwhile = Meanwhile(take_its_target)
    with pytest.raises(IntegrityError):
        sync(company, meanwhile)
    assert meanwhile.first is not None
    first = Record.objects.get(pk=meanwhile.first.pk)
    assert (first.state, first.target_id) == (Record.State.QUEUED, "")
    told = Write.objects.exclude(record=first)
    assert told.count() > 1
    assert not told.exclude(is_told=True, outcome=Write.Outcome.DONE).exists()
