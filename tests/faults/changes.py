"""The changes that every fault strikes: what HR does, and the one write that it costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.company import Company

EMPLOYEE_WRITE = {"vendor": "acumatica", "method": "PUT", "path": "/Employee$"}
"""Every changing call of the leg goes there."""


@dataclass(frozen=True)
class Change:
    """One thing that HR does after the first sync."""

    step: str
    make: Callable[[Company], str]
    """Does it; answers whom it concerns."""

    def __str__(self) -> str:
        return self.step


def hire(company: Company) -> str:
    """Somebody starts."""
    return company.hire(workEmail="nora.quist@northwind.example")


def rename(company: Company) -> str:
    """Somebody marries."""
    person_id = company.someone(department="Finance")
    company.change(person_id, lastName="Okonkwo-Reyes")
    return person_id


def promote(company: Company) -> str:
    """Somebody gets another title from today on."""
    person_id = company.someone(department="Finance")
    company.change(person_id, date=company.today(), jobTitle="Support Agent")
    return person_id


def leave(company: Company) -> str:
    """Somebody leaves today."""
    person_id = company.someone(department="Finance")
    company.change(person_id, terminate={"date": company.today()})
    return person_id


def come_back(company: Company) -> str:
    """Somebody who left comes back some weeks later."""
    person_id = leave(company)
    company.sync()
    company.advance(days=20)
    company.drain()
    company.sync()
    company.change(person_id, rehire={"date": company.today(), "jobTitle": "Support Agent"})
    return person_id


HIRE = Change("create", hire)
CHANGES = (
    HIRE,
    Change("update", rename),
    Change("change_role", promote),
    Change("terminate", leave),
    Change("rehire", come_back),
)
