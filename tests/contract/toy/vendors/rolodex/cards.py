"""What is read from the rolodex: cards of people, and the drawers that they lie in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from connectors.vendor import Operation, Page, Privacy, SourceRecord, TermValue

if TYPE_CHECKING:
    from connectors.vendors.rolodex.client import Client

CARD_READS: Final = {
    "id": Privacy.PLAIN,
    "version": Privacy.PLAIN,
    "drawer": Privacy.PLAIN,
    "name": Privacy.PERSON,
    "email": Privacy.PERSON,
    "allowance": Privacy.PAY,
    "diet": Privacy.HEALTH,
}
READ_CARDS: Final = Operation("read_cards", "GET", "/cards", reads=CARD_READS)
READ_CARD: Final = Operation("read_card", "GET", "/cards/{id}", reads=CARD_READS)
READ_DRAWERS: Final = Operation("read_drawers", "GET", "/drawers")


@dataclass(frozen=True, slots=True)
class Card:
    """One person's card."""

    id: str
    name: str
    email: str
    drawer: str
    allowance: Decimal
    diet: str


def read_cards(client: Client, since: str) -> Iterator[Page]:
    """The cards that changed after ``since``, a version; all of them where it is empty."""
    answer = client.send(READ_CARDS, "/cards", query=[("since", since or "0")]).json()
    yield Page([_record(row) for row in answer["cards"]], mark=str(answer["version"]))


def read_some_cards(client: Client, ids: Sequence[str]) -> Sequence[SourceRecord]:
    """These cards as they are now; a card that was torn up is gone."""
    return [_read_card(client, card_id) for card_id in ids]


def read_drawers(client: Client) -> Sequence[TermValue]:
    """All drawers."""
    answer = client.send(READ_DRAWERS, "/drawers").json()
    return [TermValue(name, name) for name in answer["drawers"]]


def _read_card(client: Client, card_id: str) -> SourceRecord:
    rows = client.send(READ_CARD, f"/cards/{card_id}").json()["cards"]
    return _record(rows[0]) if rows else SourceRecord(card_id, "", None, is_gone=True)


def _record(row: Mapping[str, str]) -> SourceRecord:
    card = Card(
        id=row["id"],
        name=row["name"],
        email=row["email"],
        drawer=row["drawer"],
        allowance=Decimal(row["allowance"]),
        diet=row["diet"],
    )
    return SourceRecord(card.id, card.name, card, version=str(row["version"]))
