"""Rolodex to Homestead: who has a card is invited to the house."""

from __future__ import annotations

from connectors.vendors.homestead.guests import read_rooms
from connectors.vendors.rolodex.cards import read_drawers
from integrations.flows.rolodex_to_homestead import bills
from integrations.flows.rolodex_to_homestead.bills import BILLS
from integrations.flows.rolodex_to_homestead.guests import GUESTS, KEPT_BACK

from integrations.choosing import Option
from integrations.flow import Flow, MappingKind, Vocabulary

FLOW = Flow(
    source="rolodex",
    target="homestead",
    title="Rolodex → Homestead",
    summary="Who has a card is invited to the house.",
    legs=(GUESTS, BILLS),
    vocabularies=(
        Vocabulary("room", "source", read_drawers),
        Vocabulary("room", "target", read_rooms),
    ),
    mapping_kinds=(
        MappingKind("room", "Room", ("room",)),
        MappingKind(
            "coding",
            "Coding",
            ("account", "subaccount"),
            optional_parts=frozenset({"subaccount"}),
            is_required=False,
            is_suggested=False,
            has_default=True,
        ),
        MappingKind(
            "wing", "Subaccount of a wing", ("subaccount",), is_required=False, is_suggested=False
        ),
    ),
    options=(
        Option(
            "kept_back",
            "Drawer that is kept back",
            "Nobody whose card lies in it is invited.",
            "Attic",
        ),
        *bills.OPTIONS,
    ),
    reasons=(KEPT_BACK, *bills.REASONS),
    calls={
        "rolodex": frozenset({"read_cards", "read_card", "read_drawers"}),
        "homestead": frozenset(
            {
                "list_guests",
                "read_guest",
                "find_guests",
                "invite_guest",
                "confirm_guest",
                "read_rooms",
                "read_books",
                "read_bill",
                "find_bills",
                "enter_bill",
                "release_bill",
            }
        ),
    },
)
