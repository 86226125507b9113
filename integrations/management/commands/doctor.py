"""``manage.py doctor``: says what is misconfigured and how to mend it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.table import Table
from rich.text import Text

from integrations.doctor import Finding, Level, examine

COLOURS = {Level.FINE: "green", Level.NOTE: "yellow", Level.ACT: "red"}


class Command(BaseCommand):
    """Ends with 1 where a person must do something."""

    help = "Test everything from the database to each connection; say what to do."
    # They are among the things that it tells of.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The fixed interface of design §6."""
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        """Examine and tell."""
        findings = examine()
        needed = sum(one.level == Level.ACT for one in findings)
        if options["json"]:
            content = {"ok": not needed, "findings": [one.as_json() for one in findings]}
            self.stdout.write(json.dumps(content, ensure_ascii=False))
        else:
            console = Console(markup=False, highlight=False)
            console.print(_table(findings))
            self.stdout.write(
                f"{needed} of {len(findings)} findings need a person."
                if needed
                else "Nothing needs a person."
            )
        if needed:
            raise SystemExit(1)


def _table(findings: list[Finding]) -> Table:
    table = Table("", "about", "finding", "what to do")
    for one in findings:
        level = Text(str(one.level), style=COLOURS[one.level])
        table.add_row(level, Text(one.about), Text(one.sentence), Text(one.remedy))
    return table
