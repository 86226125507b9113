"""``manage.py play_demo``: the demo's story on a stage that ``python -m config.demo`` has set."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count
from rich.console import Console
from rich.table import Table

from config.demo.cast import OPERATOR
from config.demo.operator import OperatorError
from config.demo.play import Play, PlayError, Verdict
from config.demo.sandbox import Sandbox, SandboxError
from integrations.models import Integration


class Command(BaseCommand):
    """Plays the demo once, against running processes."""

    help = "Play the demo's story; started by `make demo`, which brings up what it needs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the product's pages are."""
        parser.add_argument("--web", required=True, metavar="URL")
        parser.add_argument("--kill-worker", action="store_true")
        parser.add_argument("--again", action="store_true", help="only say what stands there")

    def handle(self, *args: Any, **options: Any) -> None:
        """Play, print the table, and end with one line of JSON."""
        if not settings.SANDBOX_URL:
            raise CommandError("The demo plays in the sandbox alone: start it with `make demo`.")
        console = Console(markup=False, highlight=False, soft_wrap=True)
        if options["again"]:
            self._say_again(console, options["web"])
            return
        try:
            sandbox = Sandbox(settings.SANDBOX_URL)
            play = Play(sandbox, options["web"], console.print, kills=options["kill_worker"])
            verdict = play.perform()
        except (PlayError, OperatorError, SandboxError) as error:
            raise CommandError(str(error)) from error
        self._tell(console, options["web"], play.company.password, verdict)

    def _say_again(self, console: Console, web: str) -> None:
        """Everything is as the last demo left it; its password was printed once."""
        table = Table("integration", "its records")
        for integration in Integration.objects.order_by("pk"):
            states = integration.records.order_by("state").values_list("state")
            counts = (f"{count} {state}" for state, count in states.annotate(Count("pk")))
            table.add_row(integration.title, ", ".join(counts))
        console.print(table)
        console.print(
            f"Admin: {web}/admin/  {OPERATOR}, with the password that was printed the first time. "
            "Everything anew, with a new password: make demo ARGS=--fresh"
        )

    def _tell(self, console: Console, web: str, password: str, verdict: Verdict) -> None:
        table = Table("act", "what came of it", title="What happened")
        for act, what in verdict.moved:
            table.add_row(act, what)
        console.print(table)
        for fault in verdict.faults:
            console.print(f"Not as expected: {fault}")
        console.print(f"Admin: {web}/admin/  {OPERATOR} / {password}")
        self.stdout.write(json.dumps(verdict.as_json()))
        if not verdict.as_json()["ok"]:
            raise SystemExit(1)
