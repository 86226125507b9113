"""``manage.py replay``: runs one entry again."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from integrations.explain import explain
from integrations.models import Integration
from integrations.replaying import ReplayError, replay


class Command(BaseCommand):
    """Replays an entry and tells what came of it."""

    help = "Read the record of an entry afresh and write only what is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The fixed interface of design §6."""
        parser.add_argument("entry_id", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay it and print the record's story."""
        try:
            entry = replay(options["entry_id"])
        except ReplayError as error:
            raise CommandError(str(error)) from error
        integration = Integration.objects.get(pk=entry.integration_id)
        for line in explain(integration, entry.leg, entry.source_id).lines():
            self.stdout.write(line)
