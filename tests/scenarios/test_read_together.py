"""What is due together is read together, where the source can tell of several at once."""

from __future__ import annotations

import pytest

from integrations.engine import rows
from integrations.models import Record
from tests.company import Company


def told_of(company: Company, count: int) -> list[str]:
    """So many were hired, and a webhook told of each."""
    hired = [company.hire(lastName=f"Abara{number}") for number in range(count)]
    rows.make_due_by_notice(company.fresh(), "employees", hired)
    return hired


def test_reads_many_by_one_call(company: Company) -> None:
    company.sync()
    hired = told_of(company, 12)
    before = len(company.calls("bamboohr"))
    company.drain()
    assert company.calls("bamboohr")[before:] == ["GET employees"]
    assert all(company.employee_of(person_id) for person_id in hired)


@pytest.mark.parametrize("count", [1, 3])
def test_reads_few_by_a_call_each(company: Company, count: int) -> None:
    company.sync()
    told_of(company, count)
    before = len(company.calls("bamboohr"))
    company.drain()
    assert len(company.calls("bamboohr")[before:]) == count


def test_reads_each_alone_where_the_read_of_all_fails(company: Company) -> None:
    company.sync()
    hired = told_of(company, 12)
    company.sandbox.fault(
        vendor="bamboohr", method="GET", path=".*/v1/employees$", action="status", status=500
    )
    company.drain()
    assert all(company.employee_of(person_id) for person_id in hired)
    assert not Record.objects.filter(state=Record.State.FAILED).exists()
