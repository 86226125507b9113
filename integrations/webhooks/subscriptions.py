"""Brings each connection's webhook subscription to what is wanted: made, checked, mended, removed.

Driven by rows: ``look_after`` makes one due, the sweep finds it, ``mend`` may run twice. Where a
vendor has one subscription for a whole app, any connection of the app stands for all of them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from config import clock
from connectors import registry as vendors
from connectors.errors import ConnectorError, CredentialError, Effect, RetryableError
from connectors.vendor import Subscribed, Subscribing
from integrations import stopping, wake
from integrations.engine.access import open_client
from integrations.engine.failures import wait_after
from integrations.engine.leases import LeaseLostError
from integrations.models import Connection, Subscription
from integrations.models.webhooks import CURRENT
from integrations.webhooks import keys, listening
from integrations.webhooks.holding import Held

log = logging.getLogger(__name__)

CHECKED_EVERY = timedelta(hours=24)
LOST_ANSWER = "The answer to its creation was lost: another one takes its place."
FOREIGN_KEY = "Its address was made with another SECRET_KEY: another one takes its place."
NOT_WORKING = "The connection does not work: connect it again."
NOT_OURS = "It belongs to another user at the vendor and stays there; remove it there."
NOT_PROVED = "The vendor has not proved yet that our address is ours."
State = Subscription.State


def url_of(row: Subscription) -> str:
    """Where its deliveries arrive."""
    path = reverse("webhooks:receive", args=(row.vendor, row.url_key))
    return f"{settings.PUBLIC_URL}{path}"


def look_after(connection_ids: Iterable[int]) -> None:
    """Have these connections' subscriptions brought to what is wanted now; their rows first."""
    for connection in Connection.objects.filter(pk__in=list(connection_ids)).order_by("pk"):
        row = _open_row(connection)
        if row is None and not listening.is_wanted(connection):
            continue
        if row is None:
            row = _new_row(connection)
        Subscription.objects.filter(pk=row.pk).update(due_at=clock.now())
        wake.mend_subscription(connection.pk)


def due_connections() -> list[int]:
    """The connections whose subscription is to be looked after and that nobody holds."""
    now = clock.now()
    due = Subscription.objects.filter(due_at__lte=now, lease_until__lt=now)
    ends = due.exclude(state=State.CLOSED).values_list("connection_id", "app_id")
    ids = {_standing_for(app_id) if pk is None else pk for pk, app_id in ends}
    return sorted(pk for pk in ids if pk is not None)


def mend(connection_id: int) -> None:
    """Do what its subscription needs, if nobody else is at it; safe to run twice."""
    connection = Connection.objects.select_related("app", "tenant").get(pk=connection_id)
    is_wanted = listening.is_wanted(connection)
    row = _open_row(connection)
    if row is None and is_wanted:
        row = _new_row(connection)
    held = None if row is None else Held.take(row)
    if held is None:
        return
    try:
        _bring_about(held, connection, is_wanted=is_wanted)
    except LeaseLostError:
        log.info("the subscription of connection %s was taken over", connection_id)
    except ConnectorError as error:
        _note_failure(held, connection, error)
    except Exception:
        # A mistake of ours: looked after again, but not at every sweep.
        held.store(due_at=clock.now() + wait_after(held.row.tries + 1), tries=held.row.tries + 1)
        raise
    finally:
        held.give_back()
    # Whoever switched meanwhile found the row in hand, or saw it close.
    if listening.is_wanted(connection) != is_wanted:
        look_after([connection_id])


def _bring_about(held: Held, connection: Connection, *, is_wanted: bool) -> None:
    row = held.row
    subscribing = listening.subscribing_of(connection)
    if subscribing is None or (not is_wanted and not row.vendor_id and row.asked_at is None):
        held.store(state=State.CLOSED, due_at=None)
        return
    if connection.status == Connection.Status.CLOSED and not subscribing.is_of_app:
        held.store(state=State.CLOSED, state_reason="The connection is closed.", due_at=None)
        return
    if connection.status != Connection.Status.ACTIVE and not subscribing.is_of_app:
        state = State.BROKEN if row.vendor_id else State.PENDING
        held.store(state=state, state_reason=NOT_WORKING, due_at=None)
        return
    settled_at = _settled_at(row, subscribing)
    if settled_at is not None and clock.now() < settled_at:
        held.store(due_at=settled_at)
        return
    with _client(held, connection, subscribing) as client:
        if is_wanted:
            _keep_up(held, client, subscribing)
        else:
            _take_down(held, client, subscribing)


def _keep_up(held: Held, client: object, subscribing: Subscribing) -> None:
    """There is one subscription at the vendor, as it shall be, and none of ours beside it."""
    fault = _fault(held.row, client, subscribing)
    if fault:
        held.replace(fault)
    _remove_orphans(held.row, client, subscribing)
    if not held.row.vendor_id:
        _create(held, client, subscribing)
    now = clock.now()
    if not _is_proved(held, client, subscribing):
        due_at = now + wait_after(held.row.tries + 1)
        held.store(state_reason=NOT_PROVED, due_at=due_at, tries=held.row.tries + 1)
        return
    held.store(
        state=State.ACTIVE,
        state_reason="",
        checked_at=now,
        due_at=now + CHECKED_EVERY,
        tries=0,
    )


def _fault(row: Subscription, client: object, subscribing: Subscribing) -> str:
    """Why it cannot stay as it is; empty where it can, or was never asked for."""
    if not keys.is_ours(row.url_key):
        return FOREIGN_KEY
    if row.vendor_id:
        return subscribing.fault(client, Subscribed(row.vendor_id, url_of(row)))
    return LOST_ANSWER if row.asked_at is not None else ""


def _create(held: Held, client: object, subscribing: Subscribing) -> None:
    """Ask for it; the secret is stored in one commit with the vendor's id."""
    held.store(asked_at=clock.now())
    try:
        made = subscribing.create(client, url_of(held.row))
    except ConnectorError as error:
        if error.effect is Effect.NONE:
            held.store(asked_at=None)
        raise
    if not made.secret:
        # It is posted to us, maybe already: what was posted stands in the row and stays there.
        held.store(vendor_id=made.id, asked_at=None)
        return
    held.row.seal({CURRENT: made.secret})
    held.store(
        vendor_id=made.id,
        sealed=held.row.sealed,
        sealed_at=held.row.sealed_at,
        asked_at=None,
        state=State.ACTIVE,
    )


def _is_proved(held: Held, client: object, subscribing: Subscribing) -> bool:
    """Whether the vendor's deliveries can be told from others': it confirms what was posted."""
    if subscribing.prove is None:
        return True
    row = held.row
    row.refresh_from_db(fields=["sealed", "sealed_at"])
    if row.secrets(clock.now()):
        return True
    for secret in reversed(row.candidates()):
        if subscribing.prove(client, row.vendor_id, secret):
            row.seal({CURRENT: secret})
            held.store(sealed=row.sealed, sealed_at=row.sealed_at, state=State.ACTIVE)
            return True
    if subscribing.ask_for_secret is not None and row.tries:
        subscribing.ask_for_secret(client, row.vendor_id)
    return False


def _take_down(held: Held, client: object, subscribing: Subscribing) -> None:
    row = held.row
    is_gone = subscribing.remove(client, row.vendor_id) if row.vendor_id else True
    held.store(state=State.CLOSED, state_reason="" if is_gone else NOT_OURS, due_at=None)
    _remove_orphans(row, client, subscribing)


def _remove_orphans(row: Subscription, client: object, subscribing: Subscribing) -> None:
    """Give back what stands at the vendor under our address and belongs to no row of ours."""
    prefix = url_of(row).removesuffix(f"{row.url_key}/")
    for one in subscribing.list_own(client):
        url_key = one.url.removeprefix(prefix).strip("/")
        if one.url.startswith(prefix) and _is_orphan(one, url_key):
            subscribing.remove(client, one.id)


def _is_orphan(one: Subscribed, url_key: str) -> bool:
    row = Subscription.objects.exclude(state=State.CLOSED).filter(url_key=url_key).first()
    # A row without an id may be waiting for the answer to just this one.
    return row is None or row.vendor_id not in ("", one.id)


def _note_failure(held: Held, connection: Connection, error: ConnectorError) -> None:
    """Why it is not as it shall be, and when it is looked after next."""
    row, now = held.row, clock.now()
    due_at: datetime | None = now + CHECKED_EVERY
    state = State.BROKEN if row.vendor_id else State(row.state)
    # Whom the vendor refuses an app's own subscription to is no account.
    if isinstance(error, CredentialError) and row.connection_id is not None:
        stopping.need_consent(Connection.objects.filter(pk=connection.pk), error.summary)
        due_at = None
    elif isinstance(error, RetryableError):
        asked = error.retry_after_seconds
        due_at = now + (wait_after(row.tries + 1) if asked is None else timedelta(seconds=asked))
        state = State(row.state)
    subscribing = listening.subscribing_of(connection)
    settled_at = None if subscribing is None else _settled_at(row, subscribing)
    try:
        held.store(
            state=state,
            state_reason=error.summary,
            due_at=settled_at or due_at,
            tries=row.tries + 1,
        )
    except LeaseLostError:
        log.info("the subscription of connection %s was taken over", connection.pk)


def _settled_at(row: Subscription, subscribing: Subscribing) -> datetime | None:
    """Until when the vendor may still make what it was asked for; None where nothing is open."""
    if row.asked_at is None:
        return None
    settle_seconds = settings.SETTLE_SECONDS
    if settle_seconds is None:
        settle_seconds = subscribing.creation.settle_seconds
    seconds = subscribing.creation.deadline_seconds + settle_seconds
    return row.asked_at + timedelta(seconds=seconds)


@contextmanager
def _client(held: Held, connection: Connection, subscribing: Subscribing) -> Iterator[object]:
    client = open_client(connection, subscribing.calls, may_begin=held.may_begin)
    try:
        yield client
    finally:
        client.close()


def _open_row(connection: Connection) -> Subscription | None:
    return listening.open_rows(connection).first()


def _standing_for(app_id: int | None) -> int | None:
    """A connection of this app, whichever: its app is what counts."""
    ends = Connection.objects.filter(app=app_id).order_by("status", "pk")
    return ends.values_list("pk", flat=True).first()


def _new_row(connection: Connection) -> Subscription:
    """Committed, with its keys, before the vendor hears of it."""
    app = connection.app if listening.is_of_app(connection) else None
    row = Subscription(
        tenant=connection.tenant if app is None else app.tenant,
        vendor=vendors.vendor(connection.vendor).slug,
        connection=connection if app is None else None,
        app=app,
        due_at=clock.now(),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        # Somebody else was first.
        standing = _open_row(connection)
        if standing is None:
            raise
        return standing
    return row
