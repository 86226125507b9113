"""The keys of webhook addresses."""

from __future__ import annotations

import re

import pytest
from pytest_django import Settings

from integrations.webhooks.keys import is_ours, new_url_key


def test_makes_keys_that_nobody_guesses() -> None:
    made = {new_url_key() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{48}", key) for key in made)
    assert all(is_ours(key) for key in made)


@pytest.mark.parametrize("at", [0, 23, 24, 47])
def test_knows_a_key_that_is_not_ours(at: int) -> None:
    key = new_url_key()
    changed = "A" if key[at] != "A" else "B"
    assert not is_ours(key[:at] + changed + key[at + 1 :])


@pytest.mark.parametrize("key", ["", "7c1e", "A" * 48, "ä" * 48, "A" * 5000])
def test_knows_what_is_no_key(key: str) -> None:
    assert not is_ours(key)


def test_disowns_keys_made_with_another_secret(settings: Settings) -> None:
    key = new_url_key()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-of-ours"
    assert is_ours(key)
    settings.SECRET_KEY_FALLBACKS = []
    assert not is_ours(key)
