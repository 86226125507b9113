"""Where the code is that the rules of the house are about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("audit", "config", "connectors", "integrations")


def modules(*folders: str) -> Iterator[Path]:
    """Every Python file below these folders, written by a person (migrations are generated)."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path
