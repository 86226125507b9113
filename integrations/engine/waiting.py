"""Makes due what waited for another record, once that one stands, drops out or points elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import F, Q, QuerySet

from config import clock
from integrations import registry
from integrations.flow import ANY_RECORD, Awaited
from integrations.models import Integration, Record

DROPPED_OUT: Final = (Record.State.FILTERED, Record.State.IGNORED)
"""States of a record that will not come to stand at the target."""


@dataclass(frozen=True, slots=True)
class Stand:
    """One record as it was worked, and how it stands from now on."""

    record: Record
    state: Record.State
    target_id: str = ""
    points_to: str | None = None
    is_written: bool = False
    """Its row may have said already where it points now."""

    @property
    def itself(self) -> str:
        """How others name it whom they wait for."""
        return str(Awaited(self.record.leg, self.record.source_id))

    @property
    def has_arrived(self) -> bool:
        """Whether it came to stand at the target; one that stood there kept nobody waiting."""
        record = self.record
        stood = record.state == Record.State.SYNCED and record.target_id == self.target_id
        return bool(self.target_id) and not stood

    @property
    def has_moved(self) -> bool:
        """Whether it points elsewhere."""
        if self.points_to is None:
            return False
        return self.is_written or self.points_to != self.record.points_to

    @property
    def has_dropped_out(self) -> bool:
        """Whether it will never stand there: who waits for nothing else must be decided anew."""
        return self.state in DROPPED_OUT and self.record.state not in DROPPED_OUT


def wake(integration: Integration, stands: Sequence[Stand]) -> None:
    """Ask for those again that waited for these records; inside the commit that ends their work.

    After their own rows were updated, so that whoever goes to rest at the same moment sees one or
    the other.
    """
    if arrived := [stand.itself for stand in stands if stand.has_arrived]:
        _ask(_waiting_for(integration, arrived))
    moved = [stand.record for stand in stands if stand.has_moved]
    for leg in sorted({record.leg for record in moved}):
        anybody = _waiting_for(integration, [str(Awaited(leg, ANY_RECORD))])
        # A record does not wake itself; of several each may be whom another waits for.
        itself = [record.pk for record in moved] if len(moved) == 1 else []
        _ask(anybody.exclude(pk__in=itself))
    if dropped := [stand.itself for stand in stands if stand.has_dropped_out]:
        _ask(_waiting_for(integration, dropped).filter(state=Record.State.WAITING))


def rest(
    record: Record, noted: int, state: Record.State, waits_for: str, due_at: datetime | None
) -> None:
    """Let a record that stayed due come to rest, unless what it waits for has come meanwhile.

    After the commit that said for whom it waits. The awaited row is touched first: that waits
    for the end of a commit under way, whose wake was too early to see this record. Whoever dies
    in between leaves the record due.
    """
    leg, _, source_id = waits_for.partition(":")
    if source_id == ANY_RECORD:
        is_over = not closes_circle(record, record.points_to, waits_for_commits=True)
    else:
        is_over = _is_decided(record, state, leg, source_id)
    if not is_over:
        Record.objects.filter(
            pk=record.pk, wanted=noted, waits_for=waits_for, lease_token=""
        ).update(due_at=due_at)


def closes_circle(record: Record, points_to: str, *, waits_for_commits: bool = False) -> bool:
    """Whether who is pointed to leads back to the record, by the rows as they are now."""
    seen: set[str] = set()
    above = points_to
    while above and above not in seen:
        if above == record.source_id:
            return True
        seen.add(above)
        row = _row(record, record.leg, above)
        if waits_for_commits:
            _touch(row)
        above = row.values_list("points_to", flat=True).first() or ""
    return False


def _is_decided(record: Record, state: Record.State, leg: str, source_id: str) -> bool:
    """Whether whom the record waits for stands at the target, or will never."""
    row = _row(record, leg, source_id)
    _touch(row)
    is_decided = ~Q(target_id="")
    if state == Record.State.WAITING:
        is_decided |= Q(state__in=DROPPED_OUT)
    return row.filter(is_decided).exists()


def _row(record: Record, leg: str, source_id: str) -> QuerySet[Record]:
    return Record.objects.filter(integration_id=record.integration_id, leg=leg, source_id=source_id)


def _touch(row: QuerySet[Record]) -> None:
    """Wait for whoever is committing this row; changes nothing."""
    row.update(seen_at=F("seen_at"))


def _waiting_for(integration: Integration, awaited: list[str]) -> QuerySet[Record]:
    """Of all legs by name: the index begins with the leg."""
    legs = [leg.name for leg in registry.flow(integration.flow).legs]
    return Record.objects.filter(integration=integration, leg__in=legs, waits_for__in=awaited)


def _ask(records: QuerySet[Record]) -> None:
    records.update(wanted=F("wanted") + 1, due_at=clock.now())
