"""What a mapping may choose at the target: each part of it from the vocabulary of its own name.

A person may also write less than a whole value. In a part that may stay empty: a mask, with ``?``
in the places that somebody else fills, if a term has that many places and agrees in the others.
In a kind that only says what fills such a mask (its one part is from another kind's vocabulary):
what fills one that is in use, if a term comes of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from connectors.redaction import printable
from integrations import registry
from integrations.flow import MappingKind
from integrations.models import Integration, Term
from integrations.models import Mapping as MappingRow

OPEN_PLACE: Final = "?"
"""Stands in a mask for each character that is filled in."""
NAMED_COUNT: Final = 20
"""So many terms are named where none of them was chosen; the rest are counted."""
SEPARATOR: Final = " / "
Fault = tuple[str, str]
"""A part, and what is wrong with it; completes "department Finance: …"."""


def target_terms(integration: Integration, part: str) -> list[Term]:
    """The values that a part of this name may be chosen from."""
    return list(integration.target.terms.filter(kind=part, is_active=True))


def kept(kind: MappingKind, target: Mapping[str, str]) -> dict[str, str]:
    """The target as it is stored: its parts in the declared order, empty ones left out."""
    return {part: target[part] for part in kind.parts if target.get(part)}


def shown(kind: MappingKind, target: Mapping[str, str]) -> str:
    """The target in print, parts in the declared order: a database may keep them in another."""
    parts = [target.get(part, "") for part in kind.parts]
    while parts and not parts[-1]:
        parts.pop()
    return SEPARATOR.join(parts)


def parsed(kind: MappingKind, text: str) -> dict[str, str] | None:
    """The target that is meant by its print; None where it has other parts than its kind."""
    if len(kind.parts) == 1:
        return {kind.parts[0]: text}
    # An empty part at an end leaves nothing but its separator.
    parts = [one.strip() for one in f" {text} ".split(SEPARATOR)]
    if len(parts) > len(kind.parts):
        return None
    left_out = kind.parts[len(parts) :]
    if not kind.optional_parts.issuperset(left_out):
        return None
    return kept(kind, dict(zip(kind.parts, parts, strict=False)))


def fault(integration: Integration, kind: MappingKind, target: Mapping[str, str]) -> Fault | None:
    """What is wrong with a target that a person chose; None: it may stand."""
    needed = SEPARATOR.join(part for part in kind.parts if part not in kind.optional_parts)
    if not set(target) <= set(kind.parts):
        return kind.parts[0], f"It has exactly these parts: {', '.join(kind.parts)}."
    for part in kind.parts:
        chosen = target.get(part, "")
        if chosen:
            sentence = _fault_of(integration, kind, part, chosen)
        else:
            sentence = "" if part in kind.optional_parts else f"It needs exactly {needed}."
        if sentence:
            return part, sentence
    return None


def _fault_of(integration: Integration, kind: MappingKind, part: str, chosen: str) -> str:
    terms = integration.target.terms.filter(kind=part)
    is_active = terms.filter(key=chosen).values_list("is_active", flat=True).first()
    if is_active or (is_active is None and not terms.exists()):
        return ""
    name = printable(repr(chosen))
    if is_active is not None:
        return f"{name} is not active at the target any more: choose another one."
    active = sorted(terms.filter(is_active=True).values_list("key", flat=True))
    if may_be_mask(kind, part) and OPEN_PLACE in chosen:
        if any(_fits(chosen, key) for key in active):
            return ""
        return f"{name} is a mask that no {_title(kind, part)} at the target fits."
    if may_fill(kind, part) and _fills(integration, part, chosen, active):
        return ""
    return f"{name} is no {_title(kind, part)} at the target. {_there_are(active)}"


def _title(kind: MappingKind, part: str) -> str:
    return kind.title.lower() if part == kind.kind else part.replace("_", " ")


def _there_are(keys: list[str]) -> str:
    named = printable(", ".join(keys[:NAMED_COUNT]))
    more = f" and {len(keys) - NAMED_COUNT} more" if len(keys) > NAMED_COUNT else ""
    return f"There are: {named}{more}." if keys else "None is active there."


def may_be_mask(kind: MappingKind, part: str) -> bool:
    """Whether the part may leave places open."""
    return part in kind.optional_parts


def may_fill(kind: MappingKind, part: str) -> bool:
    """Whether the part may be what fills the open places of a mask."""
    return kind.parts == (part,) and part != kind.kind


def _fills(integration: Integration, part: str, chosen: str, keys: Iterable[str]) -> bool:
    known = set(keys)
    return any(_filled(mask, chosen) in known for mask in _masks(integration, part))


def _fits(mask: str, key: str) -> bool:
    return len(mask) == len(key) and all(
        place in (OPEN_PLACE, character) for place, character in zip(mask, key, strict=True)
    )


def _filled(mask: str, value: str) -> str:
    """The mask with the value in its open places; empty where they are not as many."""
    if mask.count(OPEN_PLACE) != len(value):
        return ""
    characters = iter(value)
    return "".join(next(characters) if place == OPEN_PLACE else place for place in mask)


def _masks(integration: Integration, part: str) -> Iterator[str]:
    """The masks in use: an option's, and those of rows that a person has confirmed."""
    chosen = {one.name: one.default for one in registry.flow(integration.flow).choices}
    chosen |= integration.options
    targets = integration.mappings.filter(state=MappingRow.State.CONFIRMED, target__has_key=part)
    for text in (
        *chosen.values(),
        *(one[part] for one in targets.values_list("target", flat=True)),
    ):
        if OPEN_PLACE in text:
            yield text
