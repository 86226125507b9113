"""Says what is misconfigured and how to mend it; a test of access notes what came of it."""

from __future__ import annotations

from integrations.doctor.findings import Finding, Level
from integrations.doctor.house import look_at_house
from integrations.doctor.tenants import look_at_tenants

__all__ = ["Finding", "Level", "examine"]


def examine() -> list[Finding]:
    """Everything that can be said, the house first; without a database only the house."""
    findings, is_usable = look_at_house()
    return [*findings, *look_at_tenants()] if is_usable else findings
