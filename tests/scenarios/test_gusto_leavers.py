"""Gusto to Acumatica: when an employee is ended, when not, and who returns."""

from __future__ import annotations

from datetime import date

import pytest

from audit.models import Entry
from integrations.engine.reconcile import reconcile
from integrations.models import Record
from tests.payroll_company import PayrollCompany
from tests.staging import Stage


def hire_and_carry(harbor: PayrollCompany) -> str:
    """Hire somebody, and have everybody stand at Acumatica since yesterday."""
    person_id = harbor.hire()
    harbor.sync()
    harbor.advance(days=1)
    return person_id


@pytest.fixture
def leaver(stage: Stage, harbor: PayrollCompany) -> str:
    """Somebody who stands at Acumatica and whose end nobody knows yet."""
    return stage.later(harbor, hire_and_carry)


def test_ends_a_leaver_on_the_day_after_the_last_one(harbor: PayrollCompany, leaver: str) -> None:
    last_day = harbor.day(3)
    harbor.terminate(leaver, last_day)
    harbor.sync()
    record = harbor.record(leaver)
    assert (record.state, record.waits_until) == (
        Record.State.WAITING,
        date.fromisoformat(harbor.day(4)),
    )
    harbor.pass_days(3)
    assert (harbor.today(), harbor.status_of(leaver)) == (last_day, "Active")
    harbor.pass_days(1)
    assert harbor.status_of(leaver) == "Inactive"
    assert harbor.record(leaver).state == Record.State.SYNCED


def test_ends_nobody_on_the_last_day_though_gusto_calls_the_end_active_then(
    harbor: PayrollCompany, leaver: str
) -> None:
    harbor.sandbox.switch("gusto", "termination_effective", "on the day")
    harbor.terminate(leaver, harbor.today())
    harbor.sync()
    assert harbor.status_of(leaver) == "Active"
    harbor.pass_days(1)
    assert harbor.status_of(leaver) == "Inactive"


def test_ends_a_leaver_with_one_read_at_each_side_and_one_write(
    harbor: PayrollCompany, leaver: str
) -> None:
    harbor.terminate(leaver, harbor.day(-1))
    number = harbor.number_of(leaver)
    source, target = len(harbor.calls("gusto")), len(harbor.calls("acumatica"))
    assert harbor.sync().counts["deactivated"] == 1
    assert harbor.calls("gusto")[source:] == ["GET events", f"GET {leaver}"]
    assert harbor.calls("acumatica")[target:] == [f"GET {number}", "PUT Employee"]


def test_carries_what_changes_between_notice_and_last_day(
    harbor: PayrollCompany, leaver: str
) -> None:
    harbor.terminate(leaver, harbor.day(10))
    harbor.sync()
    harbor.change(leaver, last_name="Arden")
    assert harbor.sync().counts["updated"] == 1
    employee = harbor.employee_of(leaver)
    assert (employee["ContactInfo"]["LastName"], employee["Status"]) == ("Arden", "Active")
    assert harbor.codes(leaver) == ["ends_later"]


def test_does_nothing_about_an_end_that_was_cancelled(harbor: PayrollCompany, leaver: str) -> None:
    harbor.terminate(leaver, harbor.day(3))
    harbor.sync()
    harbor.cancel_termination(leaver)
    harbor.sync()
    assert harbor.record(leaver).state == Record.State.SYNCED
    assert harbor.codes(leaver) == []
    before = len(harbor.writes())
    harbor.pass_days(5)
    harbor.sync()
    assert harbor.status_of(leaver) == "Active"
    assert len(harbor.writes()) == before


def test_does_nothing_about_a_cancelled_end_of_which_it_was_never_told(
    harbor: PayrollCompany, leaver: str
) -> None:
    harbor.terminate(leaver, harbor.day(3))
    harbor.sync()
    harbor.cancel_termination(leaver)
    harbor.pass_days(4)
    assert harbor.status_of(leaver) == "Active"
    assert harbor.record(leaver).state == Record.State.SYNCED


def test_gives_a_leaver_the_grace_that_was_chosen(harbor: PayrollCompany, leaver: str) -> None:
    harbor.choose(leaver_grace_days="2")
    harbor.terminate(leaver, harbor.today())
    harbor.pass_days(1)
    harbor.sync()
    assert harbor.codes(leaver) == ["in_grace"]
    harbor.pass_days(1)
    assert harbor.status_of(leaver) == "Active"
    harbor.pass_days(1)
    assert harbor.status_of(leaver) == "Inactive"


def test_gives_a_leaver_the_status_that_was_chosen(harbor: PayrollCompany, leaver: str) -> None:
    harbor.choose(leaver_status="Hold Payments")
    harbor.terminate(leaver, harbor.day(-1))
    harbor.sync()
    assert harbor.status_of(leaver) == "Hold Payments"


def test_ends_a_leaver_whose_department_nobody_has_mapped(
    harbor: PayrollCompany, leaver: str
) -> None:
    harbor.add_department("Night Shift")
    harbor.change(leaver, department="Night Shift")
    harbor.terminate(leaver, harbor.day(-1))
    harbor.sync()
    assert harbor.status_of(leaver) == "Inactive"


def test_makes_the_same_employee_active_again_on_a_return(
    harbor: PayrollCompany, leaver: str
) -> None:
    harbor.terminate(leaver, harbor.day(-1))
    harbor.sync()
    number = harbor.number_of(leaver)
    harbor.advance(days=20)
    harbor.rehire(leaver, harbor.day(3))
    harbor.sync()
    assert harbor.status_of(leaver) == "Inactive"
    harbor.pass_days(3)
    assert harbor.sync().counts["reactivated"] == 1
    assert (harbor.number_of(leaver), harbor.status_of(leaver)) == (number, "Active")


def test_shows_a_leaver_to_come_in_no_entry_that_everybody_may_read(harbor: PayrollCompany) -> None:
    person_id = harbor.hire()
    harbor.terminate(person_id, harbor.day(9))
    harbor.sync()
    assert harbor.status_of(person_id) == "Active"
    (entry,) = Entry.objects.filter(source_id=person_id)
    assert (entry.outcome, entry.reasons) == ("created", [])
    assert harbor.codes(person_id) == ["ends_later"]


def test_compares_whoever_is_to_leave_with_what_is_so_today(
    harbor: PayrollCompany, leaver: str
) -> None:
    harbor.terminate(leaver, harbor.day(10))
    harbor.sync()
    assert reconcile(harbor.fresh(), harbor.leg).missed == []
    harbor.change_at_acumatica(leaver, "ContactInfo", Email="own@harborpine.example")
    report = reconcile(harbor.fresh(), harbor.leg)
    assert report.missed == []
    assert [line.source_id for line in report.drifted] == [leaver]
    harbor.cancel_termination(leaver)
    harbor.terminate(leaver, harbor.day(-1))
    assert leaver in reconcile(harbor.fresh(), harbor.leg).missed
    harbor.drain()
    assert harbor.status_of(leaver) == "Inactive"


def test_ends_nobody_before_gusto_confirms_it(harbor: PayrollCompany, leaver: str) -> None:
    # A day ends there most of a day before it ends at Gusto.
    harbor.tenant.time_zone = "Pacific/Auckland"
    harbor.tenant.save()
    last_day = harbor.day(1)
    harbor.terminate(leaver, last_day)
    seen: set[str] = set()
    while harbor.today() <= last_day:
        harbor.sync()
        harbor.drain()
        assert harbor.status_of(leaver) == "Active"
        seen.update(harbor.codes(leaver))
        harbor.advance(seconds=3_600)
    assert seen == {"ends_later", "end_not_confirmed"}
    harbor.pass_days(1)
    assert harbor.status_of(leaver) == "Inactive"
