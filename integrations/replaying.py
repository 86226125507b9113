"""Runs one entry again: read now, mapped as of now; only what is missing is written."""

from __future__ import annotations

from audit.models import Entry, SyncRun
from integrations import registry
from integrations.engine import rows
from integrations.engine.run import LegRun, legs
from integrations.models import Integration, Record


class ReplayError(Exception):
    """The entry cannot be replayed; the message says why and what to do."""


def replay(entry_id: int) -> Entry:
    """Work the entry's record again; answers the new entry, which points to the old one.

    Nothing that is stored is ever sent: a body only shows what was sent then.

    Raises:
        ReplayError: there is no such entry, its integration does not run, or its record is in
            somebody's hands just now.
    """
    entry = Entry.objects.filter(pk=entry_id).first()
    if entry is None:
        raise ReplayError(f"There is no entry {entry_id}: look it up in the record's trail.")
    integration = (
        Integration.objects.select_related("tenant", "source", "target")
        .filter(pk=entry.integration_id, status=Integration.Status.ON)
        .first()
    )
    record = Record.objects.filter(pk=entry.record_id).first()
    if integration is None or record is None:
        raise ReplayError(f"The integration of entry {entry_id} is not switched on.")
    leg = registry.flow(integration.flow).leg(entry.leg)
    if leg not in legs(integration):
        raise ReplayError(f"{leg.title} is off: switch it on in the integration's options first.")
    row_id = rows.ask_for(integration, leg.name, entry.source_id)
    run = LegRun(integration, leg, SyncRun.Trigger.REPLAY, width=1, replay_of_id=entry.pk)
    ended = run.work_these([row_id])
    replayed = Entry.objects.filter(run=ended, replay_of=entry).first()
    if replayed is None:
        raise ReplayError(
            ended.state_reason
            or "The record is being worked just now; what was asked for is done after that."
        )
    return replayed
