"""What happens at Gusto: first previews, a payday, a payroll cancelled and run again."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from config.demo import expectations
from config.demo.decisions import ledger_table, people_table
from config.demo.expectations import PAYROLL_COMPANY, Row, gusto_company
from config.demo.judges import Judges
from config.demo.people_office import HIRED
from config.demo.scene import Scene, asking, previews
from integrations.engine.run import legs
from integrations.models import HighWaterMark, Integration

BONUS = {"earning": "Bonus", "amount": "750.00", "off_cycle_reason": "Bonus"}
BONUS_DAYS = 6
"""So many days after it is run the bonus is paid."""
PAID = 3
"""So many people get it."""
ONCE_MORE = "1.1"
"""So many times as large a payroll is when it is run again."""
MOST_APPROVALS = 5
"""What was approved can change what the next preview says, not for ever."""


class PayrollOffice:
    """The payroll office of the sample company, and its integration."""

    def __init__(self, scene: Scene, judges: Judges, integration: Integration) -> None:
        self._scene = scene
        self._sandbox = scene.sandbox
        self._judges = judges
        self.integration = integration

    def make_haste(self) -> None:
        """Reports are there at once, not after seconds: nobody likes to watch a demo wait."""
        self._sandbox.soften("gusto", "28a")

    def hire_whom_hr_has(self) -> None:
        """The people whom HR has are also paid: under the same names, at the same addresses."""
        people = expectations.people(self._sandbox.state("bamboohr")).values()
        addresses = Counter(one["workEmail"] for one in people)
        known = [
            one
            for one in people
            if one["status"] == "Active"
            and one["employmentHistoryStatus"] != "Contractor"
            and addresses[one["workEmail"]] == 1
            # Whoever goes by another name is not told by it, and is tied a day later.
            and not one["preferredName"]
        ]
        paid = [
            key
            for key, person in self._company()["employees"].items()
            if person["onboarded"] and not person["terminations"]
        ]
        for key, one in zip(paid, known, strict=False):
            self._change(
                key,
                first_name=one["firstName"],
                last_name=one["lastName"],
                preferred_first_name=None,
                work_email=one["workEmail"],
            )

    def open(self) -> None:
        """Put the integration into service; every leg waits for its first preview."""
        acumatica = self._sandbox.state("acumatica")
        self._scene.put_into_service(
            self.integration, people_table(acumatica), ledger_table(acumatica)
        )
        for leg in legs(self.integration):
            self._open_leg(leg.name)
        self._judges.is_payroll_on = True

    def _open_leg(self, leg: str) -> None:
        waiting = previews(self.integration).filter(leg=leg)
        opened = HighWaterMark.objects.filter(
            integration=self.integration, leg=leg, opened_at__isnull=False
        )
        self._scene.wait_for(
            f"the first preview of {leg}", lambda: waiting.exists() or opened.exists()
        )
        for preview in waiting[:1]:
            # One that writes nothing opens the leg by itself.
            if any(line["steps"] for line in preview.lines):
                self._scene.approve(preview)
                told = f"{len(preview.lines)} looked at"
                self._scene.moved(f"First preview of {leg} approved", told)
        self._scene.wait_for(f"{leg} to be opened", opened.exists)
        self._scene.settle(f"the first sync of {leg}")

    def morning(self) -> None:
        """A hire and somebody's last day; three payrolls are run, and one is taken back."""
        self._hire(HIRED)
        self._change(self._standing()[3], terminate=self._today())
        self._sandbox.put("gusto", "payrolls", self._payroll("next"), process=True)
        paid_on = date.fromisoformat(self._today()) + timedelta(days=BONUS_DAYS)
        people = self._standing()[:PAID]
        self._run(**BONUS, employees=people, check_date=paid_on.isoformat())
        self._run(external=True)
        self._sandbox.put("gusto", "payrolls", self._payroll("h"), cancel=True)

    def next_day(self) -> None:
        """Somebody marries; what was taken back is run again under its id, with other amounts."""
        self._change(self._standing()[2], last_name="Okonkwo-Lindahl")
        again = self._payroll("h")
        self._sandbox.put("gusto", "payrolls", again, scale=ONCE_MORE, process=True)

    def approve_what_waits(self) -> None:
        """What is out of the ordinary waits for a preview, which a poll draws up."""
        for _ in range(MOST_APPROVALS):
            self._scene.sync(self.integration)
            if not asking(self.integration).exists():
                return
            waiting = previews(self.integration)
            # It is drawn up after the run has ended that found what waits for it.
            self._scene.wait_for("a preview of what waits", waiting.exists)
            self._scene.approve(waiting[0])
            self._scene.settle("what was approved")

    def _hire(self, name: tuple[str, str]) -> None:
        """Whom HR has just hired is paid from now on."""
        people = expectations.people(self._sandbox.state("bamboohr")).values()
        (known,) = [one for one in people if (one["firstName"], one["lastName"]) == name]
        first_name, last_name = name
        self._change(
            "new",
            first_name=first_name,
            last_name=last_name,
            preferred_first_name=None,
            work_email=known["workEmail"],
            department="Finance",
            hire_date=self._today(),
            onboard=True,
        )

    def _change(self, key: str, **fields: object) -> None:
        self._sandbox.put("gusto", "employees", key, **fields)

    def _run(self, **fields: object) -> None:
        """Run another payroll."""
        self._sandbox.put("gusto", "payrolls", f"{PAYROLL_COMPANY}/new", **fields)

    def _payroll(self, fixture: str) -> str:
        """The id of one of the payrolls that are there from the start."""
        (found,) = [
            key for key, row in self._company()["payrolls"].items() if row["fixture"] == fixture
        ]
        return str(found)

    def _company(self) -> Row:
        return gusto_company(self._sandbox.state("gusto"))

    def _today(self) -> str:
        today: str = self._company()["today"]
        return today

    def _standing(self) -> list[str]:
        """People who are known at the target and have no end before them."""
        return [
            key
            for key, person in self._company()["employees"].items()
            if self._judges.is_tied(key) and not person["terminations"]
        ]
