"""Tells of records that a whole read no longer shows though nobody deleted them; ends nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from connectors.vendor import Page
from integrations import reasons
from integrations.engine import problems
from integrations.flow import Leg
from integrations.models import Integration, Record

Timed = Iterator[tuple[Page, datetime]]


@dataclass(slots=True)
class Roll:
    """Whom a read showed; whole once its last page was taken."""

    ids: set[str] = field(default_factory=set)
    is_whole: bool = False

    def of(self, pages: Timed) -> Timed:
        """The pages, each noted as it passes."""
        for page, read_at in pages:
            self.ids.update(record.id for record in page.records)
            self.ids.update(hint.id for hint in page.hints)
            yield page, read_at
        self.is_whole = True


def tell(integration: Integration, leg: Leg, shown: Collection[str]) -> None:
    """Keep one problem with all who stand at the target and were not shown, as long as any is.

    Of a leg that shows only what is recent nothing is told: what is older was not looked for.
    """
    if leg.is_windowed:
        return
    standing = (
        Record.objects.filter(integration=integration, leg=leg.name)
        # Without a digest it is gone for certain, or was never read.
        .exclude(digest="")
        .exclude(target_id="")
        .exclude(state=Record.State.IGNORED)
    )
    known = standing.values_list("pk", "source_id").iterator()
    missing = [pk for pk, source_id in known if source_id not in shown]
    reason = reasons.VANISHED.because(leg=leg.name, count=str(len(missing)))
    problems.gather(integration, reason, missing)
