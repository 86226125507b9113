"""Where a paged read goes on, and where it ends."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from connectors import paging
from connectors.errors import ContractError
from connectors.paging import Cursor, Offset, walk


def test_goes_on_by_the_rows_that_came() -> None:
    assert Offset(size=100).after(100) == Offset(size=100, skip=100)
    assert Offset(size=100, skip=100).after(100) == Offset(size=100, skip=200)


@pytest.mark.parametrize("row_count", [0, 1, 99])
def test_ends_with_a_short_page(row_count: int) -> None:
    assert Offset(size=100, skip=300).after(row_count) is None


def test_follows_the_vendors_cursor_to_its_end() -> None:
    assert Cursor().after("118") == Cursor("118")
    assert Cursor("118").after(None) is None
    assert Cursor("118").after("") is None


def test_walks_all_pages_reading_each_when_it_is_asked_for() -> None:
    rows = list(range(7))
    read_skips: list[int] = []

    def read(place: Offset) -> tuple[Sequence[int], Offset | None]:
        read_skips.append(place.skip)
        page = rows[place.skip : place.skip + place.size]
        return page, place.after(len(page))

    pages = walk(Offset(size=3), read)
    assert next(pages) == [0, 1, 2]
    assert read_skips == [0]
    assert list(pages) == [[3, 4, 5], [6]]
    assert read_skips == [0, 3, 6]


def test_asks_once_more_after_a_full_last_page() -> None:
    pages = walk(
        Offset(size=2), lambda place: ([], None) if place.skip else ([1, 2], place.after(2))
    )
    assert list(pages) == [[1, 2], []]


def test_refuses_cursors_that_lead_in_a_circle() -> None:
    following = {"": "a", "a": "b", "b": "a"}
    pages = walk(Cursor(), lambda place: ([place.cursor], place.after(following[place.cursor])))
    read: list[Sequence[str]] = []
    with pytest.raises(ContractError, match="lead in a circle"):
        read.extend(pages)
    assert read == [[""], ["a"], ["b"]]


def test_refuses_a_list_that_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MAX_PAGE_COUNT", 5)
    pages = walk(Offset(size=1), lambda place: ([0], place.after(1)))
    with pytest.raises(ContractError):
        list(pages)
