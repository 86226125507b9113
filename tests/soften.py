"""Turns off one strictness of the sandbox after the other: only that case's tests may notice.

``python -m tests.soften [VENDOR …]``. For each case that a stand-in declares, all case tests of its
vendor run with that case softened: of the tests marked with it at least one must fail, every other
must pass. One pytest session per vendor: the tests are collected once and run again and again.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

from tests.conftest import Sandbox, start_sandbox

HERE = Path(__file__).resolve().parent
SHOWN_AT_ONCE = 12


@dataclass(slots=True)
class Verdict:
    """What happened to one case's tests, and to the others, while it was softened."""

    vendor: str
    case: str
    tests: list[str]
    failed: list[str]
    others_failed: list[str]

    @property
    def is_proved(self) -> bool:
        """Whether just this case's tests noticed."""
        return bool(self.failed) and not self.others_failed


@dataclass(slots=True)
class Softener:
    """A pytest plugin that replaces the loop over the tests."""

    vendor: str
    cases: tuple[str, ...]
    verdicts: list[Verdict] = field(default_factory=list)
    failed_strictly: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the tests that are marked as a case of this vendor."""
        items[:] = [test for test in items if cases_of(test, self.vendor)]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Once as it is, then once per case."""
        tests = session.items
        marked = {case for test in tests for case in cases_of(test, self.vendor)}
        self.unknown = sorted(marked - set(self.cases))
        self.failed_strictly = self._run(tests, "")
        for number, case in enumerate(self.cases, start=1):
            failed = self._run(tests, case)
            own = [test.name for test in tests if case in cases_of(test, self.vendor)]
            self.verdicts.append(
                Verdict(
                    vendor=self.vendor,
                    case=case,
                    tests=own,
                    failed=[name for name in failed if name in own],
                    others_failed=[name for name in failed if name not in own],
                )
            )
            print(
                f"\r{self.vendor} {number}/{len(self.cases)}", end="", file=sys.stderr, flush=True
            )
        print(file=sys.stderr)
        return True

    def _run(self, tests: list[pytest.Item], case: str) -> list[str]:
        """The names of the tests that failed with this case softened."""
        os.environ["SOFTEN"] = f"{self.vendor}:{case}" if case else ""
        failed: list[str] = []
        for number, test in enumerate(tests):
            # The next test keeps what the session shares alive; the last of all ends nothing.
            following = tests[(number + 1) % len(tests)]
            test._initrequest()  # type: ignore[attr-defined]  # as reruns do: new fixtures
            reports = runtestprotocol(test, log=False, nextitem=following)
            if any(report.failed for report in reports):
                failed.append(test.name)
        return failed


def cases_of(test: pytest.Item, vendor: str) -> list[str]:
    """The cases of this vendor that a test is marked with."""
    marks = [mark.args for mark in test.iter_markers("case")]
    return [str(case) for slug, case in marks if slug == vendor]


def declared_cases() -> dict[str, dict[str, str]]:
    """Each vendor's cases, asked of a running sandbox."""
    process, url = start_sandbox()
    try:
        declared: dict[str, dict[str, str]] = Sandbox(url).control("GET", "cases")
        return declared
    finally:
        process.terminate()
        process.wait(10)


def soften_vendor(vendor: str, cases: tuple[str, ...]) -> list[str]:
    """Run one vendor; print its table; what is wrong, in sentences."""
    softener = Softener(vendor, cases)
    folder = HERE / "unit" / "connectors" / "sandbox" / vendor
    options = ["-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:xdist"]
    status = pytest.main([*options, str(folder)], plugins=[softener])
    wrong = [f"{vendor}: the tests could not be run ({status!r})."] if not softener.verdicts else []
    wrong += [f"{vendor}: {name} fails with nothing softened." for name in softener.failed_strictly]
    wrong += [f"{vendor}: no stand-in declares case {case}." for case in softener.unknown]
    for verdict in softener.verdicts:
        mark = "ok" if verdict.is_proved else "NOT PROVED"
        for name in verdict.tests or ["(no test)"]:
            noticed = "fails" if name in verdict.failed else "passes"
            print(f"{vendor:<12} {verdict.case:<5} {name:<90} {noticed:<7} {mark}")
        if not verdict.failed:
            wrong.append(f"{vendor}: softening case {verdict.case} makes none of its tests fail.")
        if verdict.others_failed:
            names = ", ".join(verdict.others_failed[:SHOWN_AT_ONCE])
            wrong.append(f"{vendor}: softening case {verdict.case} also fails {names}.")
    return wrong


def main(asked: list[str]) -> int:
    """One vendor here; several, or all, side by side in a process each."""
    declared = declared_cases()
    vendors = [vendor for vendor in declared if not asked or vendor in asked]
    if len(asked) == 1:
        (vendor,) = vendors
        wrong = soften_vendor(vendor, tuple(declared[vendor]))
        proved = len(declared[vendor])
        for sentence in wrong:
            print(sentence)
        if not wrong:
            print(f"{vendor}: {proved} cases, each noticed by its own tests alone.")
        return 1 if wrong else 0
    running = [
        subprocess.Popen([sys.executable, "-m", "tests.soften", slug], stdout=subprocess.PIPE)
        for slug in vendors
    ]
    for process in running:
        table, _ = process.communicate()
        sys.stdout.write(table.decode())
    return max((process.returncode for process in running), default=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
