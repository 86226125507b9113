"""The demo's story: connect, map, sync a company, live through a small day, and be judged."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db.models import F, Q, QuerySet

from audit.models import Entry, SyncRun
from config import clock
from config.demo import expectations
from config.demo.cast import FLOW, OPERATOR, install
from config.demo.expectations import Decisions, Expected
from config.demo.operator import Operator
from config.demo.sandbox import Sandbox
from integrations.engine.due import due_records
from integrations.models import Budget, Delivery, Plan, Record, Subscription, Term
from integrations.webhooks import standing

PATIENCE_SECONDS = 120.0
GLANCE_SECONDS = 0.2
HOUR_SECONDS = 3_600
LOOKS = 3
"""A create that never arrived is looked for twice, apart, before it is sent again."""
DAY_SECONDS = 86_400
THROTTLED_SECONDS = 60
JOB = {"department": "Sales", "jobTitle": "Sales Representative"}
PLACE = {"division": "Europe", "location": "Rotterdam"}
COUNTERPARTS = {"Field Operations": "FIELD", "Brand": "MARKETING"}
"""Departments whose counterpart bears another name: mapped after the first sync, and in the day."""
RENAMED = ("Marketing", "Brand")
"""What HR calls otherwise than finance since yesterday."""

Say = Callable[[str], None]


class PlayError(Exception):
    """The story cannot go on; the text says where it stopped."""


@dataclass(slots=True)
class Verdict:
    """What the judges found: one sentence per fault, and the figures of the table."""

    faults: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    defects: int = 0
    moved: list[tuple[str, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The last line of ``make demo-once``."""
        return {
            "flows": {
                FLOW: {
                    "synced": self.counts["synced"],
                    "held": self.counts["held"],
                    "failed": self.counts["failed"] + self.counts["writing"],
                }
            },
            "defects": self.defects,
            "ok": not self.faults and not self.defects,
        }


class Play:
    """One performance."""

    def __init__(self, sandbox: Sandbox, web_url: str, say: Say, *, kills: bool = False) -> None:
        self._sandbox = sandbox
        self._say = say
        self._kills = kills
        self._decisions = Decisions()
        self._carried: dict[str, str] = {}
        self.verdict = Verdict()
        self.company = install(sandbox)
        self._strangers = dict(expectations.employees(sandbox.state("acumatica")))
        self._operator = Operator(web_url, OPERATOR, self.company.password)

    def perform(self) -> Verdict:
        """The whole story, judged after each act."""
        self._await("beat and the worker", self._operator.is_ready)
        self._rename()
        self._connect()
        self._map()
        self._first_sync()
        field_operations, brand = COUNTERPARTS
        self._release(field_operations)
        self._day()
        self._release(brand)
        self._throttled_minute()
        self._weeks_later()
        self._nothing_new()
        self._count()
        return self.verdict

    def _connect(self) -> None:
        for connection in (self.company.source, self.company.target):
            self._operator.connect(connection.pk)
            connection.refresh_from_db()
            self._moved(f"Connected {connection.title}", connection.account_id)

    def _rename(self) -> None:
        """HR calls a department otherwise than finance does."""
        before, now = RENAMED
        state = self._sandbox.state("bamboohr")["companies"][expectations.COMPANY]
        options = state["lists"]["department"]["options"]
        (number,) = [row["id"] for row in options if row["name"] == before]
        renamed = {"id": number, "value": now}
        self._sandbox.put("bamboohr", "lists", "department", options=[renamed])

    def _map(self) -> None:
        integration = self.company.integration
        self._operator.press("integration", integration.pk, "read_vocabularies")
        self._await("the vocabularies", self._has_suggestions)
        self._confirm()
        self._operator.press("integration", integration.pk, "draw_up_review")
        self._await("the match review", integration.matches.exists)
        arguments = [str(integration.pk), "--matches", "--as", OPERATOR]
        call_command("confirm", *arguments, stdout=_Quiet())
        self._moved("Match review", f"{integration.matches.count()} pairs confirmed")
        self._operator.press("integration", integration.pk, "switch_on")
        self._await("the first preview", self._first_previews().exists)
        active = Subscription.objects.filter(state=Subscription.State.ACTIVE)
        self._await("the webhook subscription", active.exists)
        self._moved("Switched on", standing.told_how(integration))

    def _has_suggestions(self) -> bool:
        has_terms = Term.objects.filter(kind="employee_class").exists()
        return has_terms and self.company.integration.mappings.filter(state="suggested").exists()

    def _confirm(self, csv: str = "") -> None:
        arguments = [str(self.company.integration.pk), "--as", OPERATOR, "--mappings"]
        if not csv:
            call_command("confirm", *arguments, stdout=_Quiet())
            return
        with TemporaryDirectory() as folder:
            path = Path(folder, "mappings.csv")
            path.write_text(csv, encoding="utf-8")
            call_command("confirm", *arguments, str(path), stdout=_Quiet())

    def _first_sync(self) -> None:
        preview = self._first_previews().get()
        arguments = [str(preview.integration_id), "--plan", str(preview.pk), "--as", OPERATOR]
        call_command("confirm", *arguments, stdout=_Quiet())
        self._moved("First preview approved", f"{len(preview.lines)} people looked at")
        if self._kills:
            self._kill_in_the_middle()
        self._await("the first sync to begin", SyncRun.objects.exists)
        self._settle("the first sync")
        self._judge("First sync")

    def _first_previews(self) -> QuerySet[Plan]:
        return Plan.objects.filter(integration=self.company.integration, state=Plan.State.DRAWN_UP)

    def _kill_in_the_middle(self) -> None:
        """Cut the worker off while it writes; what it left is found within hours.

        Whom it had not read yet is read by the next poll, since the mark has not moved.
        """
        self._await("the first employees", lambda: len(self._sandbox.writes("acumatica")) > 20)
        pid_file = settings.ENVIRONMENT.var_dir / "worker.pid"
        os.killpg(int(pid_file.read_text(encoding="ascii")), signal.SIGKILL)
        written = len(self._sandbox.writes("acumatica"))
        self._moved("Worker killed with SIGKILL", f"after {written} writes")
        for _ in range(LOOKS):
            self._sandbox.advance(HOUR_SECONDS)
            self._settle("what was cut off")
            if not Record.objects.filter(state=Record.State.WRITING).exists():
                break
        self._sync()

    def _release(self, department: str) -> None:
        """Map a department that has no namesake: who was held for it goes on by himself."""
        counterpart = COUNTERPARTS[department]
        self._confirm(f"kind,source,target\ndepartment,{department},{counterpart}\n")
        self._decisions = Decisions({**self._decisions.departments, department: counterpart})
        self._settle("the released records")
        self._judge(f"{department} mapped")

    def _day(self) -> None:
        """A hire, a homonym, a marriage, a new address, a transfer, a leaver and a coming one."""
        today = self._today()
        married, moved, leaver, leaving = self._standing(but="Support Agent")[3:7]
        transferred = self._standing(only="Support Agent")[0]
        self._hire("Nora", "Quist")
        stranger = next(iter(self._strangers.values()))["ContactInfo"]
        self._hire(stranger["FirstName"], stranger["LastName"])
        self._at_source(married, lastName="Okonkwo-Reyes")
        self._at_source(moved, workEmail="new.address@northwind.example")
        in_two_weeks = date.fromisoformat(today) + timedelta(days=14)
        self._at_source(leaving, terminate={"date": in_two_weeks.isoformat()})
        self._sandbox.advance(DAY_SECONDS)
        self._at_source(transferred, date=self._today(), **JOB)
        self._at_source(leaver, terminate={"date": self._today()})
        self._hear()
        self._judge("A small day, told by webhooks")

    def _hire(self, first_name: str, last_name: str) -> None:
        names = {"firstName": first_name, "lastName": last_name}
        self._at_source("new", **names, hireDate=self._today(), **JOB, **PLACE)

    def _throttled_minute(self) -> None:
        """The target takes no more calls for a minute: what was told of meanwhile is done after."""
        limit = {"status": 429, "headers": {"Retry-After": str(THROTTLED_SECONDS)}}
        self._sandbox.fault("acumatica", "PUT", ".*/Employee", action="status", **limit)
        self._hire("Ilse", "Marrow")
        self._sandbox.deliver("bamboohr")
        paused = Budget.objects.filter(paused_until__gt=clock.now())
        self._await("the throttling to be noticed", paused.exists)
        self._sandbox.advance(THROTTLED_SECONDS + 1)
        self._settle("what was throttled")
        self._judge("A throttled minute")

    def _weeks_later(self) -> None:
        """Somebody's first day comes: nobody at the source touches a thing."""
        self._sandbox.advance(28 * DAY_SECONDS)
        self._sync()
        self._judge("Four weeks later")

    def _nothing_new(self) -> None:
        before = len(self._sandbox.writes("acumatica"))
        self._sync()
        sent = len(self._sandbox.writes("acumatica")) - before
        if sent:
            self.verdict.faults.append(f"An unchanged company was written {sent} times.")
        self._moved("Polled again, nothing changed", f"{sent} writes")

    def _at_source(self, key: str, **fields: object) -> None:
        self._sandbox.put("bamboohr", "employees", key, **fields)

    def _today(self) -> str:
        today: str = self._sandbox.state("bamboohr")["companies"][expectations.COMPANY]["today"]
        return today

    def _standing(self, only: str = "", but: str = "") -> list[str]:
        """People who stand at the target, with this job title or any but this one."""
        people = expectations.people(self._sandbox.state("bamboohr"))
        return [
            key
            for key, person in people.items()
            if key in self._carried
            and person["jobTitle"] != but
            and (not only or person["jobTitle"] == only)
        ]

    def _sync(self) -> None:
        """Press Sync now and wait until everything has settled."""
        before = SyncRun.objects.count()
        self._operator.press("integration", self.company.integration.pk, "poll_now")
        self._await("the sync to begin", lambda: SyncRun.objects.count() > before)
        self._settle("the sync")

    def _hear(self) -> None:
        """Wait until the vendor has told of everything and everything has settled."""
        self._sandbox.deliver("bamboohr")
        self._settle("what the webhooks told")

    def _settle(self, what: str) -> None:
        self._await(what, self._is_quiet)

    @staticmethod
    def _is_quiet() -> bool:
        """Whether no run is under way and nothing is due; beat has what is due looked for.

        Looked at twice: a run that ends meanwhile may have woken somebody.
        """
        if Delivery.objects.filter(handled_at__isnull=True).exists() or _is_wanted():
            return False
        is_running = SyncRun.objects.filter(state=SyncRun.State.RUNNING).exists()
        return not is_running and not _is_wanted()

    def _await(self, what: str, is_there: Callable[[], bool]) -> None:
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while not is_there():
            if time.monotonic() > give_up_at:
                raise PlayError(f"Waited {PATIENCE_SECONDS:.0f} seconds for {what}.")
            time.sleep(GLANCE_SECONDS)

    def _judge(self, act: str) -> None:
        """Compare both stand-ins, person by person; remember who stands there from now on."""
        source, target = self._sandbox.state("bamboohr"), self._sandbox.state("acumatica")
        wanted = expectations.expected(source, target, self._decisions, self._carried)
        now = expectations.employees(target)
        found = expectations.faults(wanted, self._strangers, now)
        found += self._held_faults(wanted)
        self.verdict.faults += [f"{act}: {sentence}" for sentence in found]
        today = self._today()
        for one in wanted:
            if one.why == "active":
                self._carried.setdefault(one.person_id, today)
        self._moved(act, _told(wanted))

    def _held_faults(self, wanted: list[Expected]) -> list[str]:
        """Who must be held is held, and nobody else."""
        shall = {one.person_id for one in wanted if one.why == "held"}
        held = set(
            Record.objects.filter(state=Record.State.HELD).values_list("source_id", flat=True)
        )
        return [f"{key} shall be held and is not." for key in sorted(shall - held)] + [
            f"{key} is held and shall not be." for key in sorted(held - shall)
        ]

    def _count(self) -> None:
        self.verdict.counts.update(Record.objects.values_list("state", flat=True))
        self.verdict.defects = Entry.objects.exclude(error_id="").count()

    def _moved(self, act: str, what: str) -> None:
        self.verdict.moved.append((act, what))
        self._say(f"{act}: {what}")


class _Quiet:
    """Takes what a command prints."""

    def write(self, text: str) -> None:
        """Nobody reads it."""


def _is_wanted() -> bool:
    """Whether a record is due, asked for, in somebody's hands or to be tried again.

    Asked for is told without a clock: those of two processes differ by a part of a second.
    """
    in_hand = Q(wanted__gt=F("handled")) | Q(lease_until__gt=clock.now())
    in_hand |= Q(state=Record.State.FAILED)
    return Record.objects.filter(in_hand).exists() or due_records().exists()


def _told(wanted: list[Expected]) -> str:
    counts: Mapping[str, int] = Counter(one.why for one in wanted)
    return ", ".join(f"{count} {why}" for why, count in sorted(counts.items()))
