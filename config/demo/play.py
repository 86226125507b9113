"""The demo's story: connect, map, sync a company, live through a small day, and be judged."""

from __future__ import annotations

from datetime import date, timedelta

from config.demo.cast import OPERATOR, install
from config.demo.decisions import COUNTERPARTS
from config.demo.expectations import gusto_company
from config.demo.judges import Judges
from config.demo.operator import Operator
from config.demo.payroll_office import PayrollOffice
from config.demo.people_office import PeopleOffice
from config.demo.sandbox import Sandbox
from config.demo.scene import PlayError, Say, Scene
from config.demo.verdict import Verdict

__all__ = ["Play", "PlayError", "Verdict"]

DAY_SECONDS = 86_400
START_DAYS = 7
"""So many days back lies the first payroll that is posted."""


class Play:
    """One performance."""

    def __init__(self, sandbox: Sandbox, web_url: str, say: Say, *, kills: bool = False) -> None:
        self._sandbox = sandbox
        self._kills = kills
        today = gusto_company(sandbox.state("gusto"))["today"]
        start_on = date.fromisoformat(today) - timedelta(days=START_DAYS)
        self.company = install(sandbox, start_on.isoformat())
        self._judges = Judges(sandbox, self.company)
        self._operator = Operator(web_url, OPERATOR, self.company.password)
        self._scene = Scene(sandbox, self._operator, say)
        self._people = PeopleOffice(self._scene, self._judges, self.company.people)
        self._payroll = PayrollOffice(self._scene, self._judges, self.company.payroll)

    def perform(self) -> Verdict:
        """The whole story, judged after each act."""
        field_operations, brand = COUNTERPARTS
        self._scene.wait_for("beat and the worker", self._operator.is_ready)
        self._people.rename()
        self._payroll.make_haste()
        self._payroll.hire_whom_hr_has()
        self._connect()
        self._people.open(kills=self._kills)
        self._judge("First sync")
        self._people.release(field_operations)
        self._judge(f"{field_operations} mapped")
        self._payroll.open()
        self._judge("First payrolls")
        self._day()
        self._people.release(brand)
        self._judge(f"{brand} mapped")
        self._people.throttled_minute()
        self._judge("A throttled minute")
        self._weeks_later()
        self._nothing_new()
        self._scene.verdict.count(self.company.integrations)
        return self._scene.verdict

    def _connect(self) -> None:
        for connection in self.company.connections:
            self._operator.connect(connection.pk)
            connection.refresh_from_db()
            self._scene.moved(f"Connected {connection.title}", connection.account_id)

    def _day(self) -> None:
        """People come, move and leave at both sources; payrolls are run."""
        self._people.morning()
        self._payroll.morning()
        self._hear("A small day, told by webhooks")
        self._sandbox.advance(DAY_SECONDS)
        self._people.next_day()
        self._payroll.next_day()
        self._hear("The day after")

    def _hear(self, act: str) -> None:
        """Both sources have told all; what is out of the ordinary is approved."""
        for vendor in ("bamboohr", "gusto"):
            self._scene.hear(vendor)
        self._payroll.approve_what_waits()
        self._judge(act)

    def _weeks_later(self) -> None:
        """Somebody's first day comes, deadlines pass: nobody at the sources touches a thing."""
        self._sandbox.advance(28 * DAY_SECONDS)
        self._sync()
        self._payroll.approve_what_waits()
        self._judge("Four weeks later")

    def _nothing_new(self) -> None:
        before = len(self._sandbox.writes("acumatica"))
        self._sync()
        sent = len(self._sandbox.writes("acumatica")) - before
        if sent:
            self._scene.verdict.faults.append(f"An unchanged company was written {sent} times.")
        self._scene.moved("Polled again, nothing changed", f"{sent} writes")

    def _sync(self) -> None:
        for integration in self.company.integrations:
            self._scene.sync(integration)

    def _judge(self, act: str) -> None:
        """Compare both sides, and tell what the act came to."""
        found, told = self._judges.judge()
        self._scene.verdict.faults += [f"{act}: {sentence}" for sentence in found]
        for what, counts in zip(("", " (payroll: people)", " (payrolls)"), told, strict=False):
            self._scene.moved(f"{act}{what}", counts)
