"""A company whose payrolls become journals: what a payroll office and a bookkeeper do and see."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from collections.abc import Mapping as AnyMapping
from datetime import date, datetime, timedelta
from typing import Any, Self

import pytest

from audit.models import Body, Entry, SyncRun
from connectors.transport import Session
from integrations import mapping, remedies, resuming, tasks, vocabularies
from integrations.connect import service
from integrations.engine import plans
from integrations.engine.run import LegRun
from integrations.models import Document, HighWaterMark, Mapping, Plan, Record, Write
from integrations.registry import flow
from tests import factories
from tests.bookkeeping import Bookkeeping
from tests.conftest import Sandbox
from tests.connected import SWEEPS, consent, sent_beside
from tests.payroll_company import CHANGING, PACIFIC
from tests.payroll_office import PayrollOffice
from tests.reckoning import lines_of, reckoned
from tests.staging import Stage

LEG = "payrolls"
CINDER_HILL = "a41d8be2-70c9-4f0b-8e3d-96c2f5d71b44"
SECTIONS = {
    "earning:*": "60100",
    "employer_tax:*": "60500",
    "contribution:*": "60600",
    "reimbursement:*": "61000",
    "benefit:*": "21600",
    "deduction:*": "21800",
    "total:*": "10250",
}
"""The account of each section: every bank movement goes through the clearing account."""
OWN_ROWS = {
    "total:employee_cash_tips": "21900",
    "total:owners_draw": "13000",
    "total:unnamed_earnings": "60400",
    "total:deferred_payroll_taxes": "21500",
}
"""What no default may stand in for."""
PLACES = {
    "*": "000000",
    "Advisory": "150000",
    "Research": "110000",
    "Finance": "100000",
    "Operations": "160000",
    "Client Services": "120000",
    "People": "140000",
}
"""Each department's subaccount, and that of people without one."""
WHOLE = "000000"
POSTING = {
    "leg_employees": "off",
    "payroll_branch": "HEADOFFICE",
    "approval": "none",
    "release": "at once",
}
"""Most stories are about something else than people, approvals and waiting."""


class PostingCompany(PayrollOffice, Bookkeeping):
    """Harbor & Pine, whose payrolls are posted from today on, every component mapped."""

    def __init__(self, sandbox: Sandbox, people: int, **options: str) -> None:
        super().__init__(sandbox, people, **POSTING | options)
        if "start_date" not in options:
            self.choose(start_date=self.today())
        self.map_payrolls()

    def pass_time_instead_of_waiting(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where a worker would wait between two calls, the clock moves on and nobody waits."""
        monkeypatch.setattr(Session, "wait", lambda _, seconds: self.advance(seconds=seconds))

    def map_payrolls(self, *, without: tuple[str, ...] = ()) -> None:
        """Give every section, each special total and every department its place."""
        for key, account in (SECTIONS | OWN_ROWS).items():
            if key not in without:
                self.book(key, account)
        for department, subaccount in PLACES.items():
            self.decide("department_subaccount", (department,), {"subaccount": subaccount})

    def book(self, component: str, account: str, subaccount: str = WHOLE) -> int:
        """Say on which account a pay component stands; answers how many records go on."""
        target = {"account": account, "subaccount": subaccount}
        return self.decide("pay_component", (component,), target)

    def forget(self, component: str) -> None:
        """Stand as if nobody had decided on a pay component yet."""
        row = mapping.row_for(self.fresh(), "pay_component", (component,))
        Mapping.objects.filter(pk=row.pk).update(state=Mapping.State.UNMAPPED, target={})

    def decide(self, kind: str, key: tuple[str, ...], target: AnyMapping[str, str]) -> int:
        """Confirm one mapping as an operator would."""
        row = mapping.row_for(self.fresh(), kind, key)
        return mapping.confirm(row, dict(target), self.operator)

    def read_lists_again(self) -> None:
        """Read accounts, components and departments anew, as the workbench offers."""
        vocabularies.pull(self.fresh())

    @property
    def payroll_leg(self) -> Any:
        """The leg that carries payrolls."""
        return flow(self.integration.flow).leg(LEG)

    def look(self) -> None:
        """What beat has a worker do: poll, and have a preview wait where something asks."""
        tasks.poll(self.integration.pk)

    def run_leg(self, *, everything: bool = False) -> SyncRun:
        """Run the leg once; what it came to."""
        run = LegRun(self.fresh(), self.payroll_leg, SyncRun.Trigger.MANUAL, width=1)
        return run.read_all(everything=everything)

    def paid(self, payroll_id: str) -> Record:
        """Where a payroll stands."""
        of_payrolls = Record.objects.filter(integration=self.integration, leg=LEG)
        return of_payrolls.get(source_id=payroll_id)

    def state(self, payroll_id: str) -> str:
        """The state of a payroll's record."""
        return str(self.paid(payroll_id).state)

    def why(self, payroll_id: str) -> list[str]:
        """Why a payroll stands where it does, by code."""
        return [reason["code"] for reason in self.paid(payroll_id).reasons]

    def said(self, payroll_id: str) -> str:
        """The sentences of the payroll's reasons."""
        return " ".join(str(reason["sentence"]) for reason in self.paid(payroll_id).reasons)

    def documents(self, payroll_id: str) -> list[str]:
        """How the product says that the payroll's documents stand, the oldest first."""
        rows = Document.objects.filter(record=self.paid(payroll_id)).order_by("pk")
        return [f"{row.reference.rpartition(' ')[2]} {row.status}" for row in rows]

    def entries(self, payroll_id: str) -> list[Entry]:
        """The trail of a payroll, the oldest first."""
        of_it = Entry.objects.filter(leg=LEG, source_id=payroll_id)
        return list(of_it.order_by("pk"))

    def private_parts(self, payroll_id: str) -> list[str]:
        """What the trail of a payroll keeps encrypted."""
        of_it = Body.objects.filter(entry__leg=LEG, entry__source_id=payroll_id)
        return [str(body.private) for body in of_it]

    def preview(self) -> Plan:
        """The one preview of payrolls that waits for somebody."""
        waiting = Plan.objects.filter(
            integration=self.integration, leg=LEG, state=Plan.State.DRAWN_UP
        )
        return waiting.latest("pk")

    def approve(self, plan: Plan | None = None) -> SyncRun | None:
        """Approve the preview that waits and post it; None: something changed meanwhile."""
        plan = plan or self.preview()
        plans.approve(plan, self.operator)
        return plans.post(Plan.objects.get(pk=plan.pk), self.payroll_leg)

    def line_of(self, plan: Plan, payroll_id: str) -> Any:
        """What a preview says of one payroll."""
        (line,) = [line for line in plan.lines if line["source_id"] == payroll_id]
        return line

    def try_again(self, payroll_id: str) -> None:
        """Have the payroll worked once more, as a person who has put something right."""
        resuming.retry(Record.objects.filter(pk=self.paid(payroll_id).pk))
        self.drain()

    def look_at_acumatica_again(self) -> None:
        """Have the product find out anew what Acumatica has switched on."""
        service.check(self.integration.target)
        self.read_lists_again()

    def refuse(self, plan: Plan, reason: str) -> None:
        """Say that a preview is not to be posted."""
        plans.refuse(plan, self.operator, reason)

    def make_final(self, payroll_id: str) -> None:
        """Let the days pass until Gusto can no longer take a payroll back, with sweeps."""
        deadline = datetime.fromisoformat(self.payroll(payroll_id)["payroll_deadline"])
        final_on = deadline.astimezone(PACIFIC).date() + timedelta(days=1)
        self.pass_days(max((final_on - date.fromisoformat(self.today())).days, 1))

    def sheets(self, plan: Plan, payroll_id: str) -> Any:
        """The documents that a preview shows of one payroll, as an approver sees them."""
        return self.line_of(plan, payroll_id)["sheets"]

    def wrong_batches(self, *, prices_time_off: bool = True) -> list[str]:
        """Payrolls of which a batch stands that is not exactly what Gusto has."""
        return [
            row["fixture"] or payroll_id
            for payroll_id, row in self.payrolls().items()
            for journal in self.journals_of(payroll_id)
            if lines_of(journal) != reckoned(row, prices_time_off=prices_time_off)
        ]

    def ledger_writes(self) -> list[str]:
        """The changing calls about journals that Acumatica has received."""
        return [call for call in self.writes() if "Journal" in call or call.startswith("DELETE")]

    def wait_out(self, sweeps: int = SWEEPS) -> None:
        """Let time pass, with sweeps, until nothing is left to be verified or tried again."""
        for _ in range(sweeps):
            self.advance(seconds=1_100)
            self.drain()

    def wish(self, payroll_id: str, name: str) -> None:
        """Want something of a payroll's documents, as a person does on its page."""
        remedies.wish(self.paid(payroll_id), name, self.operator)
        self.drain()

    def restore_older_backup(self) -> None:
        """Stand as a database does that was saved before any payroll was seen."""
        of_payrolls = Record.objects.filter(integration=self.integration, leg=LEG)
        Document.objects.filter(record__in=of_payrolls).delete()
        Write.objects.filter(record__in=of_payrolls).delete()
        of_payrolls.delete()
        HighWaterMark.objects.filter(integration=self.integration, leg=LEG).update(value="")

    def second_company(self, **options: str) -> Self:
        """Cinder Hill, which keeps its books in another branch of the same Acumatica."""
        other = copy.copy(self)
        other.company_id = CINDER_HILL
        self.sandbox.switch("gusto", "auto_consent_company", "second")
        app = self.integration.source.app
        source = factories.make_connection(self.tenant, "gusto", app=app)
        consent(source, self.operator)
        source.refresh_from_db()
        merged = {**self.fresh().options, "payroll_branch": "WEST", **options}
        other.install(source, self.integration.target, self.integration.flow, **merged)
        other.map_payrolls()
        return other


POSTING_CHANGING: AnyMapping[str, re.Pattern[str]] = {
    "gusto": re.compile(
        rf"{CHANGING['gusto'].pattern}|POST /v1/payrolls/[^/]+/reports/general_ledger"
    ),
    "acumatica": re.compile(
        rf"{CHANGING['acumatica'].pattern}|(PUT|POST|DELETE) .*/JournalTransaction"
        r"(/ReleaseJournalTransaction|/GL/[^/]+)?"
    ),
}
"""All that may be sent beside reads where payrolls are posted: to Gusto only the request of its
ledger report more, to Acumatica only journals."""


def forbidden_calls(sandbox: Sandbox) -> list[str]:
    """What was sent in the whole story that the flow may not send, whatever became of it."""
    return sent_beside(sandbox, POSTING_CHANGING)


FEW_PEOPLE = 12
"""So few have only ordinary payrolls."""


def staged(
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    make: Callable[[Sandbox], PostingCompany],
) -> PostingCompany:
    """A company on the stage, where nobody waits in real time."""
    company = stage.company(name, make, forbidden_calls)
    company.pass_time_instead_of_waiting(monkeypatch)
    return company


def few(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> PostingCompany:
    """A few people on the stage, whose payrolls are posted from today on: none yet."""

    def make(sandbox: Sandbox) -> PostingCompany:
        company = PostingCompany(sandbox, FEW_PEOPLE)
        company.clear_what_is_ahead()
        return company

    return staged(stage, monkeypatch, "books", make)


def enter(books: PostingCompany) -> str:
    """Have a payroll entered that waits until Gusto can no longer take it back."""
    books.choose(release="when final")
    payroll_id = books.pay(check_date=books.day(10))
    books.look()
    assert books.standing(payroll_id) == ["r1 Balanced"]
    return payroll_id
