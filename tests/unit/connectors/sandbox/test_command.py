"""Starting the sandbox: one line when it listens, one line when it cannot."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from typing import Any

import pytest
import requests

from tests.conftest import REPOSITORY, start_sandbox


def refuse(*arguments: str) -> str:
    """Start it with arguments with which it cannot start; what it says."""
    ended = subprocess.run(
        [sys.executable, "-m", "connectors.sandbox", *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode != 0
    assert ended.stdout == ""
    return ended.stderr.strip()


def test_says_one_line_when_the_port_is_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refuse("--port", str(port))
    assert said == (
        f"The sandbox cannot listen on 127.0.0.1:{port} (Address already in use): stop what "
        "listens there, or give another --port (0 picks a free one)."
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--port", "70000"), "70000 is no port"),
        (("--people", "-1"), "-1 is negative"),
        (("--latency-ms", "-1"), "-1 is negative"),
        (("--reach", "connector.example"), "is not ORIGIN=LOOPBACK"),
        (("--reach", "https://a.example=http://b.example"), "no http origin on loopback"),
    ],
)
def test_says_what_is_wrong_with_an_argument(arguments: tuple[str, ...], said: str) -> None:
    assert said in refuse(*arguments)


def test_listens_with_the_company_and_the_latency_asked_for() -> None:
    process, url = start_sandbox("--people", "7", "--seed", "3", "--latency-ms", "40")
    try:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", url)
        with requests.Session() as session:
            state = session.get(f"{url}/_control/bamboohr/state", timeout=10)
            assert len(state.json()["companies"]["northwind"]["employees"]) == 7
            page = session.get(f"{url}/bamboohr/northwind.bamboohr.com/token.php", timeout=10)
            assert page.elapsed.total_seconds() >= 0.04
    finally:
        process.terminate()
        process.wait(10)
    assert process.returncode in (0, -15)


def test_is_the_same_for_the_same_seed(sandbox: Any) -> None:
    def people(seed: int) -> Any:
        sandbox.reset(seed=seed, people=60, clock_start="2026-03-02T09:00:00Z")
        return sandbox.state("bamboohr")["companies"]["northwind"]["employees"]

    assert people(1) == people(1)
    assert people(1) != people(2)
