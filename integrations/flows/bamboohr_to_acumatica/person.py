"""What an Acumatica employee shall look like for one person of BambooHR; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from connectors.values import ABSENT, Absent
from connectors.vendor import SourceRecord
from connectors.vendors.acumatica.employees import EmployeeDraft
from connectors.vendors.bamboohr.records import Person
from integrations.flow import (
    Decision,
    Draft,
    Held,
    Lookups,
    MatchKey,
    Waiting,
)
from integrations.flows.bamboohr_to_acumatica.carried import Carried, Text
from integrations.flows.bamboohr_to_acumatica.numbers import number_of
from integrations.flows.bamboohr_to_acumatica.policies import ruled
from integrations.flows.bamboohr_to_acumatica.reasons import (
    IN_GRACE,
    NO_DEFAULT,
    NO_DEPARTMENT,
    NO_LAST_NAME,
    STARTS_LATER,
    STATUS_UNREADABLE,
    TERMINATION_REASON_NOT_CARRIED,
    TITLE_NOT_CARRIED,
)
from integrations.flows.bamboohr_to_acumatica.scope import out_of_scope
from integrations.flows.bamboohr_to_acumatica.supervisor import LEG, supervisor_of
from integrations.flows.shared.folding import folded_email, folded_name
from integrations.reasons import UNMAPPED


@dataclass(frozen=True, slots=True)
class Hire:
    """A person together with what only the histories tell."""

    person: Person
    role_since_on: date | Absent | None = ABSENT
    termination_reason: Text = ABSENT


def to_employee(record: SourceRecord, lookups: Lookups, today: date) -> Decision:
    """Decide what shall stand at Acumatica for one person; today is a day at the tenant."""
    reference = f"BHR-{lookups.source_account}-{record.id}"
    if record.is_gone:
        return _leaver(reference, lookups, today, Carried(None))
    hire = record.value if isinstance(record.value, Hire) else Hire(record.value)
    person = hire.person
    if person.is_active is ABSENT:
        return Held((STATUS_UNREADABLE.because(),))
    if (outside := out_of_scope(person, lookups)) is not None and not _is_ending(person, lookups):
        return outside
    if (waiting := _starts_later(person, lookups, today)) is not None:
        return waiting
    if person.is_active:
        return _employee(reference, hire, lookups)
    reason = _termination_reason(hire, lookups)
    return _in_grace(person, lookups, today) or _leaver(reference, lookups, person.left_on, reason)


def _is_ending(person: Person, lookups: Lookups) -> bool:
    """Whether somebody leaves who was carried once: he leaves, whatever the scope is by now."""
    return person.is_active is False and lookups.target_of(LEG, person.id) is not None


def _starts_later(person: Person, lookups: Lookups, today: date) -> Waiting | None:
    if not isinstance(person.hired_on, date):
        return None
    create_on = person.hired_on - timedelta(days=int(lookups.option("create_days_before")))
    if create_on <= today:
        return None
    return Waiting(STARTS_LATER.because(day=person.hired_on.isoformat()), create_on)


def _in_grace(person: Person, lookups: Lookups, today: date) -> Waiting | None:
    grace = timedelta(days=int(lookups.option("leaver_grace_days")))
    if not grace or not isinstance(person.left_on, date) or person.left_on + grace <= today:
        return None
    return Waiting(IN_GRACE.because(day=person.left_on.isoformat()), person.left_on + grace)


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
    problems = [carried.problem for carried in required if carried.problem is not None]
    if person.last_name is None or person.last_name == "":
        problems.append(NO_LAST_NAME.because())
    if problems:
        missing = [carried.missing for carried in required if carried.missing is not None]
        return Held(tuple(problems), tuple(missing))
    position = _position(person, lookups)
    supervisor = supervisor_of(person, lookups)
    carried = (*required, position, supervisor)
    value = EmployeeDraft(
        reference=reference,
        employee_id=number.value,
        first_name=person.first_name,
        last_name=person.last_name,
        email=_stripped(person.work_email),
        department=department.value,
        employee_class=employee_class.value,
        branch=branch.value,
        status="Active",
        position=position.value,
        role_since=hire.role_since_on,
        started_on=person.hired_on,
        reports_to=supervisor.value,
    )
    value, at_creation = ruled(value, lookups)
    return Draft(
        value,
        reference,
        keys=_keys(reference, _stripped(person.work_email)),
        name=folded_name(_shown(person.first_name), _shown(person.last_name)),
        mappings=tuple(one.use for one in carried if one.use is not None),
        remarks=tuple(one.problem for one in carried if one.problem is not None),
        only_at_creation=at_creation | {"branch"} if branch.is_default else at_creation,
        points_to=supervisor.points_to,
        waits_for=supervisor.waits_for,
    )


def _department(person: Person, lookups: Lookups) -> Carried:
    department = person.department
    if department is ABSENT:
        return Carried()
    if not department:
        default = lookups.option("default_department")
        return Carried(default) if default else Carried(problem=NO_DEPARTMENT.because())
    keys: list[tuple[str, ...]] = [(department,)]
    if isinstance(person.division, str) and person.division:
        keys.insert(0, (department, person.division))
    if (use := lookups.find("department", *keys)) is not None:
        return Carried(use.target["department"], use)
    problem = UNMAPPED.because(mapping="department", value=department)
    return Carried(problem=problem, missing=("department", (department,)))


def _branch(person: Person, lookups: Lookups) -> Carried:
    keys = [
        (place,) for place in (person.location, person.division) if isinstance(place, str) and place
    ]
    return _mapped_or_default(lookups, "branch", keys, "default_branch")


def _employee_class(person: Person, lookups: Lookups) -> Carried:
    status = person.employment_status
    keys = [(status,)] if isinstance(status, str) and status else []
    return _mapped_or_default(lookups, "employee_class", keys, "default_employee_class")


def _mapped_or_default(lookups: Lookups, kind: str, keys: list[tuple[str]], option: str) -> Carried:
    if (use := lookups.find(kind, *keys)) is not None:
        return Carried(use.target[kind], use)
    if default := lookups.option(option):
        return Carried(default, is_default=True)
    value = keys[0][0] if keys else "(empty)"
    problem = NO_DEFAULT.because(what=kind.replace("_", " "), option=option, value=value)
    return Carried(problem=problem, missing=(kind, keys[0]) if keys else None)


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


def _keys(reference: str, email: Text) -> tuple[MatchKey, ...]:
    keys = [MatchKey("reference", reference)]
    if isinstance(email, str) and email:
        keys.append(MatchKey("email", folded_email(email)))
    return tuple(keys)


def _stripped(text: Text) -> Text:
    """An empty text is no address."""
    return text.strip() or None if isinstance(text, str) else text


def _shown(text: Text) -> str:
    return text if isinstance(text, str) else ""
