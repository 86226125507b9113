"""What a tenant's source values mean at the target: suggested by us, confirmed by people."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import F, QuerySet

from config import clock
from connectors.errors import RecordError
from connectors.vendor import TermValue
from integrations import mapping_targets, papers, registry
from integrations.flow import MappingKind, MappingUse, Paper
from integrations.flows.shared.folding import folded
from integrations.models import Connection, Integration, Record, Term
from integrations.models import Mapping as MappingRow
from integrations.standings import Comes, Standing, Standings, Stands, nothing_comes, nowhere


class MappingError(RecordError):
    """A value has no counterpart, or the one given does not exist at the target."""


def key_text(key: Sequence[str]) -> str:
    """A source key in the canonical text that rows store."""
    return json.dumps(list(key), ensure_ascii=False)


def key_parts(text: str) -> tuple[str, ...]:
    """The parts of a stored source key."""
    return tuple(json.loads(text))


def _no_ground() -> Any:
    raise TypeError("These lookups were made for no run.")


def _no_papers(leg: str, source_id: str) -> Sequence[Paper]:
    return ()


def _nothing_open(leg: str, source_id: str) -> bool:
    return False


def _no_wish(leg: str, source_id: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Table:
    """All mappings and options of one integration as they are now."""

    source_account: str
    uses: Mapping[tuple[str, tuple[str, ...]], MappingUse]
    ignored: frozenset[tuple[str, tuple[str, ...]]]
    options: Mapping[str, str]
    stands: Stands = nowhere
    comes: Comes = nothing_comes
    abilities: frozenset[str] = frozenset()
    source_abilities: frozenset[str] = frozenset()
    read_ground: Callable[[], Any] = _no_ground
    papers_of: Callable[[str, str], Sequence[Paper]] = _no_papers
    earlier_of: Callable[[str, str], Sequence[Paper]] = _no_papers
    wish_of: Callable[[str, str], str] = _no_wish
    unclear: Callable[[str, str], bool] = _nothing_open

    def find(self, kind: str, *keys: tuple[str, ...]) -> MappingUse | None:
        """The first of ``keys`` that a person has mapped."""
        for key in keys:
            if (use := self.uses.get((kind, key))) is not None:
                return use
        return None

    def is_ignored(self, kind: str, *keys: tuple[str, ...]) -> bool:
        """Whether a person decided that this value is not carried."""
        return any((kind, key) in self.ignored for key in keys)

    def is_finer(self, kind: str, key: tuple[str, ...]) -> bool:
        """Whether a longer key that begins with this one is mapped."""
        return any(
            used == kind and len(other) > len(key) and other[: len(key)] == key
            for used, other in self.uses
        )

    def is_used(self, kind: str) -> bool:
        """Whether any value of this kind is mapped."""
        return any(used == kind for used, _ in self.uses)

    def target_of(self, leg: str, source_id: str) -> str | None:
        """The target id of another record of this integration; None while it has none."""
        return self.stands(leg, source_id).target_id or None

    def note(self, leg: str, source_id: str, standing: Standing) -> None:
        """Let others know where a record has come to stand, ahead of its commit."""
        if isinstance(self.stands, Standings):
            self.stands.note(leg, source_id, standing)

    def owner_of(self, leg: str, target_id: str) -> str | None:
        """The source id of the record that is known to have come to stand there."""
        return self.stands.owner_of(leg, target_id) if isinstance(self.stands, Standings) else None

    def points_to(self, leg: str, source_id: str) -> str:
        """The source id that another record of the leg points to; empty where to none."""
        return self.stands(leg, source_id).points_to

    def coming(self, leg: str, title: str) -> str | None:
        """The source id of the leg's record of this title that is still to be written there."""
        return self.comes(leg, title)

    def can(self, ability: str) -> bool:
        """Whether the target was found to have this ability when it was last asked."""
        return ability in self.abilities

    def source_can(self, ability: str) -> bool:
        """Whether the source was found to have this ability when it was last asked."""
        return ability in self.source_abilities

    def ground(self) -> Any:
        """What the leg reads at the target; the same for every record of a run."""
        return self.read_ground()

    def papers(self, leg: str, source_id: str) -> Sequence[Paper]:
        """The money documents that were made for a record, as they were last seen."""
        return self.papers_of(leg, source_id)

    def earlier(self, leg: str, source_id: str) -> Sequence[Paper]:
        """The latest documents of the leg's other records, the newest first."""
        return self.earlier_of(leg, source_id)

    def is_unclear(self, leg: str, source_id: str) -> bool:
        """Whether a call was sent for a record whose outcome is not known."""
        return self.unclear(leg, source_id)

    def wish(self, leg: str, source_id: str) -> str:
        """The name of what a person wants of the record's documents."""
        return self.wish_of(leg, source_id)

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
    options = {option.name: option.default for option in flow.choices}
    standings = Standings(integration.pk)
    return Table(
        integration.source.account_id,
        uses,
        frozenset(ignored),
        options | integration.options,
        standings,
        standings.coming,
        _abilities(integration.target),
        _abilities(integration.source),
        papers_of=partial(papers.of_record, integration.pk),
        earlier_of=partial(papers.of_others, integration.pk),
        wish_of=partial(papers.wish_of, integration.pk),
        unclear=partial(papers.is_unclear, integration.pk),
    )


def _abilities(connection: Connection) -> frozenset[str]:
    facts = connection.capabilities.get("facts", {})
    return frozenset(name for name, fact in facts.items() if fact is True)


def note_missing(integration: Integration, missing: Iterable[tuple[str, tuple[str, ...]]]) -> None:
    """Open a row for each value that no person has decided on yet."""
    MappingRow.objects.bulk_create(
        (
            MappingRow(integration=integration, kind=kind, source_key=key_text(key))
            for kind, key in missing
        ),
        ignore_conflicts=True,
    )


@dataclass(frozen=True, slots=True)
class Fill:
    """A target value that came about by a record of ours: the counterpart of its title."""

    kind: str
    key: tuple[str, ...]
    target_id: str
    ground: str


def fill(integration: Integration, made: Fill) -> int:
    """Confirm the row of which a record of ours is the counterpart; answers how many go on.

    Inside the caller's commit. What a person has decided stays as it is.
    """
    kind = registry.flow(integration.flow).mapping_kind(made.kind)
    note_missing(integration, [(made.kind, made.key)])
    row = integration.mappings.get(kind=made.kind, source_key=key_text(made.key))
    filled = MappingRow.objects.filter(
        pk=row.pk, state__in=(MappingRow.State.UNMAPPED, MappingRow.State.SUGGESTED)
    ).update(
        target={kind.parts[0]: made.target_id},
        state=MappingRow.State.CONFIRMED,
        ground=made.ground,
        confirmed_at=clock.now(),
        version=F("version") + 1,
    )
    if not filled:
        return 0
    Term.objects.bulk_create(
        [
            Term(
                connection=integration.target,
                kind=kind.parts[0],
                key=made.target_id,
                title=made.key[0],
            )
        ],
        ignore_conflicts=True,
    )
    return _make_due(row, every=False)


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
    is_mapped = kind in {one.kind for one in registry.flow(integration.flow).mapping_kinds}
    if side == "source" and is_mapped:
        note_missing(integration, [(kind, (value.key,)) for value in values if value.is_active])


def row_for(integration: Integration, kind: str, key: Sequence[str]) -> MappingRow:
    """The row of this source key; one that is finer than its kind's own is opened.

    Raises:
        MappingError: the source has no such value, or the kind takes no such key.
    """
    rows = integration.mappings.select_related("integration__target")
    found = rows.filter(kind=kind, source_key=key_text(key)).first()
    if found is not None:
        return found
    declared = {one.kind: one for one in registry.flow(integration.flow).mapping_kinds}
    finer = declared[kind].finer if kind in declared else ()
    vocabularies = (kind, *finer)
    is_known = 1 < len(key) <= len(vocabularies) and all(
        integration.source.terms.filter(kind=vocabulary, key=part, is_active=True).exists()
        for vocabulary, part in zip(vocabularies, key, strict=False)
    )
    if not is_known:
        raise MappingError(
            f"There is no {kind} {' / '.join(key)!r} to map. "
            "Read the vocabularies first, or correct the spelling."
        )
    note_missing(integration, [(kind, tuple(key))])
    return rows.get(kind=kind, source_key=key_text(key))


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
    for term in mapping_targets.target_terms(integration, kind.parts[0]):
        for name in (term.title, term.key):
            namesakes[folded(name)].add(term)
    suggested = 0
    for row in integration.mappings.filter(kind=kind.kind, state=MappingRow.State.UNMAPPED):
        key = key_parts(row.source_key)
        hits = namesakes.get(folded(key[0]), set())
        if len(hits) != 1 or len(key) > 1:
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
    chosen = mapping_targets.kept(kind, target)
    expected = row.version if version is None else version
    was_other = row.state == MappingRow.State.CONFIRMED and row.target != chosen
    was_in_force = was_other or row.state == MappingRow.State.IGNORED
    with transaction.atomic():
        changed = MappingRow.objects.filter(pk=row.pk, version=expected).update(
            target=chosen,
            state=MappingRow.State.CONFIRMED,
            confirmed_by=by,
            confirmed_at=clock.now(),
            version=F("version") + 1,
        )
        if not changed:
            raise _stale(row, mapping_targets.shown(kind, chosen))
        return _make_due(row, every=was_in_force)


def ignore(row: MappingRow, by: AbstractBaseUser, version: int | None = None) -> int:
    """Say that the value is not carried, and make due what it concerns; answers how many records.

    What a record without the value comes to is the flow's to say. Ignored already: nothing is done.

    Raises:
        MappingError: the row has changed since ``version``.
    """
    if row.state == MappingRow.State.IGNORED:
        return 0
    was_in_force = row.state == MappingRow.State.CONFIRMED
    with transaction.atomic():
        changed = MappingRow.objects.filter(
            pk=row.pk, version=row.version if version is None else version
        ).update(
            target={},
            state=MappingRow.State.IGNORED,
            confirmed_by=by,
            confirmed_at=clock.now(),
            version=F("version") + 1,
        )
        if not changed:
            raise _stale(row, MappingRow.State.IGNORED.label)
        return _make_due(row, every=was_in_force)


def _stale(row: MappingRow, chosen: str) -> MappingError:
    """Names what the person chose and what somebody else has chosen meanwhile."""
    now = MappingRow.objects.select_related("confirmed_by").filter(pk=row.pk).first()
    if now is None:
        return MappingError(f"{row} is gone: load the list again.")
    kind = registry.flow(row.integration.flow).mapping_kind(row.kind)
    stands = mapping_targets.shown(kind, now.target) or now.get_state_display()
    by = f" by {now.confirmed_by}" if now.confirmed_by is not None else ""
    return MappingError(
        f"{row} was changed by somebody else meanwhile: it is {stands} now{by}, "
        f"you chose {chosen}. Load it again."
    )


def _refuse_unknown(row: MappingRow, kind: MappingKind, target: Mapping[str, str]) -> None:
    fault = mapping_targets.fault(row.integration, kind, target)
    if fault is not None:
        part, sentence = fault
        error = MappingError(f"{row}: {sentence}")
        error.fields = ((part, sentence),)
        raise error


def _make_due(row: MappingRow, *, every: bool) -> int:
    """Make due whom the row concerns, or everybody where another value was in force."""
    records = Record.objects.filter(integration=row.integration).exclude(state=Record.State.IGNORED)
    kind = registry.flow(row.integration.flow).mapping_kind(row.kind)
    if every or kind.has_default or len(key_parts(row.source_key)) > 1:
        ids = set(records.values_list("pk", flat=True))
    else:
        ids = _stopped(row, records) | _lacking(row, records) | _of_the_same(row, records)
    return Record.objects.filter(pk__in=ids).update(
        wanted=F("wanted") + 1, due_at=clock.now(), tries=0
    )


def _subject(row: MappingRow) -> str:
    """How reasons name the value."""
    return f"{row.kind}:{' / '.join(key_parts(row.source_key))}"


def _stopped(row: MappingRow, records: QuerySet[Record]) -> set[int]:
    """Those that a problem about the value stops."""
    about = records.filter(problems__subject=_subject(row), problems__closed_at__isnull=True)
    return set(about.values_list("pk", flat=True))


def _lacking(row: MappingRow, records: QuerySet[Record]) -> set[int]:
    """Those that were written without the value, which their remarks say."""
    told = records.filter(state=Record.State.SYNCED).exclude(reasons=[])
    return {
        pk
        for pk, reasons in told.values_list("pk", "reasons").iterator()
        if any(reason.get("subject") == _subject(row) for reason in reasons)
    }


def _of_the_same(row: MappingRow, records: QuerySet[Record]) -> set[int]:
    """The record that is to become the counterpart itself."""
    legs = [leg.name for leg in registry.flow(row.integration.flow).legs if leg.fills == row.kind]
    title = key_parts(row.source_key)[0]
    return set(records.filter(leg__in=legs, title=title).values_list("pk", flat=True))
