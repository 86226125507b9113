"""What vendors told: subscriptions, deliveries and what was refused; never a body or a secret."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.contrib import admin
from django.db.models import Model, Q, QuerySet, Sum
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from config import clock
from connectors import registry as vendors
from connectors.redaction import printable
from integrations.admin import texts
from integrations.admin.pages import BigTableAdmin, ReadOnlyAdmin
from integrations.models import Delivery, Integration, Record, Refused, Subscription
from integrations.models.connecting import vendor_choices
from integrations.webhooks import listening

CONNECTION = "subscription__connection"
NOTICES_SHOWN_COUNT = 100
"""So many notices of one delivery are named; a vendor may put thousands into one."""
LATELY = timedelta(days=7)
"""Over so long the refused ones are summed up on a subscription's page."""


class VendorFilter(admin.SimpleListFilter):
    """By the vendor that sends; a filter by subscription would open their secrets."""

    title = "vendor"
    parameter_name = "vendor"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Model]
    ) -> Sequence[tuple[str, str]]:
        return vendor_choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        return queryset.filter(subscription__vendor=self.value()) if self.value() else queryset


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin[Subscription]):
    """How a vendor was asked to tell of changes, and whether it does."""

    list_display = ("__str__", "connection", "tenant", "state", "why", "checked_at", "untold_count")
    list_filter = ("state", "vendor")
    list_select_related = ("tenant", "connection")
    search_fields = ("vendor_id__exact", "connection__title")
    fields = (
        "tenant",
        "vendor",
        "connection",
        "app",
        "its_id",
        "state",
        "why",
        "asked_at",
        "checked_at",
        "due_at",
        "untold_count",
        "turned_away",
        "told",
        "created_at",
    )
    readonly_fields = ("its_id", "why", "turned_away", "told")
    its_id = texts.shown("vendor_id", "Id at the vendor")
    why = texts.shown("state_reason", "Reason")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscription]:
        return super().get_queryset(request).defer("sealed")

    @admin.display(description="Refused within seven days")
    def turned_away(self, row: Subscription) -> SafeString | str:
        lately = row.refused.filter(minute_at__gt=clock.now() - LATELY).order_by("why")
        rows = [
            (Refused.Why(why).label, count)
            for why, count in lately.values_list("why").annotate(Sum("count"))
        ]
        return texts.table(("Why", "How many"), rows)

    @admin.display(description="Deliveries")
    def told(self, row: Subscription) -> SafeString:
        return texts.link_to_list(
            "integrations_delivery", "What it told", subscription__id__exact=row.pk
        )


@admin.register(Delivery)
class DeliveryAdmin(BigTableAdmin[Delivery]):
    """One verified POST: what it told of, and what came of that."""

    list_display = ("received_at", "vendor", "connection", "stands", "notice_count", "told")
    list_filter = ("outcome", VendorFilter, CONNECTION)
    list_select_related = (CONNECTION,)
    search_fields = ("event_id__exact",)
    fields = (
        "received_at",
        "signed_at",
        "vendor",
        "connection",
        "subscription",
        "stands",
        "told",
        "event",
        "tries",
        "handled_at",
        "split",
    )
    readonly_fields = ("vendor", "connection", "stands", "told", "event", "split")
    told = texts.shown("remark", "Remark")
    event = texts.shown("event_id", "Id of the event")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        rows = super().get_queryset(request).select_related(CONNECTION)
        return rows.defer("body", "headers", "query", "subscription__sealed")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        # Django allows those of the filters; the link of a subscription's page comes by this one.
        is_ours = lookup == "subscription__id__exact"
        return is_ours or super().lookup_allowed(lookup, value, request)

    @admin.display(description="Vendor")
    def vendor(self, row: Delivery) -> str:
        return _title(row.subscription)

    @admin.display(description="Connection")
    def connection(self, row: Delivery) -> SafeString | str:
        connection = row.subscription.connection
        return texts.EMPTY if connection is None else texts.row_links([connection])

    @admin.display(description="State", ordering="outcome")
    def stands(self, row: Delivery) -> str:
        return row.get_outcome_display() if row.handled_at else "waits to be taken up"

    @admin.display(description="Notices")
    def notice_count(self, row: Delivery) -> int:
        return len(row.notices)

    @admin.display(description="What it told of")
    def split(self, row: Delivery) -> SafeString | str:
        shown = row.notices[:NOTICES_SHOWN_COUNT]
        records = _records(row, [(str(kind), str(record_id)) for kind, record_id in shown])
        lines = [
            (printable(f"{kind} {record_id}"), _links(records.get((kind, record_id), [])))
            for kind, record_id in shown
        ]
        if (rest := len(row.notices) - len(shown)) > 0:
            lines.append(("and", f"{rest} more"))
        return _noticed(lines) if lines else texts.EMPTY


@admin.register(Refused)
class RefusedAdmin(BigTableAdmin[Refused]):
    """How many POSTs of one minute were turned away; nothing else is kept of them."""

    list_display = ("minute_at", "vendor", "subscription", "why", "count")
    list_filter = ("why", VendorFilter)
    list_select_related = ("subscription",)
    fields = ("minute_at", "vendor", "subscription", "why", "count")
    readonly_fields = ("vendor",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Refused]:
        rows = super().get_queryset(request).select_related("subscription")
        return rows.defer("subscription__sealed")

    @admin.display(description="Vendor")
    def vendor(self, row: Refused) -> str:
        return _title(row.subscription)


def _title(subscription: Subscription) -> str:
    return vendors.vendor(subscription.vendor).title


def _records(
    row: Delivery, notices: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], list[Record]]:
    """The records that the notices name, in one query whatever their number."""
    connection = row.subscription.connection
    if connection is None or not notices:
        return {}
    named = Q(pk__in=())
    kinds: dict[tuple[int, str], tuple[str, ...]] = {}
    for ear in listening.ears(connection, *Integration.Status):
        ids = [record_id for kind, record_id in notices if kind in ear.leg.notices]
        named |= Q(integration=ear.integration, leg=ear.leg.name, source_id__in=ids)
        kinds[ear.integration.pk, ear.leg.name] = tuple(ear.leg.notices)
    found: dict[tuple[str, str], list[Record]] = {}
    for record in Record.objects.filter(named).select_related("integration").order_by("pk"):
        for kind in kinds[record.integration_id, record.leg]:
            found.setdefault((kind, record.source_id), []).append(record)
    return found


def _links(records: Sequence[Record]) -> SafeString | str:
    """The records that one notice named, in one line; most name one."""
    links = [(texts.row_url(one), str(one.integration)) for one in records]
    return format_html_join(", ", '<a href="{}">its record in {}</a>', links) or "no record"


def _noticed(lines: Sequence[tuple[str, str]]) -> SafeString:
    return format_html_join("", "<div>{}: {}</div>", lines)
