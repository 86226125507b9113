"""What is read from Gusto of people and lists, as frozen values; absent and null stay apart.

``answers`` parses the vendor's answers into them; payrolls are in ``payroll_records``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from connectors.values import Absent
from connectors.vendor import Privacy, SourceRecord

Text = str | Absent | None
Day = date | None


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose token this is: Gusto tells it to any token, whatever its scopes."""

    scopes: tuple[str, ...]
    resource_kind: str
    """``Company`` for a consent; ``Oauth::Application`` for the app's own token."""
    company_id: str
    """Empty where the token is of no company."""


@dataclass(frozen=True, slots=True)
class Company:
    """One company with the names of what it can pay, which payroll lines carry too."""

    id: str
    name: str
    status: str
    is_suspended: bool
    earnings: tuple[str, ...]
    """Of hourly and fixed pay, without reimbursements."""
    time_off: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Termination:
    """An end that was recorded, maybe long before its day: ``effective_on`` is the last day."""

    effective_on: date
    is_active: bool
    """Gusto's own word that it is in effect."""


@dataclass(frozen=True, slots=True)
class Job:
    """What somebody is hired for. ``hired_on`` is the day of the hire or of the latest rehire."""

    id: str
    is_primary: bool
    title: Text
    hired_on: Day


@dataclass(frozen=True, slots=True)
class Person:
    """One person as Gusto has him. ``id`` never changes, also when he comes back."""

    id: str
    code: Text
    """Six characters that Gusto made up; people can read them out."""
    first_name: Text
    preferred_name: Text
    last_name: Text
    work_email: Text
    department: Text
    department_id: Text
    employment_status: Text
    is_onboarded: bool
    is_terminated: bool
    """As Gusto says it; a termination that lies ahead may count."""
    jobs: tuple[Job, ...]
    terminations: tuple[Termination, ...] | Absent

    @property
    def job(self) -> Job | None:
        """The primary one; None where he has none yet."""
        return next((job for job in self.jobs if job.is_primary), next(iter(self.jobs), None))

    @property
    def end(self) -> Termination | None:
        """The latest termination that is not from before the job in force; None where none is.

        A rehire leaves the earlier ones standing.
        """
        if isinstance(self.terminations, Absent):
            return None
        hired_on = self.job.hired_on if self.job is not None else None
        counting = [
            one for one in self.terminations if hired_on is None or one.effective_on >= hired_on
        ]
        return max(counting, key=lambda one: one.effective_on, default=None)


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of the list of people."""

    records: tuple[SourceRecord, ...]
    page_count: int | None
    total_count: int | None


@dataclass(frozen=True, slots=True)
class Department:
    """One department; people carry its title and its id."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class NamedList:
    """One value of a list that payroll lines name by its text alone."""

    name: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class Event:
    """One change that Gusto tells of: in a webhook, and for 30 days in the feed."""

    id: str
    kind: str
    company_id: str
    entity_kind: str
    entity_id: str
    at_seconds: int


@dataclass(frozen=True, slots=True)
class EventsPage:
    """A part of the feed. ``is_lost`` says that Gusto no longer knows the place to go on from."""

    events: tuple[Event, ...] = ()
    has_more: bool = False
    is_lost: bool = False
    is_forbidden: bool = False
    """The app was not given the feed."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """One subscription of the app."""

    id: str
    url: str
    status: str
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """A report that is being made: read again until it is there; ``urls`` die in ten minutes."""

    id: str
    status: str
    urls: tuple[str, ...] = field(default=(), repr=False)


def _plain(*names: str) -> dict[str, Privacy]:
    return dict.fromkeys(names, Privacy.PLAIN)


ERROR_READS: Final[Mapping[str, Privacy]] = MappingProxyType(
    _plain("errors", "error_key", "category", "message", "error")
)
HOLDER_READS: Final[Mapping[str, Privacy]] = MappingProxyType(
    {**ERROR_READS, **_plain("scope", "resource", "type", "uuid")}
)
COMPANY_READS: Final[Mapping[str, Privacy]] = MappingProxyType(
    {**ERROR_READS, **_plain("uuid", "name", "company_status", "is_suspended")}
)
PERSON_READS: Final[Mapping[str, Privacy]] = MappingProxyType(
    {
        **ERROR_READS,
        **_plain(
            "uuid",
            "company_uuid",
            "version",
            "employee_code",
            "department",
            "department_uuid",
            "current_employment_status",
            "onboarded",
            "terminated",
            "primary",
            "title",
            "active",
        ),
        **dict.fromkeys(
            (
                "first_name",
                "preferred_first_name",
                "last_name",
                "work_email",
                "hire_date",
                "effective_date",
            ),
            Privacy.PERSON,
        ),
    }
)
PERSON_FIELDS: Final[Mapping[str, Privacy]] = MappingProxyType(
    {
        **_plain(
            "id",
            "code",
            "department",
            "department_id",
            "employment_status",
            "is_onboarded",
            "is_terminated",
            "is_primary",
            "title",
            "is_active",
        ),
        **dict.fromkeys(
            (
                "first_name",
                "preferred_name",
                "last_name",
                "work_email",
                "hired_on",
                "effective_on",
            ),
            Privacy.PERSON,
        ),
    }
)
"""The same classes by our own names, for what is told of a person as read."""
LIST_READS: Final[Mapping[str, Privacy]] = MappingProxyType(
    {**ERROR_READS, **_plain("uuid", "title", "version", "name", "active", "description")}
)
EVENT_READS: Final[Mapping[str, Privacy]] = MappingProxyType(
    {
        **ERROR_READS,
        **_plain(
            "uuid",
            "event_type",
            "resource_type",
            "resource_uuid",
            "entity_type",
            "entity_uuid",
            "timestamp",
        ),
    }
)
WEBHOOK_READS: Final[Mapping[str, Privacy]] = MappingProxyType(
    {**ERROR_READS, **_plain("uuid", "status", "subscription_types")}
)
"""Neither the token nor the address: who knows both may sign in Gusto's name."""
CONTRACTOR_READS: Final[Mapping[str, Privacy]] = MappingProxyType(
    {
        **ERROR_READS,
        **_plain("contractor_payments", "payments", "uuid", "contractor_uuid", "date", "status"),
    }
)
"""What a contractor is paid is not read, and so stands in no trail."""
REPORT_READS: Final[Mapping[str, Privacy]] = MappingProxyType(
    {
        **ERROR_READS,
        **_plain("payroll_uuid", "aggregation", "integration_type", "request_uuid", "status"),
    }
)
"""Without the link: whoever has it reads the report."""
