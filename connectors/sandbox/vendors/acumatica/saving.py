"""Saves and deletes records: moves the timestamp where it moves, tells the push notifications."""

from __future__ import annotations

from datetime import datetime

from connectors.sandbox.standin import StandIn
from connectors.sandbox.vendors.acumatica import moments, push
from connectors.sandbox.vendors.acumatica.contract.fields import Entity
from connectors.sandbox.vendors.acumatica.instance import Tenant
from connectors.sandbox.vendors.acumatica.rows import Row, key_of

MOVED = "LastModifiedDateTime"


def save(
    vendor: StandIn, tenant: Tenant, entity: Entity, before: Row | None, row: Row, now: datetime
) -> None:
    """Store ``row``, which replaces ``before``; nothing happens where nothing has changed."""
    if before == row:
        return
    if MOVED in row and _moves(vendor, entity, before, row):
        row[MOVED] = moments.kept_now(now)
    found_from = vendor.world.found_from(vendor.slug)
    tenant.tables[entity.table].store(row, found_from=found_from)
    push.tell(vendor, tenant, entity.table, before, row, now)


def remove(vendor: StandIn, tenant: Tenant, entity: Entity, row: Row, now: datetime) -> None:
    """Delete a record."""
    tenant.tables[entity.table].remove(key_of(row, entity.keys))
    push.tell(vendor, tenant, entity.table, row, None, now)


def _moves(vendor: StandIn, entity: Entity, before: Row | None, row: Row) -> bool:
    if before is None:
        return True
    if vendor.switch("address_moves_timestamp") == "yes" or vendor.is_soft("11b"):
        return True
    if vendor.is_soft("11a"):
        return False
    quiet = entity.quiet | {"note"}
    return any(before.get(name) != row[name] for name in row if name not in quiet)
