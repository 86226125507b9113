"""Whether an integration is told of changes at once, in an operator's sentence."""

from __future__ import annotations

from django.conf import settings

from connectors import registry as vendors
from integrations.engine.access import source_of
from integrations.engine.run import legs
from integrations.models import Connection, Integration, Subscription
from integrations.telling import instant
from integrations.webhooks import listening

BY_POLLING = "Changes are found by polling alone"


def told_how(integration: Integration) -> str:
    """One sentence for each connection whose vendor can tell."""
    ends = {
        end.pk: end
        for leg in legs(integration)
        if leg.notices and listening.subscribing_of(end := source_of(integration, leg)) is not None
    }
    if not ends:
        return f"{BY_POLLING}: nothing that it reads is told by webhooks."
    if not listening.has_public_url():
        return (
            f"{BY_POLLING}: PUBLIC_URL, {settings.PUBLIC_URL}, is no public https address that "
            "vendors could post to."
        )
    return " ".join(_of(end) for end in ends.values())


def _of(connection: Connection) -> str:
    title = vendors.vendor(connection.vendor).title
    row = (
        Subscription.objects.filter(connection=connection)
        .exclude(state=Subscription.State.CLOSED)
        .defer("sealed")
        .first()
    )
    if row is None:
        return f"{title} tells nothing while it is not switched on."
    if row.state != Subscription.State.ACTIVE:
        reason = row.state_reason or "It is being asked for."
        return f"{title} does not tell of changes yet, they are found by polling: {reason}"
    told = f"{title} tells of changes at once"
    if row.checked_at is not None:
        told += f" (checked {instant(row.checked_at)})"
    if row.untold_count:
        changes = "1 change" if row.untold_count == 1 else f"{row.untold_count} changes"
        told += f"; {changes} came to light by polling alone"
    return f"{told}."
