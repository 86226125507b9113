"""``manage.py reconcile``: compares both sides and says where they differ."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from connectors.errors import ConnectorError
from integrations import wake
from integrations.engine.reconcile import reconcile
from integrations.flow import Difference
from integrations.management.arguments import integration_named, legs_named, refuse_unready


class Command(BaseCommand):
    """Compares and reports; what notices missed is made due."""

    help = "Compare both sides whole; writes nothing by itself."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The fixed interface of design §6."""
        parser.add_argument("integration", help="id or title of the integration")
        parser.add_argument("--json", action="store_true", help="print JSON instead of sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare each leg."""
        integration = integration_named(options["integration"])
        refuse_unready(integration)
        for leg in legs_named(integration, None):
            try:
                report = reconcile(integration, leg)
            except ConnectorError as error:
                raise CommandError(error.summary) from error
            if options["json"]:
                content = {"leg": leg.name, **report.as_json()}
                self.stdout.write(json.dumps(content, ensure_ascii=False))
                continue
            self.stdout.write(
                f"{leg.title}: {report.seen_count} compared, {len(report.missed)} missed and "
                f"made due, {len(report.drifted)} differ at the target."
            )
            for line in report.drifted:
                fields = ", ".join(map(_told, line.differences))
                self.stdout.write(f"  {line.title} ({line.source_id}): {fields}")
        wake.drain(integration.target_id)


def _told(difference: Difference) -> str:
    found, wanted = difference.shown
    return f"{difference.field} is {found or '(empty)'}, ours is {wanted or '(empty)'}"
