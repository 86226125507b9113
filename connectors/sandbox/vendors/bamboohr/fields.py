"""The employee fields of a BambooHR account: ids, aliases, types, lists and tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``alias`` empty: it has none. ``id`` as on the wire, int or dotted text."""

    id: int | str
    name: str
    type: str
    alias: str = ""
    is_deprecated: bool = False


# Ids 4, 17, 18, 1355, 91 and 4028 are the usual built-ins; others differ between accounts.
FIELDS = (
    Field(1, "First Name", "text", "firstName"),
    Field(2, "Last Name", "text", "lastName"),
    Field(3, "Hire Date", "date", "hireDate"),
    Field(4, "Department", "list", "department"),
    Field(5, "Middle Name", "text", "middleName"),
    Field(6, "Birth Date", "date", "dateOfBirth"),
    Field(13, "Mobile Phone", "phone", "mobilePhone"),
    Field(14, "Home Phone", "phone", "homePhone"),
    Field(15, "Work Phone", "phone", "workPhone"),
    Field(16, "Work Ext.", "text", "workPhoneExtension"),
    Field(17, "Job Title", "list", "jobTitle"),
    Field(18, "Location", "list", "location"),
    Field(49, "Employee #", "employee_number", "employeeNumber"),
    Field(91, "Reporting to", "employee", "reportsTo"),
    Field(158, "Original Hire Date", "date", "originalHireDate"),
    Field(1349, "Nickname", "text", "nickname", is_deprecated=True),
    Field(1349, "Preferred Name", "text", "preferredName"),
    Field(1354, "Home Email", "email", "homeEmail"),
    Field(1355, "Division", "list", "division"),
    Field(1356, "Termination Date", "date", "terminationDate"),
    Field(1357, "Work Email", "email", "workEmail"),
    Field(1358, "Best Email", "email", "bestEmail"),
    Field(1359, "Status", "status", "status"),
    Field(1936, "Employment Status", "list", "employmentHistoryStatus"),
    Field(1937, "Employment Status: Date", "date", "employmentStatusDate"),
    Field(4001, "Last Changed", "timestamp", "lastChanged"),
    Field(4002, "Display Name", "text", "displayName"),
    Field(4003, "Supervisor", "text", "supervisor"),
    Field(4004, "Supervisor ID", "text", "supervisorId"),
    Field(4005, "Supervisor EID", "text", "supervisorEId"),
    Field("4020.1", "Emergency Contact: Name", "text"),
    Field("4020.2\n", "Emergency Contact: Phone", "phone"),
    Field(4444, "Cost Center", "text", "customCostCenter"),
)

FACTS = (
    "employeeNumber",
    "firstName",
    "middleName",
    "lastName",
    "preferredName",
    "workEmail",
    "homeEmail",
    "workPhone",
    "workPhoneExtension",
    "mobilePhone",
    "homePhone",
    "dateOfBirth",
    "hireDate",
    "originalHireDate",
    "customCostCenter",
)
"""Fields that a person edits and that have no history."""
JOB_FIELDS = ("location", "department", "division", "jobTitle")
"""List fields whose value comes from the current row of ``jobInfo``."""
DATE_FIELDS = ("hireDate", "originalHireDate", "terminationDate", "dateOfBirth")
CUSTOM_PREFIX = "custom"

CLASSIC = (
    "employeeNumber",
    "firstName",
    "middleName",
    "lastName",
    "preferredName",
    "displayName",
    "workEmail",
    "homeEmail",
    "bestEmail",
    "workPhone",
    "workPhoneExtension",
    "mobilePhone",
    "homePhone",
    "dateOfBirth",
    "jobTitle",
    "department",
    "division",
    "location",
    "supervisor",
    "supervisorId",
    "supervisorEId",
    "reportsTo",
    "hireDate",
    "originalHireDate",
    "terminationDate",
    "status",
    "employmentHistoryStatus",
    "customCostCenter",
    "lastChanged",
)
"""The values of one employee as ``GET employees/{id}`` gives them, but the id."""

SPELLINGS = {
    **{alias.lower(): alias for alias in CLASSIC},
    **{str(field.id): field.alias for field in FIELDS if field.alias in CLASSIC},
    "nickname": "preferredName",
    "birthdate": "dateOfBirth",
    "jobtitlename": "jobTitle",
    "departmentname": "department",
    "divisionname": "division",
    "locationname": "location",
    "employmentstatusname": "employmentHistoryStatus",
    "reportstoname": "reportsTo",
    "reportstoid": "supervisorEId",
    "fullname1": "displayName",
}
"""Requested names in lower case, and field ids, to the value they mean."""

MONITORED = (
    "firstName",
    "middleName",
    "lastName",
    "preferredName",
    "employeeNumber",
    "workEmail",
    "homeEmail",
    "workPhone",
    "workPhoneExtension",
    "mobilePhone",
    "homePhone",
    "dateOfBirth",
    "hireDate",
    "originalHireDate",
    "status",
    "employmentHistoryStatus",
    "jobTitle",
    "department",
    "division",
    "location",
    "reportsTo",
    "customCostCenter",
)
"""What a webhook can monitor; ``terminationDate`` is refused [seen]."""

BY_ALIAS = {field.alias: field for field in FIELDS if field.alias and not field.is_deprecated}

TABLES = {
    "jobInfo": (
        Field(4028, "Job Information: Date", "date", "date"),
        BY_ALIAS["location"],
        BY_ALIAS["department"],
        BY_ALIAS["division"],
        BY_ALIAS["jobTitle"],
        BY_ALIAS["reportsTo"],
    ),
    "employmentStatus": (
        Field(1937, "Employment Status: Date", "date", "date"),
        Field(1936, "Employment Status", "list", "employmentStatus"),
        Field(4030, "Comments", "textarea", "comment"),
        Field(4316, "Termination Reason", "list", "terminationReasonId"),
        Field(4314, "Termination Type", "list", "terminationTypeId"),
        Field(4315, "Eligible For Re-hire", "list", "terminationRehireId"),
        Field(4317, "Regrettable", "list", "terminationRegrettableId"),
    ),
}

LISTS = (
    BY_ALIAS["department"],
    BY_ALIAS["division"],
    BY_ALIAS["location"],
    BY_ALIAS["jobTitle"],
    Field(1936, "Employment Status", "list", "employmentStatus"),
    Field(4316, "Termination Reason", "list", "terminationReason"),
)


def meaning(name: str) -> str:
    """The value that a requested field name or id means; empty if there is none."""
    return SPELLINGS.get(name.lower(), "")
