"""How the app asks Gusto for webhooks: one subscription for all companies that authorised it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from connectors.vendor import Subscribed, Subscribing
from connectors.vendors.gusto import operations
from connectors.vendors.gusto.client import Client

KINDS: Final = ("Employee", "Payroll")
"""Whole kinds of entities: single events cannot be chosen."""
VERIFIED: Final = "verified"
PENDING: Final = "pending"


def create(client: Client, url: str) -> Subscribed:
    """Subscribe an address; its secret is posted there."""
    made = client.create_webhook(url, KINDS)
    return Subscribed(made.id, made.url)


def list_own(client: Client) -> Sequence[Subscribed]:
    """All subscriptions of the app, of other installations too."""
    return [Subscribed(one.id, one.url) for one in client.list_webhooks()]


def fault(client: Client, subscribed: Subscribed) -> str:
    """What is wrong with a subscription, in a sentence; empty where it is as it was made."""
    webhook = client.read_webhook(subscribed.id)
    if webhook is None:
        return "Gusto does not have it any more."
    if webhook.url != subscribed.url:
        return "It leads to another address at Gusto."
    if webhook.status not in (VERIFIED, PENDING):
        return f"Gusto no longer sends: it calls the subscription {webhook.status or 'nothing'}."
    if webhook.kinds != frozenset(KINDS):
        return "What it tells of was changed at Gusto."
    return ""


def remove(client: Client, webhook_id: str) -> bool:
    """Delete a subscription; one that is gone already is deleted."""
    client.delete_webhook(webhook_id)
    return True


SUBSCRIBING: Final = Subscribing(
    create=create,
    creation=operations.CREATE_WEBHOOK,
    list_own=list_own,
    fault=fault,
    remove=remove,
    calls=frozenset(
        one.name
        for one in (
            operations.LIST_WEBHOOKS,
            operations.READ_WEBHOOK,
            operations.CREATE_WEBHOOK,
            operations.VERIFY_WEBHOOK,
            operations.ASK_FOR_TOKEN,
            operations.DELETE_WEBHOOK,
        )
    ),
    is_of_app=True,
    prove=Client.verify_webhook,
    ask_for_secret=Client.ask_for_token,
)
