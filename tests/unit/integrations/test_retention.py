"""What is kept for a time only goes; entries and what is younger stay."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit import retention as trails
from audit import trail
from audit.models import Body, Entry, SyncRun
from audit.outcomes import Outcome
from config import clock
from integrations import retention
from tests import factories
from tests.clocks import StoppedClock

pytestmark = pytest.mark.django_db(transaction=True)


def keep_bodies(tenant_id: int, count: int) -> None:
    run = trail.open_run(
        trail.Whose(tenant_id, "Northwind", 2, "People", "a_flow", "employees"),
        SyncRun.Trigger.MANUAL,
    )
    for number in range(count):
        body = trail.BodyText(Body.Kind.READ, {"number": number}, private="4000.00")
        trail.append(run, trail.EntryText(1, str(number), Outcome.CREATED, bodies=[body]))


def test_deletes_bodies_as_long_as_the_tenant_keeps_them(stopped_clock: StoppedClock) -> None:
    brief, long = factories.make_tenant(), factories.make_tenant()
    brief.bodies_kept_days = 30
    brief.save()
    keep_bodies(brief.pk, 2)
    keep_bodies(long.pk, 2)
    stopped_clock.advance(days=31)
    keep_bodies(brief.pk, 1)
    retention.retain()
    assert Body.objects.filter(tenant_id=brief.pk).count() == 1
    assert Body.objects.filter(tenant_id=long.pk).count() == 2
    assert Entry.objects.count() == 5
    assert all(entry.body_digests for entry in Entry.objects.all())


def test_works_in_batches(stopped_clock: StoppedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trails, "BATCH_COUNT", 2)
    tenant = factories.make_tenant()
    keep_bodies(tenant.pk, 5)
    stopped_clock.advance(days=1)
    assert trails.delete_bodies(tenant.pk, clock.now() - timedelta(hours=1)) == 5
    assert not Body.objects.exists()


def test_the_trail_is_closed_again_afterwards(stopped_clock: StoppedClock) -> None:
    tenant = factories.make_tenant()
    keep_bodies(tenant.pk, 2)
    stopped_clock.advance(days=1)
    trails.delete_bodies(tenant.pk, clock.now() - timedelta(hours=1))
    keep_bodies(tenant.pk, 1)
    with pytest.raises(Exception, match="append-only"):
        Body.objects.all().delete()
