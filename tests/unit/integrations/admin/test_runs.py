"""Runs in the admin: how far one is while it runs, what is left, and frozen once it has ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit import trail
from audit.models import SyncRun
from config import clock
from integrations.models import Integration, Record
from tests.factories import make_integration, make_record
from tests.unit.integrations.admin.pages import address_of, page

pytestmark = pytest.mark.django_db

LIST = "/admin/audit/syncrun/"
LIST_QUERIES_COUNT = 6
State, Trigger = SyncRun.State, SyncRun.Trigger


@pytest.fixture
def integration() -> Integration:
    """One whose leg is read now and then."""
    return make_integration()


def begun(integration: Integration, trigger: SyncRun.Trigger = Trigger.SCHEDULE) -> SyncRun:
    """A run that has just been opened."""
    whose = trail.Whose(
        integration.tenant_id,
        "Northwind",
        integration.pk,
        integration.title,
        integration.flow,
        "employees",
    )
    return trail.open_run(whose, trigger)


def ended(run: SyncRun, seen_count: int = 0, **counts: int) -> SyncRun:
    trail.close_run(run, State.DONE, seen_count or sum(counts.values()), counts)
    return run


def test_shows_how_far_a_run_is_and_what_is_left(browser: Client, integration: Integration) -> None:
    ended(begun(integration), unchanged=200)
    run = begun(integration)
    for _ in range(2):
        record = make_record(integration)
        Record.objects.filter(pk=record.pk).update(due_at=clock.now())
    trail.note_progress(run, 60, {"created": 40, "held": 10})

    text = page(browser, address_of(run))

    assert "50 settled, 10 in hand. Due: 2. The last such run saw 200." in text
    assert 'value="25"' in text
    assert "created 40, held 10, in hand 10" in text


def test_expects_nothing_of_a_first_run(browser: Client, integration: Integration) -> None:
    run = begun(integration)
    trail.note_progress(run, 25, {"created": 25})

    text = page(browser, address_of(run))

    assert "25 settled, 0 in hand." in text
    assert "How many there are is known once all are read." in text
    assert "<progress" not in text


@pytest.mark.parametrize("trigger", [Trigger.WEBHOOK, Trigger.REPLAY])
def test_expects_nothing_of_a_run_of_a_few_records(
    browser: Client, integration: Integration, trigger: SyncRun.Trigger
) -> None:
    ended(begun(integration, trigger), unchanged=3)
    assert "<progress" not in page(browser, address_of(begun(integration, trigger)))


def test_is_never_whole_before_it_has_ended(browser: Client, integration: Integration) -> None:
    ended(begun(integration), unchanged=10)
    run = begun(integration)
    trail.note_progress(run, 12, {"unchanged": 12})
    assert 'value="99"' in page(browser, address_of(run))


def test_follows_what_runs_and_nothing_else(browser: Client, integration: Integration) -> None:
    run = begun(integration)
    for address in (LIST, address_of(run)):
        text = page(browser, address)
        assert "data-live" in text
        assert "integrations/live.js" in text
        assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in text

    ended(run, created=1)

    for address in (LIST, address_of(run)):
        text = page(browser, address)
        assert "data-live" not in text
        assert "live.js" not in text
        assert "http-equiv" not in text
    assert "It has ended: nothing here changes any more." in page(browser, address_of(run))


def test_is_frozen_at_its_end(browser: Client, integration: Integration) -> None:
    run = ended(begun(integration), created=3)
    trail.note_progress(run, 99, {"created": 99})
    trail.close_run(run, State.FAILED, 99, {"failed": 99})

    assert "created 3" in page(browser, address_of(run))
    run.refresh_from_db()
    assert (run.state, run.seen_count) == (State.DONE, 3)
    assert run.ended_at is not None
    assert clock.now() - run.ended_at < timedelta(minutes=1)


def test_asks_the_same_for_many_running(browser: Client, integration: Integration) -> None:
    counts = []
    for _ in range(2):
        for _ in range(3):
            begun(integration)
        with CaptureQueriesContext(database) as queries:
            page(browser, LIST)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= LIST_QUERIES_COUNT
