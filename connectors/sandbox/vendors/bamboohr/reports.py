"""``reports/custom``: chosen fields of all employees at once (deprecated, still used)."""

from __future__ import annotations

from datetime import datetime

from connectors.sandbox.standin import JSON, Answer
from connectors.sandbox.vendors.bamboohr.answers import as_json, refused
from connectors.sandbox.vendors.bamboohr.call import Call
from connectors.sandbox.vendors.bamboohr.employees import MOST_FIELDS
from connectors.sandbox.vendors.bamboohr.fields import BY_ALIAS, meaning


def custom_report(call: Call) -> Answer:
    """All employees, active and inactive; fields the caller may not see are silently dropped."""
    if call.params.get("format", "json").lower() != "json":
        return refused(404, "The report format is not supported")
    sent = call.object_sent()
    fields = None if sent is None else sent.get("fields")
    if sent is None or not isinstance(fields, list) or len(fields) > MOST_FIELDS:
        return refused(400, "The report request is malformed")
    names = [str(name) for name in fields]
    known = [name for name in names if meaning(name) and call.caller.may_read(meaning(name))]
    columns = [name for name in known if meaning(name) in BY_ALIAS]
    rows = []
    for person in call.company.employees.values():
        if not call.caller.may_see(person) or not is_wanted(sent, person.id, person.changed_at):
            continue
        values = call.company.values(person)
        shown: dict[str, JSON] = {"id": person.id}
        for name in columns:
            shown[column_name(name)] = call.shown(person, meaning(name), values)
        rows.append(shown)
    heads = [
        {
            "id": column_name(name),
            "type": BY_ALIAS[meaning(name)].type,
            "name": BY_ALIAS[meaning(name)].name,
        }
        for name in columns
    ]
    return as_json({"title": sent.get("title", "Report"), "fields": heads, "employees": rows})


def column_name(name: str) -> str:
    """A field asked for by number comes back as ``<id>.0``."""
    return f"{name}.0" if name.isdigit() else name


def is_wanted(sent: dict[str, JSON], employee_id: str, changed_at: datetime) -> bool:
    """Whether the report's filters let this employee through."""
    filters = sent.get("filters") or {}
    since = (filters.get("lastChanged") or {}).get("value")
    if since is not None and changed_at < datetime.fromisoformat(str(since)):
        return False
    ids = filters.get("employeeIds")
    return ids is None or int(employee_id) in [int(known) for known in ids]
