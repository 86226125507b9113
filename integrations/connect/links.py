"""The links by which customers connect their own accounts: made, shown once, opened, revoked."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from audit.trail import Who
from config import clock
from integrations import actions
from integrations.connect.attempts import digest
from integrations.connect.refusals import ConnectError
from integrations.models import Connection, ConnectLink, Tenant

RANDOM_BYTES = 24
LIFE_DAYS = 14
LONGEST_LIFE_DAYS = 90
# No character that an address would have to escape, and none of base64.
_SIGNER = signing.Signer(sep=".", salt=__name__)


@dataclass(frozen=True, slots=True)
class Made:
    """A new link. Its address is known here and now only: the row keeps a hash."""

    link: ConnectLink
    url: str = field(repr=False)


def make(
    tenant: Tenant, connections: Collection[Connection], by: User, life_days: int = LIFE_DAYS
) -> Made:
    """Make a link with which a customer connects these accounts, and sees nothing else.

    Raises:
        ConnectError: no connection is chosen, or one is closed or another tenant's.
    """
    if not connections:
        raise ConnectError("Choose at least one connection for the link.")
    for connection in connections:
        if connection.tenant_id != tenant.pk:
            raise ConnectError(f"{connection} belongs to another tenant: choose one of {tenant}.")
        if connection.status == Connection.Status.CLOSED:
            raise ConnectError(f"{connection} is closed: make a new connection first.")
    if not 1 <= life_days <= LONGEST_LIFE_DAYS:
        raise ConnectError(f"A link lives 1 to {LONGEST_LIFE_DAYS} days.")
    token = _SIGNER.sign(secrets.token_urlsafe(RANDOM_BYTES))
    now = clock.now()
    with transaction.atomic():
        link = ConnectLink.objects.create(
            tenant=tenant,
            token_digest=digest(token),
            made_by=by,
            made_at=now,
            expires_at=now + timedelta(days=life_days),
        )
        link.connections.set(connections)
        titles = sorted(connection.title for connection in connections)
        actions.note(by, "connectlink.make", link, details={"connections": titles})
    return Made(link, f"{settings.PUBLIC_URL}{reverse('connect:link', args=(token,))}")


def revoke(link: ConnectLink, by: User) -> bool:
    """Let the link open nothing from now on; False where it was revoked before."""
    revoked = ConnectLink.objects.filter(pk=link.pk, revoked_at__isnull=True).update(
        revoked_at=clock.now()
    )
    if revoked:
        actions.note(by, "connectlink.revoke", link)
    return bool(revoked)


def opened_by(token: str) -> ConnectLink | None:
    """The link that a token opens now; None alike for an unknown, an expired, a revoked one."""
    try:
        _SIGNER.unsign(token)
    except signing.BadSignature:
        return None
    return living().select_related("tenant").filter(token_digest=digest(token)).first()


def living() -> QuerySet[ConnectLink]:
    """The links that open something now."""
    return ConnectLink.objects.filter(expires_at__gt=clock.now(), revoked_at__isnull=True)


def connections_of(link: ConnectLink) -> QuerySet[Connection]:
    """What the link may connect and show; of its own tenant, whatever the table says."""
    return link.connections.select_related("app", "tenant").filter(tenant_id=link.tenant_id)


def customer_of(link: ConnectLink) -> Who:
    """Whoever holds the link, as the trail names him."""
    return Who(None, f"the customer, by connect link {link.pk}")
