"""Asks an account at a vendor who it is and what it can do, before anything is stored."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from connectors import registry as vendors
from connectors.vendor import Capabilities, GrantStore, Identity, Scope, Vendor
from integrations.connect.refusals import ConnectError
from integrations.engine.access import open_client
from integrations.models import Connection


@dataclass(frozen=True, slots=True)
class Answered:
    """Who the account says it is, and what it can do."""

    identity: Identity
    capabilities: Capabilities

    def capabilities_json(self) -> dict[str, object]:
        """The form that connections keep."""
        return {
            "facts": dict(self.capabilities.facts),
            "warnings": list(self.capabilities.warnings),
        }


def ask(connection: Connection, grant: GrantStore, granted: Sequence[str]) -> Answered:
    """Ask the account that ``grant`` opens; ``granted`` are its scopes, empty where none are told.

    Raises:
        ConnectError: it is another account than the connection's, is tied to another connection
            of the tenant, or lacks a right that is required.
        ConnectorError: the vendor's own refusal.
    """
    vendor = vendors.vendor(connection.vendor)
    missing = _missing_scopes(vendor, granted)
    if required := [scope for scope in missing if scope.required]:
        raise ConnectError(
            f"The consent at {vendor.title} lacks rights that are needed: {_listed(required)} "
            "Have them allowed there and connect again."
        )
    with closing(open_client(connection, grant=grant)) as client:
        identity: Identity = vendor.identify(client)
        _refuse_another_account(connection, vendor, identity)
        refuse_taken(connection, identity)
        capabilities = vendor.probe(client)
    warnings = [f"The consent lacks the right {_listed([scope])}" for scope in missing]
    return Answered(
        identity,
        Capabilities(capabilities.facts, (*capabilities.warnings, *warnings)),
    )


def refuse_taken(connection: Connection, identity: Identity) -> None:
    """One account is one connection of a tenant, or two would write over each other.

    Raises:
        ConnectError: another open connection of the tenant is tied to the account; names it.
    """
    other = (
        Connection.objects.filter(
            tenant_id=connection.tenant_id,
            vendor=connection.vendor,
            account_id=identity.account_id,
        )
        .exclude(pk=connection.pk)
        .exclude(status=Connection.Status.CLOSED)
        .first()
    )
    if other is not None:
        raise ConnectError(
            f"{_named(identity.title, identity.account_id)} is connected already as {other}: "
            "use that connection."
        )


def _missing_scopes(vendor: Vendor, granted: Sequence[str]) -> list[Scope]:
    """A token answer that names no scopes grants all that were asked for (RFC 6749, 5.1)."""
    if vendor.oauth is None or not granted:
        return []
    return [scope for scope in vendor.oauth.scopes if scope.name not in granted]


def _refuse_another_account(connection: Connection, vendor: Vendor, identity: Identity) -> None:
    if connection.account_id in ("", identity.account_id):
        return
    own = _named(connection.account_title, connection.account_id)
    raise ConnectError(
        f"This connection belongs to the {vendor.title} account {own}, but the access was given "
        f"for {_named(identity.title, identity.account_id)}. Sign in there as {own} and connect "
        "again, or make a new connection for the other account."
    )


def _named(title: str, account_id: str) -> str:
    return f"{title} ({account_id})" if title and title != account_id else account_id


def _listed(scopes: Sequence[Scope]) -> str:
    return " ".join(f"{scope.name}: {scope.why}" for scope in scopes)
