"""Guests of the house: invited first, then confirmed, which sends them a letter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from connectors.vendor import Operation, Privacy, TermValue

if TYPE_CHECKING:
    from connectors.vendors.homestead.client import Client

GUEST_FIELDS: Final = {
    "id": Privacy.PLAIN,
    "reference": Privacy.PLAIN,
    "room": Privacy.PLAIN,
    "is_confirmed": Privacy.PLAIN,
    "name": Privacy.PERSON,
    "email": Privacy.PERSON,
    "allowance": Privacy.PAY,
    "diet": Privacy.HEALTH,
}
LIST_GUESTS: Final = Operation("list_guests", "GET", "/guests", reads=GUEST_FIELDS)
READ_GUEST: Final = Operation("read_guest", "GET", "/guests/{id}", reads=GUEST_FIELDS)
FIND_GUESTS: Final = Operation("find_guests", "GET", "/guests", reads=GUEST_FIELDS)
INVITE_GUEST: Final = Operation(
    "invite_guest", "POST", "/guests", writes=True, reads=GUEST_FIELDS, sends=GUEST_FIELDS
)
CONFIRM_GUEST: Final = Operation(
    "confirm_guest", "POST", "/guests/{id}/confirm", writes=True, reads=GUEST_FIELDS
)
READ_ROOMS: Final = Operation("read_rooms", "GET", "/rooms")


@dataclass(frozen=True, slots=True)
class GuestDraft:
    """A guest as he shall be invited."""

    reference: str
    name: str
    email: str
    room: str
    allowance: Decimal
    diet: str


@dataclass(frozen=True, slots=True)
class Guest:
    """A guest as the house knows him."""

    id: str
    reference: str
    name: str
    email: str
    is_confirmed: bool


def list_guests(client: Client) -> Iterator[Sequence[Guest]]:
    """All guests, in one page."""
    yield _guests(client.send(LIST_GUESTS, "/guests").json()["guests"])


def get_guest(client: Client, guest_id: str) -> Guest | None:
    """This guest; None where he is struck off."""
    found = _guests(client.send(READ_GUEST, f"/guests/{guest_id}").json()["guests"])
    return found[0] if found else None


def find_guests(client: Client, reference: str, email: str) -> Sequence[Guest]:
    """Guests with this reference or this address."""
    query = [("reference", reference), ("email", email)]
    return _guests(client.send(FIND_GUESTS, "/guests", query=query).json()["guests"])


def invite_guest(client: Client, draft: GuestDraft) -> Guest:
    """Enter a guest into the book."""
    body = {
        "reference": draft.reference,
        "name": draft.name,
        "email": draft.email,
        "room": draft.room,
        "allowance": str(draft.allowance),
        "diet": draft.diet,
    }
    return _guests(client.send(INVITE_GUEST, "/guests", json=body).json()["guests"])[0]


def confirm_guest(client: Client, guest_id: str) -> Guest:
    """Send the guest his letter: called twice, it sends two."""
    answer = client.send(CONFIRM_GUEST, f"/guests/{guest_id}/confirm", json={})
    return _guests(answer.json()["guests"])[0]


def read_rooms(client: Client) -> Sequence[TermValue]:
    """All rooms, by number and by what they are called."""
    rows = client.send(READ_ROOMS, "/rooms").json()["rooms"]
    return [TermValue(row["number"], row["title"]) for row in rows]


def _guests(rows: Sequence[Mapping[str, str]]) -> Sequence[Guest]:
    return [
        Guest(row["id"], row["reference"], row["name"], row["email"], row["is_confirmed"] == "yes")
        for row in rows
    ]
