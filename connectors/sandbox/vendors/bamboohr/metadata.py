"""What the account consists of: fields, tables, lists and their options, users, the company."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

from connectors.sandbox.standin import JSON, Answer, StandIn
from connectors.sandbox.vendors.bamboohr.answers import (
    as_json,
    as_xml,
    element,
    elements,
    refused,
    text_of,
)
from connectors.sandbox.vendors.bamboohr.call import Call
from connectors.sandbox.vendors.bamboohr.company import Company, Row, User, seconds_text
from connectors.sandbox.vendors.bamboohr.fields import FIELDS, TABLES, Field


def list_fields(call: Call) -> Answer:
    """``GET meta/fields``."""
    rows = [field_row(field) for field in FIELDS]
    return call.answer(rows, lambda: element("fields", {}, elements(map(field_xml, rows))))


def field_xml(row: Row) -> str:
    """One field as XML."""
    attributes = {name: row[name] for name in row if name != "name"}
    return element("field", attributes, escape(text_of(row["name"])))


def field_row(field: Field) -> Row:
    """One field; ``alias`` and ``deprecated`` only where there are such."""
    row: Row = {"id": field.id, "name": field.name, "type": field.type}
    if field.alias:
        row["alias"] = field.alias
    if field.is_deprecated:
        row["deprecated"] = True
    return row


def list_tables(call: Call) -> Answer:
    """``GET meta/tables``."""
    rows = [
        {
            "alias": table,
            "fields": [
                {"id": field.id, "name": field.name, "alias": field.alias, "type": field.type}
                for field in fields
            ],
        }
        for table, fields in TABLES.items()
    ]
    return call.answer(rows, lambda: element("tables", {}, elements(map(table_xml, rows))))


def table_xml(row: Row) -> str:
    """One table as XML."""
    return element("table", {"alias": row["alias"]}, elements(map(field_xml, row["fields"])))


def list_lists(call: Call) -> Answer:
    """``GET meta/lists``; ``?format=json`` stands for the Accept header."""
    rows = [list_row(call, listed) for listed in call.company.lists.values()]
    if call.params.get("format") == "json":
        return as_json(rows)
    return call.answer(rows, lambda: element("lists", {}, elements(map(list_xml, rows))))


def list_row(call: Call, listed: Row) -> Row:
    """A list as GET shows it: options have a ``name``."""
    row = {**listed, "options": [dict(option) for option in listed["options"]]}
    if call.standin.switch("list_field_id") == "number":
        row["fieldId"] = int(row["fieldId"])
    return row


def list_xml(row: Row, *, is_nested: bool = True) -> str:
    """A list as XML."""
    attributes = {key: row[key] for key in ("fieldId", "alias", "manageable", "multiple")}
    options = elements(
        element(
            "option",
            {key: option[key] for key in ("id", "archived", "createdDate", "archivedDate")},
            escape(text_of(option["name"])),
        )
        for option in row["options"]
    )
    name = element("name", {}, escape(row["name"]))
    inner = element("options", {}, options) if is_nested else options
    return element("list", attributes, name + inner)


def list_users(call: Call) -> Answer:
    """``GET meta/users``: an object keyed by user id."""
    wanted = set(call.params.get("status", "").split(",")) & {"enabled", "disabled"}
    users = [user for user in call.company.users.values() if not wanted or user.status in wanted]
    rows = {str(user.id): user_row(user) for user in users}
    return call.answer(rows, lambda: element("users", {}, elements(map(user_xml, rows.values()))))


def user_xml(row: Row) -> str:
    """One user as XML."""
    ids = {"id": row["id"], "employeeId": row["employeeId"]}
    others = (element(name, {}, escape(text_of(row[name]))) for name in row if name not in ids)
    return element("user", ids, elements(others))


def user_row(user: User) -> Row:
    """One user."""
    return {
        "id": user.id,
        "employeeId": user.employee_id,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "email": user.email,
        "status": user.status,
        "lastLogin": user.last_login,
    }


def company_information(call: Call) -> Answer:
    """``GET company_information``."""
    if not call.caller.user.is_admin and not call.caller.is_integration:
        return refused(403, "You may not see the company information")
    return as_json(call.company.information)


@dataclass(frozen=True, slots=True)
class ListRefusalError(Exception):
    """A change of a list that cannot be made; nothing of it is."""

    status: int
    reason: str


def put_list(call: Call, field_id: str) -> Answer:
    """``PUT meta/lists/{id}``; the success is XML whatever was asked for."""
    listed = list_of(call.company, field_id)
    if listed is None:
        return refused(404, "List not found")
    is_manageable = listed["manageable"] == "yes" or call.standin.is_soft("21d")
    if not is_manageable or not call.caller.user.is_admin:
        return refused(403, "The list is not editable")
    sent = call.object_sent()
    options = None if sent is None else sent.get("options")
    if not isinstance(options, list) or not all(isinstance(option, dict) for option in options):
        return refused(400, "The posted JSON is malformed")
    try:
        change_options(call.standin, call.company, listed, options)
    except ListRefusalError as refusal:
        return refused(refusal.status, refusal.reason)
    if call.standin.is_soft("21b"):
        return as_json(list_row(call, listed))
    is_nested = call.standin.switch("list_xml") == "in options"
    return as_xml(list_xml(listed, is_nested=is_nested))


def list_of(company: Company, field_id: str) -> Row | None:
    """The list of this field."""
    for listed in company.lists.values():
        if listed["fieldId"] == field_id:
            return listed
    return None


def change_options(standin: StandIn, company: Company, listed: Row, options: list[Row]) -> None:
    """Create, rename, archive: all of it or, on the first impossible one, nothing.

    Raises:
        ListRefusalError: says with which status.
    """
    now = seconds_text(standin.world.now(standin.slug))
    drafted = [dict(option) for option in listed["options"]]
    by_id = {option["id"]: option for option in drafted}
    renamed: dict[str, str] = {}
    for asked in options:
        text = asked.get("value", asked.get("name") if standin.is_soft("21a") else None)
        value = None if text is None else str(text).strip()
        option = new_option(now) if asked.get("id") is None else by_id.get(asked["id"])
        if option is None:
            raise ListRefusalError(404, f"Option {asked['id']} not found")
        if value is None and asked.get("id") is None:
            raise ListRefusalError(400, "A new option needs a value")
        if value is not None:
            is_double = any(value == other["name"] for other in drafted if other is not option)
            if not value or (is_double and not standin.is_soft("21c")):
                raise ListRefusalError(409, f"Duplicate list value {value}")
            if option["name"] not in ("", value):
                renamed[option["name"]] = value
            option["name"] = value
        archive(option, asked.get("archived"), now, is_ignored=standin.is_soft("21e"))
        if asked.get("id") is None:
            option["id"] = company.next_option_id()
            drafted.append(option)
    listed["options"] = drafted
    rename(company, listed["alias"], renamed)


def new_option(now: str) -> Row:
    """An option being made."""
    row: Row = {"id": 0, "name": "", "archived": "no", "createdDate": now, "archivedDate": None}
    return row


def archive(option: Row, wanted: JSON, now: str, *, is_ignored: bool) -> None:
    """Archive an option, or take it back."""
    if wanted not in (None, "yes", "no"):
        raise ListRefusalError(400, "archived is yes or no")
    if wanted is not None and wanted != option["archived"] and not is_ignored:
        option["archived"] = wanted
        option["archivedDate"] = now if wanted == "yes" else None


def rename(company: Company, alias: str, renamed: dict[str, str]) -> None:
    """A renamed option is renamed for everybody who has or had it."""
    if not renamed:
        return
    for person in company.employees.values():
        for row in (*person.job_rows, *person.status_rows):
            if row.get(alias) in renamed:
                row[alias] = renamed[row[alias]]
        person.shown = company.derive(person)
