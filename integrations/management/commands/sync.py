"""``manage.py sync``: one run now, with progress and a table, or the plan alone."""

from __future__ import annotations

import json
import signal
from argparse import ArgumentParser
from collections import Counter
from datetime import date
from threading import Event
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from audit.models import SyncRun
from audit.outcomes import Outcome
from connectors.errors import ConnectorError
from integrations import actions
from integrations.engine import marks, plans
from integrations.engine.preview import preview
from integrations.engine.rows import ask_for
from integrations.engine.run import LegRun, Report
from integrations.flow import Leg
from integrations.management.arguments import integration_named, legs_named, refuse_unready
from integrations.management.plan_tables import plan_tables
from integrations.models import Integration, Plan


class Command(BaseCommand):
    """Runs an integration once, in this process."""

    help = "Run an integration once now, or print what it would do (--dry-run)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The fixed interface of design §6."""
        parser.add_argument("integration", help="id or title of the integration")
        parser.add_argument("--leg", help="only this leg")
        parser.add_argument("--record", help="only the record of this source id")
        parser.add_argument("--all", action="store_true", help="read everything, not only changes")
        parser.add_argument(
            "--from",
            dest="from_on",
            metavar="DATE",
            type=date.fromisoformat,
            help="a backfill: what changed since this day, as an approved preview says",
        )
        parser.add_argument("--dry-run", action="store_true", help="print the plan, write nothing")
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run each leg in turn; Ctrl-C ends after the record in hand."""
        integration = integration_named(options["integration"])
        refuse_unready(integration)
        legs = _from_then_on(legs_named(integration, options["leg"]), options)
        console = Console(markup=False, highlight=False)
        try:
            if options["dry_run"]:
                self._preview(console, integration, legs, options)
            else:
                asked = {"legs": [leg.name for leg in legs], "record": options["record"]}
                actions.note(None, "integration.sync", integration, details=asked)
                self._run(console, integration, legs, options)
        except ConnectorError as error:
            raise CommandError(error.summary) from error
        except plans.PlanError as error:
            raise CommandError(str(error)) from error

    def _preview(
        self,
        console: Console,
        integration: Integration,
        legs: tuple[Leg, ...],
        options: dict[str, Any],
    ) -> None:
        ids = [options["record"]] if options["record"] else []
        for leg in legs:
            since = plans.since(integration, leg, options["from_on"])
            lines = list(preview(integration, leg, ids, since=since))
            if options["json"]:
                content = {"leg": leg.name, "lines": [line.as_json() for line in lines]}
                self.stdout.write(json.dumps(content, ensure_ascii=False))
            else:
                for table in plan_tables(leg, lines):
                    console.print(table)

    def _run(
        self,
        console: Console,
        integration: Integration,
        legs: tuple[Leg, ...],
        options: dict[str, Any],
    ) -> None:
        stop = _stop_on_interrupt()
        for leg in legs:
            plan = _plan_to_approve(integration, leg, options)
            if plan is not None and not plans.is_ready(plan):
                self._print_waiting(console, leg, plan, as_json=options["json"])
                return
            with _progress(console, leg, is_quiet=options["json"]) as progress:
                bar = progress.add_task(leg.title, total=None)

                def show(
                    seen: int,
                    counts: Counter[Outcome],
                    progress: Progress = progress,
                    bar: Any = bar,
                ) -> None:
                    progress.update(bar, total=seen, completed=counts.total())

                if plan is not None:
                    ended = _posted(plan, leg, show, stop)
                else:
                    run = LegRun(integration, leg, SyncRun.Trigger.MANUAL, report=show, stop=stop)
                    ended = self._ended(run, integration, leg, options)
            self._print(console, leg, ended, as_json=options["json"])
            if ended.state != SyncRun.State.DONE:
                raise CommandError(f"{leg.name}: {ended.state_reason}")

    @staticmethod
    def _ended(run: LegRun, integration: Integration, leg: Leg, options: dict[str, Any]) -> SyncRun:
        if options["record"]:
            return run.work_these([ask_for(integration, leg.name, options["record"])])
        return run.read_all(everything=options["all"])

    def _print_waiting(self, console: Console, leg: Leg, plan: Plan, *, as_json: bool) -> None:
        """Nothing is written before a person has seen what it would be."""
        if as_json:
            content = {"leg": leg.name, "state": "waits", "plan": plan.pk, "counts": plan.counts}
            self.stdout.write(json.dumps(content, ensure_ascii=False))
            return
        counts = ", ".join(f"{outcome} {count}" for outcome, count in sorted(plan.counts.items()))
        console.print(
            f"{leg.title}: nothing is written yet. Preview {plan.pk} ({counts or 'nothing'}) waits "
            f"for approval: look at it in the admin and approve it there, or "
            f"manage.py confirm {plan.integration_id} --plan {plan.pk} --as USER."
        )

    def _print(self, console: Console, leg: Leg, run: SyncRun, *, as_json: bool) -> None:
        if as_json:
            content = {
                "leg": leg.name,
                "state": run.state,
                "seen": run.seen_count,
                "counts": run.counts,
                "reason": run.state_reason,
            }
            self.stdout.write(json.dumps(content, ensure_ascii=False))
            return
        table = Table("outcome", "records", title=f"{leg.title}: {run.seen_count} seen")
        for outcome, count in run.counts.items():
            table.add_row(outcome, str(count))
        console.print(table)


def _from_then_on(legs: tuple[Leg, ...], options: dict[str, Any]) -> tuple[Leg, ...]:
    """The legs to run; of a backfill only those that can be read from a day on."""
    if options["from_on"] is None:
        return legs
    if options["record"] or options["all"]:
        raise CommandError("--from reads what changed since a day: leave out --record and --all.")
    if options["leg"]:
        return legs
    if not (found := tuple(leg for leg in legs if leg.mark_at is not None)):
        raise CommandError("No part of it can be read from a day on: leave out --from.")
    return found


def _plan_to_approve(integration: Integration, leg: Leg, options: dict[str, Any]) -> Plan | None:
    """The preview without whose approval this run may not write; None where none is needed."""
    if not marks.is_open(integration, leg.name):
        return plans.first_of(integration, leg)
    if options["from_on"] is not None:
        return plans.waiting_or_new(integration, leg, options["from_on"])
    return None


def _posted(plan: Plan, leg: Leg, show: Report, stop: Event) -> SyncRun:
    """The run that does what was approved."""
    run = plans.post(plan, leg, report=show, stop=stop)
    if run is None:
        plan.refresh_from_db()
        raise CommandError(f"{leg.name}: nothing was written. {' '.join(plan.stopped_by)}")
    return run


def _stop_on_interrupt() -> Event:
    """An event that Ctrl-C sets, so that the record in hand is ended in good order."""
    stop = Event()

    def interrupt(signum: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, interrupt)
    return stop


def _progress(console: Console, leg: Leg, *, is_quiet: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.completed} of {task.total}", markup=False),
        TimeElapsedColumn(),
        console=console,
        disable=is_quiet or not console.is_terminal,
    )
