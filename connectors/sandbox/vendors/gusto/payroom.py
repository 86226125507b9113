"""What happens to a company's payrolls: processed, cancelled, run again, moved, reversed, paid."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from connectors.sandbox.standin import JSON, StandIn
from connectors.sandbox.vendors.gusto.company import (
    PACIFIC,
    Company,
    Payroll,
    deadline_of,
    new_uuid,
    pacific_day,
)
from connectors.sandbox.vendors.gusto.drafts import draft, draw_pays, employee, require
from connectors.sandbox.vendors.gusto.environment import Environment
from connectors.sandbox.vendors.gusto.money import Deduction, Pay, cents, negated
from connectors.sandbox.vendors.gusto.notices import Notices
from connectors.sandbox.vendors.gusto.wages import Run, draw_pay, wages

ACTIONS = (
    "calculate",
    "process",
    "fail",
    "cancel",
    "scale",
    "deduction",
    "add_employee",
    "exclude",
    "defer",
    "check_date",
    "reverse",
    "pay",
)
LATE_SECONDS = 60
PAID_AT = time(9)


@dataclass(frozen=True, slots=True)
class Payroom:
    """One company's payroll office."""

    standin: StandIn
    environment: Environment
    company: Company

    @property
    def now(self) -> datetime:
        """The instant it is at Gusto."""
        return self.standin.world.now(self.standin.slug)

    @property
    def dice(self) -> random.Random:
        """The vendor's dice."""
        return self.standin.world.random(self.standin.slug)

    def tell(self, event_type: str, payroll: Payroll, *, at: datetime | None = None) -> None:
        """Something happened to a payroll."""
        notices = Notices(self.standin, self.environment)
        notices.tell(f"payroll.{event_type}", self.company.uuid, "Payroll", payroll.uuid, at=at)

    def start(self) -> None:
        """What the feed knows of generated payrolls, and what is to come."""
        for payroll in self.company.payrolls.values():
            if payroll.processed_on is None or payroll.calculated_at is None:
                continue
            self.tell("processed", payroll, at=payroll.calculated_at)
            if paid_at(payroll) <= self.company.born_at:
                self.tell("paid", payroll, at=paid_at(payroll))
            else:
                self.schedule_payment(payroll)

    def schedule_payment(self, payroll: Payroll) -> None:
        """Tell that people have their money on the check date, if it still is one."""
        check_date, processed_on = payroll.check_date, payroll.processed_on

        def pay() -> None:
            if (payroll.check_date, payroll.processed_on) == (check_date, processed_on):
                self.tell("paid", payroll)

        self.standin.world.later(self.standin.slug, paid_at(payroll), pay)

    def create(self, body: dict[str, JSON]) -> Payroll:
        """A new payroll, processed unless told otherwise.

        Raises:
            ValueError: a key is unknown, or somebody is.
        """
        payroll = draft(self.company, self.dice, self.now, body)
        self.company.payrolls[payroll.uuid] = payroll
        self.tell("created", payroll)
        self.tell("calculated", payroll)
        if body.get("process", True):
            self.process(payroll)
        return payroll

    def change(self, payroll: Payroll, body: dict[str, JSON]) -> None:
        """Do what the actions name, amounts first.

        Raises:
            ValueError: an action is unknown or cannot be done; says why.
        """
        require(body, ACTIONS)
        if body.get("cancel"):
            self.cancel(payroll)
        if "check_date" in body:
            self.move(payroll, date.fromisoformat(str(body["check_date"])))
        if {"scale", "deduction", "add_employee", "exclude"} & set(body):
            self._change_pays(payroll, body)
        if "defer" in body:
            payroll.deferred = cents(str(body["defer"]))
            self.tell("updated", payroll)
        if body.get("calculate"):
            payroll.calculated_at = None
            self._calculate(payroll)
            self.tell("calculated", payroll)
        if body.get("process"):
            self.process(payroll)
        if body.get("fail"):
            payroll.processed_on = None
            self.tell("processing_failed", payroll)
        if "reverse" in body:
            self.reverse(payroll, body["reverse"])
        if body.get("pay"):
            self.tell("paid", payroll)

    def _change_pays(self, payroll: Payroll, body: Mapping[str, JSON]) -> None:
        pays = payroll.pays
        if "scale" in body:
            factor = Decimal(str(body["scale"]))
            pays = {uuid: scaled(pay, factor) for uuid, pay in pays.items()}
        if "deduction" in body:
            asked = body["deduction"]
            uuid = str(asked.get("employee_uuid") or next(iter(pays)))
            new = Deduction(str(asked["name"]), cents(str(asked["amount"])))
            pays = {**pays, uuid: replace(pays[uuid], deductions=(*pays[uuid].deductions, new))}
        if "add_employee" in body:
            person = employee(self.company, str(body["add_employee"]))
            run = Run(self.company, random.Random(self.dice.getrandbits(64)), 1)
            pays = {person.uuid: draw_pay(run, person, wages(run, person)), **pays}
        if "exclude" in body:
            uuid = str(body["exclude"])
            pays = {**pays, uuid: replace(pays[uuid], is_excluded=True)}
        payroll.pays = pays
        self.tell("updated", payroll)

    def process(self, payroll: Payroll) -> None:
        """Submit a payroll; it is processed at once, reads may show it a little later."""
        if payroll.processed_on is not None:
            raise ValueError("The payroll is processed already: cancel it first.")
        self._calculate(payroll)
        payroll.processed_on = pacific_day(self.now)
        is_late = self.standin.switch("processed_visible") == "late"
        if is_late and not self.standin.is_soft("22e"):
            payroll.shown_from = self.now + timedelta(seconds=LATE_SECONDS)
        self.tell("submitted", payroll)
        self.tell("processed", payroll)
        self.schedule_payment(payroll)

    def _calculate(self, payroll: Payroll) -> None:
        """Draw up what is not drawn up yet: of everybody on the payroll's schedule."""
        start, end, schedule = payroll.start_date, payroll.end_date, payroll.schedule_uuid
        if payroll.calculated_at is None and not payroll.pays and schedule and start and end:
            payroll.pays = draw_pays(self.company, self.dice, {}, (schedule, start, end))
        payroll.calculated_at = payroll.calculated_at or self.now

    def cancel(self, payroll: Payroll) -> None:
        """Take a processed payroll back, while the bank has not been told."""
        if payroll.processed_on is None:
            raise ValueError("The payroll is not processed.")
        if self.now >= payroll.deadline_at and not self.standin.is_soft("16b"):
            raise ValueError("It is 16:00 Pacific on the deadline: the payroll is final.")
        payroll.processed_on = None
        payroll.shown_from = None
        if self.standin.is_soft("16a"):
            self._rename(payroll)
        self.tell("cancelled", payroll)

    def _rename(self, payroll: Payroll) -> None:
        """Softened: what was cancelled would come back under another id."""
        del self.company.payrolls[payroll.uuid]
        payroll.uuid = new_uuid(self.dice)
        self.company.payrolls[payroll.uuid] = payroll

    def move(self, payroll: Payroll, check_date: date) -> None:
        """The check date moves, also after processing: Gusto slows the payment down."""
        if payroll.processed_on is not None and not self.standin.is_soft("17"):
            original = (payroll.moved or {}).get("original_check_date")
            payroll.moved = {
                "original_check_date": original or payroll.check_date.isoformat(),
                "current_check_date": check_date.isoformat(),
                "original_debit_date": (payroll.check_date - timedelta(days=2)).isoformat(),
                "current_debit_date": (check_date - timedelta(days=2)).isoformat(),
                "reason": "The payment speed of the company has changed.",
            }
        payroll.check_date = check_date
        if payroll.processed_on is not None:
            self.schedule_payment(payroll)
        self.tell("updated", payroll)

    def reverse(self, payroll: Payroll, whom: JSON) -> Payroll:
        """A payroll of its own with everything turned round, for all or for some."""
        if payroll.processed_on is None:
            raise ValueError("Only a processed payroll can be reversed.")
        chosen = list(payroll.pays) if whom is True else [str(uuid) for uuid in whom]
        today = pacific_day(self.now)
        reversal = Payroll(
            uuid=new_uuid(self.dice),
            fixture="",
            check_date=today,
            deadline_at=deadline_of(today),
            created_at=self.now,
            start_date=payroll.start_date,
            end_date=payroll.end_date,
            off_cycle_reason="Reversal",
            calculated_at=self.now,
            processed_on=today,
            pays={uuid: negated(payroll.pays[uuid]) for uuid in chosen},
            reverses=payroll.uuid,
        )
        self.company.payrolls[reversal.uuid] = reversal
        payroll.reversed_by.append(reversal.uuid)
        self.tell("processed", reversal)
        self.tell("reversed" if whom is True else "partially_reversed", payroll)
        return reversal

    def delete(self, payroll: Payroll) -> None:
        """Delete a payroll that is not processed.

        Raises:
            ValueError: it is.
        """
        if payroll.processed_on is not None:
            raise ValueError("A processed payroll cannot be deleted: cancel it first.")
        del self.company.payrolls[payroll.uuid]
        self.tell("deleted", payroll)


def paid_at(payroll: Payroll) -> datetime:
    """When the money is there."""
    return datetime.combine(payroll.check_date, PAID_AT, PACIFIC)


def scaled(pay: Pay, factor: Decimal) -> Pay:
    """The same with earnings and taxes so many times as large."""
    return replace(
        pay,
        earnings=tuple(replace(p, amount=cents(p.amount * factor)) for p in pay.earnings),
        taxes=tuple(replace(p, amount=cents(p.amount * factor)) for p in pay.taxes),
    )
