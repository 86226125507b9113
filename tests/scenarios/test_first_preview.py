"""Nothing is written before somebody has approved what it would be: first syncs and backfills."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit.models import Entry, SyncRun
from integrations import tasks
from integrations.engine import plans, rows
from integrations.engine.run import LegClosedError, LegRun
from integrations.models import HighWaterMark, Plan, Record
from tests.company import Company


@pytest.fixture
def untouched(company: Company) -> Company:
    """Installed, reviewed and switched on; nobody has seen a preview."""
    company.close_legs()
    return company


def poll(company: Company) -> None:
    """What beat has a worker do."""
    tasks.poll(company.integration.pk)


def waiting(company: Company) -> Plan:
    """The one preview that waits for somebody."""
    return Plan.objects.get(integration=company.integration, state=Plan.State.DRAWN_UP)


def approve(company: Company, plan: Plan) -> None:
    plans.approve(plan, company.operator)


def told(*arguments: str) -> str:
    """What a command says."""
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_draws_up_what_the_first_sync_would_write_and_writes_nothing(untouched: Company) -> None:
    poll(untouched)
    plan = waiting(untouched)
    assert plan.counts["created"] == len([line for line in plan.lines if line["steps"]])
    assert plan.counts["created"] > 20
    assert untouched.writes() == []
    assert not Record.objects.exists()
    poll(untouched)
    assert waiting(untouched) == plan
    assert untouched.writes() == []


def test_writes_exactly_what_was_approved(untouched: Company) -> None:
    poll(untouched)
    plan = waiting(untouched)
    approve(untouched, plan)
    poll(untouched)
    plan.refresh_from_db()
    assert plan.state == Plan.State.POSTED
    (run,) = SyncRun.objects.filter(leg="employees")
    assert run.key == plan.run_key
    assert (run.state, run.counts["created"]) == (SyncRun.State.DONE, plan.counts["created"])
    assert len(untouched.writes()) == plan.counts["created"]
    untouched.note_carried()
    assert untouched.faults() == []
    assert not Record.objects.exclude(approved="").exists()


def test_goes_on_by_itself_from_then_on(untouched: Company) -> None:
    poll(untouched)
    approve(untouched, waiting(untouched))
    poll(untouched)
    hired = untouched.hire()
    poll(untouched)
    assert untouched.employee_of(hired) is not None


def test_draws_up_anew_where_somebody_was_hired_before_it_was_posted(untouched: Company) -> None:
    poll(untouched)
    first = waiting(untouched)
    approve(untouched, first)
    hired = untouched.hire()
    poll(untouched)
    first.refresh_from_db()
    assert (first.state, untouched.writes()) == (Plan.State.STOPPED, [])
    assert first.stopped_by == [f"Record {hired} would be written otherwise."]
    poll(untouched)
    assert hired in {line["source_id"] for line in waiting(untouched).lines}


def test_draws_up_no_other_one_by_itself_once_it_was_refused(untouched: Company) -> None:
    poll(untouched)
    plans.refuse(waiting(untouched), untouched.operator, "Not before the audit.")
    poll(untouched)
    assert Plan.objects.count() == 1
    assert untouched.writes() == []
    plans.keep(untouched.fresh(), untouched.leg, untouched.operator)
    approve(untouched, waiting(untouched))
    poll(untouched)
    assert len(untouched.writes()) > 20


def test_works_nobody_whom_a_webhook_told_of_before(untouched: Company) -> None:
    hired = untouched.hire()
    rows.make_due_by_notice(untouched.fresh(), "employees", [hired])
    untouched.drain()
    assert untouched.writes() == []
    assert untouched.record(hired).wanted == 1
    poll(untouched)
    approve(untouched, waiting(untouched))
    poll(untouched)
    assert untouched.employee_of(hired) is not None


def test_holds_who_changed_after_a_posting_was_cut_off(untouched: Company) -> None:
    """A worker that died between the approval and the write left the approved change behind."""
    changed, same = untouched.hire(lastName="Abara"), untouched.hire(lastName="Brandt")
    poll(untouched)
    plan = waiting(untouched)
    digests = {line["source_id"]: line["digest"] for line in plan.lines}
    HighWaterMark.objects.filter(leg="employees").update(opened_at=plan.drawn_up_at)
    kept = {changed: digests[changed], same: digests[same]}
    rows.let_pass(untouched.fresh(), "employees", kept)
    untouched.change(changed, lastName="Abara-Winter")
    untouched.settle()
    assert untouched.codes(changed) == ["not_as_approved"]
    assert untouched.employee_of(changed) is None
    assert untouched.employee_of(same) is not None


def test_opens_by_itself_where_there_is_nothing_to_write(company: Company) -> None:
    company.sync()
    company.close_legs()
    before = len(company.writes())
    poll(company)
    assert len(company.writes()) == before
    (mark,) = HighWaterMark.objects.filter(leg="employees")
    assert mark.opened_at is not None


def test_refuses_to_run_a_leg_that_nobody_opened(untouched: Company) -> None:
    with pytest.raises(LegClosedError, match="employees"):
        LegRun(untouched.fresh(), untouched.leg, SyncRun.Trigger.MANUAL)
    assert not SyncRun.objects.exists()


def test_says_at_the_command_line_which_preview_waits(untouched: Company) -> None:
    number = str(untouched.integration.pk)
    answer = json.loads(told("sync", number, "--json"))
    plan = waiting(untouched)
    assert answer["state"] == "waits"
    assert (answer["plan"], answer["counts"]) == (plan.pk, plan.counts)
    assert untouched.writes() == []
    told("confirm", number, "--plan", str(plan.pk), "--as", untouched.operator.username)
    answer = json.loads(told("sync", number, "--json"))
    assert (answer["state"], answer["counts"]["created"]) == ("done", plan.counts["created"])


def test_reads_again_from_a_day_on_once_that_is_approved(company: Company) -> None:
    company.sync()
    moved = company.someone(department="Sales")
    company.advance(days=3)
    since = company.today()
    company.change(moved, workEmail="someone.else@northwind.example")
    # What was told and lost: the mark stands behind the change already.
    HighWaterMark.objects.filter(leg="employees").update(value="2031-01-01T00:00:00Z")
    number, before = str(company.integration.pk), len(company.writes())

    answer = json.loads(told("sync", number, "--from", since, "--json"))

    plan = waiting(company)
    assert (answer["state"], str(plan.from_on)) == ("waits", since)
    assert [line["source_id"] for line in plan.lines if line["steps"]] == [moved]
    assert len(company.writes()) == before
    told("confirm", number, "--plan", str(plan.pk), "--as", company.operator.username)
    answer = json.loads(told("sync", number, "--from", since, "--json"))
    assert answer["counts"]["updated"] == 1
    assert len(company.writes()) == before + 1
    entry = Entry.objects.filter(source_id=moved).latest("pk")
    assert entry.run.trigger == SyncRun.Trigger.BACKFILL
    (mark,) = HighWaterMark.objects.filter(leg="employees")
    assert mark.value == "2031-01-01T00:00:00Z"


def test_refuses_a_day_where_the_leg_is_always_read_whole(company: Company) -> None:
    company.choose(create_departments="yes")
    with pytest.raises(CommandError, match="each run reads all of it, so leave the day out"):
        told("sync", str(company.integration.pk), "--leg", "departments", "--from", company.today())
    with pytest.raises(CommandError, match="leave out --record and --all"):
        told("sync", str(company.integration.pk), "--all", "--from", company.today())


def test_leaves_a_leg_that_is_switched_off_alone(company: Company) -> None:
    company.sync()
    company.choose(leg_employees="off")
    hired = company.hire()
    before = company.calls("bamboohr")
    poll(company)
    rows.make_due_by_notice(company.fresh(), "employees", [hired])
    company.drain()
    assert company.calls("bamboohr") == before
    assert company.employee_of(hired) is None
    with pytest.raises(CommandError, match="is off in"):
        told("sync", str(company.integration.pk), "--leg", "employees")
    company.choose(leg_employees="on")
    company.drain()
    assert company.employee_of(hired) is not None


def test_says_that_no_part_of_it_can_be_read_from_a_day_on(company: Company) -> None:
    company.choose(create_departments="yes", leg_employees="off")
    with pytest.raises(CommandError, match="leave out --from"):
        told("sync", str(company.integration.pk), "--from", company.today())
