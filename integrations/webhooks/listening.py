"""Who listens to what a connection's vendor tells: the legs that read there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q, QuerySet

from connectors import registry as vendors
from connectors.vendor import Subscribing
from integrations.engine.access import source_of
from integrations.engine.run import legs
from integrations.flow import Leg
from integrations.models import Connection, Integration, Subscription


@dataclass(frozen=True, slots=True)
class Ear:
    """One leg of one integration that listens to notices."""

    integration: Integration
    leg: Leg


def ears(connection: Connection, *statuses: Integration.Status) -> Iterator[Ear]:
    """The legs that read from this connection and listen; of integrations that are on or paused.

    A paused one works what it was told once it is switched on again.
    """
    either = Integration.Status.ON, Integration.Status.PAUSED
    rows = Integration.objects.select_related("tenant", "source", "target").filter(
        Q(source=connection) | Q(target=connection), status__in=statuses or either
    )
    for integration in rows.order_by("pk"):
        for leg in legs(integration):
            if leg.notices and source_of(integration, leg).pk == connection.pk:
                yield Ear(integration, leg)


def subscribing_of(connection: Connection) -> Subscribing | None:
    """How this connection subscribes; None where its vendor has none or a person does it."""
    webhooks = vendors.vendor(connection.vendor).webhooks
    return None if webhooks is None else webhooks.subscribing


def is_of_app(connection: Connection) -> bool:
    """Whether one subscription serves all connections of this one's app."""
    subscribing = subscribing_of(connection)
    return subscribing is not None and subscribing.is_of_app


def open_rows(connection: Connection) -> QuerySet[Subscription]:
    """The subscription by which this connection's vendor tells of its changes, if there is one."""
    rows = Subscription.objects.exclude(state=Subscription.State.CLOSED)
    if not is_of_app(connection):
        return rows.filter(connection=connection)
    return rows.filter(app=connection.app_id) if connection.app_id else rows.none()


def served(connection: Connection) -> QuerySet[Connection]:
    """All open connections that the same subscription tells of."""
    rows = Connection.objects.exclude(status=Connection.Status.CLOSED)
    if not is_of_app(connection):
        return rows.filter(pk=connection.pk)
    return rows.filter(app=connection.app_id) if connection.app_id else rows.none()


def has_public_url() -> bool:
    """Whether vendors can post to this installation at all."""
    parts = urlsplit(settings.PUBLIC_URL)
    return parts.scheme == "https" and parts.hostname not in ("127.0.0.1", "::1", "localhost")


def is_wanted(connection: Connection) -> bool:
    """Whether there shall be a subscription: somebody listens, and the vendor can reach us."""
    if subscribing_of(connection) is None or not has_public_url():
        return False
    ends = served(connection) if is_of_app(connection) else (connection,)
    return any(True for end in ends for _ in ears(end, Integration.Status.ON))
