"""What a tenant's source values mean at the target: suggested by us, confirmed by people."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import F

from config import clock
from connectors.errors import RecordError
from connectors.vendor import TermValue
from integrations import registry
from integrations.flow import MappingKind, MappingUse
from integrations.flows.shared.folding import folded
from integrations.models import Integration, Record, Term
from integrations.models import Mapping as MappingRow
from integrations.reasons import UNMAPPED
from integrations.standings import Standings, Stands, nowhere


class MappingError(RecordError):
    """A value has no counterpart, or the one given does not exist at the target."""


def key_text(key: Sequence[str]) -> str:
    """A source key in the canonical text that rows store."""
    return json.dumps(list(key), ensure_ascii=False)


def key_parts(text: str) -> tuple[str, ...]:
    """The parts of a stored source key."""
    return tuple(json.loads(text))


@dataclass(frozen=True, slots=True)
class Table:
    """All mappings and options of one integration as they are now."""

    source_account: str
    uses: Mapping[tuple[str, tuple[str, ...]], MappingUse]
    ignored: frozenset[tuple[str, tuple[str, ...]]]
    options: Mapping[str, str]
    stands: Stands = nowhere

    def find(self, kind: str, *keys: tuple[str, ...]) -> MappingUse | None:
        """The first of ``keys`` that a person has mapped."""
        for key in keys:
            if (use := self.uses.get((kind, key))) is not None:
                return use
        return None

    def is_ignored(self, kind: str, *keys: tuple[str, ...]) -> bool:
        """Whether a person decided that this value is not carried."""
        return any((kind, key) in self.ignored for key in keys)

    def is_used(self, kind: str) -> bool:
        """Whether any value of this kind is mapped."""
        return any(used == kind for used, _ in self.uses)

    def target_of(self, leg: str, source_id: str) -> str | None:
        """The target id of another record of this integration; None while it has none."""
        return self.stands(leg, source_id).target_id or None

    def points_to(self, leg: str, source_id: str) -> str:
        """The source id that another record of the leg points to; empty where to none."""
        return self.stands(leg, source_id).points_to

    def option(self, name: str) -> str:
        """The chosen or default value of a declared option.

        Raises:
            KeyError: the flow declares no such option.
        """
        return self.options[name]


def table(integration: Integration) -> Table:
    """The mappings and options in force."""
    flow = registry.flow(integration.flow)
    uses: dict[tuple[str, tuple[str, ...]], MappingUse] = {}
    ignored: set[tuple[str, tuple[str, ...]]] = set()
    decided = integration.mappings.filter(
        state__in=(MappingRow.State.CONFIRMED, MappingRow.State.IGNORED)
    )
    for row in decided:
        key = (row.kind, key_parts(row.source_key))
        if row.state == MappingRow.State.IGNORED:
            ignored.add(key)
        else:
            uses[key] = MappingUse(row.pk, row.kind, key[1], row.target, row.version)
    options = {option.name: option.default for option in flow.options}
    return Table(
        integration.source.account_id,
        uses,
        frozenset(ignored),
        options | integration.options,
        Standings(integration.pk),
    )


def note_missing(integration: Integration, missing: Iterable[tuple[str, tuple[str, ...]]]) -> None:
    """Open a row for each value that no person has decided on yet."""
    MappingRow.objects.bulk_create(
        (
            MappingRow(integration=integration, kind=kind, source_key=key_text(key))
            for kind, key in missing
        ),
        ignore_conflicts=True,
    )


def store_terms(
    integration: Integration, side: str, kind: str, values: Sequence[TermValue]
) -> None:
    """Replace what is known of one vocabulary; a source's values get their mapping rows."""
    now = clock.now()
    connection = integration.source if side == "source" else integration.target
    Term.objects.bulk_create(
        (
            Term(
                connection=connection,
                kind=kind,
                key=value.key,
                title=value.title,
                is_active=value.is_active,
                parent=value.parent,
                seen_at=now,
            )
            for value in values
        ),
        update_conflicts=True,
        unique_fields=("connection", "kind", "key"),
        update_fields=("title", "is_active", "parent", "seen_at"),
    )
    Term.objects.filter(connection=connection, kind=kind, seen_at__lt=now).update(is_active=False)
    if side == "source":
        note_missing(integration, [(kind, (value.key,)) for value in values if value.is_active])


def suggest(integration: Integration) -> int:
    """Fill undecided rows whose value has a namesake at the target; answers how many."""
    with transaction.atomic():
        return sum(
            _suggest_kind(integration, kind)
            for kind in registry.flow(integration.flow).mapping_kinds
            if len(kind.parts) == 1 and kind.is_suggested
        )


def _suggest_kind(integration: Integration, kind: MappingKind) -> int:
    namesakes: dict[str, set[Term]] = defaultdict(set)
    for term in target_terms(integration, kind):
        for name in (term.title, term.key):
            namesakes[folded(name)].add(term)
    suggested = 0
    for row in integration.mappings.filter(kind=kind.kind, state=MappingRow.State.UNMAPPED):
        hits = namesakes.get(folded(key_parts(row.source_key)[0]), set())
        if len(hits) != 1:
            continue
        (hit,) = hits
        suggested += MappingRow.objects.filter(
            pk=row.pk, state=MappingRow.State.UNMAPPED, version=row.version
        ).update(
            state=MappingRow.State.SUGGESTED,
            target={kind.parts[0]: hit.key},
            ground=f"The same name as {hit}.",
        )
    return suggested


def target_terms(integration: Integration, kind: MappingKind) -> list[Term]:
    """The values that a mapping of this kind may choose from."""
    return list(integration.target.terms.filter(kind=kind.kind, is_active=True))


def confirm(
    row: MappingRow, target: Mapping[str, str], by: AbstractBaseUser, version: int | None = None
) -> int:
    """Decide a mapping and make due what it concerns; answers how many records.

    Raises:
        MappingError: a part of the target is missing or does not exist there, or the row has
            changed since ``version``; says what to choose instead.
    """
    kind = registry.flow(row.integration.flow).mapping_kind(row.kind)
    _refuse_unknown(row, kind, target)
    expected = row.version if version is None else version
    was_in_force = row.state == MappingRow.State.CONFIRMED and row.target != dict(target)
    with transaction.atomic():
        changed = MappingRow.objects.filter(pk=row.pk, version=expected).update(
            target=dict(target),
            state=MappingRow.State.CONFIRMED,
            confirmed_by=by,
            confirmed_at=clock.now(),
            version=F("version") + 1,
        )
        if not changed:
            raise MappingError(f"{row} was changed by somebody else meanwhile: load it again.")
        return _make_due(row, every=was_in_force)


def _refuse_unknown(row: MappingRow, kind: MappingKind, target: Mapping[str, str]) -> None:
    if set(target) != set(kind.parts) or not all(target.values()):
        raise MappingError(f"{row} needs exactly: {', '.join(kind.parts)}.")
    terms = target_terms(row.integration, kind)
    if not terms:
        return
    known = {term.key for term in terms}
    for part in kind.parts:
        if part == kind.kind and target[part] not in known:
            raise MappingError(
                f"{row}: {target[part]!r} is no {kind.title.lower()} at the target. "
                f"There are: {', '.join(sorted(known))}."
            )


def _make_due(row: MappingRow, *, every: bool) -> int:
    """Make due whom the missing value stops, or everybody where one in force was changed."""
    records = Record.objects.filter(integration=row.integration)
    if not every:
        subject = f"{row.kind}:{' / '.join(key_parts(row.source_key))}"
        records = records.filter(
            problems__code=UNMAPPED.code,
            problems__subject=subject,
            problems__closed_at__isnull=True,
        )
    ids = list(records.exclude(state=Record.State.IGNORED).values_list("pk", flat=True))
    return Record.objects.filter(pk__in=ids).update(
        wanted=F("wanted") + 1, due_at=clock.now(), tries=0
    )
