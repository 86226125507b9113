"""Counts where the type checker is told to look away, and refuses more than the ledger allows.

``tests/ledger.txt`` has lines of a count, a kind and a reason; those of a kind add up to what is
allowed. To allow more is to add a line with its reason. ``python -m tests.ledger`` is in lint.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections import Counter
from pathlib import Path

from tests.unit.sources import PRODUCT, modules

KINDS = ("Any", "cast", "type: ignore")
LEDGER = Path(__file__).with_name("ledger.txt")
LINE = re.compile(rf"(-?\d+) ({'|'.join(KINDS)}) - (.+)")


def count(source: str) -> Counter[str]:
    """How often each kind occurs in one module."""
    found: Counter[str] = Counter()
    for node in ast.walk(ast.parse(source)):
        name = getattr(node, "id", getattr(node, "attr", ""))
        if isinstance(node, ast.Name | ast.Attribute) and name in ("Any", "cast"):
            found[name] += 1
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and re.match(r"#\s*type:\s*ignore", token.string):
            found["type: ignore"] += 1
    return found


def allowed(ledger: str) -> Counter[str]:
    """What the ledger allows of each kind.

    Raises:
        ValueError: a line is no count, kind and reason.
    """
    total: Counter[str] = Counter()
    for line in ledger.splitlines():
        if not line or line.startswith("#"):
            continue
        entry = LINE.fullmatch(line)
        if entry is None:
            raise ValueError(f"{line!r} is no entry: write `2 Any - why`.")
        total[entry[2]] += int(entry[1])
    return total


def complaints(counted: Counter[str], total: Counter[str]) -> list[str]:
    """One line for each kind of which there is more than allowed."""
    return [
        f"{kind}: {counted[kind]} counted, {total[kind]} allowed. Take some out, "
        f"or add a line with the reason to tests/{LEDGER.name}."
        for kind in KINDS
        if counted[kind] > total[kind]
    ]


def main() -> int:
    counted: Counter[str] = Counter()
    for path in modules(*PRODUCT):
        counted += count(path.read_text())
    found = complaints(counted, allowed(LEDGER.read_text()))
    print("\n".join(found) or ", ".join(f"{kind}: {counted[kind]}" for kind in KINDS))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
