"""Every module says in its first sentence what it is for."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.unit.sources import PRODUCT, ROOT, modules


def first_paragraph(source: str) -> str:
    return (ast.get_docstring(ast.parse(source)) or "").partition("\n\n")[0]


@pytest.mark.parametrize("folder", [*PRODUCT, "tests"])
def test_says_what_each_module_is_for(folder: str) -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in modules(folder)
        if not first_paragraph(path.read_text()).rstrip().endswith(".")
    ]
    assert silent == []


def test_counts_a_package_without_a_word_as_silent(tmp_path: Path) -> None:
    assert first_paragraph("") == ""
    assert first_paragraph('"""Says it.\n\nAnd more"""') == "Says it."
