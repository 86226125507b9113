"""The lock files pin everything by hash and tell nobody where it was fetched."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions

import pytest

from tests.unit.sources import PRODUCT, ROOT, modules

OURS = (*PRODUCT, "tests")
LOCKS = ("requirements.lock", "requirements-dev.lock")
PINNED = re.compile(r"^([a-z0-9._-]+)==(\S+)", re.MULTILINE)


def imported(*folders: str) -> Iterator[str]:
    """The outermost name of every module of others that is imported below these folders."""
    for path in modules(*folders):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            else:
                continue
            for name in names:
                outermost = name.partition(".")[0]
                if outermost not in sys.stdlib_module_names and outermost not in OURS:
                    yield outermost


def spelt(distribution: str) -> str:
    """A package's name as lock files spell it: ``prometheus_client`` is ``prometheus-client``."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def pinned(name: str) -> dict[str, str]:
    return dict(PINNED.findall((ROOT / name).read_text()))


@pytest.mark.parametrize("name", LOCKS)
def test_names_no_host_and_no_option_of_an_index(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert re.findall(r"^-", text, re.MULTILINE) == []


@pytest.mark.parametrize("name", LOCKS)
def test_pins_every_package_with_a_hash(name: str) -> None:
    blocks = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
    assert len(blocks) > 20
    without = [block for block in blocks if "==" not in block or "--hash=sha256:" not in block]
    assert without == []


def test_develops_on_what_is_run() -> None:
    run, develop = (pinned(name) for name in LOCKS)
    assert {name: develop.get(name) for name in run} == run


def test_locks_every_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    declared = [
        re.split(r"[^A-Za-z0-9-]", line)[0]
        for line in [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    ]
    assert sorted(set(declared) - set(pinned("requirements-dev.lock"))) == []


def test_imports_nothing_that_is_not_locked_for_running() -> None:
    distributions = packages_distributions()
    locked = pinned("requirements.lock")
    missing = {
        name
        for name in imported(*PRODUCT)
        if not any(spelt(found) in locked for found in distributions.get(name, []))
    }
    assert missing == set()
