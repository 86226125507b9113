"""The ledger of what the type checker does not see."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.ledger import allowed, complaints, count

SOURCE = '''
import typing
from typing import Any, cast

def read(answer: Any) -> list[Any]:
    """Any answer; a cast is a type: ignore of another kind."""
    rows: typing.Any = cast(list, answer)  # type: ignore[type-arg]
    text = "# type: ignore"
    return rows  # type:ignore
'''


def test_counts_code_and_comments_but_no_text() -> None:
    assert count(SOURCE) == {"Any": 3, "cast": 1, "type: ignore": 2}


def test_adds_up_the_lines_of_a_kind() -> None:
    ledger = "# why\n\n5 Any - JSON\n2 Any - stubs\n-1 Any - typed since\n1 type: ignore - a bug\n"
    assert allowed(ledger) == {"Any": 6, "type: ignore": 1}


@pytest.mark.parametrize("line", ["5 Any", "5 Any -", "five Any - why", "5 any - why"])
def test_refuses_a_line_without_count_kind_or_reason(line: str) -> None:
    with pytest.raises(ValueError, match="is no entry"):
        allowed(line)


def test_complains_of_more_and_not_of_less() -> None:
    total = Counter({"Any": 2, "cast": 1})
    assert complaints(Counter({"Any": 3}), total) == [
        "Any: 3 counted, 2 allowed. Take some out, "
        "or add a line with the reason to tests/ledger.txt."
    ]
    assert complaints(Counter({"Any": 2}), total) == []
