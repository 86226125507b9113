"""What happens at BambooHR: a first sync, a small day, a throttled minute."""

from __future__ import annotations

import os
import signal
from datetime import date, timedelta

from django.conf import settings

from audit.models import SyncRun
from config import clock
from config.demo import expectations
from config.demo.decisions import COUNTERPARTS
from config.demo.expectations import Decisions
from config.demo.judges import Judges
from config.demo.scene import Scene, previews
from integrations.models import Budget, Integration, Record, Subscription
from integrations.webhooks import standing

HOUR_SECONDS = 3_600
LOOKS = 3
"""A create that never arrived is looked for twice, apart, before it is sent again."""
THROTTLED_SECONDS = 60
JOB = {"department": "Sales", "jobTitle": "Sales Representative"}
PLACE = {"division": "Europe", "location": "Rotterdam"}
HIRED = ("Nora", "Quist")
RENAMED = ("Marketing", "Brand")
"""What HR calls otherwise than finance since yesterday."""


class PeopleOffice:
    """HR of the sample company, and its integration."""

    def __init__(self, scene: Scene, judges: Judges, integration: Integration) -> None:
        self._scene = scene
        self._sandbox = scene.sandbox
        self._judges = judges
        self.integration = integration

    def rename(self) -> None:
        """HR calls a department otherwise than finance does."""
        before, now = RENAMED
        state = self._sandbox.state("bamboohr")["companies"][expectations.COMPANY]
        options = state["lists"]["department"]["options"]
        (number,) = [row["id"] for row in options if row["name"] == before]
        renamed = {"id": number, "value": now}
        self._sandbox.put("bamboohr", "lists", "department", options=[renamed])

    def open(self, *, kills: bool) -> None:
        """Put the integration into service and carry everybody once."""
        scene = self._scene
        scene.put_into_service(self.integration)
        scene.wait_for("the first preview", previews(self.integration).exists)
        active = Subscription.objects.filter(state=Subscription.State.ACTIVE)
        scene.wait_for("the webhook subscription", active.exists)
        scene.moved("Switched on", standing.told_how(self.integration))
        preview = previews(self.integration).get()
        scene.approve(preview)
        scene.moved("First preview approved", f"{len(preview.lines)} people looked at")
        if kills:
            self._kill_in_the_middle()
        scene.wait_for("the first sync to begin", SyncRun.objects.exists)
        scene.settle("the first sync")

    def _kill_in_the_middle(self) -> None:
        """Cut the worker off while it writes; what it left is found within hours.

        Whom it had not read yet is read by the next poll, since the mark has not moved.
        """
        scene, sandbox = self._scene, self._sandbox
        scene.wait_for("the first employees", lambda: len(sandbox.writes("acumatica")) > 20)
        pid_file = settings.ENVIRONMENT.var_dir / "worker.pid"
        os.killpg(int(pid_file.read_text(encoding="ascii")), signal.SIGKILL)
        written = len(sandbox.writes("acumatica"))
        scene.moved("Worker killed with SIGKILL", f"after {written} writes")
        for _ in range(LOOKS):
            sandbox.advance(HOUR_SECONDS)
            scene.settle("what was cut off")
            if not Record.objects.filter(state=Record.State.WRITING).exists():
                break
        scene.sync(self.integration)

    def release(self, department: str) -> None:
        """Map a department that has no namesake: who was held for it goes on by himself."""
        counterpart = COUNTERPARTS[department]
        row = f"kind,source,target\ndepartment,{department},{counterpart}\n"
        self._scene.confirm_mappings(self.integration, row)
        decided = self._judges.decisions.departments
        self._judges.decisions = Decisions({**decided, department: counterpart})
        self._scene.settle("the released records")

    def morning(self) -> None:
        """A hire, a homonym, a marriage, a new address, and somebody who is to leave."""
        married, moved, _, leaving = self._standing(but="Support Agent")[3:7]
        self._hire(*HIRED)
        stranger = next(iter(self._judges.strangers.values()))["ContactInfo"]
        self._hire(stranger["FirstName"], stranger["LastName"])
        self._change(married, lastName="Okonkwo-Reyes")
        self._change(moved, workEmail="new.address@northwind.example")
        in_two_weeks = date.fromisoformat(self._today()) + timedelta(days=14)
        self._change(leaving, terminate={"date": in_two_weeks.isoformat()})

    def next_day(self) -> None:
        """A transfer and a leaver."""
        leaver = self._standing(but="Support Agent")[5]
        transferred = self._standing(only="Support Agent")[0]
        self._change(transferred, date=self._today(), **JOB)
        self._change(leaver, terminate={"date": self._today()})

    def throttled_minute(self) -> None:
        """The target takes no more calls for a minute: what was told of meanwhile is done after."""
        limit = {"status": 429, "headers": {"Retry-After": str(THROTTLED_SECONDS)}}
        self._sandbox.fault("acumatica", "PUT", ".*/Employee", action="status", **limit)
        self._hire("Ilse", "Marrow")
        self._sandbox.deliver("bamboohr")
        paused = Budget.objects.filter(paused_until__gt=clock.now())
        self._scene.wait_for("the throttling to be noticed", paused.exists)
        self._sandbox.advance(THROTTLED_SECONDS + 1)
        self._scene.settle("what was throttled")

    def _hire(self, first_name: str, last_name: str) -> None:
        self._change(
            "new",
            firstName=first_name,
            lastName=last_name,
            workEmail=f"{first_name}.{last_name}@northwind.example".lower(),
            hireDate=self._today(),
            **JOB,
            **PLACE,
        )

    def _change(self, key: str, **fields: object) -> None:
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
            if self._judges.is_carried(key)
            and person["jobTitle"] != but
            and (not only or person["jobTitle"] == only)
        ]
