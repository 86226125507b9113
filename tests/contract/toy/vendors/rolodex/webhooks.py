"""How the rolodex tells of cards that changed, and how it is asked to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from connectors.notices import json_object, not_documented
from connectors.vendor import (
    Delivery,
    Notice,
    Operation,
    Subscribed,
    Subscribing,
    Webhooks,
)

if TYPE_CHECKING:
    from connectors.vendors.rolodex.client import Client

READ_HOOKS: Final = Operation("read_hooks", "GET", "/hooks")
READ_HOOK: Final = Operation("read_hook", "GET", "/hooks/{id}")
HANG_HOOK: Final = Operation("hang_hook", "POST", "/hooks", writes=True)
TAKE_HOOK: Final = Operation("take_hook", "POST", "/hooks/{id}/take", writes=True)


def create(client: Client, url: str) -> Subscribed:
    """Hang up a hook."""
    row = client.send(HANG_HOOK, "/hooks", json={"url": url}).json()
    return Subscribed(row["id"], row["url"], row["secret"])


def list_own(client: Client) -> Sequence[Subscribed]:
    """All hooks."""
    return [_hook(row) for row in client.send(READ_HOOKS, "/hooks").json()["hooks"]]


def fault(client: Client, subscribed: Subscribed) -> str:
    """Whether a hook hangs where it was hung up."""
    rows = client.send(READ_HOOK, f"/hooks/{subscribed.id}").json()["hooks"]
    return "" if [_hook(row) for row in rows] == [subscribed] else "It was taken off."


def remove(client: Client, hook_id: str) -> bool:
    """Take a hook off."""
    client.send(TAKE_HOOK, f"/hooks/{hook_id}/take", json={})
    return True


def parse(delivery: Delivery) -> Sequence[Notice]:
    """The cards that a delivery names."""
    match json_object(delivery, "rolodex"):
        case {"event": str(event_id), "cards": list(cards)}:
            return [Notice("card", str(card), event_id=event_id) for card in cards]
        case {"event": str(event_id), "drawers": list(drawers)}:
            return [Notice("drawer", str(drawer), event_id=event_id) for drawer in drawers]
        case {"event": str()}:
            return ()
    raise not_documented("rolodex", "it has no event")


def _hook(row: Mapping[str, str]) -> Subscribed:
    return Subscribed(row["id"], row["url"])


WEBHOOKS: Final = Webhooks(
    header="x-rolodex-signature",
    signed=lambda delivery: (delivery.body,),
    parse=parse,
    encoding="base64",
    event=lambda delivery: str(json_object(delivery, "rolodex").get("about", "")),
    subscribing=Subscribing(
        create=create,
        creation=HANG_HOOK,
        list_own=list_own,
        fault=fault,
        remove=remove,
        calls=frozenset({"read_hooks", "read_hook", "hang_hook", "take_hook"}),
    ),
)
