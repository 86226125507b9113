"""The leg ``guests``: the house's guests follow the cards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from connectors.vendors.homestead import guests as homestead
from connectors.vendors.homestead.client import Client
from connectors.vendors.homestead.guests import Guest, GuestDraft
from connectors.vendors.rolodex import cards as rolodex

from audit.outcomes import Outcome
from connectors.vendor import Privacy, SourceRecord
from integrations.flow import (
    Decision,
    Difference,
    Draft,
    Filtered,
    Finding,
    Found,
    Held,
    Leg,
    Lookups,
    MatchKey,
    Step,
)
from integrations.flows.shared.folding import folded_email, folded_name
from integrations.matching import choose
from integrations.reasons import UNMAPPED, ReasonClass, ReasonKind

KEPT_BACK: Final = ReasonKind(
    "kept_back", ReasonClass.FILTER, "Cards in the drawer {drawer} are kept back."
)


def to_guest(record: SourceRecord, lookups: Lookups, today: date) -> Decision:
    """Decide what shall stand at the house for one card."""
    card = record.value
    if card is None or card.drawer == lookups.option("kept_back"):
        drawer = "of what was torn up" if card is None else card.drawer
        return Filtered(KEPT_BACK.because(drawer=drawer))
    use = lookups.find("room", (card.drawer,))
    if use is None:
        reason = UNMAPPED.because(mapping="room", value=card.drawer)
        return Held((reason,), missing=(("room", (card.drawer,)),))
    reference = f"ROL-{lookups.source_account}-{card.id}"
    return Draft(
        GuestDraft(reference, card.name, card.email, use.target["room"], card.allowance, card.diet),
        reference,
        (MatchKey("reference", reference), MatchKey("email", folded_email(card.email))),
        name=folded_name(card.name),
        mappings=(use,),
    )


def find_guest(client: Client, draft: Draft, target_id: str) -> Finding:
    """The guest that the draft means; by id once it is tied."""
    if target_id:
        known = homestead.get_guest(client, target_id)
        return as_found(known) if known is not None else None
    candidates = homestead.find_guests(client, draft.reference, draft.value.email)
    return choose(draft, "", (as_found(candidate) for candidate in candidates))


def find_guests(client: Client) -> Iterator[Sequence[Found]]:
    """All guests."""
    for page in homestead.list_guests(client):
        yield [as_found(guest) for guest in page]


def as_found(guest: Guest) -> Found:
    """A guest as the engine compares it."""
    keys = (
        MatchKey("reference", guest.reference),
        MatchKey("email", folded_email(guest.email)),
    )
    return Found(guest.id, guest, keys, name=folded_name(guest.name), title=guest.name)


def _invite(client: Client, found: Found | None, draft: Draft) -> Found:
    return as_found(homestead.invite_guest(client, draft.value))


def _invited(found: Found | None, draft: Draft) -> list[Difference]:
    value: GuestDraft = draft.value
    return [
        Difference("name", "", value.name, privacy=Privacy.PERSON),
        Difference("email", "", value.email, privacy=Privacy.PERSON),
        Difference("room", "", value.room),
        Difference("allowance", "", str(value.allowance), privacy=Privacy.PAY),
        Difference("diet", "", value.diet, privacy=Privacy.HEALTH),
    ]


def _confirm(client: Client, found: Found | None, draft: Draft) -> Found:
    if found is None:
        raise TypeError("Only who was invited is confirmed.")
    return as_found(homestead.confirm_guest(client, found.target_id))


def _is_unconfirmed(found: Found | None, draft: Draft) -> bool:
    return found is None or not found.value.is_confirmed


INVITE: Final = Step(
    "invite",
    Outcome.CREATED,
    lambda found, draft: found is None,
    _invite,
    _invited,
    homestead.INVITE_GUEST,
    creates=True,
)
CONFIRM: Final = Step(
    "confirm",
    Outcome.UPDATED,
    _is_unconfirmed,
    _confirm,
    lambda found, draft: [Difference("confirmed", "no", "yes")],
    homestead.CONFIRM_GUEST,
    appends=True,
)
GUESTS: Final = Leg(
    "guests",
    title="Cards become guests",
    read=rolodex.read_cards,
    read_some=rolodex.read_some_cards,
    map=to_guest,
    find=find_guest,
    find_all=find_guests,
    steps=(INVITE, CONFIRM),
    reads=rolodex.CARD_READS,
    notices=("card",),
)
