"""The pages of ops staff, one module per model family; importing it registers all of them."""

from __future__ import annotations

from integrations.admin import (
    connecting,
    documents,
    installing,
    mapping,
    matching,
    plans,
    problems,
    records,
    runs,
    tenancy,
    trail,
    webhooks,
    working,
)

__all__ = [
    "connecting",
    "documents",
    "installing",
    "mapping",
    "matching",
    "plans",
    "problems",
    "records",
    "runs",
    "tenancy",
    "trail",
    "webhooks",
    "working",
]
