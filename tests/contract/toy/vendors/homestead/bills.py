"""Bills of the house: entered first, then released, which nobody can take back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from connectors.vendor import Operation, Privacy

if TYPE_CHECKING:
    from connectors.vendors.homestead.client import Client

BILL_FIELDS: Final = {
    "id": Privacy.PLAIN,
    "reference": Privacy.PLAIN,
    "total": Privacy.PAY,
    "dated_on": Privacy.PLAIN,
    "is_released": Privacy.PLAIN,
}
READ_BOOKS: Final = Operation("read_books", "GET", "/books")
READ_BILL: Final = Operation("read_bill", "GET", "/bills/{id}", reads=BILL_FIELDS)
FIND_BILLS: Final = Operation("find_bills", "GET", "/bills", reads=BILL_FIELDS)
ENTER_BILL: Final = Operation(
    "enter_bill", "POST", "/bills", writes=True, reads=BILL_FIELDS, sends=BILL_FIELDS
)
RELEASE_BILL: Final = Operation(
    "release_bill", "POST", "/bills/{id}/release", writes=True, reads=BILL_FIELDS
)


@dataclass(frozen=True, slots=True)
class Books:
    """What the house's books allow."""

    currency: str
    is_closed: bool


@dataclass(frozen=True, slots=True)
class BillDraft:
    """A bill as it shall stand."""

    reference: str
    total: Decimal
    dated_on: date
    is_released: bool


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill as the house has it."""

    id: str
    reference: str
    total: Decimal
    dated_on: date
    is_released: bool


def read_books(client: Client) -> Books:
    """The books as they are now."""
    told = client.send(READ_BOOKS, "/books").json()
    return Books(told["currency"], told["is_closed"] == "yes")


def get_bill(client: Client, bill_id: str) -> Bill | None:
    """This bill; None where it is struck out."""
    found = _bills(client.send(READ_BILL, f"/bills/{bill_id}").json()["bills"])
    return found[0] if found else None


def find_bills(client: Client, reference: str) -> Sequence[Bill]:
    """Bills with exactly this reference."""
    query = [("reference", reference)]
    found = _bills(client.send(FIND_BILLS, "/bills", query=query).json()["bills"])
    return [bill for bill in found if bill.reference == reference]


def enter_bill(client: Client, draft: BillDraft) -> Bill:
    """Enter a bill: twice, it stands there twice."""
    body = {
        "reference": draft.reference,
        "total": str(draft.total),
        "dated_on": draft.dated_on.isoformat(),
    }
    return _bills(client.send(ENTER_BILL, "/bills", json=body).json()["bills"])[0]


def release_bill(client: Client, bill_id: str) -> Bill:
    """Release a bill for good."""
    answer = client.send(RELEASE_BILL, f"/bills/{bill_id}/release", json={})
    return _bills(answer.json()["bills"])[0]


def _bills(rows: Sequence[Mapping[str, str]]) -> Sequence[Bill]:
    return [
        Bill(
            row["id"],
            row["reference"],
            Decimal(row["total"]),
            date.fromisoformat(row["dated_on"]),
            row["is_released"] == "yes",
        )
        for row in rows
    ]
