"""``manage.py rotate_keys``: encrypts all secrets with the first of FERNET_KEYS."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from audit.sealed_text import key_ids
from integrations import actions
from integrations.key_rotation import Tally, columns, rotate


class Command(BaseCommand):
    """Puts the first key into force for every row."""

    help = (
        "Encrypt every stored secret with the first of FERNET_KEYS. Put the new key first, restart "
        "everything, run this, see --check succeed, then take the old key away."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The fixed interface of design §6."""
        only = parser.add_mutually_exclusive_group()
        only.add_argument("--dry-run", action="store_true", help="say what would be done")
        only.add_argument(
            "--check", action="store_true", help="prove that no row needs an old key, or fail"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate, or only look."""
        is_dry = options["dry_run"] or options["check"]
        tally = self._rotated(is_dry=is_dry)
        self._tell(tally, is_dry=is_dry)
        if not is_dry:
            details = {"rotated": tally.rotated_count, "unreadable": len(tally.unreadable)}
            actions.note(None, "keys.rotate", details={**details, "key": key_ids()[0]})
        for row in tally.unreadable:
            self.stderr.write(
                f"{row}: no key opens it. Put the key back that it was encrypted with, "
                "or connect or enter it again."
            )
        if tally.unreadable:
            raise CommandError(f"Rows that no key opens: {len(tally.unreadable)}.")
        if options["check"] and (needed := tally.needed_keys()):
            raise CommandError(
                f"Old keys that rows still need: {', '.join(needed)}. Run manage.py rotate_keys."
            )

    def _rotated(self, *, is_dry: bool) -> Tally:
        console = Console(stderr=True, markup=False, highlight=False)
        with Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        ) as progress:
            bars = {
                column.title: progress.add_task(column.title, total=column.row_count())
                for column in columns()
            }
            return rotate(
                lambda title, count: progress.update(bars[title], advance=count), is_dry=is_dry
            )

    def _tell(self, tally: Tally, *, is_dry: bool) -> None:
        first, *old = key_ids()
        self.stdout.write(f"Key {first} encrypts: {tally.rows_by_key[first]} rows.")
        for key in old:
            count = tally.rows_by_key[key]
            told = f"{count} rows need it" if count else "no row needs it, it may go"
            self.stdout.write(f"Key {key}: {told}.")
        if not is_dry:
            self.stdout.write(f"Encrypted anew: {tally.rotated_count} rows.")
