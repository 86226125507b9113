"""Whether every source value in use has a counterpart, its own or a default's, kind by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import QuerySet

from integrations import registry
from integrations.flow import MappingKind
from integrations.mapping import key_parts
from integrations.models import Integration, Term
from integrations.models import Mapping as MappingRow

ROWS_COUNT = 10_000
"""So many rows are judged at most for a list; nobody reads more."""
_Key = tuple[int, str, tuple[str, ...]]
"""Integration, kind and source key of a row."""


class Standing(StrEnum):
    """What becomes of a source value at the target."""

    MAPPED = "mapped"
    BY_DEFAULT = "by default"
    """It has no row of its own and goes by the row that stands in for it."""
    UNMAPPED = "unmapped"
    """Its records are held."""
    OPTIONAL = "unmapped, not needed"
    """Its records go on without it, or until one needs it."""
    IGNORED = "not carried"
    UNUSED = "unused"
    """The source has no such value any more, or it is a default that nothing needs."""


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many source values of one kind stand how."""

    kind: MappingKind
    counts: Mapping[Standing, int]

    @property
    def is_complete(self) -> bool:
        """Whether no record is held for want of a counterpart."""
        return not self.counts.get(Standing.UNMAPPED, 0)

    def __str__(self) -> str:
        """Mapped, by default and unmapped always, the others where there are any."""
        always = (Standing.MAPPED, Standing.BY_DEFAULT, Standing.UNMAPPED)
        told = [f"{self.counts.get(one, 0)} {one}" for one in always]
        for one in (Standing.OPTIONAL, Standing.IGNORED):
            if count := self.counts.get(one, 0):
                told.append(f"{count} {one}")
        return f"{self.kind.title}: {', '.join(told)}"


def completeness(integration: Integration) -> list[Completeness]:
    """Each kind of the integration's flow, in the declared order."""
    standings = judged(MappingRow.objects.filter(integration=integration))
    by_kind: dict[str, Counter[Standing]] = {}
    for kind, standing in standings.values():
        by_kind.setdefault(kind, Counter())[standing] += 1
    kinds = registry.flow(integration.flow).mapping_kinds
    return [Completeness(kind, by_kind.get(kind.kind, Counter())) for kind in kinds]


def standing_in(rows: QuerySet[MappingRow], standing: Standing) -> QuerySet[MappingRow]:
    """Those of ``rows`` that stand so."""
    found = [pk for pk, (_, one) in judged(rows).items() if one is standing]
    return rows.filter(pk__in=found[:ROWS_COUNT])


def judged(rows: QuerySet[MappingRow]) -> dict[int, tuple[str, Standing]]:
    """Kind and standing of each row; three queries, however many rows."""
    columns = ("pk", "integration_id", "kind", "source_key", "state")
    wanted = list(rows.order_by().values_list(*columns))
    integrations = Integration.objects.in_bulk({integration_id for _, integration_id, *_ in wanted})
    judge = _Judge(integrations)
    return {
        pk: (kind, judge.standing(integrations[of], kind, key_parts(source_key), state))
        for pk, of, kind, source_key, state in wanted
    }


class _Judge:
    """Knows all rows of some integrations, and the terms of their sources."""

    def __init__(self, integrations: Mapping[int, Integration]) -> None:
        of_source = {one.source_id for one in integrations.values()}
        self._states = dict(_states(integrations))
        self._kinds = {
            slug: {kind.kind: kind for kind in registry.flow(slug).mapping_kinds}
            for slug in {one.flow for one in integrations.values()}
        }
        terms = Term.objects.filter(connection__in=of_source)
        self._terms = {
            (connection_id, kind, key): (parent, is_active)
            for connection_id, kind, key, parent, is_active in terms.values_list(
                "connection_id", "kind", "key", "parent", "is_active"
            )
        }
        self._defaults = {
            (connection_id, kind, parent)
            for (connection_id, kind, _), (parent, _) in self._terms.items()
            if parent
        }

    def standing(
        self, integration: Integration, kind: str, key: tuple[str, ...], state: str
    ) -> Standing:
        """How the value of a row stands that is in this state."""
        if state == MappingRow.State.CONFIRMED:
            return Standing.MAPPED
        if state == MappingRow.State.IGNORED:
            return Standing.IGNORED
        parent, is_active = self._terms.get((integration.source_id, kind, key[0]), ("", True))
        if not is_active:
            return Standing.UNUSED
        if any(self._is_confirmed(integration, kind, one) for one in self._stand_ins(key)):
            return Standing.BY_DEFAULT
        if parent and self._is_confirmed(integration, kind, (parent,)):
            return Standing.BY_DEFAULT
        is_default = (integration.source_id, kind, key[0]) in self._defaults
        if is_default or len(key) > 1:
            return Standing.UNUSED
        declared = self._kinds[integration.flow].get(kind)
        is_needed = declared is not None and (declared.is_required or bool(parent))
        return Standing.UNMAPPED if is_needed else Standing.OPTIONAL

    @staticmethod
    def _stand_ins(key: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """The less fine rows of a key with several parts."""
        for length in range(len(key) - 1, 0, -1):
            yield key[:length]

    def _is_confirmed(self, integration: Integration, kind: str, key: tuple[str, ...]) -> bool:
        found = self._states.get((integration.pk, kind, key))
        return found == MappingRow.State.CONFIRMED


def _states(integrations: Mapping[int, Integration]) -> Iterator[tuple[_Key, str]]:
    rows = MappingRow.objects.filter(integration__in=integrations).order_by()
    columns = ("integration_id", "kind", "source_key", "state")
    for integration_id, kind, source_key, state in rows.values_list(*columns).iterator():
        yield (integration_id, kind, key_parts(source_key)), state
