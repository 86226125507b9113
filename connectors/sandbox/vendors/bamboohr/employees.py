"""Single employees and the directory; creating and updating one."""

from __future__ import annotations

from connectors.sandbox.standin import JSON, Answer
from connectors.sandbox.vendors.bamboohr.answers import (
    element,
    elements,
    empty,
    fields_of,
    refused,
)
from connectors.sandbox.vendors.bamboohr.call import Call
from connectors.sandbox.vendors.bamboohr.company import Employee
from connectors.sandbox.vendors.bamboohr.fields import meaning
from connectors.sandbox.vendors.bamboohr.hr import change_employee, create_employee

MOST_FIELDS = 400
DIRECTORY_FIELDS = (
    ("displayName", "text", "Display name"),
    ("firstName", "text", "First name"),
    ("lastName", "text", "Last name"),
    ("preferredName", "text", "Preferred name"),
    ("jobTitle", "list", "Job Title"),
    ("workPhone", "text", "Work Phone"),
    ("mobilePhone", "text", "Mobile Phone"),
    ("workEmail", "email", "Work Email"),
    ("department", "list", "Department"),
    ("location", "list", "Location"),
    ("division", "list", "Division"),
    ("supervisor", "employee", "Manager"),
    ("photoUploaded", "bool", "Employee photo"),
    ("photoUrl", "url", "Photo URL"),
    ("canUploadPhoto", "bool", "Can Upload Photo"),
)
ORG_CHART_FIELDS = ("displayName", "firstName", "lastName", "preferredName", "jobTitle")
NOT_FOUND = "Employee not found"


def get_employee(call: Call, employee_id: str) -> Answer:
    """``GET employees/{id}``; 0 is the caller's own employee."""
    asked = [name for name in call.params.get("fields", "").split(",") if name]
    if len(asked) > MOST_FIELDS and not call.standin.is_soft("12b"):
        return refused(400, "Too many fields requested")
    if employee_id == "0":
        employee_id = str(call.caller.user.employee_id)
        if employee_id == "0" and not call.standin.is_soft("14"):
            return one_employee(call, {"id": "0"})
    person = call.company.employees.get(employee_id)
    if employee_id in call.company.deleted and call.standin.is_soft("32c"):
        return refused(403, "This employee has been deleted")
    if person is None or (person.visible_from is not None and call.now < person.visible_from):
        return not_found(call)
    if not call.caller.may_see(person):
        return refused(403, "You do not have access to this employee")
    if not asked and (
        call.standin.is_soft("12a") or call.standin.switch("no_fields") == "first and last name"
    ):
        asked = ["firstName", "lastName"]
    only_current = call.is_flag("onlyCurrent", default=True) or call.standin.is_soft("20b")
    return one_employee(call, chosen_values(call, person, asked, only_current=only_current))


def chosen_values(
    call: Call, person: Employee, asked: list[str], *, only_current: bool
) -> dict[str, JSON]:
    """The values asked for, under the names asked for; unknown and restricted ones are left out."""
    values = call.company.values(person, only_current=only_current)
    chosen: dict[str, JSON] = {"id": person.id}
    for name in asked:
        alias = meaning(name)
        if alias and (call.caller.may_read(alias) or call.standin.is_soft("12c")):
            chosen[name] = call.shown(person, alias, values)
        elif call.standin.is_soft("12c") and name != "id":
            chosen[name] = None
    return chosen


def one_employee(call: Call, values: dict[str, JSON]) -> Answer:
    """One employee in the form asked for."""
    return call.answer(values, lambda: employee_xml(values))


def employee_xml(values: dict[str, JSON]) -> str:
    """One employee as XML."""
    others = {name: value for name, value in values.items() if name != "id"}
    return element("employee", {"id": values["id"]}, fields_of(others))


def not_found(call: Call) -> Answer:
    """404 with the reason under both spellings, doubled, as it was seen."""
    if call.standin.is_soft("15"):
        return refused(404, NOT_FOUND)
    doubled = f"{NOT_FOUND}, {NOT_FOUND}"
    return refused(404, doubled, {"X-BambooHR-Error-Messsage": doubled})


def directory(call: Call) -> Answer:
    """``GET employees/directory``: everybody active, all at once."""
    sharing = "shared" if call.standin.is_soft("17b") else call.standin.switch("directory")
    if sharing == "off":
        return refused(403, "The company directory is not shared")
    only_current = call.is_flag("onlyCurrent", default=True)
    people = [
        person
        for person in call.company.employees.values()
        if call.caller.may_see(person)
        and (
            call.company.derive(person, only_current=only_current)["status"] == "Active"
            or call.standin.is_soft("17a")
        )
    ]
    if sharing == "empty" or not people:
        return refused(404, "The directory is empty")
    fields = [
        {"id": name, "type": kind, "name": title}
        for name, kind, title in DIRECTORY_FIELDS
        if sharing == "shared" or name in ORG_CHART_FIELDS
    ]
    rows = [directory_row(call, person, fields, only_current=only_current) for person in people]
    return call.answer({"fields": fields, "employees": rows}, lambda: directory_xml(fields, rows))


def directory_xml(fields: list[dict[str, str]], rows: list[dict[str, JSON]]) -> str:
    """The directory as XML."""
    heads = elements(element("field", {"id": row["id"]}, row["name"]) for row in fields)
    fieldset = element("fieldset", {}, heads)
    employees = element("employees", {}, elements(employee_xml(row) for row in rows))
    return element("directory", {}, fieldset + employees)


def directory_row(
    call: Call, person: Employee, fields: list[dict[str, str]], *, only_current: bool
) -> dict[str, JSON]:
    """One employee as the directory shows him."""
    values: dict[str, JSON] = {
        **call.company.values(person, only_current=only_current),
        "photoUploaded": False,
        "photoUrl": f"https://images.northwind.example/{person.id}.jpg",
        "canUploadPhoto": 0,
    }
    values["supervisor"] = values["reportsTo"]
    return {"id": person.id, **{field["id"]: values[field["id"]] for field in fields}}


def create(call: Call) -> Answer:
    """``POST employees``."""
    reached = call.standin.switch("employee_quota") == "reached"
    if reached and not call.standin.is_soft("31"):
        return refused(429, "The employee limit of this account has been reached")
    sent = call.object_sent()
    if sent is None or not sent.get("firstName") or not sent.get("lastName"):
        return refused(400, "First name and last name are required")
    if not call.caller.user.is_admin:
        return refused(403, "You may not add employees")
    try:
        person = create_employee(call.history, "", sent, is_lenient=True)
    except ValueError as error:
        return refused(409, str(error))
    location = f"https://{call.company.domain}.bamboohr.com/api/v1/employees/{person.id}"
    return empty(201, {"Location": location})


def update(call: Call, employee_id: str) -> Answer:
    """``POST employees/{id}``: a partial update."""
    person = call.company.employees.get(employee_id)
    if person is None:
        return not_found(call)
    if not call.caller.may_see(person) or not call.caller.user.is_admin:
        return refused(403, "You may not change this employee")
    sent = call.object_sent()
    if sent is None:
        return refused(400, "The body is malformed")
    try:
        change_employee(call.history, person, sent, is_lenient=True)
    except ValueError as error:
        return refused(409, str(error))
    return empty(200)
