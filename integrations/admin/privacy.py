"""What only some may see: pay and health in the trail, and changes of people that lie ahead."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from audit.models import Body, Entry
from audit.outcomes import Outcome
from audit.sealed_text import Ciphertext
from integrations import registry
from integrations.admin import texts
from integrations.admin.base import WalledAdmin
from integrations.models import Record
from integrations.reasons import BEING_VERIFIED, ReasonClass

M = TypeVar("M", bound=Model)
HIDDEN = "(lies ahead: hidden)"
COLUMNS_AHEAD = ("title", "reasons", "waits_until", "due_at")
"""Nobody who does not see them may look for what stands in them."""


def sees_pay(request: HttpRequest) -> bool:
    """Whether the person may see pay and health."""
    return request.user.has_perm("audit.see_pay")


def sees_future(request: HttpRequest) -> bool:
    """Whether the person may see changes of people that lie ahead."""
    return request.user.has_perm("integrations.see_future")


def tells_of_people(flow: str, leg: str) -> bool:
    """Whether a leg's records are people; a money document that waits for its day is nobody's."""
    declared = registry.flows().get(flow)
    legs = () if declared is None else declared.legs
    return not any(one.name == leg and one.papers is not None for one in legs)


def lies_ahead(row: object) -> bool:
    """Whether a record or an entry tells of a change of a person that waits for its day."""
    if isinstance(row, Record):
        has_day = row.state == Record.State.WAITING and row.waits_until is not None
        return has_day and tells_of_people(row.integration.flow, row.leg)
    if not isinstance(row, Entry) or row.outcome != Outcome.WAITING:
        return False
    if not tells_of_people(row.flow, row.leg):
        return False
    waits = [one for one in row.reasons if one.get("class") == ReasonClass.WAIT]
    return any(one["code"] != BEING_VERIFIED.code for one in waits)


def private_part(body: Body) -> str:
    """A body's pay and health, for who may see them."""
    if isinstance(body.private, Ciphertext):
        return "It cannot be read: no key of ours opens it."
    return texts.structure(json.loads(body.private)) if body.private else texts.EMPTY


def private_outline(body: Body) -> str:
    """How much pay and health a body holds, and a fingerprint by which two can be told apart."""
    if isinstance(body.private, Ciphertext):
        return "It cannot be read: no key of ours opens it."
    if not body.private:
        return texts.EMPTY
    private = json.loads(body.private)
    mark = hashlib.sha256(f"{body.salt}\n{body.private}".encode()).hexdigest()[:16]
    counts = ", ".join(f"{kind}: {len(values)}" for kind, values in sorted(private.items()))
    return f"Values kept apart: {counts}. Fingerprint {mark}."


def veiled(name: str, title: str) -> Callable[[object, Model], object]:
    """A page's method that shows what ``name`` does, unless the row tells of what lies ahead."""

    @admin.display(description=title)
    def show(page: object, row: Model) -> object:
        if lies_ahead(row):
            return HIDDEN
        method = getattr(page, name, None)
        return method(row) if callable(method) else getattr(row, name)

    return show


class VeiledAdmin(WalledAdmin[M]):
    """Pages that hide what lies ahead from who may not see it."""

    veils: Sequence[str] = ()
    """What is hidden; each has a twin of the name ``veiled_…``."""

    def get_list_display(self, request: HttpRequest) -> list[str | Callable[[M], str | bool]]:
        return [*self._chosen(request, super().get_list_display(request))]

    def get_fields(
        self, request: HttpRequest, obj: M | None = None
    ) -> list[str | list[str] | tuple[str, ...] | tuple[()]]:
        return [*self._chosen(request, super().get_fields(request, obj))]

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        fields = [*super().get_search_fields(request)]
        if sees_future(request):
            return fields
        return [name for name in fields if name.split("__")[0] not in COLUMNS_AHEAD]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        if lookup.split("__")[0] in COLUMNS_AHEAD and not sees_future(request):
            return False
        return super().lookup_allowed(lookup, value, request)

    def _chosen(self, request: HttpRequest, names: Iterable[object]) -> list[str]:
        known = [str(name) for name in names]
        if sees_future(request):
            return known
        return [f"veiled_{name}" if name in self.veils else name for name in known]
