"""API versions: which there are, and what an answer looks like in each (dossier §1)."""

from __future__ import annotations

from dataclasses import dataclass

HEADER = "X-Gusto-API-Version"
OLDEST, NEWEST = "2025-06-15", "2026-06-15"
VERSIONS = (OLDEST, "2025-11-15", "2026-02-01", NEWEST)
CHANGES = ("11a", "11b", "11c", "11d", "11e")


@dataclass(frozen=True, slots=True)
class Version:
    """One version and what came with it."""

    day: str
    softened: frozenset[str] = frozenset()
    """Cases of which the version behaves as the newest one."""

    def _is_since(self, day: str, case: str) -> bool:
        return self.day >= day or case in self.softened

    @property
    def has_auto_payroll(self) -> bool:
        """``auto_payroll``; before it was called ``auto_pilot``."""
        return self._is_since("2025-11-15", "11b")

    @property
    def has_reimbursements(self) -> bool:
        """An array of reimbursements; before it was one fixed compensation."""
        return self._is_since("2025-11-15", "11c")

    @property
    def has_text_money(self) -> bool:
        """Money of employees is text; before it was a number."""
        return self._is_since(NEWEST, "11a")

    @property
    def pages_the_payroll_list(self) -> bool:
        """The payroll list comes in pages though nobody asks for them."""
        return self.day >= NEWEST

    @property
    def has_time_off_amounts(self) -> bool:
        """``paid_time_off[].amount`` of processed payrolls."""
        return self.day >= NEWEST

    @property
    def has_compensation_ids(self) -> bool:
        """``uuid`` of the company's compensation types."""
        return self._is_since(NEWEST, "11e")

    @property
    def has_late_off_cycle(self) -> bool:
        """Off-cycle payrolls have an initial check date and may be late; later both are null."""
        return not self._is_since(NEWEST, "11d")

    @property
    def has_address_ids(self) -> bool:
        """Home addresses have an id and two dates."""
        return not self._is_since("2025-11-15", "11e")
