"""What a person at the vendor does at a form, for the control API, and what judges are shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from connectors.sandbox.standin import JSON, StandIn
from connectors.sandbox.vendors.acumatica import bookkeeping, saving
from connectors.sandbox.vendors.acumatica.contract.endpoints import ENTITIES
from connectors.sandbox.vendors.acumatica.contract.fields import Entity
from connectors.sandbox.vendors.acumatica.forms.employee import employee_name
from connectors.sandbox.vendors.acumatica.inquiries import INQUIRIES
from connectors.sandbox.vendors.acumatica.instance import (
    App,
    Instance,
    Licence,
    Push,
    Tenant,
    User,
)
from connectors.sandbox.vendors.acumatica.plain import merge_plain
from connectors.sandbox.vendors.acumatica.rows import Row, blank, copied

ENTITIES_BY_TABLE = {entity.table: entity for entity in ENTITIES}
OTHER_KINDS = (
    "periods",
    "apps",
    "users",
    "licences",
    "push_notifications",
    "missing_setup",
    "slow_members",
)


Settings = TypeVar("Settings", App, User, Push, Licence)


class Office:
    """The back office of one tenant."""

    def __init__(self, vendor: StandIn, instance: Instance, tenant: Tenant, now: datetime) -> None:
        self._vendor = vendor
        self._instance = instance
        self._tenant = tenant
        self._now = now

    def put(self, kind: str, key: str, body: dict[str, JSON]) -> JSON:
        """Create or change a record or a setting.

        Raises:
            ValueError: the kind or a field is unknown, or a value is not of its type.
        """
        tenant = self._tenant
        if kind == "journals":
            return bookkeeping.put_journal(self._vendor, tenant, key, body, self._now)
        if kind == "periods":
            return bookkeeping.put_period(self._vendor, tenant, key, body, self._now)
        if kind in ENTITIES_BY_TABLE:
            return self._put_row(ENTITIES_BY_TABLE[kind], key, body)
        if kind == "apps":
            return self._put_setting(tenant.apps, key, App(key, ""), body)
        if kind == "users":
            return self._put_setting(tenant.users, key, User(key, ""), body)
        if kind == "push_notifications":
            return self._put_push(key, body)
        if kind == "licences":
            self._instance.licence = _changed(self._instance.licence, body)
            self._instance.processed_at.clear()
            self._instance.queued_until.clear()
            self._instance.busy_until.clear()
            return dataclasses.asdict(self._instance.licence)
        if kind == "missing_setup":
            tenant.missing_setup[key] = str(body.get("preferences", "the preferences"))
            return tenant.missing_setup
        if kind == "slow_members":
            tenant.slow_members[key] = [str(name) for name in body.get("members", [])]
            return tenant.slow_members
        known = ", ".join((*ENTITIES_BY_TABLE, *OTHER_KINDS))
        raise ValueError(f"There is no kind {kind!r}. There is: {known}.")

    def delete(self, kind: str, key: str) -> None:
        """Delete a record or a setting.

        Raises:
            KeyError: there is none.
        """
        tenant = self._tenant
        if kind in ENTITIES_BY_TABLE:
            entity = ENTITIES_BY_TABLE[kind]
            row = tenant.tables[kind].rows[key]
            bookkeeping.refuse_removal(self._vendor, tenant, entity, row, self._now)
            saving.remove(self._vendor, tenant, entity, row, self._now)
            return
        settings: dict[str, dict[str, JSON]] = {
            "apps": tenant.apps,
            "users": tenant.users,
            "push_notifications": tenant.pushes,
            "missing_setup": tenant.missing_setup,
            "slow_members": tenant.slow_members,
            "sessions": self._instance.sessions,
            "grants": self._instance.grants,
        }
        removed = settings[kind].pop(key)
        if kind == "grants":
            self._revoke(removed.id)

    def _revoke(self, grant_id: str) -> None:
        instance = self._instance
        tokens, refresh_tokens = instance.tokens, instance.refresh_tokens
        for value in [value for value, row in tokens.items() if row.grant.id == grant_id]:
            del tokens[value]
        for value in [value for value, row in refresh_tokens.items() if row.id == grant_id]:
            del refresh_tokens[value]

    def _put_row(self, entity: Entity, key: str, body: dict[str, JSON]) -> Row:
        dice = self._vendor.world.random(self._vendor.slug)
        before = self._tenant.tables[entity.table].rows.get(key)
        row = blank(entity.shape, dice) if before is None else copied(before)
        merge_plain(entity.shape, row, body, self._vendor)
        row |= dict(zip(entity.keys, key.split("|"), strict=True))
        if entity.name == "Employee":
            row["Status"] = row["Status"] or "Active"
            row["EmployeeName"] = employee_name(row["ContactInfo"])
        saving.save(self._vendor, self._tenant, entity, before, row, self._now)
        return row

    def _put_setting(
        self, settings: dict[str, Settings], key: str, new: Settings, body: dict[str, JSON]
    ) -> JSON:
        settings[key] = _changed(settings.get(key, new), body)
        return dataclasses.asdict(settings[key])

    def _put_push(self, key: str, body: dict[str, JSON]) -> JSON:
        push = _changed(self._tenant.pushes.get(key, Push(key, "", "")), body)
        if push.query not in INQUIRIES:
            raise ValueError(f"There is no query {push.query!r}. There is: {', '.join(INQUIRIES)}.")
        self._tenant.pushes[key] = push
        return dataclasses.asdict(push)


def _changed(settings: Settings, body: dict[str, JSON]) -> Settings:
    known = [field.name for field in dataclasses.fields(settings)]
    unknown = sorted(set(body) - set(known))
    if unknown:
        raise ValueError(f"There is no {', '.join(unknown)}. There is: {', '.join(known)}.")
    return dataclasses.replace(settings, **body)


def state_of(instances: Mapping[str, Instance]) -> dict[str, JSON]:
    """Everything that the vendor knows, as judges read it."""
    return {"instances": {host: _instance_state(row) for host, row in instances.items()}}


def _instance_state(instance: Instance) -> JSON:
    return {
        "path": instance.path,
        "default_tenant": instance.default_tenant,
        "licence": dataclasses.asdict(instance.licence),
        "tenants": {
            name: _tenant_state(instance, tenant) for name, tenant in instance.tenants.items()
        },
    }


def _tenant_state(instance: Instance, tenant: Tenant) -> JSON:
    rows: dict[str, JSON] = {name: table.rows for name, table in tenant.tables.items()}
    grants = {
        key: {
            "client_id": row.client_id,
            "user": row.user,
            "scopes": list(row.scopes),
            "begun_at": row.begun_at.isoformat(),
            "ends_at": None if row.ends_at is None else row.ends_at.isoformat(),
            "refresh_token": row.refresh_token,
            "session_id": row.session_id,
        }
        for key, row in instance.grants.items()
        if row.tenant == tenant.name
    }
    sessions = {
        key: {"user": row.user, "kind": row.kind, "used_at": row.used_at.isoformat()}
        for key, row in instance.sessions.items()
        if row.tenant == tenant.name
    }
    return rows | {
        "sessions": sessions,
        "grants": grants,
        "apps": {key: dataclasses.asdict(row) for key, row in tenant.apps.items()},
        "users": {key: dataclasses.asdict(row) for key, row in tenant.users.items()},
        "push_notifications": {key: dataclasses.asdict(row) for key, row in tenant.pushes.items()},
        "operations": _numbered(
            {name: value for name, value in dataclasses.asdict(row).items() if name != "session"}
            for row in tenant.operations.values()
        ),
        "removed": _numbered(tenant.removed),
    }


def _numbered(rows: Iterable[JSON]) -> dict[str, JSON]:
    """Rows in the order in which they came about."""
    return {str(number): row for number, row in enumerate(rows, start=1)}
