"""Acumatica: employees and the general ledger, over the contract-based REST API of a tenant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from connectors.transport import Door
from connectors.vendor import Account, Field, Limits, Vendor
from connectors.vendors.acumatica import instance
from connectors.vendors.acumatica.auth import OAUTH, sign_in
from connectors.vendors.acumatica.client import Client
from connectors.vendors.acumatica.identity import identify, probe
from connectors.vendors.acumatica.refusals import judge
from connectors.vendors.acumatica.webhooks import WEBHOOKS

ENDPOINT: Final = "Default"
VERSION: Final = "24.200.001"


def budget(config: Mapping[str, str]) -> str:
    """Acumatica queues the calls of all tenants and integrations of an instance together."""
    return f"{instance.SLUG}:{instance.instance_name(config)}"


def open_client(door: Door, account: Account) -> Client:
    """A client of this account."""
    config = account.config
    auth = sign_in(door, VENDOR, account)
    return Client(
        door.session(VENDOR, instance.origin(config), budget(config), auth),
        account,
        instance_path=instance.instance_path(config),
        endpoint=f"{config.get('endpoint') or ENDPOINT}/{config.get('version') or VERSION}",
        extension=config.get("extension", ""),
        tenant=instance.tenant(account),
    )


VENDOR = Vendor(
    slug=instance.SLUG,
    title="Acumatica",
    summary="Employees with department, branch, class and history; journals of the ledger.",
    fields=(
        Field(
            "instance_url",
            "Instance address",
            help="The address at which you open Acumatica, with an instance name if it has one.",
            example="https://acme.acumatica.com",
            clean=instance.clean_instance_url,
        ),
        Field(
            "endpoint",
            "Endpoint",
            help="The web service endpoint to use; Default unless your partner says otherwise.",
            example=ENDPOINT,
            required=False,
            default=ENDPOINT,
            clean=instance.clean_endpoint,
        ),
        Field(
            "version",
            "Endpoint version",
            help="Of the endpoint, not of Acumatica; a wrong one is answered with those you have.",
            example=VERSION,
            required=False,
            default=VERSION,
            clean=instance.clean_version,
        ),
        Field(
            "extension",
            "Your own endpoint",
            help="Name and version of an endpoint of yours that has departments (and positions, "
            "classes); without one departments are only read.",
            example="MLConnector/24.200.001",
            required=False,
            clean=instance.clean_extension,
        ),
        Field(
            "username",
            "User name",
            help="Only where OAuth cannot be used. Leave it empty otherwise.",
            example="apiuser",
            required=False,
        ),
        Field(
            instance.PASSWORD,
            "Password",
            help="Of that user; its first-login password change must be done.",
            secret=True,
            required=False,
        ),
        Field(
            "tenant",
            "Tenant",
            help="Only with a user name: the tenant's log-in name on Tenants (SM203520).",
            example="Company",
            required=False,
        ),
    ),
    origin=instance.origin,
    open=open_client,
    identify=identify,
    probe=probe,
    # A throttled instance delays instead of refusing, and declines what does not fit its queue.
    limits=Limits(concurrent_calls=3),
    budget=budget,
    judge=judge,
    oauth=OAUTH,
    webhooks=WEBHOOKS,
)
