"""Finding the vendors by their folders."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors import registry
from connectors.registry import BrokenVendorError, UnknownVendorError

DECLARATION = """
from tests.unit.connectors.servers import toy_vendor
from dataclasses import replace
VENDOR = replace(toy_vendor(), slug={slug!r}, title={title!r})
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A second place to look for vendors; forgotten after the test."""
    registry.add_path(tmp_path)
    yield tmp_path
    registry.remove_path(tmp_path)
    for name in [name for name in sys.modules if name.startswith("connectors.vendors.seventh")]:
        del sys.modules[name]


def put(folder: Path, name: str, text: str) -> None:
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text(text)


def test_finds_a_vendor_by_its_folder(folder: Path) -> None:
    put(folder, "seventh", DECLARATION.format(slug="seventh", title="Aardvark Payroll"))
    assert registry.vendor("seventh").title == "Aardvark Payroll"
    assert next(iter(registry.vendors())) == "seventh"


def test_forgets_a_place_that_is_removed(folder: Path) -> None:
    put(folder, "seventh", DECLARATION.format(slug="seventh", title="Toy"))
    assert "seventh" in registry.vendors()
    registry.remove_path(folder)
    assert "seventh" not in registry.vendors()


def test_walks_once() -> None:
    assert registry.vendors() is registry.vendors()


def test_leaves_plain_modules_alone(folder: Path) -> None:
    (folder / "seventh.py").write_text("raise RuntimeError")
    assert "seventh" not in registry.vendors()


@pytest.mark.parametrize("text", ["", "VENDOR = 'seventh'"])
def test_names_a_folder_without_a_declaration(folder: Path, text: str) -> None:
    put(folder, "seventh", text)
    with pytest.raises(
        BrokenVendorError, match=r"^The folder connectors/vendors/seventh declares no VENDOR\.$"
    ):
        registry.vendors()


def test_names_a_folder_that_declares_another_slug(folder: Path) -> None:
    put(folder, "seventh", DECLARATION.format(slug="eighth", title="Toy"))
    with pytest.raises(
        BrokenVendorError, match="connectors/vendors/seventh declares VENDOR with the slug 'eighth'"
    ):
        registry.vendors()


def test_says_which_vendors_there_are(folder: Path) -> None:
    put(folder, "seventh", DECLARATION.format(slug="seventh", title="Toy"))
    with pytest.raises(UnknownVendorError, match=r"There is no vendor 'eighth', only: .*seventh"):
        registry.vendor("eighth")


def test_finds_every_folder_of_the_product() -> None:
    folders = Path(registry.__file__).parent / "vendors"
    names = {path.parent.name for path in folders.glob("*/__init__.py")}
    assert set(registry.vendors()) == names
