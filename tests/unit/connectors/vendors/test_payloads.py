"""Every kept body names its source, and every named one is there."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from connectors import registry

HERE = Path(__file__).parent
FOLDERS = sorted(path.parent for path in HERE.glob("*/payloads/sources.toml"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_names_a_source_and_a_day_for_every_body(folder: Path) -> None:
    sources = tomllib.loads((folder / "sources.toml").read_text("utf-8"))
    assert set(sources) == {path.stem for path in folder.glob("*.json")}
    assert all(set(row) == {"source", "read_on"} and all(row.values()) for row in sources.values())


def test_finds_a_folder_of_every_vendor() -> None:
    assert [folder.parent.name for folder in FOLDERS] == sorted(registry.vendors())
