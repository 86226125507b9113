"""Starts the local stand-in for the vendors; the arguments are those of ``connectors.sandbox``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from connectors.sandbox.arguments import add_arguments, run


class Command(BaseCommand):
    """``manage.py sandbox``."""

    help = "Serves the local stand-in for all vendors until interrupted."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the sandbox's own arguments."""
        add_arguments(parser)

    def handle(self, *_args: str, **options: Any) -> None:
        """Serve."""
        run(
            host=options["host"],
            port=options["port"],
            latency_ms=options["latency_ms"],
            seed=options["seed"],
            people=options["people"],
            reach=options["reach"],
            record=options["record"],
            keep=options["keep"],
        )
