"""What an Acumatica employee shall look like for one person of BambooHR; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from connectors.values import ABSENT, Absent
from connectors.vendor import SourceRecord
from connectors.vendors.acumatica.employees import EmployeeDraft
from connectors.vendors.bamboohr.records import TERMINATED, Person
from integrations.flow import (
    Awaited,
    Decision,
    Draft,
    Held,
    Lookups,
    MatchKey,
    Waiting,
)
from integrations.flows.bamboohr_to_acumatica.department import LEG as DEPARTMENTS
from integrations.flows.bamboohr_to_acumatica.department import creates_departments
from integrations.flows.bamboohr_to_acumatica.numbers import number_of
from integrations.flows.bamboohr_to_acumatica.policies import POLICIES
from integrations.flows.bamboohr_to_acumatica.reasons import (
    DEPARTMENT_COMING,
    NO_DEPARTMENT,
    NO_LAST_NAME,
    STATUS_UNREADABLE,
    TERMINATION_REASON_NOT_CARRIED,
    TITLE_NOT_CARRIED,
)
from integrations.flows.bamboohr_to_acumatica.scope import out_of_scope
from integrations.flows.bamboohr_to_acumatica.supervisor import LEG, supervisor_of
from integrations.flows.shared.carried import Carried, Text, mapped_or_default
from integrations.flows.shared.employee_policies import never, ruled
from integrations.flows.shared.reasons import STARTS_LATER
from integrations.flows.shared.recognising import address_of, keys_of, name_of
from integrations.flows.shared.tenure import in_grace, starts_later
from integrations.reasons import UNMAPPED


@dataclass(frozen=True, slots=True)
class Hire:
    """A person together with what only the histories tell."""

    person: Person
    role_since_on: date | Absent | None = ABSENT
    termination_reason: Text = ABSENT
    is_foreseen: bool = False
    """The job is that of the first day, which is still to come."""


def to_employee(record: SourceRecord, lookups: Lookups, today: date) -> Decision:
    """Decide what shall stand at Acumatica for one person; today is a day at the tenant."""
    reference = f"BHR-{lookups.source_account}-{record.id}"
    if record.is_gone:
        return _leaver(reference, lookups, today, Carried(None))
    hire = record.value if isinstance(record.value, Hire) else Hire(record.value)
    person = hire.person
    if person.is_active is ABSENT:
        return Held((STATUS_UNREADABLE.because(),))
    if (before := _before_the_start(reference, hire, lookups, today)) is not None:
        return before
    if (outside := out_of_scope(person, lookups)) is not None and not _is_ending(person, lookups):
        return outside
    if (waiting := starts_later(person.hired_on, lookups, today)) is not None:
        return waiting
    if person.is_active:
        return _employee(reference, hire, lookups)
    reason = _termination_reason(hire, lookups)
    return in_grace(person.left_on, lookups, today) or _leaver(
        reference, lookups, person.left_on, reason
    )


def _is_ending(person: Person, lookups: Lookups) -> bool:
    """Whether somebody leaves who was carried once: he leaves, whatever the scope is by now."""
    return person.is_active is False and lookups.target_of(LEG, person.id) is not None


def _before_the_start(reference: str, hire: Hire, lookups: Lookups, today: date) -> Decision | None:
    """What becomes of somebody whom HR shows as inactive since the first day is still to come.

    His job is hidden until then. It is read from the history once he is to be created; whoever
    stands there already keeps what he has until HR shows him active.
    """
    person = hire.person
    if person.is_active or not isinstance(person.hired_on, date) or _has_left(person):
        return None
    # HR's own day may begin up to a day later than the tenant's.
    begun_on = person.hired_on + timedelta(days=1)
    if begun_on <= today:
        return None
    if (waiting := starts_later(person.hired_on, lookups, today)) is not None:
        return waiting
    if person.hired_on <= today and lookups.option("create_days_before") == "0":
        return Waiting(STARTS_LATER.because(day=person.hired_on.isoformat()), begun_on)
    if hire.is_foreseen:
        return out_of_scope(person, lookups) or _employee(reference, hire, lookups)
    return Draft(
        EmployeeDraft(
            reference=reference,
            first_name=person.first_name,
            last_name=person.last_name,
            email=address_of(person.work_email),
            status="Active",
        ),
        reference,
        keys=keys_of(reference, address_of(person.work_email)),
        name=name_of(person.first_name, person.last_name),
    )


def _has_left(person: Person) -> bool:
    return isinstance(person.left_on, date) or person.employment_status == TERMINATED


def _leaver(
    reference: str, lookups: Lookups, left_on: date | Absent | None, reason: Carried
) -> Draft:
    """Nothing but the end: no mapping may stand in its way."""
    return Draft(
        EmployeeDraft(
            reference=reference,
            status=lookups.option("leaver_status"),
            ended_on=left_on,
            termination_reason=reason.value,
        ),
        reference,
        keys=(MatchKey("reference", reference),),
        mappings=(reason.use,) if reason.use is not None else (),
        remarks=(reason.problem,) if reason.problem is not None else (),
    )


def _termination_reason(hire: Hire, lookups: Lookups) -> Carried:
    """The reason as HR chose it from its list; ABSENT, to be read, only where any is mapped."""
    reason = hire.termination_reason
    if not lookups.is_used("termination_reason"):
        return Carried(None)
    if reason is ABSENT:
        return Carried()
    if not reason or lookups.is_ignored("termination_reason", (reason,)):
        return Carried(None)
    if (use := lookups.find("termination_reason", (reason,))) is not None:
        return Carried(use.target["termination_reason"], use)
    return Carried(None, problem=TERMINATION_REASON_NOT_CARRIED.because(reason=reason))


def _employee(reference: str, hire: Hire, lookups: Lookups) -> Decision:
    person = hire.person
    department = _department(person, lookups)
    branch = _branch(person, lookups)
    number = number_of(person, lookups)
    employee_class = _employee_class(person, lookups)
    required = (department, branch, employee_class, number)
    problems = [
        carried.problem
        for carried in required
        if carried.problem is not None and carried.waits_for is None
    ]
    if person.last_name is None or person.last_name == "":
        problems.append(NO_LAST_NAME.because())
    if problems:
        missing = [carried.missing for carried in required if carried.missing is not None]
        return Held(tuple(problems), tuple(missing))
    if department.waits_for is not None and department.problem is not None:
        return Waiting(department.problem, waits_for=department.waits_for)
    position = _position(person, lookups)
    supervisor = supervisor_of(person, lookups)
    carried = (*required, position, supervisor)
    value = EmployeeDraft(
        reference=reference,
        employee_id=number.value,
        first_name=person.first_name,
        last_name=person.last_name,
        email=address_of(person.work_email),
        department=department.value,
        employee_class=employee_class.value,
        branch=branch.value,
        status="Active",
        position=position.value,
        role_since=hire.role_since_on,
        started_on=person.hired_on,
        reports_to=supervisor.value,
    )
    value, at_creation = ruled(value, lookups, POLICIES)
    return Draft(
        value,
        reference,
        keys=keys_of(reference, address_of(person.work_email)),
        name=name_of(person.first_name, person.last_name),
        mappings=tuple(one.use for one in carried if one.use is not None),
        remarks=tuple(one.problem for one in carried if one.problem is not None),
        only_at_creation=at_creation | {"branch"} if branch.is_default else at_creation,
        unreadable=_unreadable(person, required, lookups),
        points_to=supervisor.points_to,
        waits_for=supervisor.waits_for,
    )


def _unreadable(person: Person, required: tuple[Carried, ...], lookups: Lookups) -> frozenset[str]:
    """The fields about which BambooHR does not let us see what it has; number never changes."""
    department, branch, employee_class, _ = required
    supervisor = None if lookups.option("carry_supervisors") == "no" else person.supervisor_id
    shown = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.work_email,
        "department": department.value,
        "branch": branch.value,
        "employee_class": employee_class.value,
        "position": person.job_title,
        "reports_to": supervisor,
    }
    return frozenset(name for name, value in shown.items() if value is ABSENT) - never(
        lookups, POLICIES
    )


def _department(person: Person, lookups: Lookups) -> Carried:
    department = person.department
    if department is ABSENT:
        return Carried()
    if not department:
        default = lookups.option("default_department")
        return Carried(default) if default else Carried(problem=NO_DEPARTMENT.because())
    if person.division is ABSENT and lookups.is_finer("department", (department,)):
        return Carried()
    keys: list[tuple[str, ...]] = [(department,)]
    if isinstance(person.division, str) and person.division:
        keys.insert(0, (department, person.division))
    if (use := lookups.find("department", *keys)) is not None:
        return Carried(use.target["department"], use)
    if creates_departments(lookups):
        coming = lookups.coming(DEPARTMENTS, department)
        if coming is not None:
            problem = DEPARTMENT_COMING.because(department=department)
            return Carried(problem=problem, waits_for=Awaited(DEPARTMENTS, coming))
    problem = UNMAPPED.because(mapping="department", value=department)
    return Carried(problem=problem, missing=("department", (department,)))


def _branch(person: Person, lookups: Lookups) -> Carried:
    places = (person.location, person.division)
    return mapped_or_default(lookups, "branch", places, "default_branch")


def _employee_class(person: Person, lookups: Lookups) -> Carried:
    statuses = (person.employment_status,)
    return mapped_or_default(lookups, "employee_class", statuses, "default_employee_class")


def _position(person: Person, lookups: Lookups) -> Carried:
    """A title without a position does not hold the person; it is said on the record."""
    title = person.job_title
    if not isinstance(title, str) or not title:
        return Carried()
    if (use := lookups.find("position", (title,))) is not None:
        return Carried(use.target["position"], use)
    if lookups.is_ignored("position", (title,)):
        return Carried()
    return Carried(problem=TITLE_NOT_CARRIED.because(title=title))
