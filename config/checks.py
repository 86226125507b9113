"""System checks of what contradicts itself: each with an id, what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DEFAULT_DB_ALIAS, connection

from audit import append_only
from config.starting import START_TAG
from connectors import registry as vendor_registry
from integrations import key_proof
from integrations import registry as flow_registry

TAG = "ml_connector"


def register_checks() -> None:
    """Let ``manage.py check``, and every command that checks before it works, find them."""
    for check in (vendors_load, flows_load, keys_differ):
        register(check, TAG)
    register(keys_open_what_is_stored, Tags.database, START_TAG)
    register(trail_is_guarded, Tags.database)


def vendors_load(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Every folder among the vendors declares one: a broken vendor must not look like none."""
    try:
        vendor_registry.vendors()
    except (vendor_registry.BrokenVendorError, ImportError) as error:
        return [
            Error(
                f"A vendor cannot be loaded: {error}",
                hint="Mend its folder in connectors/vendors, or remove it.",
                id="ml_connector.E001",
            )
        ]
    return []


def flows_load(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Every folder among the flows declares one."""
    try:
        flow_registry.flows()
    except (flow_registry.FlowMissingError, ImportError) as error:
        return [
            Error(
                f"A flow cannot be loaded: {error}",
                hint="Mend its folder in integrations/flows, or remove it.",
                id="ml_connector.E002",
            )
        ]
    return []


def keys_differ(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """One key for one purpose: a leaked cookie secret must not open what is encrypted."""
    if settings.SECRET_KEY not in settings.FERNET_KEYS:
        return []
    return [
        Error(
            "SECRET_KEY is one of FERNET_KEYS.",
            hint="Make a SECRET_KEY of its own: secrets.token_urlsafe(50).",
            id="ml_connector.E003",
        )
    ]


def keys_open_what_is_stored(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **kwargs: object,
) -> list[CheckMessage]:
    """Wrong keys are found before the first secret is needed, or sealed with them."""
    if DEFAULT_DB_ALIAS not in (databases or ()) or key_proof.stands():
        return []
    return [
        Error(
            "FERNET_KEYS are not those that this database was written with.",
            hint="Put the right keys back, the newest first; on the embedded default restore "
            "var/keys from the backup that belongs to the database.",
            id="ml_connector.E004",
        )
    ]


def trail_is_guarded(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **kwargs: object,
) -> list[CheckMessage]:
    """The triggers that keep the trail append-only stand, with the text that they were given."""
    if DEFAULT_DB_ALIAS not in (databases or ()) or not _is_migrated():
        return []
    gone = append_only.missing(connection)
    if not gone:
        return []
    return [
        Error(
            f"Triggers of the trail are missing or altered: {', '.join(gone)}.",
            hint="Find out who took them away, then run `manage.py guard_trail`.",
            id="ml_connector.E005",
        )
    ]


def _is_migrated() -> bool:
    return set(append_only.TABLES) <= set(connection.introspection.table_names())
