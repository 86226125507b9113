"""Records, where each stands and why, and the changing calls made for them."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from connectors.redaction import printable
from integrations import registry, resuming
from integrations.admin import texts
from integrations.admin.base import viewer
from integrations.admin.pages import TOLD_LATER, BigTableAdmin, Button, ButtonAdmin
from integrations.admin.privacy import VeiledAdmin, veiled
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


class WriteInline(admin.TabularInline[Write, Record]):
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


@admin.register(Record)
class RecordAdmin(VeiledAdmin[Record], ButtonAdmin[Record], BigTableAdmin[Record]):
    """Where one source record stands; only its work changes it."""

    list_display = ("name", "leg", "source", "state", "reason", "target", "due_at")
    list_filter = ("state", LegFilter, "integration")
    list_select_related = ("integration",)
    search_fields = ("source_id__exact", "target_id__exact", "title__icontains")
    fields = (
        "name",
        "integration",
        "leg",
        "source",
        "target",
        "state",
        "why",
        "waits_until",
        "due_at",
        "tries",
        "read_at",
        "version",
        "explanation",
    )
    readonly_fields = ("name", "source", "target", "why", "version", "explanation")
    inlines = (WriteInline,)
    actions = ("retry",)
    presses = ("retry_this",)
    source = texts.shown("source_id", "Source id")
    target = texts.shown("target_id", "Target id")
    version = texts.shown("source_version", "Source version")
    veils = ("name", "reason", "why", "waits_until", "due_at")
    veiled_name = veiled("name", "Record")
    veiled_reason = veiled("reason", "Reason")
    veiled_why = veiled("why", "Reasons and what to do")
    veiled_waits_until = veiled("waits_until", "Waits until")
    veiled_due_at = veiled("due_at", "Due at")

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Who may change records may ask for them again; nobody edits them."""
        return request.user.has_perm("integrations.change_record")

    def may_press(self, request: HttpRequest, row: Record) -> bool:
        return self.has_retry_permission(request) and self.may_change(request, row)

    def buttons(self, request: HttpRequest, row: Record) -> Sequence[Button]:
        return [Button("Retry", self.press_url("retry_this", row))]

    def retry_this(self, request: HttpRequest, row: Record) -> None:
        """Ask for this record again."""
        self.retry(request, Record.objects.filter(pk=row.pk))

    @admin.action(description="Retry", permissions=("retry",))
    def retry(self, request: HttpRequest, queryset: QuerySet[Record]) -> None:
        due_count, is_told = resuming.retry(queryset)
        text = f"Records asked for again: {due_count}."
        messages.success(request, text if is_told else text + TOLD_LATER)

    @admin.display(description="Record")
    def name(self, record: Record) -> str:
        return printable(record.title) or record.source_id

    @admin.display(description="Reason")
    def reason(self, record: Record) -> str:
        return texts.first_sentence(record.reasons)

    @admin.display(description="Reasons and what to do")
    def why(self, record: Record) -> str:
        return texts.reasons(record.reasons)

    @admin.display(description="How it came to this")
    def explanation(self, record: Record) -> str:
        return texts.link_to_list("audit_entry", "Its entries", record_id__exact=record.pk)


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
