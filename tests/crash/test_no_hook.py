"""The product has no hook for the crash proof: it does not know that it is being killed."""

from __future__ import annotations

import ast

from tests.unit.sources import PRODUCT, ROOT, modules

NAMES = ("tests.crash", "crash proof", "crash.probe", "PROBE")


def imported(source: str) -> set[str]:
    """The top-level packages that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def test_imports_no_test() -> None:
    importing = [
        str(path.relative_to(ROOT))
        for path in modules(*PRODUCT)
        if "tests" in imported(path.read_text(encoding="utf-8"))
    ]
    assert importing == []


def test_names_nothing_of_the_proof() -> None:
    naming = {
        str(path.relative_to(ROOT)): name
        for path in modules(*PRODUCT)
        for name in NAMES
        if name in path.read_text(encoding="utf-8")
    }
    assert naming == {}
