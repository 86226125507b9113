"""The words of a ``$filter``: names, literals, signs."""

from __future__ import annotations

import re
from dataclasses import dataclass

PATTERN = re.compile(
    r"""\s*(?:
      (?P<typed>(?:datetimeoffset|datetime|date|guid)'(?:[^']|'')*')
    | (?P<text>'(?:[^']|'')*')
    | (?P<instant>\d{4}-\d{2}-\d{2}(?:T[0-9:.]+(?:Z|[+-]\d{2}:\d{2})?)?)
    | (?P<number>-?\d+(?:\.\d+)?[MmDdFfLl]?(?![\w']))
    | (?P<name>[A-Za-z_$][\w./]*)
    | (?P<sign>[(),=])
    )""",
    re.VERBOSE,
)


class FilterError(Exception):
    """The filter cannot be used; ``kind`` is the .NET type of the exception."""

    def __init__(self, text: str, kind: str = "Microsoft.Data.OData.ODataException") -> None:
        super().__init__(text)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the filter: its kind and its spelling."""

    kind: str
    text: str


END = Word("end", "")


def words_of(text: str) -> list[Word]:
    """Cut a filter into words.

    Raises:
        FilterError: there is something that is none.
    """
    words: list[Word] = []
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = PATTERN.match(text, at)
        if match is None or match.lastgroup is None:
            raise FilterError(f"Syntax error at position {at} in '{text}'.")
        words.append(Word(match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return words
