"""Only a vendor's own folders may name it, so that a seventh is a folder and nothing else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.sources import PRODUCT, ROOT, modules

SLUGS = ("acumatica", "bamboohr", "bill", "freshbooks", "gusto", "zoho_books")
TOYS = ("homestead", "rolodex")
"""The vendors that tests add by path, with their flow."""
AT_HOME = (
    "config/demo",
    "connectors/sandbox",
    "connectors/vendors",
    "integrations/flows",
)
WALKS = ("connectors/registry.py", "integrations/registry.py")
"""The two walks over packages that find vendors and flows: nothing else imports by name."""
IMPORTING = frozenset({"__import__", "exec", "eval", "import_module", "import_string"})

PLAIN = "|".join(slug for slug in (*SLUGS, *TOYS) if slug != "bill")
# "bill" is an English word too: in a text it is the slug only where it stands alone or in a path.
# A flow is named by both its vendors (``rolodex_to_homestead``).
NAMED = re.compile(rf"(?<![^\W_])(?:{PLAIN})(?![^\W_])|(?:^|[./:])bill(?:$|[./:])")
NAMED_IN_TEMPLATE = re.compile(rf"(?<!\w)(?:{PLAIN})(?!\w)|[\"'./]bill[\"'./]")


def literals(tree: ast.Module) -> Iterator[str]:
    """Every text in the code but docstrings, and every module that is imported."""
    documented = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in documented:
                yield node.value
        elif isinstance(node, ast.ImportFrom):
            yield f"{node.module}.{'.'.join(alias.name for alias in node.names)}"
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def names_a_vendor(source: str) -> list[str]:
    return [text for text in literals(ast.parse(source)) if NAMED.search(text)]


def imports_by_name(source: str) -> list[str]:
    called = (node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    names = (
        function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        for function in called
    )
    return [name for name in names if name in IMPORTING]


def foreign_modules() -> Iterator[tuple[str, str]]:
    """Path and source of each product module that is no vendor's own."""
    for path in modules(*PRODUCT):
        place = str(path.relative_to(ROOT))
        if not place.startswith(AT_HOME):
            yield place, path.read_text()


def test_names_no_vendor_outside_its_folders() -> None:
    named = {place: names_a_vendor(source) for place, source in foreign_modules()}
    assert {place: texts for place, texts in named.items() if texts} == {}


def test_names_no_vendor_in_a_template() -> None:
    pages = [path for path in ROOT.glob("*/**/*.html") if ".venv" not in path.parts]
    named = [
        str(path.relative_to(ROOT))
        for path in pages
        if not str(path.relative_to(ROOT)).startswith(AT_HOME)
        and NAMED_IN_TEMPLATE.search(path.read_text())
    ]
    assert named == []


def test_imports_nothing_by_name_outside_the_two_walks() -> None:
    importing = {place for place, source in foreign_modules() if imports_by_name(source)}
    assert importing <= set(WALKS)


@pytest.mark.parametrize(
    "source",
    [
        'slug = "bamboohr"',
        'if vendor == "bill": pass',
        'path = "connectors.vendors.bill"',
        'text = f"the {name} at acumatica"',
        'flow = "bamboohr_to_acumatica"',
        'slug = "rolodex"',
        "from connectors.vendors import gusto",
        "import connectors.vendors.zoho_books.client",
        "from connectors.vendors.freshbooks.client import Client",
    ],
)
def test_finds_a_name_where_it_may_not_be(source: str) -> None:
    assert names_a_vendor(source) != []


@pytest.mark.parametrize(
    "source",
    [
        'kind = "supplier_bill"',
        'text = "Pay the bill first."',
        '"""Explains bamboohr in words."""',
        'title = "BambooHR"',
        "bill = 7",
    ],
)
def test_leaves_words_alone_that_are_no_slug(source: str) -> None:
    assert names_a_vendor(source) == []


@pytest.mark.parametrize(
    "source",
    ['importlib.import_module(f"x.{slug}")', '__import__("x")', 'import_string("x.y")'],
)
def test_finds_an_import_by_name(source: str) -> None:
    assert imports_by_name(source) != []


def test_knows_the_two_walks_by_their_place() -> None:
    assert all(imports_by_name(Path(ROOT, place).read_text()) for place in WALKS)
