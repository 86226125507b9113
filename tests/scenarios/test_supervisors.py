"""Who reports to whom: told as an HR lead would, read from both stand-ins."""

from __future__ import annotations

from integrations.models import Record
from tests.company import Company


def number_of(company: Company, person_id: str) -> str:
    """The employee number of a person who stands at Acumatica."""
    number: str = company.employee_of(person_id)["EmployeeID"]
    return number


def reports_to(company: Company, person_id: str) -> str | None:
    """The number of the employee to whom a person reports at Acumatica."""
    number: str | None = company.employee_of(person_id)["EmployeeSettings"]["ReportsTo"]
    return number


def test_carries_everybodys_supervisor_with_the_first_sync(company: Company) -> None:
    company.sync()
    company.drain()
    people = company.people()
    checked = 0
    for person_id, person in people.items():
        if company.employee_of(person_id) is None:
            continue
        supervisor = person["supervisorEId"]
        boss = company.employee_of(supervisor) if supervisor else None
        assert reports_to(company, person_id) == (None if boss is None else boss["EmployeeID"])
        checked += boss is not None
    assert checked > 10
    assert len(company.writes()) == len(company.employees()) - len(company.strangers)


def test_moves_a_person_to_another_supervisor(company: Company) -> None:
    company.sync()
    person_id, boss = company.hire(), company.someone(department="Finance")
    company.change(person_id, supervisorEId=boss)
    company.sync()
    assert reports_to(company, person_id) == number_of(company, boss)
    company.advance(days=1)
    other = company.someone(department="Marketing")
    company.change(person_id, date=company.today(), supervisorEId=other)
    before = len(company.writes())
    assert company.sync().counts["updated"] == 1
    assert reports_to(company, person_id) == number_of(company, other)
    assert len(company.writes()) - before == 1


def test_takes_away_a_supervisor_whom_nobody_is_any_more(company: Company) -> None:
    company.sync()
    person_id = company.hire(supervisorEId=company.someone(department="Finance"))
    company.sync()
    assert reports_to(company, person_id) is not None
    company.advance(days=1)
    company.change(person_id, date=company.today(), supervisorEId=None)
    company.sync()
    assert reports_to(company, person_id) is None


def test_writes_a_person_whose_supervisor_is_missing_and_enters_him_later(
    company: Company,
) -> None:
    company.sync()
    company.advance(days=1)
    boss = company.hire(firstName="Ada", department="Field Operations")
    person_id = company.hire(supervisorEId=boss)
    company.sync()
    assert company.record(boss).state == Record.State.HELD
    record = company.record(person_id)
    assert (record.state, record.waits_for) == (Record.State.SYNCED, f"employees:{boss}")
    assert company.codes(person_id) == ["supervisor_missing"]
    assert reports_to(company, person_id) is None
    company.map("department", "Field Operations", "FIELD")
    company.drain()
    assert reports_to(company, person_id) == number_of(company, boss)
    assert company.codes(person_id) == []
    assert company.record(person_id).waits_for == ""
    steps = [write.step for write in company.record(person_id).writes.order_by("pk")]
    assert steps == ["create", "report_to"]


def test_reports_a_circle_and_does_not_write_it(company: Company) -> None:
    company.sync()
    company.advance(days=1)
    first = company.hire(firstName="Ada")
    second = company.hire(supervisorEId=first)
    company.sync()
    company.change(first, supervisorEId=second)
    company.sync()
    assert reports_to(company, first) is None
    assert reports_to(company, second) == number_of(company, first)
    assert company.codes(first) == ["supervisor_cycle"]
    assert company.record(first).state == Record.State.SYNCED
    boss = company.someone(department="Finance")
    company.advance(days=1)
    company.change(second, date=company.today(), supervisorEId=boss)
    company.sync()
    company.drain()
    assert reports_to(company, second) == number_of(company, boss)
    assert reports_to(company, first) == number_of(company, second)
    assert company.codes(first) == []


def test_leaves_supervisors_alone_where_that_was_chosen(company: Company) -> None:
    company.choose(carry_supervisors="no")
    company.sync()
    person_id = company.hire(supervisorEId=company.someone(department="Finance"))
    company.sync()
    assert reports_to(company, person_id) is None
    assert company.record(person_id).waits_for == ""


def test_keeps_a_supervisor_who_left(company: Company) -> None:
    company.sync()
    company.advance(days=1)
    boss = company.hire(firstName="Ada")
    person_id = company.hire(supervisorEId=boss)
    company.sync()
    company.change(boss, terminate={"date": company.today()})
    company.sync()
    assert company.employee_of(boss)["Status"] == "Inactive"
    assert reports_to(company, person_id) == number_of(company, boss)
