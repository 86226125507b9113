"""Which tenant a connection is, asked when connecting, and what it can do, asked daily."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from connectors.errors import ConfigurationError
from connectors.vendor import Capabilities, Identity
from connectors.vendors.acumatica import departments, instance
from connectors.vendors.acumatica.auth import OAUTH
from connectors.vendors.acumatica.client import Client, Entry
from connectors.vendors.acumatica.departments import CodeList, Rung
from connectors.vendors.acumatica.records import Endpoint

CODE_LISTS: Final[dict[str, CodeList]] = {
    "departments": departments.DEPARTMENTS,
    "positions": departments.POSITIONS,
    "employee_classes": departments.EMPLOYEE_CLASSES,
}
FEATURES: Final[dict[str, str]] = {"projects": "Project", "subaccounts": "Subaccount"}
"""Facts and the entity that is refused where the feature is off."""
BOOKS: Final[dict[str, str]] = {
    "accounts": "Account",
    "financial_periods": "FinancialPeriod",
    "journals": "JournalTransaction",
}
"""Facts and the entity that the general ledger needs; each says how it can be read."""


def identify(client: Client) -> Identity:
    """Which tenant of which instance this is; what the connection names must be offered there.

    Raises:
        ConfigurationError: an endpoint or version is not offered; names those that are.
        CredentialError: the consent or log-in is not accepted.
    """
    offered = client.read_endpoints()
    for wanted in filter(None, (client.endpoint, client.extension)):
        _check_offered(wanted, offered)
    # The list of endpoints is shown to anybody: only a read of a record proves the sign-in.
    client.check_entity("Employee")
    name = instance.instance_name(client.account.config)
    account_id = f"{name}/{client.tenant}"
    return Identity(account_id, title=f"{client.tenant} at {name}", subject=account_id)


def probe(client: Client) -> Capabilities:
    """What this tenant offers, and how its lists can be read."""
    employees = client.check_entity("Employee")
    can_list = employees is Entry.READABLE
    rungs = {
        fact: departments.rung(client, codes) for fact, codes in CODE_LISTS.items() if can_list
    }
    features = {fact: client.check_entity(entity) for fact, entity in FEATURES.items()}
    books = {fact: client.check_entity(entity) for fact, entity in BOOKS.items()}
    return Capabilities(
        facts={
            "endpoints": [f"{row.name}/{row.version}" for row in client.read_endpoints()],
            "employees": str(employees),
            **{fact: str(found) for fact, found in rungs.items()},
            "can_create_departments": rungs.get("departments") is Rung.ENDPOINT,
            "lists_history": client.lists_history,
            **{fact: found is Entry.READABLE for fact, found in features.items()},
            **{fact: str(found) for fact, found in books.items()},
            "user": client.read_user(),
        },
        warnings=(*_grant_warnings(client), *_warnings(employees, rungs)),
    )


def _grant_warnings(client: Client) -> tuple[str, ...]:
    if instance.uses_password(client.account):
        return ("Signing in with a password will end in a future version: use OAuth if you can.",)
    tokens = client.account.grant.tokens()
    missing = OAUTH.missing_scopes(tokens.scopes)
    warnings = tuple(f"Acumatica did not grant {scope.name}: {scope.why}" for scope in missing)
    if tokens.refresh_token:
        return warnings
    return (
        *warnings,
        "Acumatica gave no refresh token, so the connection ends within an hour: check the "
        "refresh token settings on Connected Applications (SM303010).",
    )


def _check_offered(wanted: str, offered: Sequence[Endpoint]) -> None:
    name, _, version = wanted.partition("/")
    versions = sorted((row.version for row in offered if row.name == name), key=_version_order)
    if version in versions:
        return
    if versions:
        sentence = f"offers the endpoint {name} in {_listed(versions)}, not in {version}."
    else:
        names = sorted({row.name for row in offered})
        sentence = f"offers no endpoint {name}; it has {_listed(names) or 'none at all'}."
    raise ConfigurationError(
        f"This Acumatica instance {sentence} Correct it in the connection.", vendor=instance.SLUG
    )


def _version_order(version: str) -> tuple[int, ...]:
    """By component as numbers: 9.1 comes before 24.200.001."""
    return tuple(
        int(part) if part.isascii() and part.isdigit() else 0 for part in version.split(".")
    )


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _warnings(employees: Entry, rungs: dict[str, Rung]) -> list[str]:
    warnings = []
    if employees is not Entry.READABLE:
        warnings.append(
            f"Employees (EP203000) cannot be read ({employees}): give the user's role access."
        )
    if rungs.get("departments") is Rung.IN_USE:
        warnings.append(
            "Departments can be seen only where an employee carries them: add an endpoint that "
            "has Department (EP201500), or give access to OData."
        )
    return warnings
