"""Parses Gusto's answers into ``records``; what is not as documented becomes an error."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from connectors.exchange import Answer
from connectors.shapes import Shape
from connectors.values import ABSENT
from connectors.vendor import SourceRecord
from connectors.vendors.gusto.payroll_records import REIMBURSEMENT
from connectors.vendors.gusto.records import (
    Company,
    Department,
    Event,
    EventsPage,
    Holder,
    Job,
    NamedList,
    PeoplePage,
    Person,
    ReportRequest,
    Termination,
    Text,
    Webhook,
)

REPORT_STATUSES: Final = ("pending", "succeeded", "failed")


def parse_holder(answer: Answer) -> Holder:
    """Whose token it is."""
    shape = Shape(answer)
    body = shape.mapping(answer.json(), "the answer")
    resource = shape.mapping(body.get("resource"), "resource")
    kind = shape.name(resource.get("type"), "resource.type")
    is_company = kind == "Company"
    return Holder(
        scopes=tuple((shape.text(body.get("scope"), "scope") or "").split()),
        resource_kind=kind,
        company_id=shape.name(resource.get("uuid"), "resource.uuid") if is_company else "",
    )


def parse_company(answer: Answer) -> Company:
    """The company with the names of its earnings; a reimbursement is none of them."""
    shape = Shape(answer)
    row = shape.mapping(answer.json(), "the company")
    named = shape.mapping(row.get("compensations", {}), "compensations")

    def names(kind: str) -> tuple[str, ...]:
        rows = shape.rows(named.get(kind, []), f"compensations.{kind}")
        return tuple(shape.name(one.get("name"), "a compensation's name") for one in rows)

    return Company(
        id=shape.name(row.get("uuid"), "uuid"),
        name=shape.name(row.get("name"), "name"),
        status=shape.text(row.get("company_status"), "company_status") or "",
        is_suspended=row.get("is_suspended") is True,
        earnings=tuple(
            dict.fromkeys(
                name for name in (*names("hourly"), *names("fixed")) if name != REIMBURSEMENT
            )
        ),
        time_off=names("paid_time_off"),
    )


def parse_people(answer: Answer) -> PeoplePage:
    """One page of the list of people."""
    shape = Shape(answer)
    rows = shape.rows(answer.json(), "the people")
    return PeoplePage(
        records=tuple(_person(shape, row) for row in rows),
        page_count=header_count(answer, "x-total-pages"),
        total_count=header_count(answer, "x-total-count"),
    )


def parse_person(answer: Answer, person_id: str, company_id: str) -> SourceRecord:
    """One person; an answer about somebody else, or of another company, is none."""
    shape = Shape(answer)
    row = shape.mapping(answer.json(), "the person")
    if row.get("uuid") != person_id:
        raise shape.broken("uuid", "the id that was asked for", row.get("uuid"))
    if row.get("company_uuid") != company_id:
        raise shape.broken("company_uuid", "the connection's company", row.get("company_uuid"))
    return _person(shape, row)


def parse_departments(answer: Answer) -> tuple[Department, ...]:
    """All departments."""
    shape = Shape(answer)
    return tuple(
        Department(shape.name(row.get("uuid"), "uuid"), shape.name(row.get("title"), "title"))
        for row in shape.rows(answer.json(), "the departments")
    )


def parse_earning_types(answer: Answer) -> tuple[NamedList, ...]:
    """Gusto's own earning types and the company's."""
    shape = Shape(answer)
    body = shape.mapping(answer.json(), "the earning types")
    rows = [row for part in ("default", "custom") for row in shape.rows(body.get(part, []), part)]
    return tuple(_named(shape, row, "name") for row in rows)


def parse_benefits(answer: Answer) -> tuple[NamedList, ...]:
    """The benefits that a company offers; ``description`` is what people call the plan."""
    shape = Shape(answer)
    rows = shape.rows(answer.json(), "the benefits")
    return tuple(_named(shape, row, "description") for row in rows)


def parse_events(answer: Answer) -> EventsPage:
    """A part of the feed, and whether there is more behind it."""
    shape = Shape(answer)
    events = tuple(parse_event(shape, row) for row in shape.rows(answer.json(), "the events"))
    more = answer.headers.get("x-has-next-page", "").strip().lower()
    return EventsPage(events, has_more=more == "true")


def parse_event(shape: Shape, row: Mapping[str, object]) -> Event:
    """One event of the feed."""
    at_seconds = row.get("timestamp")
    if not isinstance(at_seconds, int) or isinstance(at_seconds, bool):
        raise shape.broken("timestamp", "seconds", at_seconds)
    return Event(
        id=shape.name(row.get("uuid"), "uuid"),
        kind=shape.name(row.get("event_type"), "event_type"),
        company_id=shape.name(row.get("resource_uuid"), "resource_uuid"),
        entity_kind=shape.text(row.get("entity_type"), "entity_type") or "",
        entity_id=shape.text(row.get("entity_uuid"), "entity_uuid") or "",
        at_seconds=at_seconds,
    )


def parse_webhooks(answer: Answer) -> tuple[Webhook, ...]:
    """All subscriptions of the app."""
    shape = Shape(answer)
    return tuple(_webhook(shape, row) for row in shape.rows(answer.json(), "the subscriptions"))


def parse_webhook(answer: Answer) -> Webhook:
    """One subscription of the app."""
    shape = Shape(answer)
    return _webhook(shape, shape.mapping(answer.json(), "the subscription"))


def parse_contractor_payments(answer: Answer) -> tuple[tuple[str, date], ...]:
    """Payments to contractors as id and day, of all contractors."""
    shape = Shape(answer)
    listed = shape.mapping(answer.json(), "the payments to contractors")
    return tuple(
        _payment(shape, row)
        for group in shape.rows(listed.get("contractor_payments"), "contractor_payments")
        for row in shape.rows(group.get("payments"), "payments")
    )


def parse_contractor_payment(answer: Answer) -> tuple[str, date]:
    """One payment to a contractor as id and day."""
    shape = Shape(answer)
    return _payment(shape, shape.mapping(answer.json(), "the payment to a contractor"))


def _payment(shape: Shape, row: Mapping[str, object]) -> tuple[str, date]:
    paid_on = day(shape, row.get("date"), "date")
    if paid_on is None:
        raise shape.broken("date", "a date", None)
    return shape.name(row.get("uuid"), "uuid"), paid_on


def parse_report_request(answer: Answer) -> ReportRequest:
    """A report asked for, and whether it is there yet."""
    shape = Shape(answer)
    row = shape.mapping(answer.json(), "the report")
    status = row.get("status", "pending")
    if status not in REPORT_STATUSES:
        raise shape.broken("status", " or ".join(REPORT_STATUSES), status)
    urls = row.get("report_urls")
    return ReportRequest(
        id=shape.name(row.get("request_uuid"), "request_uuid"),
        status=str(status),
        urls=()
        if urls is None
        else tuple(shape.name(url, "a link") for url in shape.array(urls, "report_urls")),
    )


def header_count(answer: Answer, name: str) -> int | None:
    """A number in a header; None where there is none. A header that came twice says it twice."""
    text = answer.headers.get(name, "").split(",")[0].strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def day(shape: Shape, value: object, what: str) -> date | None:
    """A calendar day, without a zone; None where there is none."""
    text = shape.text(value, what)
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise shape.broken(what, "a date", text) from error


def truth(shape: Shape, value: object, what: str) -> bool:
    """A boolean; nothing else is taken for one."""
    if not isinstance(value, bool):
        raise shape.broken(what, "true or false", value)
    return value


def _person(shape: Shape, row: Mapping[str, object]) -> SourceRecord:
    def text(name: str) -> Text:
        return shape.text(row[name], name) if name in row else ABSENT

    jobs = shape.rows(row.get("jobs", []), "jobs")
    ends = row.get("terminations", ABSENT)
    person = Person(
        id=shape.name(row.get("uuid"), "uuid"),
        code=text("employee_code"),
        first_name=text("first_name"),
        preferred_name=text("preferred_first_name"),
        last_name=text("last_name"),
        work_email=text("work_email"),
        department=text("department"),
        department_id=text("department_uuid"),
        employment_status=text("current_employment_status"),
        is_onboarded=truth(shape, row.get("onboarded", False), "onboarded"),
        is_terminated=truth(shape, row.get("terminated", ABSENT), "terminated"),
        jobs=tuple(_job(shape, job) for job in jobs),
        terminations=ABSENT
        if ends is ABSENT
        else tuple(_termination(shape, one) for one in shape.rows(ends, "terminations")),
    )
    version = shape.text(row.get("version"), "version") or ""
    return SourceRecord(person.id, _title(person), person, version)


def _job(shape: Shape, row: Mapping[str, object]) -> Job:
    return Job(
        id=shape.name(row.get("uuid"), "a job's uuid"),
        is_primary=row.get("primary") is True,
        title=shape.text(row["title"], "title") if "title" in row else ABSENT,
        hired_on=day(shape, row.get("hire_date"), "hire_date"),
    )


def _termination(shape: Shape, row: Mapping[str, object]) -> Termination:
    effective_on = day(shape, row.get("effective_date"), "effective_date")
    if effective_on is None:
        raise shape.broken("effective_date", "a date", None)
    return Termination(effective_on, truth(shape, row.get("active"), "active"))


def _title(person: Person) -> str:
    first = person.preferred_name or person.first_name if _is_text(person) else person.first_name
    parts = [part for part in (first, person.last_name) if isinstance(part, str) and part.strip()]
    return " ".join(parts) or person.id


def _is_text(person: Person) -> bool:
    return isinstance(person.preferred_name, str)


def _named(shape: Shape, row: Mapping[str, object], key: str) -> NamedList:
    return NamedList(shape.name(row.get(key), key), row.get("active", True) is not False)


def _webhook(shape: Shape, row: Mapping[str, object]) -> Webhook:
    kinds = shape.array(row.get("subscription_types", []), "subscription_types")
    return Webhook(
        id=shape.name(row.get("uuid"), "uuid"),
        url=shape.text(row.get("url"), "url") or "",
        status=shape.text(row.get("status"), "status") or "",
        kinds=frozenset(shape.name(kind, "a type") for kind in kinds),
    )
