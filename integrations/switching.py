"""Switches integrations on and off, and starts them by hand."""

from __future__ import annotations

from django.db import transaction

from integrations import schedule, wake
from integrations.engine import marks
from integrations.engine.run import legs
from integrations.models import Connection, Integration
from integrations.webhooks import subscriptions

PAUSED_BY_A_PERSON = "Paused by a person."
"""The reason of a pause that somebody wanted; every other one asks for somebody."""


class SwitchError(Exception):
    """The integration cannot be switched now; the message says what to do first."""


def switch_on(integration: Integration) -> None:
    """Let it run by itself from now on.

    Raises:
        SwitchError: it is closed, its match review is not confirmed, one of its connections does
            not work, or another integration writes the same records and nobody chose who leads.
    """
    if integration.reviewed_at is None:
        raise SwitchError(
            "Its match review is not confirmed: draw it up, look at it, and confirm it first."
        )
    for connection in (integration.source, integration.target):
        if connection.status != Connection.Status.ACTIVE:
            raise SwitchError(
                f"The connection {connection} is not active "
                f"({connection.get_status_display()}): connect it first."
            )
    _begin(integration)
    integration.refresh_from_db()
    schedule.keep(integration)
    subscriptions.look_after((integration.source_id, integration.target_id))
    if any(not marks.is_open(integration, leg.name) for leg in legs(integration)):
        # Has the first preview drawn up: nothing is written before somebody approves it.
        wake.poll(integration.pk)
    wake.drain(integration.target_id)


def _begin(integration: Integration) -> None:
    with transaction.atomic():
        integration.refresh_from_db(fields=["options"])
        if overlap := integration.refused_overlap(begins=True):
            raise SwitchError(overlap)
        is_switched = (
            Integration.objects.filter(pk=integration.pk)
            .exclude(status=Integration.Status.CLOSED)
            .update(status=Integration.Status.ON, status_reason="")
        )
    if not is_switched:
        raise SwitchError("It is closed: install the flow anew.")


def pause(integration: Integration) -> None:
    """Let nothing new begin; what is under way ends.

    Raises:
        SwitchError: it does not run.
    """
    if not Integration.objects.filter(pk=integration.pk, status=Integration.Status.ON).update(
        status=Integration.Status.PAUSED, status_reason=PAUSED_BY_A_PERSON
    ):
        raise SwitchError("It is not switched on.")
    integration.refresh_from_db()
    schedule.keep(integration)
    subscriptions.look_after((integration.source_id, integration.target_id))


def poll_now(integration: Integration) -> bool:
    """Have its sources read at once by a worker; False where the broker is away.

    Raises:
        SwitchError: it is not switched on.
    """
    if integration.status != Integration.Status.ON:
        raise SwitchError("It is not switched on: switch it on first.")
    return wake.poll(integration.pk)
