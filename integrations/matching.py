"""Which target record a draft means: by tie, reference or e-mail; a name alone only warns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from integrations.flow import Draft, Finding, Found, Lookalike, Several

REFERENCE: Final = "reference"
EMAIL: Final = "email"
"""Kinds of match keys: what carries our own reference, and what a person has on both sides."""


def choose(draft: Draft, target_id: str, candidates: Iterable[Found]) -> Finding:
    """Decide among candidates that were read for this draft.

    Every candidate is compared again: targets ignore filters that they do not know.
    """
    known = {candidate.target_id: candidate for candidate in candidates}
    if target_id:
        return known.get(target_id)
    for key in draft.keys:
        hits = tuple(candidate for candidate in known.values() if key in candidate.keys)
        if len(hits) > 1:
            return Several(hits)
        if hits:
            return hits[0]
    namesakes = tuple(
        candidate for candidate in known.values() if draft.name and candidate.name == draft.name
    )
    return Lookalike(namesakes) if namesakes else None


def reference_of_another(draft: Draft, found: Found) -> str:
    """The reference by which somebody else holds whom an e-mail found; empty where nobody does.

    Another integration, or another record, wrote it there: to write ours over it takes the record
    from whoever looks for it by that one.
    """
    shared = {key.kind for key in draft.keys if key in found.keys}
    carried = [key.value for key in found.keys if key.kind == REFERENCE]
    return carried[0] if carried and shared == {EMAIL} else ""
