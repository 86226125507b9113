"""What HR's values mean in finance: branches, classes, positions, mapped before and after."""

from __future__ import annotations

import pytest

from integrations import vocabularies
from integrations.models import Mapping as MappingRow
from integrations.models import Problem, Record, Term
from tests.company import Company


def settings_of(company: Company, person_id: str, name: str) -> str:
    """One of the settings with which a person stands at Acumatica."""
    value: str = company.employee_of(person_id)["EmployeeSettings"][name]
    return value


@pytest.mark.parametrize("place", ["Rotterdam", "Europe"])
def test_puts_people_into_the_branch_of_their_location_or_division(
    company: Company, place: str
) -> None:
    company.map("branch", place, "EAST")
    there = company.hire(location="Rotterdam", division="Europe")
    elsewhere = company.hire(firstName="Ada", location="Lindon, Utah", division="North America")
    company.sync()
    assert settings_of(company, there, "BranchID") == "EAST"
    assert settings_of(company, elsewhere, "BranchID") == "HEADOFFICE"


def test_prefers_the_branch_of_the_location_to_that_of_the_division(company: Company) -> None:
    company.map("branch", "Europe", "EAST")
    company.map("branch", "Rotterdam", "WEST")
    person_id = company.hire(location="Rotterdam", division="Europe")
    company.sync()
    assert settings_of(company, person_id, "BranchID") == "WEST"


def test_moves_people_who_stand_there_once_their_location_is_mapped(company: Company) -> None:
    person_id = company.hire(location="Rotterdam")
    company.sync()
    assert settings_of(company, person_id, "BranchID") == "HEADOFFICE"
    company.choose(change_limit_percent="100")
    company.map("branch", "Rotterdam", "EAST")
    company.drain()
    assert settings_of(company, person_id, "BranchID") == "EAST"


def test_holds_people_without_a_branch_until_their_location_is_mapped(company: Company) -> None:
    company.choose(default_branch="")
    person_id = company.hire(location="Rotterdam")
    company.sync()
    assert company.codes(person_id) == ["no_default"]
    assert company.employee_of(person_id) is None
    assert company.map("branch", "Rotterdam", "EAST") >= 1
    company.drain()
    assert settings_of(company, person_id, "BranchID") == "EAST"


def test_gives_the_class_of_the_employment_status_at_the_creation_alone(company: Company) -> None:
    company.map("employee_class", "Part-Time", "EMPHOURLY")
    person_id = company.hire(employmentHistoryStatus="Part-Time")
    other = company.hire(firstName="Ada")
    company.sync()
    assert settings_of(company, person_id, "EmployeeClass") == "EMPHOURLY"
    assert settings_of(company, other, "EmployeeClass") == "EMPSALARY"
    company.advance(days=1)
    company.change(person_id, date=company.today(), employmentHistoryStatus="Full-Time")
    before = len(company.writes())
    company.sync()
    assert settings_of(company, person_id, "EmployeeClass") == "EMPHOURLY"
    assert len(company.writes()) == before


def test_carries_a_title_by_itself_once_it_is_mapped(company: Company) -> None:
    company.sync()
    person_id = company.hire(jobTitle="Content Writer")
    company.sync()
    assert company.codes(person_id) == ["title_not_carried"]
    assert company.employee_of(person_id)["EmploymentHistory"] == []
    concerned = company.map("position", "Content Writer", "ANALYST")
    titles = [person["jobTitle"] for person in company.people().values()]
    assert 1 <= concerned <= titles.count("Content Writer")
    company.drain()
    (row,) = company.employee_of(person_id)["EmploymentHistory"]
    assert (row["PositionID"], row["StartReason"]) == ("ANALYST", "New Hire")
    assert company.codes(person_id) == []


@pytest.mark.parametrize(
    ("through", "known"), [("endpoint", 10), ("odata", 10), ("inquiry", 3), ("nothing", 3)]
)
def test_offers_the_departments_by_the_best_way_that_there_is(
    company: Company, through: str, known: int
) -> None:
    company.sandbox.switch("acumatica", "departments_through", through)
    if through != "endpoint":
        target = company.integration.target
        target.config = {**target.config, "extension": ""}
        target.save()
    Term.objects.filter(connection=company.integration.target).delete()
    vocabularies.pull(company.fresh())
    offered = company.integration.target.terms.filter(kind="department", is_active=True)
    assert offered.count() == known
    person_id = company.hire(department="Finance")
    company.sync()
    assert settings_of(company, person_id, "DepartmentID") == "FINANCE"


def test_holds_nobody_for_a_title_without_a_position(company: Company) -> None:
    company.sync()
    person_id = company.hire(jobTitle="Content Writer")
    company.sync()
    record = company.record(person_id)
    assert (record.state, company.codes(person_id)) == (
        Record.State.SYNCED,
        ["title_not_carried"],
    )
    assert not Problem.objects.filter(records=record).exists()
    assert company.employee_of(person_id)["Status"] == "Active"


def test_suggests_what_bears_the_same_name_and_decides_nothing(company: Company) -> None:
    row = company.integration.mappings.filter(kind="department").first()
    assert row is not None
    MappingRow.objects.filter(pk=row.pk).update(state=MappingRow.State.SUGGESTED)
    person_id = company.hire(department=row.source_key.strip('[]"'))
    company.sync()
    assert company.codes(person_id) == ["unmapped"]
    assert company.employee_of(person_id) is None
