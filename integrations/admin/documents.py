"""Money documents that we made: how far each has come at the target, and for which record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from connectors.redaction import printable
from integrations import unreleased
from integrations.admin import texts
from integrations.admin.pages import BigTableAdmin
from integrations.admin.privacy import sees_pay
from integrations.engine.sheets import MASK
from integrations.models import Document, Record

STANDS: Final = "stands"
UNRELEASED, OVERDUE = "unreleased", "overdue"
COLUMNS: Final = ("Document", "Stands", "Dated", "Reference", "Id at the target", "Reverses")


class StandsFilter(admin.SimpleListFilter):
    """By how far they have come."""

    title = "how far it has come"
    parameter_name = STANDS

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Document]
    ) -> Sequence[tuple[str, str]]:
        each = [(status.value, words) for status, words in unreleased.WORDS.items()]
        return (
            (UNRELEASED, "not released"),
            (OVERDUE, "not released a day after it was due"),
            *each,
        )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        chosen = self.value()
        rows = Document.objects.all()
        if chosen == UNRELEASED:
            return queryset.filter(pk__in=unreleased.unreleased(rows).values("pk"))
        if chosen == OVERDUE:
            return queryset.filter(pk__in=rows.filter(unreleased.overdue()).values("pk"))
        return queryset.filter(status=chosen) if chosen else queryset


@admin.register(Document)
class DocumentAdmin(BigTableAdmin[Document]):
    """What stands at the target for a record; only the work on the record changes it."""

    list_display = ("document", "stands", "dated_on", "our_reference", "target", "of")
    list_filter = (StandsFilter, "connection")
    list_select_related = ("record", "connection")
    search_fields = ("reference__exact", "target_id__exact")
    fields = (
        "document",
        "stands",
        "of",
        "connection",
        "account_id",
        "our_reference",
        "target",
        "dated_on",
        "amount",
        "reverses",
        "changed_at",
    )
    readonly_fields = ("document", "stands", "of", "our_reference", "target", "amount", "masked")
    our_reference = texts.shown("reference", "Reference")
    target = texts.shown("target_id", "Id at the target")

    def get_fields(
        self, request: HttpRequest, obj: Document | None = None
    ) -> list[str | list[str] | tuple[str, ...] | tuple[()]]:
        names = super().get_fields(request, obj)
        return [*names] if sees_pay(request) else _without_amounts(names)

    @admin.display(description="Document")
    def document(self, row: Document) -> str:
        return printable(f"{row.kind} {row.number}")

    @admin.display(description="Stands")
    def stands(self, row: Document) -> str:
        return unreleased.stands(row)

    @admin.display(description="Of the record")
    def of(self, row: Document) -> SafeString:
        shown = printable(f"{row.record.leg} {row.record.source_id}")
        return format_html('<a href="{}">{}</a>', texts.row_url(row.record), shown)

    @admin.display(description="Total")
    def amount(self, row: Document) -> str:
        return amount_of(row)

    @admin.display(description="Total")
    def masked(self, row: Document) -> str:
        return MASK


def _without_amounts(
    names: Sequence[str | Sequence[str]],
) -> list[str | list[str] | tuple[str, ...] | tuple[()]]:
    return ["masked" if name == "amount" else str(name) for name in names]


def amount_of(document: Document) -> str:
    """The total with its currency, for who may see pay."""
    return f"{document.total:,f} {document.currency}"


def table_of(record: Record, *, with_totals: bool) -> SafeString:
    """The documents of one record, the first one first."""
    rows = list(record.documents.select_related("reverses").order_by("pk"))
    totals = [amount_of(one) if with_totals else MASK for one in rows]
    cells = [(*_cells(one), total) for one, total in zip(rows, totals, strict=True)]
    table = texts.table((*COLUMNS, "Total"), cells)
    return format_html('<div class="ours-documents">{}</div>', table)


def _cells(document: Document) -> tuple[object, ...]:
    name = printable(f"{document.kind} {document.number}")
    reverses = document.reverses
    return (
        format_html('<a href="{}">{}</a>', texts.row_url(document), name),
        unreleased.stands(document),
        document.dated_on,
        document.reference,
        document.target_id,
        "" if reverses is None else reverses.number,
    )
