"""Splits stored deliveries into notices and makes due the records that they name."""

from __future__ import annotations

import logging
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from config import clock
from connectors import redaction
from connectors import registry as vendors
from connectors.errors import ContractError
from connectors.vendor import Delivery as Arrived
from connectors.vendor import Notice
from integrations import wake
from integrations.engine import rows
from integrations.models import Connection, Delivery
from integrations.timing import EPOCH
from integrations.webhooks import listening

log = logging.getLogger(__name__)

BATCH_COUNT = 100
LEASE = timedelta(seconds=60)
TRIES_COUNT = 5
"""So many workers may die over a delivery before it is left to a person."""
REMARK_LENGTH = 200
Outcome = Delivery.Outcome
Told = defaultdict[str, defaultdict[str, dict[str, None]]]
"""Ids of records by account and kind, in the order in which they were told."""


@dataclass(frozen=True, slots=True)
class Split:
    """What one delivery came to."""

    outcome: Delivery.Outcome
    remark: str = ""
    notices: tuple[Notice, ...] = ()

    @property
    def event_id(self) -> str:
        """By which the vendor recognises a repeat."""
        return next((notice.event_id for notice in self.notices), "")


def waiting() -> QuerySet[Delivery]:
    """Those that nobody has split and nobody holds."""
    return Delivery.objects.filter(handled_at__isnull=True, lease_until__lt=clock.now())


def take_up() -> bool:
    """Split what waits, the oldest first, one batch; answers whether more waits."""
    claimed = _claim()
    by_subscription: dict[int, list[Delivery]] = defaultdict(list)
    for delivery in claimed:
        by_subscription[delivery.subscription_id].append(delivery)
    for deliveries in by_subscription.values():
        _take_up_of(deliveries)
    return len(claimed) == BATCH_COUNT and waiting().exists()


def _claim() -> Sequence[Delivery]:
    """The oldest, with this worker's token."""
    ids = list(waiting().order_by("received_at").values_list("pk", flat=True)[:BATCH_COUNT])
    token = secrets.token_hex(16)
    now = clock.now()
    taken = Delivery.objects.filter(
        pk__in=ids, handled_at__isnull=True, lease_until__lt=now
    ).update(lease_token=token, lease_until=now + LEASE, tries=F("tries") + 1)
    if not taken:
        return ()
    mine = Delivery.objects.filter(pk__in=ids, lease_token=token).order_by("pk")
    # Of the subscription only what is read: its secrets stay sealed.
    return list(mine.select_related("subscription__connection").defer("subscription__sealed"))


def _take_up_of(deliveries: Sequence[Delivery]) -> None:
    """Those of one subscription: their records made due and their own ends, in one commit."""
    split = {delivery.pk: _split(delivery) for delivery in deliveries}
    numbered = [delivery for delivery in deliveries if split[delivery.pk].event_id]
    plain = [delivery for delivery in deliveries if not split[delivery.pk].event_id]
    targets: set[int] = set()
    with transaction.atomic():
        targets |= _end(plain, split)
    for delivery in numbered:
        try:
            with transaction.atomic():
                targets |= _end([delivery], split)
        except IntegrityError:
            # Another delivery of this subscription has the event already.
            split[delivery.pk] = Split(Outcome.REPEATED)
            _end([delivery], split)
    for target_id in sorted(targets):
        wake.drain(target_id)


def _split(delivery: Delivery) -> Split:
    """What a delivery tells, as its vendor reads it."""
    webhooks = vendors.vendor(delivery.subscription.vendor).webhooks
    arrived = Arrived(
        delivery.body.encode("latin-1"),
        delivery.headers,
        tuple((name, value) for name, value in delivery.query),
    )
    if delivery.tries > TRIES_COUNT:
        return Split(Outcome.DEFECT, f"{TRIES_COUNT} workers died over it.")
    if webhooks is None:
        return Split(Outcome.NOT_LISTENED_TO, "Its vendor is declared without webhooks.")
    try:
        notices = tuple(webhooks.parse(arrived))
        event = redaction.printable(webhooks.event(arrived))[:REMARK_LENGTH]
    except ContractError as error:
        return Split(Outcome.UNREADABLE, error.summary)
    except Exception:  # a defect must not stop the deliveries behind it
        error_id = secrets.token_hex(6)
        log.exception("defect %s at delivery %s", error_id, delivery.pk)
        return Split(Outcome.DEFECT, f"Error {error_id}.")
    if not notices:
        return Split(Outcome.NOT_LISTENED_TO, event and f"It tells of {event}.")
    return Split(Outcome.TAKEN_UP, notices=notices)


def _end(deliveries: Sequence[Delivery], split: Mapping[int, Split]) -> set[int]:
    """Make due what they name and store what they came to; answers the targets with work."""
    told: Told = defaultdict(lambda: defaultdict(dict))
    for delivery in deliveries:
        for notice in split[delivery.pk].notices:
            told[notice.account_id][notice.kind][notice.id] = None
    targets: set[int] = set()
    heard: set[tuple[str, str]] = set()
    for connection, account_id in _concerned(deliveries, told):
        for ear in listening.ears(connection):
            ids = list(dict.fromkeys(_named(told[account_id], ear.leg.notices)))
            if ids:
                rows.make_due_by_notice(ear.integration, ear.leg.name, ids)
                targets.add(ear.integration.target_id)
                heard.update((account_id, kind) for kind in ear.leg.notices)
    for delivery in deliveries:
        _store(delivery, split[delivery.pk], heard)
    return targets


def _concerned(deliveries: Sequence[Delivery], told: Told) -> Iterator[tuple[Connection, str]]:
    """The connections that are told of, each with the account that its notices name.

    What one subscription tells of several accounts reaches each account's own connections alone.
    """
    subscription = deliveries[0].subscription if deliveries else None
    if subscription is None or not told:
        return
    if subscription.connection is not None:
        own_id = subscription.connection.account_id
        named = [one for one in dict.fromkeys(("", own_id)) if one in told]
        yield from ((subscription.connection, one) for one in named)
        return
    ends = Connection.objects.filter(app=subscription.app_id, account_id__in=set(told) - {""})
    for connection in ends.exclude(status=Connection.Status.CLOSED).order_by("pk"):
        yield connection, connection.account_id


def _named(told: Mapping[str, Iterable[str]], kinds: Iterable[str]) -> Iterable[str]:
    for kind in kinds:
        yield from told.get(kind, ())


def _store(delivery: Delivery, split: Split, heard: set[tuple[str, str]]) -> None:
    """End one delivery, unless somebody else has taken it over meanwhile.

    What could not be read keeps its body: a person may want to know what it was.
    """
    outcome, remark = split.outcome, split.remark
    named = ((notice.account_id, notice.kind) for notice in split.notices)
    if outcome == Outcome.TAKEN_UP and heard.isdisjoint(named):
        outcome, remark = Outcome.NOT_LISTENED_TO, "No integration that is on listens to it."
    keeps_body = outcome in (Outcome.UNREADABLE, Outcome.DEFECT)
    Delivery.objects.filter(
        Q(pk=delivery.pk), handled_at__isnull=True, lease_token=delivery.lease_token
    ).update(
        handled_at=clock.now(),
        outcome=outcome,
        remark=remark,
        event_id=split.event_id,
        notices=[[notice.kind, notice.id] for notice in split.notices],
        lease_token="",
        lease_until=EPOCH,
        **({} if keeps_body else {"body": ""}),
    )
