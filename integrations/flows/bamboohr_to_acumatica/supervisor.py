"""Whom an employee reports to: the supervisor's own employee, once that one stands; pure."""

from __future__ import annotations

from typing import Final

from connectors.values import ABSENT
from connectors.vendors.bamboohr.records import Person
from integrations.flow import ANY_RECORD, Awaited, Lookups
from integrations.flows.bamboohr_to_acumatica.reasons import SUPERVISOR_CYCLE, SUPERVISOR_MISSING
from integrations.flows.shared.carried import Carried

LEG: Final = "employees"


def supervisor_of(person: Person, lookups: Lookups) -> Carried:
    """The number of the supervisor's employee; a missing one leaves only this field waiting."""
    supervisor = person.supervisor_id
    if lookups.option("carry_supervisors") == "no" or supervisor is ABSENT:
        return Carried()
    if not supervisor:
        return Carried(None)
    if cycle := _cycle(person.id, supervisor, lookups):
        problem = SUPERVISOR_CYCLE.because(cycle=", ".join(cycle))
        return Carried(problem=problem, points_to=supervisor, waits_for=Awaited(LEG, ANY_RECORD))
    number = lookups.target_of(LEG, supervisor)
    if number is None:
        problem = SUPERVISOR_MISSING.because(supervisor=supervisor)
        return Carried(problem=problem, points_to=supervisor, waits_for=Awaited(LEG, supervisor))
    return Carried(number, points_to=supervisor)


def _cycle(person_id: str, supervisor: str, lookups: Lookups) -> tuple[str, ...]:
    """Those who would report to each other; nobody where the chain upwards ends."""
    chain: list[str] = []
    above = supervisor
    while above and above not in chain:
        chain.append(above)
        if above == person_id:
            return tuple(sorted(chain))
        above = lookups.points_to(LEG, above)
    return ()
