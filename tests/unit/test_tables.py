"""What stood in the tables stands there again, whatever was done since."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.db import connection

from audit import append_only, trail
from audit.models import Action
from integrations.models import Tenant
from tests import factories, tables

pytestmark = pytest.mark.django_db(transaction=True)


def act() -> None:
    """Leave a row that the trail lets nobody delete."""
    trail.record_action(trail.Who(7, "ops"), "integration.pause", trail.OnWhat(1))


def test_puts_back_what_was_added_changed_and_deleted() -> None:
    kept_tenant = factories.make_tenant("Northwind")
    act()
    title = Permission.objects.order_by("pk").values_list("name", flat=True)[0]
    kept = tables.keep()
    for _ in range(2):
        factories.make_tenant("Harbor & Pine")
        Tenant.objects.filter(pk=kept_tenant.pk).update(name="Southwind")
        Permission.objects.update(name="Whatever")
        act()

        kept.put_back()

        assert list(Tenant.objects.values_list("pk", "name")) == [(kept_tenant.pk, "Northwind")]
        assert Permission.objects.order_by("pk").values_list("name", flat=True)[0] == title
        assert Action.objects.count() == 1
        assert append_only.missing(connection) == []


def test_gives_no_number_twice() -> None:
    kept = tables.keep()
    given = factories.make_tenant().pk
    kept.put_back()
    assert not Tenant.objects.exists()
    assert factories.make_tenant().pk > given


def test_sweeps_up_before_the_next_is_slowed() -> None:
    kept = tables.keep()
    for _ in range(25):
        factories.make_tenant()
        kept.put_back()
    assert not Tenant.objects.exists()
