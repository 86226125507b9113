"""What happens to people: every change is noted, future ones when they take effect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from connectors.sandbox.standin import StandIn
from connectors.sandbox.vendors.bamboohr.company import Company, Employee, Row, midnight

CREATION_LAG_SECONDS = 5

Told = Callable[[str, str, list[str]], None]
"""Called with an action (created, updated, deleted), the employee's id and what changed."""


@dataclass(slots=True)
class History:
    """The change log of one company; ``tell`` turns changes into webhook events."""

    standin: StandIn
    company: Company
    tell: Told

    @property
    def now(self) -> datetime:
        """The instant it is at BambooHR."""
        return self.standin.world.now(self.standin.slug)

    def start(self) -> None:
        """Fix what is shown of everybody today, and wait for what lies ahead."""
        for person in self.company.employees.values():
            person.shown = self.company.derive(person)
            self._await(person, [*person.job_rows, *person.status_rows])

    def create(self, person: Employee) -> None:
        """Somebody new: ``created``, then ``updated`` with what he came with."""
        person.action = "Inserted"
        person.changed_at = self.now
        if self.standin.switch("created_visible") == "late":
            person.visible_from = self.now + timedelta(seconds=CREATION_LAG_SECONDS)
        person.found_from = self.standin.world.found_from(self.standin.slug)
        person.is_listed_late = True
        self.company.employees[person.id] = person
        person.shown = self.company.derive(person)
        self._await(person, [*person.job_rows, *person.status_rows])
        self.tell("created", person.id, [])
        if not self.standin.is_soft("26a"):
            values = self.company.monitored(person)
            self.tell("updated", person.id, [name for name, value in values.items() if value])

    def change(self, person: Employee, edit: Callable[[], None], *, rows: list[Row]) -> None:
        """Make an edit that may add history rows, and tell what it changed today."""
        before = self.company.monitored(person)
        edit()
        person.found_from = self.standin.world.found_from(self.standin.slug)
        person.is_listed_late = False
        ahead = [row for row in rows if row["date"] > self.company.today().isoformat()]
        self._await(person, ahead)
        is_entry_noted = bool(ahead) and self.standin.switch("future_rows_noted") == "entry"
        self._note(person, before, is_noted=is_entry_noted)

    def delete(self, person: Employee) -> None:
        """The record itself is deleted."""
        del self.company.employees[person.id]
        self.company.deleted[person.id] = self.now
        self.tell("deleted", person.id, [])

    def _await(self, person: Employee, rows: list[Row]) -> None:
        days = {row["date"] for row in rows if row["date"] > self.company.today().isoformat()}
        hired_on = person.facts["hireDate"]
        if hired_on is not None and hired_on > self.company.today().isoformat():
            days.add(hired_on)
        for day in sorted(days):
            at = midnight(date.fromisoformat(day))
            self.standin.world.later(self.standin.slug, at, lambda: self._take_effect(person))

    def _take_effect(self, person: Employee) -> None:
        if self.company.employees.get(person.id) is not person:
            return
        if self.standin.is_soft("20a"):
            person.shown = self.company.derive(person)
            return
        before = {**self.company.monitored(person), **remembered(person)}
        is_noted_now = self.standin.switch("future_rows_noted") == "effect"
        self._note(person, before, is_noted=False, is_silent=not is_noted_now)

    def _note(
        self,
        person: Employee,
        before: Mapping[str, str | None],
        *,
        is_noted: bool,
        is_silent: bool = False,
    ) -> None:
        ended_before = person.shown.get("terminationDate")
        person.shown = self.company.derive(person)
        after = self.company.monitored(person)
        changed = [name for name, value in after.items() if before[name] != value]
        is_changed = bool(changed) or person.shown["terminationDate"] != ended_before
        if is_noted or (is_changed and not is_silent):
            person.changed_at = self.now
            person.action = "Updated"
        if changed:
            self.tell("updated", person.id, changed)


def remembered(person: Employee) -> dict[str, str | None]:
    """What webhooks were last told of the values that come from history."""
    names = ("status", "employmentHistoryStatus", "jobTitle", "department", "division", "location")
    values = {name: person.shown.get(name) for name in names}
    return {**values, "reportsTo": person.shown.get("supervisorEId")}
