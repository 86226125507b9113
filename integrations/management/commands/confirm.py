"""``manage.py confirm``: confirms a match review or mappings, or approves a preview."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from integrations import actions, mapping, mapping_files, wake
from integrations.csv_files import FileFaultError
from integrations.engine import plans, review
from integrations.management.arguments import integration_named
from integrations.models import Integration, Mapping, Membership
from integrations.models.base import reach

APPROVAL = "plan.approve"


class Command(BaseCommand):
    """Decides in a person's name what a person must decide."""

    help = "Confirm the match review, mappings (suggested ones, or a CSV), or approve a preview."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The fixed interface of design §6."""
        parser.add_argument("integration", help="id or title of the integration")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--matches", action="store_true", help="the match review")
        what.add_argument(
            "--mappings", nargs="?", const="", metavar="CSV", help="suggested ones, or a file's"
        )
        what.add_argument("--plan", type=int, metavar="ID", help="a preview that was kept")
        parser.add_argument("--as", dest="user", required=True, help="who confirms")

    def handle(self, *args: Any, **options: Any) -> None:
        """Confirm all or nothing."""
        integration = integration_named(options["integration"])
        by = User.objects.filter(username=options["user"], is_active=True).first()
        if by is None:
            raise CommandError(f"There is no active user {options['user']!r}.")
        what = _what(options)
        try:
            _refuse_without_role(integration, by, what)
            told = self._told(integration, by, options)
        except CommandError as error:
            actions.note(
                by, what, integration, outcome=actions.Outcome.REFUSED, sentence=str(error)
            )
            raise
        actions.note(by, what, integration, sentence=told, details={"plan": options["plan"]})
        self.stdout.write(told)

    @staticmethod
    def _told(integration: Integration, by: User, options: dict[str, Any]) -> str:
        if options["matches"]:
            return _confirm_matches(integration, by)
        if options["plan"] is not None:
            return _approve(integration, options["plan"], by)
        return _confirm_mappings(integration, options["mappings"], by)


def _what(options: dict[str, Any]) -> str:
    """How the trail names what is decided."""
    if options["matches"]:
        return "integration.confirm_matches"
    if options["plan"] is not None:
        return APPROVAL
    return "integration.confirm_mappings"


def _refuse_without_role(integration: Integration, by: User, what: str) -> None:
    """Nobody decides at a tenant that he does not belong to, nor in a role that only looks."""
    roles = Membership.APPROVING if what == APPROVAL else Membership.CHANGING
    tenant_ids = reach(by, roles)
    if tenant_ids is not None and integration.tenant_id not in tenant_ids:
        raise CommandError(f"{by} may not decide that at {integration.tenant}.")


def _confirm_matches(integration: Integration, by: User) -> str:
    if not integration.matches.exists():
        raise CommandError("There is no match review to confirm yet: draw it up first.")
    open_count = review.confirm(integration, by)
    return f"Match review confirmed; {open_count} pairs are left to a person."


def _approve(integration: Integration, plan_id: int, by: User) -> str:
    plan = integration.plans.filter(pk=plan_id).first()
    if plan is None:
        raise CommandError(f"{integration} has no preview {plan_id}.")
    try:
        plans.approve(plan, by)
    except plans.PlanError as error:
        raise CommandError(str(error)) from error
    wake.post_plan(plan.pk)
    return f"Preview {plan_id} approved; it is being posted."


def _confirm_mappings(integration: Integration, file: str, by: User) -> str:
    if file:
        return _from_csv(integration, Path(file), by)
    woken = 0
    suggested = integration.mappings.filter(state=Mapping.State.SUGGESTED)
    decided = list(suggested.select_related("integration"))
    try:
        with transaction.atomic():
            for row in decided:
                woken += mapping.confirm(row, row.target, by)
    except mapping.MappingError as error:
        raise CommandError(error.summary) from error
    if woken:
        wake.drain(integration.target_id)
    return f"{len(decided)} mappings confirmed, {woken} records go on."


def _from_csv(integration: Integration, path: Path, by: User) -> str:
    """Decide what the file says; a fault names its line and column, and nothing is decided."""
    try:
        taken = mapping_files.take_in(integration, path.read_bytes(), by)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    except FileFaultError as error:
        raise CommandError(f"{path}: {error}") from error
    return str(taken)
