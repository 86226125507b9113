"""Who is whom: several candidates, people without an e-mail, namesakes."""

from __future__ import annotations

from integrations.models import Record
from tests.company import Company


def test_lets_a_person_choose_among_several_candidates(company: Company) -> None:
    mail = {"ContactInfo": {"Email": "office@northwind.example"}}
    first, second = list(company.strangers)[:2]
    for number in (first, second):
        company.sandbox.control("PUT", f"acumatica/employees/{number}", mail)
    company.strangers = dict(company.employees())
    person_id = company.hire(workEmail="office@northwind.example")
    company.sync()
    assert company.codes(person_id) == ["several_candidates"]
    sentence = company.record(person_id).reasons[0]["sentence"]
    assert first in sentence
    assert second in sentence
    assert {key: company.employees()[key] for key in company.strangers} == company.strangers


def test_carries_a_person_without_an_e_mail(company: Company) -> None:
    company.sync()
    person_id = company.hire(workEmail=None)
    assert company.sync().counts["created"] == 1
    assert company.employee_of(person_id)["ContactInfo"]["Email"] is None
    company.change(person_id, workEmail="nora.quist@northwind.example")
    company.sync()
    contact = company.employee_of(person_id)["ContactInfo"]
    assert contact["Email"] == "nora.quist@northwind.example"


def test_finds_its_own_employee_again_after_the_link_was_lost(company: Company) -> None:
    person_id = company.hire()
    company.sync()
    number = company.employee_of(person_id)["EmployeeID"]
    Record.objects.filter(source_id=person_id).update(target_id="", fingerprint={})
    company.sync(everything=True)
    company.change(person_id, lastName="Arden")
    company.sync()
    assert company.record(person_id).target_id == number
    assert company.employee_of(person_id)["ContactInfo"]["LastName"] == "Arden"


def test_takes_spelling_and_case_of_an_e_mail_for_the_same(company: Company) -> None:
    number, stranger = next(iter(company.strangers.items()))
    mail = stranger["ContactInfo"]["Email"]
    person_id = company.hire(lastName="Arden", workEmail=f" {mail.upper()} ")
    company.sync()
    assert company.record(person_id).target_id == number
    assert company.employee_of(person_id)["ContactInfo"]["LastName"] == "Arden"
