"""Departments that Acumatica lacks: created, adopted or mapped; read from both stand-ins."""

from __future__ import annotations

import pytest

from integrations import mapping, remedies, vocabularies
from integrations.connect import service
from integrations.models import Connection, Problem, Record
from integrations.models import Mapping as MappingRow
from tests.company import Company
from tests.staging import Stage

LEGAL = "Legal & Compliance"
CODE = "LEGALCJO3L"
"""Longer names are cut and closed with four characters that the name alone decides."""


def row_of(company: Company, *key: str) -> MappingRow:
    """The mapping row of a department."""
    found: MappingRow = company.integration.mappings.get(
        kind="department", source_key=mapping.key_text(key)
    )
    return found


def department_of(company: Company, person_id: str) -> str:
    """The code of the department in which a person stands at Acumatica."""
    code: str = company.employee_of(person_id)["EmployeeSettings"]["DepartmentID"]
    return code


def create_and_carry(company: Company) -> None:
    """Choose that departments are created, and carry everybody whose department is mapped."""
    company.choose(create_departments="yes")
    company.poll()
    company.drain()


@pytest.fixture
def creating(stage: Stage, company: Company) -> Company:
    """The company with the option chosen, everybody carried whose department is mapped."""
    stage.later(company, create_and_carry)
    return company


def test_creates_the_department_that_acumatica_lacks_and_carries_its_people(
    company: Company,
) -> None:
    known = company.departments()
    company.choose(create_departments="yes")
    company.poll()
    added = {code: name for code, name in company.departments().items() if code not in known}
    assert list(added.values()) == ["Field Operations"]
    (code,) = added
    row = row_of(company, "Field Operations")
    assert (row.state, row.target) == (MappingRow.State.CONFIRMED, {"department": code})
    assert (row.ground, row.confirmed_by) == ("Created there by this integration.", None)
    people = [
        company.employee_of(key)
        for key, person in company.people().items()
        if person["department"] == "Field Operations" and company.employee_of(key) is not None
    ]
    assert people
    assert {one["EmployeeSettings"]["DepartmentID"] for one in people} == {code}
    assert company.writes().count("PUT Department") == 1


def test_lets_people_wait_for_their_department_and_go_on_by_themselves(
    creating: Company,
) -> None:
    creating.change_list("department", {"value": LEGAL})
    busy = {"vendor": "acumatica", "method": "PUT", "path": "/Department$"}
    creating.sandbox.fault(**busy, action="drop_before")
    person_id = creating.hire(department=LEGAL)
    creating.poll()
    department = creating.department_record(LEGAL)
    assert department.state == Record.State.WRITING
    record = creating.record(person_id)
    assert (record.state, record.waits_for) == (
        Record.State.WAITING,
        f"departments:{department.source_id}",
    )
    assert creating.codes(person_id) == ["department_coming"]
    assert not Problem.objects.filter(closed_at=None, subject__contains=LEGAL).exists()
    creating.settle()
    assert creating.departments()[CODE] == LEGAL
    employee = creating.employee_of(person_id)
    assert employee["EmployeeSettings"]["DepartmentID"] == CODE
    record = creating.record(person_id)
    assert (record.state, record.waits_for) == (Record.State.SYNCED, "")


@pytest.mark.parametrize("action", ["drop_after", "garbage", "truncate"])
def test_creates_one_department_though_the_answer_was_lost(creating: Company, action: str) -> None:
    creating.change_list("department", {"value": LEGAL})
    busy = {"vendor": "acumatica", "method": "PUT", "path": "/Department$"}
    creating.sandbox.fault(**busy, action=action)
    before = creating.writes().count("PUT Department")
    creating.poll()
    assert creating.department_record(LEGAL).state == Record.State.WRITING
    creating.settle()
    assert creating.department_record(LEGAL).state == Record.State.SYNCED
    assert creating.writes().count("PUT Department") - before == 1
    assert row_of(creating, LEGAL).target == {"department": CODE}


def test_takes_the_department_that_finance_made_under_the_same_name(creating: Company) -> None:
    made = {"DepartmentID": "LAW", "Description": LEGAL.upper()}
    creating.sandbox.control("PUT", "acumatica/departments/LAW", made)
    creating.change_list("department", {"value": LEGAL})
    before = len(creating.writes())
    creating.poll()
    assert len(creating.writes()) == before
    assert creating.department_record(LEGAL).target_id == "LAW"
    row = row_of(creating, LEGAL)
    assert (row.state, row.target) == (MappingRow.State.CONFIRMED, {"department": "LAW"})
    assert row.ground == "Found there under the same name."


def test_holds_a_department_whose_code_means_something_else_there(creating: Company) -> None:
    made = {"DepartmentID": CODE, "Description": "Leases"}
    creating.sandbox.control("PUT", f"acumatica/departments/{CODE}", made)
    creating.change_list("department", {"value": LEGAL})
    person_id = creating.hire(department=LEGAL)
    before = len(creating.writes())
    creating.poll()
    department = creating.department_record(LEGAL)
    assert department.state == Record.State.HELD
    assert [one["code"] for one in department.reasons] == ["possibly_the_same"]
    assert creating.codes(person_id) == ["department_coming"]
    assert len(creating.writes()) == before
    assert creating.departments()[CODE] == "Leases"
    remedies.link(department, "FINANCE")
    creating.drain()
    creating.drain()
    employee = creating.employee_of(person_id)
    assert employee["EmployeeSettings"]["DepartmentID"] == "FINANCE"
    assert creating.departments()[CODE] == "Leases"


def test_creates_nothing_for_a_department_that_a_person_has_mapped(creating: Company) -> None:
    creating.change_list("department", {"value": LEGAL})
    mapping.note_missing(creating.fresh(), [("department", (LEGAL,))])
    creating.map("department", LEGAL, "FINANCE")
    person_id = creating.hire(department=LEGAL)
    before = creating.departments()
    creating.poll()
    assert creating.departments() == before
    department = creating.department_record(LEGAL)
    assert department.state == Record.State.FILTERED
    assert [one["code"] for one in department.reasons] == ["department_mapped"]
    employee = creating.employee_of(person_id)
    assert employee["EmployeeSettings"]["DepartmentID"] == "FINANCE"


def test_leaves_the_decision_of_a_person_as_it_is(creating: Company) -> None:
    creating.change_list("department", {"value": LEGAL})
    person_id = creating.hire(department=LEGAL)
    creating.poll()
    creating.map("department", LEGAL, "FINANCE")
    creating.drain()
    creating.poll(everything=True)
    creating.drain()
    row = row_of(creating, LEGAL)
    assert (row.target, row.confirmed_by) == ({"department": "FINANCE"}, creating.operator)
    employee = creating.employee_of(person_id)
    assert employee["EmployeeSettings"]["DepartmentID"] == "FINANCE"


def test_follows_a_department_that_was_renamed_and_renames_nothing(creating: Company) -> None:
    creating.change_list("department", {"value": LEGAL})
    person_id = creating.hire(department=LEGAL)
    creating.poll()
    before = len(creating.writes())
    renamed = {"id": creating.option_id("department", LEGAL), "value": "Law"}
    creating.change_list("department", renamed)
    creating.change(person_id, lastName="Arden")
    creating.poll()
    assert creating.departments()[CODE] == LEGAL
    assert "Law" not in creating.departments().values()
    assert row_of(creating, "Law").target == {"department": CODE}
    employee = creating.employee_of(person_id)
    assert employee["ContactInfo"]["LastName"] == "Arden"
    assert employee["EmployeeSettings"]["DepartmentID"] == CODE
    assert creating.writes()[before:] == ["PUT Employee"]


def test_leaves_a_department_standing_that_hr_has_archived(creating: Company) -> None:
    creating.change_list("department", {"value": LEGAL})
    creating.poll()
    archived = {"id": creating.option_id("department", LEGAL), "archived": "yes"}
    creating.change_list("department", archived)
    before = len(creating.writes())
    creating.poll()
    department = creating.department_record(LEGAL)
    assert department.state == Record.State.FILTERED
    assert creating.departments()[CODE] == LEGAL
    assert len(creating.writes()) == before


def test_holds_people_again_when_the_awaited_department_is_archived(creating: Company) -> None:
    creating.change_list("department", {"value": LEGAL})
    made = {"DepartmentID": CODE, "Description": "Leases"}
    creating.sandbox.control("PUT", f"acumatica/departments/{CODE}", made)
    person_id = creating.hire(department=LEGAL)
    creating.poll()
    assert creating.record(person_id).state == Record.State.WAITING
    archived = {"id": creating.option_id("department", LEGAL), "archived": "yes"}
    creating.change_list("department", archived)
    creating.poll()
    creating.drain()
    assert creating.record(person_id).state == Record.State.HELD
    assert creating.codes(person_id) == ["unmapped"]


def test_asks_once_for_the_list_and_writes_nothing_while_it_is_unchanged(
    creating: Company,
) -> None:
    creating.advance(seconds=120)
    creating.poll()
    source, target = len(creating.calls("bamboohr")), len(creating.calls("acumatica"))
    creating.poll()
    assert creating.calls("bamboohr")[source:] == ["GET lists", "GET changed"]
    assert creating.calls("acumatica")[target:] == []


def test_creates_no_department_where_nobody_chose_it(company: Company) -> None:
    known = company.departments()
    company.poll()
    assert company.departments() == known
    assert not Record.objects.filter(leg="departments").exists()
    held = [key for key in company.people() if company.codes(key) == ["unmapped"]]
    assert held
    assert company.writes().count("PUT Department") == 0


@pytest.mark.parametrize("through", ["odata", "inquiry", "nothing"])
def test_creates_no_department_where_the_endpoint_cannot(company: Company, through: str) -> None:
    company.sandbox.switch("acumatica", "departments_through", through)
    target = Connection.objects.get(vendor="acumatica")
    target.config = {**target.config, "extension": ""}
    target.save()
    service.check(target)
    company.choose(create_departments="yes")
    company.poll()
    assert not Record.objects.filter(leg="departments").exists()
    held = [key for key in company.people() if company.codes(key) == ["unmapped"]]
    assert held
    assert company.writes().count("PUT Department") == 0
    assert company.fresh().status == "on"


def test_prefers_the_mapping_of_department_and_division(company: Company) -> None:
    europe = company.hire(division="Europe")
    america = company.hire(firstName="Ada", division="North America")
    company.poll()
    assert department_of(company, europe) == department_of(company, america) == "SALES"
    row = mapping.row_for(company.fresh(), "department", ["Sales", "Europe"])
    mapping.confirm(row, {"department": "MARKETING"}, company.operator)
    company.drain()
    assert department_of(company, europe) == "MARKETING"
    assert department_of(company, america) == "SALES"


def test_opens_no_row_for_a_division_that_hr_does_not_have(company: Company) -> None:
    with pytest.raises(mapping.MappingError, match="Sales / Atlantis"):
        mapping.row_for(company.fresh(), "department", ["Sales", "Atlantis"])
    with pytest.raises(mapping.MappingError, match="Rotterdam / Europe"):
        mapping.row_for(company.fresh(), "branch", ["Rotterdam", "Europe"])


def test_goes_on_when_a_person_maps_the_department_that_could_not_be_created(
    creating: Company,
) -> None:
    made = {"DepartmentID": CODE, "Description": "Leases"}
    creating.sandbox.control("PUT", f"acumatica/departments/{CODE}", made)
    creating.change_list("department", {"value": LEGAL})
    person_id = creating.hire(department=LEGAL)
    creating.poll()
    assert creating.record(person_id).state == Record.State.WAITING
    vocabularies.pull(creating.fresh())
    creating.map("department", LEGAL, "FINANCE")
    creating.drain()
    creating.drain()
    assert department_of(creating, person_id) == "FINANCE"
    assert creating.department_record(LEGAL).state == Record.State.FILTERED
    assert not Problem.objects.filter(closed_at=None, code="possibly_the_same").exists()


def test_decides_anew_about_waiting_people_when_nobody_wants_their_department(
    creating: Company,
) -> None:
    made = {"DepartmentID": CODE, "Description": "Leases"}
    creating.sandbox.control("PUT", f"acumatica/departments/{CODE}", made)
    creating.change_list("department", {"value": LEGAL})
    person_id = creating.hire(department=LEGAL)
    creating.poll()
    remedies.never(creating.department_record(LEGAL))
    creating.drain()
    assert creating.codes(person_id) == ["unmapped"]
    creating.choose(create_departments="no")
    creating.drain()
    assert creating.codes(person_id) == ["unmapped"]
    assert creating.departments()[CODE] == "Leases"
