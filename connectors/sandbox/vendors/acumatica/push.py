"""Push notifications: what changed in a query's results, posted with one static header."""

from __future__ import annotations

from datetime import datetime

from connectors.sandbox.deliveries import Delivery
from connectors.sandbox.standin import JSON, StandIn
from connectors.sandbox.vendors.acumatica import moments
from connectors.sandbox.vendors.acumatica.answers import dumps
from connectors.sandbox.vendors.acumatica.inquiries import INQUIRIES, Inquiry
from connectors.sandbox.vendors.acumatica.instance import Push, Tenant
from connectors.sandbox.vendors.acumatica.rows import Row, new_id

RETRY_DELAYS_SECONDS = (60.0, 60.0, 60.0, 60.0)
"""Five attempts in all; how far apart is nowhere said."""
OFFSET_LENGTH = len("-05:00")


def tell(
    vendor: StandIn, tenant: Tenant, table: str, before: Row | None, row: Row | None, now: datetime
) -> None:
    """Post one transaction's change to every push notification whose query shows it."""
    if not tenant.pushes:
        return
    dice = vendor.world.random(vendor.slug)
    transaction_id = new_id(dice)
    for push in tenant.pushes.values():
        inquiry = INQUIRIES[push.query]
        if inquiry.table != table:
            continue
        inserted, deleted = _columns(inquiry, row), _columns(inquiry, before)
        if inserted == deleted:
            continue
        if vendor.is_soft("19b"):
            transaction_id = new_id(dice)
        body: dict[str, JSON] = {
            "Inserted": inserted,
            "Deleted": deleted,
            "Query": push.query,
            "CompanyId": tenant.name,
            "Id": transaction_id,
            "TimeStamp": 0 if vendor.is_soft("19e") else moments.ticks(now),
            "AdditionalInfo": {},
        }
        if vendor.is_soft("19a"):
            body["Deleted"] = []
        vendor.world.send(_delivery(vendor, push, dumps(body)))


def _columns(inquiry: Inquiry, row: Row | None) -> list[Row]:
    if row is None:
        return []
    plain = inquiry.plain(row)
    for field in inquiry.shape().fields:
        value = plain[field.name]
        if value is not None and field.kind == "DateTime":
            plain[field.name] = moments.shown_instant(value)[:-OFFSET_LENGTH]
    return [plain]


def _delivery(vendor: StandIn, push: Push, body: bytes) -> Delivery:
    headers = {"Accept": "application/json", "Content-Type": "application/json; charset=utf-8"}
    if push.header_name and not vendor.is_soft("19d"):
        headers[push.header_name] = push.header_value
    delays = () if vendor.is_soft("19c") else RETRY_DELAYS_SECONDS
    return Delivery(
        vendor.slug, push.url, body, headers, retry_delays_seconds=delays, stop_on_4xx=False
    )
