"""What a flow says of itself, as pages show it."""

from __future__ import annotations

import pytest

from integrations import registry
from integrations.connect.words import Question, Words, parse, words_of

TEXT = """# A → B

## Summary
Short.

## What moves
Names and *departments*, with
`codes`.

A **second** paragraph.

## What never moves
Pay.

## Questions
**Why is somebody held?** The record
says why.

No question at all.
"""


def test_cuts_the_sections_into_plain_paragraphs() -> None:
    assert parse(TEXT) == Words(
        moves=("Names and departments, with codes.", "A second paragraph."),
        never_moves=("Pay.",),
        questions=(Question("Why is somebody held?", "The record says why."),),
    )


def test_says_nothing_where_nothing_is_written() -> None:
    assert parse("# A → B\n") == Words()
    assert words_of("no_such_flow") == Words()


@pytest.mark.parametrize("slug", registry.flows())
def test_finds_what_each_flow_says(slug: str) -> None:
    words = words_of(slug)

    assert words.moves
    assert words.never_moves
    assert words.questions
    assert not any(mark in str(words) for mark in ("**", "`", "\\n"))
