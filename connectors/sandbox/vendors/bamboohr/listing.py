"""``GET employees``: the paginated list with its filters, sorting and cursors."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from connectors.sandbox.standin import JSON, Answer
from connectors.sandbox.vendors.bamboohr.answers import as_json, problem, refused
from connectors.sandbox.vendors.bamboohr.call import Call
from connectors.sandbox.vendors.bamboohr.company import Company, Employee

LIMITS = {"250 of 2500": (250, 2500), "50 of 100": (50, 100)}
ALWAYS_SHOWN = {
    "firstName": "firstName",
    "lastName": "lastName",
    "preferredName": "preferredName",
    "photoUrl": "",
    "jobTitleName": "jobTitle",
    "status": "status",
}
OPTIONAL = {
    "workEmail": "workEmail",
    "homeEmail": "homeEmail",
    "bestEmail": "bestEmail",
    "middleName": "middleName",
    "workPhone": "workPhone",
    "workPhoneExtension": "workPhoneExtension",
    "mobilePhone": "mobilePhone",
    "homePhone": "homePhone",
    "skypeUsername": "",
    "linkedinUrl": "",
    "facebookUrl": "",
    "instagramUrl": "",
    "twitterUrl": "",
    "pinterestUrl": "",
    "birthDate": "dateOfBirth",
    "hireDate": "hireDate",
    "divisionName": "division",
    "departmentName": "department",
    "locationName": "location",
    "employmentStatusName": "employmentHistoryStatus",
    "reportsToName": "reportsTo",
    "reportsToId": "supervisorEId",
}
OPTION_IDS = {
    "divisionId": ("division", "division"),
    "departmentId": ("department", "department"),
    "locationId": ("location", "location"),
    "jobTitleId": ("jobTitle", "jobTitle"),
    "employmentStatusId": ("employmentHistoryStatus", "employmentStatus"),
}
SUBSTRINGS = {
    "firstName": "firstName",
    "lastName": "lastName",
    "jobTitleName": "jobTitle",
    "workEmail": "workEmail",
    "homeEmail": "homeEmail",
}
SORTABLE = ("employeeId", "firstName", "lastName", "preferredName", "jobTitleName", "status")
BOUNDARY = "The page cursor is no longer valid"


class BadRequestError(Exception):
    """The list refuses; ``code`` is BadRequestError or BadPage."""

    def __init__(self, message: str, code: str = "BadRequest") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Row:
    """An employee, and his values of today once somebody looks at them."""

    company: Company
    person: Employee

    @cached_property
    def values(self) -> dict[str, str | None]:
        """All classic fields."""
        return self.company.values(self.person)


def list_employees(call: Call) -> Answer:
    """One page of all employees the caller may see, the inactive included."""
    is_oauth = call.caller.scopes is not None or call.standin.is_soft("16d")
    if not is_oauth and call.standin.switch("list_accepts_api_key") == "no":
        return refused(401, "This endpoint needs OAuth")
    try:
        return as_json(one_page(call))
    except BadRequestError as refusal:
        return problem(400, refusal.code, str(refusal))


def one_page(call: Call) -> JSON:
    """The page asked for."""
    rows = sort_rows(call, filter_rows(call))
    limit = read_limit(call)
    start, end = window(call, rows, limit)
    page = rows[start:end]
    has_next, has_prev = end < len(rows), start > 0
    extra = [name for name in call.params.get("fields", "").split(",") if name]
    last = encode_cursor(call, "after", page[-1].person.id) if has_next and page else None
    first = encode_cursor(call, "before", page[0].person.id) if has_prev and page else None
    links = {"self": {"href": link(call, {})}}
    if last is not None:
        links["next"] = {"href": link(call, {"page[after]": last})}
    if first is not None:
        links["prev"] = {"href": link(call, {"page[before]": first})}
    return {
        "data": [one_row(call, row, extra) for row in page],
        "meta": {
            "total": len(rows),
            "page": {"limit": limit, "nextCursor": last, "prevCursor": first},
        },
        "_links": links,
    }


def filter_rows(call: Call) -> list[Row]:
    """The employees that match; rows whose filtered field is hidden are dropped."""
    now = call.now
    people = [
        Row(call.company, person)
        for person in call.company.employees.values()
        if call.caller.may_see(person) and not (person.is_listed_late and not person.is_found(now))
    ]
    wanted = filter_ids(call)
    if wanted is not None:
        people = [row for row in people if row.person.id in wanted]
    status = call.params.get("filter[status]")
    if status is not None:
        if status not in ("active", "inactive"):
            raise BadRequestError("filter[status] is active or inactive")
        people = [row for row in people if (row.values["status"] or "").lower() == status]
    for name, alias in SUBSTRINGS.items():
        sought = call.params.get(f"filter[{name}]")
        if sought is not None:
            may_read = call.caller.may_read(alias)
            people = [
                row
                for row in people
                if may_read and sought.lower() in (row.values[alias] or "").lower()
            ]
    return people


def filter_ids(call: Call) -> set[str] | None:
    """``filter[ids][]`` repeated, or ``filter[ids]`` with commas; None if not filtered so."""
    several = [value for name, value in call.request.params() if name == "filter[ids][]"]
    joined = call.params.get("filter[ids]")
    if joined is not None:
        several += joined.split(",")
    if not several:
        return None
    if not all(value.strip().isdigit() for value in several):
        raise BadRequestError("filter[ids] are employee ids")
    return {value.strip() for value in several}


def sort_rows(call: Call, rows: list[Row]) -> list[Row]:
    """By id, or as ``sort`` asks; nulls first when ascending."""
    rows = sorted(rows, key=lambda row: int(row.person.id))
    names = [name for name in call.params.get("sort", "").split(",") if name]
    for name in reversed(names):
        field = name.removeprefix("-")
        if field not in SORTABLE:
            raise BadRequestError(f"sort by: {', '.join(SORTABLE)}")
        alias = {"jobTitleName": "jobTitle", "employeeId": "id"}.get(field, field)
        if not call.caller.may_read(alias):
            return []
        rows.sort(key=lambda row: sort_key(row, alias), reverse=name.startswith("-"))
    return rows


def sort_key(row: Row, alias: str) -> tuple[bool, int, str]:
    """Nulls before texts, ids as numbers."""
    if alias == "id":
        return True, int(row.person.id), ""
    value = row.values[alias]
    return value is not None, 0, (value or "").casefold()


def read_limit(call: Call) -> int:
    """Rows per page."""
    default, most = LIMITS[call.standin.switch("page_limits")]
    text = call.params.get("page[limit]", str(default))
    if call.standin.is_soft("16a"):
        most = int(text) if text.isdigit() else most
    if not text.isdigit() or not 1 <= int(text) <= most:
        raise BadRequestError(f"page[limit] is 1 to {most}")
    return int(text)


def window(call: Call, rows: list[Row], limit: int) -> tuple[int, int]:
    """From where to where this page goes."""
    after, before = call.params.get("page[after]"), call.params.get("page[before]")
    if after is not None and before is not None:
        raise BadRequestError("page[after] or page[before], not both", "BadPage")
    if after is not None:
        start = boundary(call, rows, "after", after) + 1
        return start, min(start + limit, len(rows))
    if before is not None:
        end = boundary(call, rows, "before", before)
        return max(0, end - limit), end
    return 0, min(limit, len(rows))


def boundary(call: Call, rows: list[Row], direction: str, cursor: str) -> int:
    """Where the row stands that the cursor names; it may be gone, or out of the filter by now."""
    employee_id = decode_cursor(call, direction, cursor)
    ids = [row.person.id for row in rows]
    if employee_id in ids:
        return ids.index(employee_id)
    if call.standin.is_soft("16c") and employee_id.isdigit():
        return len([known for known in ids if int(known) < int(employee_id)]) - 1
    raise BadRequestError(BOUNDARY, "BadPage")


def encode_cursor(call: Call, direction: str, employee_id: str) -> str:
    """A cursor: the id, or base64 of an object, as the two examples in circulation have it."""
    if call.standin.switch("cursor") == "id":
        return employee_id
    return base64.b64encode(json.dumps({"cursor": f"{direction}-{employee_id}"}).encode()).decode()


def decode_cursor(call: Call, direction: str, cursor: str) -> str:
    """The id that a cursor names."""
    if call.standin.switch("cursor") == "id":
        return cursor
    try:
        named = str(json.loads(base64.b64decode(cursor, validate=True))["cursor"])
    except (binascii.Error, ValueError, KeyError, TypeError):
        raise BadRequestError(BOUNDARY, "BadPage") from None
    if not named.startswith(f"{direction}-"):
        raise BadRequestError(BOUNDARY, "BadPage")
    return named.removeprefix(f"{direction}-")


def link(call: Call, changed: dict[str, str]) -> str:
    """The address of a page; always the company's own host."""
    pairs = [(name, value) for name, value in call.request.params() if name not in CURSORS]
    query = urlencode([*pairs, *changed.items()] if changed else call.request.params())
    host = f"https://{call.company.domain}.bamboohr.com/api/v1/employees"
    return f"{host}?{query}" if query else host


CURSORS = ("page[after]", "page[before]")


def one_row(call: Call, row: Row, extra: list[str]) -> JSON:
    """One employee: restricted values are null and named; unknown fields are not there."""
    restricted: list[str] = []
    shown: dict[str, JSON] = {"employeeId": row.person.id}

    def show(name: str, alias: str, value: str | None) -> None:
        if not alias or call.caller.may_read(alias):
            shown[name] = value
        else:
            shown[name] = None
            restricted.append(name)

    for name, alias in ALWAYS_SHOWN.items():
        show(name, alias, row.values[alias] if alias else None)
    if not call.standin.is_soft("16b"):
        shown["_restrictedFields"] = restricted
    for name in extra:
        if name in OPTIONAL:
            alias = OPTIONAL[name]
            show(name, alias, row.values[alias] if alias else None)
        elif name in OPTION_IDS:
            alias, listed = OPTION_IDS[name]
            show(name, alias, call.company.option_id(listed, row.values[alias]))
    return shown
