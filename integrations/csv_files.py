"""CSV files that people open in spreadsheets: written so that no cell is a formula, read strictly.

A cell that a spreadsheet would take for a formula gets a ``'`` in front, and loses it on the way
in.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from connectors.redaction import printable

LARGEST_BYTES = 1024 * 1024
LONGEST_LINES = 2_000
FORMULA = re.compile(r"'*[=+\-@\t\r]")
ESCAPED = re.compile(r"'+[=+\-@\t\r]")


class FileFaultError(Exception):
    """The file decides nothing; ``faults`` name line and column of what is wrong."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file, its cells as they were before a spreadsheet could touch them."""

    number: int
    cells: Mapping[str, str]

    def fault(self, column: str, sentence: str) -> str:
        """What is wrong where."""
        return printable(f"Line {self.number}, column {column}: {sentence}")


def escaped(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def unescaped(cell: str) -> str:
    """What stood there before ``escaped``."""
    return cell[1:] if ESCAPED.match(cell) else cell


def write(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The file, with the mark by which spreadsheets know UTF-8."""
    text = io.StringIO(newline="")
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([escaped(cell) for cell in row] for row in rows)
    return text.getvalue()


def read(content: bytes, needed: Sequence[str], optional: Sequence[str]) -> list[Line]:
    """The lines below the first, which names the columns in any order.

    Raises:
        FileFaultError: it is no such file.
    """
    if len(content) > LARGEST_BYTES:
        raise FileFaultError([f"The file is larger than {LARGEST_BYTES // 1024} KiB."])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fault = f"Byte {error.start + 1} is no UTF-8: save the file as CSV in UTF-8."
        raise FileFaultError([fault]) from error
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        names = _names(next(reader, []), needed, optional)
        lines = [_line(reader.line_num, names, cells) for cells in reader if any(cells)]
    except csv.Error as error:
        raise FileFaultError([f"Line {reader.line_num} is no CSV: {error}."]) from error
    if len(lines) > LONGEST_LINES:
        raise FileFaultError([f"It has {len(lines)} lines; {LONGEST_LINES} are taken at once."])
    return lines


def _separator(text: str) -> str:
    """Spreadsheets of some countries write a semicolon."""
    head = text.split("\n", 1)[0]
    return ";" if ";" in head and "," not in head else ","


def _names(cells: Sequence[str], needed: Sequence[str], optional: Sequence[str]) -> list[str]:
    names = [unescaped(cell).strip().lower() for cell in cells]
    is_known = set(names) <= {*needed, *optional} and set(needed) <= set(names)
    if not is_known or len(set(names)) < len(names):
        found = ", ".join(names) or "nothing"
        fault = (
            f"Line 1: the columns must be {', '.join(needed)}, and may be {', '.join(optional)}, "
            f"each once; there is {found}."
        )
        raise FileFaultError([printable(fault)])
    return names


def _line(number: int, names: Sequence[str], cells: Sequence[str]) -> Line:
    if len(cells) > len(names):
        raise FileFaultError([f"Line {number} has {len(cells)} cells, the first {len(names)}."])
    padded = (*cells, *("" for _ in range(len(names) - len(cells))))
    return Line(number, dict(zip(names, map(unescaped, padded), strict=True)))
