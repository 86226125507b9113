"""Which company a connection is, asked when connecting, and what it shows, asked daily."""

from __future__ import annotations

from connectors.errors import ConfigurationError
from connectors.values import ABSENT
from connectors.vendor import Capabilities, Identity, Scope, Tokens
from connectors.vendors.bamboohr import lists
from connectors.vendors.bamboohr.auth import OAUTH
from connectors.vendors.bamboohr.client import SLUG, Client
from connectors.vendors.bamboohr.people import HISTORY_BEGINS_AT
from connectors.vendors.bamboohr.records import ONE_PERSON

REQUIRED_SCOPES = frozenset({"offline_access", "employee", "public.integration"})
USED_LISTS = (
    lists.DEPARTMENT,
    lists.DIVISION,
    lists.JOB_TITLE,
    lists.LOCATION,
    lists.EMPLOYMENT_STATUS,
)


def identify(client: Client) -> Identity:
    """Which company this is; the consent must have been given for the one that was named.

    Raises:
        ConfigurationError: it was given for another company, naming both, or not for what
            nothing works without.
    """
    domain = client.account.config["company_domain"]
    if client.can_list:
        _check_consent(client.account.grant.tokens(), domain)
    client.who_am_i()
    return Identity(account_id=domain, title=client.read_company() or domain, subject=domain)


def probe(client: Client) -> Capabilities:
    """What the connection shows: lists, and fields of a person; others are left out silently."""
    shown = client.read_lists()
    unreadable = _unreadable_fields(client)
    return Capabilities(
        facts={
            "reads_people_by": "list" if client.can_list else "report",
            "lists": sorted(row.alias for row in shown),
            "editable_lists": sorted(row.alias for row in shown if row.is_manageable),
            "unreadable_fields": unreadable,
        },
        warnings=(
            *(
                f"BambooHR did not grant the right {scope.name}: {scope.why}"
                for scope in _missing_scopes(client)
            ),
            *(
                f"BambooHR does not show {what} to this connection: give its user access to it."
                for what in (
                    *(
                        f"the list {alias!r}"
                        for alias in USED_LISTS
                        if not lists.named(alias, shown)
                    ),
                    *(f"the field {name!r} of people" for name in unreadable),
                )
            ),
        ),
    )


def _check_consent(tokens: Tokens, domain: str) -> None:
    consented = tokens.facts.get("companyDomain", domain)
    if consented.lower() != domain:
        raise ConfigurationError(
            f"The consent was given for the BambooHR company {consented}, but the connection "
            f"names {domain}. Correct the company, or give the consent there.",
            vendor=SLUG,
        )
    for scope in OAUTH.missing_scopes(tokens.scopes):
        if scope.name in REQUIRED_SCOPES:
            raise ConfigurationError(
                f"BambooHR did not grant the right {scope.name}, which is needed: {scope.why} "
                "Let an administrator give the consent.",
                vendor=SLUG,
            )


def _missing_scopes(client: Client) -> tuple[Scope, ...]:
    if not client.can_list:
        return ()
    return OAUTH.missing_scopes(client.account.grant.tokens().scopes)


def _unreadable_fields(client: Client) -> list[str]:
    """What the read of one person leaves out; none where there is nobody to look at."""
    person_id = _anybody(client)
    record = client.read_person(person_id) if person_id else None
    if record is None or record.is_gone:
        return []
    return [theirs for ours, theirs in ONE_PERSON.items() if getattr(record.value, ours) is ABSENT]


def _anybody(client: Client) -> str:
    changes = client.read_changes(HISTORY_BEGINS_AT).changes
    return next((change.person_id for change in changes if not change.is_deleted), "")
