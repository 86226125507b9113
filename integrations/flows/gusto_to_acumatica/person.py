"""What an Acumatica employee shall look like for one person of Gusto; pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from connectors.values import ABSENT
from connectors.vendor import SourceRecord
from connectors.vendors.acumatica.employees import EmployeeDraft
from connectors.vendors.gusto.people import has_left, leaves_on
from connectors.vendors.gusto.records import Person
from connectors.vendors.gusto.statuses import EMPLOYMENT_STATUSES
from integrations.flow import Decision, Draft, Held, Lookups, MatchKey, Waiting
from integrations.flows.gusto_to_acumatica.reasons import (
    END_NOT_CONFIRMED,
    END_UNCLEAR,
    ENDS_LATER,
    NO_DEPARTMENT,
    NO_HIRE_DATE,
    NO_LAST_NAME,
    NOT_ONBOARDED,
    STATUS_UNKNOWN,
)
from integrations.flows.gusto_to_acumatica.scope import out_of_scope
from integrations.flows.shared.carried import Carried, mapped_or_default
from integrations.flows.shared.employee_policies import EVERYBODYS, never, ruled
from integrations.flows.shared.recognising import address_of, keys_of, name_of
from integrations.flows.shared.tenure import in_grace, starts_later
from integrations.reasons import UNMAPPED

LEG: Final = "employees"
A_DAY: Final = timedelta(days=1)


def to_employee(record: SourceRecord, lookups: Lookups, today: date) -> Decision:
    """Decide what shall stand at Acumatica for one person; today is a day at the tenant."""
    reference = f"GUS-{record.id}"
    if record.is_gone:
        return _leaver(reference, lookups, today)
    person: Person = record.value
    is_carried = lookups.target_of(LEG, person.id) is not None
    is_over = has_left(person, today)
    outside = out_of_scope(person, lookups)
    if outside is not None and not (is_over and is_carried):
        return outside
    if is_over:
        last_on = leaves_on(person)
        return in_grace(last_on, lookups, today, ends_after=A_DAY) or _leaver(
            reference, lookups, last_on
        )
    return _not_yet(person, lookups, today, is_carried=is_carried) or _employee(
        reference, person, lookups, today
    )


def _not_yet(
    person: Person, lookups: Lookups, today: date, *, is_carried: bool
) -> Waiting | Held | None:
    """Why somebody who has not left is not to be written today; None where he is."""
    hired_on = person.job.hired_on if person.job is not None else None
    waiting = starts_later(hired_on, lookups, today)
    if person.is_terminated and person.end is None and waiting is None:
        return Held((END_UNCLEAR.because(),))
    if is_carried:
        return waiting
    last_on = leaves_on(person)
    if last_on is not None and last_on < today:
        return _end_ahead(person, today)
    if not person.is_onboarded:
        return Waiting(NOT_ONBOARDED.because())
    return Held((NO_HIRE_DATE.because(),)) if hired_on is None else waiting


def _end_ahead(person: Person, today: date) -> Waiting | None:
    """An end that is recorded and not in effect: to be looked at the day after the last one."""
    last_on = leaves_on(person)
    if last_on is None:
        return None
    if last_on < today:
        return Waiting(END_NOT_CONFIRMED.because(day=last_on.isoformat()), today + A_DAY)
    return Waiting(ENDS_LATER.because(day=last_on.isoformat()), last_on + A_DAY)


def _leaver(reference: str, lookups: Lookups, last_on: date | None) -> Draft:
    """Nothing but the end: no mapping may stand in its way. Gusto tells no reason."""
    return Draft(
        EmployeeDraft(
            reference=reference,
            status=lookups.option("leaver_status"),
            ended_on=last_on,
            termination_reason=None,
        ),
        reference,
        keys=(MatchKey("reference", reference),),
    )


def _employee(reference: str, person: Person, lookups: Lookups, today: date) -> Decision:
    department = _department(person, lookups)
    branch = mapped_or_default(lookups, "branch", (person.department,), "default_branch")
    employee_class = _employee_class(person, lookups)
    required = (department, branch, employee_class)
    problems = [carried.problem for carried in required if carried.problem is not None]
    if person.last_name is None or person.last_name == "":
        problems.append(NO_LAST_NAME.because())
    if problems:
        missing = [carried.missing for carried in required if carried.missing is not None]
        return Held(tuple(problems), tuple(missing))
    value = EmployeeDraft(
        reference=reference,
        employee_id=None,
        first_name=person.first_name,
        last_name=person.last_name,
        email=address_of(person.work_email),
        department=department.value,
        employee_class=employee_class.value,
        branch=branch.value,
        status="Active",
        started_on=person.job.hired_on if person.job is not None else ABSENT,
    )
    return _drawn_up(value, person, required, lookups, today)


def _drawn_up(
    value: EmployeeDraft,
    person: Person,
    required: tuple[Carried, ...],
    lookups: Lookups,
    today: date,
) -> Draft:
    """The draft by the policies in force; a default branch is finance's once it is given."""
    names = [policy.field for policy in EVERYBODYS]
    hidden = frozenset(name for name in names if getattr(value, name) is ABSENT)
    ruled_value, at_creation = ruled(value, lookups, EVERYBODYS)
    _, branch, _ = required
    return Draft(
        ruled_value,
        value.reference,
        keys=keys_of(value.reference, value.email),
        name=name_of(person.first_name, person.last_name),
        mappings=tuple(one.use for one in required if one.use is not None),
        only_at_creation=at_creation | {"branch"} if branch.is_default else at_creation,
        unreadable=hidden - never(lookups, EVERYBODYS),
        ahead=_end_ahead(person, today),
    )


def _department(person: Person, lookups: Lookups) -> Carried:
    department = person.department
    if department is ABSENT:
        return Carried()
    if not department:
        default = lookups.option("default_department")
        return Carried(default) if default else Carried(problem=NO_DEPARTMENT.because())
    if (use := lookups.find("department", (department,))) is not None:
        return Carried(use.target["department"], use)
    problem = UNMAPPED.because(mapping="department", value=department)
    return Carried(problem=problem, missing=("department", (department,)))


def _employee_class(person: Person, lookups: Lookups) -> Carried:
    """By the employment status; one that nobody knows is a person's to decide on."""
    status = person.employment_status
    found = mapped_or_default(lookups, "employee_class", (status,), "default_employee_class")
    if not isinstance(status, str) or not status or status in EMPLOYMENT_STATUSES:
        return found
    if found.use is not None or lookups.is_ignored("employee_class", (status,)):
        return found
    problem = STATUS_UNKNOWN.because(mapping="employee_class", value=status)
    return replace(found, problem=problem, missing=("employee_class", (status,)))
