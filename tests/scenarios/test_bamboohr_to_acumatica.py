"""People follow HR: told as an HR lead would, read from both stand-ins."""

from __future__ import annotations

from audit.models import Entry
from integrations.models import Record
from tests.company import Company


def test_carries_a_whole_company_and_leaves_strangers_alone(company: Company) -> None:
    run = company.sync()
    assert run.state == "done"
    assert sum(run.counts.values()) == run.seen_count == 30
    for person_id, person in company.people().items():
        employee = company.employee_of(person_id)
        record = company.record(person_id)
        if record.state != Record.State.SYNCED:
            assert employee is None
            continue
        assert record.target_id == employee["EmployeeID"]
        assert employee["Status"] == "Active" == person["status"]
        assert employee["ContactInfo"]["LastName"] == person["lastName"]
        assert employee["ContactInfo"]["Email"] == person["workEmail"]
    standing = company.employees()
    assert {key: standing[key] for key in company.strangers} == company.strangers


def test_asks_each_side_once_and_writes_nothing_for_an_unchanged_company(company: Company) -> None:
    company.sync()
    company.advance(seconds=120)
    company.sync()
    source, target = len(company.calls("bamboohr")), len(company.calls("acumatica"))
    run = company.sync()
    assert set(run.counts) <= {"unchanged", "filtered", "waiting"}
    assert company.calls("bamboohr")[source:] == ["GET changed"]
    assert company.calls("acumatica")[target:] == []


def test_creates_a_hire_with_one_read_and_one_write(company: Company) -> None:
    company.sync()
    before = len(company.calls("acumatica"))
    person_id = company.hire(workEmail="nora.quist@northwind.example")
    assert company.sync().counts["created"] == 1
    assert company.calls("acumatica")[before:] == ["GET Employee", "PUT Employee"]
    employee = company.employee_of(person_id)
    assert employee["EmployeeSettings"]["DepartmentID"] == "SALES"
    assert employee["ContactInfo"]["Email"] == "nora.quist@northwind.example"
    (row,) = employee["EmploymentHistory"]
    assert (row["PositionID"], row["StartReason"]) == ("SALES", "New Hire")
    assert row["StartDate"] == company.today()


def test_carries_a_new_name_and_a_new_address(company: Company) -> None:
    company.sync()
    person_id = company.someone(department="Finance")
    company.change(person_id, lastName="Okonkwo-Reyes", workEmail="reyes@northwind.example")
    assert company.sync().counts["updated"] == 1
    contact = company.employee_of(person_id)["ContactInfo"]
    assert (contact["LastName"], contact["Email"]) == ("Okonkwo-Reyes", "reyes@northwind.example")
    entry = Entry.objects.filter(source_id=person_id).latest("pk")
    assert entry.steps == ["update"]
    assert [one["field"] for one in entry.differences] == ["last_name", "email"]


def test_empties_the_e_mail_that_was_taken_away(company: Company) -> None:
    company.sync()
    person_id = company.someone(department="Finance")
    company.change(person_id, workEmail=None)
    company.sync()
    assert company.employee_of(person_id)["ContactInfo"]["Email"] is None


def test_moves_a_person_to_another_department_and_position(company: Company) -> None:
    hired_on = company.today()
    person_id = company.hire()
    company.sync()
    company.advance(days=10)
    moved_on = company.today()
    company.change(
        person_id, date=moved_on, department="Customer Support", jobTitle="Support Agent"
    )
    company.sync()
    employee = company.employee_of(person_id)
    assert employee["EmployeeSettings"]["DepartmentID"] == "SUPPORT"
    first, second = employee["EmploymentHistory"]
    assert (first["PositionID"], first["StartDate"], first["Active"]) == ("SALES", hired_on, False)
    assert first["EndDate"] == company.day(-1)
    assert (second["PositionID"], second["StartDate"]) == ("SUPPORT", moved_on)
    assert (second["StartReason"], second["EndDate"]) == ("Other", None)
    assert second["Active"] is True


def test_ends_a_leaver_with_one_read_at_each_side_and_one_write(company: Company) -> None:
    person_id = company.hire()
    company.sync()
    company.advance(days=1)
    company.change(person_id, terminate={"date": company.today()})
    source, target = len(company.calls("bamboohr")), len(company.calls("acumatica"))
    assert company.sync().counts["deactivated"] == 1
    assert company.calls("bamboohr")[source:][:1] == ["GET changed"]
    number = company.employee_of(person_id)["EmployeeID"]
    assert company.calls("acumatica")[target:] == [f"GET {number}", "PUT Employee"]
    employee = company.employee_of(person_id)
    assert employee["Status"] == "Inactive"
    (row,) = employee["EmploymentHistory"]
    assert (row["EndDate"], row["Terminated"], row["Active"]) == (company.today(), True, False)


def test_ends_nobody_before_his_last_day(company: Company) -> None:
    person_id = company.hire()
    company.sync()
    last_day = company.people()[person_id]["hireDate"]
    company.advance(days=1)
    company.change(person_id, terminate={"date": "2099-12-31"})
    company.sync()
    assert company.employee_of(person_id)["Status"] == "Active"
    assert last_day < company.today()


def test_makes_the_same_employee_active_again_on_his_return(company: Company) -> None:
    person_id = company.hire()
    company.sync()
    company.advance(days=1)
    company.change(person_id, terminate={"date": company.today()})
    company.sync()
    number = company.employee_of(person_id)["EmployeeID"]
    company.advance(days=20)
    company.change(person_id, rehire={"date": company.today(), "jobTitle": "Sales Representative"})
    assert company.sync().counts["reactivated"] == 1
    employee = company.employee_of(person_id)
    assert (employee["EmployeeID"], employee["Status"]) == (number, "Active")
    first, second = employee["EmploymentHistory"]
    assert (first["StartReason"], first["Terminated"]) == ("New Hire", True)
    assert (second["StartReason"], second["StartDate"]) == ("Rehire", company.today())
    assert (second["PositionID"], second["Active"], second["EndDate"]) == ("SALES", True, None)


def test_ends_a_person_who_was_deleted_and_deletes_nobody(company: Company) -> None:
    person_id = company.hire()
    company.sync()
    company.sandbox.control("DELETE", f"bamboohr/employees/{person_id}")
    assert company.sync().counts["deactivated"] == 1
    assert company.employee_of(person_id)["Status"] == "Inactive"


def test_holds_an_unmapped_department_and_goes_on_once_it_is_mapped(company: Company) -> None:
    company.sync()
    person_id = company.hire(department="Field Operations")
    assert company.sync().counts["held"] == 1
    assert company.employee_of(person_id) is None
    assert company.codes(person_id) == ["unmapped"]
    assert company.map("department", "Field Operations", "FIELD") >= 1
    company.drain()
    assert company.employee_of(person_id)["EmployeeSettings"]["DepartmentID"] == "FIELD"
    assert company.record(person_id).state == Record.State.SYNCED


def test_follows_a_mapping_that_was_changed(company: Company) -> None:
    person_id = company.hire()
    company.sync()
    company.map("department", "Sales", "MARKETING")
    company.drain()
    assert company.employee_of(person_id)["EmployeeSettings"]["DepartmentID"] == "MARKETING"


def test_lets_a_contractor_out_until_he_is_hired(company: Company) -> None:
    company.sync()
    person_id = company.hire(employmentHistoryStatus="Contractor")
    assert company.sync().counts["filtered"] == 1
    assert company.codes(person_id) == ["out_of_scope_employment_status"]
    company.advance(days=1)
    company.change(person_id, date=company.today(), employmentHistoryStatus="Full-Time")
    assert company.sync().counts["created"] == 1


def test_lets_a_future_hire_wait_for_the_first_day(company: Company) -> None:
    company.sync()
    company.advance(days=1)
    first_day = "2099-01-01"
    person_id = company.hire(hireDate=first_day)
    assert company.sync().counts["waiting"] == 1
    record = company.record(person_id)
    assert (record.state, str(record.waits_until)) == (Record.State.WAITING, first_day)
    assert company.employee_of(person_id) is None


def test_takes_a_person_without_a_supervisor_mail_or_title_for_what_he_is(company: Company) -> None:
    company.sync()
    person_id = company.hire(jobTitle="Content Writer")
    company.sync()
    assert company.employee_of(person_id)["EmploymentHistory"] == []
    assert company.employee_of(person_id)["ContactInfo"]["Email"] is None
    assert company.codes(person_id) == ["title_not_carried"]
    assert company.record(person_id).state == Record.State.SYNCED


def test_links_an_employee_who_stands_there_with_the_same_e_mail(company: Company) -> None:
    number, stranger = next(iter(company.strangers.items()))
    person_id = company.hire(
        firstName=stranger["ContactInfo"]["FirstName"],
        lastName=stranger["ContactInfo"]["LastName"],
        workEmail=stranger["ContactInfo"]["Email"].upper(),
    )
    company.sync()
    assert company.record(person_id).target_id == number
    assert company.employee_of(person_id)["EmployeeID"] == number


def test_creates_nobody_beside_somebody_of_the_same_name(company: Company) -> None:
    contact = next(iter(company.strangers.values()))["ContactInfo"]
    person_id = company.hire(firstName=contact["FirstName"].upper(), lastName=contact["LastName"])
    run = company.sync()
    assert run.counts["held"] >= 1
    assert company.codes(person_id) == ["possibly_the_same"]
    assert company.employee_of(person_id) is None


def test_carries_two_people_of_one_name(company: Company) -> None:
    company.sync()
    first = company.hire(workEmail="nora.quist@northwind.example")
    second = company.hire(workEmail="nora.quist2@northwind.example")
    assert company.sync().counts["created"] == 2
    assert company.employee_of(first)["EmployeeID"] != company.employee_of(second)["EmployeeID"]


def test_gives_nobody_an_employee_who_belongs_to_another_person(company: Company) -> None:
    first = company.hire(workEmail="nora.quist@northwind.example")
    company.sync()
    company.change(first, workEmail=None)
    company.sync()
    number = company.employee_of(first)["EmployeeID"]
    mail = {"ContactInfo": {"Email": "someone@northwind.example"}}
    company.sandbox.control("PUT", f"acumatica/employees/{number}", mail)
    second = company.hire(lastName="Marsh", workEmail="someone@northwind.example")
    company.sync()
    assert company.codes(second) == ["target_taken"]
    assert company.employee_of(second) is None
