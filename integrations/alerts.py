"""Tells people by mail what waits for them: each cause once, one mail however many there are.

A mail leaves the house: it names connections, integrations and kinds of problems, never a person
or a value from a record.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage, get_connection
from django.db import models
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse

from config import clock
from integrations import switching
from integrations.models import Connection, Integration, Membership, Problem, Tenant
from integrations.reasons import ReasonClass

log = logging.getLogger(__name__)

TOLD_ROLES = (Membership.Role.ADMINISTRATOR, Membership.Role.OPERATOR, Membership.Role.APPROVER)
TOLD_OTHERWISE = (ReasonClass.CREDENTIAL, ReasonClass.CONFIGURATION)
"""Their connection or integration is told of."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One cause that a person must mend, and the rows that are told of with it."""

    tenant_id: int
    title: str
    sentence: str
    path: str
    rows: tuple[models.Model, ...]

    @property
    def url(self) -> str:
        """Where it is mended."""
        return f"{settings.PUBLIC_URL}{self.path}"


def send() -> int:
    """Send what was not told yet, one mail per tenant and person; answers how many mails.

    What could not be sent is told next time; after a crash in the middle some may hear twice.
    """
    by_tenant = defaultdict[int, list[Alert]](list)
    for alert in chain(_connections(), _integrations(), _problems()):
        by_tenant[alert.tenant_id].append(alert)
    return sum(_tell(tenant_id, alerts) for tenant_id, alerts in sorted(by_tenant.items()))


def _tell(tenant_id: int, alerts: list[Alert]) -> int:
    tenant = Tenant.objects.get(pk=tenant_id)
    addresses = _addresses(tenant)
    if not addresses:
        log.warning("nobody at tenant %s has a mail address: %s untold", tenant_id, len(alerts))
    text = render_to_string("mails/alert.txt", {"tenant": tenant.name, "notices": alerts})
    subject = f"{tenant.name}: {alerts[0].title}"
    if len(alerts) > 1:
        subject = f"{tenant.name}: {len(alerts)} things wait for a person"
    mails = [
        EmailMessage(" ".join(subject.split()), text.strip() + "\n", to=[address])
        for address in addresses
    ]
    try:
        get_connection().send_messages(mails)
    except (SMTPException, OSError) as error:
        log.warning("alerts of tenant %s were not sent: %s", tenant_id, type(error).__name__)
        return 0
    for alert in alerts:
        _note_told(alert.rows)
    return len(mails)


def _addresses(tenant: Tenant) -> list[str]:
    """Those who may mend something there; who sees everything is told nothing of everybody."""
    told = User.objects.filter(
        Q(memberships__tenant=tenant) | Q(memberships__tenant__isnull=True),
        is_active=True,
        memberships__role__in=TOLD_ROLES,
    ).exclude(email="")
    return sorted(set(told.values_list("email", flat=True)))


def _note_told(rows: Iterable[models.Model]) -> None:
    now = clock.now()
    for row in rows:
        type(row)._default_manager.filter(pk=row.pk).update(alerted_at=now)


def _connections() -> list[Alert]:
    refused = Connection.objects.filter(
        status=Connection.Status.NEEDS_REAUTH, alerted_at__isnull=True
    )
    return [
        Alert(
            connection.tenant_id,
            f"{connection.title} needs a new consent",
            f"{connection.get_vendor_display()} no longer lets us in. Open the connection and "
            "press Connect; what waited goes on by itself.",
            reverse("admin:integrations_connection_change", args=(connection.pk,)),
            (connection,),
        )
        for connection in refused.order_by("pk")
    ]


def _integrations() -> list[Alert]:
    paused = Integration.objects.filter(
        status=Integration.Status.PAUSED, alerted_at__isnull=True
    ).exclude(status_reason=switching.PAUSED_BY_A_PERSON)
    return [
        _of_stopped(integration)
        for integration in paused.select_related("source", "target").order_by("pk")
    ]


def _of_stopped(integration: Integration) -> Alert:
    """Tells what is to be done: a connection that was ended cannot be switched on again."""
    ends = (integration.source.status, integration.target.status)
    title = f"{integration.title} was paused"
    remedy = "Mend it, then switch the integration on again."
    if Connection.Status.CLOSED in ends:
        title = f"{integration.title} is disconnected"
        remedy = (
            "Nothing is carried any more. If that was not meant: connect the account anew, and "
            "install the flow anew between the connections that there are then."
        )
    return Alert(
        integration.tenant_id,
        title,
        f"{integration.status_reason} {remedy}",
        reverse("admin:integrations_integration_change", args=(integration.pk,)),
        (integration,),
    )


def _problems() -> list[Alert]:
    """All new problems of one integration and kind together, without what they are about."""
    new = Problem.objects.filter(closed_at__isnull=True, alerted_at__isnull=True).exclude(
        reason_class__in=TOLD_OTHERWISE
    )
    by_kind = defaultdict[tuple[int, str], list[Problem]](list)
    for problem in new.select_related("integration").order_by("integration_id", "code", "pk"):
        by_kind[problem.integration_id, problem.code].append(problem)
    return [_of_kind(problems) for _, problems in sorted(by_kind.items())]


def _of_kind(problems: list[Problem]) -> Alert:
    first = problems[0]
    times = "one new problem" if len(problems) == 1 else f"{len(problems)} new problems"
    return Alert(
        first.integration.tenant_id,
        f"{first.integration.title}: {times}",
        f"{first.code.replace('_', ' ').capitalize()}. Records may wait for it.",
        reverse("admin:integrations_problem_changelist"),
        tuple(problems),
    )
