"""Who is carried at all: told as an HR lead would, read from both stand-ins."""

from __future__ import annotations

from integrations.models import Record
from tests.company import Company


def standing(company: Company) -> set[str]:
    """The ids of everybody who stands at Acumatica through us."""
    return {key for key in company.people() if company.employee_of(key) is not None}


def test_carries_only_the_departments_that_were_chosen(company: Company) -> None:
    company.choose(only_departments='Finance, "Customer Support"')
    company.sync()
    wanted = {"Finance", "Customer Support"}
    people = company.people()
    assert {people[key]["department"] for key in standing(company)} == wanted
    sales = company.someone(department="Sales")
    assert company.codes(sales) == ["out_of_scope_department"]
    assert company.record(sales).state == Record.State.FILTERED


def test_carries_only_the_locations_that_were_chosen(company: Company) -> None:
    company.choose(only_locations="Rotterdam")
    person_id, other = company.hire(), company.hire(firstName="Ada", location="Lindon, Utah")
    company.sync()
    people = company.people()
    assert person_id in standing(company)
    assert {people[key]["location"] for key in standing(company)} == {"Rotterdam"}
    assert company.codes(other) == ["out_of_scope_location"]


def test_reads_a_value_that_has_a_comma(company: Company) -> None:
    company.choose(only_locations='"Lindon, Utah"')
    person_id = company.hire(location="Lindon, Utah")
    company.sync()
    assert person_id in standing(company)


def test_leaves_single_people_out_or_carries_no_others(company: Company) -> None:
    first, second = company.hire(), company.hire(firstName="Ada")
    company.choose(only_people=f"{first}, {second}", excluded_people=second)
    company.sync()
    assert standing(company) == {first}
    assert company.codes(second) == ["out_of_scope_person"]


def test_carries_contractors_where_that_was_chosen(company: Company) -> None:
    company.choose(excluded_employment_statuses="none")
    person_id = company.hire(employmentHistoryStatus="Contractor")
    company.sync()
    assert person_id in standing(company)


def test_still_ends_a_leaver_who_has_come_out_of_scope(company: Company) -> None:
    person_id = company.hire()
    company.sync()
    company.choose(only_departments="Finance")
    company.advance(days=1)
    company.change(person_id, lastName="Arden")
    company.sync()
    assert company.record(person_id).state == Record.State.FILTERED
    assert company.employee_of(person_id)["ContactInfo"]["LastName"] == "Quist"
    company.change(person_id, terminate={"date": company.today()})
    assert company.sync().counts["deactivated"] == 1
    assert company.employee_of(person_id)["Status"] == "Inactive"


def test_carries_who_comes_into_scope_when_the_choice_is_widened(company: Company) -> None:
    company.choose(only_departments="Finance")
    person_id = company.hire()
    company.sync()
    assert person_id not in standing(company)
    company.choose(only_departments="Finance, Sales")
    company.drain()
    assert person_id in standing(company)


def test_leaves_standing_who_goes_out_of_scope_when_the_choice_is_narrowed(
    company: Company,
) -> None:
    company.sync()
    before, count = standing(company), len(company.writes())
    company.choose(only_departments="Finance")
    company.drain()
    assert standing(company) == before
    assert len(company.writes()) == count
    sales = company.someone(department="Sales")
    assert company.record(sales).state == Record.State.FILTERED
    assert company.employee_of(sales)["Status"] == "Active"
