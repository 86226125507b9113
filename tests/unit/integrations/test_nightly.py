"""Each integration is compared once a night, whoever asks how often."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from integrations import nightly, tasks, wake
from integrations.models import Connection, Integration
from tests import factories
from tests.clocks import StoppedClock

pytestmark = pytest.mark.django_db


@pytest.fixture
def integration(stopped_clock: StoppedClock) -> Integration:
    """Of a tenant in Denver, where it is two in the morning of 2 March."""
    return factories.make_integration()


def test_compares_once_a_night(stopped_clock: StoppedClock, integration: Integration) -> None:
    assert list(nightly.due_ids()) == []
    stopped_clock.advance(days=1)
    assert list(nightly.due_ids()) == [integration.pk]
    assert nightly.take(integration)
    assert not nightly.take(integration)
    assert list(nightly.due_ids()) == []
    stopped_clock.advance(days=1)
    integration.refresh_from_db()
    assert nightly.take(integration)


def test_night_begins_where_the_tenant_lives(stopped_clock: StoppedClock) -> None:
    tenant = factories.make_tenant(time_zone="America/Denver")
    # Nine in the morning in London is two at night in Denver.
    assert nightly.begins_at(tenant, 0) == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    stopped_clock.at = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
    assert nightly.begins_at(tenant, 0) == datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


def test_spreads_the_comparisons_over_the_night(stopped_clock: StoppedClock) -> None:
    tenant = factories.make_tenant()
    stopped_clock.advance(hours=12)
    assert len({nightly.begins_at(tenant, number) for number in range(20)}) == 20


@pytest.mark.parametrize(
    "stopped", [Integration.Status.PAUSED, Integration.Status.CLOSED, Integration.Status.DRAFT]
)
def test_leaves_alone_what_does_not_run(
    stopped: Integration.Status, stopped_clock: StoppedClock, integration: Integration
) -> None:
    stopped_clock.advance(days=1)
    Integration.objects.filter(pk=integration.pk).update(status=stopped)
    assert list(nightly.due_ids()) == []


def test_leaves_alone_what_waits_for_a_consent(
    stopped_clock: StoppedClock, integration: Integration
) -> None:
    stopped_clock.advance(days=1)
    Connection.objects.filter(pk=integration.source_id).update(
        status=Connection.Status.NEEDS_REAUTH
    )
    assert list(nightly.due_ids()) == []


def test_asks_a_worker_for_each(
    stopped_clock: StoppedClock, integration: Integration, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(wake, "reconcile", asked.append)
    stopped_clock.advance(days=1)
    tasks.begin_nightly()
    assert asked == [integration.pk]
