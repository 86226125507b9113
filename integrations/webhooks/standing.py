"""Whether an integration is told of changes at once, in an operator's sentence."""

from __future__ import annotations

from django.conf import settings

from connectors import registry as vendors
from integrations import schedule
from integrations.engine.access import source_of
from integrations.engine.run import legs
from integrations.models import Connection, Integration, Subscription
from integrations.telling import instant
from integrations.webhooks import listening

BY_POLLING = "Changes are found by polling alone, every {minutes} minutes"


def told_how(integration: Integration) -> str:
    """One sentence for each connection whose vendor can tell."""
    ends = _telling(integration)
    by_polling = BY_POLLING.format(minutes=polled_minutes(integration))
    if not ends:
        return f"{by_polling}: nothing that it reads is told by webhooks."
    if not listening.has_public_url():
        return (
            f"{by_polling}: PUBLIC_URL, {settings.PUBLIC_URL}, is no public https address that "
            "vendors could post to."
        )
    return " ".join(_of(end) for end in ends.values())


def polled_minutes(integration: Integration) -> int:
    """How often its sources are read while it is on."""
    return int(schedule.interval_of(integration).total_seconds()) // 60


def pace_of(integration: Integration) -> str:
    """How soon a change is found, in a customer's sentence."""
    looked = f"looked for every {polled_minutes(integration)} minutes"
    if _telling(integration) and listening.has_public_url():
        return f"Changes are told at once, and {looked} besides."
    return f"Changes are {looked}: webhooks are off."


def _telling(integration: Integration) -> dict[int, Connection]:
    """The connections whose vendor can tell of what the integration reads."""
    return {
        end.pk: end
        for leg in legs(integration)
        if leg.notices and listening.subscribing_of(end := source_of(integration, leg)) is not None
    }


def _of(connection: Connection) -> str:
    title = vendors.vendor(connection.vendor).title
    row = listening.open_rows(connection).defer("sealed").first()
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
