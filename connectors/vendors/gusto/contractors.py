"""Reads which payments contractors were made, so that they are not silently missing; no amounts.

They are in no payroll and none of its events: https://docs.gusto.com/app-integrations/reference/
get-v1-companies-company_id-contractor_payments
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from types import MappingProxyType
from typing import Final

from config import clock
from connectors.paging import walk
from connectors.vendor import Page, Privacy, SourceRecord
from connectors.vendors.gusto.client import Client
from connectors.vendors.gusto.pages import Numbered

PREFIX: Final = "contractor-payment:"
"""Before Gusto's id: payrolls have ids of the same kind."""
RECENTLY: Final = timedelta(days=45)
FIRST_READ: Final = timedelta(days=364)
FIELDS: Final[Mapping[str, Privacy]] = MappingProxyType(
    dict.fromkeys(("id", "paid_on"), Privacy.PLAIN)
)


@dataclass(frozen=True, slots=True)
class ContractorPayment:
    """One payment; what it amounts to is nobody's business here."""

    id: str
    paid_on: date


def is_payment_id(source_id: str) -> bool:
    """Whether a record of this id is a payment to a contractor."""
    return source_id.startswith(PREFIX)


def read_payments(client: Client, *, is_first: bool) -> Iterator[Page]:
    """The payments of the last weeks, or of the last year."""
    today = clock.now().date()
    first = today - (FIRST_READ if is_first else RECENTLY)
    pages = walk(Numbered(), partial(_read_page, client, first, today))
    for payments in pages:
        yield Page(records=tuple(as_record(payment) for payment in payments))


def read_payment(client: Client, source_id: str) -> SourceRecord:
    """One payment; ``is_gone`` where it was cancelled."""
    payment = client.read_contractor_payment(source_id.removeprefix(PREFIX))
    if payment is None:
        return SourceRecord(source_id, "", None, is_gone=True)
    return as_record(ContractorPayment(*payment))


def as_record(payment: ContractorPayment) -> SourceRecord:
    """The payment as a record; its title names nobody."""
    title = f"Contractor payment of {payment.paid_on.isoformat()}"
    return SourceRecord(f"{PREFIX}{payment.id}", title, payment)


def _read_page(
    client: Client, first: date, last: date, place: Numbered
) -> tuple[tuple[ContractorPayment, ...], Numbered | None]:
    rows, page_count = client.list_contractor_payments(place.page, first, last)
    return tuple(ContractorPayment(*row) for row in rows), place.after(len(rows), page_count)
