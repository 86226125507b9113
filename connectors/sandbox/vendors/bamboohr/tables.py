"""The history tables: one employee's rows, everybody's, and those of who has changed."""

from __future__ import annotations

import zlib

from connectors.sandbox.standin import JSON, Answer
from connectors.sandbox.vendors.bamboohr.answers import (
    element,
    elements,
    fields_of,
    refused,
)
from connectors.sandbox.vendors.bamboohr.call import Call
from connectors.sandbox.vendors.bamboohr.changes import counting_from, read_since
from connectors.sandbox.vendors.bamboohr.company import Employee, Row, seconds_text
from connectors.sandbox.vendors.bamboohr.employees import not_found
from connectors.sandbox.vendors.bamboohr.fields import TABLES

COLUMN_FIELDS = {"employmentStatus": "employmentHistoryStatus"}
"""Columns that are readable where a field of another name is."""


def get_table(call: Call, employee_id: str, table: str) -> Answer:
    """``GET employees/{id}/tables/{table}``; ``all`` is everybody."""
    if table not in TABLES:
        return refused(404, "Table not found")
    if employee_id == "all":
        people = [who for who in call.company.employees.values() if call.caller.may_see(who)]
        if call.standin.is_soft("19b"):
            people = [who for who in people if who.shown["status"] == "Active"]
    elif employee_id in call.company.employees:
        people = [call.company.employees[employee_id]]
        if not call.caller.may_see(people[0]):
            return refused(403, "You do not have access to this employee")
    else:
        return not_found(call)
    rows = [
        {"id": row["id"], "employeeId": row["employeeId"], **columns(call, table, row)}
        for person in people
        for row in person.table(table)
    ]
    rows.sort(key=lambda row: (row["date"], int(row["id"])))
    if not call.standin.is_soft("19a"):
        rows.sort(key=lambda row: zlib.crc32(f"{table}:{row['id']}".encode()))
    return call.answer(rows, lambda: element("table", {}, elements(row_xml(row) for row in rows)))


def row_xml(row: Row) -> str:
    """One row as XML."""
    ids = {"id": row["id"], "employeeId": row["employeeId"]}
    return element("row", ids, fields_of({name: row[name] for name in row if name not in ids}))


def columns(call: Call, table: str, row: Row) -> dict[str, JSON]:
    """A row's columns that the caller may read, ``reportsTo`` as a name."""
    values = {**row, "reportsTo": call.company.display_name(row.get("reportsToId"))}
    return {
        column.alias: values[column.alias]
        for column in TABLES[table]
        if call.caller.may_read(COLUMN_FIELDS.get(column.alias, column.alias))
    }


def changed_table(call: Call, table: str) -> Answer:
    """``GET employees/changed/tables/{table}``: all rows of everybody changed in any way."""
    if table not in TABLES:
        return refused(404, "Table not found")
    since = read_since(call)
    if since is None:
        return refused(400, "The since parameter is missing or is no valid date")
    counts = counting_from(call, since)
    people = [
        person
        for person in call.company.employees.values()
        if call.caller.may_see(person) and counts(person.changed_at)
    ]
    employees: JSON = {
        person.id: {
            "lastChanged": table_instant(call, person),
            "rows": [columns(call, table, row) for row in person.table(table)],
        }
        for person in people
    }
    if not employees and call.standin.switch("empty_changed") == "array":
        employees = []
    return call.answer(
        {"table": table, "employees": employees},
        lambda: element(
            "table",
            {"id": table},
            elements(xml_employee(person.id, employees[person.id]) for person in people),
        ),
    )


def xml_employee(employee_id: str, changed: dict[str, JSON]) -> str:
    """One changed employee with his rows."""
    rows = elements(element("row", {}, fields_of(row)) for row in changed["rows"])
    return element("employee", {"id": employee_id, "lastChanged": changed["lastChanged"]}, rows)


def table_instant(call: Call, person: Employee) -> str:
    """Here instants end in ``Z``, elsewhere in ``+00:00``."""
    text = seconds_text(person.changed_at)
    return text if call.standin.is_soft("19c") else text.replace("+00:00", "Z")
