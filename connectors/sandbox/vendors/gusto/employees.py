"""People as the API shows them, with all that hangs on one."""

from __future__ import annotations

from connectors.sandbox.standin import Answer
from connectors.sandbox.vendors.gusto import scopes
from connectors.sandbox.vendors.gusto.answers import as_json, empty, not_found
from connectors.sandbox.vendors.gusto.call import Call
from connectors.sandbox.vendors.gusto.company import (
    Company,
    Employee,
    Row,
    terminations_of,
)

PAY_KEYS = ("rate", "payment_unit", "current_compensation_uuid", "compensations")
MOST_PER = 500
HOME = {"street_1": "17 Quay Lane", "street_2": None, "city": "Oakland", "state": "CA"}


def terminations(call: Call, person: Employee) -> list[Row]:
    """The terminations of a person as they stand today."""
    if call.is_soft("19b"):
        return [{**row, "active": True} for row in person.row["terminations"]]
    on_the_day = call.standin.switch("termination_effective") == "on the day"
    return terminations_of(person, call.today, on_the_day=on_the_day)


def employee_row(call: Call, company: Company, person: Employee) -> Row:
    """A person; pay keys and more only where scopes or ``include`` say so."""
    row = person.row
    ended = terminations(call, person)
    may_see_pay = scopes.COMPENSATIONS in call.caller.scopes or call.is_soft("7c")
    hidden = () if may_see_pay else PAY_KEYS
    shown: Row = {
        **row,
        "department": company.department_title(row["department_uuid"]),
        "terminated": any(each["active"] for each in ended),
        "jobs": [
            {key: value for key, value in job.items() if key not in hidden} for job in row["jobs"]
        ],
        "terminations": ended,
    }
    if call.is_included("current_home_address"):
        shown["current_home_address"] = home_address(call, person)
    if call.is_included("all_home_addresses"):
        shown["all_home_addresses"] = [home_address(call, person)]
    if call.is_included("company_name"):
        shown["company_name"] = company.information["name"]
    if call.is_included("custom_fields"):
        shown["custom_fields"] = []
    return shown


def home_address(call: Call, person: Employee) -> Row:
    """Where a person lives; older versions tell from when to when."""
    row: Row = {**HOME, "zip": "94607", "country": "USA", "active": True}
    row["uuid"] = person.location_uuid
    row["effective_date"] = person.history[0]["hire_date"]
    if call.version.has_address_ids:
        row["id"] = int(person.row["employee_code"], 16)
        row["effective_from"] = person.history[0]["hire_date"]
        row["effective_to"] = "9999-12-31"
    return row


def list_employees(call: Call, name: str) -> Answer:
    """``GET /v1/companies/{company}/employees``: everybody, unless filtered."""
    company = call.own_company(name)
    if isinstance(company, Answer):
        return company
    people = [person for person in company.employees.values() if is_wanted(call, company, person)]
    people = sorted_people(call, people)
    rows = [employee_row(call, company, person) for person in people]
    return call.paged(rows, is_forced=call.is_soft("19a"), most=MOST_PER)


def is_wanted(call: Call, company: Company, person: Employee) -> bool:
    """Whether the filters of the list leave this person in."""
    row = person.row
    has_left = any(each["active"] for each in terminations(call, person))
    is_complete = bool(row["onboarded"])
    facts = {
        "terminated": bool(row["terminations"]),
        "terminated_today": has_left,
        "onboarded": is_complete,
        "onboarded_active": is_complete and not has_left,
    }
    if any(call.flag(name) not in (None, fact) for name, fact in facts.items()):
        return False
    if "uuids" in call.params and person.uuid not in call.listed("uuids"):
        return False
    if call.params.get("location_uuid") not in (None, person.location_uuid):
        return False
    payroll_uuid = call.params.get("payroll_uuid")
    if payroll_uuid is not None:
        payroll = company.payrolls.get(payroll_uuid)
        if payroll is None or person.uuid not in payroll.pays:
            return False
    term = call.params.get("search_term", "").casefold()
    return term in f"{row['first_name']} {row['last_name']}".casefold()


def sorted_people(call: Call, people: list[Employee]) -> list[Employee]:
    """In the order asked for, or as they were hired."""
    keys = {
        "created_at": lambda person: person.created_at.isoformat(),
        "name": lambda person: f"{person.row['last_name']} {person.row['first_name']}",
        "onboarding_status": lambda person: str(person.row["onboarding_status"]),
    }
    for part in reversed(call.listed("sort_by")):
        name, _, direction = part.partition(":")
        if name in keys:
            people = sorted(people, key=keys[name], reverse=direction == "desc")
    return people


def find(call: Call, employee_uuid: str) -> tuple[Company, Employee] | Answer:
    """A person of the caller's company, or the refusal."""
    company = call.environment.company_of_employee(employee_uuid)
    if company is None:
        return kept(call, employee_uuid)
    owned = call.own_company(company.uuid)
    if isinstance(owned, Answer):
        return owned
    return company, company.employees[employee_uuid]


def kept(call: Call, employee_uuid: str) -> tuple[Company, Employee] | Answer:
    """Nobody of that id; softened, one who was deleted is still shown."""
    for company in call.environment.companies.values():
        person = company.ghosts.get(employee_uuid)
        if person is not None and call.is_soft("19i"):
            return company, person
    return not_found()


def get_employee(call: Call, employee_uuid: str) -> Answer:
    """``GET /v1/employees/{employee}``."""
    found = find(call, employee_uuid)
    return found if isinstance(found, Answer) else as_json(employee_row(call, *found))


def list_terminations(call: Call, employee_uuid: str) -> Answer:
    """``GET /v1/employees/{employee}/terminations``."""
    found = find(call, employee_uuid)
    if isinstance(found, Answer):
        return found
    return as_json(terminations(call, found[1]))


def get_termination(call: Call, employee_uuid: str) -> Answer:
    """``GET /v1/terminations/{employee}``: the last one."""
    found = find(call, employee_uuid)
    if isinstance(found, Answer):
        return found
    rows = terminations(call, found[1])
    return as_json(rows[-1]) if rows else not_found()


def employment_history(call: Call, employee_uuid: str) -> Answer:
    """``GET /v1/employees/{employee}/employment_history``."""
    found = find(call, employee_uuid)
    return found if isinstance(found, Answer) else as_json(found[1].history)


def get_rehire(call: Call, employee_uuid: str) -> Answer:
    """``GET /v1/employees/{employee}/rehire``: 204 where there is none."""
    found = find(call, employee_uuid)
    if isinstance(found, Answer):
        return found
    row = found[1].rehire
    if row is None:
        return empty(204)
    return as_json({**row, "active": row["effective_date"] <= call.today.isoformat()})


def work_addresses(call: Call, employee_uuid: str) -> Answer:
    """``GET /v1/employees/{employee}/work_addresses``."""
    found = find(call, employee_uuid)
    if isinstance(found, Answer):
        return found
    company, person = found
    location = company.locations[person.location_uuid]
    keys = ("street_1", "street_2", "city", "state", "zip", "country")
    return as_json(
        [
            {
                "uuid": location["uuid"],
                "effective_date": person.history[0]["hire_date"],
                "active": True,
                "location_uuid": location["uuid"],
                "employee_uuid": person.uuid,
                "version": location["version"],
                **{key: location[key] for key in keys},
            }
        ]
    )
