"""The keys of the embedded default."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from config.keys import kept_keys
from config.variables import BadEnvironmentError


def test_makes_the_keys_once_for_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    made = kept_keys(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert kept_keys(path) == made
    assert len(made.secret_key) >= 50
    token = Fernet(made.fernet_keys[0]).encrypt(b"a token")
    assert Fernet(kept_keys(path).fernet_keys[0]).decrypt(token) == b"a token"


def test_agrees_on_one_set_when_processes_start_together(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(kept_keys, [tmp_path / "keys"] * 8))
    assert made == [made[0]] * 8
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


def test_refuses_keys_that_others_can_read(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    kept_keys(path)
    path.chmod(0o640)
    with pytest.raises(BadEnvironmentError) as caught:
        kept_keys(path)
    assert caught.value.lines == (f"{path} is open to others: run `chmod 600 {path}`.",)


@pytest.mark.parametrize(
    "content",
    ["", "[]", '{"secret_key": "x"}', json.dumps({"secret_key": "x", "fernet_keys": ["short"]})],
)
def test_refuses_a_damaged_file_and_makes_no_new_keys(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(BadEnvironmentError, match="put its backup in place"):
        kept_keys(path)
    assert path.read_text() == content


def test_prints_no_key(tmp_path: Path) -> None:
    keys = kept_keys(tmp_path / "keys")
    assert keys.secret_key not in repr(keys)
    assert keys.fernet_keys[0] not in repr(keys)
