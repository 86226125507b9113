"""CSV files of ours: no cell is a formula, nothing is lost, what is wrong is told by its place."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations import csv_files
from integrations.csv_files import FileFaultError

NEEDED, OPTIONAL = ("kind", "source"), ("why",)
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def read(text: str) -> list[tuple[int, dict[str, str]]]:
    lines = csv_files.read(text.encode(), NEEDED, OPTIONAL)
    return [(line.number, dict(line.cells)) for line in lines]


@pytest.mark.parametrize("first", DANGEROUS)
def test_puts_a_quote_before_what_a_spreadsheet_would_run(first: str) -> None:
    text = f"{first}1+1"
    assert csv_files.escaped(text) == f"'{text}"
    assert csv_files.unescaped(f"'{text}") == text


@given(st.text())
def test_gives_back_every_text_as_it_was(text: str) -> None:
    cell = csv_files.escaped(text)
    assert not cell.startswith(DANGEROUS)
    assert csv_files.unescaped(cell) == text


def test_reads_what_it_wrote() -> None:
    cells = [("department", "=cmd|' /C calc'!A0"), ("department", 'R & D, "new"\nline')]
    text = csv_files.write(NEEDED, cells)
    assert text.startswith("\ufeffkind,source\r\n")
    assert [tuple(one.values()) for _, one in read(text)] == cells
    assert next(csv.reader(io.StringIO(text.split("\r\n")[1])))[1].startswith("'=")


def test_takes_semicolons_and_columns_in_any_order() -> None:
    assert read("why;source;kind\r\nx;Finance;department\r\n;;\r\n") == [
        (2, {"why": "x", "source": "Finance", "kind": "department"})
    ]


def test_fills_up_cells_that_a_spreadsheet_left_out() -> None:
    assert read("kind,source,why\ndepartment,Finance") == [
        (2, {"kind": "department", "source": "Finance", "why": ""})
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "Line 1: the columns must be kind, source, and may be why, each once"),
        (b"kind\nx", "there is kind."),
        (b"kind,source,color\n", "there is kind, source, color."),
        (b"kind,source,kind\n", "each once"),
        (b"kind,source\na,b,c", "Line 2 has 3 cells, the first 2."),
        (b'kind,source\na,"b', "is no CSV"),
        (b"kind,source\na,\xff", "Byte 15 is no UTF-8"),
        (b"kind,source\n" + b"a,b\n" * 2001, "It has 2001 lines; 2000 are taken at once."),
        (b"x" * (1024 * 1024 + 1), "The file is larger than 1024 KiB."),
    ],
)
def test_says_what_is_wrong(content: bytes, fault: str) -> None:
    with pytest.raises(FileFaultError) as refused:
        csv_files.read(content, NEEDED, OPTIONAL)
    assert fault in str(refused.value)
