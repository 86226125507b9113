"""What a declaration is made of: fields, linked parts, detail collections, shapes, entities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connectors.sandbox.vendors.acumatica.forms.form import Form


@dataclass(frozen=True, eq=False)
class Field:
    """One value of a record. ``kind`` is the contract's type without ``Value``."""

    name: str
    kind: str = "String"
    title: str = ""
    """As the form labels it; error texts name it."""
    labels: tuple[str, ...] = ()
    """A combo's labels; nothing else may be written."""
    refers: str = ""
    """The table in which a selector's value must stand."""
    case: str = ""
    """The numbered strictness that checks ``labels`` or ``refers``."""
    is_required: bool = False
    longest: int = 0
    is_day: bool = False
    """A calendar day, not an instant."""
    is_read_only: bool = False
    is_mapped: bool = True
    """Whether the form has the field; one that it has not is neither stored nor returned."""
    is_doubtful: bool = False
    """Whether sources leave open that newer contracts map it."""
    since: int = 0
    """The first year of the Default endpoint whose contract has it."""
    pads_to: int = 0
    """The width of a fixed-width key."""

    @property
    def label(self) -> str:
        """The field as error texts name it."""
        return self.title or self.name


@dataclass(frozen=True, eq=False)
class Part:
    """A linked entity: a record inside the record."""

    name: str
    shape: Shape
    is_mapped: bool = True
    since: int = 0


@dataclass(frozen=True, eq=False)
class Details:
    """A detail collection: rows inside the record."""

    name: str
    shape: Shape
    keys: tuple[str, ...] = ()
    """Fields that also identify a row."""
    line: str = ""
    """The field that numbers the rows."""
    is_mapped: bool = True
    is_written: bool = True
    """False: what is sent is accepted and dropped."""
    is_slow: bool = False
    """Mapped to a view that list reads cannot optimize."""
    since: int = 0


Holder = Part | Details
Member = Field | Holder


@dataclass(frozen=True, eq=False)
class Shape:
    """The members of a record, a part or a row."""

    type_name: str
    fields: tuple[Field, ...] = ()
    parts: tuple[Part, ...] = ()
    details: tuple[Details, ...] = ()

    @cached_property
    def members(self) -> dict[str, Member]:
        """Every member by name."""
        members: tuple[Member, ...] = (*self.fields, *self.holders)
        return {member.name: member for member in members}

    @cached_property
    def holders(self) -> tuple[Holder, ...]:
        """The members that hold records of their own."""
        return (*self.parts, *self.details)

    @cached_property
    def mapped_holders(self) -> tuple[Holder, ...]:
        """Those of them that the form has."""
        return tuple(row for row in self.holders if row.is_mapped)

    @cached_property
    def mapped_fields(self) -> tuple[Field, ...]:
        """The fields that the form has."""
        return tuple(row for row in self.fields if row.is_mapped)

    @cached_property
    def mapped_parts(self) -> tuple[Part, ...]:
        """The parts that the form has."""
        return tuple(row for row in self.parts if row.is_mapped)

    @cached_property
    def mapped_details(self) -> tuple[Details, ...]:
        """The detail collections that the form has."""
        return tuple(row for row in self.details if row.is_mapped)


@dataclass(frozen=True, eq=False)
class Custom:
    """A field of the form that the contract does not show: reached by ``$custom`` and ``cf.``."""

    view: str
    name: str
    kind: str = "String"

    @property
    def path(self) -> str:
        """``View.Field``, as ``$custom`` names it."""
        return f"{self.view}.{self.name}"


@dataclass(frozen=True, eq=False)
class Entity:
    """One top-level entity of an endpoint, on one form of the ERP."""

    name: str
    form: str
    """The form's screen id, such as ``EP203000``."""
    form_title: str
    table: str
    shape: Shape
    keys: tuple[str, ...]
    rules: Form
    graph: str = ""
    view: str = ""
    customs: tuple[Custom, ...] = ()
    actions: tuple[str, ...] = ()
    quiet: frozenset[str] = field(default_factory=frozenset)
    """Parts and details whose edits alone need not move ``LastModifiedDateTime``."""
    long_actions: frozenset[str] = frozenset()
    """Actions that are worked as long operations."""
    keeps_history: bool = False
    """Whether judges are shown what was done with a record, and those that were removed."""
    feature: str = ""
    """The switch of a feature without which nobody may open the form."""
    indexed: tuple[str, ...] = ()
    """Paths whose equality in ``$filter`` is looked up instead of scanned for."""

    @cached_property
    def customs_by_path(self) -> dict[str, Custom]:
        """The custom fields by ``View.Field``."""
        return {row.path: row for row in self.customs}


def as_of(shape: Shape, year: int, doubtful_since: int) -> Shape:
    """The shape as a Default endpoint of that year shows it; doubtful fields from a year on."""
    fields = [row for row in shape.fields if row.since <= year]
    if doubtful_since <= year:
        fields = [replace(row, is_mapped=True) if row.is_doubtful else row for row in fields]
    parts = [
        replace(row, shape=as_of(row.shape, year, doubtful_since))
        for row in shape.parts
        if row.since <= year
    ]
    details = [
        replace(row, shape=as_of(row.shape, year, doubtful_since))
        for row in shape.details
        if row.since <= year
    ]
    return Shape(shape.type_name, tuple(fields), tuple(parts), tuple(details))


def texts(
    names: str, *, since: int = 0, longest: int = 0, is_read_only: bool = False
) -> tuple[Field, ...]:
    """String fields, names separated by spaces, that need nothing more said."""
    return tuple(
        Field(name, since=since, longest=longest, is_read_only=is_read_only)
        for name in names.split()
    )


def flags(names: str, *, is_read_only: bool = False) -> tuple[Field, ...]:
    """Boolean fields."""
    return tuple(Field(name, "Boolean", is_read_only=is_read_only) for name in names.split())


def instants(names: str, *, is_read_only: bool = False) -> tuple[Field, ...]:
    """DateTime fields."""
    return tuple(Field(name, "DateTime", is_read_only=is_read_only) for name in names.split())


def unmapped(fields: Sequence[Field]) -> tuple[Field, ...]:
    """The same fields, which the form does not have."""
    return tuple(replace(row, is_mapped=False) for row in fields)
