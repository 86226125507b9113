"""A toy connection is disconnected: its hook comes down first, and nothing runs after."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from audit.models import SyncRun
from integrations import tasks
from integrations.connect import disconnecting
from integrations.models import Connection, Integration, Subscription
from tests.contract.toy.house import House

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hooked(house: House, settings: Settings) -> House:
    """The rolodex tells of what changes, and guests follow."""
    settings.PUBLIC_URL = "https://connector.example"
    house.office.file("1", drawer="Garden")
    house.set_up()
    tasks.mend_subscription(house.integration.source_id)
    house.sync()
    assert len(house.office.hooks) == 1
    house.office.asked.clear()
    return house


def test_takes_the_hook_down_while_the_access_still_allows_it(hooked: House) -> None:
    source = Connection.objects.get(pk=hooked.integration.source_id)

    told = disconnecting.disconnect(source, hooked.operator)

    assert "given back to Rolodex" in told
    assert hooked.office.hooks == {}
    last_parts = [one.rsplit("/", 1)[-1] for one in hooked.office.asked]
    assert last_parts[-2:] == ["revoke", "revoke"]
    assert "revoke" not in last_parts[:-2]
    assert Subscription.objects.get().state == Subscription.State.CLOSED


def test_runs_nothing_afterwards(hooked: House) -> None:
    target = Connection.objects.get(pk=hooked.integration.target_id)
    disconnecting.disconnect(target, hooked.operator)
    hooked.office.file("2", drawer="Garden")
    runs_count = SyncRun.objects.count()
    hooked.office.asked.clear()

    tasks.poll(hooked.integration.pk)
    tasks.sweep()
    hooked.drain()

    assert SyncRun.objects.count() == runs_count
    assert hooked.office.writes() == []
    integration = hooked.fresh()
    assert integration.status == Integration.Status.PAUSED
    assert integration.source.status == Connection.Status.ACTIVE
