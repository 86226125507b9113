"""What a customer reads about a vendor: fixed headings, and every scope with its reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import connectors.vendors
from connectors import registry
from connectors.vendor import Vendor

HEADINGS = ["What it is", "What you need", "Set-up steps", "Scopes", "Questions"]
FOLDER = Path(connectors.vendors.__path__[0])
VENDORS = list(registry.vendors().values())


def words(vendor: Vendor) -> str:
    return (FOLDER / vendor.slug / "words.md").read_text("utf-8")


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.slug)
def test_has_the_fixed_headings_with_something_below_each(vendor: Vendor) -> None:
    parts = re.split(r"^## (.+)$", words(vendor), flags=re.MULTILINE)
    assert parts[0].strip() == f"# {vendor.title}"
    assert parts[1::2] == HEADINGS
    assert all(part.strip() for part in parts[2::2])


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.slug)
def test_names_every_scope_that_is_asked_for_and_no_other(vendor: Vendor) -> None:
    assert vendor.oauth is not None
    scopes = re.split(r"^## ", words(vendor), flags=re.MULTILINE)[4]
    named = re.findall(r"^\| `([^`]+)` \| .+ \|$", scopes, flags=re.MULTILINE)
    assert named == [scope.name for scope in vendor.oauth.scopes]


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.slug)
def test_gives_every_field_help_and_an_example(vendor: Vendor) -> None:
    for declared in vendor.fields:
        assert declared.help
        assert declared.example or declared.secret
