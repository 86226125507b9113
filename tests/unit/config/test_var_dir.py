"""The private directory and its locks."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from config.var_dir import locked, make_private
from config.variables import BadEnvironmentError


def test_makes_the_directory_for_its_owner_alone(tmp_path: Path) -> None:
    directory = tmp_path / "var"
    make_private(directory)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_makes_the_directories_above_it_as_private(tmp_path: Path) -> None:
    make_private(tmp_path / "var" / "demo")
    make_private(tmp_path / "var")
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700


def test_refuses_a_directory_that_is_open_to_others_and_leaves_it_so(tmp_path: Path) -> None:
    directory = tmp_path / "var"
    directory.mkdir()
    directory.chmod(0o750)
    with pytest.raises(BadEnvironmentError) as caught:
        make_private(directory)
    assert caught.value.lines == (
        f"{directory} is open to others: set VAR_DIR to a directory of its own, "
        f"or, if this is one, run `chmod 700 {directory}` as its owner.",
    )
    assert stat.S_IMODE(directory.stat().st_mode) == 0o750


def test_holds_a_lock_alone_and_gives_it_back(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with locked(path, 0), pytest.raises(TimeoutError, match="stayed locked"), locked(path, 0):
        pass
    with locked(path, 0):
        pass
