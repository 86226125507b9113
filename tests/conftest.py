"""What all tests share: no network but loopback, and one sandbox per test process."""

from __future__ import annotations

import ipaddress
import os
import socket
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from tests import tables

REPOSITORY = Path(__file__).resolve().parent.parent
CONTROL_SECONDS = 60
RECORDINGS = "SANDBOX_RECORDINGS"
"""Environment: the folder in which all sandboxes of a test run record their exchanges."""
OWN_RECORDINGS = pytest.StashKey[tempfile.TemporaryDirectory[str]]()
CHECKED = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Guard the network; make room for recordings, once for all processes of the run."""
    if not os.environ.get(RECORDINGS):
        folder = tempfile.TemporaryDirectory(prefix="ml-connector-recordings-")
        os.environ[RECORDINGS] = folder.name
        config.stash[OWN_RECORDINGS] = folder
    socket.socket.connect = guarded(socket.socket.connect)  # type: ignore[method-assign]
    socket.socket.connect_ex = guarded(socket.socket.connect_ex)  # type: ignore[method-assign]


def guarded(connect: Any) -> Any:
    """The same, but only for loopback and for sockets in the file system."""

    def connect_to_loopback(self: socket.socket, address: Any) -> Any:
        is_network = self.family in (socket.AF_INET, socket.AF_INET6)
        if is_network and not is_loopback(address[0]):
            raise PermissionError(f"A test tried to reach {address[0]}: only loopback is allowed.")
        return connect(self, address)

    return connect_to_loopback


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("localhost", "")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Check what was said to the sandbox, once all of it has been said."""
    config = session.config
    folder = config.stash.get(OWN_RECORDINGS, None)
    if folder is None or not any(Path(folder.name).iterdir()):
        return
    checked = subprocess.run(
        [sys.executable, "-m", "tests.contract.specs", folder.name],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    config.stash[CHECKED] = checked.stdout + checked.stderr
    if checked.returncode != 0 and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say how much was checked, and what was wrong."""
    for line in config.stash.get(CHECKED, "").splitlines():
        terminalreporter.write_line(line)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Forget the recordings of this run."""
    folder = config.stash.get(OWN_RECORDINGS, None)
    if folder is not None:
        folder.cleanup()
        del os.environ[RECORDINGS]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Have Django end each test that commits by putting back what was there before the first."""
    with django_db_blocker.unblock():
        pristine = tables.keep()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: pristine.put_back())
        yield


class Sandbox:
    """A running sandbox and its control API."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False

    def control(self, method: str, path: str, json: object = None) -> Any:
        """Call the control API; the answer's JSON.

        Raises:
            AssertionError: it refused.
        """
        answer = self._session.request(
            method, f"{self.url}/_control/{path.lstrip('/')}", json=json, timeout=CONTROL_SECONDS
        )
        assert answer.status_code == 200, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def reset(
        self, seed: int = 1, people: int = 120, clock_start: str | None = None
    ) -> dict[str, Any]:
        """Start anew, then soften what the environment's ``SOFTEN`` names (``bamboohr:7,…``)."""
        answer: dict[str, Any] = self.control(
            "POST", "reset", {"seed": seed, "people": people, "clock_start": clock_start}
        )
        for pair in filter(None, os.environ.get("SOFTEN", "").split(",")):
            vendor, _, case = pair.partition(":")
            self.soften(vendor, case)
        return answer

    def keep(self, name: str) -> None:
        """Keep everything as it is now under a name."""
        self.control("POST", "moments", {"name": name})

    def go_back(self, name: str) -> None:
        """Be as it was when it was kept under this name, its clock too."""
        self.control("POST", "moments/again", {"name": name})

    def state(self, slug: str) -> Any:
        """Everything a vendor knows."""
        return self.control("GET", f"{slug}/state")

    def requests(self, slug: str = "") -> Any:
        """The journal, of one vendor or of all."""
        return self.control("GET", f"requests?vendor={slug}")

    def soften(self, vendor: str, case: str) -> None:
        """Turn a strictness off."""
        self.control("POST", "soften", {"vendor": vendor, "case": case})

    def switch(self, vendor: str, name: str, value: str) -> None:
        """Choose one of a disputed behaviour's values."""
        self.control("POST", "switches", {"vendor": vendor, "switch": name, "value": value})

    def advance(self, seconds: float, vendor_only: str | None = None) -> Any:
        """Jump on the sandbox's clock."""
        return self.control(
            "POST", "clock", {"advance_seconds": seconds, "vendor_only": vendor_only}
        )

    def fault(self, **fault: Any) -> Any:
        """Plant a fault."""
        return self.control("POST", "faults", fault)


def start_sandbox(*arguments: str) -> tuple[subprocess.Popen[str], str]:
    """Start a sandbox on a free port of loopback; the process and its URL."""
    folder = os.environ.get(RECORDINGS, "")
    if folder:
        recording = Path(folder) / f"{uuid.uuid4()}.jsonl"
        arguments = ("--record", str(recording), *arguments)
    process = subprocess.Popen(
        [sys.executable, "-m", "connectors.sandbox", "--port", "0", *arguments],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout as said:
        line = said.readline()
    if not line:
        process.wait(10)
    assert line.startswith("sandbox listening on "), f"The sandbox did not start: {line!r}"
    return process, line.split()[-1]


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """The stand-in for the vendors, one per test process; new before each test that asks for it."""
    process, url = start_sandbox("--reach", "https://connector.example=http://127.0.0.1:9")
    try:
        yield Sandbox(url)
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(autouse=True)
def _fresh_sandbox(request: pytest.FixtureRequest) -> Iterator[None]:
    if "sandbox" not in request.fixturenames:
        yield
        return
    running: Sandbox = request.getfixturevalue("sandbox")
    if "stage" not in request.fixturenames:
        # A stage's companies begin anew themselves, or where they were kept.
        running.reset()
    yield
    assert running.control("GET", "defects") == []
