"""How a connection asks BambooHR for webhooks: made by its user, about what that user may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from connectors.errors import ConfigurationError
from connectors.vendor import Subscribed, Subscribing
from connectors.vendors.bamboohr import operations
from connectors.vendors.bamboohr.client import SLUG, Client
from connectors.vendors.bamboohr.records import NewWebhook

EVENTS: Final = ("employee.created", "employee.updated", "employee.deleted")
"""A termination is an update; ``deleted`` means that the record itself is gone."""

WATCHED: Final = (
    "firstName",
    "preferredName",
    "lastName",
    "workEmail",
    "employeeNumber",
    "jobTitle",
    "department",
    "division",
    "location",
    "reportsTo",
    "status",
    "employmentHistoryStatus",
    "hireDate",
)
"""What is read of a person and can be watched; ``terminationDate`` is refused, a leaver's
``status`` tells."""

NO_FIELDS = (
    "BambooHR lets the connection watch none of the fields that are read: give its user access to "
    "them."
)


def create(client: Client, url: str) -> Subscribed:
    """Subscribe an address, to the fields that the connection's user may see.

    Raises:
        ConfigurationError: there is none of them.
    """
    known = client.read_monitor_fields()
    fields = tuple(name for name in WATCHED if name in known)
    made = client.create_webhook(url, EVENTS, fields) if fields else None
    if isinstance(made, NewWebhook):
        return Subscribed(made.id, made.url, made.private_key)
    # What was refused had no effect: asked once more, without what may not be seen.
    denied = made or ()
    fields = tuple(name for name in fields if name not in denied)
    made = client.create_webhook(url, EVENTS, fields) if fields and denied else None
    if isinstance(made, NewWebhook):
        return Subscribed(made.id, made.url, made.private_key)
    raise ConfigurationError(NO_FIELDS, vendor=SLUG, operation=operations.CREATE_WEBHOOK.name)


def list_own(client: Client) -> Sequence[Subscribed]:
    """The webhooks of the connection's user; those of others are not shown."""
    return [Subscribed(one.id, one.url) for one in client.list_webhooks()]


def fault(client: Client, subscribed: Subscribed) -> str:
    """What is wrong with a webhook, in a sentence; empty where it is as it was made.

    One whose user was deactivated falls silent without a word. Its credential falls with the
    user, and whoever connects instead cannot see it.
    """
    webhook = client.read_webhook(subscribed.id)
    if webhook is None:
        return "BambooHR does not have it any more, or it belongs to another user than connected."
    if webhook.url != subscribed.url:
        return "It leads to another address at BambooHR."
    if webhook.events != frozenset(EVENTS):
        return "Its events were changed at BambooHR."
    if webhook.lost_fields:
        lost = ", ".join(webhook.lost_fields)
        return f"The connection's user may no longer see {lost}."
    return ""


def remove(client: Client, webhook_id: str) -> bool:
    """Delete a webhook; one that is gone already is deleted."""
    return client.delete_webhook(webhook_id)


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
            operations.READ_MONITOR_FIELDS,
            operations.CREATE_WEBHOOK,
            operations.DELETE_WEBHOOK,
        )
    ),
)
