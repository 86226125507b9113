"""One authorised request to an entity: what it asked for, and how its session sees records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from connectors.sandbox.standin import Request, StandIn
from connectors.sandbox.vendors.acumatica.contract.endpoints import Endpoint
from connectors.sandbox.vendors.acumatica.contract.fields import Custom, Entity, Shape
from connectors.sandbox.vendors.acumatica.instance import Instance, Tenant
from connectors.sandbox.vendors.acumatica.printing import Asked, Lens, Plan, make_plan
from connectors.sandbox.vendors.acumatica.rows import EMPTY, Row
from connectors.sandbox.vendors.acumatica.sessions import Caller
from connectors.sandbox.vendors.acumatica.table import Table


@dataclass(frozen=True, slots=True)
class Call:
    """A request to an entity, by someone who may make it."""

    vendor: StandIn
    instance: Instance
    caller: Caller
    endpoint: Endpoint
    entity: Entity
    request: Request
    params: Mapping[str, str]
    now: datetime

    @property
    def tenant(self) -> Tenant:
        """The tenant whose records are meant."""
        return self.caller.tenant

    @property
    def table(self) -> Table:
        """The entity's rows."""
        return self.caller.tenant.tables[self.entity.table]

    def lens(self) -> Lens:
        """How the caller's session sees records."""
        vendor = self.vendor
        is_masked = vendor.switch("record_ids") == "per_session" and not vendor.is_soft("7d")
        has_links = vendor.switch("release") != "24R2"
        return Lens(
            mask=self.caller.session.mask if is_masked else 0,
            pads_keys=vendor.switch("padded_keys") == "padded",
            empty={"value": None} if vendor.is_soft("6b") else EMPTY,
            links=self.instance.path + self.endpoint.path if has_links else "",
        )

    def asked(self, sent_names: frozenset[str] | None, *, is_single: bool) -> Asked:
        """What the query asks for; ``sent_names``: a PUT answers those beside what it selects."""
        params = self.params
        select = _paths(params["$select"]) if "$select" in params else None
        if sent_names is not None:
            select = sent_names | (select or frozenset())
        expand = _paths(params.get("$expand", ""))
        vendor, shape = self.vendor, self.entity.shape
        if is_single and vendor.is_soft("6c"):
            expand |= {row.name for row in shape.mapped_holders}
        customs = tuple(name.strip() for name in params.get("$custom", "").split(",") if name)
        if vendor.is_soft("6d"):
            customs = tuple(self.entity.customs_by_path)
        return Asked(select, expand, customs)

    def plan(self, sent_names: frozenset[str] | None = None, *, is_single: bool = False) -> Plan:
        """How the records of the answer are printed.

        Raises:
            RefusedError: 500: an unknown member is asked for.
        """
        refuses_unknown = not self.vendor.is_soft("10e")
        customs = self.entity.customs
        asked = self.asked(sent_names, is_single=is_single)
        return _cached_plan(self.entity.shape, customs, asked, refuses_unknown)

    def found_by_id(self, row_id: str) -> Row | None:
        """The record that the session knows under this id."""
        return self.table.by_id(self.lens().id_in(row_id.lower()))


@lru_cache(maxsize=1024)
def _paths(text: str) -> frozenset[str]:
    return frozenset(path.strip() for path in text.split(",") if path.strip())


@lru_cache(maxsize=1024)
def _cached_plan(
    shape: Shape, customs: tuple[Custom, ...], asked: Asked, refuses_unknown: bool
) -> Plan:
    by_path = {row.path: row for row in customs}
    return make_plan(shape, asked, by_path, refuses_unknown=refuses_unknown)
