"""What a flow says of itself in its ``words.md``, cut into what pages show; text, no markup."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from integrations import flows as flows_package

MOVES = "What moves"
NEVER_MOVES = "What never moves"
QUESTIONS = "Questions"
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_QUESTION = re.compile(r"\*\*(.+?)\*\*\s+(.+)", re.DOTALL)
_MARKUP = re.compile(r"\*\*(.+?)\*\*|\*(.+?)\*|`(.+?)`")


@dataclass(frozen=True, slots=True)
class Question:
    """What a customer may ask, and the answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Words:
    """Paragraphs of one flow; empty where it says nothing."""

    moves: tuple[str, ...] = ()
    never_moves: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()


@cache
def words_of(flow_slug: str) -> Words:
    """What this flow says; nothing where its folder has no ``words.md``."""
    for folder in flows_package.__path__:
        file = Path(folder) / flow_slug / "words.md"
        if file.is_file():
            return parse(file.read_text("utf-8"))
    return Words()


def parse(text: str) -> Words:
    """Read a ``words.md``: fixed headings, paragraphs, questions in bold before their answers."""
    parts = _HEADING.split(text)
    sections = MappingProxyType(dict(zip(parts[1::2], parts[2::2], strict=True)))
    return Words(
        moves=_paragraphs(sections, MOVES),
        never_moves=_paragraphs(sections, NEVER_MOVES),
        questions=tuple(
            Question(_plain(found[1]), _plain(found[2]))
            for part in _blocks(sections.get(QUESTIONS, ""))
            if (found := _QUESTION.fullmatch(part)) is not None
        ),
    )


def _paragraphs(sections: Mapping[str, str], heading: str) -> tuple[str, ...]:
    return tuple(_plain(part) for part in _blocks(sections.get(heading, "")))


def _blocks(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def _plain(text: str) -> str:
    """One line without marks for bold, italics and code."""
    shown = _MARKUP.sub(lambda found: next(filter(None, found.groups())), text)
    return " ".join(shown.split())
