"""BambooHR and Gusto both to one Acumatica: one of them leads, the other one links."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from integrations import switching, tasks
from integrations.engine import plans, review
from integrations.engine.preview import preview
from integrations.engine.reconcile import reconcile
from integrations.engine.run import LegClosedError
from integrations.models import Match, Plan, Record
from tests import company, payroll_company
from tests.both_companies import BothCompanies, waiting_for_the_leader
from tests.staging import Stage

PEOPLE = 12
LED, LINKED = {"employees_leads": "leads"}, {"employees_leads": "link only"}


@pytest.fixture
def both(stage: Stage) -> BothCompanies:
    """HR is on and leads; payroll is installed beside it and not switched on."""
    return stage.company(
        "both companies",
        lambda sandbox: BothCompanies(sandbox, PEOPLE),
        company.forbidden_calls,
        payroll_company.forbidden_calls,
    )


def link(both: BothCompanies) -> None:
    """Have HR write its people, and payroll tie its own to them."""
    both.hr.sync()
    both.payroll.choose(**LINKED)
    switching.switch_on(both.payroll.fresh())
    both.payroll.sync()


@pytest.fixture
def linked(stage: Stage, both: BothCompanies) -> BothCompanies:
    """HR has written its people, and payroll has tied its own to them."""
    stage.later(both, link)
    return both


def turn_around(both: BothCompanies) -> None:
    """Let payroll lead from now on, as an operator would who approves what it would change."""
    both.hr.choose(**LINKED)
    both.payroll.choose(**LED)
    approve_and_post(both.payroll)


def approve_and_post(side: company.Company | payroll_company.PayrollCompany) -> Plan:
    """Have the first preview drawn up, approve it, and have it posted."""
    tasks.poll(side.integration.pk)
    plan = Plan.objects.get(integration=side.integration, leg="employees", state="drawn_up")
    plans.approve(plan, side.operator)
    tasks.poll(side.integration.pk)
    side.note_carried()
    plan.refresh_from_db()
    assert plan.state == Plan.State.POSTED
    return plan


def test_finds_the_overlap_and_asks_who_leads_before_the_second_one_begins(
    both: BothCompanies,
) -> None:
    with pytest.raises(switching.SwitchError) as refused:
        switching.switch_on(both.payroll.fresh())
    assert str(refused.value) == (
        f"{both.hr.integration} carries the same kind of record (employee) to "
        f"{both.hr.integration.target}: choose under “Who leads: People become and stay "
        "Acumatica's employees” whether this integration leads or is link only."
    )
    assert both.payroll.fresh().status == "draft"
    both.payroll.choose(**LINKED)
    switching.switch_on(both.payroll.fresh())
    assert both.payroll.fresh().status == "on"


def test_refuses_two_leaders(both: BothCompanies) -> None:
    with pytest.raises(ValidationError) as refused:
        both.payroll.choose(**LED)
    assert refused.value.messages == [
        f"{both.hr.integration} leads already, and only one integration writes each employee at "
        f"{both.hr.integration.target}: choose “link only” under “Who leads: People become and "
        f"stay Acumatica's employees” here, or make {both.hr.integration} link only first."
    ]
    assert both.payroll.fresh().options.get("employees_leads") is None
    both.hr.choose(**LINKED)
    both.payroll.choose(**LED)
    switching.switch_on(both.payroll.fresh())
    with pytest.raises(ValidationError, match="leads already"):
        both.hr.choose(**LED)


def test_resumes_whoever_was_paused_as_the_leader(linked: BothCompanies) -> None:
    switching.pause(linked.hr.fresh())
    switching.switch_on(linked.hr.fresh())
    assert linked.hr.fresh().status == "on"
    switching.pause(linked.hr.fresh())
    linked.payroll.choose(**LED)
    with pytest.raises(switching.SwitchError, match="carries the same kind of record"):
        switching.switch_on(linked.hr.fresh())


def test_links_whom_the_leader_has_written_and_sends_nothing(both: BothCompanies) -> None:
    both.hr.sync()
    written, before = both.hr.writes(), both.hr.employees()
    both.payroll.choose(**LINKED)
    switching.switch_on(both.payroll.fresh())
    run = both.payroll.sync()
    assert run.counts["linked"] == len(both.twins)
    assert both.hr.writes() == written
    assert both.hr.employees() == before
    for hr_id, paid_id in both.twins.items():
        record = both.payroll.record(paid_id)
        assert (record.state, record.target_id) == ("synced", both.number_of(hr_id))
        assert both.hr.employee_of(hr_id)["EmployeeID"] == record.target_id
    assert set(run.counts) <= {"linked", "waiting", "filtered", "held"}
    assert waiting_for_the_leader(both.payroll)


def test_says_of_each_employee_who_leads_which_fields(linked: BothCompanies) -> None:
    for hr_id in linked.twins:
        ties = linked.ties_of(linked.number_of(hr_id))
        assert ties["gusto_to_acumatica"] == []
        led = set(ties["bamboohr_to_acumatica"])
        assert {"last_name", "department", "reference", "status"} <= led


def test_shows_whom_it_would_link_and_no_step(both: BothCompanies) -> None:
    both.hr.sync()
    both.payroll.choose(**LINKED)
    lines = list(preview(both.payroll.fresh(), both.payroll.leg))
    assert {line.steps for line in lines} == {()}
    assert {line.differences for line in lines} == {()}
    outcomes = {line.source_id: line.outcome for line in lines}
    assert [outcomes[paid_id] for paid_id in both.twins.values()] == ["linked"] * len(both.twins)
    switching.switch_on(both.payroll.fresh())
    counts = both.payroll.sync().counts
    assert counts == {one: list(outcomes.values()).count(one) for one in set(outcomes.values())}


def test_begins_without_an_approval_where_it_writes_nothing(both: BothCompanies) -> None:
    both.hr.sync()
    both.payroll.close_legs()
    both.payroll.choose(**LINKED)
    switching.switch_on(both.payroll.fresh())
    tasks.poll(both.payroll.integration.pk)
    (paid_id, *_) = both.twins.values()
    assert both.payroll.record(paid_id).state == Record.State.SYNCED


def test_lays_both_sides_side_by_side_as_pairs_to_link(both: BothCompanies) -> None:
    both.hr.sync()
    both.payroll.choose(**LINKED)
    review.draw_up(both.payroll.fresh(), both.payroll.leg)
    review.confirm(both.payroll.fresh(), both.payroll.operator)
    for hr_id, paid_id in both.twins.items():
        match = Match.objects.get(integration=both.payroll.integration, source_id=paid_id)
        assert (match.ground, match.decision) == (Match.Ground.EMAIL, Match.Decision.LINK)
        assert both.payroll.record(paid_id).target_id == both.number_of(hr_id)


def test_changes_nothing_when_payroll_changes_somebody(linked: BothCompanies) -> None:
    (hr_id, paid_id), *_ = linked.twins.items()
    written, before = linked.hr.writes(), linked.hr.employee_of(hr_id)
    linked.payroll.change(paid_id, last_name="Married", department="Finance")
    linked.payroll.sync()
    linked.payroll.terminate(paid_id, linked.payroll.day(-1))
    linked.payroll.sync()
    linked.payroll.pass_days(2)
    assert linked.hr.employee_of(hr_id) == before
    assert linked.hr.writes() == written
    assert linked.payroll.record(paid_id).state == Record.State.SYNCED


def test_carries_what_the_leader_changes_as_ever(linked: BothCompanies) -> None:
    (hr_id, _), *_ = linked.twins.items()
    linked.hr.change(hr_id, lastName="Married")
    linked.hr.sync()
    assert linked.hr.employee_of(hr_id)["ContactInfo"]["LastName"] == "Married"
    linked.hr.change(hr_id, terminate={"date": linked.hr.today()})
    linked.hr.sync()
    assert linked.hr.employee_of(hr_id)["Status"] == "Inactive"
    linked.payroll.sync(everything=True)
    assert linked.hr.employee_of(hr_id)["Status"] == "Inactive"


def test_has_a_hire_who_is_in_both_created_once_and_linked(linked: BothCompanies) -> None:
    hr_id, paid_id = linked.hire()
    linked.payroll.sync()
    assert linked.payroll.codes(paid_id) == ["leader_first"]
    assert linked.payroll.record(paid_id).state == Record.State.WAITING
    assert linked.employees_of("nora.quist@northwind.example") == []
    linked.hr.sync()
    linked.payroll.drain()
    number = linked.number_of(hr_id)
    assert linked.hr.employee_of(hr_id)["EmployeeID"] == number
    record = linked.payroll.record(paid_id)
    assert (record.state, record.target_id, record.reasons) == ("synced", number, [])
    assert set(linked.ties_of(number)) == {"bamboohr_to_acumatica", "gusto_to_acumatica"}


def test_finds_a_hire_of_another_name_the_day_after(linked: BothCompanies) -> None:
    hr_id, paid_id = linked.hire(preferredName="Nonnie")
    linked.payroll.sync()
    linked.hr.sync()
    linked.payroll.drain()
    assert linked.payroll.codes(paid_id) == ["leader_first"]
    linked.payroll.pass_days(1)
    assert linked.payroll.record(paid_id).target_id == linked.number_of(hr_id)


def test_creates_nobody_whom_the_leader_does_not_write(linked: BothCompanies) -> None:
    paid_id = linked.payroll.hire()
    written = linked.hr.writes()
    linked.payroll.sync()
    linked.payroll.pass_days(3)
    assert linked.payroll.codes(paid_id) == ["leader_first"]
    assert linked.hr.writes() == written


def test_lets_those_rest_who_had_left_before(both: BothCompanies) -> None:
    paid_id, *_ = both.paid_alone
    both.payroll.terminate(paid_id, both.payroll.day(-1))
    both.payroll.choose(**LINKED)
    switching.switch_on(both.payroll.fresh())
    both.payroll.sync()
    assert both.payroll.codes(paid_id) == ["left_before_first_sync"]
    assert both.payroll.record(paid_id).state == Record.State.FILTERED


def test_asks_a_person_about_a_namesake_of_another_e_mail(linked: BothCompanies) -> None:
    hr_id = next(iter(linked.twins))
    contact = linked.hr.employee_of(hr_id)["ContactInfo"]
    name = {"first_name": contact["FirstName"], "last_name": contact["LastName"]}
    paid_id = linked.payroll.hire(work_email="own@northwind.example", **name)
    linked.payroll.advance(days=1)
    linked.payroll.sync()
    # Her namesake is tied to her own record already: this one is somebody else.
    assert linked.payroll.codes(paid_id) == ["leader_first"]
    stranger = next(iter(linked.hr.strangers.values()))["ContactInfo"]
    name = {"first_name": stranger["FirstName"], "last_name": stranger["LastName"]}
    paid_id = linked.payroll.hire(work_email="other@northwind.example", **name)
    linked.payroll.sync()
    assert linked.payroll.codes(paid_id) == ["possibly_the_same"]


def test_compares_both_sides_and_reports_nothing(linked: BothCompanies) -> None:
    for side in (linked.hr, linked.payroll):
        report = reconcile(side.fresh(), side.leg)
        assert (report.missed, report.drifted) == ([], [])


def test_writes_nothing_as_the_new_leader_before_somebody_approved_it(
    linked: BothCompanies,
) -> None:
    written = linked.hr.writes()
    linked.hr.choose(**LINKED)
    linked.payroll.choose(**LED)
    with pytest.raises(LegClosedError):
        linked.payroll.sync()
    linked.payroll.settle()
    linked.hr.settle()
    assert linked.hr.writes() == written


def test_turns_the_leader_around(linked: BothCompanies) -> None:
    (hr_id, paid_id), *_ = linked.twins.items()
    number = linked.number_of(hr_id)
    linked.payroll.change(paid_id, department="Research")
    turn_around(linked)
    employee = linked.hr.employees()[number]
    assert employee["EmployeeSettings"]["DepartmentID"] == "ENGINEER"
    written = linked.hr.writes()
    linked.hr.change(hr_id, lastName="From HR")
    linked.hr.sync()
    linked.hr.settle()
    assert linked.hr.writes() == written
    linked.payroll.change(paid_id, last_name="From Payroll")
    linked.payroll.sync()
    assert linked.hr.employees()[number]["ContactInfo"]["LastName"] == "From Payroll"
    ties = linked.ties_of(number)
    assert ties["bamboohr_to_acumatica"] == []
    assert {"last_name", "department"} <= set(ties["gusto_to_acumatica"])


def test_creates_nobody_twice_when_it_is_turned_around(linked: BothCompanies) -> None:
    turn_around(linked)
    emails = [row["ContactInfo"]["Email"] for row in linked.hr.employees().values()]
    of_both = [linked.hr.people()[hr_id]["workEmail"] for hr_id in linked.twins]
    assert [emails.count(email) for email in of_both] == [1] * len(of_both)
    hr_id, paid_id = linked.hire()
    linked.hr.sync()
    assert linked.hr.codes(hr_id) == ["leader_first"]
    linked.payroll.sync()
    linked.hr.drain()
    assert linked.hr.record(hr_id).target_id == linked.payroll.number_of(paid_id)
    assert len(linked.employees_of("nora.quist@northwind.example")) == 1


def test_writes_what_it_says_when_it_comes_to_lead_again(linked: BothCompanies) -> None:
    (hr_id, paid_id), *_ = linked.twins.items()
    number, before = linked.number_of(hr_id), linked.hr.employee_of(hr_id)
    turn_around(linked)
    linked.payroll.change(paid_id, last_name="From Payroll", department="Research")
    linked.payroll.sync()
    assert linked.hr.employees()[number]["ContactInfo"]["LastName"] == "From Payroll"
    linked.payroll.choose(**LINKED)
    linked.hr.choose(**LED)
    approve_and_post(linked.hr)
    after = linked.hr.employees()[number]
    for part, field in (
        ("ContactInfo", "LastName"),
        ("EmployeeSettings", "DepartmentID"),
        ("EmployeeSettings", "EmployeeRefNbr"),
    ):
        assert after[part][field] == before[part][field]
    assert linked.ties_of(number)["gusto_to_acumatica"] == []
