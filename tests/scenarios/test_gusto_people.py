"""Gusto to Acumatica: whom finance gets to see, when and as whom, read from both stand-ins."""

from __future__ import annotations

from typing import Any

from integrations.models import Record
from tests.payroll_company import PayrollCompany
from tests.scenarios.conftest import PEOPLE


def is_at_work(person: dict[str, Any], today: str) -> bool:
    """Whether somebody is onboarded, has begun and has not left."""
    has_begun = person["jobs"][0]["hire_date"] <= today
    return bool(person["onboarded"]) and has_begun and not person["terminated"]


def test_carries_all_who_work_there_and_leaves_strangers_alone(harbor: PayrollCompany) -> None:
    run = harbor.sync()
    assert run.state == "done"
    assert sum(run.counts.values()) == run.seen_count == PEOPLE
    carried = 0
    for person_id, person in harbor.people().items():
        employee = harbor.employee_of(person_id)
        if employee is None:
            why = harbor.codes(person_id)
            assert why or not is_at_work(person, harbor.today())
            continue
        carried += 1
        assert is_at_work(person, harbor.today())
        assert harbor.record(person_id).target_id == employee["EmployeeID"]
        contact = employee["ContactInfo"]
        assert employee["Status"] == "Active"
        assert contact["FirstName"] == person["first_name"]
        assert contact["LastName"] == person["last_name"]
        assert contact["Email"] == person["work_email"]
    assert carried >= 18
    standing = harbor.employees()
    assert {key: standing[key] for key in harbor.strangers} == harbor.strangers


def test_reads_the_feed_alone_and_writes_nothing_for_an_unchanged_company(
    harbor: PayrollCompany,
) -> None:
    harbor.sync()
    harbor.advance(seconds=1_200)
    harbor.sync()
    source, target = len(harbor.calls("gusto")), len(harbor.calls("acumatica"))
    run = harbor.sync()
    assert set(run.counts) <= {"unchanged", "filtered", "waiting", "held"}
    assert harbor.calls("gusto")[source:] == ["GET events"]
    assert harbor.calls("acumatica")[target:] == []


def test_reads_everybody_each_time_where_the_app_was_not_given_the_feed(
    harbor: PayrollCompany,
) -> None:
    harbor.withdraw_feed()
    harbor.sync()
    person_id = harbor.hire()
    assert harbor.sync().counts["created"] == 1
    assert harbor.employee_of(person_id)["ContactInfo"]["LastName"] == "Quist"


def test_creates_a_hire_with_one_read_and_one_write(harbor: PayrollCompany) -> None:
    harbor.sync()
    before = len(harbor.calls("acumatica"))
    person_id = harbor.hire()
    assert harbor.sync().counts["created"] == 1
    assert harbor.calls("acumatica")[before:] == ["GET Employee", "PUT Employee"]
    employee = harbor.employee_of(person_id)
    settings = employee["EmployeeSettings"]
    assert (settings["DepartmentID"], settings["BranchID"]) == ("FINANCE", "HEADOFFICE")
    assert settings["EmployeeClass"] == "EMPSALARY"
    assert employee["ContactInfo"]["FirstName"] == "Nora"
    assert employee["ContactInfo"]["Email"] == "nora.quist@harborpine.example"
    assert employee["note"] == f"GUS-{person_id}"


def test_waits_until_the_onboarding_is_complete(harbor: PayrollCompany) -> None:
    harbor.sync()
    person_id = harbor.add()
    harbor.sync()
    assert harbor.employee_of(person_id) is None
    assert harbor.codes(person_id) == ["not_onboarded"]
    assert harbor.record(person_id).state == Record.State.WAITING
    harbor.change(person_id, onboard=True)
    harbor.sync()
    assert harbor.status_of(person_id) == "Active"


def test_waits_for_the_hire_date(harbor: PayrollCompany) -> None:
    harbor.sync()
    person_id = harbor.hire(hire_date=harbor.day(5))
    harbor.sync()
    assert harbor.codes(person_id) == ["starts_later"]
    harbor.pass_days(4)
    assert harbor.employee_of(person_id) is None
    harbor.pass_days(1)
    assert harbor.status_of(person_id) == "Active"


def test_creates_a_hire_so_many_days_before(harbor: PayrollCompany) -> None:
    harbor.choose(create_days_before="3")
    harbor.sync()
    person_id = harbor.hire(hire_date=harbor.day(5))
    harbor.sync()
    harbor.pass_days(1)
    assert harbor.employee_of(person_id) is None
    harbor.pass_days(1)
    assert harbor.status_of(person_id) == "Active"


def test_takes_nobody_who_left_before_ever_being_carried(harbor: PayrollCompany) -> None:
    harbor.sync()
    gone = [key for key, person in harbor.people().items() if person["terminated"]]
    assert gone
    for person_id in gone:
        assert harbor.employee_of(person_id) is None
        assert harbor.codes(person_id) == ["left_before_first_sync"]


def test_takes_nobody_whom_the_office_deleted_again(harbor: PayrollCompany) -> None:
    harbor.sync()
    person_id = harbor.add()
    harbor.sync()
    harbor.sandbox.control("DELETE", f"gusto/employees/{person_id}")
    harbor.sync()
    assert harbor.record(person_id).state == Record.State.FILTERED
    assert harbor.employee_of(person_id) is None


def test_carries_an_owner_like_anybody_and_no_contractor(harbor: PayrollCompany) -> None:
    harbor.sync()
    owners = [key for key, person in harbor.people().items() if person["two_percent_shareholder"]]
    assert owners
    assert [harbor.status_of(person_id) for person_id in owners] == ["Active"] * len(owners)
    asked = [row["path"] for row in harbor.sandbox.requests("gusto")]
    assert not [path for path in asked if "contractor" in path]
    assert len(harbor.employees()) - len(harbor.strangers) <= PEOPLE


def test_carries_a_person_without_an_e_mail(harbor: PayrollCompany) -> None:
    person_id = harbor.hire(work_email=None)
    harbor.sync()
    assert harbor.employee_of(person_id)["ContactInfo"]["Email"] is None


def test_links_an_employee_who_stands_there_with_the_same_e_mail(harbor: PayrollCompany) -> None:
    number, stranger = next(iter(harbor.strangers.items()))
    person_id = harbor.hire(work_email=stranger["ContactInfo"]["Email"].upper())
    harbor.sync()
    assert harbor.record(person_id).target_id == number
    assert harbor.number_of(person_id) == number


def test_creates_nobody_beside_somebody_of_the_same_name(harbor: PayrollCompany) -> None:
    contact = next(iter(harbor.strangers.values()))["ContactInfo"]
    person_id = harbor.hire(first_name=contact["FirstName"].upper(), last_name=contact["LastName"])
    harbor.sync()
    assert harbor.codes(person_id) == ["possibly_the_same"]
    assert harbor.employee_of(person_id) is None


def test_gives_two_people_of_one_e_mail_not_one_employee(harbor: PayrollCompany) -> None:
    harbor.sync()
    first = harbor.hire()
    harbor.sync()
    second = harbor.hire(first_name="Ada")
    harbor.sync()
    assert harbor.status_of(first) == "Active"
    assert harbor.employee_of(second) is None
    assert harbor.codes(second) == ["target_taken"]


def test_keeps_to_the_tie_when_finance_changes_reference_and_e_mail(harbor: PayrollCompany) -> None:
    person_id = harbor.hire()
    harbor.sync()
    number = harbor.number_of(person_id)
    harbor.change_at_acumatica(person_id, "ContactInfo", Email="own@harborpine.example")
    settings = {"EmployeeSettings": {"EmployeeRefNbr": "HR-7"}}
    harbor.sandbox.control("PUT", f"acumatica/employees/{number}", settings)
    harbor.change(person_id, last_name="Arden")
    harbor.sync()
    assert harbor.record(person_id).target_id == number
    assert harbor.employees()[number]["ContactInfo"]["LastName"] == "Arden"
    assert harbor.number_of(person_id) == number
