"""Records as the API prints them: wrapped values, parts as asked for, system fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from connectors.sandbox.standin import JSON
from connectors.sandbox.vendors.acumatica.answers import RefusedError, exception
from connectors.sandbox.vendors.acumatica.comparisons import KEY_NOT_FOUND
from connectors.sandbox.vendors.acumatica.contract.fields import (
    Custom,
    Details,
    Entity,
    Field,
    Part,
    Shape,
)
from connectors.sandbox.vendors.acumatica.contract.kinds import Printer, printer
from connectors.sandbox.vendors.acumatica.rows import EMPTY, Row

Paths = frozenset[str]
NO_ID = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asked for: ``$select`` (None: everything), ``$expand``, ``$custom``."""

    select: Paths | None = None
    expand: Paths = frozenset()
    customs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Which members are printed, and how; made once for each way of asking."""

    shape: Shape
    fields: tuple[tuple[str, Printer | None, int], ...]
    parts: tuple[tuple[str, Plan], ...]
    details: tuple[tuple[str, Plan], ...]
    customs: tuple[Custom, ...] = ()
    slow: tuple[str, ...] = ()
    """Members that lists cannot optimize."""
    shows_files: bool = False


@dataclass(slots=True)
class Lens:
    """How one request sees records."""

    mask: int = 0
    """What the session's ids differ by from the records' own."""
    pads_keys: bool = False
    empty: Mapping[str, JSON] = field(default_factory=dict)
    """What an empty field is printed as."""
    links: str = ""
    """The path of the entity's endpoint; empty: records have no links."""

    def id_out(self, row_id: str) -> str:
        """A record's id as this session knows it."""
        return _masked(row_id, self.mask) if self.mask else row_id

    def id_in(self, row_id: str) -> str:
        """The record's own id for one that this session knows."""
        return _masked(row_id, self.mask) if self.mask else row_id


def _masked(row_id: str, mask: int) -> str:
    try:
        digits = f"{int(row_id.replace('-', ''), 16) ^ mask:032x}"
    except ValueError:
        return row_id
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def make_plan(
    shape: Shape, asked: Asked, customs: Mapping[str, Custom], *, refuses_unknown: bool
) -> Plan:
    """The plan for one way of asking.

    Raises:
        RefusedError: 500 KeyNotFoundException: the contract has no such member.
    """
    for path in sorted((asked.select or frozenset()) | asked.expand):
        if refuses_unknown and path != "files" and not _is_known(shape, path):
            text = "The given key was not present in the dictionary."
            raise RefusedError(exception(text, KEY_NOT_FOUND))
    wanted = asked.customs
    chosen = tuple(customs[path] for path in wanted if path in customs)
    return _plan(shape, asked.select, asked.expand, chosen)


def _is_known(shape: Shape, path: str) -> bool:
    for name in path.split("/"):
        member = shape.members.get(name)
        if member is None and name not in ("id", "rowNumber", "note"):
            return False
        if isinstance(member, (Part, Details)):
            shape = member.shape
    return True


def _plan(
    shape: Shape, select: Paths | None, expand: Paths, customs: tuple[Custom, ...] = ()
) -> Plan:
    fields = tuple(
        (row.name, printer(row), row.pads_to)
        for row in shape.mapped_fields
        if select is None or row.name in select
    )
    parts, details, slow = [], [], []
    for member in shape.mapped_holders:
        if member.name not in expand and not any(
            path.startswith(member.name + "/") for path in expand
        ):
            continue
        inner_select = _below(select, member.name) if select is not None else None
        plan = _plan(member.shape, inner_select or None, _below(expand, member.name))
        if isinstance(member, Details):
            details.append((member.name, plan))
            if member.is_slow:
                slow.append(member.name)
        else:
            parts.append((member.name, plan))
        slow.extend(f"{member.name}/{name}" for name in plan.slow)
    return Plan(
        shape,
        fields,
        tuple(parts),
        tuple(details),
        customs,
        tuple(slow),
        shows_files="files" in expand,
    )


def _below(paths: Iterable[str], name: str) -> Paths:
    prefix = name + "/"
    return frozenset(path[len(prefix) :] for path in paths if path.startswith(prefix))


def show(entity: Entity, plan: Plan, row: Row, lens: Lens) -> Row:
    """A record as the API answers it."""
    wire = _show(plan, row, lens, 1)
    if plan.shows_files:
        wire["files"] = []
    if lens.links:
        own = f"{lens.links}/{entity.name}/{wire['id']}"
        files = f"{lens.links}/files/{entity.graph}/{entity.view}/{wire['id']}/{{filename}}"
        wire["_links"] = {"self": own, "files:put": files}
    return wire


def _show(plan: Plan, row: Row, lens: Lens, number: int) -> Row:
    wire: Row = {
        "id": lens.id_out(row["id"]),
        "rowNumber": number,
        "note": {"value": row.get("note") or ""},
    }
    empty = lens.empty
    for name, prints, pads_to in plan.fields:
        value = row.get(name)
        if value is None or value == "":
            wire[name] = empty
        elif prints is not None:
            wire[name] = {"value": prints(value)}
        elif pads_to and lens.pads_keys:
            wire[name] = {"value": value.ljust(pads_to)}
        else:
            wire[name] = {"value": value}
    for name, part in plan.parts:
        wire[name] = _show(part, row[name], lens, 1)
    for name, details in plan.details:
        rows = row.get(name, ())
        wire[name] = [_show(details, line, lens, at) for at, line in enumerate(rows, 1)]
    wire["custom"] = _customs(plan.customs, row) if plan.customs else EMPTY
    return wire


def _customs(customs: tuple[Custom, ...], row: Row) -> Row:
    wire: Row = {}
    kept = row.get("custom", EMPTY)
    for custom in customs:
        field: Row = {"type": f"Custom{custom.kind}Field"}
        if kept.get(custom.path) is not None:
            prints = printer(Field(custom.name, custom.kind))
            value = kept[custom.path]
            field["value"] = value if prints is None else prints(value)
        wire.setdefault(custom.view, {})[custom.name] = field
    return wire


def template(entity: Entity) -> Row:
    """An empty record with every member and every custom field, as ``$adHocSchema`` shows it."""
    wire = _template(entity.shape)
    for custom in entity.customs:
        field = {"type": f"Custom{custom.kind}Field"}
        wire["custom"].setdefault(custom.view, {})[custom.name] = field
    return wire


def _template(shape: Shape) -> Row:
    wire: Row = {"id": NO_ID, "rowNumber": 1, "note": {}}
    for member in shape.members.values():
        if isinstance(member, Field):
            wire[member.name] = {}
        elif isinstance(member, Part):
            wire[member.name] = _template(member.shape)
        else:
            wire[member.name] = [_template(member.shape)] if member.is_mapped else []
    wire["custom"] = {}
    return wire
