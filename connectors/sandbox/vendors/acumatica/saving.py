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
    vendor: StandIn,
    tenant: Tenant,
    entity: Entity,
    before: Row | None,
    row: Row,
    now: datetime,
    *,
    deed: str = "",
    by: str = "",
) -> None:
    """Store ``row``, which replaces ``before``; nothing happens where nothing has changed.

    ``deed`` and ``by`` are what judges are shown of records that keep a history; ``by`` is empty
    for a person at a form.
    """
    if before == row:
        return
    if entity.keeps_history:
        _note(before, row, now, deed, by)
    if MOVED in row and _moves(vendor, entity, before, row):
        row[MOVED] = moments.kept_now(now)
    found_from = vendor.world.found_from(vendor.slug)
    tenant.tables[entity.table].store(row, found_from=found_from)
    push.tell(vendor, tenant, entity.table, before, row, now)


def _note(before: Row | None, row: Row, now: datetime, deed: str, by: str) -> None:
    entry = {
        "at": moments.kept_now(now),
        "deed": deed or ("created" if before is None else "changed"),
        "by": by,
        "status": row["Status"],
    }
    row["history"] = [*row.get("history", ()), entry]


def remove(
    vendor: StandIn, tenant: Tenant, entity: Entity, row: Row, now: datetime, *, by: str = ""
) -> None:
    """Delete a record."""
    key = key_of(row, entity.keys)
    tenant.tables[entity.table].remove(key)
    if entity.keeps_history:
        entry = {"at": moments.kept_now(now), "by": by, "kind": entity.table, "key": key}
        tenant.removed.append({**entry, "row": row})
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
