"""What people decide before and while people are carried: reviews, remedies, limits, previews."""

from __future__ import annotations

import pytest

from audit.models import Entry, SyncRun
from integrations import remedies, switching
from integrations.engine import plans, review
from integrations.engine.reconcile import reconcile
from integrations.engine.run import LegRun
from integrations.models import Integration, Match, Plan, Problem, Record
from integrations.replaying import ReplayError, replay
from tests.company import Company


def homonym(company: Company) -> tuple[str, str]:
    """Hire somebody who bears a stranger's name; answers both ids."""
    number, stranger = next(iter(company.strangers.items()))
    contact = stranger["ContactInfo"]
    return company.hire(firstName=contact["FirstName"], lastName=contact["LastName"]), number


def test_opens_one_problem_for_all_who_wait_for_a_department(company: Company) -> None:
    company.sync()
    first = company.hire(department="Field Operations", lastName="Abara")
    second = company.hire(department="Field Operations", lastName="Brandt")
    company.sync()
    (problem,) = Problem.objects.filter(subject="department:Field Operations")
    assert {first, second} <= set(problem.records.values_list("source_id", flat=True))
    assert problem.closed_at is None
    company.map("department", "Field Operations", "FIELD")
    company.drain()
    problem.refresh_from_db()
    assert (problem.ending, problem.records.count()) == (Problem.Ending.ITSELF, 0)


def test_links_a_namesake_when_a_person_says_that_it_is_the_same(company: Company) -> None:
    person_id, number = homonym(company)
    company.sync()
    record = company.record(person_id)
    assert list(remedies.remedies_of(record)) == ["link", "create_as_new", "never"]
    remedies.link(record, number)
    company.drain()
    assert company.employee_of(person_id)["EmployeeID"] == number
    assert Problem.objects.filter(code="possibly_the_same", closed_at=None).count() == 0


def held_by_another(company: Company) -> tuple[str, str]:
    """Hire somebody whose e-mail an employee has whom another integration brought; both ids."""
    number, stranger = next(iter(company.strangers.items()))
    settings = {"EmployeeSettings": {"EmployeeRefNbr": "GUS-7c41e9"}}
    company.sandbox.control("PUT", f"acumatica/employees/{number}", settings)
    return company.hire(workEmail=stranger["ContactInfo"]["Email"]), number


def test_takes_nobody_from_another_integration(company: Company) -> None:
    person_id, number = held_by_another(company)
    company.sync()
    assert company.codes(person_id) == ["target_taken"]
    assert "GUS-7c41e9" in company.record(person_id).reasons[0]["sentence"]
    assert company.employees()[number]["EmployeeSettings"]["EmployeeRefNbr"] == "GUS-7c41e9"
    remedies.link(company.record(person_id), number)
    company.drain()
    assert company.employee_of(person_id)["EmployeeID"] == number


def test_leaves_whom_another_integration_holds_to_a_person(company: Company) -> None:
    person_id, number = held_by_another(company)
    review.draw_up(company.fresh(), company.leg)
    review.confirm(company.fresh(), company.operator)
    match = Match.objects.get(source_id=person_id)
    assert (match.target_id, match.ground) == (number, Match.Ground.OTHER_REFERENCE)
    assert match.decision == Match.Decision.OPEN
    assert not Record.objects.filter(source_id=person_id).exists()


def test_creates_a_namesake_when_a_person_says_that_it_is_somebody_else(company: Company) -> None:
    person_id, number = homonym(company)
    company.sync()
    remedies.create_as_new(company.record(person_id))
    company.drain()
    assert company.employee_of(person_id)["EmployeeID"] != number
    assert company.employees()[number] == company.strangers[number]


def test_refuses_to_link_an_employee_who_is_linked_already(company: Company) -> None:
    first = company.hire(lastName="Abara")
    second = company.hire(lastName="Brandt")
    company.sync()
    taken = company.record(first).target_id
    with pytest.raises(remedies.RemedyError, match="linked to another record"):
        remedies.link(company.record(second), taken)
    assert company.record(second).target_id != taken


def test_never_carries_whom_a_person_excluded_until_it_is_taken_back(company: Company) -> None:
    person_id = company.hire(department="Field Operations")
    company.sync()
    remedies.never(company.record(person_id))
    company.map("department", "Field Operations", "FIELD")
    company.drain()
    company.sync(everything=True)
    assert company.record(person_id).state == Record.State.IGNORED
    assert company.employee_of(person_id) is None
    remedies.carry_after_all(company.record(person_id))
    company.drain()
    assert company.employee_of(person_id)["Status"] == "Active"


def test_looks_anew_for_whom_a_person_unlinked(company: Company) -> None:
    person_id = company.hire()
    company.sync()
    number = company.record(person_id).target_id
    remedies.unlink(company.record(person_id))
    company.drain()
    assert company.record(person_id).target_id == number


def test_holds_the_sixth_leaver_of_a_day_until_all_are_released(company: Company) -> None:
    leavers = [company.hire(lastName=f"Leaver {letter}") for letter in "ABCDEFG"]
    company.sync()
    company.advance(days=1)
    for person_id in leavers:
        company.change(person_id, terminate={"date": company.today()})
    counts = company.sync().counts
    assert (counts["deactivated"], counts["held"]) == (5, 2)
    (problem,) = Problem.objects.filter(code="avalanche", closed_at=None)
    assert problem.subject == "avalanche:deactivation"
    assert remedies.release(problem, company.operator) == 2
    company.drain()
    statuses = {company.employee_of(person_id)["Status"] for person_id in leavers}
    assert statuses == {"Inactive"}


def test_carries_none_of_the_leavers_whom_a_person_refused(company: Company) -> None:
    leavers = [company.hire(lastName=f"Leaver {letter}") for letter in "ABCDEFG"]
    company.sync()
    company.advance(days=1)
    for person_id in leavers:
        company.change(person_id, terminate={"date": company.today()})
    company.sync()
    (problem,) = Problem.objects.filter(code="avalanche", closed_at=None)
    stopped = list(problem.records.values_list("source_id", flat=True))
    assert remedies.refuse(problem, company.operator) == 2
    company.drain()
    for person_id in stopped:
        assert company.codes(person_id) == ["change_refused"]
        assert company.employee_of(person_id)["Status"] == "Active"


def test_lays_both_sides_side_by_side_before_anything_is_written(company: Company) -> None:
    person_id, number = homonym(company)
    known = list(company.strangers.items())[1]
    linked = company.hire(lastName="Other", workEmail=known[1]["ContactInfo"]["Email"])
    review.draw_up(company.fresh(), company.leg)
    rows = {(row.source_id, row.target_id): row.ground for row in Match.objects.all()}
    assert rows[person_id, number] == Match.Ground.NAME
    assert rows[linked, known[0]] == Match.Ground.EMAIL
    assert company.writes() == []
    assert review.confirm(company.fresh(), company.operator) == 1
    assert company.record(linked).target_id == known[0]
    assert company.fresh().reviewed_at is not None


def test_switches_nothing_on_before_the_review_is_confirmed(company: Company) -> None:
    Integration.objects.update(reviewed_at=None)
    with pytest.raises(switching.SwitchError, match="match review is not confirmed"):
        switching.switch_on(company.fresh())
    review.draw_up(company.fresh(), company.leg)
    review.confirm(company.fresh(), company.operator)
    switching.switch_on(company.fresh())


def test_posts_an_approved_preview_exactly(company: Company) -> None:
    plan = plans.keep(company.fresh(), company.leg, company.operator)
    with pytest.raises(plans.PlanError, match="Only an approved plan"):
        plans.post(plan, company.leg)
    plans.approve(plan, company.operator)
    run = plans.post(Plan.objects.get(pk=plan.pk), company.leg)
    assert run is not None
    assert run.counts["created"] == plan.counts["created"]
    with pytest.raises(plans.PlanError):
        plans.post(plan, company.leg)


def test_stops_a_preview_when_anything_changed_since(company: Company) -> None:
    plan = plans.keep(company.fresh(), company.leg, company.operator)
    plans.approve(plan, company.operator)
    person_id = company.hire()
    assert plans.post(Plan.objects.get(pk=plan.pk), company.leg) is None
    plan.refresh_from_db()
    assert plan.state == Plan.State.STOPPED
    assert plan.stopped_by == [f"Record {person_id} would be written otherwise."]
    assert company.writes() == []


def test_holds_what_changes_between_the_comparison_and_the_write(company: Company) -> None:
    person_id = company.hire()
    run = LegRun(company.fresh(), company.leg, SyncRun.Trigger.MANUAL, only_approved=True)
    run.read_all(everything=True)
    assert company.codes(person_id) == ["not_as_approved"]
    assert company.writes() == []


def test_stops_when_it_cannot_see_what_it_wrote(company: Company) -> None:
    lag = {"vendor": "acumatica", "method": "PUT", "path": ".*/Employee"}
    company.sandbox.fault(**lag, times=None, action={"search_lag_ms": 3_600_000})
    run = company.sync()
    assert run.state == SyncRun.State.FAILED
    assert "cannot be found by its reference" in run.state_reason
    assert len(company.writes()) == 1
    assert company.fresh().status == "paused"


def test_replays_an_entry_by_reading_afresh(company: Company) -> None:
    person_id = company.hire()
    company.sync()
    entry = Entry.objects.get(source_id=person_id)
    number = company.record(person_id).target_id
    changed = {"ContactInfo": {"LastName": "Changed-There"}}
    company.sandbox.control("PUT", f"acumatica/employees/{number}", changed)
    replayed = replay(entry.pk)
    assert (replayed.replay_of_id, replayed.steps) == (entry.pk, ["update"])
    assert company.employee_of(person_id)["ContactInfo"]["LastName"] == "Quist"
    again = replay(entry.pk)
    assert (again.outcome, again.steps) == ("unchanged", [])


def test_refuses_to_replay_what_is_no_entry(company: Company) -> None:
    with pytest.raises(ReplayError, match="There is no entry 99"):
        replay(99)


def test_reports_a_change_at_the_target_once_and_writes_nothing(company: Company) -> None:
    person_id = company.hire()
    company.sync()
    number = company.record(person_id).target_id
    changed = {"ContactInfo": {"LastName": "Changed-There"}}
    company.sandbox.control("PUT", f"acumatica/employees/{number}", changed)
    before = len(company.writes())
    for _ in range(2):
        report = reconcile(company.fresh(), company.leg)
        assert [line.source_id for line in report.drifted] == [person_id]
    (problem,) = Problem.objects.filter(code="drift")
    assert "last_name" in problem.sentence
    assert len(company.writes()) == before
    back = {"ContactInfo": {"LastName": "Quist"}}
    company.sandbox.control("PUT", f"acumatica/employees/{number}", back)
    assert reconcile(company.fresh(), company.leg).drifted == []
    problem.refresh_from_db()
    assert problem.ending == Problem.Ending.ITSELF


def test_makes_due_what_no_notice_told(company: Company) -> None:
    person_id = company.hire()
    company.sync()
    company.change(person_id, lastName="Married")
    report = reconcile(company.fresh(), company.leg)
    assert report.missed == [person_id]
    company.drain()
    assert company.employee_of(person_id)["ContactInfo"]["LastName"] == "Married"
