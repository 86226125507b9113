"""A sandbox that goes on where another one ended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import requests

from tests.conftest import start_sandbox
from tests.unit.connectors.sandbox.test_command import refuse

COMPANY = ("--people", "7", "--port", "0")


def control(url: str, method: str, path: str, body: object = None) -> Any:
    with requests.Session() as session:
        session.trust_env = False
        answer = session.request(method, f"{url}/_control/{path}", json=body, timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.json()


def employees(url: str) -> Any:
    return control(url, "GET", "bamboohr/state")["companies"]["northwind"]["employees"]


def lived_through(keep: Path, *deeds: tuple[str, str, object]) -> tuple[Any, Any]:
    """Start on the file, do these things, end; answers people and clock as they stood."""
    process, url = start_sandbox(*COMPANY, "--keep", str(keep))
    try:
        assert not keep.exists()
        for method, path, body in deeds:
            control(url, method, path, body)
        return employees(url), control(url, "GET", "clock")
    finally:
        process.terminate()
        process.wait(10)


def test_goes_on_with_people_and_clock(tmp_path: Path) -> None:
    keep = tmp_path / "vendors.kept"
    leaves = {"terminate": {"date": "2030-01-01"}}
    before, at = lived_through(
        keep,
        ("PUT", "bamboohr/employees/new", {"firstName": "Nora", "lastName": "Quist"}),
        ("PUT", "bamboohr/employees/101", leaves),
        ("POST", "clock", {"advance_seconds": 86_400}),
    )
    assert (len(before), keep.stat().st_mode & 0o777) == (8, 0o600)

    after, later = lived_through(keep)

    assert after == before
    assert later["now"] > at["now"]


def test_acts_on_what_was_planned_before_it_ended(tmp_path: Path) -> None:
    keep = tmp_path / "vendors.kept"
    lived_through(keep, ("PUT", "bamboohr/employees/101", {"terminate": {"date": "2030-01-01"}}))
    after, _ = lived_through(keep, ("POST", "clock", {"advance_seconds": 86_400 * 366 * 8}))
    assert after["101"]["status"] == "Inactive"


def test_refuses_what_another_version_kept(tmp_path: Path) -> None:
    keep = tmp_path / "vendors.kept"
    keep.write_bytes(b"\x80\x04cconnectors.sandbox.gone\nStandIn\n.")
    assert "was kept by another version" in refuse(*COMPANY, "--keep", str(keep))
