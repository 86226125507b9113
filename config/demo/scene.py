"""What every act does: press buttons, confirm, and wait until all has settled."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import call_command
from django.db.models import F, Q, QuerySet

from audit.models import SyncRun
from config import clock
from config.demo.cast import OPERATOR
from config.demo.operator import Operator
from config.demo.sandbox import Sandbox
from config.demo.verdict import Verdict
from integrations.engine.due import due_records
from integrations.models import Delivery, Integration, Plan, Record, Term

PATIENCE_SECONDS = 120.0
GLANCE_SECONDS = 0.2
LOOKS_SECONDS = 60
"""So long a person looks; vendors that count calls by the minute have forgotten those before."""

Say = Callable[[str], None]


class PlayError(Exception):
    """The story cannot go on; the text says where it stopped."""


class Scene:
    """The running product and the sandbox, as the operator of the demo has them before him."""

    def __init__(self, sandbox: Sandbox, operator: Operator, say: Say) -> None:
        self.sandbox = sandbox
        self.operator = operator
        self.verdict = Verdict()
        self._say = say

    def moved(self, act: str, what: str) -> None:
        """Tell what came of an act."""
        self.verdict.moved.append((act, what))
        self._say(f"{act}: {what}")

    def put_into_service(self, integration: Integration, *tables: str) -> None:
        """Confirm its mappings, by ``tables`` too, and its match review, and switch it on.

        Raises:
            PlayError: it was refused.
        """
        self.operator.press("integration", integration.pk, "read_vocabularies")
        self.wait_for("the vocabularies", lambda: _has_suggestions(integration))
        self.confirm(integration, "--mappings")
        for table in tables:
            self.confirm_mappings(integration, table)
        self.operator.press("integration", integration.pk, "draw_up_review")
        self.wait_for("the match review", integration.matches.exists)
        self.confirm(integration, "--matches")
        count = integration.matches.count()
        self.moved(f"{integration.title}: match review", f"{count} pairs confirmed")
        self.sandbox.advance(LOOKS_SECONDS)
        self.operator.press("integration", integration.pk, "switch_on")
        integration.refresh_from_db()
        if integration.status != Integration.Status.ON:
            raise PlayError(f"{integration.title} could not be switched on.")

    def confirm(self, integration: Integration, *what: str) -> None:
        """Decide something by ``manage.py confirm`` in the operator's name."""
        call_command("confirm", str(integration.pk), *what, "--as", OPERATOR, stdout=_Quiet())

    def confirm_mappings(self, integration: Integration, table: str) -> None:
        """Decide what a file says."""
        with TemporaryDirectory() as folder:
            path = Path(folder, "mappings.csv")
            path.write_text(table, encoding="utf-8")
            self.confirm(integration, "--mappings", str(path))

    def approve(self, preview: Plan) -> None:
        """Look at a preview for a while and approve it; it is posted by itself."""
        self.sandbox.advance(LOOKS_SECONDS)
        self.confirm(preview.integration, "--plan", str(preview.pk))

    def sync(self, integration: Integration) -> None:
        """Press Sync now and wait until everything has settled."""
        before = SyncRun.objects.count()
        self.operator.press("integration", integration.pk, "poll_now")
        self.wait_for("the sync to begin", lambda: SyncRun.objects.count() > before)
        self.settle("the sync")

    def hear(self, vendor: str) -> None:
        """Wait until the vendor has told of everything and everything has settled."""
        self.sandbox.deliver(vendor)
        self.settle("what the webhooks told")

    def settle(self, what: str) -> None:
        """Wait until no run is under way and nothing is due."""
        self.wait_for(what, _is_quiet)

    def wait_for(self, what: str, is_there: Callable[[], bool]) -> None:
        """Look until it is there.

        Raises:
            PlayError: it does not come.
        """
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while not is_there():
            if time.monotonic() > give_up_at:
                raise PlayError(f"Waited {PATIENCE_SECONDS:.0f} seconds for {what}.")
            time.sleep(GLANCE_SECONDS)


def previews(integration: Integration) -> QuerySet[Plan]:
    """Those that wait to be approved, the newest first."""
    return Plan.objects.filter(
        integration=integration, state=Plan.State.DRAWN_UP, expires_at__gt=clock.now()
    ).order_by("-pk")


def asking(integration: Integration) -> QuerySet[Record]:
    """The records that wait for an approved preview."""
    return Record.objects.filter(
        integration=integration,
        state=Record.State.HELD,
        problems__code="awaits_approval",
        problems__closed_at__isnull=True,
    )


class _Quiet:
    """Takes what a command prints."""

    def write(self, text: str) -> None:
        """Nobody reads it."""


def _has_suggestions(integration: Integration) -> bool:
    has_terms = Term.objects.filter(connection=integration.target, kind="employee_class").exists()
    return has_terms and integration.mappings.filter(state="suggested").exists()


def _is_quiet() -> bool:
    """Whether no run is under way and nothing is due; beat has what is due looked for.

    Looked at twice: a run that ends meanwhile may have woken somebody.
    """
    if Delivery.objects.filter(handled_at__isnull=True).exists() or _is_wanted():
        return False
    is_running = SyncRun.objects.filter(state=SyncRun.State.RUNNING).exists()
    return not is_running and not _is_wanted()


def _is_wanted() -> bool:
    """Whether a record is due, asked for, in somebody's hands or to be tried again.

    Asked for is told without a clock: those of two processes differ by a part of a second.
    """
    in_hand = Q(wanted__gt=F("handled")) | Q(lease_until__gt=clock.now())
    in_hand |= Q(state=Record.State.FAILED)
    return Record.objects.filter(in_hand).exists() or due_records().exists()
