"""The trail: entries, bodies and actions, to be read only."""

from __future__ import annotations

from typing import TypeVar

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from audit.models import Action, Body, Entry
from connectors.redaction import printable
from integrations.admin import texts
from integrations.admin.base import viewer
from integrations.admin.look import StackedInline
from integrations.admin.pages import BigTableAdmin
from integrations.admin.pressing import ButtonAdmin, Press
from integrations.admin.privacy import (
    HIDDEN,
    VeiledAdmin,
    lies_ahead,
    private_outline,
    private_part,
    sees_future,
    sees_pay,
    veiled,
)
from integrations.admin.records import ask_for_replay
from integrations.admin.working import LegFilter
from integrations.models import Record
from integrations.models.base import visible

M = TypeVar("M", bound=Model)
FOUND_COUNT = 200
"""A search finds the entries of so many records at most."""


class BodyInline(StackedInline[Body, Entry]):
    """What was read, drawn up and exchanged for one entry."""

    model = Body
    fields = ("at", "operation", "shown")
    readonly_fields = (*fields, "veiled_shown")
    can_delete = False
    extra = 0
    max_num = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Body]:
        rows = visible(super().get_queryset(request), viewer(request))
        return rows.select_related("entry").defer("private")

    def get_fields(self, request: HttpRequest, obj: Entry | None = None) -> tuple[str, ...]:
        return self.fields if sees_future(request) else ("at", "operation", "veiled_shown")

    def has_add_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False

    @admin.display(description="Content")
    def shown(self, body: Body) -> str:
        return texts.structure(body.content)

    @admin.display(description="Content")
    def veiled_shown(self, body: Body) -> str:
        return HIDDEN if lies_ahead(body.entry) else texts.structure(body.content)


@admin.register(Entry)
class EntryAdmin(VeiledAdmin[Entry], ButtonAdmin[Entry], BigTableAdmin[Entry]):
    """One record whose decision, state or target changed in one run."""

    presses = (
        Press(
            "replay",
            "Replay",
            warning="The record is read now, mapped as of now and compared with the target; what "
            "is missing or differs there is written. Nothing that is stored here is sent.",
        ),
    )

    list_display = ("name", "leg", "source", "outcome", "reason", "target", "at")
    list_filter = ("outcome", LegFilter)
    search_fields = ("source_id__exact", "target_id__exact", "error_id__exact")
    search_help_text = "Id at the source or at the target, or the id of an error"
    fields = (
        "name",
        "run",
        "flow",
        "leg",
        "source",
        "target",
        "outcome",
        "at",
        "why",
        "changes",
        "applied",
        "taken",
        "error_id",
        "replay_of",
        "others",
    )
    readonly_fields = (
        "name",
        "source",
        "target",
        "why",
        "changes",
        "applied",
        "taken",
        "others",
    )
    inlines = (BodyInline,)
    source = texts.shown("source_id", "Source id")
    target = texts.shown("target_id", "Target id")
    veils = ("name", "reason", "why", "changes")
    veiled_name = veiled("name", "Record")
    veiled_reason = veiled("reason", "Reason")
    veiled_why = veiled("why", "Reasons and what to do")
    veiled_changes = veiled("changes", "Fields changed")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Entry], search_term: str
    ) -> tuple[QuerySet[Entry], bool]:
        """By way of the records, and of the few entries with an error: entries are too many."""
        term = search_term.strip()
        if not term:
            return queryset, False
        named = Record.objects.filter(Q(source_id=term) | Q(target_id=term)).order_by("pk")
        failed = Entry.objects.exclude(error_id="").filter(error_id=term).order_by("pk")
        found = Q(record_id__in=_some_ids(visible(named, viewer(request))))
        return queryset.filter(found | Q(pk__in=_some_ids(failed))), False

    def replay(self, request: HttpRequest, row: Entry) -> None:
        """Have a worker run it again."""
        ask_for_replay(request, row)

    @admin.display(description="Record")
    def name(self, entry: Entry) -> str:
        return printable(entry.title) or entry.source_id

    @admin.display(description="Reason")
    def reason(self, entry: Entry) -> str:
        return texts.first_sentence(entry.reasons)

    @admin.display(description="Reasons and what to do")
    def why(self, entry: Entry) -> str:
        return texts.reasons(entry.reasons)

    @admin.display(description="Fields changed")
    def changes(self, entry: Entry) -> str:
        rows = [(one["field"], one["found"], one["wanted"]) for one in entry.differences]
        return texts.table(("Field", "Found", "Wanted"), rows)

    @admin.display(description="Mappings that applied")
    def applied(self, entry: Entry) -> str:
        rows = [
            (use["kind"], " / ".join(use["source_key"]), " / ".join(use["target"].values()))
            for use in entry.mappings
        ]
        return texts.table(("Kind", "Source value", "Target value"), rows)

    @admin.display(description="Steps taken")
    def taken(self, entry: Entry) -> str:
        return ", ".join(entry.steps) or texts.EMPTY

    @admin.display(description="How it came to this")
    def others(self, entry: Entry) -> str:
        return texts.link_to_list(
            "audit_entry", "All entries of this record", record_id__exact=entry.record_id
        )


def _some_ids(rows: QuerySet[M]) -> list[int]:
    return list(rows.values_list("pk", flat=True)[:FOUND_COUNT])


@admin.register(Body)
class BodyAdmin(BigTableAdmin[Body]):
    """What was read, drawn up, sent or answered; the private part only for who may see it."""

    list_display = ("kind", "operation", "entry_id", "at")
    list_filter = ("kind",)
    fields = ("entry", "kind", "operation", "at", "shown", "private_outline")
    readonly_fields = ("shown", "private_outline")

    def get_fields(self, request: HttpRequest, obj: Body | None = None) -> tuple[str, ...]:
        shown = "shown" if sees_future(request) else "veiled_shown"
        private = "private_part" if sees_pay(request) else "private_outline"
        return ("entry", "kind", "operation", "at", shown, private)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Body]:
        return super().get_queryset(request).defer("private", "content")

    @admin.display(description="Content")
    def shown(self, body: Body) -> str:
        return texts.structure(body.content)

    @admin.display(description="Content")
    def veiled_shown(self, body: Body) -> str:
        return HIDDEN if lies_ahead(body.entry) else texts.structure(body.content)

    @admin.display(description="Pay and health")
    def private_part(self, body: Body) -> str:
        return private_part(body)

    @admin.display(description="Pay and health")
    def private_outline(self, body: Body) -> str:
        return private_outline(body)


@admin.register(Action)
class ActionAdmin(BigTableAdmin[Action]):
    """What people did, or were refused."""

    list_display = ("at", "person_name", "what", "on_what", "outcome", "told")
    list_filter = ("outcome",)
    search_fields = ("person_name__exact", "what__startswith", "row_id__exact")
    fields = ("at", "person_name", "what", "on_what", "model", "row_id", "outcome", "told", "facts")
    readonly_fields = ("on_what", "told", "facts")
    on_what = texts.shown("row_title", "On")
    told = texts.shown("sentence", "Told")

    @admin.display(description="Details")
    def facts(self, action: Action) -> str:
        return texts.structure(action.details)
