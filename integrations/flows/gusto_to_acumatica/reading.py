"""Reads payrolls, and beside one that is to be posted Gusto's ledger report or who worked where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from config import clock
from connectors.errors import RetryableError
from connectors.values import ABSENT, Absent
from connectors.vendor import Page, Privacy, SourceRecord
from connectors.vendors.gusto import contractors, payrolls
from connectors.vendors.gusto.client import Client
from connectors.vendors.gusto.company import SLUG
from connectors.vendors.gusto.contractors import ContractorPayment
from connectors.vendors.gusto.ledger import (
    Aggregation,
    Ledger,
    download_ledger,
    read_link,
    request_ledger,
)
from connectors.vendors.gusto.operations import READ_REPORT
from connectors.vendors.gusto.payroll_records import PAYROLL_FIELDS, Payroll
from connectors.vendors.gusto.people import read_people
from connectors.vendors.gusto.records import Person

LOOKS_SECONDS: Final = (0.5, 1.0, 1.5, 2.0)
"""How long a report is waited for; one that takes longer is looked for again later."""
REPORT_LATER_SECONDS: Final = 15.0
SEEN_FOR: Final = timedelta(days=31)
"""So long after the check date the departments of now still stand for those of then."""

REPORTS: Final[Mapping[str, Aggregation]] = MappingProxyType(
    {
        "report": Aggregation.DEFAULT,
        "report_by_department": Aggregation.DEPARTMENT,
        "report_by_job": Aggregation.JOB,
    }
)
"""By the fact that lacks, the report that tells it."""
DEPARTMENTS, JOBS = "departments", "jobs"
READS: Final[Mapping[str, Privacy]] = MappingProxyType(
    {
        **PAYROLL_FIELDS,
        "payroll": Privacy.PLAIN,
        "report": Privacy.PAY,
        "places": Privacy.PERSON,
        **contractors.FIELDS,
    }
)


@dataclass(frozen=True, slots=True)
class Told:
    """A payroll with what was read beside it for its journal."""

    payroll: Payroll
    report: Ledger | Absent = field(default=ABSENT, repr=False)
    places: tuple[tuple[str, str], ...] | Absent = field(default=ABSENT, repr=False)
    """Employee or job id, and the department or job; none where nobody saw them in time."""


def read_payrolls(client: Client, since: str) -> Iterator[Page]:
    """Payrolls, and once a day the payments to contractors, which no feed of payrolls tells of."""
    today = clock.now().date()
    if not since or payrolls.Mark.of(since).listed_on != today:
        yield from contractors.read_payments(client, is_first=not since)
    yield from payrolls.read_payrolls(client, since)


def read_some(client: Client, ids: Sequence[str]) -> tuple[SourceRecord, ...]:
    """These payrolls whole, or these payments to contractors, in the order of ``ids``."""
    return tuple(
        contractors.read_payment(client, source_id)
        if contractors.is_payment_id(source_id)
        else payrolls.read_payroll(client, source_id)
        for source_id in ids
    )


def payroll_of(record: SourceRecord) -> Payroll | None:
    """The payroll as read; None where it was deleted."""
    value = record.value
    return value.payroll if isinstance(value, Told) else value


def told_of(record: SourceRecord) -> Told | None:
    """What was read beside the payroll; None where nothing was, or it was deleted."""
    return record.value if isinstance(record.value, Told) else None


def is_payment(record: SourceRecord) -> bool:
    """Whether it is a payment to a contractor."""
    return isinstance(record.value, ContractorPayment) or contractors.is_payment_id(record.id)


def complete(client: Client, record: SourceRecord, lacking: frozenset[str]) -> SourceRecord:
    """The payroll with the report, or with who worked where, as ``lacking`` names them.

    Raises:
        RetryableError: the report is still being made; the error's memo says which.
    """
    told = told_of(record) or Told(record.value)
    for name, aggregation in REPORTS.items():
        if name in lacking:
            told = replace(told, report=_report(client, record, aggregation))
    if lacking & {DEPARTMENTS, JOBS}:
        told = replace(told, places=_places(client, told.payroll, by_job=JOBS in lacking))
    return replace(record, value=told)


def _report(client: Client, record: SourceRecord, aggregation: Aggregation) -> Ledger:
    begun, _, begun_id = record.memo.partition(" ")
    if begun == aggregation:
        request_id = begun_id
    else:
        request_id = request_ledger(client, record.id, aggregation)
    for seconds in LOOKS_SECONDS:
        client.session.wait(seconds)
        if url := read_link(client, request_id):
            return download_ledger(client, url)
    late = RetryableError(
        "Gusto is still making the general-ledger report; it is looked for again soon.",
        vendor=SLUG,
        operation=READ_REPORT.name,
    )
    late.retry_after_seconds = REPORT_LATER_SECONDS
    late.memo = f"{aggregation} {request_id}"
    raise late


def _places(client: Client, payroll: Payroll, *, by_job: bool) -> tuple[tuple[str, str], ...]:
    """Who works where now, for a payroll whose check date is near enough to it."""
    if clock.now().date() > payroll.check_on + SEEN_FOR:
        return ()
    people: list[Person] = [
        record.value
        for page in read_people(client, "")
        for record in page.records
        if not record.is_gone
    ]
    if by_job:
        return tuple(
            (job.id, job.title)
            for person in people
            for job in person.jobs
            if isinstance(job.title, str) and job.title
        )
    return tuple(
        (person.id, person.department)
        for person in people
        if isinstance(person.department, str) and person.department
    )
