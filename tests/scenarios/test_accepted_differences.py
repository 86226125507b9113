"""A difference at the target that a person accepts is quiet until a side changes."""

from __future__ import annotations

from typing import Any

import pytest

from integrations import remedies
from integrations.engine.reconcile import reconcile
from integrations.models import Drift, Problem
from tests.company import Company


def at_acumatica(company: Company, person_id: str, **fields: Any) -> None:
    """Change an employee there as finance would."""
    number = company.record(person_id).target_id
    company.sandbox.control("PUT", f"acumatica/employees/{number}", {"ContactInfo": fields})


def drifted(company: Company) -> str:
    """Somebody whose last name was changed at Acumatica."""
    person_id = company.hire()
    company.sync()
    at_acumatica(company, person_id, LastName="Changed-There")
    return person_id


def accept(company: Company, person_id: str) -> None:
    """Accept whatever differs now."""
    record = company.record(person_id)
    digests = list(record.drifts.values_list("digest", flat=True))
    remedies.accept_difference(record, digests, company.operator, "Her name there.")


def reported(company: Company) -> list[str]:
    """Whom a comparison reports."""
    return [line.source_id for line in reconcile(company.fresh(), company.leg).drifted]


def test_reports_nothing_more_once_it_is_accepted(company: Company) -> None:
    person_id = drifted(company)
    assert reported(company) == [person_id]
    (problem,) = Problem.objects.filter(code="drift")
    (drift,) = Drift.objects.all()
    assert (drift.field, drift.found, drift.wanted) == ("last_name", "Changed-There", "Quist")
    assert "accept_difference" in remedies.remedies_of(company.record(person_id))

    accept(company, person_id)

    problem.refresh_from_db()
    assert (problem.ending, problem.ending_reason) == (Problem.Ending.PERSON, "Her name there.")
    before = len(company.writes())
    assert reported(company) == []
    assert Problem.objects.filter(code="drift", closed_at=None).count() == 0
    assert len(company.writes()) == before


def test_reports_it_again_when_the_target_changes(company: Company) -> None:
    person_id = drifted(company)
    reconcile(company.fresh(), company.leg)
    accept(company, person_id)
    at_acumatica(company, person_id, LastName="Changed-Again")

    assert reported(company) == [person_id]
    (drift,) = Drift.objects.all()
    assert (drift.found, drift.accepted_at) == ("Changed-Again", None)


def test_reports_one_beside_another_that_is_accepted(company: Company) -> None:
    person_id = drifted(company)
    reconcile(company.fresh(), company.leg)
    accept(company, person_id)
    at_acumatica(company, person_id, FirstName="Other-There")

    (line,) = reconcile(company.fresh(), company.leg).drifted
    assert [one.field for one in line.differences] == ["first_name"]
    (problem,) = Problem.objects.filter(code="drift", closed_at=None)
    assert "last_name" not in problem.sentence


def test_forgets_it_once_both_sides_agree(company: Company) -> None:
    person_id = drifted(company)
    reconcile(company.fresh(), company.leg)
    accept(company, person_id)
    at_acumatica(company, person_id, LastName="Quist")

    assert reported(company) == []
    assert not Drift.objects.exists()


@pytest.mark.parametrize("restores", ["no", "yes"])
def test_leaves_it_when_the_record_is_worked_for_another_field(
    company: Company, restores: str
) -> None:
    person_id = drifted(company)
    reconcile(company.fresh(), company.leg)
    accept(company, person_id)
    company.choose(restore_drift=restores)
    company.change(person_id, firstName="Ann")

    company.sync()

    contact = company.employee_of(person_id)["ContactInfo"]
    assert (contact["FirstName"], contact["LastName"]) == ("Ann", "Changed-There")
    assert company.codes(person_id) == []


def test_writes_what_the_source_changes_afterwards(company: Company) -> None:
    person_id = drifted(company)
    reconcile(company.fresh(), company.leg)
    accept(company, person_id)
    company.change(person_id, lastName="Married")

    company.sync()

    assert company.employee_of(person_id)["ContactInfo"]["LastName"] == "Married"


def test_is_told_when_a_record_is_worked_and_not_only_at_night(company: Company) -> None:
    person_id = drifted(company)
    company.change(person_id, firstName="Ann")
    company.sync()
    assert company.codes(person_id) == ["drift"]
    (drift,) = Drift.objects.all()
    assert (drift.field, drift.found) == ("last_name", "Changed-There")

    accept(company, person_id)

    assert company.codes(person_id) == []


def test_accepts_nothing_that_is_no_longer_so(company: Company) -> None:
    person_id = drifted(company)
    reconcile(company.fresh(), company.leg)
    record = company.record(person_id)
    seen = list(record.drifts.values_list("digest", flat=True))
    at_acumatica(company, person_id, LastName="Changed-Again")
    reconcile(company.fresh(), company.leg)

    with pytest.raises(remedies.RemedyError, match="another one by now"):
        remedies.accept_difference(record, seen, company.operator, "Her name there.")
    assert not Drift.objects.filter(accepted_at__isnull=False).exists()
