"""Renews access ahead of its end, whether or not somebody is about to use it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta

from config import clock
from connectors import registry as vendors
from connectors.auth import BearerAuth
from connectors.errors import ConnectorError, CredentialError
from integrations import stopping
from integrations.engine.access import account, door, stored_grant
from integrations.models import Connection

log = logging.getLogger(__name__)


def refresh_ahead() -> int:
    """Renew each grant that ends soon; answers how many were renewed.

    One that is refused waits for a new consent. Whatever else goes wrong is tried again next time:
    the token in force is still good.
    """
    return sum(_refresh(connection) for connection in _ending())


def _ending() -> Iterator[Connection]:
    """One active connection for each grant that its vendor's clients would renew by now."""
    for vendor in vendors.vendors().values():
        if vendor.oauth is None:
            continue
        ahead = timedelta(seconds=vendor.oauth.refresh_before_seconds)
        active = Connection.objects.filter(
            vendor=vendor.slug,
            status=Connection.Status.ACTIVE,
            grant__needs_consent=False,
            grant__expires_at__lte=clock.now() + ahead,
        )
        seen = set[int | None]()
        for connection in active.select_related("app").order_by("grant_id", "pk"):
            if connection.grant_id not in seen:
                seen.add(connection.grant_id)
                yield connection


def _refresh(connection: Connection) -> bool:
    vendor = vendors.vendor(connection.vendor)
    auth = BearerAuth(door(), vendor, account(connection, stored_grant(connection)))
    try:
        auth.headers()
    except CredentialError as error:
        served = Connection.objects.filter(grant=connection.grant_id)
        stopping.need_consent(served, error.summary)
        return False
    except ConnectorError as error:
        log.warning("connection %s was not renewed: %s", connection.pk, error.summary)
        return False
    return True
