"""What the judges found in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from audit.models import Entry
from integrations.models import Integration


@dataclass(slots=True)
class Verdict:
    """What the judges found: one sentence per fault, and the figures of the table."""

    faults: list[str] = field(default_factory=list)
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    """By flow, how many records are in each state."""
    defects: int = 0
    moved: list[tuple[str, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The last line of ``make demo-once``."""
        return {
            "flows": {
                flow: {
                    "synced": counts["synced"],
                    "held": counts["held"],
                    "failed": counts["failed"] + counts["writing"],
                }
                for flow, counts in self.counts.items()
            },
            "defects": self.defects,
            "ok": not self.faults and not self.defects,
        }

    def count(self, integrations: Iterable[Integration]) -> None:
        """Note how all records stand in the end."""
        for integration in integrations:
            states = integration.records.values_list("state", flat=True)
            self.counts[integration.flow] = Counter(states)
        self.defects = Entry.objects.exclude(error_id="").count()
