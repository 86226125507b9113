"""The comparison of two runs of the suite."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ci_counts import cases, complaints, main

RUN = (
    '<testsuites><testsuite><testcase classname="tests.unit.test_a" name="test_one"/>'
    '<testcase classname="tests.unit.test_a" name="test_two">{end}</testcase>'
    "</testsuite></testsuites>"
)


def written(path: Path, end: str = "") -> Path:
    path.write_text(RUN.format(end=end))
    return path


def test_is_content_with_two_equal_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = written(tmp_path / "1.xml"), written(tmp_path / "2.xml")
    assert main([str(first), str(second)]) == 0
    said = "2 tests, the same in both runs, and 0 that ran once; none skipped\n"
    assert capsys.readouterr().out == said


@pytest.mark.parametrize("end", ["skipped", "failure", "error"])
def test_names_a_test_that_did_not_pass(tmp_path: Path, end: str) -> None:
    first = written(tmp_path / "1.xml")
    second = written(tmp_path / "2.xml", f'<{end} message="no PostgreSQL"/>')
    assert complaints(cases(first), cases(second)) == [
        f"{end} in the second run: tests.unit.test_a::test_two"
    ]
    assert main([str(first), str(second)]) == 1


def test_names_a_test_that_ran_once() -> None:
    assert complaints({"a": "passed", "b": "passed"}, {"a": "passed", "c": "passed"}) == [
        "only in the first run: b",
        "only in the second run: c",
    ]


def test_takes_no_run_at_all_for_a_failure() -> None:
    assert complaints({}, {}) == [
        "nothing ran in the first run",
        "nothing ran in the second run",
    ]


def test_judges_what_ran_once_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = [str(written(tmp_path / f"{number}.xml")) for number in (1, 2)]
    good, bad = written(tmp_path / "good.xml"), written(tmp_path / "browser.xml", "<skipped/>")
    empty = tmp_path / "empty.xml"
    empty.write_text("<testsuites/>")
    assert main([*both, str(good)]) == 0
    assert "2 that ran once" in capsys.readouterr().out
    assert main([*both, str(bad), str(empty)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "skipped in browser: tests.unit.test_a::test_two",
        "nothing ran in empty",
    ]
