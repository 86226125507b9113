"""Generates a company: the same for the same seed, its days counted from the clock's start."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from connectors.sandbox.vendors.bamboohr.company import Company, Employee, Row, User, empty_facts
from connectors.sandbox.vendors.bamboohr.fields import LISTS
from connectors.sandbox.vendors.bamboohr.names import (
    ARCHIVED_DEPARTMENT,
    ARCHIVED_TITLE,
    COMPANIES,
    DEPARTMENTS,
    FAMILY,
    FIELD_DEPARTMENT,
    GIVEN,
    LOCATIONS,
    REASONS,
    STANDINGS,
    TERMINATION_TYPES,
)

HEADS = len(DEPARTMENTS)
CYCLE = 37
KINDS = {
    2: "future hire",
    5: "leaver",
    8: "contractor",
    11: "no e-mail",
    14: "homonym",
    17: "leaver",
    20: "rehire",
    23: "part time",
    26: "leaver",
    29: "future job",
    31: "contractor",
    32: "homonym",
    35: "part time",
}
"""Which of every 37 people who are no heads is somebody special."""
FUTURE_LEAVER = 10
"""The one person, counted from the first who is no head, whose end is known in advance."""


@dataclass(slots=True)
class Draw:
    """One company being drawn up."""

    company: Company
    dice: random.Random
    now: datetime
    emails: set[str] = field(default_factory=set)
    leads: dict[str, list[str]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day on which the clock started."""
        return self.now.date()

    def day(self, days: int) -> str:
        """A day so many days from today."""
        return (self.today + timedelta(days=days)).isoformat()


def generate(domain: str, seed: int, people: int, now: datetime) -> Company:
    """A company with so many people, lists, users and API keys."""
    company_id, legal_name, display_name = COMPANIES[domain]
    company = Company(domain, company_id, information(legal_name, display_name))
    draw = Draw(company, random.Random(f"{seed}:{domain}"), now)
    add_lists(company)
    for number in range(people):
        add_person(draw, number)
    add_users(draw, seed)
    return company


def information(legal_name: str, display_name: str) -> Row:
    """The answer of ``company_information``."""
    address = {"line1": "12 Quayside Road", "line2": "Suite 200", "city": "Lindon"}
    return {
        "legalName": legal_name,
        "displayName": display_name,
        "address": {**address, "state": "UT", "zip": "84042"},
        "phone": "801-555-0100",
    }


def add_lists(company: Company) -> None:
    """The account's lists, each with its options; some are archived."""
    titles = [title for titles in DEPARTMENTS.values() for title in titles]
    options = {
        "department": (list(DEPARTMENTS), [ARCHIVED_DEPARTMENT]),
        "division": (sorted(set(LOCATIONS.values())), []),
        "location": (list(LOCATIONS), ["Springville, Utah"]),
        "jobTitle": (titles, [ARCHIVED_TITLE]),
        "employmentStatus": (list(STANDINGS), ["Temporary"]),
        "terminationReason": (list(REASONS), []),
    }
    for listed in LISTS:
        live, archived = options[listed.alias]
        rows = [option_row(company, name, is_archived=False) for name in live]
        rows += [option_row(company, name, is_archived=True) for name in archived]
        company.lists[listed.alias] = {
            "fieldId": str(listed.id),
            "alias": listed.alias,
            "manageable": "no" if listed.alias == "employmentStatus" else "yes",
            "multiple": "no",
            "name": listed.name,
            "options": rows,
        }


def option_row(company: Company, name: str, *, is_archived: bool) -> Row:
    """One option as ``meta/lists`` shows it."""
    return {
        "id": company.next_option_id(),
        "name": name,
        "archived": "yes" if is_archived else "no",
        "createdDate": "2016-12-08T17:41:56+00:00",
        "archivedDate": "2019-05-01T08:00:00+00:00" if is_archived else None,
    }


def add_person(draw: Draw, number: int) -> None:
    """Person ``number``: the heads come first, then everybody else, some of them special."""
    position = number - HEADS
    kind = "head" if position < 0 else KINDS.get(position % CYCLE, "")
    if position == FUTURE_LEAVER:
        kind = "future leaver"
    department = department_of(draw, number, kind)
    draw.company.last_employee_id += 1
    person_id = str(draw.company.last_employee_id)
    facts = person_facts(draw, number, kind)
    person = Employee(person_id, facts, [], [], changed_at(draw), "Updated")
    add_history(draw, person, kind, department)
    draw.company.employees[person_id] = person


def department_of(draw: Draw, number: int, kind: str) -> str:
    """Heads have one department each; one in forty others goes to the small one."""
    names = list(DEPARTMENTS)
    if kind == "head":
        return names[number]
    if number % 40 == 12:
        return FIELD_DEPARTMENT
    return draw.dice.choice([name for name in names if name != FIELD_DEPARTMENT])


def person_facts(draw: Draw, number: int, kind: str) -> dict[str, str | None]:
    """Names, addresses and numbers of one person."""
    dice = draw.dice
    facts = empty_facts()
    facts["firstName"], facts["lastName"] = dice.choice(GIVEN), dice.choice(FAMILY)
    earlier = list(draw.company.employees.values())[-3:]
    if kind == "homonym" and earlier:
        facts["firstName"] = earlier[0].facts["firstName"]
        facts["lastName"] = earlier[0].facts["lastName"]
    if dice.random() < 0.08:
        facts["preferredName"] = dice.choice(GIVEN)
    if kind != "contractor":
        facts["employeeNumber"] = str(1001 + number)
    if kind != "no e-mail":
        facts["workEmail"] = new_email(draw, f"{facts['firstName']}.{facts['lastName']}".lower())
    if dice.random() < 0.5:
        facts["mobilePhone"] = f"+1 801 555 01{dice.randrange(100):02}"
    facts["dateOfBirth"] = draw.day(-dice.randrange(8000, 22000))
    facts["customCostCenter"] = f"CC-{dice.randrange(10, 40)}"
    return facts


def new_email(draw: Draw, local: str) -> str:
    """An address that nobody has yet."""
    email, tries = f"{local}@{draw.company.domain}.example", 1
    while email in draw.emails:
        tries += 1
        email = f"{local}{tries}@{draw.company.domain}.example"
    draw.emails.add(email)
    return email


def changed_at(draw: Draw) -> datetime:
    """Some moment of the past ten days."""
    return (draw.now - timedelta(seconds=draw.dice.randrange(3600, 864_000))).astimezone(UTC)


def add_history(draw: Draw, person: Employee, kind: str, department: str) -> None:
    """Job and status rows, and the dates that follow from them."""
    dice = draw.dice
    hired_days = dice.randrange(2, 40) if kind == "future hire" else -dice.randrange(120, 3000)
    person.facts["hireDate"] = draw.day(hired_days)
    standing = {"contractor": "Contractor", "part time": "Part-Time"}.get(kind, "Full-Time")
    add_job(draw, person, hired_days, department, is_head=kind == "head")
    add_standing(draw, person, hired_days, standing)
    if kind == "leaver":
        end_standing(draw, person, -dice.randrange(3, 110))
    elif kind == "future leaver":
        end_standing(draw, person, dice.randrange(5, 20))
    elif kind == "rehire":
        end_standing(draw, person, hired_days // 2)
        again_days = hired_days // 4
        add_standing(draw, person, again_days, standing)
        add_job(draw, person, again_days, department)
        person.facts["originalHireDate"] = person.facts["hireDate"]
        person.facts["hireDate"] = draw.day(again_days)
    elif kind == "future job":
        add_job(draw, person, dice.randrange(5, 30), department)
    elif not kind and dice.random() < 0.3:
        promote(draw, person, hired_days, department)
    if kind in ("", "head"):
        lead(draw, person, department, is_head=kind == "head")


def add_job(
    draw: Draw, person: Employee, days: int, department: str, *, is_head: bool = False
) -> None:
    """A row of ``jobInfo`` that takes effect so many days from today."""
    titles = DEPARTMENTS[department]
    location = draw.dice.choice(list(LOCATIONS))
    held = [row["jobTitle"] for row in person.job_rows]
    choice = [title for title in titles[1:] if title not in held] or list(titles[1:])
    person.job_rows.append(
        {
            "id": draw.company.next_row_id(),
            "employeeId": person.id,
            "date": draw.day(days),
            "location": location,
            "department": department,
            "division": LOCATIONS[location],
            "jobTitle": titles[0] if is_head else draw.dice.choice(choice),
            "reportsToId": supervisor_of(draw, department, is_head=is_head),
        }
    )


def supervisor_of(draw: Draw, department: str, *, is_head: bool) -> str | None:
    """Heads report to the first person, others to a lead of their department."""
    leads = draw.leads.get(department)
    if is_head or not leads:
        return next(iter(draw.company.employees), None)
    return draw.dice.choice(leads[-3:])


def lead(draw: Draw, person: Employee, department: str, *, is_head: bool) -> None:
    """Heads lead, and every tenth ordinary person of a department."""
    draw.counts[department] = draw.counts.get(department, 0) + 1
    if is_head or draw.counts[department] % 10 == 0:
        draw.leads.setdefault(department, []).append(person.id)


def promote(draw: Draw, person: Employee, hired_days: int, department: str) -> None:
    """A second job row between hire and today; some began in what is archived now."""
    add_job(draw, person, hired_days // 3, department)
    if draw.dice.random() < 0.1:
        person.job_rows[0]["department"] = ARCHIVED_DEPARTMENT
        person.job_rows[0]["jobTitle"] = ARCHIVED_TITLE


def add_standing(draw: Draw, person: Employee, days: int, standing: str) -> None:
    """A row of ``employmentStatus``."""
    person.status_rows.append(
        {
            "id": draw.company.next_row_id(),
            "employeeId": person.id,
            "date": draw.day(days),
            "employmentStatus": standing,
            "comment": None if person.status_rows else "New hire",
            "terminationReasonId": "",
            "terminationTypeId": None,
            "terminationRehireId": None,
            "terminationRegrettableId": None,
        }
    )


def end_standing(draw: Draw, person: Employee, days: int) -> None:
    """A row that ends the employment."""
    add_standing(draw, person, days, "Terminated")
    person.status_rows[-1].update(
        terminationReasonId=draw.dice.choice(REASONS),
        terminationTypeId=draw.dice.choice(TERMINATION_TYPES),
        terminationRehireId=draw.dice.choice(("Yes", "No")),
    )


def add_users(draw: Draw, seed: int) -> None:
    """An HR administrator, a line manager who sees little, and an administrator from outside."""
    company = draw.company
    people = list(company.employees.values())
    head = people[1] if len(people) > 1 else None
    line = people[2] if len(people) > 2 else None
    outside = f"hr.service@{company.domain}.example"
    add_user(company, 2370, head, outside, is_admin=True)
    add_user(company, 2371, line, f"manager@{company.domain}.example", is_admin=False)
    add_user(company, 2372, None, f"it.service@{company.domain}.example", is_admin=True)
    manager = company.users["2371"]
    manager.hidden_fields = ["dateOfBirth", "homeEmail", "mobilePhone", "terminationDate"]
    manager.visible_employees = [
        person.id
        for person in people
        if line is not None and (person is line or person.job_rows[-1]["reportsToId"] == line.id)
    ]
    for user in company.users.values():
        key = hashlib.sha256(f"{company.domain}:{seed}:{user.id}".encode()).hexdigest()[:40]
        company.api_keys[key] = user.id
        user.last_login = (draw.now - timedelta(hours=user.id % 7)).isoformat(timespec="seconds")


def add_user(
    company: Company, user_id: int, person: Employee | None, email: str, *, is_admin: bool
) -> None:
    """A user, who may be one of the employees."""
    company.users[str(user_id)] = User(
        id=user_id,
        employee_id=0 if person is None else int(person.id),
        first_name="Service" if person is None else str(person.facts["firstName"]),
        last_name="Account" if person is None else str(person.facts["lastName"]),
        email=email if person is None else person.facts["workEmail"] or email,
        is_admin=is_admin,
    )
