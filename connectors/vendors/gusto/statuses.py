"""The employment statuses that Gusto has published; its lists are open, so others may come."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from connectors.vendor import TermValue
from connectors.vendors.gusto.client import Client

EMPLOYMENT_STATUSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "full_time": "Full time",
        "part_time_under_twenty_hours": "Part time, under twenty hours",
        "part_time_twenty_plus_hours": "Part time, twenty hours or more",
        "variable": "Variable",
        "seasonal": "Seasonal",
    }
)
"""Gusto's word to what people call it."""


def read_employment_statuses(client: Client) -> tuple[TermValue, ...]:
    """What mappings choose from: it is the same at every company and needs no call."""
    return tuple(TermValue(key, title) for key, title in EMPLOYMENT_STATUSES.items())
