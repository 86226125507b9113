"""What the commands that name an integration share."""

from __future__ import annotations

from django.core.management.base import CommandError

from integrations import registry
from integrations.engine.run import legs
from integrations.flow import Leg
from integrations.models import Connection, Integration


def integration_named(text: str) -> Integration:
    """The integration of this id or title.

    Raises:
        CommandError: there is none; names those there are.
    """
    rows = Integration.objects.select_related("tenant", "source", "target")
    found = list(rows.filter(pk=text) if text.isdigit() else rows.filter(title=text))
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(str(one.pk) for one in found)
        raise CommandError(f"Several integrations are called {text!r}: name one by its id, {ids}.")
    known = ", ".join(f"{one.pk} {one.title!r}" for one in rows) or "none yet"
    raise CommandError(f"No integration {text!r}. There are: {known}.")


def legs_named(integration: Integration, name: str | None) -> tuple[Leg, ...]:
    """The leg of this name, or all that are on.

    Raises:
        CommandError: the flow has no such leg, or it is switched off; names those there are.
    """
    running = legs(integration)
    if name is None:
        return running
    try:
        leg = registry.flow(integration.flow).leg(name)
    except LookupError as error:
        raise CommandError(str(error)) from error
    if leg not in running:
        raise CommandError(
            f"{leg.title} is off in {integration}: its options say so, or its target cannot do it."
        )
    return (leg,)


def refuse_unready(integration: Integration) -> None:
    """Stop with what to do where the integration cannot run now."""
    if integration.status != Integration.Status.ON:
        why = f": {integration.status_reason}" if integration.status_reason else ""
        raise CommandError(
            f"{integration} is {integration.get_status_display()}{why}. Switch it on in the admin."
        )
    for connection in (integration.source, integration.target):
        if connection.status != Connection.Status.ACTIVE:
            raise CommandError(
                f"{connection} is {connection.get_status_display()}: connect it in the admin."
            )
