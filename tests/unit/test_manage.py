"""The command line starts the embedded Redis for the commands that work with it."""

from __future__ import annotations

import pytest
from django.core.management import get_commands

from manage import ALONE, works_with_redis


def test_starts_it_for_our_own_commands_but_those_that_call_nobody() -> None:
    ours = {name for name, app in get_commands().items() if app == "integrations"}
    assert {"sandbox", "rotate_keys", "sync"} <= ours
    assert {name for name in ours if works_with_redis(name)} == ours - set(ALONE)


@pytest.mark.parametrize("command", ["", "check", "migrate", "runserver", "nonsense"])
def test_leaves_it_alone_for_the_others(command: str) -> None:
    assert not works_with_redis(command)
