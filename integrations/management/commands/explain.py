"""``manage.py explain``: what happened to one record, why, and what would mend it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from integrations import unreleased
from integrations.explain import explain
from integrations.management.arguments import integration_named


class Command(BaseCommand):
    """Prints one record's story."""

    help = "Tell where one record stands, why, and what would mend it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The fixed interface of design §6."""
        parser.add_argument("integration", help="id or title of the integration")
        parser.add_argument("leg")
        parser.add_argument("source_id")
        parser.add_argument("--json", action="store_true", help="print JSON instead of sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        integration = integration_named(options["integration"])
        try:
            story = explain(integration, options["leg"], options["source_id"])
        except LookupError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            told = {**story.as_json(), "documents": unreleased.as_json(story.record)}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        for line in [*story.lines(), *unreleased.lines(story.record)]:
            self.stdout.write(line)
