"""Looks at each OAuth app, connection and integration, testing every access end to end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Min, Q

from config import clock
from connectors.errors import ConnectorError
from connectors.redaction import printable
from integrations import registry, switching
from integrations.connect import service
from integrations.connect.refusals import ConnectError
from integrations.doctor.findings import Finding, act, fine, note
from integrations.engine import due
from integrations.models import Connection, Integration, Mapping, OAuthApp
from integrations.webhooks import standing

LATE = timedelta(minutes=15)
"""Work that has been due for so long is done by nobody."""


def look_at_tenants() -> Iterator[Finding]:
    """What there is to say of every tenant's side."""
    yield from _apps()
    yield from _connections()
    yield from _integrations()
    yield _oldest_due()


def _apps() -> Iterator[Finding]:
    for app in OAuthApp.objects.order_by("vendor", "client_id"):
        about = f"OAuth app {printable(str(app))}"
        remedy = "Enter its client secret on its page."
        try:
            has_secret = bool(app.credentials().client_secret)
        except ConnectorError as error:
            yield act(about, printable(error.summary), remedy)
            continue
        if has_secret:
            yield fine(about, "Its client secret is stored.")
        else:
            yield act(about, "It has no client secret.", remedy)


def _connections() -> Iterator[Finding]:
    rows = Connection.objects.select_related("tenant", "app").order_by("tenant", "vendor", "pk")
    for row in rows.exclude(status=Connection.Status.CLOSED):
        yield from _connection(row)


def _connection(row: Connection) -> Iterator[Finding]:
    about = f"connection {printable(f'{row.tenant}: {row}')}"
    if row.status == Connection.Status.PENDING:
        yield note(about, "It was never connected.", "Connect it on its page, or delete it.")
        return
    try:
        capabilities = service.check(row)
    except ConnectError as error:
        yield act(about, printable(str(error)), "See its page.")
        return
    except ConnectorError as error:
        yield act(about, printable(error.summary), "Mend that, then test it on its page.")
        return
    row.refresh_from_db(fields=["status", "status_reason"])
    if row.status == Connection.Status.PAUSED:
        yield act(
            about,
            f"It works and is paused: {printable(row.status_reason) or 'no reason is noted.'}",
            "Mend what paused it, then connect it again on its page.",
        )
        return
    yield fine(about, "It works.")
    for warning in capabilities.warnings:
        yield note(about, printable(warning))


def _integrations() -> Iterator[Finding]:
    rows = Integration.objects.select_related("tenant").exclude(status=Integration.Status.CLOSED)
    for row in rows.order_by("tenant", "pk"):
        about = f"integration {printable(f'{row.tenant}: {row}')}"
        yield _state(about, row)
        if row.status == Integration.Status.ON:
            yield fine(f"webhooks of {about}", printable(standing.told_how(row)))
        yield from _unmapped(about, row)


def _state(about: str, row: Integration) -> Finding:
    reason = printable(row.status_reason)
    if row.status == Integration.Status.ON:
        return fine(about, "It is switched on.")
    if row.status == Integration.Status.DRAFT:
        return note(about, "It was never switched on.", "Switch it on when it is ready.")
    if row.status_reason == switching.PAUSED_BY_A_PERSON:
        return note(about, reason, "Switch it on again on its page when it shall go on.")
    return act(
        about,
        f"It is paused: {reason or 'no reason is noted.'}",
        "Mend what the reason names, then switch it on again on its page.",
    )


def _unmapped(about: str, row: Integration) -> Iterator[Finding]:
    kinds = {kind.kind: kind for kind in registry.flow(row.flow).mapping_kinds if kind.is_required}
    undecided = (
        Mapping.objects.filter(
            Q(state=Mapping.State.UNMAPPED) | Q(state=Mapping.State.SUGGESTED),
            integration=row,
            kind__in=kinds,
        )
        .order_by("kind")
        .values_list("kind")
        .annotate(Count("pk"))
    )
    for kind, count in undecided:
        yield act(
            about,
            f"{kinds[kind].title}: {count} values have no confirmed counterpart; their records "
            "are held.",
            "Confirm them on the page of mappings, or with manage.py confirm --mappings.",
        )


def _oldest_due() -> Finding:
    oldest = due.due_records().aggregate(at=Min("due_at"))["at"]
    if oldest is None:
        return fine("work", "Nothing is due.")
    age = clock.now() - oldest
    told = f"The oldest record that is due has waited for {age.total_seconds() / 60:.0f} minutes."
    if age <= LATE:
        return fine("work", told)
    return act("work", told, "See that both workers and the beat run, and what their logs say.")
