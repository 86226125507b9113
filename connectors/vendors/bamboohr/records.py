"""What is read from BambooHR, as frozen values; absent, null and empty stay apart.

``answers`` parses the vendor's answers into them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from connectors.values import Absent
from connectors.vendor import Hint, Privacy, SourceRecord

Text = str | Absent | None
Day = date | Absent | None


@dataclass(frozen=True, slots=True)
class Person:
    """One person as BambooHR shows him now: nothing that is yet to take effect.

    ``id`` never changes; ``employee_number`` is what people edit. The paginated list has no
    employee number, display name or termination date: they are ABSENT in a person read from it.
    """

    id: str
    employee_number: Text
    first_name: Text
    preferred_name: Text
    last_name: Text
    display_name: Text
    work_email: Text
    job_title: Text
    department: Text
    division: Text
    location: Text
    supervisor_id: Text
    hired_on: Day
    left_on: Day
    is_active: bool | Absent
    employment_status: Text


TERMINATED: Final = "Terminated"
"""The employment status of who left; every company has it under this name."""


@dataclass(frozen=True, slots=True)
class Role:
    """One row of a person's job history; in force from ``since_on`` until the next one."""

    row_id: str
    since_on: Day
    department: Text
    division: Text
    location: Text
    job_title: Text
    supervisor: Text


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One row of a person's employment status; in force from ``since_on`` until the next one."""

    row_id: str
    since_on: Day
    status: Text
    termination_reason: Text
    """The text of an option, whatever the column is called; the comment is never read."""


@dataclass(frozen=True, slots=True)
class Change:
    """The latest change of one person, as the changed-since feed tells it."""

    person_id: str
    changed_at: str
    is_deleted: bool

    def as_hint(self) -> Hint:
        """The change as a reason to read the person afresh."""
        return Hint(self.person_id, self.changed_at)


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since an instant; ``latest`` is empty where BambooHR names none."""

    latest: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """People read in bulk: one page of the list, or a whole report.

    ``unreadable_ids`` are rows with a status that nobody documents: such a person is read by id,
    so that the error is his alone. ``is_lost`` says that the page can no longer be had, since its
    boundary changed: the scan starts anew.
    """

    records: tuple[SourceRecord, ...] = ()
    unreadable_ids: tuple[str, ...] = ()
    next_cursor: str = ""
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class ListOption:
    """One value of a list field; people carry its text."""

    id: str
    name: str
    is_archived: bool


@dataclass(frozen=True, slots=True)
class OptionList:
    """One list field with its options. ``field_id`` differs from account to account."""

    field_id: str
    alias: str
    name: str
    is_manageable: bool
    options: tuple[ListOption, ...]


ONE_PERSON: Final[Mapping[str, str]] = MappingProxyType(
    {
        "employee_number": "employeeNumber",
        "first_name": "firstName",
        "preferred_name": "preferredName",
        "last_name": "lastName",
        "display_name": "displayName",
        "work_email": "workEmail",
        "job_title": "jobTitle",
        "department": "department",
        "division": "division",
        "location": "location",
        "supervisor_id": "supervisorEId",
        "hired_on": "hireDate",
        "left_on": "terminationDate",
        "is_active": "status",
        "employment_status": "employmentHistoryStatus",
    }
)
"""Our names and the aliases that the read by id takes."""

LISTED_PERSON: Final[Mapping[str, str]] = MappingProxyType(
    {
        "first_name": "firstName",
        "preferred_name": "preferredName",
        "last_name": "lastName",
        "work_email": "workEmail",
        "job_title": "jobTitleName",
        "department": "departmentName",
        "division": "divisionName",
        "location": "locationName",
        "supervisor_id": "reportsToId",
        "hired_on": "hireDate",
        "is_active": "status",
        "employment_status": "employmentStatusName",
    }
)
"""Our names and those of the paginated list; it has no others that are read here."""

REPORT_FIELDS: Final = (*ONE_PERSON.values(), "lastChanged")
PERSON_QUERY: Final = ",".join(("id", *REPORT_FIELDS))
LIST_QUERY: Final = ",".join(
    name
    for name in LISTED_PERSON.values()
    if name not in ("firstName", "preferredName", "lastName", "jobTitleName", "status")
)
"""The five left out are in every row unasked."""

PERSON_READS: Final[Mapping[str, Privacy]] = MappingProxyType(
    {
        "id": Privacy.PLAIN,
        "employeeId": Privacy.PLAIN,
        "lastChanged": Privacy.PLAIN,
        "_restrictedFields": Privacy.PLAIN,
        "nextCursor": Privacy.PLAIN,
        "total": Privacy.PLAIN,
        "limit": Privacy.PLAIN,
        **dict.fromkeys((*ONE_PERSON.values(), *LISTED_PERSON.values()), Privacy.PLAIN),
        **dict.fromkeys(
            ("firstName", "preferredName", "lastName", "displayName", "workEmail"), Privacy.PERSON
        ),
        **dict.fromkeys(("hireDate", "terminationDate"), Privacy.PERSON),
    }
)
PERSON_FIELDS: Final[Mapping[str, Privacy]] = MappingProxyType(
    {"id": Privacy.PLAIN, **{ours: PERSON_READS[alias] for ours, alias in ONE_PERSON.items()}}
)
"""The same classes by our own names, for what is told of a person as read."""
ROLE_READS: Final[Mapping[str, Privacy]] = MappingProxyType(
    {
        "id": Privacy.PLAIN,
        "employeeId": Privacy.PLAIN,
        "date": Privacy.PERSON,
        "department": Privacy.PLAIN,
        "division": Privacy.PLAIN,
        "location": Privacy.PLAIN,
        "jobTitle": Privacy.PLAIN,
        "reportsTo": Privacy.PERSON,
    }
)
STATUS_READS: Final[Mapping[str, Privacy]] = MappingProxyType(
    {
        "id": Privacy.PLAIN,
        "employeeId": Privacy.PLAIN,
        "date": Privacy.PERSON,
        "employmentStatus": Privacy.PLAIN,
        "terminationReasonId": Privacy.PERSON,
    }
)
CHANGE_READS: Final[Mapping[str, Privacy]] = MappingProxyType(
    dict.fromkeys(("latest", "id", "action", "lastChanged"), Privacy.PLAIN)
)
LIST_READS: Final[Mapping[str, Privacy]] = MappingProxyType(
    dict.fromkeys(
        ("fieldId", "alias", "name", "manageable", "multiple", "id", "archived"), Privacy.PLAIN
    )
)
OPTION_FIELDS: Final[Mapping[str, Privacy]] = MappingProxyType(
    dict.fromkeys(("id", "name", "is_archived"), Privacy.PLAIN)
)
"""The classes of an option's fields by our own names."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """One webhook as BambooHR shows it to its owner: all of it but its key.

    ``lost_fields`` are those watched that its owner may no longer see.
    """

    id: str
    url: str
    events: frozenset[str] = frozenset()
    lost_fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A webhook just made; its key is shown this once."""

    id: str
    url: str
    private_key: str = field(repr=False)


WEBHOOK_READS: Final[Mapping[str, Privacy]] = MappingProxyType(
    dict.fromkeys(
        (
            "id",
            "name",
            "created",
            "lastSent",
            "format",
            "events",
            "monitorFields",
            "includeCompanyDomain",
        ),
        Privacy.PLAIN,
    )
)
"""Neither key nor address: who knows the address may make us compute signatures."""
