"""What lists of records share, and the changing calls made for records."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from integrations import registry
from integrations.admin import texts
from integrations.admin.base import viewer
from integrations.admin.look import TabularInline
from integrations.admin.pages import BigTableAdmin
from integrations.models import Record, Write
from integrations.models.base import visible


class LegFilter(admin.SimpleListFilter):
    """By leg; the names come from the flows, not from the table."""

    title = "leg"
    parameter_name = "leg"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Record]
    ) -> Sequence[tuple[str, str]]:
        legs = {leg.name: leg.title for flow in registry.flows().values() for leg in flow.legs}
        return sorted(legs.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        return queryset.filter(leg=self.value()) if self.value() else queryset


class WriteInline(TabularInline[Write, Record]):
    """The calls of one record."""

    model = Write
    fields = ("step", "attempt", "sent_at", "settled_at", "outcome", "target", "told")
    readonly_fields = ("target", "told")
    target = texts.shown("target_id", "Target id")
    told = texts.shown("remark", "Remark")
    can_delete = False
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Write]:
        return visible(super().get_queryset(request), viewer(request))

    def has_add_permission(self, request: HttpRequest, obj: Record | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Record | None = None) -> bool:
        return False


@admin.register(Write)
class WriteAdmin(BigTableAdmin[Write]):
    """Each changing call, committed before it was sent."""

    list_display = ("our_reference", "step", "attempt", "sent_at", "outcome", "target")
    list_filter = ("outcome",)
    search_fields = ("reference__exact", "target_id__exact")
    fields = (
        "record",
        "run_key",
        "step",
        "our_reference",
        "revision",
        "attempt",
        "sent_at",
        "settled_at",
        "outcome",
        "target",
        "missed_at",
        "answered_at",
        "told",
    )
    readonly_fields = ("our_reference", "target", "told")
    our_reference = texts.shown("reference", "Reference")
    target = texts.shown("target_id", "Target id")
    told = texts.shown("remark", "Remark")
