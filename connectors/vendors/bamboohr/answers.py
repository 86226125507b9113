"""Parses BambooHR's answers into ``records``; what is not as documented becomes an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from connectors.exchange import Answer
from connectors.shapes import Shape
from connectors.values import ABSENT, Absent
from connectors.vendor import SourceRecord
from connectors.vendors.bamboohr.records import (
    LISTED_PERSON,
    ONE_PERSON,
    Change,
    Changes,
    Day,
    ListOption,
    NewWebhook,
    OptionList,
    PeoplePage,
    Person,
    Role,
    StatusRow,
    Text,
    Webhook,
)

NO_DATES: Final = frozenset({"0000-00-00", ""})
"""An empty date is written in three ways, null being the third; all mean none."""


def parse_person(answer: Answer, person_id: str) -> SourceRecord:
    """The answer to the read by id; fields that may not be seen are missing without a word."""
    shape = Shape(answer)
    row = _lowered(shape.mapping(answer.json(), "the person"))
    if shape.name(row.get("id"), "id") != person_id:
        raise shape.broken("id", "the id that was asked for", row["id"])
    return _classic(shape, row)


def parse_people(answer: Answer) -> PeoplePage:
    """One page of the list. A value that may not be seen is null there and named beside."""
    shape = Shape(answer)
    page = shape.mapping(answer.json(), "the page")
    rows = shape.rows(page.get("data"), "data")
    meta = shape.mapping(page.get("meta"), "meta")
    cursor = shape.mapping(meta.get("page"), "meta.page").get("nextCursor")
    return PeoplePage(
        records=tuple(_listed(shape, row) for row in rows if _has_known_status(row)),
        unreadable_ids=tuple(
            shape.name(row.get("employeeId"), "employeeId")
            for row in rows
            if not _has_known_status(row)
        ),
        next_cursor="" if cursor is None else shape.name(cursor, "nextCursor"),
    )


def parse_report(answer: Answer) -> PeoplePage:
    """A report of people, which has the same fields as the read by id and omits them alike."""
    shape = Shape(answer)
    report = shape.mapping(answer.json(), "the report")
    rows = [_lowered(row) for row in shape.rows(report.get("employees"), "employees")]
    return PeoplePage(
        records=tuple(_classic(shape, row) for row in rows if _has_known_status(row)),
        unreadable_ids=tuple(
            shape.name(row.get("id"), "id") for row in rows if not _has_known_status(row)
        ),
    )


def parse_changes(answer: Answer) -> Changes:
    """The changed-since feed: a map by id, or an empty array where nothing changed."""
    shape = Shape(answer)
    feed = shape.mapping(answer.json(), "the changes")
    latest = shape.text(feed.get("latest"), "latest") or ""
    if latest:
        _check_instant(shape, latest, "latest")
    employees = feed.get("employees")
    if isinstance(employees, list) and not employees:
        return Changes(latest, ())
    rows = shape.mapping(employees, "employees")
    return Changes(latest, tuple(_change(shape, key, row) for key, row in rows.items()))


def parse_roles(answer: Answer) -> tuple[Role, ...]:
    """The rows of the job history by date, then row id; BambooHR sends them unsorted."""
    shape = Shape(answer)
    roles = [_role(shape, row) for row in shape.rows(answer.json(), "jobInfo")]
    return tuple(sorted(roles, key=_row_order))


def parse_status_rows(answer: Answer) -> tuple[StatusRow, ...]:
    """The rows of the employment status by date, then row id; BambooHR sends them unsorted."""
    shape = Shape(answer)
    rows = [_status_row(shape, row) for row in shape.rows(answer.json(), "employmentStatus")]
    return tuple(sorted(rows, key=_row_order))


def parse_lists(answer: Answer) -> tuple[OptionList, ...]:
    """All list fields of the account; those without an alias cannot be meant by us."""
    shape = Shape(answer)
    lists = shape.rows(answer.json(), "lists")
    return tuple(_option_list(shape, row) for row in lists if row.get("alias"))


def parse_webhooks(answer: Answer) -> tuple[Webhook, ...]:
    """The webhooks of the caller, by id and address alone."""
    shape = Shape(answer)
    rows = shape.rows(shape.mapping(answer.json(), "the answer").get("webhooks"), "webhooks")
    return tuple(
        Webhook(shape.name(row.get("id"), "id"), shape.text(row.get("url"), "url") or "")
        for row in rows
    )


def parse_webhook(answer: Answer) -> Webhook:
    """One webhook; ``errors`` stand in it where its owner lost the right to fields since."""
    shape = Shape(answer)
    row = shape.mapping(answer.json(), "the webhook")
    events = shape.array(row.get("events"), "events")
    return Webhook(
        id=shape.name(row.get("id"), "id"),
        url=shape.text(row.get("url"), "url") or "",
        events=frozenset(shape.name(event, "an event") for event in events),
        lost_fields=_denied(shape, row) if "errors" in row else (),
    )


def parse_new_webhook(answer: Answer) -> NewWebhook:
    """A webhook just made, with the key that is shown this once."""
    shape = Shape(answer)
    row = shape.mapping(answer.json(), "the webhook")
    key = shape.text(row.get("privateKey"), "privateKey")
    if not key:
        raise answer.contract_error("privateKey is missing")
    return NewWebhook(shape.name(row.get("id"), "id"), shape.text(row.get("url"), "url") or "", key)


def parse_denied_fields(answer: Answer) -> tuple[str, ...]:
    """The fields for which a webhook was refused."""
    shape = Shape(answer)
    return _denied(shape, shape.mapping(answer.json(), "the refusal"))


def parse_monitor_fields(answer: Answer) -> frozenset[str]:
    """The aliases of what a webhook can watch; some fields have none."""
    shape = Shape(answer)
    rows = shape.rows(shape.mapping(answer.json(), "the answer").get("fields"), "fields")
    return frozenset(alias for row in rows if (alias := shape.text(row.get("alias"), "alias")))


def _denied(shape: Shape, row: Mapping[str, object]) -> tuple[str, ...]:
    """The names of ``monitorFields`` and ``unknownFields`` in a list of errors."""
    names: dict[str, None] = {}
    for error in shape.rows(row.get("errors"), "errors"):
        for kind in ("monitorFields", "unknownFields"):
            for one in shape.rows(error.get(kind, []), kind):
                names[shape.name(one.get("name"), "name")] = None
    return tuple(names)


def _person(shape: Shape, person_id: str, fields: Mapping[str, object]) -> Person:
    def text(name: str) -> Text:
        value = fields.get(name, ABSENT)
        return ABSENT if value is ABSENT else shape.text(value, name)

    return Person(
        id=person_id,
        employee_number=text("employee_number"),
        first_name=text("first_name"),
        preferred_name=text("preferred_name"),
        last_name=text("last_name"),
        display_name=text("display_name"),
        work_email=text("work_email"),
        job_title=text("job_title"),
        department=text("department"),
        division=text("division"),
        location=text("location"),
        supervisor_id=_supervisor(shape, fields.get("supervisor_id", ABSENT)),
        hired_on=_day(shape, fields.get("hired_on", ABSENT), "hired_on"),
        left_on=_day(shape, fields.get("left_on", ABSENT), "left_on"),
        is_active=_is_active(shape, fields.get("is_active", ABSENT)),
        employment_status=text("employment_status"),
    )


def _lowered(row: Mapping[str, object]) -> Mapping[str, object]:
    """Keys come back as they were asked for, but supervisorEId is also seen as supervisorEid."""
    return {key.lower(): value for key, value in row.items()}


def _classic(shape: Shape, row: Mapping[str, object]) -> SourceRecord:
    fields = {ours: row.get(theirs.lower(), ABSENT) for ours, theirs in ONE_PERSON.items()}
    person = _person(shape, shape.name(row.get("id"), "id"), fields)
    version = shape.text(row.get("lastchanged"), "lastChanged")
    return SourceRecord(person.id, _title(person), person, version or "")


def _listed(shape: Shape, row: Mapping[str, object]) -> SourceRecord:
    restricted = _restricted(row)
    fields = {
        ours: ABSENT if theirs in restricted else row.get(theirs, ABSENT)
        for ours, theirs in LISTED_PERSON.items()
    }
    person = _person(shape, shape.name(row.get("employeeId"), "employeeId"), fields)
    return SourceRecord(person.id, _title(person), person)


def _restricted(row: Mapping[str, object]) -> Sequence[object]:
    names = row.get("_restrictedFields")
    return names if isinstance(names, list) else ()


def _has_known_status(row: Mapping[str, object]) -> bool:
    return "status" in _restricted(row) or row.get("status", "Active") in ("Active", "Inactive")


def _is_active(shape: Shape, value: object) -> bool | Absent:
    if value is ABSENT:
        return ABSENT
    if value not in ("Active", "Inactive"):
        # Never guessed: an unknown word must not make a leaver.
        raise shape.broken("status", "Active or Inactive", value)
    return value == "Active"


def _supervisor(shape: Shape, value: object) -> Text:
    if value is ABSENT:
        return ABSENT
    return str(value) if type(value) is int else shape.text(value, "supervisor")


def _day(shape: Shape, value: object, what: str) -> Day:
    if value is ABSENT:
        return ABSENT
    text = shape.text(value, what)
    if text is None or text in NO_DATES:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise shape.broken(what, "a date", text) from error


def _check_instant(shape: Shape, text: str, what: str) -> None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise shape.broken(what, "a time", text) from error
    if instant.tzinfo is None:
        raise shape.broken(what, "a time with its offset", text)


def _change(shape: Shape, key: str, value: object) -> Change:
    row = shape.mapping(value, "a change")
    action = row.get("action")
    if action not in ("Inserted", "Updated", "Deleted"):
        raise shape.broken("action", "Inserted, Updated or Deleted", action)
    changed_at = shape.name(row.get("lastChanged"), "lastChanged")
    return Change(key, changed_at, is_deleted=action == "Deleted")


def _role(shape: Shape, row: Mapping[str, object]) -> Role:
    def text(name: str) -> Text:
        return shape.text(row[name], name) if name in row else ABSENT

    return Role(
        row_id=shape.name(row.get("id"), "id"),
        since_on=_day(shape, row.get("date", ABSENT), "date"),
        department=text("department"),
        division=text("division"),
        location=text("location"),
        job_title=text("jobTitle"),
        supervisor=text("reportsTo"),
    )


def _status_row(shape: Shape, row: Mapping[str, object]) -> StatusRow:
    def text(name: str) -> Text:
        return shape.text(row[name], name) if name in row else ABSENT

    return StatusRow(
        row_id=shape.name(row.get("id"), "id"),
        since_on=_day(shape, row.get("date", ABSENT), "date"),
        status=text("employmentStatus"),
        termination_reason=text("terminationReasonId"),
    )


def _row_order(row: Role | StatusRow) -> tuple[date, int, str]:
    since_on = row.since_on if isinstance(row.since_on, date) else date.min
    return since_on, len(row.row_id), row.row_id


def _option_list(shape: Shape, row: Mapping[str, object]) -> OptionList:
    return OptionList(
        field_id=shape.name(row.get("fieldId"), "fieldId"),
        alias=shape.name(row.get("alias"), "alias"),
        name=shape.text(row.get("name"), "name") or "",
        is_manageable=row.get("manageable") == "yes",
        options=tuple(
            ListOption(
                id=shape.name(option.get("id"), "id"),
                name=shape.text(option.get("name"), "name") or "",
                is_archived=option.get("archived") == "yes",
            )
            for option in shape.rows(row.get("options"), "options")
        ),
    )


def _title(person: Person) -> str:
    if isinstance(person.display_name, str) and person.display_name.strip():
        return person.display_name
    names = (person.first_name, person.last_name)
    return " ".join(name for name in names if isinstance(name, str) and name.strip())
