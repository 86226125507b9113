"""Where Gusto stands: its two worlds, the version of its answers, and whose company is meant."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

SLUG: Final = "gusto"
TITLE: Final = "Gusto"
VERSION: Final = "2026-06-15"
"""Decides the shape of every answer; Gusto refuses versions a year after the next one."""

PRODUCTION: Final = "production"
DEMO: Final = "demo"
ORIGINS: Final[Mapping[str, str]] = MappingProxyType(
    {PRODUCTION: "https://api.gusto.com", DEMO: "https://api.gusto-demo.com"}
)


def clean_environment(typed: str) -> str:
    """``production`` or ``demo``; their apps, users and companies have nothing in common."""
    text = typed.strip().lower()
    if text not in ORIGINS:
        raise ValueError("Enter production, or demo for a company of Gusto's demo site.")
    return text


def origin(config: Mapping[str, str]) -> str:
    """Gusto's API; the same for all companies of a world."""
    return ORIGINS[config.get("environment") or PRODUCTION]


def budget(config: Mapping[str, str]) -> str:
    """Where no company is known yet, as at the token endpoint, one budget for all of a world."""
    return f"{SLUG}:{config.get('environment') or PRODUCTION}"


def company_budget(config: Mapping[str, str], company_id: str) -> str:
    """Gusto counts the calls of each grant, which is one company, by itself."""
    return f"{budget(config)}:{company_id}"
