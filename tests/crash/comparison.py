"""Compares the state after a cut with the one of the quiet run; every difference is a sentence."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import ndiff

from tests.crash.state import CONSENTED, CREATES, State

SHOWN_CHARACTERS = 400
UNSAID = ""
"""In a fingerprint: a field of which nothing is known."""
OF_A_LOOK = frozenset({"changes", "checks", "days", "release_on", "reversal", "written_as"})
"""In a payroll's fingerprint: fields that are known otherwise once what was written has been looked
at again, though the target has the same."""


def differences(
    quiet: State, state: State, *, has_consented: bool = False, may_be_fewer: bool = False
) -> list[str]:
    """What is not as in the quiet run; a new consent adds to the tables of ``CONSENTED``.

    ``may_be_fewer``: two changes of one record may have been carried in one.
    """
    return [
        *state.open,
        *documents_differ(quiet.documents, state.documents),
        *rows_differ(quiet.rows, state.rows, CONSENTED if has_consented else ()),
        *effects_differ(quiet, state, may_be_fewer=may_be_fewer),
        *unexplained(state),
        *untold(state),
    ]


def documents_differ(quiet: Mapping[str, str], found: Mapping[str, str]) -> Iterator[str]:
    """Documents too many, too few, or of another content."""
    for name in sorted(quiet.keys() | found.keys()):
        if name not in found:
            yield f"missing: {name}"
        elif name not in quiet:
            yield f"too many: {name}"
        elif quiet[name] != found[name]:
            yield f"{name}: {told_apart(quiet[name], found[name])}"


def rows_differ(
    quiet: Mapping[str, tuple[str, ...]],
    found: Mapping[str, tuple[str, ...]],
    left_out: tuple[str, ...],
) -> Iterator[str]:
    """Rows too many, too few, or of another content."""
    for table in sorted(quiet.keys() | found.keys()):
        before, after = Counter(quiet.get(table, ())), Counter(found.get(table, ()))
        if before == after or table in left_out:
            continue
        if before.total() != after.total():
            yield f"{table}: {after.total()} rows, not {before.total()}"
        gone, come = (before - after).elements(), (after - before).elements()
        for old, new in zip(gone, come, strict=False):
            if not knows_less(old, new):
                yield f"{table}: {told_apart(old, new)}"


def knows_less(before: str, after: str) -> bool:
    """Whether a record only knows less of what stands at the target: one read more, no other write.

    A worker that finds what a dead one wrote has not read all that the dead one had.
    """
    old, new = json.loads(before), json.loads(after)
    was, known = old.pop("fingerprint", None), new.pop("fingerprint", None)
    if old != new or not was or not known:
        return False
    said = {
        name: digest
        for name, digest in known["fields"].items()
        if digest != UNSAID and name not in OF_A_LOOK
    }
    return all(was["fields"].get(name) == digest for name, digest in said.items())


def effects_differ(quiet: State, state: State, *, may_be_fewer: bool) -> Iterator[str]:
    """Creations other than in the quiet run; changes missing, or more than one too many."""
    for kind, before, after in (
        ("by our rows", quiet.effects, state.effects),
        ("by the journal", quiet.applied, state.applied),
    ):
        for effect in sorted(before.keys() | after.keys()):
            wanted, found = before.get(effect, 0), after.get(effect, 0)
            spare = 0 if effect.endswith(CREATES) else 1
            least = wanted - spare if may_be_fewer else wanted
            if not least <= found <= wanted + spare:
                yield f"{effect} took effect {found} times {kind}, not {wanted}"


def unexplained(state: State) -> Iterator[str]:
    """Effects at a vendor for which we have no row; a change done already may have two rows."""
    for is_creation, kind in ((True, "creations"), (False, "changes")):
        explained = of_kind(state.effects, is_creation=is_creation)
        applied = of_kind(state.applied, is_creation=is_creation)
        if applied > explained:
            yield f"{applied} {kind} took effect at the vendor, and our rows tell of {explained}"


def of_kind(counted: Mapping[str, int], *, is_creation: bool) -> int:
    """How many of these effects are creations, or changes."""
    return sum(
        count for effect, count in counted.items() if effect.endswith(CREATES) is is_creation
    )


def untold(state: State) -> Iterator[str]:
    """Effects of which the trail does not tell, or more than once."""
    for effect in sorted(state.effects.keys() | state.told.keys()):
        wanted, found = state.effects.get(effect, 0), state.told.get(effect, 0)
        if wanted != found:
            yield f"the trail tells {found} times of {effect}, which took effect {wanted} times"


def told_apart(before: str, after: str) -> str:
    """What differs between two JSON texts."""
    pieces = ndiff(before.split(", "), after.split(", "))
    changed = ", ".join(piece for piece in pieces if piece[0] in "+-")
    return changed[:SHOWN_CHARACTERS]
