"""``manage.py guard_trail``: sets the triggers again that keep the trail append-only."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from audit import append_only, trail


class Command(BaseCommand):
    """Mends what the system check E005 finds; that it was needed stays in the trail."""

    help = "Set the trail's triggers again, after they were lost or altered."

    def handle(self, *args: Any, **options: Any) -> None:
        """Set all of them, and say which were missing."""
        gone = append_only.missing(connection)
        if not gone:
            self.stdout.write("All triggers of the trail stand.")
            return
        with transaction.atomic():
            append_only.install(connection)
            trail.record_action(
                trail.Who(None, "somebody at the command line"),
                "trail.guard",
                trail.OnWhat(None),
                details={"missing": gone},
            )
        self.stdout.write(f"Set again: {', '.join(gone)}.")
