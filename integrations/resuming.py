"""Makes records due again because a person or a new consent mended what stopped them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import F, Q, QuerySet

from config import clock
from integrations import reasons, wake
from integrations.engine import outcomes
from integrations.models import Integration, Record

BATCH_COUNT = 500


def retry(records: QuerySet[Record]) -> tuple[int, bool]:
    """Ask for these records to be worked again; answers how many, and whether a worker was told.

    What a person said never to carry stays as it is; a change that was refused is let pass.
    """
    asked = records.exclude(state=Record.State.IGNORED).order_by()
    target_ids = asked.values_list("integration__target_id", flat=True)
    woken = sorted(set(target_ids))
    ids = list(asked.values_list("pk", flat=True))
    _let_pass(records.filter(state=Record.State.HELD))
    due_count = sum(outcomes.make_due(batch) for batch in _batches(ids))
    return due_count, _wake(woken)


def reconsider(integration: Integration) -> int:
    """Ask for all its records again, since its options have changed; answers how many."""
    records = Record.objects.filter(integration=integration).exclude(state=Record.State.IGNORED)
    due_count = records.update(wanted=F("wanted") + 1, due_at=clock.now())
    _wake([integration.target_id])
    return due_count


def _let_pass(held: QuerySet[Record]) -> None:
    for pk, why in held.order_by().values_list("pk", "reasons"):
        for reason in why:
            if reason["code"] == reasons.CHANGE_REFUSED.code:
                kind = reason["facts"].get("kind", "")
                Record.objects.filter(pk=pk).update(cleared_for=kind)


def make_failed_due(connection_ids: Sequence[int]) -> int:
    """Ask again for what failed at these connections; answers how many records."""
    return Record.objects.filter(
        integration__in=_integrations(connection_ids), state=Record.State.FAILED
    ).update(wanted=F("wanted") + 1, due_at=clock.now())


def wake_targets(connection_ids: Sequence[int]) -> bool:
    """Tell workers that these connections work again; False where the broker is away."""
    running = _integrations(connection_ids).filter(status=Integration.Status.ON)
    return _wake(sorted(set(running.values_list("target_id", flat=True))))


def _wake(target_ids: Sequence[int]) -> bool:
    told = [wake.drain(target_id) for target_id in target_ids]
    return all(told)


def _integrations(connection_ids: Sequence[int]) -> QuerySet[Integration]:
    """Those with one of these connections at either end."""
    return Integration.objects.order_by().filter(
        Q(source__in=connection_ids) | Q(target__in=connection_ids)
    )


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Few enough for one statement of any database."""
    for start in range(0, len(ids), BATCH_COUNT):
        yield ids[start : start + BATCH_COUNT]
