"""How a flow is declared: its legs, what they may call, and what a person chooses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, Protocol

from audit.outcomes import Outcome
from connectors.vendor import Operation, Page, Privacy, SourceRecord, TermValue
from integrations.choosing import ON, Option, switch_of
from integrations.reasons import Reason, ReasonKind


@dataclass(frozen=True, slots=True)
class MappingUse:
    """One confirmed mapping row as it applied: copied into the trail."""

    mapping_id: int
    kind: str
    source_key: tuple[str, ...]
    target: Mapping[str, str]
    version: int

    def as_json(self) -> dict[str, object]:
        """The form that entries keep."""
        return {
            "mapping": self.mapping_id,
            "kind": self.kind,
            "source_key": list(self.source_key),
            "target": dict(self.target),
            "version": self.version,
        }


IS_ASIDE: Final = "is_aside"
"""In the metadata of a field of a draft's value: it says how what shall be is brought about, so
that another value of it is no change."""


class PaperStatus(StrEnum):
    """How far a money document has come at the target."""

    SAVED = "saved"
    WAITS = "waits"
    """The target's own approval has it."""
    RELEASED = "released"
    VOIDED = "voided"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Paper:
    """One money document of a record, as the target shows it."""

    number: str
    """1, its reversal R1, the next one 2."""
    kind: str
    reference: str
    target_id: str
    total: Decimal
    currency: str
    dated_on: date
    status: PaperStatus
    drawn_from: str = ""
    """The source's side of it as it was drawn up, in a text that tells no amounts."""
    reverses: str = ""
    """The number of the document that it reverses."""
    written_as: str = ""
    """A keyed fingerprint of what we sent: where the target shows another, somebody changed it."""
    sort: str = ""
    """What it is compared with: the last of its sort."""
    rests_on: tuple[str, ...] = ()
    """The mapping rows that it rests on, each as ``<id>/<version>``."""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of a money document: a debit or a credit, the other one is zero."""

    account: str
    subaccount: str
    text: str
    debit: Decimal = field(repr=False)
    credit: Decimal = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One money document as an approver sees it before it is written."""

    title: str
    facts: tuple[tuple[str, str], ...]
    """What stands in its head, label and value: date, period, branch, when it is released."""
    lines: tuple[SheetLine, ...]
    checks: tuple[str, ...] = ()
    """What was checked and holds, in sentences that tell no amounts."""
    dated_on: date | None = None
    """Its day in the target's books."""

    @property
    def totals(self) -> tuple[Decimal, Decimal]:
        """The sum of its debits and that of its credits."""
        nothing = Decimal("0.00")
        return (
            sum((line.debit for line in self.lines), nothing),
            sum((line.credit for line in self.lines), nothing),
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person may want of a record's documents that the flow would not do by itself."""

    name: str
    title: str
    warning: str
    """What it does, said before it is done."""
    is_offered: Callable[[Sequence[Paper]], bool]
    """Whether it makes sense for these documents of a record."""


class Lookups(Protocol):
    """What ``map`` may look up: an unchanging snapshot, so that mapping stays pure."""

    @property
    def source_account(self) -> str:
        """The source's account, as its vendor names it: part of every reference."""

    def find(self, kind: str, *keys: tuple[str, ...]) -> MappingUse | None:
        """The first of ``keys`` that a person has mapped; the later ones are fallbacks."""

    def is_ignored(self, kind: str, *keys: tuple[str, ...]) -> bool:
        """Whether a person decided that this value is not carried."""

    def is_finer(self, kind: str, key: tuple[str, ...]) -> bool:
        """Whether a longer key that begins with this one is mapped."""

    def is_used(self, kind: str) -> bool:
        """Whether any value of this kind is mapped; what is not used needs no read."""

    def option(self, name: str) -> str:
        """The chosen or default value of a declared option."""

    def target_of(self, leg: str, source_id: str) -> str | None:
        """The target id of another record of this integration; None while it has none."""

    def points_to(self, leg: str, source_id: str) -> str:
        """The source id that another record of the leg points to; empty where to none."""

    def coming(self, leg: str, title: str) -> str | None:
        """The source id of the leg's record of this title that is still to be written there."""

    def can(self, ability: str) -> bool:
        """Whether the target was found to have this ability when it was last asked."""

    def source_can(self, ability: str) -> bool:
        """Whether the source was found to have this ability when it was last asked."""

    def ground(self) -> Any:
        """What ``Leg.ground`` read at the target, the same for every record of a run."""

    def papers(self, leg: str, source_id: str) -> Sequence[Paper]:
        """The money documents that were made for a record, as they were last seen."""

    def earlier(self, leg: str, source_id: str) -> Sequence[Paper]:
        """The latest documents of the leg's other records, the newest first."""

    def is_unclear(self, leg: str, source_id: str) -> bool:
        """Whether a call was sent for a record whose outcome is not known."""

    def wish(self, leg: str, source_id: str) -> str:
        """The name of what a person wants of the record's documents; empty: nothing special."""


@dataclass(frozen=True, slots=True)
class MatchKey:
    """How a target record that is not yet tied may be recognised; ``value`` is folded."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Awaited:
    """A record of the same integration, of whichever leg, that another one waits for."""

    leg: str
    source_id: str
    """Or ``ANY_RECORD``."""

    def __str__(self) -> str:
        return f"{self.leg}:{self.source_id}"


@dataclass(frozen=True, slots=True)
class Draft:
    """One thing as it shall be at the target; fields of ``value`` that are ABSENT are left."""

    value: Any
    reference: str
    keys: tuple[MatchKey, ...]
    """In order of trust."""
    name: str = ""
    """Folded; warns of a homonym, never links."""
    mappings: tuple[MappingUse, ...] = ()
    remarks: tuple[Reason, ...] = ()
    """What could not be carried and does not hold the record."""
    points_to: str = ""
    """The source id of the record of this leg that it points to."""
    only_at_creation: frozenset[str] = frozenset()
    """Fields that are given to a new record and left alone afterwards."""
    as_written: frozenset[str] = frozenset()
    """Fields that the source has as they were last written: where the target differs, somebody
    changed it there. The engine fills it in."""
    waits_for: Awaited | None = None
    """The record that a field waits for; the rest is written without it."""
    unreadable: frozenset[str] = frozenset()
    """Fields that are ABSENT since the source does not show what they follow from."""
    ahead: Waiting | None = None
    """What is known to come on a day ahead, when the record is looked at again; the rest is
    written now."""
    sent_at: datetime | None = None
    """When a call was sent whose outcome is not known; the engine fills it in."""


@dataclass(frozen=True, slots=True)
class Filtered:
    """Out of scope, by this rule."""

    rule: Reason
    mappings: tuple[MappingUse, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing is wrong: not yet. ``until`` is a day at the tenant; without one it waits for the
    record that it names.
    """

    reason: Reason
    until: date | None = None
    waits_for: Awaited | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A person must act."""

    reasons: tuple[Reason, ...]
    missing: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Mapping rows that a person must fill: kind and source key."""
    values: tuple[Difference, ...] = field(default=(), repr=False)
    """Both values of what disagrees where they are pay: kept with the record, told in no reason."""


@dataclass(frozen=True, slots=True)
class Found:
    """One record at the target, as read."""

    target_id: str
    value: Any
    keys: tuple[MatchKey, ...]
    name: str = ""
    title: str = ""
    is_partial: bool = False
    """A bulk read does not tell everything that steps compare: read alone before it is judged."""


@dataclass(frozen=True, slots=True)
class Several:
    """More than one record at the target could be the one."""

    candidates: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Lookalike:
    """None matches, but somebody of the same name stands there."""

    candidates: tuple[Found, ...]


ANY_RECORD = "*"
"""A field waits for some record of the leg to point elsewhere."""

Finding = Found | Several | Lookalike | None
Decision = Draft | Filtered | Waiting | Held


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that a step would change."""

    field: str
    found: str
    wanted: str
    is_link: bool = False
    """The value is another record's target id, which may not be known yet in a preview."""
    privacy: Privacy = Privacy.PLAIN

    @property
    def is_private(self) -> bool:
        """Whether its values are pay or health."""
        return self.privacy in (Privacy.PAY, Privacy.HEALTH)

    @property
    def shown(self) -> tuple[str, str]:
        """Found and wanted as everybody may see them: of pay and health only what they are."""
        if not self.is_private:
            return self.found, self.wanted
        mark = f"<{self.privacy}>"
        return (mark if self.found else ""), (mark if self.wanted else "")

    def as_json(self) -> dict[str, object]:
        """The form that entries and previews keep."""
        found, wanted = self.shown
        return {"field": self.field, "found": found, "wanted": wanted}


@dataclass(frozen=True, slots=True)
class Step:
    """One changing call that a leg may need."""

    name: str
    outcome: Outcome
    needed: Callable[[Found | None, Draft], bool]
    do: Callable[[Any, Found | None, Draft], Found]
    """Exactly one changing call; answers the target record as it stands afterwards."""
    differences: Callable[[Found | None, Draft], Sequence[Difference]]
    operation: Operation
    """The changing call: says how long the target may still act on it."""
    creates: bool = False
    """A lost answer is looked for before it is sent again; else the same call may be repeated."""
    appends: bool = False
    """Adds a row to a collection: sent again while the first may still act, it adds another."""
    completes: bool = False
    """Fills what had to wait for another record: nothing that stood there is changed."""
    requires: tuple[str, ...] = ()
    """Fields of the draft's value that must not be ABSENT; ``Leg.complete`` reads them."""
    lane: str = ""
    """Steps of one lane and connection run one at a time."""
    reads_back: bool = False
    """The target is looked at afresh before it: what a step before it was answered is no proof."""
    objection: Callable[[Found, Draft], Reason | None] | None = None
    """Why a person must look before it is taken although it is needed; None where nobody must."""
    reference: Callable[[Draft], str] | None = None
    """What the document that it makes is called, where a draft makes several."""
    parts_left: Callable[[Found | None, Draft], int] | None = None
    """How much is missing of what goes there in parts: it is taken until nothing is."""

    @property
    def is_repeatable(self) -> bool:
        """Whether it may be sent again though an earlier call may still have its effect."""
        return not self.creates and not self.appends


@dataclass(frozen=True, slots=True)
class Leg:
    """One kind of record moving one way. ``since`` is the mark; empty reads everything."""

    name: str
    title: str
    read: Callable[[Any, str], Iterator[Page]]
    read_some: Callable[[Any, Sequence[str]], Sequence[SourceRecord]]
    map: Callable[[SourceRecord, Lookups, date], Decision]
    find: Callable[[Any, Draft, str], Finding]
    find_all: Callable[[Any], Iterator[Sequence[Found]]] | None
    """The same in bulk; None: each is looked for by itself, and there is nothing to review."""
    steps: tuple[Step, ...]
    complete: Callable[[Any, SourceRecord, frozenset[str]], SourceRecord] | None = None
    """Reads what a needed step requires and the record's read did not tell."""
    unneeded: ReasonKind | None = None
    """The rule by which a record is out of scope that has no target and needs no step."""
    drift: Callable[[Found, Draft], Sequence[Difference]] | None = None
    """How the target differs in fields that the source has as they were last written."""
    points_to: Callable[[SourceRecord], str] | None = None
    """The source id of the record of this leg that this one points to; that one goes first."""
    reads: Mapping[str, Privacy] = field(default_factory=dict)
    """The classes of the source value's fields; of others the trail keeps only type and length."""
    rhythm: timedelta = timedelta(minutes=15)
    """How often its source is read where nobody chose otherwise."""
    notices: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    """Legs whose records those of this one wait for: they run first."""
    is_wanted: Callable[[Lookups], bool] | None = None
    """Whether options and target want the leg; its own switch decides beside it."""
    mark_at: Callable[[datetime], str] | None = None
    """The mark from which a backfill reads what changed since then; without it there is none."""
    ground: Callable[[Any], Any] | None = None
    """Reads at the target what drafts depend on and no record tells: a calendar, its accounts."""
    papers: Callable[[Found, Draft], Sequence[Paper]] | None = None
    """The money documents that stand at the target for a record; kept with it."""
    asks: Callable[[Found | None, Draft, Lookups], Sequence[Reason]] | None = None
    """Why the steps wait for an approved preview; nothing where they may be taken unseen."""
    standing: Callable[[Found, Draft, date], Waiting | Held | Filtered | None] | None = None
    """What is still to come by what stands at the target, once no step is needed: an approval
    there, a release by hand. A record that is not settled is looked at whenever it is due."""
    sheets: Callable[[Found | None, Draft], Sequence[Sheet]] | None = None
    """The money documents that the steps would make, as an approver sees them."""
    beside: Callable[[Any, date, date], Sequence[str]] | None = None
    """What stands at the target for those days already, in sentences that tell no amounts: an
    approver sees it with the preview."""
    wishes: tuple[Wish, ...] = ()
    writes: str = ""
    """The kind of record at the integration's target of which only one integration may be the
    writer; the flow's options have ``choosing.lead_of``. Empty: nobody else writes such ones."""
    fills: str = ""
    """The mapping kind in which a written record is the counterpart of its own title."""
    has_marks: bool = True
    """Else each read is a whole one, and only a person's looks again at what is held."""
    urgency: int = 3
    """In which order due work is taken: 0 money, 1 leavers, 2 hires, 3 changes."""
    is_windowed: bool = False
    """Even a whole read shows only what is recent: what it does not show has not vanished."""
    source: str = ""
    target: str = ""

    @property
    def switch(self) -> Option:
        """The option that switches it off."""
        return switch_of(self.name, self.title)

    def is_on(self, lookups: Lookups) -> bool:
        """Whether it runs in this integration."""
        is_wanted = self.is_wanted is None or self.is_wanted(lookups)
        return is_wanted and lookups.option(self.switch.name) == ON


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One list of one side, pulled by its own task; what mappings choose from."""

    kind: str
    side: str
    """``source`` or ``target``."""
    read: Callable[[Any], Sequence[TermValue]]


@dataclass(frozen=True, slots=True)
class MappingKind:
    """One table from source values to target values."""

    kind: str
    title: str
    parts: tuple[str, ...]
    """The declared parts of a target value: ("department",) or ("account", "subaccount"), each by
    the name of the target vocabulary that it is chosen from."""
    optional_parts: frozenset[str] = frozenset()
    """Parts that may stay empty."""
    is_required: bool = True
    is_suggested: bool = True
    """Whether a namesake at the target is proposed."""
    finer: tuple[str, ...] = ()
    """Source vocabularies whose values may follow in a key: such a row comes before the other."""
    has_default: bool = False
    """What has no row gets a chosen default: a first row may concern anybody."""


@dataclass(frozen=True, slots=True)
class Flow:
    """The declaration of one flow, ``FLOW`` in its folder."""

    source: str
    target: str
    title: str
    summary: str
    legs: tuple[Leg, ...]
    vocabularies: tuple[Vocabulary, ...] = ()
    mapping_kinds: tuple[MappingKind, ...] = ()
    options: tuple[Option, ...] = ()
    reasons: tuple[ReasonKind, ...] = ()
    calls: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Per side, the operations that the flow may call; a refusal is a defect of ours."""

    @property
    def choices(self) -> tuple[Option, ...]:
        """All that a person chooses: which legs run, and the flow's own options."""
        return (*(leg.switch for leg in self.legs), *self.options)

    def leg(self, name: str) -> Leg:
        """The leg of this name.

        Raises:
            LookupError: there is none; names those there are.
        """
        for leg in self.legs:
            if leg.name == name:
                return leg
        names = ", ".join(leg.name for leg in self.legs)
        raise LookupError(f"{self.title} has no leg {name!r}: there are {names}.")

    def mapping_kind(self, kind: str) -> MappingKind:
        """The mapping kind of this name.

        Raises:
            LookupError: there is none; names those there are.
        """
        for declared in self.mapping_kinds:
            if declared.kind == kind:
                return declared
        kinds = ", ".join(declared.kind for declared in self.mapping_kinds)
        raise LookupError(f"{self.title} has no mapping {kind!r}: there are {kinds}.")
