"""Opens an integration's clients: the account, its grant, the door, what the flow may call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection as database

from connectors import registry as vendors
from connectors.errors import ConfigurationError
from connectors.transport import Door, Exchange
from connectors.vendor import Account, GrantStore, Operation
from integrations import registry
from integrations.budgets import pacer
from integrations.flow import Leg
from integrations.grants import DatabaseGrantStore
from integrations.models import Connection, Integration

MayBegin = Callable[[Operation, float], None]


class OpenTransactionError(Exception):
    """A call was about to be sent inside a transaction; a defect of ours."""


@dataclass(frozen=True, slots=True)
class Clients:
    """Both ends of one leg, for one thread."""

    source: Any
    target: Any


def open_clients(
    integration: Integration,
    leg: Leg,
    on_exchange: Callable[[Exchange], None],
    may_begin: MayBegin,
) -> Clients:
    """The clients of the leg's two ends; each may call only what the flow declares."""
    source, target = integration.source, integration.target
    if source_of(integration, leg) is not source:
        source, target = target, source
    calls = registry.flow(integration.flow).calls
    return Clients(
        source=open_client(source, calls[source.vendor], on_exchange, may_begin),
        target=open_client(target, calls[target.vendor], on_exchange, may_begin),
    )


def source_of(integration: Integration, leg: Leg) -> Connection:
    """Where a leg reads: at the flow's target, if it goes the other way."""
    is_reversed = bool(leg.source) and leg.source != registry.flow(integration.flow).source
    return integration.target if is_reversed else integration.source


def open_client(
    connection: Connection,
    allowed: frozenset[str] | None = None,
    on_exchange: Callable[[Exchange], None] | None = None,
    may_begin: MayBegin | None = None,
    grant: GrantStore | None = None,
) -> Any:
    """The client of one connection; ``allowed`` None is for connecting and probing alone."""
    vendor = vendors.vendor(connection.vendor)
    _refuse_other_world(connection)
    return vendor.open(
        door(allowed, on_exchange, may_begin),
        account(connection, grant or stored_grant(connection)),
    )


def _refuse_other_world(connection: Connection) -> None:
    """What was connected in the sandbox is never called at the real vendor, nor the other way."""
    if connection.account_id and connection.is_sandbox != bool(settings.SANDBOX_URL):
        made, used = ("in", "without") if connection.is_sandbox else ("without", "in")
        raise ConfigurationError(
            f"{connection} was connected {made} the sandbox and cannot be used {used} it: "
            "make a new connection.",
            vendor=connection.vendor,
        )


def account(connection: Connection, grant: GrantStore) -> Account:
    """A connection as its vendor's client sees it."""
    return Account(
        config=dict(connection.config),
        grant=grant,
        app=connection.app.credentials() if connection.app is not None else None,
        redirect_uri=redirect_uri(connection),
        account_id=connection.account_id,
    )


def stored_grant(connection: Connection) -> GrantStore:
    """The grant that the connection hangs on."""
    return DatabaseGrantStore(connection.grant_id or 0)


def redirect_uri(connection: Connection) -> str:
    """Where the vendor sends the browser back to; its own where the tenant hosts the server."""
    oauth = vendors.vendor(connection.vendor).oauth
    key = f"{connection.key}/" if oauth is not None and oauth.tenant_hosted else ""
    return f"{settings.PUBLIC_URL}/connect/callback/{connection.vendor}/{key}"


def door(
    allowed: frozenset[str] | None = None,
    on_exchange: Callable[[Exchange], None] | None = None,
    may_begin: MayBegin | None = None,
) -> Door:
    """The one HTTP door, as this installation is set up."""
    return Door(
        sandbox_url=settings.SANDBOX_URL,
        private_hosts=settings.ALLOWED_PRIVATE_HOSTS,
        pacer=pacer(),
        on_exchange=on_exchange,
        allowed=allowed,
        may_begin=_guarded(may_begin),
        longest_seconds=settings.LONGEST_CALL_SECONDS,
    )


def _guarded(may_begin: MayBegin | None) -> MayBegin:
    def begin(operation: Operation, deadline_seconds: float) -> None:
        if database.in_atomic_block:
            raise OpenTransactionError(f"{operation.name} was to be sent inside a transaction.")
        if may_begin is not None:
            may_begin(operation, deadline_seconds)

    return begin
