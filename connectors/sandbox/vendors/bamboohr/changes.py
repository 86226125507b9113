"""``employees/changed``: who was inserted, updated or deleted since an instant."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.sandbox.standin import JSON, Answer
from connectors.sandbox.vendors.bamboohr.answers import element, elements, refused
from connectors.sandbox.vendors.bamboohr.call import Call
from connectors.sandbox.vendors.bamboohr.company import seconds_text

SINCE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")
TYPES = {"inserted": "Inserted", "updated": "Updated", "deleted": "Deleted", "all": ""}


@dataclass(frozen=True, slots=True)
class Change:
    """The latest thing that happened to an employee."""

    id: str
    action: str
    changed_at: datetime


def read_since(call: Call) -> datetime | None:
    """The instant asked for; None if it is missing or not spelled as documented."""
    text = call.params.get("since", "")
    if call.standin.is_soft("18c"):
        text = text.replace(" ", "+")
    match = SINCE.fullmatch(text)
    if match is None:
        return None
    if match.group(1) and call.standin.switch("since_fractions") == "refused":
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def counting_from(call: Call, since: datetime) -> Callable[[datetime], bool]:
    """Whether a change counts; the vendor keeps whole seconds."""
    is_inclusive = call.standin.switch("since") == "inclusive"
    if call.standin.is_soft("18e"):
        return since.__le__ if is_inclusive else since.__lt__
    # A change's own second is at or after a whole one exactly when the change itself is.
    first_at = since.replace(microsecond=0)
    if not is_inclusive or since.microsecond:
        first_at += timedelta(seconds=1)
    return first_at.__le__


def changed(call: Call) -> Answer:
    """``GET employees/changed``."""
    since = read_since(call)
    if since is None:
        return refused(400, "The since parameter is missing or is no valid date")
    kind = call.params.get("type", "all")
    if call.standin.is_soft("18b"):
        kind = "all"
    if kind not in TYPES:
        return refused(400, "The type parameter is invalid")
    company, now, counts = call.company, call.now, counting_from(call, since)
    found = [
        Change(person.id, person.action, person.changed_at)
        for person in company.employees.values()
        if counts(person.changed_at) and call.caller.may_see(person) and person.is_found(now)
    ]
    found += [
        Change(employee_id, "Deleted", deleted_at)
        for employee_id, deleted_at in company.deleted.items()
        if counts(deleted_at)
    ]
    found = [change for change in found if TYPES[kind] in ("", change.action)]
    return answer(call, found)


def answer(call: Call, found: list[Change]) -> Answer:
    """The map of changes, or what PHP makes of an empty one."""
    rows: dict[str, dict[str, JSON]] = {
        change.id: {
            "id": change.id,
            "action": change.action,
            "lastChanged": instant_text(call, change.changed_at),
        }
        for change in found
    }
    latest = max((row["lastChanged"] for row in rows.values()), default=None)
    if rows and call.standin.is_soft("18a"):
        latest = seconds_text(call.now)
    employees: JSON = rows
    if not rows and call.standin.switch("empty_changed") == "array":
        employees = {} if call.standin.is_soft("18d") else []
    answered: dict[str, JSON] = {"latest": latest, "employees": employees}
    if latest is None and call.standin.switch("empty_latest") == "absent":
        del answered["latest"]
    return call.answer(answered, lambda: changes_xml(latest, rows))


def changes_xml(latest: str | None, rows: dict[str, dict[str, JSON]]) -> str:
    """The changes as XML."""
    changed_rows = elements(element("employee", row) for row in rows.values())
    return element("employees", {"latest": latest}, changed_rows)


def instant_text(call: Call, instant: datetime) -> str:
    """Whole seconds with ``+00:00``."""
    if call.standin.is_soft("18e"):
        return instant.isoformat(timespec="microseconds")
    return seconds_text(instant)
