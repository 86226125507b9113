"""How many changes a day pass: what a person may choose, and what holds where he chose nothing."""

from __future__ import annotations

import pytest

from integrations.limits import LIMIT_OPTIONS, LIMITS


def test_has_the_limits_of_the_house_where_nothing_was_chosen() -> None:
    chosen = [limit.chosen({}) for limit in LIMITS]
    assert [(one.kind, one.free_count, one.share_percent) for one in chosen] == [
        ("deactivation", 5, 5),
        ("change", 5, 30),
    ]


def test_takes_what_was_chosen_nought_too() -> None:
    options = {"change_limit_count": "0", "deactivation_limit_percent": "12"}
    deactivations, changes = (limit.chosen(options) for limit in LIMITS)
    assert (deactivations.free_count, deactivations.share_percent) == (5, 12)
    assert (changes.free_count, changes.share_percent) == (0, 30)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("deactivation_limit_count", "12", ["-1", "1.5", "many", ""]),
        ("change_limit_percent", "100", ["101", "30 %", "-1", ""]),
    ],
)
def test_refuses_what_is_no_number(name: str, good: str, bad: list[str]) -> None:
    (option,) = (option for option in LIMIT_OPTIONS if option.name == name)
    assert option.clean is not None
    assert option.clean(good) == good
    for text in bad:
        with pytest.raises(ValueError, match="write a whole number"):
            option.clean(text)
