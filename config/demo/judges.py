"""The judges: after each act both sides are compared, person by person and cent by cent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from config.demo import expectations
from config.demo.cast import Cast
from config.demo.decisions import LEDGER, PAYROLL_PEOPLE
from config.demo.expectations import Decisions, Expected, Row
from config.demo.sandbox import Sandbox
from integrations.models import Integration, Record


class Judges:
    """What they know: what the operator decided, and who stands there since when."""

    def __init__(self, sandbox: Sandbox, company: Cast) -> None:
        self._sandbox = sandbox
        self._company = company
        self._carried: dict[str, str] = {}
        self._tied: dict[str, str] = {}
        self.decisions = Decisions()
        self.is_payroll_on = False
        """Before that no payroll may stand there."""
        self.strangers = dict(expectations.employees(sandbox.state("acumatica")))

    def is_carried(self, person_id: str) -> bool:
        """Whether somebody stood there when it was judged last."""
        return person_id in self._carried

    def is_tied(self, person_id: str) -> bool:
        """Whether somebody at Gusto was known to be an employee when it was judged last."""
        return person_id in self._tied

    def judge(self) -> tuple[list[str], list[str]]:
        """Every fault, and what the act came to; who stands there is remembered."""
        target = self._sandbox.state("acumatica")
        people = expectations.expected(
            self._sandbox.state("bamboohr"), target, self.decisions, self._carried
        )
        found = expectations.faults(people, self.strangers, expectations.employees(target))
        found += _held_faults(self._company.people, people)
        self._remember(people)
        told = [_told(one.why for one in people)]
        if not self.is_payroll_on:
            return found + expectations.journal_faults([], expectations.journals_of(target)), told
        faults_of_payroll, told_of_payroll = self._judge_payroll(target)
        return found + faults_of_payroll, told + told_of_payroll

    def _judge_payroll(self, target: Row) -> tuple[list[str], list[str]]:
        gusto, now = self._sandbox.state("gusto"), self._sandbox.now()
        today = now.date().isoformat()
        people = expectations.expected_ties(gusto, target, PAYROLL_PEOPLE, self._tied, today)
        found = expectations.tie_faults(people, _said_of_people(self._company.payroll))
        self._tied |= {one.person_id: one.number for one in people if one.number}
        batches = expectations.expected_batches(gusto, target, LEDGER, self._company.start_on, now)
        found += expectations.journal_faults(batches, expectations.journals_of(target))
        found += _held_payrolls(self._company.payroll)
        return found, [_told(one.why for one in rows) for rows in (people, batches)]

    def _remember(self, people: Iterable[Expected]) -> None:
        today = self._sandbox.now().date().isoformat()
        for one in people:
            if one.why == "active":
                self._carried.setdefault(one.person_id, today)


def _held_faults(integration: Integration, wanted: Iterable[Expected]) -> list[str]:
    """Who must be held is held, and nobody else."""
    shall = {one.person_id for one in wanted if one.why == "held"}
    rows = integration.records.filter(state=Record.State.HELD)
    held = set(rows.values_list("source_id", flat=True))
    return [f"{key} shall be held and is not." for key in sorted(shall - held)] + [
        f"{key} is held and shall not be." for key in sorted(held - shall)
    ]


def _said_of_people(integration: Integration) -> dict[str, tuple[str, str]]:
    """What the product says of each person: the state, and the number of the employee."""
    rows = integration.records.filter(leg="employees")
    return {
        person_id: (state, number)
        for person_id, state, number in rows.values_list("source_id", "state", "target_id")
    }


def _held_payrolls(integration: Integration) -> list[str]:
    """No payroll of the demo is to be decided on by anybody in the end."""
    rows = integration.records.filter(leg="payrolls", state=Record.State.HELD)
    return [
        f"{title} is held: {' '.join(reason['sentence'] for reason in reasons)}"
        for title, reasons in rows.values_list("title", "reasons")
    ]


def _told(whys: Iterable[str]) -> str:
    counts: Mapping[str, int] = Counter(whys)
    return ", ".join(f"{count} {why}" for why, count in sorted(counts.items()))
