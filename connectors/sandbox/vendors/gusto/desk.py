"""What happens at a company by itself or by hand: changes of people, with the events they fire."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from connectors.sandbox.standin import JSON, StandIn
from connectors.sandbox.vendors.gusto.company import (
    Company,
    Employee,
    Row,
    new_uuid,
    new_version,
    pacific_day,
    pacific_midnight,
    second_text,
)
from connectors.sandbox.vendors.gusto.environment import Environment
from connectors.sandbox.vendors.gusto.notices import Notices
from connectors.sandbox.vendors.gusto.people import (
    Draw,
    add_person,
    end_employment,
    rehire,
)

FACTS = (
    "first_name",
    "last_name",
    "preferred_first_name",
    "middle_initial",
    "email",
    "work_email",
    "phone",
    "date_of_birth",
    "current_employment_status",
    "onboarding_status",
    "payment_method",
    "manager_uuid",
    "two_percent_shareholder",
)
ACTIONS = (
    "department",
    "job_title",
    "rate",
    "hire_date",
    "work_state",
    "onboard",
    "terminate",
    "cancel_termination",
    "rehire",
    "cancel_rehire",
)


@dataclass(frozen=True, slots=True)
class Desk:
    """One company's people office."""

    standin: StandIn
    environment: Environment
    company: Company

    @property
    def dice(self) -> random.Random:
        """The vendor's dice."""
        return self.standin.world.random(self.standin.slug)

    @property
    def today(self) -> date:
        """The day it is on the Pacific coast."""
        return pacific_day(self.standin.world.now(self.standin.slug))

    def tell(self, event_type: str, person: Employee) -> None:
        """Something happened to a person."""
        notices = Notices(self.standin, self.environment)
        notices.tell(f"employee.{event_type}", self.company.uuid, "Employee", person.uuid)

    def start(self) -> None:
        """Put what is known to come on the agenda."""
        for person in self.company.employees.values():
            for row in person.row["terminations"]:
                self.schedule_end(person, row)

    def schedule_end(self, person: Employee, row: Row) -> None:
        """Tell of a termination when it takes effect, unless it was cancelled before."""
        last_day = date.fromisoformat(row["effective_date"])
        days = 0 if self.standin.switch("termination_effective") == "on the day" else 1
        at = pacific_midnight(last_day + timedelta(days=days))

        def take_effect() -> None:
            if row in person.row["terminations"]:
                self.tell("terminated_effective", person)

        if at > self.standin.world.now(self.standin.slug):
            self.standin.world.later(self.standin.slug, at, take_effect)

    def hire(self, body: dict[str, JSON]) -> Employee:
        """Add somebody; their data may come later."""
        schedules = list(self.company.schedules)
        draw = Draw(
            self.company, random.Random(self.dice.getrandbits(64)), (schedules[0], schedules[1])
        )
        person = add_person(draw, len(self.company.employees), "onboarding")
        person.row.update(
            onboarding_status="admin_onboarding_incomplete", current_employment_status="full_time"
        )
        person.created_at = self.standin.world.now(self.standin.slug)
        hired_on = str(body.pop("hire_date", self.today.isoformat()))
        self._set_hire_date(person, hired_on)
        self.tell("created", person)
        self.change(person, body)
        return person

    def change(self, person: Employee, body: dict[str, JSON]) -> None:
        """Change facts, or do what an action names.

        Raises:
            ValueError: a key is unknown, or the action cannot be done; says why.
        """
        unknown = sorted(set(body) - set(FACTS) - set(ACTIONS))
        if unknown:
            known = ", ".join((*FACTS, *ACTIONS))
            raise ValueError(f"Unknown: {', '.join(unknown)}. There is: {known}.")
        before = repr(person.row)
        person.row.update({name: body[name] for name in FACTS if name in body})
        self._change_job(person, body)
        if repr(person.row) != before:
            person.row["version"] = new_version(self.dice)
            self.tell("updated", person)
        if body.get("onboard"):
            self._onboard(person)
        if "terminate" in body:
            self.terminate(person, str(body["terminate"]))
        if body.get("cancel_termination"):
            self._cancel_termination(person)
        if "rehire" in body:
            self._rehire(person, str(body["rehire"]))
        if body.get("cancel_rehire"):
            self._cancel_rehire(person)

    def _change_job(self, person: Employee, body: dict[str, JSON]) -> None:
        if "department" in body:
            title = body["department"]
            department = None if title is None else self.company.department_named(str(title))
            if title is not None and department is None:
                titles = ", ".join(str(row["title"]) for row in self.company.departments.values())
                raise ValueError(f"There is no department {title!r}: {titles}.")
            person.row["department_uuid"] = None if department is None else department["uuid"]
        if "job_title" in body:
            person.job["title"] = str(body["job_title"])
        if "rate" in body:
            person.job["rate"] = person.job["compensations"][-1]["rate"] = str(body["rate"])
        if "hire_date" in body:
            self._set_hire_date(person, str(body["hire_date"]))
        if "work_state" in body:
            states = {row["state"]: uuid for uuid, row in self.company.locations.items()}
            person.location_uuid = states[str(body["work_state"])]

    def _set_hire_date(self, person: Employee, hired_on: str) -> None:
        date.fromisoformat(hired_on)
        for job in person.row["jobs"]:
            job["hire_date"] = hired_on
            job["compensations"][-1]["effective_date"] = hired_on
        person.history[-1]["hire_date"] = hired_on

    def _onboard(self, person: Employee) -> None:
        person.row.update(onboarded=True, onboarding_status="onboarding_completed")
        self.tell("onboarded", person)

    def terminate(self, person: Employee, last_day: str) -> None:
        """Note a last day of work, past or to come."""
        row = end_employment(self.dice, person, date.fromisoformat(last_day))
        self.tell("terminated", person)
        self.schedule_end(person, row)

    def _cancel_termination(self, person: Employee) -> None:
        today = self.today.isoformat()
        planned = [row for row in person.row["terminations"] if row["effective_date"] >= today]
        if not planned:
            raise ValueError("There is no termination that could still be cancelled.")
        if not self.standin.is_soft("19c"):
            person.row["terminations"].remove(planned[-1])
            person.history[-1]["termination_date"] = None
        self.tell("termination_cancelled", person)

    def _rehire(self, person: Employee, first_day: str) -> None:
        if not person.row["terminations"]:
            raise ValueError("Only somebody whose employment has ended can be rehired.")
        person.rehire = {
            "version": new_version(self.dice),
            "effective_date": first_day,
            "file_new_hire_report": True,
            "work_location_uuid": person.location_uuid,
            "employment_status": "full_time",
            "two_percent_shareholder": False,
            "employee_uuid": person.uuid,
        }
        planned = person.rehire
        self.tell("rehired", person)

        def take_effect() -> None:
            if person.rehire is planned:
                rehire(person, date.fromisoformat(first_day))
                person.row["version"] = new_version(self.dice)
                self.tell("rehire_effective", person)

        if first_day <= self.today.isoformat():
            take_effect()
        else:
            at = pacific_midnight(date.fromisoformat(first_day))
            self.standin.world.later(self.standin.slug, at, take_effect)

    def _cancel_rehire(self, person: Employee) -> None:
        if person.rehire is None or person.rehire["effective_date"] <= self.today.isoformat():
            raise ValueError("There is no rehire that could still be cancelled.")
        person.rehire = None
        self.tell("rehire_cancelled", person)

    def delete(self, person: Employee) -> None:
        """Delete somebody who was never onboarded.

        Raises:
            ValueError: they are onboarded: Gusto keeps them.
        """
        if person.row["onboarded"]:
            raise ValueError("An employee who is onboarded cannot be deleted.")
        del self.company.employees[person.uuid]
        now = self.standin.world.now(self.standin.slug)
        self.company.deleted[person.uuid] = second_text(now)
        self.company.ghosts[person.uuid] = person
        self.tell("deleted", person)

    def put_department(self, key: str, body: dict[str, JSON]) -> JSON:
        """Add a department, or give one another name; nobody is told.

        Raises:
            ValueError: it has no title, or there is no such department.
        """
        title = body.get("title")
        if not isinstance(title, str) or not title or set(body) != {"title"}:
            raise ValueError("A department has a title, nothing else.")
        if key == "new":
            row: Row = {"uuid": new_uuid(self.dice), "company_uuid": self.company.uuid}
            self.company.departments[row["uuid"]] = row
        elif key in self.company.departments:
            row = self.company.departments[key]
        else:
            raise ValueError(f"There is no department {key}.")
        row.update(title=title, version=new_version(self.dice))
        return row
