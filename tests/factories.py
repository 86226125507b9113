"""Rows with sensible defaults: plain functions, everything overridable by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count

from django.contrib.auth.models import Permission, User

from config import clock
from connectors.vendor import Tokens
from integrations import registry
from integrations.engine import marks
from integrations.grants import write_tokens
from integrations.models import (
    Connection,
    Grant,
    Integration,
    Membership,
    OAuthApp,
    Problem,
    Record,
    Subscription,
    Tenant,
)
from integrations.models import Mapping as MappingRow

NUMBERS = count(1)
CONFIGS: Mapping[str, Mapping[str, str]] = {
    "bamboohr": {"company_domain": "northwind"},
    "acumatica": {
        "instance_url": "https://northwind.acumatica.com",
        "endpoint": "Default",
        "version": "24.200.001",
        "extension": "MLConnector/24.200.001",
    },
    "rolodex": {"company": "northwind"},
    "homestead": {"address": "https://house.example"},
}


def make_tenant(name: str = "", time_zone: str = "America/Denver") -> Tenant:
    """A customer company."""
    return Tenant.objects.create(name=name or f"Northwind {next(NUMBERS)}", time_zone=time_zone)


def make_user(*, is_staff: bool = True, is_superuser: bool = True) -> User:
    """Somebody who may do everything in the admin, unless told otherwise."""
    return User.objects.create(
        username=f"user-{next(NUMBERS)}", is_staff=is_staff, is_superuser=is_superuser
    )


def make_member(
    tenant: Tenant | None,
    role: Membership.Role = Membership.Role.ADMINISTRATOR,
    permissions: Sequence[str] | None = (),
) -> User:
    """Somebody of the staff who belongs to this tenant, or to all with None.

    ``permissions`` are Django's by codename, beside what his role brings; None is every one.
    """
    user = make_user(is_superuser=False)
    granted = Permission.objects.all()
    if permissions is not None:
        granted = granted.filter(codename__in=permissions)
    user.user_permissions.set(granted)
    Membership.objects.create(user=user, tenant=tenant, role=role)
    return user


def make_app(
    vendor: str = "bamboohr",
    tenant: Tenant | None = None,
    client_id: str = "",
    client_secret: str = "client-secret",
) -> OAuthApp:
    """Our app at a vendor, with its secret; the installation's own unless a tenant is given."""
    app = OAuthApp(vendor=vendor, tenant=tenant, client_id=client_id or f"client-{next(NUMBERS)}")
    app.seal({"client_secret": client_secret})
    app.save()
    return app


def make_connection(
    tenant: Tenant | None = None,
    vendor: str = "bamboohr",
    *,
    app: OAuthApp | None = None,
    config: Mapping[str, str] | None = None,
    title: str = "",
    is_sandbox: bool = True,
) -> Connection:
    """A connection that waits for its first consent."""
    number = next(NUMBERS)
    return Connection.objects.create(
        tenant=tenant or make_tenant(),
        vendor=vendor,
        title=title or f"{vendor} {number}",
        app=app,
        config=dict(CONFIGS.get(vendor, {}) if config is None else config),
        is_sandbox=is_sandbox,
    )


def make_connected(
    tenant: Tenant | None = None,
    vendor: str = "bamboohr",
    *,
    app: OAuthApp | None = None,
    tokens: Tokens | None = None,
    account_id: str = "",
    config: Mapping[str, str] | None = None,
    is_sandbox: bool = True,
) -> Connection:
    """An active connection with a stored consent."""
    connection = make_connection(
        tenant, vendor, app=app or make_app(vendor), config=config, is_sandbox=is_sandbox
    )
    connection.account_id = account_id or f"account-{next(NUMBERS)}"
    connection.account_title = connection.account_id.capitalize()
    grant = Grant(vendor=vendor, app=connection.app, subject=connection.account_id)
    write_tokens(grant, tokens or Tokens("access-1", "refresh-1"))
    grant.save()
    connection.grant = grant
    connection.status = Connection.Status.ACTIVE
    connection.save()
    return connection


def make_integration(
    source: Connection | None = None,
    target: Connection | None = None,
    *,
    flow: str = "bamboohr_to_acumatica",
    status: Integration.Status = Integration.Status.ON,
    options: Mapping[str, str] | None = None,
) -> Integration:
    """An installed flow between two active connections of one tenant, whose legs all run."""
    tenant = source.tenant if source is not None else make_tenant()
    integration = Integration.objects.create(
        tenant=tenant,
        flow=flow,
        title=f"{flow} {next(NUMBERS)}",
        source=source or make_connected(tenant, "bamboohr"),
        target=target or make_connected(tenant, "acumatica"),
        status=status,
        options=dict(options or {}),
        reviewed_at=clock.now(),
    )
    open_legs(integration)
    return integration


def open_legs(integration: Integration) -> None:
    """As if the first preview of each leg had been posted."""
    for leg in registry.flow(integration.flow).legs:
        marks.open_leg(integration, leg.name)


def make_subscription(
    connection: Connection,
    *,
    secret: str = "",
    vendor_id: str = "4",
    state: Subscription.State = Subscription.State.ACTIVE,
) -> Subscription:
    """A webhook subscription that stands at the vendor; without a secret it waits for one."""
    subscription = Subscription(
        tenant=connection.tenant,
        vendor=connection.vendor,
        connection=connection,
        vendor_id=vendor_id,
        state=state,
    )
    if secret:
        subscription.seal({"current": secret})
    subscription.save()
    return subscription


def make_record(
    integration: Integration,
    *,
    leg: str = "employees",
    source_id: str = "",
    state: Record.State = Record.State.SYNCED,
    reasons: Sequence[Mapping[str, object]] = (),
    title: str = "",
) -> Record:
    """One source record and where it stands."""
    record = Record.objects.create(
        integration=integration,
        leg=leg,
        source_id=source_id or str(next(NUMBERS)),
        title=title,
        state=state,
        reasons=list(reasons),
    )
    if state == Record.State.HELD:
        record.problems.set([make_problem(integration, reason) for reason in reasons])
    return record


def make_problem(integration: Integration, reason: Mapping[str, object]) -> Problem:
    """The open problem of a held record's reason."""
    facts = reason.get("facts")
    about = (
        f"{facts['mapping']}:{facts['value']}"
        if isinstance(facts, Mapping) and "mapping" in facts
        else "x"
    )
    problem, _ = Problem.objects.get_or_create(
        integration=integration,
        code=str(reason["code"]),
        subject=about,
        closed_at=None,
        defaults={"sentence": str(reason.get("sentence", ""))},
    )
    return problem


def make_mapping(
    integration: Integration,
    source_key: str,
    *,
    kind: str = "department",
    target: Mapping[str, str] | None = None,
    state: MappingRow.State = MappingRow.State.UNMAPPED,
) -> MappingRow:
    """A row of the mapping table; ``source_key`` as it is stored, a JSON list."""
    return MappingRow.objects.create(
        integration=integration,
        kind=kind,
        source_key=source_key,
        target=dict(target or {}),
        state=state,
    )
