"""The production shape: containers run what the Procfile runs, and Django finds no fault."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.fernet import Fernet

from config.environment import BASE_DIR
from tests.unit.config.test_start import started

KEYS = {"FERNET_KEYS": Fernet.generate_key().decode(), "SECRET_KEY": "k" + "8f-Zp2_w" * 8}
PUBLIC = {
    "PUBLIC_URL": "https://connector.northwind.example",
    "DATABASE_URL": "postgres://connector:x@127.0.0.1:1/connector",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    **KEYS,
}


def services() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((BASE_DIR / "compose.yaml").read_text())
    return dict(read["services"])


def processes() -> dict[str, list[str]]:
    """The Procfile's commands without what belongs to one machine."""
    lines = (BASE_DIR / "Procfile").read_text().splitlines()
    named = (line.split(":", 1) for line in lines)
    return {name: shlex.split(command.replace(".venv/bin/", "")) for name, command in named}


@pytest.mark.parametrize("name", ["soon", "bulk", "beat"])
def test_a_container_runs_what_the_procfile_runs(name: str) -> None:
    shared = [part for part in processes()[name] if part not in ("-n", f"{name}@%h")]
    assert [part for part in services()[name]["command"] if part != "--pidfile="] == shared


def test_the_image_serves_as_the_procfile_does() -> None:
    lines = (BASE_DIR / "Dockerfile").read_text().splitlines()
    [command] = [line.removeprefix("CMD ") for line in lines if line.startswith("CMD ")]
    served = yaml.safe_load(command)
    expected = processes()["web"]
    address = expected.index("--bind") + 1
    assert served[address] == "0.0.0.0:8000"
    assert served[:address] == expected[:address]
    assert served[address + 1 :] == expected[address + 1 :]


def test_no_key_and_no_secret_comes_into_the_image() -> None:
    lines = (BASE_DIR / "Dockerfile").read_text().splitlines()
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY ")]
    names = {name for names in copied for name in names if not name.startswith("--from")}
    assert not names & {".", "var", ".env", "tests"}
    assert all((BASE_DIR / name).exists() for name in names if not name.startswith("/"))


def test_every_process_waits_for_the_migrations() -> None:
    ours = {name: one for name, one in services().items() if one.get("image") == "ml-connector"}
    assert set(ours) == {"migrated", *processes()}
    for name in processes():
        waits = ours[name]["depends_on"]["migrated"]["condition"]
        assert waits == "service_completed_successfully"


def test_django_finds_no_fault_in_a_public_installation(tmp_path: Path) -> None:
    checked = started("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PUBLIC)
    assert checked.returncode == 0, checked.stderr


def test_every_variable_is_explained() -> None:
    told = (BASE_DIR / ".env.example").read_text()
    source = (BASE_DIR / "config" / "environment.py").read_text()
    names = set(re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', source))
    assert len(names) > 15
    assert {name for name in names if f"{name}=" not in told} == set()
