"""Compares two runs of the suite: the same tests, all passed, none skipped.

``python -m tests.ci_counts FIRST.xml SECOND.xml [ONCE.xml …]`` with the JUnit files of pytest; what
ran once must have passed as well. Tests marked ``live`` are deselected and so in no file.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree


def cases(path: Path) -> dict[str, str]:
    """Each test of a run with what became of it."""
    found = {}
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        ends = [end.tag for end in case if end.tag in ("failure", "error", "skipped")]
        found[name] = ends[0] if ends else "passed"
    return found


def complaints(first: dict[str, str], second: dict[str, str]) -> list[str]:
    """One line for each test that ran in one run only or did not pass."""
    found = [f"only in the first run: {name}" for name in sorted(first.keys() - second.keys())]
    found += [f"only in the second run: {name}" for name in sorted(second.keys() - first.keys())]
    return [*found, *failures("the first run", first), *failures("the second run", second)]


def failures(title: str, run: dict[str, str]) -> list[str]:
    """One line for each test of a run that did not pass; for a run in which there was none too."""
    found = [f"{end} in {title}: {name}" for name, end in run.items() if end != "passed"]
    return found if run else [f"nothing ran in {title}"]


def main(arguments: Sequence[str]) -> int:
    first, second, *once = (cases(Path(argument)) for argument in arguments)
    found = complaints(first, second)
    for path, run in zip(arguments[2:], once, strict=True):
        found += failures(Path(path).stem, run)
    count = f"{len(first)} tests, the same in both runs, and {sum(map(len, once))} that ran once"
    print("\n".join(found) or f"{count}; none skipped")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
