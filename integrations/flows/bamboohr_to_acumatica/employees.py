"""The leg ``employees``: Acumatica's employees follow BambooHR's people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from config import clock
from connectors.vendor import Privacy, SourceRecord
from connectors.vendors.bamboohr import people as bamboohr
from connectors.vendors.bamboohr.client import Client as BambooClient
from connectors.vendors.bamboohr.records import PERSON_FIELDS, Person
from integrations.flow import Leg
from integrations.flows.bamboohr_to_acumatica.departments import DEPARTMENTS
from integrations.flows.bamboohr_to_acumatica.person import Hire, to_employee
from integrations.flows.shared.employees import (
    CHANGE_ROLE,
    CREATE,
    REHIRE,
    REPORT_TO,
    TERMINATE,
    UPDATE,
    WRITES,
    drift,
    find_employee,
    find_employees,
)
from integrations.flows.shared.reasons import LEFT_BEFORE


def read_more(client: BambooClient, record: SourceRecord, fields: frozenset[str]) -> SourceRecord:
    """What the list of people does not tell: the day somebody left, the day a role began."""
    hire = record.value if isinstance(record.value, Hire) else Hire(record.value)
    if fields - {"role_since", "termination_reason"}:
        (record,) = bamboohr.read_some_people(client, [record.id])
        if record.is_gone:
            return record
        hire = replace(hire, person=record.value)
        if not hire.person.is_active and isinstance(hire.person.hired_on, date):
            person = bamboohr.read_as_of(client, hire.person, hire.person.hired_on)
            hire = replace(hire, person=person, is_foreseen=True)
    if "role_since" in fields:
        hire = replace(hire, role_since_on=_role_since(client, hire.person))
    if "termination_reason" in fields:
        reason = bamboohr.read_termination_reason(client, record.id, clock.now().date())
        hire = replace(hire, termination_reason=reason)
    return replace(record, value=hire)


def supervisor_id(record: SourceRecord) -> str:
    """The id of a person's supervisor; empty where there is none or none is shown."""
    person = record.value.person if isinstance(record.value, Hire) else record.value
    return person.supervisor_id if isinstance(person.supervisor_id, str) else ""


def _role_since(client: BambooClient, person: Person) -> date | None:
    """The day on which the role in force began, by the job history."""
    today = clock.now().date()
    begun = [
        role.since_on
        for role in bamboohr.read_roles(client, person.id)
        if isinstance(role.since_on, date) and role.since_on <= today
    ]
    return begun[-1] if begun else None


EMPLOYEES = Leg(
    "employees",
    title="People become and stay Acumatica's employees",
    read=bamboohr.read_people,
    read_some=bamboohr.read_some_people,
    map=to_employee,
    mark_at=bamboohr.mark_at,
    find=find_employee,
    find_all=find_employees,
    steps=(CREATE, REHIRE, UPDATE, REPORT_TO, CHANGE_ROLE, TERMINATE),
    complete=read_more,
    unneeded=LEFT_BEFORE,
    drift=drift,
    points_to=supervisor_id,
    reads={**PERSON_FIELDS, "role_since_on": Privacy.PERSON},
    notices=("employee",),
    writes=WRITES,
    needs=(DEPARTMENTS.name,),
)
